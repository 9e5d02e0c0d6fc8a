"""`eskalera vendor list, pause, resume, test, resend, replay, log, rotate`: connections, at the bridge's database."""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.db import create_engine
from chassis.settings import load
from contracts.events import ticketing as t
from contracts.events.base import ConnectionRequest
from contracts.values import in_language
from eskalera import connections as local
from eskalera import layout as at
from eskalera.commands.options import PortBase
from eskalera.errors import LocalError, UsageError
from eskalera.instances import find
from vendor_bridge import by_hand
from vendor_bridge.domain.health import Standing, health_of
from vendor_bridge.domain.health import since as stands_since
from vendor_bridge.profiles import ByProfile, Misconfigured
from vendor_bridge.profiles.webhook import WebhookProfile, new_client
from vendor_bridge.secret_store import SecretStore, SecretsUnwritable, rotate
from vendor_bridge.settings import VendorBridgeSettings
from vendor_bridge.store.directories import Way

PATIENCE = 60.0
"""Seconds that a command waits for what the bridge has to send."""
Result = TypeVar("Result")
Connection = Annotated[str, typer.Argument(help="Name of the connection, such as demo-vendor.")]
Municipality = Annotated[
    str | None,
    typer.Option("--municipality", "-m", help="Whose, where several have it.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@dataclass(frozen=True)
class Bridge:
    """Where the bridge keeps its things: of the local system, or by its own settings in the environment."""

    database_url: str
    secrets_file: Path | None
    public_url: str
    urls: dict[str, str]

    @classmethod
    def of(cls, port_base: int | None) -> "Bridge":
        if port_base is None and {"VENDOR_BRIDGE_SECRET", "VENDOR_BRIDGE_SECRET_FILE"} & os.environ.keys():
            own = load(VendorBridgeSettings)
            return cls(own.database_url.get_secret_value(), own.secrets_file, own.public_url, own.url_overrides)
        instance = find(port_base)
        home = instance.layout
        url = home.url(at.VENDOR_BRIDGE)
        return cls(instance.databases["vendor_bridge"], local.secrets_path(home), url, {})

    def run(self, work: Callable[[AsyncEngine], Awaitable[Result]]) -> Result:
        async def working() -> Result:
            engine = create_engine(self.database_url, name="eskalera vendor", pool_size=1)
            try:
                return await work(engine)
            finally:
                await engine.dispose()

        return asyncio.run(working())

    def way(self, connection: str, municipality: str | None) -> tuple[Way, Standing]:
        """The one that is meant; UsageError where there is none, or several."""
        known = self.run(by_hand.ways)
        found = [one for one in known if one[0].connection.name == connection]
        if municipality is not None:
            known, found = ([one for one in ways if one[0].municipality == municipality] for ways in (known, found))
        if not found:
            names = sorted({way.connection.name for way, _ in known})
            whose = f" of {municipality}" if municipality is not None else ""
            there = ", ".join(names) or "none yet"
            raise UsageError(f"There is no connection {connection!r}{whose}; there are {there}.")
        if len(found) > 1:
            whose = ", ".join(way.municipality for way, _ in found)
            raise UsageError(f"{connection!r} is a connection of {whose}: say which with --municipality.")
        return found[0]


def list_command(as_json: AsJson = False, port_base: PortBase = None) -> None:
    """How each connection stands, what waits, and when it last took something."""
    found = Bridge.of(port_base).run(by_hand.ways)
    rows = [_row(way, standing) for way, standing in found]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        typer.echo("No directory names a connection.")
    for row in rows:
        typer.echo(f"{row['connection']}  {row['municipality']}, {row['vendor']}, {row['profile']}")
        detail = f": {row['detail']}" if row["detail"] else ""
        typer.echo(f"    {row['health']} since {_moment(row['since'])}{detail}")
        oldest = f", the oldest since {_moment(row['oldest'])}" if row["oldest"] else ""
        typer.echo(f"    {row['backlog']} waiting{oldest}; last took one {_moment(row['last_taken'])}")
        if row["stories"]:
            why = f": {row['stories_reason']}" if row["stories_reason"] else ""
            since = _moment(row["stories_since"])
            typer.echo(f"    {row['stories']} wait for a history to be fetched there, the oldest since {since}{why}")


def pause_command(connection: Connection, municipality: Municipality = None, port_base: PortBase = None) -> None:
    """Send nothing more; what is owed is kept, and the span to give up runs on."""
    _ask(Bridge.of(port_base), connection, municipality, t.ConnectionPauseRequested)


def resume_command(connection: Connection, municipality: Municipality = None, port_base: PortBase = None) -> None:
    """Send again, the backlog in its order: after a pause, or after a vendor's 410."""
    _ask(Bridge.of(port_base), connection, municipality, t.ConnectionResumeRequested)


def try_command(connection: Connection, municipality: Municipality = None, port_base: PortBase = None) -> None:
    """Send a signed message that is about no case. Exit code 1 when the vendor does not take it."""
    bridge = Bridge.of(port_base)
    way, _ = bridge.way(connection, municipality)
    if way.connection.comes_itself:
        typer.echo(f"There is nothing to try: the system behind {connection} reads and writes here, with its token.")
        return
    _ask(bridge, connection, municipality, t.ConnectionTestRequested)


def resend_command(
    connection: Connection,
    message: Annotated[str | None, typer.Argument(help="Its webhook-id, as `eskalera vendor log` shows it.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the request and send nothing; without a message the next owed.")
    ] = False,
    municipality: Municipality = None,
    port_base: PortBase = None,
) -> None:
    """Send one message once more, under the same webhook-id."""
    bridge = Bridge.of(port_base)
    if dry_run:
        _show(bridge, connection, municipality, message)
        return
    if message is None:
        raise UsageError("Say which message: `eskalera vendor log` lists their ids.")
    _ask(bridge, connection, municipality, t.ConnectionResendRequested, message=message)


def replay_command(
    connection: Connection,
    since: Annotated[datetime, typer.Option(help="From when they were taken, in UTC.")],
    until: Annotated[datetime | None, typer.Option(help="Until when, in UTC; now without it.")] = None,
    municipality: Municipality = None,
    port_base: PortBase = None,
) -> None:
    """Send all that was taken in this time once more, in its order and under the same ids; at most 14 days back."""
    begins = since.replace(tzinfo=UTC)
    ends = until.replace(tzinfo=UTC) if until else datetime.now(UTC)
    if begins >= ends:
        raise UsageError("The end has to come after the beginning.")
    _ask(Bridge.of(port_base), connection, municipality, t.ConnectionReplayRequested, since=begins, until=ends)


def log_command(
    connection: Connection,
    handoff: Annotated[str | None, typer.Option(help="Only of this hand-off.", show_default=False)] = None,
    refused: Annotated[
        bool, typer.Option("--refused", help="What came from the vendor and was not taken, of 30 days.")
    ] = False,
    before: Annotated[int | None, typer.Option(help="Older than the line of this number.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    municipality: Municipality = None,
    as_json: AsJson = False,
    port_base: PortBase = None,
) -> None:
    """What was tried to be delivered in the last 14 days, the newest first; or what the vendor had refused."""
    bridge = Bridge.of(port_base)
    way, _ = bridge.way(connection, municipality)
    if refused:
        if handoff is not None:
            raise UsageError("What was refused belongs to no hand-off: leave --handoff out.")
        _show_refused(bridge, way, before, limit, as_json=as_json)
        return
    found = bridge.run(
        lambda engine: by_hand.log(engine, way.municipality, connection, handoff=handoff, before=before, limit=limit)
    )
    if as_json:
        lines = [asdict(attempt) | {"at": attempt.at.isoformat()} for attempt in found]
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=2))
        return
    if not found:
        typer.echo("Nothing was tried.")
    for each in found:
        status = f" {each.status}" if each.status else ""
        detail = f": {each.detail}" if each.detail and each.outcome != "taken" else ""
        told = f"{each.id}  {_moment(each.at.isoformat())}  {each.kind} {each.webhook_id} ({each.why})"
        typer.echo(f"{told}  {each.outcome}{status} in {each.seconds:.2f} s{detail}")


def _show_refused(bridge: Bridge, way: Way, before: int | None, limit: int, *, as_json: bool) -> None:
    name = way.connection.name
    found = bridge.run(lambda engine: by_hand.refused(engine, way.municipality, name, before=before, limit=limit))
    if as_json:
        lines = [asdict(one) | {"at": one.at.isoformat()} for one in found]
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=2))
        return
    if not found:
        typer.echo("Nothing was refused.")
    for one in found:
        message = f" {one.message}" if one.message else ""
        unproven = "" if one.proven else " (not proven to be the vendor)"
        typer.echo(f"{one.id}  {_moment(one.at.isoformat())}  {one.way} {one.what}{message}{unproven}")
        typer.echo(f"    {one.status} {one.reason}")


