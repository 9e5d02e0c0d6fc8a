"""One query, one connection: what a database says right now."""

from typing import Any

import asyncpg


async def rows(url: str, query: str, *values: Any) -> list[dict[str, Any]]:
    """Rows as dictionaries."""
    connection = await asyncpg.connect(url)
    try:
        return [dict(row) for row in await connection.fetch(query, *values)]
    finally:
        await connection.close()
