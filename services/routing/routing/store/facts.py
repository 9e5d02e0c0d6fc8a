"""What grouping has to observe, read from the tables: everything, or only what is newer than a cached index."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from grouping import (
    Ended,
    Fact,
    Linked,
    Opened,
    Refused,
    Reopened,
    Resolved,
    ScopeRaised,
    Suggested,
    Touched,
    Triaged,
    Unlinked,
)
from routing.domain.state import ENDED, Ticket
from routing.store.worlds import INCIDENTS, LINKS, MUNICIPALITIES, REFUSALS, SUGGESTIONS, TICKETS

_incident, _link, _ticket = INCIDENTS.table, LINKS.table, TICKETS.table
_suggestion, _refusal = SUGGESTIONS.table, REFUSALS.table
_municipality = MUNICIPALITIES.table
_TICKET_FIELDS = tuple(field.name for field in fields(Ticket))
_AT_A_TIME = 1000
_STATUS = text("SELECT pg_xact_status(CAST(:id AS xid8))")
_TRANSACTION = text("SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint)")


async def alive(conn: AsyncConnection, municipality: str) -> AsyncIterator[Fact]:
    """Every fact about the incidents that have not ended, as a new index has to observe them."""
    of_it = _alive(municipality)
    incidents = await _incidents(conn, of_it)
    for row in incidents:
        yield _opened(row)
    current = _link.c.unlinked_at.is_(None)
    async for fact in _links(conn, of_it & current):
        yield fact
    async for fact in _said(
        conn,
        _suggestion.c.candidate.in_(select(_incident.c.id).where(of_it)),
        _refusal.c.incident.in_(select(_incident.c.id).where(of_it)),
    ):
        yield fact
    for row in incidents:
        for fact in _standing(row):
            yield fact


def _alive(municipality: str) -> ColumnElement[bool]:
    in_time = _incident.c.state.not_in(sorted(ENDED)) & _incident.c.forgotten.is_(False)
    return (_incident.c.municipality == municipality) & in_time


async def since(conn: AsyncConnection, municipality: str, version: int) -> AsyncIterator[Fact]:
    """The facts that made the municipality's versions after this one, in an order that observing them needs."""
    incidents = await _incidents(conn, (_incident.c.municipality == municipality) & (_incident.c.noted > version))
    for row in incidents:
        yield _opened(row)
    async for fact in _links(conn, (_link.c.municipality == municipality) & (_link.c.noted > version)):
        yield fact
    async for fact in _said(
        conn,
        (_suggestion.c.municipality == municipality) & (_suggestion.c.noted > version),
        (_refusal.c.municipality == municipality) & (_refusal.c.noted > version),
    ):
        yield fact
    for row in incidents:
        for fact in _standing(row):
            yield fact


async def has_more_than(conn: AsyncConnection, municipality: str, count: int) -> bool:
    """Whether so many incidents have not ended."""
    of_it = _alive(municipality)
    some = select(literal(1)).where(of_it).limit(count + 1).subquery()
    return (await conn.scalar(select(func.count()).select_from(some)) or 0) > count


async def version_of(conn: AsyncConnection, municipality: str) -> int:
    """The municipality's version as this transaction sees it."""
    found = await conn.scalar(select(_municipality.c.version).where(_municipality.c.id == municipality))
    return int(found or 0)


async def transaction(conn: AsyncConnection) -> int:
    """Which transaction this is."""
    return int(await conn.scalar(_TRANSACTION))


async def is_committed(conn: AsyncConnection, transaction_id: int) -> bool:
    """Whether what an earlier transaction wrote took effect."""
    return bool(await conn.scalar(_STATUS, {"id": transaction_id}) == "committed")


async def _incidents(conn: AsyncConnection, where: ColumnElement[bool]) -> list[Row[Any]]:
    return list(await conn.execute(select(_incident).where(where).order_by(_incident.c.ordinal)))


async def _links(conn: AsyncConnection, where: ColumnElement[bool]) -> AsyncIterator[Fact]:
    """Links and their ends in the order they were stated."""
    query = (
        select(
            _link.c.incident.label("of_incident"),
            _link.c.by_person,
            _link.c.unlinked_at.is_(None).label("holds"),
            *(_ticket.c[name] for name in _TICKET_FIELDS),
        )
        .join_from(_link, _ticket, _link.c.ticket == _ticket.c.id)
        .join(_incident, _link.c.incident == _incident.c.id)
        .where(where)
        # A move ends one link and begins another at the same version: the end comes first.
        .order_by(_link.c.noted, _link.c.unlinked_at.is_(None))
    )
    async for row in await conn.stream(query, execution_options={"yield_per": _AT_A_TIME}):
        if not row.holds:
            yield Unlinked(row.of_incident, row.id)  # if a person took it off, a refusal says so
            continue
        ticket = Ticket(**{name: getattr(row, name) for name in _TICKET_FIELDS})
        yield Linked(row.of_incident, ticket.report, row.by_person)


def _opened(row: Row[Any]) -> Fact:
    return Opened(row.id, row.kind, row.service, row.school, row.scope, row.recurrence_of)


async def _said(
    conn: AsyncConnection, suggested: ColumnElement[bool], refused: ColumnElement[bool]
) -> AsyncIterator[Fact]:
    """What staff were asked, and what they said does not belong together."""
    for row in await conn.execute(select(_suggestion.c.candidate, _suggestion.c.tickets).where(suggested)):
        for ticket in row.tickets:
            yield Suggested(row.candidate, ticket)
    for row in await conn.execute(select(_refusal.c.incident, _refusal.c.ticket).where(refused)):
        yield Refused(row.incident, row.ticket)


def _standing(row: Row[Any]) -> Iterator[Fact]:
    if row.forgotten:
        yield Ended(row.id)
        return
    if row.touched:
        yield Touched(row.id)
    if row.raised_scope:
        yield ScopeRaised(row.id, row.raised_scope)
    if row.set_service or row.set_scope:
        yield Triaged(row.id, row.set_service, row.set_scope)
    yield Resolved(row.id, row.resolved_at) if row.state == "resolved" else Reopened(row.id)
