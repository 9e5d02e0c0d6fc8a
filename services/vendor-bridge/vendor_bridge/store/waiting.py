"""Messages of other Eskaleras that wait until a story is fetched: each hand-off's in the order in which they came."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.webhooks import Forgotten
from vendor_bridge.domain.peers.erased import without
from vendor_bridge.store.directories import Way

CHANNEL: Final = "peer_waiting"
LEASE: Final = timedelta(minutes=2)
"""Outlasts a fetch and what follows from it; a dead worker's come again."""

_HAS: Final = text(
    """
    SELECT EXISTS (SELECT FROM peer_waiting WHERE municipality = :municipality AND connection = :connection
                                              AND handoff = :handoff)
    """
)
_ADD: Final = text(
    """
    INSERT INTO peer_waiting (municipality, connection, handoff, webhook_id, body, received_at, due_at, failures)
    VALUES (:municipality, :connection, :handoff, :webhook_id, :body, :at, :at, 0)
    ON CONFLICT DO NOTHING
    """
)
_OF: Final = text(
    """
    SELECT id, body FROM peer_waiting
    WHERE municipality = :municipality AND connection = :connection AND handoff = :handoff ORDER BY id FOR UPDATE
    """
)
_BODY: Final = text("UPDATE peer_waiting SET body = :body WHERE id = :id")
_CLAIM: Final = text(
    """
    UPDATE peer_waiting SET claimed_until = clock_timestamp() + CAST(:lease AS interval)
    WHERE id IN (
        SELECT id FROM peer_waiting w
        WHERE due_at <= now() AND (claimed_until IS NULL OR claimed_until <= now())
          AND NOT EXISTS (SELECT FROM peer_waiting b
                          WHERE b.municipality = w.municipality AND b.connection = w.connection
                            AND b.handoff = w.handoff AND b.id < w.id)
        ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    RETURNING *
    """
)
_AGAIN: Final = text(
    "UPDATE peer_waiting SET claimed_until = NULL, failures = failures + 1, due_at = :due_at, reason = :reason"
    " WHERE id = :id"
)
_DONE: Final = text("DELETE FROM peer_waiting WHERE id = :id")
_WAKE: Final = text(f"SELECT pg_notify('{CHANNEL}', '')")


async def has(conn: AsyncConnection, way: Way, handoff: str) -> bool:
    """Whether something of the other's hand-off waits."""
    values = {"municipality": way.municipality, "connection": way.connection.name, "handoff": handoff}
    return bool(await conn.scalar(_HAS, values))


async def add(conn: AsyncConnection, way: Way, handoff: str, webhook_id: str, body: bytes, at: datetime) -> bool:
    """Keeps it as it came; False where it waits already."""
    values = {
        "municipality": way.municipality,
        "connection": way.connection.name,
        "handoff": handoff,
        "webhook_id": webhook_id,
        "body": body,
        "at": at,
    }
    is_new = (await conn.execute(_ADD, values)).rowcount == 1
    if is_new:
        await conn.execute(_WAKE)
    return is_new


async def forget(conn: AsyncConnection, way: Way, handoff: str, gone: Sequence[Forgotten]) -> None:
    """What the other has erased does not come in with what waits of it (N11)."""
    where = {"municipality": way.municipality, "connection": way.connection.name, "handoff": handoff}
    for row in (await conn.execute(_OF, where)).all() if gone else ():
        if (body := without(bytes(row.body), gone)) is not None:
            await conn.execute(_BODY, {"id": row.id, "body": body})


async def claim(conn: AsyncConnection, limit: int) -> Sequence[Row[Any]]:
    """Of each hand-off the first, where it is due; nobody else gets these until `LEASE` is over."""
    return (await conn.execute(_CLAIM, {"lease": LEASE, "limit": limit})).all()


async def again(conn: AsyncConnection, id_: int, due_at: datetime, reason: str) -> None:
    """It could not be had this time."""
    await conn.execute(_AGAIN, {"id": id_, "due_at": due_at, "reason": reason})


async def done(conn: AsyncConnection, id_: int) -> None:
    """It took effect."""
    await conn.execute(_DONE, {"id": id_})
