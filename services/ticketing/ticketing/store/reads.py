"""What pages and the API ask of the database. Every list is paginated, by an index, and within one municipality."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, get_args

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from chassis.bulk import among, any_of
from chassis.statements import Statement
from contracts.events.routing import IncidentState
from ticketing.domain.state import Clock, Command, Connection, Handoff, Incident, Link, Proposal, Question, Ticket
from ticketing.store import tables as t
from ticketing.store import world
from ticketing.store.words import number_of, words_of

OPEN_STATES = frozenset({"new", "in_progress", "waiting"})
OPEN = text("incident.state IN ('new', 'in_progress', 'waiting')")
"""As the partial indexes say it."""
_SEVERAL = (
    select(func.min(t.TICKET.c.reporter) < func.max(t.TICKET.c.reporter))
    .where(t.TICKET.c.incident == t.INCIDENT.c.id, t.TICKET.c.municipality == t.INCIDENT.c.municipality)
    .where(text("ticket.state NOT IN ('withdrawn', 'erased')"))
    .correlate(t.INCIDENT)
    .scalar_subquery()
)
"""Whether more than one person has reported it, whatever the number of tickets."""
SHARED = and_(
    t.INCIDENT.c.tickets > text("1"),
    text("incident.scope IN ('school', 'schools', 'municipality')"),
    _SEVERAL,
)
"""Several have reported it, and it reaches at least a school (`domain.shared`); NULL without a scope."""
PUBLISHED = and_(
    or_(t.INCIDENT.c.published, t.INCIDENT.c.public_title != text("'{}'::jsonb")), not_(t.INCIDENT.c.hidden)
)
"""As `Incident.is_published`."""
TOLD = and_(
    t.INCIDENT.c.kind == text("'incident'"),
    or_(PUBLISHED, func.coalesce(SHARED, false())),
)
"""A fault that is told to others than who reported it: shared, or published by staff."""


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets a list shows; `schools` None: all of the municipality."""

    reporter: str | None = None
    schools: frozenset[str] | None = None
    state: str | None = None
    incident: str | None = None
    external_id: str | None = None
    source: str | None = None
    query: str = ""


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """Which incidents a list shows; `schools` None: all. `parties`: also those that one of these holds."""

    schools: frozenset[str] | None = None
    parties: frozenset[str] = frozenset()
    holder: frozenset[str] | None = None
    owes_before: datetime | None = None
    """`holder`: also what one of these owes by then, whoever has it."""
    tier: str | None = None
    overdue_at: datetime | None = None
    turns_before: datetime | None = None
    """A promise is due, or it goes further, before then."""
    expected_before: date | None = None
    """Orders that were to be there before that day, and are not."""
    states: tuple[str, ...] = ()
    service: str | None = None
    query: str = ""


_CASES_OF = text("SELECT id, incident FROM handoff WHERE id = ANY(:ids)")
_TICKET = Statement(
    select(t.TICKET).where(
        t.TICKET.c.municipality == bindparam("municipality"),
        or_(t.TICKET.c.id == bindparam("id"), t.TICKET.c.number == bindparam("id")),
    )
)
_INCIDENT = Statement(
    select(t.INCIDENT).where(t.INCIDENT.c.id == bindparam("id"), t.INCIDENT.c.municipality == bindparam("municipality"))
)

_INCIDENTS = world.INCIDENTS.query(
    any_of(t.INCIDENT.c.id, "ids") & any_of(t.INCIDENT.c.municipality, "municipalities"), lock=False
)
_QUESTIONS_TO = world.QUESTIONS.query(
    any_of(t.QUESTION.c.ticket, "tickets") & t.QUESTION.c.answered_at.is_(None), lock=False
)
_CURRENT_LINKS = world.LINKS.query(any_of(t.LINK.c.ticket, "tickets") & t.LINK.c.unlinked_at.is_(None), lock=False)
_OPEN_CLOCKS = world.CLOCKS.query(any_of(t.CLOCK.c.incident, "incidents") & t.CLOCK.c.stopped_at.is_(None), lock=False)
FORMER_LIMIT = 20
_FORMER_LINKS = Statement(
    select(t.LINK)
    .where(any_of(t.LINK.c.ticket, "tickets"), t.LINK.c.unlinked_at.is_not(None))
    .order_by(t.LINK.c.unlinked_at.desc())
    .limit(FORMER_LIMIT)
)
_NOW = t.LINK.alias("now")
_MOVED_AWAY = Statement(
    select(t.TICKET)
    .join(t.LINK, t.LINK.c.ticket == t.TICKET.c.id)
    .join(_NOW, _NOW.c.ticket == t.TICKET.c.id)
    .where(t.LINK.c.incident == bindparam("incident", type_=Text), t.LINK.c.unlinked_at.is_not(None))
    .where(_NOW.c.incident == t.TICKET.c.incident, _NOW.c.unlinked_at.is_(None), _NOW.c.by_person.is_not(None))
    .order_by(t.LINK.c.unlinked_at.desc(), t.TICKET.c.id)
    .limit(FORMER_LIMIT)
)


