"""Loads and locks the cases of a batch, and saves what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import Rows, Snapshot
from contracts import ids
from contracts.directory import Directory
from contracts.events.base import Event
from contracts.events.routing import IncidentClosed
from contracts.events.ticketing import DirectoryChanged, PersonChanged
from contracts.timeline import Entry
from ticketing.domain.state import (
    Clock,
    Command,
    Handoff,
    Incident,
    Link,
    Proposal,
    Question,
    Ticket,
    World,
)
from ticketing.store import tables as t

TICKETS = Rows(t.TicketRow, Ticket)
INCIDENTS = Rows(t.IncidentRow, Incident)
LINKS = Rows(t.LinkRow, Link)
CLOCKS = Rows(t.ClockRow, Clock)
HANDOFFS = Rows(t.HandoffRow, Handoff)
QUESTIONS = Rows(t.QuestionRow, Question)
PROPOSALS = Rows(t.ProposalRow, Proposal)
COMMANDS = Rows(t.CommandRow, Command)


@dataclass(frozen=True, slots=True)
class _EntryItem:
    case_id: str
    seq: int
    municipality: str
    at: str
    content: dict[str, object]


@dataclass(frozen=True, slots=True)
class _PersonItem:
    municipality: str
    person: str
    name: str
    role: str
    schools: tuple[str, ...]
    teams: tuple[str, ...]
    email: str | None
    language: str
    placeholder: bool


@dataclass(frozen=True, slots=True)
class _DirectoryItem:
    municipality: str
    version: str
    content: dict[str, object]


_ENTRIES = Rows(t.EntryRow, _EntryItem)
_PERSONS = Rows(t.PersonRow, _PersonItem)
_DIRECTORIES = Rows(t.DirectoryRow, _DirectoryItem)


class Loaded(World):
    """A world that knows how its parts looked in the database."""

    __slots__ = ("snapshot",)

    def __init__(self) -> None:
        super().__init__()
        self.snapshot = Snapshot()


async def load(conn: AsyncConnection, events: Sequence[Event], directories: dict[str, Directory]) -> Loaded:
    """The cases that `events` touch, locked by id (R18), with what hangs on them."""
    cases = {case for event in events for case in event.cases}
    closing = {event.incident for event in events if isinstance(event, IncidentClosed)}
    requests = {rid for event in events if (rid := getattr(event, "request_id", None))}
    world = Loaded()
    world.directories |= directories
    if not cases:
        return world
    await _lock(conn, world, await _reach(conn, cases, closing))
    await _load_parts(conn, world, requests)
    return world


async def load_cases(
    conn: AsyncConnection, cases: Iterable[str], directories: dict[str, Directory], requests: Iterable[str] = ()
) -> Loaded:
    """The named cases, locked by id, with what hangs on them: for a command."""
    world = Loaded()
    world.directories |= directories
    await _lock(conn, world, await _reach(conn, set(cases), set()))
    await _load_parts(conn, world, set(requests))
    return world


async def _reach(conn: AsyncConnection, cases: set[str], closing: set[str]) -> set[str]:
    """The cases and those that their changes reach: a ticket's incident, a closing incident's tickets, who is asked.

    Read unlocked: only this consumer moves a ticket between incidents, and it holds one batch at a time.
    """
    reached = set(cases)
    tickets = [case for case in cases if ids.kind_of(case) == "ticket"]
    if tickets:
        query = select(t.TICKET.c.incident).where(t.TICKET.c.id.in_(tickets))
        reached |= {incident for incident in await conn.scalars(query) if incident is not None}
    incidents = [case for case in reached if ids.kind_of(case) == "incident"]
    if closing:
        linked = select(t.TICKET.c.id).where(t.TICKET.c.incident.in_(closing))
        reached |= set(await conn.scalars(linked))
    if incidents:
        asked = select(t.QUESTION.c.ticket).where(
            t.QUESTION.c.incident.in_(incidents), t.QUESTION.c.answered_at.is_(None)
        )
        reached |= {ticket for ticket in await conn.scalars(asked) if ticket is not None}
    return reached


async def _lock(conn: AsyncConnection, world: Loaded, cases: set[str]) -> None:
    incidents = [case for case in cases if ids.kind_of(case) == "incident"]
    tickets = [case for case in cases if ids.kind_of(case) == "ticket"]
    if incidents:
        world.incidents = await INCIDENTS.load(conn, t.INCIDENT.c.id.in_(incidents))
    if tickets:
        world.tickets = await TICKETS.load(conn, t.TICKET.c.id.in_(tickets))
    world.snapshot.take(world.incidents.values())
    world.snapshot.take(world.tickets.values())


async def _load_parts(conn: AsyncConnection, world: Loaded, requests: set[str]) -> None:
    if world.incidents:
        of = list(world.incidents)
        world.clocks = await CLOCKS.load(
            conn, and_(t.CLOCK.c.incident.in_(of), t.CLOCK.c.stopped_at.is_(None)), lock=False
        )
        world.handoffs = await HANDOFFS.load(conn, t.HANDOFF.c.incident.in_(of), lock=False)
        world.questions = await QUESTIONS.load(
            conn, and_(t.QUESTION.c.incident.in_(of), t.QUESTION.c.answered_at.is_(None)), lock=False
        )
        world.proposals = await PROPOSALS.load(
            conn, and_(t.PROPOSAL.c.incident.in_(of), t.PROPOSAL.c.decided_at.is_(None)), lock=False
        )
    if world.tickets:
        world.links = await LINKS.load(conn, _current_links(world), lock=False)
    if requests:
        world.commands = await COMMANDS.load(conn, t.COMMAND.c.id.in_(requests), lock=False)
    for part in (world.clocks, world.handoffs, world.questions, world.proposals, world.links, world.commands):
        world.snapshot.take(part.values())


def _current_links(world: World) -> ColumnElement[bool]:
    return and_(t.LINK.c.ticket.in_(list(world.tickets)), t.LINK.c.unlinked_at.is_(None))


async def save(conn: AsyncConnection, world: Loaded) -> None:
    """Write what changed: one statement a table."""
    snapshot = world.snapshot
    await TICKETS.save(conn, snapshot.changed(world.tickets.values()))
    await INCIDENTS.save(conn, snapshot.changed(world.incidents.values()))
    await LINKS.save(conn, snapshot.changed(world.links.values()))
    await CLOCKS.save(conn, snapshot.changed(world.clocks.values()))
    await HANDOFFS.save(conn, snapshot.changed(world.handoffs.values()))
    await QUESTIONS.save(conn, snapshot.changed(world.questions.values()))
    await PROPOSALS.save(conn, snapshot.changed(world.proposals.values()))
    await COMMANDS.save(conn, snapshot.changed(world.commands.values()))
    await _ENTRIES.add(conn, (_entry_item(world, entry) for entry in world.entries))
    await save_persons(conn, list(world.persons.values()))
    if world.numbers:
        used = [(municipality, year, last) for (municipality, year), last in world.numbers.items()]
        municipalities, years, lasts = zip(*used, strict=True)
        await conn.execute(
            _RAISE_NUMBERS, {"municipalities": list(municipalities), "years": list(years), "lasts": list(lasts)}
        )


_RAISE_NUMBERS = text(
    "INSERT INTO ticket_counter AS n (municipality, year, last)"
    " SELECT * FROM unnest(CAST(:municipalities AS text[]), CAST(:years AS int[]), CAST(:lasts AS int[]))"
    " ON CONFLICT (municipality, year) DO UPDATE SET last = greatest(n.last, excluded.last)"
)


def _entry_item(world: World, entry: Entry) -> _EntryItem:
    case = world.chain(entry.case)
    return _EntryItem(
        case_id=entry.case,
        seq=entry.seq,
        municipality=case.municipality if case else "",
        at=entry.at.isoformat(),
        content=entry.model_dump(mode="json"),
    )


def _person_item(person: PersonChanged) -> _PersonItem:
    return _PersonItem(
        municipality=person.municipality,
        person=person.person,
        name=person.name,
        role=person.role,
        schools=person.schools,
        teams=person.teams,
        email=person.email,
        language=person.language,
        placeholder=person.placeholder,
    )


async def save_directory(conn: AsyncConnection, event: DirectoryChanged) -> None:
    """Keep the newest configuration of a municipality, and tell every replica of this service."""
    item = _DirectoryItem(event.municipality, event.version, event.directory.model_dump(mode="json"))
    await _DIRECTORIES.save(conn, [item])
    await conn.execute(_ANNOUNCE_DIRECTORY, {"municipality": event.municipality})


DIRECTORY_CHANNEL = "directory"
_ANNOUNCE_DIRECTORY = text(f"SELECT pg_notify('{DIRECTORY_CHANNEL}', :municipality)")


async def directory_version(conn: AsyncConnection, municipality: str) -> str | None:
    """The version in force, locked against another apply; None for a municipality that is new."""
    query = select(t.DIRECTORY.c.version).where(t.DIRECTORY.c.municipality == municipality)
    version: str | None = await conn.scalar(query.with_for_update())
    return version


async def directories(conn: AsyncConnection) -> dict[str, Directory]:
    """Every municipality's configuration in force."""
    found = await conn.execute(select(t.DIRECTORY.c.municipality, t.DIRECTORY.c.content))
    return {row.municipality: Directory.model_validate(row.content) for row in found}


async def save_persons(conn: AsyncConnection, persons: Sequence[PersonChanged]) -> None:
    """Insert or overwrite people."""
    await _PERSONS.save(conn, [_person_item(person) for person in persons])


async def changed_persons(conn: AsyncConnection, persons: Sequence[PersonChanged]) -> list[PersonChanged]:
    """Those of `persons` that are new or differ from what is kept."""
    keys = [(person.municipality, person.person) for person in persons]
    if not keys:
        return []
    where = tuple_(t.PERSON.c.municipality, t.PERSON.c.person).in_(keys)
    known = await _PERSONS.load(conn, where, lock=False)
    return [person for person in persons if _differs(known.get((person.municipality, person.person)), person)]


def _differs(known: _PersonItem | None, person: PersonChanged) -> bool:
    return known is None or replace(known, schools=tuple(known.schools), teams=tuple(known.teams)) != _person_item(
        person
    )
