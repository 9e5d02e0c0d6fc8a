"""Loads and locks the cases of a batch, and saves what changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, any_, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import statements
from chassis.bulk import Rows, Snapshot, any_of
from contracts import ids
from contracts.directory import Directory
from contracts.events.base import ConnectionRequest, Event
from contracts.events.ticketing import EntryRecorded
from contracts.events.vendor_bridge import ConnectionChanged, ConnectionRequestRefused
from vendor_bridge.domain.health import Key
from vendor_bridge.domain.reports import Report, Work
from vendor_bridge.domain.state import Chain, Delivery, Handoff, Incident, Person, Statement, Ticket, World
from vendor_bridge.store import connections, deliveries, directories, erasure
from vendor_bridge.store import tables as t
from vendor_bridge.store.directories import Directories

TICKETS = Rows(t.TicketRow, Ticket)
INCIDENTS = Rows(t.IncidentRow, Incident)
PEOPLE = Rows(t.PersonRow, Person)
CHAINS = Rows(t.ChainRow, Chain)
HANDOFFS = Rows(t.HandoffRow, Handoff)
DELIVERIES = Rows(t.DeliveryRow, Delivery)
STATEMENTS = Rows(t.StatementRow, Statement)
REPORTS = Rows(t.ReportRow, Report)
WORKS = Rows(t.WorkRow, Work)

_INCIDENTS = INCIDENTS.query(any_of(t.INCIDENT.c.id, "ids"))
_HANDOFFS = HANDOFFS.query(any_of(t.HANDOFF.c.incident, "incidents"), lock=False)
_TICKETS = TICKETS.query(any_of(t.TICKET.c.id, "ids"), lock=False)
_CHAINS = CHAINS.query(any_of(t.CHAIN.c.case_id, "cases"), lock=False)
_STATEMENTS = STATEMENTS.query(any_of(t.STATEMENT.c.event_id, "causes"), lock=False)
_REPORTS = REPORTS.query(or_(any_of(t.REPORT.c.id, "tickets"), any_of(t.REPORT.c.incident, "incidents")))
_WORKS = WORKS.query(any_of(t.WORK.c.id, "ids"))
_OWED = DELIVERIES.query(
    or_(
        and_(any_of(t.DELIVERY.c.handoff, "handoffs"), t.DELIVERY.c.state == "pending"),
        any_of(t.DELIVERY.c.webhook_id, "messages"),
    ),
    lock=False,
)
_handoff, _owed, _report = t.HANDOFF.c, t.DELIVERY.c, t.REPORT.c
_TICKETS_OF_IT = func.array(
    select(func.jsonb_array_elements_text(t.INCIDENT.c.tickets)).correlate(t.INCIDENT).scalar_subquery()
)
_WHOLE = INCIDENTS.query(
    any_of(t.INCIDENT.c.id, "ids"),
    HANDOFFS.beside(_handoff.incident == t.INCIDENT.c.id),
    DELIVERIES.beside((_owed.incident == t.INCIDENT.c.id) & (_owed.state == "pending")),
    REPORTS.beside(_report.incident == t.INCIDENT.c.id),
    TICKETS.beside(t.TICKET.c.id == any_(_TICKETS_OF_IT)),
    CHAINS.beside(t.CHAIN.c.case_id == any_(func.array_append(_TICKETS_OF_IT, t.INCIDENT.c.id))),
    lock=False,
)
_LOCK = statements.Statement(
    select(t.INCIDENT.c.id).where(any_of(t.INCIDENT.c.id, "ids")).order_by(t.INCIDENT.c.id).with_for_update()
)
_INCIDENT_OF = select(t.TICKET.c.incident).where(any_of(t.TICKET.c.id, "ids"), t.TICKET.c.incident.is_not(None))

CHANNEL = "delivery"
_WAKE = text(f"SELECT pg_notify('{CHANNEL}', '')")


@dataclass(frozen=True, slots=True)
class _Entry:
    case_id: str
    seq: int
    municipality: str
    event_id: str
    caused_by: str
    content: dict[str, Any]


_ENTRIES = Rows(t.ChainEntryRow, _Entry)


class Loaded(World):
    """A world that knows how its parts looked in the database."""

    __slots__ = ("before", "snapshot")

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self.snapshot = Snapshot()
        self.before: dict[str, Directory] = {}


async def load(conn: AsyncConnection, events: Sequence[Event], known: Directories, now: datetime) -> Loaded:
    """The cases that `events` touch, their incidents locked by id (R18), with what hangs on them."""
    world = Loaded(now)
    await _load_directories(conn, world, known, {event.municipality for event in events})
    cases = {case for event in events for case in event.cases}
    causes = {event.entry.caused_by for event in events if isinstance(event, EntryRecorded)}
    messages = {message for event in events if (message := getattr(event, "webhook_id", None))}
    cases |= await erasure.incidents_told(conn, events)
    await _load_cases(conn, world, cases, messages)
    await _load_connections(conn, world, [event for event in events if isinstance(event, _ABOUT_CONNECTIONS)])
    if causes:
        world.statements = await _STATEMENTS.load(conn, causes=causes)
        world.snapshot.take(world.statements.values())
    return world


async def load_incident(
    conn: AsyncConnection, municipality: str, incident: str, known: Directories, now: datetime
) -> Loaded:
    """One incident, locked, with its hand-offs: for a vendor's message, or the end of a delivery."""
    return await load_incidents(conn, {municipality}, {incident}, known, now)