async def ticket(engine: AsyncEngine, municipality: str, id_: str) -> Ticket | None:
    """One ticket of the municipality, by id or number."""
    row = await _TICKET.first(engine, {"municipality": municipality, "id": id_})
    return Ticket(**row) if row else None


async def incident(engine: AsyncEngine, municipality: str, id_: str | None) -> Incident | None:
    """One incident of the municipality."""
    row = await _INCIDENT.first(engine, {"municipality": municipality, "id": id_}) if id_ else None
    return Incident(**row) if row else None


async def incidents_by_id(conn: AsyncConnection, municipality: str, ids: Iterable[str]) -> dict[str, Incident]:
    """Several incidents at once."""
    return await _INCIDENTS.load(conn, ids=ids, municipalities=[municipality])


async def tickets(
    conn: AsyncConnection, municipality: str, which: TicketFilter, limit: int, after: tuple[datetime, str] | None = None
) -> list[Ticket]:
    """Newest first; `after` is (filed_at, id) of the last one seen."""
    c = t.TICKET.c
    where = [c.municipality == municipality]
    if which.reporter is not None:
        where.append(c.reporter == which.reporter)
    if which.schools is not None:
        where.append(c.school.in_(sorted(which.schools)))
    for column, value in (
        (c.state, which.state),
        (c.incident, which.incident),
        (c.external_id, which.external_id),
        (c.source, which.source),
    ):
        if value is not None:
            where.append(column == value)
    if which.query:
        where.append(named(which.query))
    if after is not None:
        where.append(tuple_(c.filed_at, c.id) < tuple_(literal(after[0]), literal(after[1])))
    query = select(t.TICKET).where(*where).order_by(c.filed_at.desc(), c.id.desc()).limit(limit)
    return [Ticket(**row) for row in (await conn.execute(query)).mappings()]


async def to_erase(conn: AsyncConnection, municipality: str, limit: int) -> list[Ticket]:
    """Tickets whose vendor asked that its words are erased, and of which nobody has erased anything since."""
    c = t.TICKET.c
    since = select(literal(1)).where(
        t.ENTRY.c.case_id == c.id, t.ENTRY.c.at >= c.erasure_asked_at, t.ENTRY.c.content["kind"].astext == "erased"
    )
    where = (c.municipality == municipality, c.erasure_asked_at.is_not(None), ~since.exists())
    query = select(t.TICKET).where(*where).order_by(c.erasure_asked_at, c.id).limit(limit)
    return [Ticket(**row) for row in (await conn.execute(query)).mappings()]


def _incidents(municipality: str, which: IncidentFilter) -> list[ColumnElement[bool]]:
    c = t.INCIDENT.c
    where: list[Any] = [c.municipality == municipality]
    where.append(_in_states(which.states) if which.states else OPEN)
    if which.schools is not None:
        where.append(at_desk(c, which.schools, which.parties))
    if which.holder is not None:
        has = c.holder.in_(sorted(which.holder))
        where.append(has if which.owes_before is None else or_(has, _owes(which.holder, which.owes_before)))
    if which.tier is not None:
        where.append(c.holder_tier == which.tier)
    if which.service is not None:
        where.append(c.service == which.service)
    if which.overdue_at is not None:
        where.append(c.next_due_at < which.overdue_at)
    if which.turns_before is not None:
        where.append(c.turns_at < which.turns_before)
    if which.expected_before is not None:
        where.append(c.expected_at < which.expected_before)
    if which.query:
        where.append(_has_ticket(which.query))
    return where


