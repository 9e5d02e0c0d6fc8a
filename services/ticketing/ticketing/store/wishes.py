"""Needs and ideas: what the forum has before it, and what was decided."""

from datetime import datetime

from sqlalchemy import literal, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from ticketing.domain.state import Incident
from ticketing.store import tables as t

_WISHES = text("incident.kind IN ('need', 'idea')")
_DECIDED = text("incident.decided_at IS NOT NULL")
"""As the partial indexes say it."""
_BEFORE_IT = ("new", "in_progress", "waiting", "gathered")


async def agenda(conn: AsyncConnection, municipality: str, limit: int) -> list[Incident]:
    """What is not decided, or was put off; the oldest first."""
    c = t.INCIDENT.c
    is_open = or_(c.state.in_(_BEFORE_IT), (c.state == "decided") & (c.decision == "later"))
    query = select(t.INCIDENT).where(c.municipality == municipality, _WISHES, is_open)
    query = query.order_by(c.opened_at, c.id).limit(limit)
    return [Incident(**row) for row in (await conn.execute(query)).mappings()]


async def decided(
    conn: AsyncConnection, municipality: str, limit: int, after: tuple[datetime, str] | None = None
) -> list[Incident]:
    """What was decided, the newest first; `after` is (decided_at, id) of the last one seen."""
    c = t.INCIDENT.c
    query = select(t.INCIDENT).where(c.municipality == municipality, _DECIDED)
    if after is not None:
        query = query.where(tuple_(c.decided_at, c.id) < tuple_(literal(after[0]), literal(after[1])))
    query = query.order_by(c.decided_at.desc(), c.id.desc()).limit(limit)
    return [Incident(**row) for row in (await conn.execute(query)).mappings()]
