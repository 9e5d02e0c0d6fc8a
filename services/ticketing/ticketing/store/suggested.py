"""Open questions to staff, whether tickets belong together: of one incident, and all that a desk may answer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, any_, bindparam, func, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import among
from chassis.statements import Statement
from ticketing.domain.state import ENDED, Suggestion, Ticket
from ticketing.store import tables as t
from ticketing.store import world
from ticketing.store.reads import COUNT_LIMIT, at_desk

_OPEN = text("suggestion.state = 'open'")
"""As the partial indexes say it."""
_c = t.SUGGESTION.c
_OF_INCIDENT = Statement(
    select(t.SUGGESTION)
    .where(
        or_(_c.incident == bindparam("incident"), _c.candidate == bindparam("incident")),
        _OPEN,
        _c.municipality == bindparam("municipality"),
    )
    .order_by(_c.score.desc(), _c.id)
    .limit(bindparam("limit"))
)


async def of_incident(conn: AsyncConnection, municipality: str, incident_id: str, limit: int) -> list[Suggestion]:
    """What staff are asked of an incident: where its tickets may belong, whose may belong to it; surest first."""
    named = {"incident": incident_id, "municipality": municipality, "limit": limit}
    return [Suggestion(**row) for row in await _OF_INCIDENT.within(conn, named)]


async def by_id(conn: AsyncConnection, municipality: str, id_: str) -> Suggestion | None:
    """One question to staff, whatever became of it."""
    where = and_(_c.id == id_, _c.municipality == municipality)
    return (await world.SUGGESTIONS.load(conn, where, lock=False)).get(id_)


async def tickets_of(conn: AsyncConnection, asked: Suggestion) -> list[Ticket]:
    """The tickets that it asks about, in its order."""
    c = t.TICKET.c
    where = and_(c.id.in_(asked.tickets), c.municipality == asked.municipality)
    found = await world.TICKETS.load(conn, where, lock=False)
    return [found[id_] for id_ in asked.tickets if id_ in found]


async def staying(conn: AsyncConnection, municipality: str, asked: Sequence[Suggestion]) -> dict[str, list[str]]:
    """By question the numbers of the reports that a yes leaves where they are, if there are any.

    A person said that they do not belong there: took them off it, or said no of them.
    """
    if not asked:
        return {}
    ticket, link = t.TICKET.c, t.LINK.c
    incidents, candidates = {one.incident for one in asked}, {one.candidate for one in asked}
    there = and_(among(ticket.incident, incidents), ticket.municipality == municipality, ticket.state != "erased")
    taken_off = (
        select(ticket.id, ticket.number, ticket.incident, link.incident.label("of"))
        .join(t.LINK, link.ticket == ticket.id)
        .where(there, among(link.incident, candidates), link.unlinked_at.is_not(None))
    )
    said_no = (  # asked of an incident that it was on, or is
        select(ticket.id, ticket.number, ticket.incident, _c.candidate.label("of"))
        .join(t.LINK, link.ticket == ticket.id)
        .join(t.SUGGESTION, and_(_c.incident == link.incident, text("suggestion.state = 'refused'")))
        .where(there, among(_c.candidate, candidates), ticket.id == any_(_c.tickets))
    )
    found = (await conn.execute(taken_off.union(said_no))).all()
    kept = {
        one.id: sorted(row.number for row in found if (row.incident, row.of) == (one.incident, one.candidate))
        for one in asked
    }
    return {id_: numbers for id_, numbers in kept.items() if numbers}


async def at(
    conn: AsyncConnection,
    municipality: str,
    schools: frozenset[str] | None,
    parties: frozenset[str],
    limit: int,
    after: tuple[float, str] | None = None,
    least: float = 0.0,
) -> list[Suggestion]:
    """What a desk may answer of at least this score, likeliest first; `after` is (score, id) of the last one seen.

    Of these schools (None: all) or held by one of the parties: both incidents, since the answer is about both.
    """
    query = _at(select(t.SUGGESTION), municipality, schools, parties).where(_c.score >= least)
    query = query.order_by(_c.score.desc(), _c.id).limit(limit)
    if after is not None:
        score, id_ = after
        query = query.where(_c.score <= score, or_(_c.score < score, _c.id > id_))
    return [Suggestion(**row) for row in (await conn.execute(query)).mappings()]


async def count(
    conn: AsyncConnection,
    municipality: str,
    schools: frozenset[str] | None,
    parties: frozenset[str],
    least: float = 0.0,
) -> int:
    """How many these are, at most `COUNT_LIMIT` + 1: that is more than are counted."""
    some = _at(select(literal(1)).select_from(t.SUGGESTION), municipality, schools, parties)
    some = some.where(_c.score >= least).limit(COUNT_LIMIT + 1)
    found: int = await conn.scalar(select(func.count()).select_from(some.subquery())) or 0
    return found


def _at(query: Select[Any], municipality: str, schools: frozenset[str] | None, parties: frozenset[str]) -> Select[Any]:
    query = query.where(_c.municipality == municipality, _OPEN)
    for column in (_c.incident, _c.candidate):
        one = t.INCIDENT.alias(f"the_{column.key}")
        query = query.join(one, one.c.id == column).where(one.c.state.not_in(sorted(ENDED)))
        if schools is not None:
            query = query.where(at_desk(one.c, schools, parties))
    return query
