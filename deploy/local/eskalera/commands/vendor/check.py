"""`eskalera vendor check`: a vendor's own endpoint put to the test."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from eskalera import known
from eskalera import layout as at
from eskalera.commands.options import PortBase
from eskalera.connections import is_played, secrets_path
from eskalera.errors import LocalError, UsageError


def check(
    connection: Annotated[str, typer.Argument(help="The connection's name, such as demo-vendor.")],
    url: Annotated[str | None, typer.Option(help="The vendor's address, instead of the running system's.")] = None,
    secrets_file: Annotated[
        Path | None, typer.Option(help="File with the connection's secret as its only line; goes with --url.")
    ] = None,
    municipality: Annotated[str, typer.Option("--municipality", "-m", help="Whose connection it is.")] = "malarvik",
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    port_base: PortBase = None,
) -> None:
    """Send a vendor's endpoint what it must take and what it must refuse, and say how it did.

    It gets a case that says of itself that it is a test, and that is taken back at the end. Exit code 1 where something
    that a vendor must do does not hold.
    """
    from eskalera.vendor_tools import conformance

    if (url is None) != (secrets_file is None):
        raise UsageError("Give both --url and --secrets-file, or neither for the running system's connection.")
    if url is not None and secrets_file is not None:
        secret = _secret_in(secrets_file)
    else:
        url, secret = _of_running_system(connection, municipality, port_base)
    findings = []
    for finding in conformance.check(url, secret, connection):
        findings.append(finding)
        if not as_json:
            mark = "✓" if finding.holds else "✗" if finding.must else "–"
            typer.echo(f"{mark} {finding.what}: {finding.seen}")
    failed = [finding for finding in findings if finding.must and not finding.holds]
    if as_json:
        content = {"ok": not failed, "url": url, "findings": [asdict(finding) for finding in findings]}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        typer.echo(f"{url}: {sum(finding.holds for finding in findings)} of {len(findings)} hold.")
    if failed:
        raise typer.Exit(1)


def _secret_in(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Cannot read {file}.") from error


def _of_running_system(connection: str, municipality: str, port_base: int | None) -> tuple[str, str]:
    from eskalera.instances import find
    from vendor_bridge.secret_store import SecretStore

    instance = find(port_base)
    way = known.require_connection(instance, municipality, connection)
    if way.comes_itself:
        raise LocalError(
            f"There is nothing to check: the system behind {connection} reads and writes here, with its token."
        )
    if way.profile != "webhook":
        raise LocalError(f"There is nothing to check: {connection} takes no webhooks, its profile is {way.profile}.")
    file = instance.layout.data / "secrets" / "connections-of-demo-vendor.json"
    found = json.loads(file.read_text(encoding="utf-8")).get(connection) if file.exists() else None
    if found is None or not is_played(way.url):
        held = SecretStore(secrets_path(instance.layout)).of(way.secret_ref)
        if way.url is None or not held:
            lacks = "address" if way.url is None else "secret"
            raise LocalError(f"The running system has no {lacks} of {connection}: give --url and --secrets-file.")
        return way.url, held[0]
    return f"{instance.layout.url(at.DEMO_VENDOR)}/webhooks/{connection}", found["secret"]
