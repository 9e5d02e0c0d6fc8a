"""The rows of messages that failed or wait behind one that did.

All changes that could let a message pass another happen under the partition's lock: taking a batch, running a failed
message again, discarding one. `failed_message_key` holds exactly the keys that are held back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.messages import Record

State = Literal["retrying", "parked", "dead", "discarded"]

_UNIT_SEPARATOR: Final = "\x1f"

_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:place, 0))")

_HELD: Final = text(
    """
    SELECT key FROM unnest(CAST(:keys AS text[])) AS key
    WHERE EXISTS (SELECT FROM failed_message_key AS held WHERE held.key = key.key)
    """
)

_ADD: Final = text(
    """
    WITH failed AS (
        INSERT INTO failed_message (event_id, type, keys, state, attempts, due_at, reason, detail, traceparent,
                                    topic, partition, "offset", timestamp_ms, key, value, headers)
        SELECT event_id, type, string_to_array(keys, chr(31)), state, attempts, now() + due_in, reason, detail,
               traceparent, topic, partition, "offset", timestamp_ms, key, value, headers
        FROM unnest(CAST(:event_id AS text[]), CAST(:type AS text[]), CAST(:keys AS text[]), CAST(:state AS text[]),
                    CAST(:attempts AS int[]), CAST(:due_in AS interval[]), CAST(:reason AS text[]),
                    CAST(:detail AS text[]), CAST(:traceparent AS text[]), CAST(:topic AS text[]),
                    CAST(:partition AS int[]), CAST(:offset AS bigint[]), CAST(:timestamp_ms AS bigint[]),
                    CAST(:key AS bytea[]), CAST(:value AS bytea[]), CAST(:headers AS bytea[]))
             WITH ORDINALITY
             AS new (event_id, type, keys, state, attempts, due_in, reason, detail, traceparent, topic, partition,
                     "offset", timestamp_ms, key, value, headers, position)
        ORDER BY position
        ON CONFLICT (event_id) DO NOTHING
        RETURNING id, keys
    ), held AS (
        INSERT INTO failed_message_key (key, message_id)
        SELECT DISTINCT key, failed.id FROM failed, unnest(failed.keys) AS key
    )
    SELECT count(*) FROM failed
    """
)

_DUE_PLACES: Final = text(
    "SELECT DISTINCT topic, partition FROM failed_message WHERE state = 'retrying' AND due_at <= now()"
)

_NEXT_DUE: Final = text(
    """
    SELECT * FROM failed_message
    WHERE state = 'retrying' AND due_at <= now() AND topic = :topic AND partition = :partition
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    """
)

_AGAIN: Final = text(
    """
    UPDATE failed_message
    SET state = :state, attempts = :attempts, due_at = now() + CAST(:due_in AS interval), reason = :reason,
        detail = :detail, changed_at = now()
    WHERE id = :id
    """
)

_REMOVE: Final = text("DELETE FROM failed_message WHERE id = :id")  # its keys go with it

# Of each freed key the first that waits, if nothing before it holds any other of its keys.
_FREE: Final = text(
    """
    WITH first AS (
        SELECT DISTINCT (SELECT min(message_id) FROM failed_message_key AS held WHERE held.key = freed.key) AS id
        FROM unnest(CAST(:keys AS text[])) AS freed (key)
    )
    UPDATE failed_message AS waiting SET state = 'retrying', due_at = now(), changed_at = now()
    FROM first
    WHERE waiting.id = first.id AND waiting.state = 'parked' AND NOT EXISTS (
        SELECT FROM failed_message_key AS own JOIN failed_message_key AS earlier USING (key)
        WHERE own.message_id = waiting.id AND earlier.message_id < waiting.id
    )
    """
)

_COUNTS: Final = text("SELECT state, count(*) AS number FROM failed_message WHERE state <> 'discarded' GROUP BY state")

_PRUNE: Final = text("DELETE FROM failed_message WHERE state = 'discarded' AND changed_at < now() - interval '14 days'")


@dataclass(frozen=True, slots=True)
class Failed:
    """A row to be. `event_id` of what could not be decoded is its position."""

    record: Record
    event_id: str
    type: str
    keys: tuple[str, ...]
    state: State
    reason: str
    detail: str | None = None
    attempts: int = 0
    due_in: timedelta | None = None
    traceparent: str | None = None


async def lock(conn: AsyncConnection, topic: str, partition: int) -> None:
    """Until this transaction ends nobody else handles messages of that partition in this database."""
    await conn.execute(_LOCK, {"place": f"messages {topic}/{partition}"})


async def held_keys(conn: AsyncConnection, keys: Sequence[str]) -> set[str]:
    """Those of the keys that a failed or parked message has."""
    return set(await conn.scalars(_HELD, {"keys": list(keys)})) if keys else set()


async def add(conn: AsyncConnection, failed: Sequence[Failed]) -> int:
    """Stores rows in their order, holding back their keys; those known already stay as they are. Says how many."""
    records = [row.record for row in failed]
    number: int = await conn.scalar(
        _ADD,
        {
            "event_id": [row.event_id for row in failed],
            "type": [row.type for row in failed],
            "keys": [_UNIT_SEPARATOR.join(row.keys) for row in failed],
            "state": [row.state for row in failed],
            "attempts": [row.attempts for row in failed],
            "due_in": [row.due_in for row in failed],
            "reason": [row.reason for row in failed],
            "detail": [row.detail for row in failed],
            "traceparent": [row.traceparent for row in failed],
            "topic": [record.topic for record in records],
            "partition": [record.partition for record in records],
            "offset": [record.offset for record in records],
            "timestamp_ms": [record.timestamp_ms for record in records],
            "key": [record.key for record in records],
            "value": [record.value for record in records],
            "headers": [_dumped(record.headers) for record in records],
        },
    )
    return number


async def due_places(conn: AsyncConnection) -> list[tuple[str, int]]:
    """(topic, partition) of messages that are due."""
    return [(row.topic, row.partition) for row in await conn.execute(_DUE_PLACES)]


async def next_due(conn: AsyncConnection, topic: str, partition: int) -> Row[Any] | None:
    """The first message due, its row locked; none that another process has in hand."""
    return (await conn.execute(_NEXT_DUE, {"topic": topic, "partition": partition})).one_or_none()


async def put_off(
    conn: AsyncConnection, row_id: int, attempts: int, due_in: timedelta | None, reason: str, detail: str | None
) -> None:
    """Retried after `due_in`, or dead if that is None."""
    state: State = "dead" if due_in is None else "retrying"
    await conn.execute(
        _AGAIN,
        {"id": row_id, "state": state, "attempts": attempts, "due_in": due_in, "reason": reason, "detail": detail},
    )


async def remove(conn: AsyncConnection, row: Row[Any]) -> None:
    """It succeeded: whoever waited for it comes next."""
    await conn.execute(_REMOVE, {"id": row.id})
    await free(conn, row.keys)


async def free(conn: AsyncConnection, keys: Sequence[str]) -> None:
    if keys:
        await conn.execute(_FREE, {"keys": list(keys)})


async def counts(conn: AsyncConnection) -> dict[str, int]:
    return {row.state: row.number for row in await conn.execute(_COUNTS)}


async def prune(conn: AsyncConnection) -> None:
    """Forgets what was discarded 14 days ago."""
    await conn.execute(_PRUNE)


def record_of(row: Row[Any]) -> Record:
    """The record as it came."""
    return Record(
        topic=row.topic,
        partition=row.partition,
        offset=row.offset,
        key=row.key,
        value=row.value,
        headers=tuple((name, value.encode("latin-1")) for name, value in json.loads(row.headers)),
        timestamp_ms=row.timestamp_ms,
    )


def _dumped(headers: Sequence[tuple[str, bytes]]) -> bytes:
    return json.dumps([[name, value.decode("latin-1")] for name, value in headers]).encode()