def rotate_command(
    connection: Connection,
    secrets_file: Annotated[
        Path | None, typer.Option(help="The bridge's file of secrets, where it is not the running system's.")
    ] = None,
    municipality: Municipality = None,
    port_base: PortBase = None,
) -> None:
    """Make a new secret of 256 bits; the former stays valid for 24 hours, and both sign meanwhile.

    Two hold at most: what was before the former ends at once.
    """
    bridge = Bridge.of(port_base)
    way, _ = bridge.way(connection, municipality)
    file, ref = secrets_file or bridge.secrets_file, way.connection.secret_ref
    if ref is None:
        raise UsageError(f"The directory names no secret for {connection!r} (secret_ref).")
    if file is None:
        raise UsageError("The bridge has no file of secrets here: name it with --secrets-file.")
    if way.connection.profile == "tmf621" and way.connection.url is not None:
        raise UsageError(
            f"The secret of {connection!r} ({ref}) is the token that lets us into the vendor's own TMF621 server: only"
            f" the vendor can make another. Put the one that they give you under {ref} in {file}."
        )
    now = datetime.now(UTC)
    before = SecretStore(file).of(ref, now)
    try:
        made = rotate(file, ref, now)
    except SecretsUnwritable as error:
        raise LocalError(f"{error}.") from error
    typer.echo(f"The new secret of {connection} ({ref}) is in {file}; the bridge reads it by itself.")
    typer.echo("Give it to the vendor by a way that nobody else reads:")
    typer.echo(f"    {made}")
    until = SecretStore(file).former_until(ref, now)
    if until is None:
        typer.echo("It is the only one there is.")
    else:
        ends = f"{until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        typer.echo(f"Until {ends} messages carry a signature of each, and the vendor may sign with either.")
    if len(before) > 1:
        typer.echo("The one before these two is valid no more.")


