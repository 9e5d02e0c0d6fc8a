"""The tables as text, to compare a rebuilt database with the one it was rebuilt from."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import dumps
from routing.store.tables import metadata


async def dump(conn: AsyncConnection) -> str:
    """One JSON line a row. Inbox and outbox are plumbing and not in it."""
    return await dumps.dump(conn, metadata)
