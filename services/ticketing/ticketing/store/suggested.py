"""Open questions to staff, whether tickets belong together: of one incident, and all that a desk may answer."""

from typing import Any

from sqlalchemy import Select, and_, bindparam, func, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

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