def _owes(parties: frozenset[str], before: datetime) -> ColumnElement[bool]:
    """Whether one of these parties has promised something of it that is due by then, whoever has it."""
    c = t.CLOCK.c
    counts = (c.stopped_at.is_(None), c.paused_at.is_(None), c.party.in_(sorted(parties)), c.due_at < before)
    return exists().where(c.incident == t.INCIDENT.c.id, *counts)


def at_desk(
    incident: ReadOnlyColumnCollection[str, Any], schools: frozenset[str], parties: frozenset[str]
) -> ColumnElement[bool]:
    """Whether an incident is of one of these schools, or held by one of these parties."""
    here: ColumnElement[bool] = incident.schools.overlap(sorted(schools))
    return or_(here, incident.holder.in_(sorted(parties))) if parties else here


def _in_states(states: Sequence[str]) -> ColumnElement[bool]:
    """Written into the statement: a plan for any state would be one for the most common, and read the whole table."""
    known = [state for state in get_args(IncidentState) if state in states]
    return t.INCIDENT.c.state.in_(bindparam("states", known, expanding=True, literal_execute=True))


def _has_ticket(words: str) -> ColumnElement[bool]:
    """Asked of each incident that is left: Postgres, told no OFFSET, would begin with every ticket there ever was."""
    found = t.TICKET.c.incident == t.INCIDENT.c.id, named(words)
    return select(literal(1)).where(*found).offset(0).correlate(t.INCIDENT).exists()


def named(words: str) -> ColumnElement[bool]:
    """A ticket whose number has this in it, or whose title has each word: people read a number's last digits aloud."""
    c = t.TICKET.c
    titled = and_(*(c.title.icontains(word, autoescape=True) for word in words_of(words)))
    return or_(c.number.contains(number_of(words), autoescape=True), titled)


async def incidents(
    conn: AsyncConnection,
    municipality: str,
    which: IncidentFilter,
    limit: int,
    after: tuple[datetime | None, str] | None = None,
) -> list[Incident]:
    """By time left, least first; `after` is (next_due_at, id) of the last one seen."""
    c = t.INCIDENT.c
    due = func.coalesce(c.next_due_at, text("'infinity'"))
    where = _incidents(municipality, which)
    if after is not None:
        where.append(
            tuple_(due, c.id)
            > tuple_(func.coalesce(literal(after[0], c.next_due_at.type), text("'infinity'")), literal(after[1]))
        )
    query = select(t.INCIDENT).where(*where).order_by(due, c.id).limit(limit)
    return [Incident(**row) for row in (await conn.execute(query)).mappings()]


async def by_turn(
    conn: AsyncConnection,
    municipality: str,
    which: IncidentFilter,
    limit: int,
    after: tuple[datetime, str] | None = None,
) -> list[Incident]:
    """By what comes first of promises and the next step; `after` is (turns_at, id) of the last one seen."""
    c = t.INCIDENT.c
    where = _incidents(municipality, which)
    if after is not None:
        where.append(tuple_(c.turns_at, c.id) > tuple_(literal(after[0], c.turns_at.type), literal(after[1])))
    query = select(t.INCIDENT).where(*where).order_by(c.turns_at, c.id).limit(limit)
    return [Incident(**row) for row in (await conn.execute(query)).mappings()]


COUNT_LIMIT = 1000
"""A list's length is counted up to one more than this; nobody reads beyond, and counting costs more than showing it."""


async def count_incidents(conn: AsyncConnection, municipality: str, which: IncidentFilter) -> int:
    """How many, at most `COUNT_LIMIT` + 1: that is more than are counted."""
    some = select(literal(1)).select_from(t.INCIDENT).where(*_incidents(municipality, which)).limit(COUNT_LIMIT + 1)
    found: int = await conn.scalar(select(func.count()).select_from(some.subquery())) or 0
    return found


TOLD_LIMIT = 100


async def told_incidents(conn: AsyncConnection, municipality: str) -> list[Incident]:
    """Open faults that are told to others than who reported them, the newest first."""
    c = t.INCIDENT.c
    query = select(t.INCIDENT).where(c.municipality == municipality, OPEN, TOLD).order_by(c.opened_at.desc())
    return [Incident(**row) for row in (await conn.execute(query.limit(TOLD_LIMIT))).mappings()]


