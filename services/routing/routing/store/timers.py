"""Timers in the database: found unlocked, claimed under the cases' locks (R18)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from routing.domain.state import Timer


@dataclass(frozen=True, slots=True)
class Lateness:
    """Clocks of one party that run, and how many of them are late."""

    municipality: str
    party: str
    running: int
    late: int


_DUE = text(
    """
    SELECT id, municipality, incident, due_at FROM timer
    WHERE due_at <= :now AND NOT (id = ANY (CAST(:resting AS text[])))
    ORDER BY due_at LIMIT :limit
    """
)
_CLAIM = text(
    """
    SELECT id, municipality, incident, due_at FROM timer
    WHERE id = ANY (CAST(:ids AS text[])) AND due_at <= :now
    ORDER BY due_at, id FOR UPDATE SKIP LOCKED
    """
)
_LATENESS = text(
    """
    SELECT municipality, party, count(*) AS running, count(*) FILTER (WHERE breached) AS late
    FROM clock WHERE stopped_at IS NULL GROUP BY municipality, party
    """
)


async def due(conn: AsyncConnection, now: datetime, limit: int, resting: Sequence[str] = ()) -> list[Timer]:
    """The first that are due, unlocked; without those that rest."""
    rows = await conn.execute(_DUE, {"now": now, "limit": limit, "resting": list(resting)})
    return [Timer(*row) for row in rows]


async def claim(conn: AsyncConnection, ids: Sequence[str], now: datetime) -> list[Timer]:
    """Of these the ones that are due still and nobody else has in hand, the earliest first."""
    return [Timer(*row) for row in await conn.execute(_CLAIM, {"ids": list(ids), "now": now})]


async def lateness(conn: AsyncConnection) -> list[Lateness]:
    """How every party stands."""
    return [Lateness(*row) for row in await conn.execute(_LATENESS)]
