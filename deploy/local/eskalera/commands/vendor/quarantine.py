"""`eskalera vendor quarantine`: mails for a case, perhaps not from its vendor: list, show, release, discard."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.db import create_engine
from eskalera.commands.options import PortBase
from eskalera.errors import UsageError
from eskalera.instances import find
from vendor_bridge.mail.parse import content_of
from vendor_bridge.mail.quotes import own_words
from vendor_bridge.store import mail as stored

quarantine = typer.Typer(help="Mails that came for a case, but perhaps not from its vendor.", rich_markup_mode=None)

T = TypeVar("T")
By = Annotated[str, typer.Option(help="Who does it, for the record.")]
MailId = Annotated[str, typer.Argument(help="Id of the mail, from the list.")]


@quarantine.command("list")
def list_command(
    everything: Annotated[
        bool, typer.Option("--all", help="Also what was taken for automatic, came back, or was given up.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    port_base: PortBase = None,
) -> None:
    """What waits for a decision; nothing of the mails' content but their subject."""
    states: tuple[stored.State, ...] = ("quarantined",)
    if everything:
        states += ("automatic", "bounced", "discarded")
    rows = _run(port_base, lambda conn: stored.listed(conn, states))
    if as_json:
        typer.echo(json.dumps([_row(row) for row in rows], ensure_ascii=False, indent=2))
    elif not rows:
        typer.echo("No mail is held back.")
    for row in [] if as_json else rows:
        typer.echo(f"{row.id}  {row.state}: {row.reason}")
        typer.echo(f"    from {row.sender or 'nobody'} ({row.peer}) to {row.connection} of {row.municipality}")
        typer.echo(f"    {row.received_at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}, {row.handoff}: {row.subject}")


@quarantine.command("show")
def show_command(mail: MailId, port_base: PortBase = None) -> None:
    """One mail with its own words: as private as the case it is about, and perhaps meant to deceive."""
    row = _run(port_base, lambda conn: stored.read(conn, mail))
    if row is None:
        raise UsageError(f"No mail is kept under {mail!r}.")
    shown = _row(row)
    if row.raw is not None:
        content = content_of(bytes(row.raw))
        shown |= {"text": own_words(content.text), "files": [each.name for each in content.files]}
    typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))


@quarantine.command("release")
def release_command(mail: MailId, by: By, port_base: PortBase = None) -> None:
    """It is the vendor's: it counts from now on, as if it had come from the mailbox."""
    if not _run(port_base, lambda conn: stored.release(conn, mail, by)):
        raise UsageError(f"No mail is held back under {mail!r}.")
    typer.echo(f"{mail} is the vendor's now.")


@quarantine.command("discard")
def discard_command(mail: MailId, by: By, port_base: PortBase = None) -> None:
    """It is nobody's: it stays without effect, and is kept 30 days for the record."""
    if not _run(port_base, lambda conn: stored.discard(conn, mail, by)):
        raise UsageError(f"No mail is held back under {mail!r}.")
    typer.echo(f"{mail} is discarded.")


def _run(port_base: int | None, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    url = find(port_base).databases["vendor_bridge"]

    async def run() -> T:
        engine = create_engine(url, name="eskalera vendor quarantine", pool_size=1)
        try:
            async with engine.begin() as conn:
                return await work(conn)
        finally:
            await engine.dispose()

    return asyncio.run(run())


def _row(row: Row[Any]) -> dict[str, Any]:
    names = (
        "id",
        "state",
        "reason",
        "municipality",
        "connection",
        "handoff",
        "sender",
        "subject",
        "peer",
        "handled_by",
    )
    return {name: getattr(row, name) for name in names} | {"received_at": row.received_at.isoformat()}
