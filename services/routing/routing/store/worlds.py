"""A world in and out of the tables: everything a batch of messages names is read at once and written at once.

Locks are taken in the order of R18: municipalities by id, then cases by id. Whoever writes here holds its
municipality's row, so what is read afterwards without a lock of its own does not change before the commit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import Rows, any_of
from chassis.statements import Statement
from contracts.events.base import Event
from contracts.events.routing import IncidentReopened
from contracts.events.ticketing import ReopenRequested, TicketErased, WorkEvent
from routing.domain.state import (
    UNFINISHED,
    Answered,
    Clock,
    Configuration,
    Escalation,
    Incident,
    Link,
    Municipality,
    Proposal,
    Question,
    Refusal,
    Suggestion,
    Ticket,
    Timer,
    Work,
    World,
)
from routing.store import tables

MUNICIPALITIES = Rows(tables.MunicipalityRow, Municipality)
DIRECTORIES = Rows(tables.DirectoryRow, Configuration)
TICKETS = Rows(tables.TicketRow, Ticket)
INCIDENTS = Rows(tables.IncidentRow, Incident)
LINKS = Rows(tables.LinkRow, Link)
CLOCKS = Rows(tables.ClockRow, Clock)
ESCALATIONS = Rows(tables.EscalationRow, Escalation)
TIMERS = Rows(tables.TimerRow, Timer)
QUESTIONS = Rows(tables.QuestionRow, Question)
PROPOSALS = Rows(tables.ProposalRow, Proposal)
SUGGESTIONS = Rows(tables.SuggestionRow, Suggestion)
REFUSALS = Rows(tables.RefusalRow, Refusal)
REQUESTS = Rows(tables.RequestRow, Answered)
WORKS = Rows(tables.WorkRow, Work)

_SAVED: tuple[Rows[Any], ...] = (
    MUNICIPALITIES,
    DIRECTORIES,
    TICKETS,
    INCIDENTS,
    LINKS,
    CLOCKS,
    ESCALATIONS,
    TIMERS,
    QUESTIONS,
    PROPOSALS,
    SUGGESTIONS,
    REFUSALS,
    REQUESTS,
    WORKS,
)


_MUNICIPALITIES = MUNICIPALITIES.query(any_of(MUNICIPALITIES.table.c.id, "ids"))
_link, _clock, _incident = LINKS.table.c, CLOCKS.table.c, INCIDENTS.table.c
_TICKETS = TICKETS.query(
    any_of(TICKETS.table.c.id, "ids"),
    LINKS.beside((_link.ticket == TICKETS.table.c.id) & _link.unlinked_at.is_(None)),
)
_INCIDENTS = INCIDENTS.query(
    any_of(_incident.id, "ids") & any_of(_incident.municipality, "municipalities"),
    CLOCKS.beside((_clock.incident == _incident.id) & _clock.stopped_at.is_(None)),
    ESCALATIONS.beside(ESCALATIONS.table.c.id == _incident.id),
    QUESTIONS.beside(QUESTIONS.table.c.incident == _incident.id),
    PROPOSALS.beside(PROPOSALS.table.c.incident == _incident.id),
)
_SUGGESTIONS = SUGGESTIONS.query(
    any_of(SUGGESTIONS.table.c.id, "ids") & any_of(SUGGESTIONS.table.c.municipality, "municipalities"), lock=False
)
_REQUESTS = REQUESTS.query(any_of(REQUESTS.table.c.id, "ids"), lock=False)
_WORKS = WORKS.query(any_of(WORKS.table.c.id, "ids"), lock=False)
_WAITING = select(INCIDENTS.table.c.id).where(any_of(INCIDENTS.table.c.work, "works"), text("waiting_on = 'planned'"))
_WITH_DEVICE = select(_incident.id).where(any_of(_incident.opened_by, "tickets"), _incident.asset.is_not(None))
_work = WORKS.table.c
_RUNNING = Statement(
    select(WORKS.table).where(
        any_of(_work.municipality, "ids"), _work.ends_at > bindparam("since"), _work.starts_at <= bindparam("until")
    )
)


@dataclass(frozen=True, slots=True)
class Named:
    """What the messages of a batch are about."""

    municipalities: list[str]
    cases: list[str]
    requests: list[str]
    suggestions: list[str]
    works: list[str]
    """Planned work that is planned or changed."""
    erased: list[str]
    """Tickets: the incidents that they opened are not always those that they are on."""
    reopened: list[str]
    """Incidents that staff open again: all their tickets go on with them."""

    @classmethod
    def by(cls, events: Iterable[Event]) -> "Named":
        """Cases of the envelope, and those that only the content names."""
        municipalities: set[str] = set()
        cases: set[str] = set()
        requests: set[str] = set()
        suggestions: set[str] = set()
        works: set[str] = set()
        erased: set[str] = set()
        reopened: set[str] = set()
        for event in events:
            municipalities.add(event.municipality)
            cases.update(event.cases)
            for field in ("same_as", "recurrence_of"):
                if (other := getattr(event, field, None)) is not None:
                    cases.add(other)
            if (request := getattr(event, "request_id", None)) is not None:
                requests.add(request)
            if (suggestion := getattr(event, "suggestion", None)) is not None:
                suggestions.add(suggestion)
            if isinstance(event, WorkEvent):
                works.add(event.work)
            if isinstance(event, TicketErased):
                erased.add(event.ticket)
            if isinstance(event, ReopenRequested) or (isinstance(event, IncidentReopened) and event.doubts):
                reopened.add(event.incident)
        named = (municipalities, cases, requests, suggestions, works, erased, reopened)
        return cls(*(sorted(some) for some in named))


_MEET = text(
    "INSERT INTO municipality (id, version) SELECT id, 0 FROM unnest(CAST(:ids AS text[])) AS id ORDER BY id"
    " ON CONFLICT DO NOTHING"
)


async def lock(conn: AsyncConnection, municipalities: Sequence[str]) -> World:
    """A world with these municipalities, their rows locked; new ones get a row."""
    found = await _MUNICIPALITIES.load(conn, ids=municipalities)
    if len(found) < len(municipalities):
        await conn.execute(_MEET, {"ids": list(municipalities)})
        found = await _MUNICIPALITIES.load(conn, ids=municipalities)
    return World(municipalities=found)


async def load(conn: AsyncConnection, world: World, named: Named) -> None:
    """Everything about the named cases: tickets with their incidents, what belongs to them, answered requests."""
    cases = set(named.cases)
    if named.suggestions:
        world.suggestions |= await _SUGGESTIONS.load(conn, ids=named.suggestions, municipalities=world.municipalities)
        for suggestion in world.suggestions.values():
            cases.update((suggestion.candidate, *suggestion.tickets))
    await load_cases(conn, world, cases)
    await load_waiting(conn, world, named.works)
    if named.erased:
        await load_incidents(conn, world, await conn.scalars(_WITH_DEVICE, {"tickets": named.erased}))
    for incident in named.reopened:
        await load_tickets_of(conn, world, incident)
    if named.requests:
        world.answered |= await _REQUESTS.load(conn, ids=named.requests)


async def load_cases(conn: AsyncConnection, world: World, ids: Iterable[str]) -> None:
    """These tickets with the incidents they are on, and these incidents; what is in the world stays as it is."""
    missing = set(ids) - world.tickets.keys() - world.incidents.keys()
    if not missing:
        return
    # An id is a ticket's or an incident's; which one, only the tables know.
    found = await _TICKETS.whole(conn, ids=missing)
    for id_, (ticket, (links,)) in found.items():
        world.tickets[id_] = ticket
        world.links |= {link.ticket: link for link in LINKS.items(links)}
    await load_incidents(conn, world, missing.union(t.incident for t, _ in found.values() if t.incident))


async def load_tickets_of(conn: AsyncConnection, world: World, incident: str) -> None:
    """All tickets that are on the incident now."""
    there = (LINKS.table.c.incident == incident) & LINKS.table.c.unlinked_at.is_(None)
    await load_cases(conn, world, await conn.scalars(select(LINKS.table.c.ticket).where(there)))


async def load_open(conn: AsyncConnection, world: World, municipality: str) -> None:
    """All incidents of the municipality that somebody works on."""
    table = INCIDENTS.table
    open_ = (table.c.municipality == municipality) & table.c.state.in_(sorted(UNFINISHED))
    await load_incidents(conn, world, await conn.scalars(select(table.c.id).where(open_)))


async def load_incidents(conn: AsyncConnection, world: World, ids: Iterable[str]) -> None:
    """The incidents with what belongs to them, and those in which they went on (R9, R12); of these municipalities."""
    missing = set(ids) - world.incidents.keys()
    loaded: list[Incident] = []
    asked: set[str] = set()
    while missing:
        found = await _INCIDENTS.whole(conn, ids=missing, municipalities=world.municipalities)
        missing = set()
        for incident, (clocks, escalations, questions, proposals) in found.values():
            loaded.append(incident)
            world.incidents[incident.id] = incident
            for clock in CLOCKS.items(clocks):
                world.clocks.setdefault(incident.id, {})[clock.id] = clock
            world.escalations |= {escalation.id: escalation for escalation in ESCALATIONS.items(escalations)}
            for question in QUESTIONS.items(questions):
                world.questions.setdefault(incident.id, {})[question.id] = question
                if question.closed_at is None and question.ticket is not None:
                    asked.add(question.ticket)
            for proposal in PROPOSALS.items(proposals):
                world.proposals.setdefault(incident.id, {})[proposal.id] = proposal
            missing |= {next_ for next_ in (incident.recurrence, incident.successor) if next_}
        missing -= world.incidents.keys()
    await load_cases(conn, world, asked)  # whether all wait on their reporters decides about clocks (R8)
    awaited = {incident.waits_for for incident in loaded if incident.waits_for} - world.works.keys()
    if awaited:
        world.works |= await _WORKS.load(conn, ids=awaited)


async def load_waiting(conn: AsyncConnection, world: World, works: Sequence[str]) -> None:
    """Planned work by id, and all incidents that wait for it."""
    if works:
        world.works |= await _WORKS.load(conn, ids=works)
        await load_incidents(conn, world, await conn.scalars(_WAITING, {"works": list(works)}))


async def load_running(conn: AsyncConnection, world: World, since: datetime, until: datetime) -> None:
    """Planned work of these municipalities that may run between the two times."""
    named = {"ids": list(world.municipalities), "since": since, "until": until}
    for row in await _RUNNING.within(conn, named):
        world.works.setdefault(row["id"], Work(**row))


async def save(conn: AsyncConnection, world: World) -> None:
    """Write what changed, one statement a table."""
    changed: dict[type[Any], list[Any]] = {}
    for state in world.changed.values():
        changed.setdefault(type(state), []).append(state)
    for rows in _SAVED:
        await rows.save(conn, changed.get(rows.kind, ()))
    world.changed.clear()
