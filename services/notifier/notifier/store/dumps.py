"""The tables as text, to compare a rebuilt database with the one it was rebuilt from."""

from typing import Any

from sqlalchemy import Column
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import dumps
from notifier.store.tables import SENDING, metadata


async def dump(conn: AsyncConnection) -> str:
    """One JSON line a row. Plumbing, and how a sending goes, are not in it."""
    return await dumps.dump(conn, metadata, _is_sending)


def _is_sending(column: Column[Any]) -> bool:
    return column.table.name == "notification" and column.name in SENDING
