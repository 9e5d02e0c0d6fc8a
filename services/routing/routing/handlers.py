"""The one use case of routing: a batch of events, decided in memory between one load and one save.

Per event: fold it, let its reaction state what follows, fold each of these at once, so that the next event of the batch
meets the world as if its predecessor had been handled alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import outbox, telemetry
from chassis.consumer import processing
from chassis.messages import Outgoing
from contracts import envelope
from contracts.envelope import Received
from contracts.events.base import Event
from contracts.events.routing import TicketLinked
from contracts.events.ticketing import (
    DirectoryChanged,
    ReopenRequested,
    SplitRequested,
    SuggestionAcceptRequested,
    SuggestionRefuseRequested,
    TicketErased,
    TicketFiled,
    TicketReopened,
    UnlinkRequested,
    WorkChanged,
)
from grouping import Engine, Link, Refused
from routing import metrics
from routing.domain.consequences import Reaction
from routing.domain.context import Context
from routing.domain.fold import fold
from routing.domain.observed import erased, facts
from routing.domain.state import World
from routing.engines import Engines
from routing.store import erasure, worlds
from routing.store import facts as stored
from routing.store.directories import Directories

_TAKE_OFF = (UnlinkRequested, SplitRequested)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch works with."""

    conn: AsyncConnection
    world: World
    engines: dict[str, Engine]
    """Of the municipalities in which a ticket is to be understood."""


def _now() -> datetime:
    return datetime.now(UTC)


class Handlers:
    """Routing's state of a process: parsed directories and grouping indexes, both caches of the tables."""

    def __init__(self, reactions: Mapping[type[Event], Reaction], now: Callable[[], datetime] = _now) -> None:
        self._reactions = reactions
        self._now = now
        self._directories = Directories()
        self._engines = Engines(self._directories)

    async def handle(self, conn: AsyncConnection, messages: Sequence[Received]) -> None:
        """Take a batch in and say what follows from it; one transaction, which the caller commits."""
        events = [message.event for message in messages]
        named = worlds.Named.by(events)
        world = await worlds.lock(conn, named.municipalities)
        world.directories = await self._directories.of(conn, named.municipalities)
        await worlds.load(conn, world, named)
        await _bring_in_works(conn, world, events)
        deciding = municipalities_of(events, (TicketFiled, TicketErased, *_TAKE_OFF))
        batch = Batch(conn, world, await self._engines.take(conn, world, deciding))
        said: list[Outgoing] = []
        for message in messages:
            with processing(message):
                stated = await self._take_in(batch, message.event)
                trace = telemetry.traceparent()
                said += (Outgoing(**envelope.row(own), traceparent=trace) for own in stated)
        await worlds.save(conn, world)
        await erasure.redact(conn, events)
        await outbox.add(conn, said)
        await self._engines.keep(conn, world, batch.engines)

    async def _take_in(self, batch: Batch, event: Event) -> list[Event]:
        """One event and all that follows from it."""
        fold(batch.world, event)
        context = Context(cause=event, now=self._now())
        if isinstance(event, TicketFiled):
            await _decide(batch, event, context)
        elif isinstance(event, _TAKE_OFF):
            _understand(batch, event, context)
        elif isinstance(event, TicketErased):
            _forget(batch, event)
        elif isinstance(event, TicketReopened | ReopenRequested):
            await _bring_back(batch, event)
        elif isinstance(event, SuggestionAcceptRequested | SuggestionRefuseRequested):
            await _bring_in_suggested(batch, event)
        elif isinstance(event, DirectoryChanged):
            await worlds.load_open(batch.conn, batch.world, event.municipality)
            if event.municipality in batch.engines:
                self._engines.turn(batch.engines[event.municipality], event.municipality, event.directory)
        reaction = self._reactions.get(type(event))
        stated: list[Event] = []
        for own in reaction(batch.world, event, context) if reaction else ():
            former = batch.world.links.get(own.ticket) if isinstance(own, TicketLinked) else None
            fold(batch.world, own)
            _observe(batch, own)
            metrics.count(own, former, batch.world)
            stated.append(own)
        return stated


