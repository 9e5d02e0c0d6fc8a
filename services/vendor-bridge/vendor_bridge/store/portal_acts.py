"""What a vendor's person does to its own connection's messages. Every statement names the connection (N9)."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from vendor_bridge.store import deliveries
from vendor_bridge.store.portal_reads import Own
from vendor_bridge.store.world import CHANNEL

_TRY_NOW: Final = text(
    """
    UPDATE delivery SET due_at = least(due_at, now())
    WHERE webhook_id = :id AND municipality = :municipality AND connection = :connection AND state = 'pending'
    """
)
_WAKE: Final = text(f"SELECT pg_notify('{CHANNEL}', '')")

_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:ref, 0))")


async def try_now(conn: AsyncConnection, own: Own, webhook_id: str) -> bool:
    """A message that is owed is tried at once, after those before it; False for any other."""
    tried = (await conn.execute(_TRY_NOW, own.names() | {"id": webhook_id})).rowcount > 0
    await conn.execute(_WAKE)
    return tried


async def turn_on(conn: AsyncConnection, own: Own) -> bool:
    """The vendor says that its system is well again: all goes in order. Whether something was wrong."""
    was_off = await deliveries.turn_on(conn, own.municipality, own.connection)
    await conn.execute(_WAKE)
    return was_off


async def take_turn(conn: AsyncConnection, secret_ref: str) -> None:
    """A secret is changed by one person at a time, until this transaction ends."""
    await conn.execute(_ONE_AT_A_TIME, {"ref": f"secret {secret_ref}"})
