"""The operator's hands on failed messages: list, show, redrive, discard; and their announcement to the outside.

The rows stay in the service's database; Kafka hears only the id, type and reason, on `<topic>.dlq.<service>`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import failures, outbox
from chassis.failures import Failed, State
from chassis.messages import Outgoing, Record

ANNOUNCED: Final = "message.dead_lettered.v1"

_LIST: Final = text(
    """
    SELECT * FROM failed_message
    WHERE state = ANY (CAST(:states AS text[])) AND (CAST(:ids AS text[]) IS NULL OR event_id = ANY (:ids))
    ORDER BY id LIMIT :limit
    """
)
_REDRIVE: Final = text(
    """
    UPDATE failed_message SET state = 'retrying', attempts = 0, due_at = now(), changed_at = now(), changed_by = :by
    WHERE id = ANY (CAST(:ids AS bigint[])) AND state IN ('dead', 'retrying')
    """
)
_DISCARD: Final = text(
    """
    UPDATE failed_message SET state = 'discarded', due_at = NULL, changed_at = now(), changed_by = :by
    WHERE id = ANY (CAST(:ids AS bigint[]))
    """
)
_RELEASE: Final = text("DELETE FROM failed_message_key WHERE message_id = ANY (CAST(:ids AS bigint[]))")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One failed message as an operator sees it. `detail` and the record are as private as the message itself."""

    id: str
    type: str
    keys: tuple[str, ...]
    state: State
    attempts: int
    due_at: datetime | None
    reason: str
    detail: str | None
    failed_at: datetime
    changed_at: datetime
    changed_by: str | None
    record: Record


async def find(
    conn: AsyncConnection,
    states: Sequence[State] = ("retrying", "parked", "dead"),
    ids: Sequence[str] | None = None,
    limit: int = 1000,
) -> list[DeadLetter]:
    """Failed messages in the order in which they run again."""
    return [_letter(row) for row in await _rows(conn, states, ids, limit)]


async def show(conn: AsyncConnection, message_id: str) -> DeadLetter | None:
    letters = await find(conn, ("retrying", "parked", "dead", "discarded"), [message_id])
    return letters[0] if letters else None


async def redrive(
    conn: AsyncConnection, ids: Sequence[str] | None = None, *, by: str | None = None, dry_run: bool = False
) -> list[DeadLetter]:
    """Runs the dead (and those waiting for their next try) again now; None takes all. What is parked follows by itself.

    The service's consumer picks them up within a second. Gives the messages as they were.
    """
    rows = await _rows(conn, ("dead", "retrying"), ids, 1_000_000)
    if rows and not dry_run:
        await conn.execute(_REDRIVE, {"ids": [row.id for row in rows], "by": by})
    return [_letter(row) for row in rows]


async def discard(
    conn: AsyncConnection, ids: Sequence[str], *, by: str | None = None, dry_run: bool = False
) -> list[DeadLetter]:
    """Gives these messages up for good; who waited behind them comes next. Rows stay 14 days for the record."""
    rows = await _rows(conn, ("retrying", "parked", "dead"), ids, len(ids))
    if rows and not dry_run:
        for topic, partition in sorted({(row.topic, row.partition) for row in rows}):
            await failures.lock(conn, topic, partition)
        numbers = [row.id for row in rows]
        await conn.execute(_DISCARD, {"ids": numbers, "by": by})
        await conn.execute(_RELEASE, {"ids": numbers})
        await failures.free(conn, [key for row in rows for key in row.keys])
    return [_letter(row) for row in rows]


async def announce(conn: AsyncConnection, service: str, failed: Failed) -> None:
    """Tells the dead-letter topic, through the outbox."""
    await _announce(conn, service, failed.record, failed.event_id, failed.type, failed.reason)


async def announce_row(conn: AsyncConnection, service: str, row: Row[Any], reason: str) -> None:
    await _announce(conn, service, failures.record_of(row), row.event_id, row.type, reason)


def topic_of(topic: str, service: str) -> str:
    return f"{topic}.dlq.{service}"


async def _announce(
    conn: AsyncConnection, service: str, record: Record, message_id: str, message_type: str, reason: str
) -> None:
    announcement = str(uuid4())
    headers = {
        "ce_specversion": "1.0",
        "ce_id": announcement,
        "ce_source": service,
        "ce_type": ANNOUNCED,
        "ce_time": datetime.now(UTC).isoformat(),
        "ce_subject": message_id,
        "content-type": "application/json",
    }
    letter = {"id": message_id, "type": message_type, "reason": reason}
    await outbox.add(
        conn,
        [
            Outgoing(
                id=announcement,
                type=ANNOUNCED,
                key=message_id,
                subject=message_id,
                value=json.dumps(letter).encode(),
                headers=headers,
                topic=topic_of(record.topic, service),
            )
        ],
    )


async def _rows(
    conn: AsyncConnection, states: Sequence[State], ids: Sequence[str] | None, limit: int
) -> Sequence[Row[Any]]:
    wanted = None if ids is None else list(ids)
    return (await conn.execute(_LIST, {"states": list(states), "ids": wanted, "limit": limit})).all()


def _letter(row: Row[Any]) -> DeadLetter:
    return DeadLetter(
        id=row.event_id,
        type=row.type,
        keys=tuple(row.keys),
        state=row.state,
        attempts=row.attempts,
        due_at=row.due_at,
        reason=row.reason,
        detail=row.detail,
        failed_at=row.failed_at,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        record=failures.record_of(row),
    )
