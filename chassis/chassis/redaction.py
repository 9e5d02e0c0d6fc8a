"""Taking content out of stored messages: what was sent, what failed and what waits behind that (N11).

    await redaction.rewrite(conn, change, holding=["tk_1"], ids=["ev_1"])

The rows stay where they are, with their ids, keys and places; only their value changes. What they
hold is read one by one: an erasure is rare, and an index over it would cost every message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import failures

Change = Callable[[Iterable[tuple[str, bytes]], bytes | None], bytes | None]
"""(headers, value) → the value to be kept; None: as it is. Raises ValueError for what it cannot read."""

_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOLDS: Final = """
    EXISTS (SELECT FROM unnest(CAST(:holding AS text[])) AS held
            WHERE position(convert_to(held, 'UTF8') IN value) > 0)
"""
_SENT: Final = text(
    f"""
    SELECT id, headers, value FROM outbox
    WHERE created_at >= :since
      AND (event_id = ANY(CAST(:ids AS text[])) OR caused_by = ANY(CAST(:ids AS text[])) OR {_HOLDS})
    FOR UPDATE
    """
)
_KEEP: Final = text(
    "UPDATE outbox SET value = kept.value"
    " FROM unnest(CAST(:ids AS bigint[]), CAST(:values AS bytea[])) AS kept (id, value) WHERE outbox.id = kept.id"
)
_FAILED: Final = text(
    f"""
    SELECT * FROM failed_message
    WHERE event_id = ANY(CAST(:ids AS text[])) OR {_HOLDS} OR EXISTS (
        SELECT FROM unnest(CAST(:ids AS text[])) AS cause WHERE position(convert_to(cause, 'UTF8') IN value) > 0)
    FOR UPDATE
    """
)
_KEEP_FAILED: Final = text("UPDATE failed_message SET value = :value, detail = NULL WHERE id = :id")


async def rewrite(
    conn: AsyncConnection,
    change: Change,
    *,
    holding: Sequence[str] = (),
    ids: Sequence[str] = (),
    since: datetime | None = None,
) -> int:
    """Changes messages that hold one of these texts, are one of `ids`, or were caused by one. Says how many.

    `since`: of what was sent only what is not older; with a text alone that is a matter of minutes in a large table.

    A sender that has one in hand sends it as it was: Kafka's retention bounds that.
    """
    named = {"holding": list(holding), "ids": list(ids), "since": since or _EVER}
    changed: dict[int, bytes] = {}
    for row in await conn.execute(_SENT, named):
        headers = [(name, value.encode()) for name, value in row.headers.items()]
        if (kept := change(headers, row.value)) is not None:
            changed[row.id] = kept
    if changed:
        await conn.execute(_KEEP, {"ids": list(changed), "values": list(changed.values())})
    return len(changed) + await rewrite_failed(conn, change, holding=holding, ids=ids)


async def rewrite_failed(
    conn: AsyncConnection, change: Change, *, holding: Sequence[str] = (), ids: Sequence[str] = ()
) -> int:
    """The same of what failed, waits, or was given up. What nobody can read loses all its content."""
    count = 0
    for row in (await conn.execute(_FAILED, {"holding": list(holding), "ids": list(ids)})).all():
        record = failures.record_of(row)
        try:
            kept = change(record.headers, record.value)
        except ValueError:
            kept = b""
        if kept is not None:
            await conn.execute(_KEEP_FAILED, {"id": row.id, "value": kept})
            count += 1
    return count
