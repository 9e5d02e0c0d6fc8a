"""`eskalera replay`: a service's state rebuilt from what all services said, into a database of its own (N10, R21)."""

import asyncio
import json
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

import typer
from rich.console import Console
from rich.progress import Progress

from chassis.db import create_engine
from chassis.migrations import migrate
from eskalera import recorded
from eskalera.commands.options import PortBase
from eskalera.errors import UsageError
from eskalera.instances import find
from eskalera.postgres import create_databases, drop_database
from eskalera.preparation import TOPIC

SLICE = 2000


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to."""

    events: int
    rows: int
    missing: int
    """Rows of the live database that the replay did not make."""
    different: int
    """Rows that the replay made and the live database does not have."""

    @property
    def same(self) -> bool:
        """Whether both databases hold the same."""
        return not (self.missing or self.different)


def replay(
    service: Annotated[str, typer.Argument(help="ticketing, routing, notifier or vendor-bridge.")],
    into: Annotated[str | None, typer.Option(help="Name of the new database; it stays.", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the events.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    port_base: PortBase = None,
) -> None:
    """Rebuild a service's state in an empty database and compare it with the live one.

    Facts are folded, nothing is decided again, nothing goes outside. Events that arrive meanwhile show as differences.
    Exit code 1 when the two differ.
    """
    instance = find(port_base)
    package = service.replace("-", "_")
    if package not in instance.databases:
        known = ", ".join(sorted(instance.databases)).replace("_", "-")
        raise UsageError(f"{service!r} is no service; there are {known}.")
    if dry_run:
        typer.echo(f"{len(asyncio.run(recorded.read(instance.databases, instance.topic)))} events would be folded.")
        return
    done = asyncio.run(rebuild(instance.databases, package, into, topic=instance.topic))
    if as_json:
        typer.echo(json.dumps({"events": done.events, "rows": done.rows, "same": done.same}))
    elif done.same:
        typer.echo(f"{done.events} events folded into {done.rows} rows: the same as the live database.")
    else:
        typer.echo(f"{done.events} events folded: {done.missing} rows are missing, {done.different} are different.")
    if not done.same:
        raise typer.Exit(1)


async def rebuild(databases: dict[str, str], package: str, into: str | None = None, *, topic: str = TOPIC) -> Replayed:
    """Fold everything that was said into a new database beside the live one; it is dropped unless it was named."""
    name = into or f"{package}_replayed"
    live = urlsplit(databases[package])
    server = urlunsplit(live._replace(path="/postgres"))
    if into is None:
        await drop_database(server, name)
    await create_databases(server, [name])
    said = await recorded.read(databases, topic)
    try:
        made = await _fold(urlunsplit(live._replace(path=f"/{name}")), package, said)
        kept = await _dump(databases[package], package)
    finally:
        if into is None:
            await drop_database(server, name)
    return Replayed(len(said), len(made), len(kept - made), len(made - kept))


async def _fold(url: str, package: str, said: list[recorded.Said]) -> set[str]:
    engine = create_engine(url, name="eskalera replay", statement_timeout=None)
    apply: Any = import_module(f"{package}.replay").apply
    try:
        await migrate(engine, "chassis", package)
        with Progress(console=Console(stderr=True)) as progress:
            bar = progress.add_task(f"Replaying {package}", total=len(said))
            for events in recorded.slices(said, SLICE):
                async with engine.begin() as conn:
                    await apply(conn, events)
                progress.advance(bar, len(events))
        return await _dump(url, package)
    finally:
        await engine.dispose()


async def _dump(url: str, package: str) -> set[str]:
    engine = create_engine(url, name="eskalera replay", statement_timeout=None)
    dump: Any = import_module(f"{package}.store").dump
    try:
        async with engine.connect() as conn:
            return set(str(await dump(conn)).splitlines())
    finally:
        await engine.dispose()