async def load_incidents(
    conn: AsyncConnection, municipalities: set[str], incidents: set[str], known: Directories, now: datetime
) -> Loaded:
    """Some incidents, locked by id (R18), with their hand-offs: for a group of messages."""
    return await load_whole(conn, await known.of(conn, municipalities), incidents, now)


async def load_whole(
    conn: AsyncConnection, directories: Mapping[str, Directory], incidents: Collection[str], now: datetime
) -> Loaded:
    """The same where the directories are known: one statement locks, one reads all that hangs on the incidents.

    Two, since what a statement reads beside the row that it waits for is as old as its own beginning.
    """
    world = Loaded(now)
    world.before, world.directories = dict(directories), dict(directories)
    if not incidents:
        return world
    await _LOCK.within(conn, {"ids": list(incidents)})
    reported: set[str] = set()
    for incident, (handoffs, owed, reports, tickets, chains) in (await _WHOLE.whole(conn, ids=incidents)).values():
        world.incidents[incident.id] = incident
        world.handoffs |= {handoff.id: handoff for handoff in HANDOFFS.items(handoffs)}
        world.deliveries |= {one.webhook_id: one for one in DELIVERIES.items(owed) if one.handoff in world.handoffs}
        world.tickets |= {ticket.id: ticket for ticket in TICKETS.items(tickets)}
        world.chains |= {chain.case_id: chain for chain in CHAINS.items(chains)}
        reported.update(report.id for report in REPORTS.items(reports))
    if reported:
        world.reports = await _REPORTS.load(conn, tickets=reported, incidents=())
    former = {
        ticket for each in world.handoffs.values() if each.last_incident for ticket in each.last_incident["tickets"]
    }
    if gone := former - world.tickets.keys():
        world.tickets |= await _TICKETS.load(conn, ids=gone)
    for part in (world.incidents, world.handoffs, world.deliveries, world.tickets, world.chains, world.reports):
        world.snapshot.take(part.values())
    return world


_ABOUT_CONNECTIONS = (ConnectionRequest, ConnectionChanged, ConnectionRequestRefused)


async def _load_connections(conn: AsyncConnection, world: Loaded, events: Sequence[Any]) -> None:
    if not events:
        return
    keys = {(event.municipality, event.connection) for event in events}
    world.pauses = await connections.pauses(conn, keys)
    world.errands = await connections.errands(conn, {event.request_id for event in events if event.request_id})
    world.standings = await connections.standings(conn, keys)
    world.snapshot.take(world.pauses.values())
    world.snapshot.take(world.errands.values())


