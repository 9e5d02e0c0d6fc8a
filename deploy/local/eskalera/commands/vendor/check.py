"""`eskalera vendor check`: a vendor's own endpoint put to the test."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from eskalera import known
from eskalera import layout as at
from eskalera.commands.options import PortBase
from eskalera.connections import is_played, secrets_path
from eskalera.errors import LocalError, UsageError

if TYPE_CHECKING:
    from contracts.directory import Connection
    from eskalera.vendor_tools.conformance import Finding


def check(
    connection: Annotated[str, typer.Argument(help="The connection's name, such as demo-vendor.")],
    url: Annotated[str | None, typer.Option(help="The vendor's address, instead of the running system's.")] = None,
    secrets_file: Annotated[
        Path | None, typer.Option(help="File with the connection's secret as its only line; goes with --url.")
    ] = None,
    tmf621: Annotated[
        Literal["v4", "v5"] | None,
        typer.Option(help="The address is a TMF621 server of this version; goes with --url."),
    ] = None,
    municipality: Annotated[str, typer.Option("--municipality", "-m", help="Whose connection it is.")] = "malarvik",
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    port_base: PortBase = None,
) -> None:
    """Send a vendor's endpoint, or its TMF621 server, what it must take and what it must refuse, and say how it did.

    It gets a case that says of itself that it is a test, and that is taken back at the end. Exit code 1 where something
    that a vendor must do does not hold.
    """
    if (url is None) != (secrets_file is None):
        raise UsageError("Give both --url and --secrets-file, or neither for the running system's connection.")
    if tmf621 is not None and url is None:
        raise UsageError("--tmf621 goes with --url: of the running system's connection the version is known.")
    if url is not None and secrets_file is not None:
        way, secret = _given(connection, url, tmf621), _secret_in(secrets_file)
    else:
        way, secret = _of_running_system(connection, municipality, port_base)
    findings = []
    for finding in _checks(way, secret):
        findings.append(finding)
        if not as_json:
            mark = "✓" if finding.holds else "✗" if finding.must else "–"
            typer.echo(f"{mark} {finding.what}: {finding.seen}")
    failed = [finding for finding in findings if finding.must and not finding.holds]
    if as_json:
        content = {"ok": not failed, "url": way.url, "findings": [asdict(finding) for finding in findings]}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        typer.echo(f"{way.url}: {sum(finding.holds for finding in findings)} of {len(findings)} hold.")
    if failed:
        raise typer.Exit(1)


def _checks(way: "Connection", secret: str) -> "Iterable[Finding]":
    from eskalera.vendor_tools import conformance, tmf621

    if way.profile == "tmf621":
        return tmf621.check(way, secret)
    return conformance.check(way.url or "", secret, way.name)


def _given(connection: str, url: str, version: Literal["v4", "v5"] | None) -> "Connection":
    from contracts.directory import Connection

    if version is None:
        return Connection(name=connection, profile="webhook", url=url)
    return Connection(name=connection, profile="tmf621", url=url, version=version)


def _secret_in(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Cannot read {file}.") from error


def _of_running_system(connection: str, municipality: str, port_base: int | None) -> "tuple[Connection, str]":
    from eskalera.instances import find
    from vendor_bridge.secret_store import SecretStore

    instance = find(port_base)
    way = known.require_connection(instance, municipality, connection)
    if way.comes_itself:
        raise LocalError(
            f"There is nothing to check: the system behind {connection} reads and writes here, with its token."
        )
    if way.profile not in ("webhook", "tmf621"):
        raise LocalError(f"There is nothing to check: {connection} takes no webhooks, its profile is {way.profile}.")
    file = instance.layout.data / "secrets" / "connections-of-demo-vendor.json"
    found = json.loads(file.read_text(encoding="utf-8")).get(connection) if file.exists() else None
    if found is None or not is_played(way.url):
        held = SecretStore(secrets_path(instance.layout)).of(way.secret_ref)
        if way.url is None or not held:
            lacks = "address" if way.url is None else "secret"
            raise LocalError(f"The running system has no {lacks} of {connection}: give --url and --secrets-file.")
        return way, held[0]
    played = f"{instance.layout.url(at.DEMO_VENDOR)}/webhooks/{connection}"
    return way.model_copy(update={"url": played}), found["secret"]
