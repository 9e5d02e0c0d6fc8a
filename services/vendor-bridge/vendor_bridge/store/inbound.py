"""What vendors sent: each message once, raw."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from vendor_bridge.store import tables as t

RETENTION: Final = timedelta(days=30)
"""How long a repeat is recognised."""

_ADD: Final = text(
    """
    INSERT INTO inbound (municipality, connection, webhook_id, handoff, received_at, body, effects, traceparent)
    VALUES (:municipality, :connection, :webhook_id, :handoff, :received_at, :body, :effects, :traceparent)
    ON CONFLICT DO NOTHING
    """
)
_PRUNE: Final = text("DELETE FROM inbound WHERE received_at < :before")


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message of a vendor as it came."""

    municipality: str
    connection: str
    webhook_id: str
    handoff: str
    received_at: datetime
    body: bytes
    effects: int
    traceparent: str | None


async def is_known(conn: AsyncConnection, municipality: str, connection: str, webhook_id: str) -> bool:
    """Whether this message had its effect."""
    query = select(t.INBOUND.c.webhook_id).where(
        t.INBOUND.c.municipality == municipality,
        t.INBOUND.c.connection == connection,
        t.INBOUND.c.webhook_id == webhook_id,
    )
    return await conn.scalar(query) is not None


async def add(conn: AsyncConnection, message: Inbound) -> bool:
    """Keeps it; False where another request kept the same one first."""
    values = {name: getattr(message, name) for name in Inbound.__slots__}
    return (await conn.execute(_ADD, values)).rowcount == 1


async def prune(conn: AsyncConnection, now: datetime) -> None:
    """Forgets what no repeat can follow any more."""
    await conn.execute(_PRUNE, {"before": now - RETENTION})


async def place_of(conn: AsyncConnection, handoff: str) -> Row[tuple[str, str, str]] | None:
    """(municipality, connection, incident) of a hand-off."""
    query = select(t.HANDOFF.c.municipality, t.HANDOFF.c.connection, t.HANDOFF.c.incident)
    return (await conn.execute(query.where(t.HANDOFF.c.id == handoff))).one_or_none()


async def bundle_of(conn: AsyncConnection, handoff: str, webhook_id: str) -> bytes | None:
    """The bundle that a message only linked to."""
    query = select(t.DELIVERY.c.bundle).where(t.DELIVERY.c.webhook_id == webhook_id, t.DELIVERY.c.handoff == handoff)
    found: bytes | None = await conn.scalar(query)
    return found