async def _bring_in_works(conn: AsyncConnection, world: World, events: Iterable[Event]) -> None:
    """What may explain a report, or what an incident may go on waiting for."""
    at = [event.at for event in events if isinstance(event, TicketFiled | WorkChanged)]
    if at:
        await worlds.load_running(conn, world, min(at), max(at))


async def _decide(batch: Batch, event: TicketFiled, context: Context) -> None:
    """Ask grouping, and bring in the cases it names."""
    ticket = batch.world.ticket(event.ticket, event.municipality)
    if ticket is None or ticket.incident is not None:
        return
    started = perf_counter()
    context.decision = batch.engines[event.municipality].decide(ticket.report)
    metrics.DECISION_SECONDS.observe(perf_counter() - started)
    decision = context.decision
    metrics.DECISIONS.labels(type(decision.outcome).__name__.lower()).inc()
    incidents = {incident for join in decision.joins for incident in (join.incident, join.into)}
    if isinstance(decision.outcome, Link):
        incidents.add(decision.outcome.incident)
    if decision.raised is not None:
        incidents.add(decision.raised.incident)
    await worlds.load_incidents(batch.conn, batch.world, incidents)
    await worlds.load_cases(batch.conn, batch.world, {ticket for join in decision.joins for ticket in join.tickets})


def _understand(batch: Batch, event: UnlinkRequested | SplitRequested, context: Context) -> None:
    """What tickets are about that staff take off an incident: not what the incident is about."""
    named = (event.ticket,) if isinstance(event, UnlinkRequested) else event.tickets
    ticket = next((t for id_ in named if (t := batch.world.ticket(id_, event.municipality))), None)
    if ticket is not None:
        context.understood = batch.engines[event.municipality].understand(ticket.report)


def _forget(batch: Batch, event: TicketErased) -> None:
    engine = batch.engines[event.municipality]
    for fact in erased(batch.world.ticket(event.ticket, event.municipality)):
        engine.observe(fact)


async def _bring_back(batch: Batch, event: TicketReopened | ReopenRequested) -> None:
    """What has gathered since, and what grouping has to know again of an incident that may come back from its end."""
    world, engine, named = batch.world, batch.engines.get(event.municipality), event.incident
    if isinstance(event, TicketReopened):
        ticket = world.ticket(event.ticket, event.municipality)
        named = ticket.incident if ticket else None
    incident = world.incident(named, event.municipality)
    if incident is not None and incident.recurrence is not None:
        await worlds.load_tickets_of(batch.conn, batch.world, incident.recurrence)
    if engine is not None and incident is not None and incident.ended:
        await worlds.load_tickets_of(batch.conn, batch.world, incident.id)
        async for fact in stored.said_of(batch.conn, incident.id):
            engine.observe(fact)


async def _bring_in_suggested(batch: Batch, event: SuggestionAcceptRequested | SuggestionRefuseRequested) -> None:
    """All that the answer is about, and what people said does not belong to the other incident.

    A suggestion of this very batch names cases that nobody else has named.
    """
    world = batch.world
    suggestion = world.suggestions.get(event.suggestion)
    if suggestion is None:
        return
    await worlds.load_cases(batch.conn, world, (suggestion.candidate, *suggestion.tickets))
    await worlds.load_tickets_of(batch.conn, world, suggestion.incident)
    into = world.last_of(suggestion.candidate, event.municipality)
    if into is None or isinstance(event, SuggestionRefuseRequested):
        return
    for incident in list(world.incidents.values()):  # one that went on there in this batch is not stored so yet
        if world.last_of(incident.id, event.municipality) is into:
            async for fact in stored.said_of(batch.conn, incident.id):
                if isinstance(fact, Refused):
                    world.refused.add((fact.ticket, incident.id))


def _observe(batch: Batch, own: Event) -> None:
    engine = batch.engines.get(own.municipality)
    if engine is not None:
        for fact in facts(batch.world, own):
            engine.observe(fact)


def municipalities_of(events: Iterable[Event], types: tuple[type[Event], ...]) -> set[str]:
    """Whose events of these types are among them."""
    return {event.municipality for event in events if isinstance(event, types)}
