"""The cases that a use case is about, read and kept in one transaction, for who may see or change them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import outbox
from contracts import ids
from contracts.directory import Directory
from contracts.events.base import Event
from contracts.values import Actor
from ticketing.domain import access, recorder
from ticketing.domain.access import Identity
from ticketing.domain.state import Incident, Ticket
from ticketing.handlers.errors import NotAllowed, NotFound
from ticketing.store import intake, world


def now() -> datetime:
    """The wall clock, in UTC; rules take it as an argument."""
    return datetime.now(UTC)


@asynccontextmanager
async def case_of(
    engine: AsyncEngine, directory: Directory, what: str, case: str
) -> AsyncIterator[tuple[AsyncConnection, world.Loaded]]:
    """One transaction with what is known of the case, locked, and kept at its end; NotFound(`what`) for no such id."""
    try:
        ids.kind_of(case)
    except ValueError as error:
        raise NotFound(what) from error
    async with engine.begin() as conn:
        loaded = await world.load_cases(conn, [case], {directory.id: directory})
        yield conn, loaded
        await world.save(conn, loaded)


async def tell(conn: AsyncConnection, events: Sequence[Event]) -> None:
    """To all who listen, once the transaction is done."""
    await outbox.add(conn, intake.outgoing(events))


def about(directory: Directory, ticket: Ticket, by: Actor, at: datetime | None = None) -> dict[str, Any]:
    """What every fact about a ticket says, whatever it is; `at`: now, unless several are of one moment."""
    return {
        "id": ids.new("event"),
        "at": at or now(),
        "municipality": directory.id,
        "ticket": ticket.id,
        "incident": ticket.incident,
        "by": by,
    }


async def record(conn: AsyncConnection, loaded: world.Loaded, event: Event) -> None:
    """The fact, known here at once with what follows for the histories, and told to all."""
    await tell(conn, [event, *recorder.take_in(loaded, event, event.at)])


def readable(loaded: world.Loaded, who: Identity, ticket_id: str) -> tuple[Ticket, Incident | None]:
    """A ticket that this person may see, and what it is on; NotFound for any other."""
    ticket = loaded.tickets.get(ticket_id)
    incident = loaded.incidents.get(ticket.incident or "") if ticket else None
    if ticket is None or access.reader_of_ticket(who, ticket, incident) is None:
        raise NotFound("ticket")
    return ticket, incident


def worked_on(loaded: world.Loaded, who: Identity, incident_id: str) -> Incident:
    """An incident that this person may act on; NotAllowed for one that they may only see, NotFound for any other."""
    incident = loaded.incidents.get(incident_id)
    if incident is None or access.reader_of_incident(who, incident) is None:
        raise NotFound("incident")
    if not access.may_act(who, incident):
        raise NotAllowed
    return incident
