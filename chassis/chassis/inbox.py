"""Which messages had their effect here: claimed in the transaction that makes it, so a repeat finds them taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.messages import Message, Record

# Longer than anything can come again: dead letters 14 days, Kafka 7 days, vendors' webhooks 4 days.
RETENTION: Final = timedelta(days=30)

_CLAIM: Final = text(
    """
    INSERT INTO inbox (event_id, topic, partition, "offset")
    SELECT * FROM unnest(CAST(:event_id AS text[]), CAST(:topic AS text[]), CAST(:partition AS int[]),
                         CAST(:offset AS bigint[]))
    ON CONFLICT DO NOTHING
    RETURNING event_id
    """
)

_PRUNE: Final = text(
    """
    DELETE FROM inbox WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM inbox WHERE handled_at < now() - CAST(:age AS interval) LIMIT :batch
    ))
    """
)


async def claim(
    conn: AsyncConnection, messages: Sequence[Message], records: Sequence[Record] | None = None
) -> set[str]:
    """The ids seen for the first time; they are taken once this transaction commits.

    `records`, if given, are the messages' own, in the same order: where they lay is kept beside.
    """
    if not messages:
        return set()
    rows = await conn.scalars(
        _CLAIM,
        {
            "event_id": [message.id for message in messages],
            "topic": [record.topic for record in records] if records else [None] * len(messages),
            "partition": [record.partition for record in records] if records else [None] * len(messages),
            "offset": [record.offset for record in records] if records else [None] * len(messages),
        },
    )
    return set(rows)


async def prune(engine: AsyncEngine, older_than: timedelta = RETENTION, batch: int = 5000) -> int:
    """Forgets old ids, a transaction per batch so that no claim waits long; says how many."""
    forgotten = 0
    while True:
        async with engine.begin() as conn:
            gone = (await conn.execute(_PRUNE, {"age": older_than, "batch": batch})).rowcount
        forgotten += gone
        if gone < batch:
            return forgotten
