"""The one use case of routing: a batch of events, decided in memory between one load and one save.

Per event: fold it, let its reaction state what follows, fold each of these at once, so that the next event of the batch
meets the world as if its predecessor had been handled alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import outbox, telemetry
from chassis.consumer import processing
from chassis.messages import Outgoing
from contracts import envelope
from contracts.envelope import Received
from contracts.events.base import Event
from contracts.events.routing import RequestRefused
from contracts.events.ticketing import DirectoryChanged, TicketFiled
from grouping import Engine, Link
from routing import metrics
from routing.domain.context import Context
from routing.domain.fold import fold
from routing.domain.observed import facts
from routing.domain.state import World
from routing.engines import Engines
from routing.store import worlds
from routing.store.directories import Directories

Reaction = Callable[[World, Any, Context], Iterator[Event]]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch works with."""

    conn: AsyncConnection
    world: World
    engines: dict[str, Engine]
    """Of the municipalities in which a ticket is filed."""


def _now() -> datetime:
    return datetime.now(UTC)


class Handlers:
    """Routing's state of a process: parsed directories and grouping indexes, both caches of the tables."""

    def __init__(self, reactions: Mapping[type[Event], Reaction], now: Callable[[], datetime] = _now) -> None:
        self._reactions = reactions
        self._now = now
        self._engines = Engines()
        self._directories = Directories()

    async def handle(self, conn: AsyncConnection, messages: Sequence[Received]) -> None:
        """Take a batch in and say what follows from it; one transaction, which the caller commits."""
        events = [message.event for message in messages]
        named = worlds.Named.by(events)
        world = await worlds.lock(conn, named.municipalities)
        world.directories = await self._directories.of(conn, named.municipalities)
        await worlds.load(conn, world, named)
        batch = Batch(conn, world, await self._engines.take(conn, world, municipalities_of(events, TicketFiled)))
        said: list[Outgoing] = []
        for message in messages:
            with processing(message):
                stated = await self._take_in(batch, message.event)
                trace = telemetry.traceparent()
                said += (Outgoing(**envelope.row(own), traceparent=trace) for own in stated)
        await worlds.save(conn, world)
        await outbox.add(conn, said)
        await self._engines.keep(conn, world, batch.engines)

    async def _take_in(self, batch: Batch, event: Event) -> list[Event]:
        """One event and all that follows from it."""
        fold(batch.world, event)
        context = Context(cause=event, now=self._now())
        if isinstance(event, TicketFiled):
            await _decide(batch, event, context)
        elif isinstance(event, DirectoryChanged) and event.municipality in batch.engines:
            self._engines.turn(batch.engines[event.municipality], event.municipality, event.directory)
        reaction = self._reactions.get(type(event))
        stated: list[Event] = []
        for own in reaction(batch.world, event, context) if reaction else ():
            fold(batch.world, own)
            _observe(batch, own)
            stated.append(own)
        return stated


async def _decide(batch: Batch, event: TicketFiled, context: Context) -> None:
    """Ask grouping, and bring in the incident it names."""
    started = perf_counter()
    context.decision = batch.engines[event.municipality].decide(batch.world.tickets[event.ticket].report)
    metrics.DECISION_SECONDS.observe(perf_counter() - started)
    outcome = context.decision.outcome
    metrics.DECISIONS.labels(type(outcome).__name__.lower()).inc()
    if isinstance(outcome, Link):
        await worlds.load_incidents(batch.conn, batch.world, (outcome.incident,))


def _observe(batch: Batch, own: Event) -> None:
    engine = batch.engines.get(own.municipality)
    if engine is not None:
        for fact in facts(batch.world, own):
            engine.observe(fact)
    if isinstance(own, RequestRefused):
        metrics.REFUSALS.labels(own.code).inc()


def municipalities_of(events: Iterable[Event], event_type: type[Event]) -> set[str]:
    """Whose events of this type are among them."""
    return {event.municipality for event in events if isinstance(event, event_type)}
