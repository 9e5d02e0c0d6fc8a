"""Since when a fault is there, as those who reported it have it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import among
from ticketing.store import tables as t


async def first_occurred(conn: AsyncConnection, municipality: str, incidents: Iterable[str]) -> dict[str, datetime]:
    """When the first of each incident's reports says that it occurred; it may be filed, or imported, long after."""
    if not (asked := list(incidents)):
        return {}
    c = t.TICKET.c
    theirs = (among(c.incident, asked), c.municipality == municipality, c.state.not_in(("withdrawn", "erased")))
    query = select(c.incident, func.min(c.occurred_at)).where(*theirs).group_by(c.incident)
    return {row[0]: row[1] for row in await conn.execute(query)}
