"""The tables as text, to compare a rebuilt database with the one it was rebuilt from."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ticketing.store import tables as t

_NOT_FACTS = {"session", "idempotency"}


async def dump(conn: AsyncConnection) -> str:
    """One JSON line a row, by table and key; times in UTC. What is no fact is left out."""
    lines: list[str] = []
    for table in t.metadata.sorted_tables:
        if table.name in _NOT_FACTS:
            continue
        for row in (await conn.execute(select(table).order_by(*table.primary_key.columns))).mappings():
            values = {name: _plain(value) for name, value in row.items()}
            lines.append(json.dumps({"table": table.name} | values, sort_keys=True, ensure_ascii=False))
    return "\n".join(sorted(lines))


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
