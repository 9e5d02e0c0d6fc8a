"""Loads and locks the cases of a batch, and saves what changed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, or_, select, text, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import Query, Rows, Snapshot, any_of
from contracts import ids
from contracts.directory import Directory
from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.events.ticketing import DirectoryChanged, PersonChanged, TicketAnswered
from contracts.timeline import Entry
from ticketing.domain.reported import year_of
from ticketing.domain.state import (
    Clock,
    Command,
    Connection,
    Handoff,
    Incident,
    Link,
    Proposal,
    Question,
    Suggestion,
    Ticket,
    Work,
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
SUGGESTIONS = Rows(t.SuggestionRow, Suggestion)
COMMANDS = Rows(t.CommandRow, Command)
CONNECTIONS = Rows(t.ConnectionRow, Connection)
WORKS = Rows(t.WorkRow, Work)


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


_INCIDENTS = INCIDENTS.query(any_of(t.INCIDENT.c.id, "ids"))
_TICKETS = TICKETS.query(any_of(t.TICKET.c.id, "ids"))
_COMMANDS = COMMANDS.query(any_of(t.COMMAND.c.id, "ids"), lock=False)
_ANSWERED = SUGGESTIONS.query(any_of(t.SUGGESTION.c.id, "ids"), lock=False)
_WORKS = WORKS.query(any_of(t.WORK.c.id, "ids"), lock=False)
_WORKS_TO_CHANGE = WORKS.query(any_of(t.WORK.c.id, "ids"))
_INCIDENTS_OF = select(t.TICKET.c.incident).where(any_of(t.TICKET.c.id, "tickets"))
_TICKETS_OF = select(t.TICKET.c.id).where(any_of(t.TICKET.c.incident, "incidents"))
_LONE_TICKETS_OF = _TICKETS_OF.join(t.INCIDENT, t.INCIDENT.c.id == t.TICKET.c.incident).where(t.INCIDENT.c.tickets == 1)
_CURRENT_QUESTION = or_(t.QUESTION.c.answered_at.is_(None), t.QUESTION.c.closed_by.is_not(None))
"""It waits for an answer, or may again."""
_ASKED_OF = select(t.QUESTION.c.ticket).where(any_of(t.QUESTION.c.incident, "incidents"), _CURRENT_QUESTION)

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
    """The cases that `events` touch, locked by id (R18), with what these events change of what hangs on them."""
    cases = {case for event in events for case in event.cases}
    requests = {rid for event in events if (rid := getattr(event, "request_id", None))}
    world = Loaded()
    world.directories |= directories
    if not cases:
        await _load_parts(conn, world, requests, [])
        return world
    closing = {event.incident for event in events if isinstance(event, r.IncidentClosed | r.IncidentReopened)}
    proposing = {event.incident for event in events if isinstance(event, _ON_THE_ASKED)}
    speaking = {event.incident for event in events if isinstance(event, v.VendorEvent | v.HandoffReturned)}
    await _lock(conn, world, await _reach(conn, cases, closing, proposing, speaking))
    if works := [case for case in cases if ids.kind_of(case) == "work"]:
        announced = any(isinstance(event, v.VendorWorkAnnounced) for event in events)
        world.works = await (_WORKS_TO_CHANGE if announced else _WORKS).load(conn, ids=works)
        world.snapshot.take(world.works.values())
    await _load_parts(conn, world, requests, [part for part in _PARTS if part.is_touched(events)])
    if answered := {event.suggestion for event in events if isinstance(event, r.TicketLinked) and event.suggestion}:
        world.suggestions |= (missing := await _ANSWERED.load(conn, ids=answered - world.suggestions.keys()))
        world.snapshot.take(missing.values())
    return world


async def take_numbers(conn: AsyncConnection, world: Loaded, events: Sequence[Event]) -> None:
    """The last ticket number of where a vendor reports, locked until commit as intake locks it: none is given twice."""
    counters = {
        (event.municipality, year_of(event, world.directories[event.municipality]))
        for event in events
        if isinstance(event, v.VendorTicketReported) and event.ticket not in world.tickets
    }
    for municipality, year in sorted(counters):
        last: int = (await conn.execute(_TAKE_NUMBER, {"municipality": municipality, "year": year})).scalar_one()
        world.numbers[municipality, year] = last


async def load_cases(
    conn: AsyncConnection, cases: Iterable[str], directories: dict[str, Directory], requests: Iterable[str] = ()
) -> Loaded:
    """The named cases, locked by id, with all that hangs on them: for a command."""
    world = Loaded()
    world.directories |= directories
    await _lock(conn, world, await _reach(conn, set(cases), set(), set(), set()))
    await _load_parts(conn, world, set(requests), _PARTS)
    return world


async def _reach(
    conn: AsyncConnection, cases: set[str], closing: set[str], proposing: set[str], speaking: set[str]
) -> set[str]:
    """The cases and those that their changes reach.

    A ticket's incident; the tickets of an incident that closes or opens again; those asked a question that a vendor's
    proposal ends, its rejection opens again or staff answer; the only ticket of an incident that a vendor speaks about.

    Read unlocked: only this consumer moves a ticket between incidents, and it holds one batch at a time.
    """
    reached = set(cases)
    tickets = [case for case in cases if ids.kind_of(case) == "ticket"]
    if tickets:
        reached |= await _ids(conn, _INCIDENTS_OF, tickets=tickets)
    if closing:
        reached |= await _ids(conn, _TICKETS_OF, incidents=closing)
    if speaking:
        reached |= await _ids(conn, _LONE_TICKETS_OF, incidents=speaking)
    if proposing:
        reached |= await _ids(conn, _ASKED_OF, incidents=proposing)
    return reached


async def _ids(conn: AsyncConnection, query: Select[Any], **among: Iterable[str]) -> set[str]:
    found = await conn.scalars(query, {name: list(values) for name, values in among.items()})
    return {id_ for id_ in found if id_ is not None}


async def _lock(conn: AsyncConnection, world: Loaded, cases: set[str]) -> None:
    incidents = [case for case in cases if ids.kind_of(case) == "incident"]
    tickets = [case for case in cases if ids.kind_of(case) == "ticket"]
    if incidents:
        world.incidents = await _INCIDENTS.load(conn, ids=incidents)
    if tickets:
        world.tickets = await _TICKETS.load(conn, ids=tickets)
    world.snapshot.take(world.incidents.values())
    world.snapshot.take(world.tickets.values())


@dataclass(frozen=True, slots=True)
class _Part:
    """A table of what hangs on a case: its rows that may still change, and the facts that look at them."""

    name: str
    rows: Query[Any]
    facts: tuple[type[Event], ...]
    of: Literal["incident", "ticket"] = "incident"
    when: Callable[[Event], bool] = lambda _event: False
    """A fact that looks at them in some cases only."""

    def is_touched(self, events: Iterable[Event]) -> bool:
        return any(isinstance(event, self.facts) or self.when(event) for event in events)

    async def load(self, conn: AsyncConnection, world: Loaded) -> None:
        cases = world.tickets if self.of == "ticket" else world.incidents
        if cases:
            found = await self.rows.load(conn, cases=cases)
            getattr(world, self.name).update(found)
            world.snapshot.take(found.values())


def _current(rows: Rows[Any], of: ColumnElement[str], where: ColumnElement[bool]) -> Query[Any]:
    return rows.query(and_(any_of(of, "cases"), where), lock=False)


_ON_THE_ASKED = v.VendorResolutionProposed | r.ProposalRejected | v.HandoffAnswered | v.VendorStatusChanged
_ENDINGS = (r.IncidentStateChanged, r.IncidentClosed, r.IncidentSuperseded)
_PARTS = (
    _Part(
        "clocks",
        _current(CLOCKS, t.CLOCK.c.incident, or_(t.CLOCK.c.stopped_at.is_(None), t.CLOCK.c.paused_at.is_not(None))),
        (r.ClockEvent,),
    ),
    _Part("handoffs", _current(HANDOFFS, t.HANDOFF.c.incident, true()), (v.HandoffEvent,)),
    _Part(
        "questions",
        _current(QUESTIONS, t.QUESTION.c.incident, _CURRENT_QUESTION),
        (v.HandoffEvent, v.VendorTicketChanged, TicketAnswered, r.ProposalRejected, r.QuestionClosed),
    ),
    _Part(
        "questions",
        _current(QUESTIONS, t.QUESTION.c.ticket, _CURRENT_QUESTION),
        (r.QuestionClosed, v.HandoffAnswered),
        "ticket",
        when=lambda event: isinstance(event, r.TicketLinked) and event.previous is not None,
    ),
    _Part(
        "proposals",
        _current(PROPOSALS, t.PROPOSAL.c.incident, t.PROPOSAL.c.decided_at.is_(None)),
        (r.IncidentResolved, r.IncidentAssigned, r.ProposalRejected, v.VendorStatusChanged),
    ),
    _Part(
        "suggestions",
        _current(SUGGESTIONS, t.SUGGESTION.c.incident, t.SUGGESTION.c.state == "open"),
        (r.LinkSuggested, r.SuggestionRefused, r.TicketLinked, *_ENDINGS),
    ),
    _Part(
        "suggestions",
        _current(SUGGESTIONS, t.SUGGESTION.c.candidate, t.SUGGESTION.c.state == "open"),
        _ENDINGS,
    ),
    _Part("links", _current(LINKS, t.LINK.c.ticket, true()), (r.TicketLinked,), "ticket"),
)


async def _load_parts(conn: AsyncConnection, world: Loaded, requests: set[str], parts: Sequence[_Part]) -> None:
    for part in parts:
        await part.load(conn, world)
    if requests:
        world.commands = await _COMMANDS.load(conn, ids=requests)
        world.snapshot.take(world.commands.values())


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
    await SUGGESTIONS.save(conn, snapshot.changed(world.suggestions.values()))
    await COMMANDS.save(conn, snapshot.changed(world.commands.values()))
    await WORKS.save(conn, snapshot.changed(world.works.values()))
    await CONNECTIONS.save(conn, world.connections.values())
    await _ENTRIES.add(conn, (_entry_item(world, entry) for entry in world.entries))
    await save_persons(conn, list(world.persons.values()))
    if world.numbers:
        used = [(municipality, year, last) for (municipality, year), last in world.numbers.items()]
        municipalities, years, lasts = zip(*used, strict=True)
        await conn.execute(
            _RAISE_NUMBERS, {"municipalities": list(municipalities), "years": list(years), "lasts": list(lasts)}
        )


_TAKE_NUMBER = text(
    "INSERT INTO ticket_counter AS n (municipality, year, last) VALUES (:municipality, :year, 0)"
    " ON CONFLICT (municipality, year) DO UPDATE SET last = n.last RETURNING last"
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