async def load_connection(
    conn: AsyncConnection, key: Key, known: Directories, now: datetime, request_id: str | None = None
) -> Loaded:
    """One connection, locked, with how it stands: for what is told of it, and the errand that ends so."""
    world = Loaded(now)
    await connections.lock(conn, [key])
    await _load_directories(conn, world, known, {key[0]})
    world.pauses = await connections.pauses(conn, [key])
    world.errands = await connections.errands(conn, [request_id] if request_id else [])
    world.standings = await connections.standings(conn, [key])
    world.snapshot.take(world.pauses.values())
    world.snapshot.take(world.errands.values())
    return world


async def _load_directories(conn: AsyncConnection, world: Loaded, known: Directories, names: set[str]) -> None:
    world.before = await known.of(conn, names)
    world.directories = dict(world.before)


async def _load_cases(conn: AsyncConnection, world: Loaded, cases: set[str], messages: set[str]) -> None:
    tickets = {case for case in cases if ids.kind_of(case) == "ticket"}
    incidents = {case for case in cases if ids.kind_of(case) == "incident"}
    if tickets:
        # Read unlocked: only this consumer moves a ticket between incidents, and it holds one batch at a time.
        incidents |= set(await conn.scalars(_INCIDENT_OF, {"ids": list(tickets)}))
    if incidents:
        world.incidents = await _INCIDENTS.load(conn, ids=incidents)
        world.handoffs = await _HANDOFFS.load(conn, incidents=incidents)
    if world.handoffs:
        world.deliveries = await _OWED.load(conn, handoffs=world.handoffs, messages=messages)
    if tickets or incidents:
        world.reports = await _REPORTS.load(conn, tickets=tickets, incidents=incidents)
    if works := {case for case in cases if ids.kind_of(case) == "work"}:
        world.works = await _WORKS.load(conn, ids=works)
    for handoff in world.handoffs.values():
        tickets |= set(world.incidents[handoff.incident].tickets)
    if tickets:
        world.tickets = await _TICKETS.load(conn, ids=tickets)
    if chained := tickets | incidents:
        world.chains = await _CHAINS.load(conn, cases=chained)
    parts = (world.incidents, world.handoffs, world.deliveries, world.tickets, world.chains)
    for part in (*parts, world.reports, world.works):
        world.snapshot.take(part.values())


async def save(conn: AsyncConnection, world: Loaded) -> None:
    """Write what changed: one statement a table; wakes the senders where a message is new or due."""
    changed = world.snapshot.changed
    await TICKETS.save(conn, changed(world.tickets.values()))
    await INCIDENTS.save(conn, changed(world.incidents.values()))
    await CHAINS.save(conn, changed(world.chains.values()))
    await HANDOFFS.save(conn, changed(world.handoffs.values()))
    await STATEMENTS.save(conn, changed(world.statements.values()))
    await PEOPLE.save(conn, world.people.values())
    await REPORTS.save(conn, changed(world.reports.values()))
    await WORKS.save(conn, changed(world.works.values()))
    await _ENTRIES.save(conn, (_entry(*recorded) for recorded in world.entries))
    new = [(name, now) for name, now in world.directories.items() if world.before.get(name) is not now]
    await directories.save(conn, new, world.now)
    owed = changed(world.deliveries.values())
    await DELIVERIES.save(conn, owed)
    await _save_connections(conn, world)
    if new:
        await connections.wake(conn)
    if owed:
        await conn.execute(_WAKE)


async def _save_connections(conn: AsyncConnection, world: Loaded) -> None:
    changed = world.snapshot.changed
    await connections.PAUSES.save(conn, changed(world.pauses.values()))
    await connections.ERRANDS.save(conn, given := changed(world.errands.values()))
    for told in world.told.values():
        await connections.note_told(conn, told)
    for municipality, name in sorted(world.resumed):
        await deliveries.turn_on(conn, municipality, name)
    if world.resumed:
        await conn.execute(_WAKE)
    if given:
        await connections.wake(conn)


def _entry(municipality: str, event_id: str, entry: Any) -> _Entry:
    return _Entry(entry.case, entry.seq, municipality, event_id, entry.caused_by, entry.model_dump(mode="json"))
