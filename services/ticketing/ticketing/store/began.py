"""With what a case began, and since when its fault is there, as those who reported it have it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import among
from ticketing.domain.state import Incident
from ticketing.store import tables as t


async def first_occurred(conn: AsyncConnection, municipality: str, incidents: Iterable[str]) -> dict[str, datetime]:
    """When the first of each incident's reports says that it occurred; it may be filed, or imported, long after."""
    if not (asked := list(incidents)):
        return {}
    c = t.TICKET.c
    theirs = (among(c.incident, asked), c.municipality == municipality, c.state.not_in(("withdrawn", "erased")))
    query = select(c.incident, func.min(c.occurred_at)).where(*theirs).group_by(c.incident)
    return {row[0]: row[1] for row in await conn.execute(query)}


async def opened_with(conn: AsyncConnection, incident: Incident) -> str | None:
    """The ticket that routing opened the incident for: why it is there is why it was not put to another."""
    c = t.LINK.c
    query = (
        select(c.ticket)
        .join(t.TICKET, t.TICKET.c.id == c.ticket)
        .where(c.incident == incident.id, c.linked_at == incident.opened_at, c.by_person.is_(None), c.score == 1.0)
        .order_by(t.TICKET.c.filed_at, c.ticket)
        .limit(1)
    )
    found: str | None = await conn.scalar(query)
    return found