def _show(bridge: Bridge, connection: str, municipality: str | None, message: str | None) -> None:
    way, _ = bridge.way(connection, municipality)
    store = SecretStore(bridge.secrets_file)

    async def work(engine: AsyncEngine) -> Any:
        async with new_client() as client:
            profiles = ByProfile({"webhook": WebhookProfile(client, store, urls=bridge.urls)})
            return await by_hand.would_send(engine, profiles, bridge.public_url, way, message)

    found = bridge.run(work)
    if found is None:
        raise LocalError("There is no such message on this connection." if message else "Nothing waits to be sent.")
    letter, preview = found
    if preview is None:
        raise LocalError(f"A connection of the profile {way.connection.profile} sends no request that could be shown.")
    if isinstance(preview, Misconfigured):
        raise LocalError(f"Nothing could be sent: {preview.reason}.")
    typer.echo(f"{preview.method} {preview.url}")
    for name, value in preview.headers.items():
        typer.echo(f"{name}: {value}")
    typer.echo("")
    typer.echo(json.dumps(json.loads(letter.body), ensure_ascii=False, indent=2))


def _ask(
    bridge: Bridge, connection: str, municipality: str | None, kind: type[ConnectionRequest], **details: Any
) -> None:
    way, _ = bridge.way(connection, municipality)

    async def work(engine: AsyncEngine) -> tuple[str, dict[str, Any]] | None:
        request_id = await by_hand.ask(engine, kind, way.municipality, connection, **details)
        ends = time.monotonic() + PATIENCE
        # The operator's database is all that is at hand here: nothing wakes.
        while (found := await by_hand.answer(engine, request_id)) is None and time.monotonic() < ends:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        return found

    found = bridge.run(work)
    if found is None:
        raise LocalError(f"It is asked for, but not done within {PATIENCE:.0f} s: is the bridge running?")
    type_, said = found
    if type_ == "connection.request_refused.v1":
        raise LocalError(in_language(said["reason"], "en"))
    typer.echo(told(connection, said))
    if not said["outcome"]["well"]:
        raise typer.Exit(1)


def told(connection: str, said: dict[str, Any]) -> str:
    """What came of a command, in a sentence."""
    outcome = said["outcome"]
    messages, detail = outcome["messages"], outcome["detail"] or "no more is known"
    waiting = f"{said['backlog']} waiting"
    match outcome["step"]:
        case "paused":
            return f"{connection} is paused; {waiting}."
        case "resumed":
            return f"{connection} is on; {waiting}, sent in their order."
        case "tested" if outcome["well"]:
            return f"{connection} took the test (answer {outcome['status']})."
        case "tested":
            return f"{connection} did not take the test: {detail}."
        case _ if not outcome["well"]:
            return f"{connection} took {messages}, then: {detail}."
        case _ if not messages:
            return f"It is owed to {connection} anyway and goes by itself."
        case _:
            return f"{connection} took {messages} once more."


def _row(way: Way, standing: Standing) -> dict[str, Any]:
    now = datetime.now(UTC)
    health = health_of(standing, now)
    return {
        "connection": way.connection.name,
        "municipality": way.municipality,
        "vendor": way.vendor,
        "profile": way.connection.profile,
        "health": health.word,
        "since": stands_since(standing, health, now).isoformat(),
        "detail": health.detail,
        "backlog": standing.backlog,
        "oldest": standing.oldest.isoformat() if standing.oldest else None,
        "last_taken": standing.last_taken.isoformat() if standing.last_taken else None,
        "stories": standing.stories,
        "stories_since": standing.stories_since.isoformat() if standing.stories_since else None,
        "stories_reason": standing.stories_reason,
    }


def _moment(at_: str | None) -> str:
    """In UTC, as the logs have it."""
    return f"{datetime.fromisoformat(at_).astimezone(UTC):%Y-%m-%d %H:%M:%SZ}" if at_ else "never"
