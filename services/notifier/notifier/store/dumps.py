"""All tables in one canonical text, to compare two databases."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from notifier.store.tables import SENDING, metadata


async def dump(conn: AsyncConnection) -> str:
    """One JSON line a row, by table and key; times in UTC. Plumbing, and how a sending goes, are not in it."""
    lines: list[str] = []
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if table.name != "notification" or column.name not in SENDING]
        for row in await conn.execute(select(*columns).order_by(*table.primary_key.columns)):
            values = {name: _plain(value) for name, value in row._mapping.items()}  # noqa: SLF001  (public, despite its name)
            lines.append(json.dumps({"table": table.name} | values, sort_keys=True, ensure_ascii=False))
    return "\n".join(sorted(lines))


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