async def told_among(conn: AsyncConnection, municipality: str, incidents_: Iterable[str]) -> frozenset[str]:
    """Those of them that are told to others than who reported them, open or not."""
    if not (asked := list(incidents_)):
        return frozenset()
    c = t.INCIDENT.c
    query = select(c.id).where(among(c.id, asked), c.municipality == municipality, TOLD)
    return frozenset(await conn.scalars(query))


async def reported_by(
    conn: AsyncConnection, municipality: str, person: str, incidents_: Iterable[str]
) -> frozenset[str]:
    """Those of them that the person has reported."""
    if not (asked := list(incidents_)):
        return frozenset()
    c = t.TICKET.c
    theirs = (c.municipality == municipality, c.reporter == person, c.state.not_in(("withdrawn", "erased")))
    return frozenset(await conn.scalars(select(c.incident).where(among(c.incident, asked), *theirs)))


_NEWEST = 20


async def newest_tickets(
    conn: AsyncConnection, municipality: str, incidents_: Sequence[str]
) -> dict[str, list[Ticket]]:
    """The newest tickets of each incident, oldest first."""
    c = t.TICKET.c
    newest = (
        select(t.TICKET)
        .where(c.municipality == municipality, c.state.not_in(("withdrawn", "erased")))
        .order_by(c.filed_at.desc(), c.id)
        .limit(_NEWEST)
    )
    found: dict[str, list[Ticket]] = {}
    for row in (await conn.execute(of_each(newest, incidents_))).mappings():
        found.setdefault(row["incident"], []).insert(0, Ticket(**row))
    return found


async def lead_tickets(conn: AsyncConnection, municipality: str, incidents_: Sequence[str]) -> dict[str, Ticket]:
    """The first ticket of each incident: for staff, whose queue may show its title."""
    c = t.TICKET.c
    first = select(t.TICKET).where(c.municipality == municipality).order_by(c.filed_at, c.id).limit(1)
    return {row["incident"]: Ticket(**row) for row in (await conn.execute(of_each(first, incidents_))).mappings()}


def of_each(tickets: Select[Any], incidents_: Sequence[str]) -> Select[Any]:
    """Some tickets of each incident, however many it has: found one incident after the other, by index."""
    some = tickets.where(t.TICKET.c.incident == text("one.id")).lateral("some")
    each = func.unnest(literal(list(incidents_), ARRAY(Text))).table_valued("id", name="one").render_derived(name="one")
    return select(some).select_from(each.join(some, true()))


async def parts(
    conn: AsyncConnection, incident_id: str
) -> tuple[list[Clock], list[Handoff], list[Question], list[Proposal], list[Command]]:
    """What hangs on one incident: clocks, hand-offs, open questions, open proposals, the newest commands.

    What a vendor proposed that the case has left is open no more: routing would refuse the answer.
    """
    clocks = await world.CLOCKS.load(conn, t.CLOCK.c.incident == incident_id, lock=False)
    handoffs = await world.HANDOFFS.load(conn, t.HANDOFF.c.incident == incident_id, lock=False)
    questions = await world.QUESTIONS.load(
        conn, and_(t.QUESTION.c.incident == incident_id, t.QUESTION.c.answered_at.is_(None)), lock=False
    )
    proposals = await world.PROPOSALS.load(
        conn, and_(t.PROPOSAL.c.incident == incident_id, t.PROPOSAL.c.decided_at.is_(None)), lock=False
    )
    holding = {handoff.vendor for handoff in handoffs.values() if handoff.ended_at is None}
    newest = select(t.COMMAND).where(t.COMMAND.c.incident == incident_id).order_by(t.COMMAND.c.asked_at.desc()).limit(5)
    commands = [Command(**row) for row in (await conn.execute(newest)).mappings()]
    return (
        sorted(clocks.values(), key=lambda clock: (clock.started_at, clock.id)),
        sorted(handoffs.values(), key=lambda handoff: handoff.offered_at),
        sorted(questions.values(), key=lambda question: question.asked_at),
        sorted(
            (proposal for proposal in proposals.values() if proposal.vendor in holding),
            key=lambda proposal: proposal.proposed_at,
        ),
        commands,
    )


