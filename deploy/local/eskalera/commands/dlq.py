"""`eskalera dlq`: the messages that a service could not handle: list, show, redrive, discard."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import deadletters
from chassis.db import create_engine
from chassis.deadletters import DeadLetter
from eskalera.commands.options import PortBase
from eskalera.errors import UsageError
from eskalera.instances import Instance, find

dlq = typer.Typer(help="Messages that a service could not handle.", rich_markup_mode=None)

Service = Annotated[str, typer.Option("--service", "-s", help="ticketing, routing, notifier, vendor-bridge; or all.")]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
By = Annotated[str | None, typer.Option(help="Who does it, for the record.")]
Work = Callable[[AsyncConnection], Awaitable[list[DeadLetter]]]


@dlq.command("list")
def list_command(service: Service = "all", as_json: AsJson = False, port_base: PortBase = None) -> None:
    """What waits for its next try, is parked behind another, or is dead."""
    found = {name: _each(url, deadletters.find) for name, url in _databases(find(port_base), service).items()}
    _print(found, as_json=as_json)


@dlq.command("show")
def show_command(message: str, service: Service = "all", port_base: PortBase = None) -> None:
    """One message whole, with its content: as private as the case it is about."""
    for name, url in _databases(find(port_base), service).items():
        letters = _each(url, lambda conn: deadletters.find(conn, _ALL, [message]))
        for letter in letters:
            value = (letter.record.value or b"").decode("utf-8", "backslashreplace")
            headers = {key: raw.decode("utf-8", "backslashreplace") for key, raw in letter.record.headers}
            shown = {**_row(name, letter), "detail": letter.detail, "headers": headers, "value": value}
            typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
            return
    raise UsageError(f"No service keeps a message {message!r}.")


_ALL: tuple[Any, ...] = ("retrying", "parked", "dead", "discarded")


@dlq.command("redrive")
def redrive_command(
    messages: Annotated[list[str] | None, typer.Argument(help="Ids; none: all that are dead.")] = None,
    service: Service = "all",
    by: By = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    port_base: PortBase = None,
) -> None:
    """Run them again now; those parked behind them follow by themselves, in order."""

    def work(conn: AsyncConnection) -> Awaitable[list[DeadLetter]]:
        return deadletters.redrive(conn, messages or None, by=by, dry_run=dry_run)

    found = {name: _each(url, work) for name, url in _databases(find(port_base), service).items()}
    _print(found, as_json=as_json)


@dlq.command("discard")
def discard_command(
    messages: Annotated[list[str], typer.Argument(help="Ids.")],
    service: Service = "all",
    by: By = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    port_base: PortBase = None,
) -> None:
    """Give them up for good; those parked behind them come next. The rows stay 14 days for the record."""

    def work(conn: AsyncConnection) -> Awaitable[list[DeadLetter]]:
        return deadletters.discard(conn, messages, by=by, dry_run=dry_run)

    found = {name: _each(url, work) for name, url in _databases(find(port_base), service).items()}
    if not any(found.values()):
        raise UsageError("No service keeps a message with such an id.")
    _print(found, as_json=as_json)


def _databases(instance: Instance, service: str) -> dict[str, str]:
    known = {name.replace("_", "-"): url for name, url in instance.databases.items()}
    if service == "all":
        return known
    if service not in known:
        raise UsageError(f"{service!r} is no service; there are {', '.join(sorted(known))}.")
    return {service: known[service]}


def _each(url: str, work: Work) -> list[DeadLetter]:
    async def run() -> list[DeadLetter]:
        engine = create_engine(url, name="eskalera dlq", pool_size=1)
        try:
            async with engine.begin() as conn:
                return await work(conn)
        finally:
            await engine.dispose()

    return asyncio.run(run())


def _row(service: str, letter: DeadLetter) -> dict[str, Any]:
    return {
        "service": service,
        "id": letter.id,
        "type": letter.type,
        "state": letter.state,
        "attempts": letter.attempts,
        "reason": letter.reason,
        "keys": list(letter.keys),
        "failed_at": letter.failed_at.isoformat(),
        "due_at": letter.due_at.isoformat() if letter.due_at else None,
        "changed_by": letter.changed_by,
        "position": letter.record.position,
    }


def _print(found: dict[str, list[DeadLetter]], *, as_json: bool) -> None:
    rows = [_row(service, letter) for service, letters in found.items() for letter in letters]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        typer.echo("Nothing has failed.")
        return
    for row in rows:  # no table: an id that is cut to fit cannot be redriven
        tries = "1 try" if row["attempts"] == 1 else f"{row['attempts']} tries"
        typer.echo(f"{row['id']}  {row['service']}, {row['state']}, {tries}")
        typer.echo(f"    {row['type']}: {row['reason']}")
        typer.echo(f"    {_when(row)}")
        typer.echo(f"    about {', '.join(row['keys']) or 'nothing known'}; at {row['position']}")


def _when(row: dict[str, Any]) -> str:
    """In UTC, as the logs have it."""
    told = [f"failed {_moment(row['failed_at'])}"]
    if row["due_at"]:
        told.append(f"next try {_moment(row['due_at'])}")
    if row["changed_by"]:
        told.append(f"last changed by {row['changed_by']}")
    return ", ".join(told)


def _moment(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
