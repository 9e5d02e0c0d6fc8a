"""One query, one connection: what a database says right now."""

import json
from typing import Any

import asyncpg


async def rows(url: str, query: str, *values: Any) -> list[dict[str, Any]]:
    """Rows as dictionaries, JSON decoded."""
    connection = await asyncpg.connect(url)
    try:
        await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        return [dict(row) for row in await connection.fetch(query, *values)]
    finally:
        await connection.close()