async def open_clocks(conn: AsyncConnection, incidents_: Iterable[str]) -> dict[str, list[Clock]]:
    """The promises of each incident that are neither kept nor given up."""
    found: dict[str, list[Clock]] = {}
    for clock in (await _OPEN_CLOCKS.load(conn, incidents=incidents_)).values():
        found.setdefault(clock.incident, []).append(clock)
    return found


async def was_asked(conn: AsyncConnection, ticket_id: str, question: str) -> bool:
    """Whether the question was put to this ticket's reporter, answered or not."""
    query = select(t.QUESTION.c.id).where(t.QUESTION.c.id == question, t.QUESTION.c.ticket == ticket_id)
    return await conn.scalar(query) is not None


async def question(conn: AsyncConnection, municipality: str, incident: str, id_: str) -> Question | None:
    """One question of an incident, answered or not."""
    its = and_(t.QUESTION.c.id == id_, t.QUESTION.c.incident == incident, t.QUESTION.c.municipality == municipality)
    return (await world.QUESTIONS.load(conn, its, lock=False)).get(id_)


async def open_questions_to(conn: AsyncConnection, ticket_id: str) -> list[Question]:
    """What the reporter of a ticket is asked."""
    found = await _QUESTIONS_TO.load(conn, tickets=[ticket_id])
    return sorted(found.values(), key=lambda question: question.asked_at)


async def links_of(
    conn: AsyncConnection, incident_id: str, limit: int, after: tuple[datetime, str] | None = None
) -> list[Link]:
    """The tickets on an incident now, and why, oldest first; `after` is (linked_at, ticket) of the last one seen."""
    c = t.LINK.c
    query = select(t.LINK).where(c.incident == incident_id, c.unlinked_at.is_(None))
    if after is not None:
        query = query.where(tuple_(c.linked_at, c.ticket) > tuple_(literal(after[0]), literal(after[1])))
    query = query.order_by(c.linked_at, c.ticket).limit(limit)
    return [Link(**row) for row in (await conn.execute(query)).mappings()]


async def count_links(conn: AsyncConnection, incident_id: str) -> int:
    """How many tickets are on an incident now, withdrawn ones included."""
    where = (t.LINK.c.incident == incident_id, t.LINK.c.unlinked_at.is_(None))
    return await conn.scalar(select(func.count()).select_from(t.LINK).where(*where)) or 0


async def current_links(conn: AsyncConnection, tickets_: Sequence[str]) -> list[Link]:
    """Why these tickets are where they are."""
    return list((await _CURRENT_LINKS.load(conn, tickets=tickets_)).values())


async def link_of(conn: AsyncConnection, ticket_id: str) -> Link | None:
    """Why a ticket is where it is."""
    return next(iter((await _CURRENT_LINKS.load(conn, tickets=[ticket_id])).values()), None)


async def former_links(conn: AsyncConnection, tickets_: Sequence[str]) -> list[Link]:
    """Where these tickets were before, the last first."""
    return [Link(**row) for row in await _FORMER_LINKS.within(conn, {"tickets": list(tickets_)})]


async def moved_away(conn: AsyncConnection, incident_: str) -> list[Ticket]:
    """Tickets that were on the incident until a person put them elsewhere, the last first."""
    return [Ticket(**row) for row in await _MOVED_AWAY.within(conn, {"incident": incident_})]


async def command(conn: AsyncConnection, municipality: str, id_: str) -> Command | None:
    """One request to another owner."""
    where = and_(t.COMMAND.c.id == id_, t.COMMAND.c.municipality == municipality)
    return (await world.COMMANDS.load(conn, where, lock=False)).get(id_)


async def connections(
    conn: AsyncConnection, municipality: str, names: Collection[str] | None = None
) -> dict[str, Connection]:
    """How the ways to vendors stand, by connection; of those that were told of, and of `names` alone where given."""
    where = t.CONNECTION.c.municipality == municipality
    if names is not None:
        where = and_(where, t.CONNECTION.c.connection.in_(names))
    found = await world.CONNECTIONS.load(conn, where, lock=False)
    return {connection.connection: connection for connection in found.values()}


async def cases_of(conn: AsyncConnection, handoffs: Collection[str]) -> dict[str, str]:
    """The incident of each of these hand-offs."""
    if not handoffs:
        return {}
    rows = await conn.execute(_CASES_OF, {"ids": list(handoffs)})
    return {row.id: row.incident for row in rows}
