"""What grouping has to observe, read from the tables: everything, or only what is newer than a cached index."""

from collections.abc import AsyncIterator
from dataclasses import fields

from sqlalchemy import ColumnElement, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import among
from grouping import (
    Ended,
    Fact,
    Linked,
    Refused,
    Suggested,
    Unlinked,
)
from routing.domain.observed import opened, standing
from routing.domain.state import ENDED, Incident, Municipality, Ticket
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
    for incident in incidents:
        yield opened(incident)
    current = _link.c.unlinked_at.is_(None)
    async for fact in _links(conn, of_it & current):
        yield fact
    async for fact in _said_about(conn, of_it):
        yield fact
    for incident in incidents:
        for fact in standing(incident):
            yield fact


def _alive(municipality: str) -> ColumnElement[bool]:
    return (_incident.c.municipality == municipality) & _incident.c.state.not_in(sorted(ENDED))


async def since(conn: AsyncConnection, municipality: str, version: int) -> AsyncIterator[Fact]:
    """The facts that made the municipality's versions after this one, in an order that observing them needs."""
    incidents = await _incidents(conn, (_incident.c.municipality == municipality) & (_incident.c.noted > version))
    begun = [incident.id for incident in incidents if incident.ordinal > version]
    for incident in incidents:
        if incident.ordinal > version:
            yield Ended(incident.id)  # who knows it from before its end meets it anew
        yield opened(incident)
    if begun:
        there = _link.c.unlinked_at.is_(None) & (_link.c.noted <= version)
        async for fact in _links(conn, among(_link.c.incident, begun) & there):
            yield fact
        async for fact in _said_about(conn, among(_incident.c.id, begun)):
            yield fact
    async for fact in _links(conn, (_link.c.municipality == municipality) & (_link.c.noted > version)):
        yield fact
    async for fact in _said(
        conn,
        (_suggestion.c.municipality == municipality) & (_suggestion.c.noted > version),
        (_refusal.c.municipality == municipality) & (_refusal.c.noted > version),
    ):
        yield fact
    for incident in incidents:
        for fact in standing(incident):
            yield fact


async def said_of(conn: AsyncConnection, incident: str) -> AsyncIterator[Fact]:
    """What staff were asked of one incident, and what they said does not belong there."""
    async for fact in _said_about(conn, _incident.c.id == incident):
        yield fact


async def has_more_than(conn: AsyncConnection, municipality: str, count: int) -> bool:
    """Whether so many incidents have not ended."""
    of_it = _alive(municipality)
    some = select(literal(1)).where(of_it).limit(count + 1).subquery()
    return (await conn.scalar(select(func.count()).select_from(some)) or 0) > count


async def municipality(conn: AsyncConnection, id_: str) -> Municipality:
    """Its row as this transaction sees it."""
    return (await MUNICIPALITIES.load(conn, _municipality.c.id == id_, lock=False)).get(id_) or Municipality(id_)


async def transaction(conn: AsyncConnection) -> int:
    """Which transaction this is."""
    return int(await conn.scalar(_TRANSACTION))


async def is_committed(conn: AsyncConnection, transaction_id: int) -> bool:
    """Whether what an earlier transaction wrote took effect."""
    return bool(await conn.scalar(_STATUS, {"id": transaction_id}) == "committed")


async def _incidents(conn: AsyncConnection, where: ColumnElement[bool]) -> list[Incident]:
    rows = await conn.execute(select(_incident).where(where).order_by(_incident.c.ordinal))
    return [Incident(**row) for row in rows.mappings()]


async def _links(conn: AsyncConnection, where: ColumnElement[bool]) -> AsyncIterator[Fact]:
    """Links and their ends in the order they were stated."""
    query = (
        select(
            _link.c.incident.label("of_incident"),
            _link.c.by_person,
            (_link.c.unlinked_at.is_(None) & (_ticket.c.state != "erased")).label("holds"),
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


async def _said_about(conn: AsyncConnection, incidents: ColumnElement[bool]) -> AsyncIterator[Fact]:
    """The same of these incidents, and of those whose tickets went on in them."""
    last = select(_incident.c.id, _incident.c.id.label("last")).where(incidents).cte("last", recursive=True)
    last = last.union_all(select(_incident.c.id, last.c.last).join(last, _incident.c.successor == last.c.id))
    former = select(last.c.id, last.c.last).where(
        last.c.id != last.c.last,
        last.c.id.in_(select(_suggestion.c.candidate)) | last.c.id.in_(select(_refusal.c.incident)),
    )
    for row in await conn.execute(former.order_by(last.c.id)):
        yield Ended(row.id, row.last)
    of_them = select(last.c.id)
    async for fact in _said(conn, _suggestion.c.candidate.in_(of_them), _refusal.c.incident.in_(of_them)):
        yield fact


async def _said(
    conn: AsyncConnection, suggested: ColumnElement[bool], refused: ColumnElement[bool]
) -> AsyncIterator[Fact]:
    """What staff were asked, and what they said does not belong together."""
    for row in await conn.execute(select(_suggestion.c.candidate, _suggestion.c.tickets).where(suggested)):
        for ticket in row.tickets:
            yield Suggested(row.candidate, ticket)
    for row in await conn.execute(select(_refusal.c.incident, _refusal.c.ticket).where(refused)):
        yield Refused(row.incident, row.ticket)
