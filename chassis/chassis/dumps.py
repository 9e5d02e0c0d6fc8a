"""A database's tables in one canonical text, to compare two databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, MetaData, select
from sqlalchemy.ext.asyncio import AsyncConnection


def _nothing(_column: Column[Any]) -> bool:
    return False


async def dump(conn: AsyncConnection, metadata: MetaData, omits: Callable[[Column[Any]], bool] = _nothing) -> str:
    """One JSON line a row, sorted; times in UTC, spans as text. A table of which nothing is left is not in it."""
    lines: list[str] = []
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if not omits(column)]
        if not columns:
            continue
        for row in (await conn.execute(select(*columns))).mappings():
            values = {name: _plain(value) for name, value in row.items()}
            lines.append(json.dumps({"table": table.name} | values, sort_keys=True, ensure_ascii=False))
    return "\n".join(sorted(lines))


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return value
