"""What databases say right now, over connections that are kept."""

import json
from typing import Any

import asyncpg


class Rows:
    """`await rows.of(url, "SELECT …", value)`: rows as dictionaries, JSON decoded. `close` at the end."""

    def __init__(self) -> None:
        self._pools: dict[str, asyncpg.Pool] = {}

    async def of(self, url: str, query: str, *values: Any) -> list[dict[str, Any]]:
        if url not in self._pools:
            self._pools[url] = await asyncpg.create_pool(url, min_size=0, max_size=2, init=_decode_json)
        return [dict(row) for row in await self._pools[url].fetch(query, *values)]

    async def close(self) -> None:
        for pool in self._pools.values():
            pool.terminate()
        self._pools.clear()


async def _decode_json(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
