"""The record: what the four services said, merged from their outboxes in the topic's order (R21).

An operator's view over the databases' addresses; services never read each other's.
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any

import asyncpg

from contracts import envelope
from contracts.envelope import Received

_SENT = """
    SELECT o.event_id, o.type, o.value, o.headers, o.traceparent, o.id, o.created_at, o.sent_at,
           o.topic, o.partition, o."offset", o.keys, o.caused_by
    FROM outbox AS o
    WHERE o.sent_at IS NOT NULL AND o.topic = $1 AND ($2::text[] IS NULL OR o.keys && $2)
    ORDER BY o.partition, o."offset"
"""


@dataclass(frozen=True, slots=True)
class Said:
    """One event as its service kept it."""

    service: str
    row: Mapping[str, Any]

    @property
    def place(self) -> tuple[int, int]:
        """Partition and offset: where it lies in the topic."""
        return self.row["partition"], self.row["offset"]

    @property
    def at(self) -> datetime:
        """When it was written."""
        at: datetime = self.row["created_at"]
        return at

    def received(self) -> Received:
        """The event as a consumer would have got it."""
        headers = [(name, str(value).encode()) for name, value in json.loads(self.row["headers"]).items()]
        headers.append(("ce_sequence", str(self.row["id"]).encode()))
        if self.row["traceparent"]:
            headers.append(("traceparent", self.row["traceparent"].encode()))
        return envelope.decode(headers, self.row["value"])


async def read(databases: Mapping[str, str], topic: str, keys: Sequence[str] | None = None) -> list[Said]:
    """Everything that was published on `topic` (about `keys` where given), in the topic's order."""
    found = [
        [Said(service, row) for row in await _rows(url, topic, keys)] for service, url in sorted(databases.items())
    ]
    return list(merge(*found, key=lambda said: said.place))


async def _rows(url: str, topic: str, keys: Sequence[str] | None) -> list[asyncpg.Record]:
    async with connection(url) as conn:
        rows: list[asyncpg.Record] = await conn.fetch(_SENT, topic, list(keys) if keys is not None else None)
        return rows


@asynccontextmanager
async def connection(url: str) -> AsyncIterator[Any]:
    """One connection, closed at the end."""
    conn = await asyncpg.connect(url)
    try:
        yield conn
    finally:
        await conn.close()


def slices(said: Sequence[Said], size: int) -> Iterator[list[Received]]:
    """The events decoded, some at a time."""
    for start in range(0, len(said), size):
        yield [each.received() for each in said[start : start + size]]
