"""The queue of messages: who is next, what was sent, how a connection fares.

In order per incident and connection: a message is claimed only while none before it is undelivered. A claim is a lease,
so that no transaction is open while a vendor answers; a worker that died loses its leases at once, because its session
lock is gone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

LOCK_CLASS: Final = 0x6272_6467  # "brdg": session locks of senders, one per worker
LEASE: Final = timedelta(seconds=45)
"""Longer than an exchange with a vendor and the transactions around it."""

_CLAIM: Final = text(
    """
    WITH candidate AS (
        SELECT d.webhook_id, h.resting_until IS NOT NULL AS probes, coalesce(busy.messages, 0) AS in_work,
               row_number() OVER (PARTITION BY d.municipality, d.connection ORDER BY d.due_at, d.seq) AS place
        FROM delivery d LEFT JOIN connection_health h USING (municipality, connection)
             LEFT JOIN unnest(CAST(:busy AS text[]), CAST(:messages AS int[])) AS busy (connection, messages)
                       ON busy.connection = d.connection
        WHERE d.state = 'pending'
          AND (d.leased_until IS NULL OR d.leased_until <= now())
          AND (d.due_at <= now() OR (h.resting_until IS NOT NULL AND d.first_failed_at IS NOT NULL))
          AND (h.resting_until IS NULL OR h.resting_until <= now())
          AND NOT EXISTS (
              SELECT FROM delivery e
              WHERE e.state = 'pending' AND e.incident = d.incident AND e.connection = d.connection AND e.seq < d.seq)
          AND NOT EXISTS (
              SELECT FROM delivery e
              WHERE h.resting_until IS NOT NULL AND e.state = 'pending' AND e.municipality = d.municipality
                AND e.connection = d.connection AND e.leased_until > now())
    ), chosen AS (
        SELECT d.webhook_id, c.probes
        FROM delivery d JOIN candidate c USING (webhook_id)
        WHERE c.place <= CASE WHEN c.probes THEN 1 ELSE :each - c.in_work END
          AND d.state = 'pending' AND (d.leased_until IS NULL OR d.leased_until <= now())
        ORDER BY d.due_at, d.seq LIMIT :limit
        FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE delivery d SET leased_until = now() + CAST(:lease AS interval), worker = :worker
    FROM chosen WHERE d.webhook_id = chosen.webhook_id
    RETURNING d.webhook_id, d.municipality, d.connection, d.incident, d.seq, chosen.probes
    """
)
_ORPHANED: Final = text(
    """
    UPDATE delivery SET leased_until = NULL WHERE webhook_id IN (
        SELECT d.webhook_id FROM delivery d
        WHERE d.state = 'pending' AND d.leased_until > now() AND d.worker NOT IN (
            SELECT CAST(l.objid AS bigint) FROM pg_locks l JOIN pg_database b ON b.oid = l.database
            WHERE l.locktype = 'advisory' AND CAST(l.classid AS bigint) = :lock_class
              AND b.datname = current_database())
        FOR UPDATE OF d SKIP LOCKED)
    """
)
_READ: Final = text("SELECT * FROM delivery WHERE webhook_id = :id AND state = 'pending'")
_FIX: Final = text(
    """
    UPDATE delivery SET body = :body, bundle = :bundle, heads = CAST(:heads AS jsonb)
    WHERE webhook_id = :id AND state = 'pending'
    """
)
_TAKEN: Final = text(
    """
    UPDATE delivery SET attempts = attempts + 1, attempted_at = :at, delivered_at = :at, leased_until = NULL,
                        last_status = :status, last_error = NULL
    WHERE webhook_id = :id
    """
)
_NOT_TAKEN: Final = text(
    """
    UPDATE delivery SET attempts = attempts + :spent, attempted_at = :at, leased_until = NULL, due_at = :due_at,
                        first_failed_at = coalesce(first_failed_at, :at), last_status = :status, last_error = :error
    WHERE webhook_id = :id AND state = 'pending'
    """
)
_RELEASE: Final = text("UPDATE delivery SET leased_until = NULL WHERE webhook_id = :id AND state = 'pending'")
_FAILURES: Final = text(
    """
    INSERT INTO connection_health AS h (municipality, connection, failures, changed_at)
    VALUES (:municipality, :connection, 1, :at)
    ON CONFLICT (municipality, connection) DO UPDATE SET failures = h.failures + 1, changed_at = :at
    RETURNING failures
    """
)
_REST: Final = text(
    """
    INSERT INTO connection_health AS h (municipality, connection, failures, resting_until, trouble, detail, changed_at)
    VALUES (:municipality, :connection, 0, :until, :trouble, :detail, :at)
    ON CONFLICT (municipality, connection)
    DO UPDATE SET resting_until = :until, trouble = :trouble, detail = :detail, changed_at = :at
    """
)
_WELL: Final = text(
    "DELETE FROM connection_health WHERE municipality = :municipality AND connection = :connection RETURNING 1"
)
_CATCH_UP: Final = text(
    """
    UPDATE delivery SET due_at = least(due_at, now())
    WHERE state = 'pending' AND municipality = :municipality AND connection = :connection
      AND first_failed_at IS NOT NULL
    """
)
_HELD_BACK: Final = text(
    """
    UPDATE delivery SET first_failed_at = now() WHERE webhook_id IN (
        SELECT d.webhook_id FROM delivery d JOIN connection_health h USING (municipality, connection)
        WHERE h.resting_until IS NOT NULL AND d.state = 'pending' AND d.first_failed_at IS NULL AND d.due_at <= now()
        FOR UPDATE OF d SKIP LOCKED)
    """
)
_USED_UP: Final = text(
    """
    SELECT d.webhook_id, d.municipality, d.incident, d.connection, d.last_status, h.trouble
    FROM delivery d LEFT JOIN connection_health h USING (municipality, connection)
    WHERE d.state = 'pending' AND NOT d.failed AND d.first_failed_at <= :before ORDER BY d.seq LIMIT 200
    """
)
_BACKLOG: Final = text(
    """
    SELECT connection, count(*) AS pending,
           coalesce(extract(epoch FROM now() - min(due_at) FILTER (WHERE due_at <= now())), 0)::float8 AS age
    FROM delivery WHERE state = 'pending' GROUP BY connection
    """
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker may send now. `probes`: it tries a connection that rests, and spends no attempt."""

    webhook_id: str
    municipality: str
    connection: str
    incident: str
    probes: bool


async def claim(conn: AsyncConnection, worker: int, *, limit: int, each: int, busy: Mapping[str, int]) -> list[Claimed]:
    """Up to `limit` messages that are due and first in their line.

    At most `each` of one connection, those in work counted (`busy`: connection → how many).
    """
    values = {"worker": worker, "limit": limit, "each": each, "lease": LEASE}
    rows = await conn.execute(_CLAIM, values | {"busy": list(busy), "messages": list(busy.values())})
    ordered = sorted(rows, key=lambda row: row.seq)
    return [Claimed(row.webhook_id, row.municipality, row.connection, row.incident, row.probes) for row in ordered]


async def free_orphaned(conn: AsyncConnection) -> int:
    """Ends the leases of workers that are gone; says how many."""
    return (await conn.execute(_ORPHANED, {"lock_class": LOCK_CLASS})).rowcount


async def read(conn: AsyncConnection, webhook_id: str) -> Row[Any] | None:
    """A message that is still owed."""
    return (await conn.execute(_READ, {"id": webhook_id})).one_or_none()


async def fix(conn: AsyncConnection, webhook_id: str, *, body: bytes, bundle: bytes | None, heads: str) -> None:
    """From now on every attempt sends these bytes."""
    await conn.execute(_FIX, {"id": webhook_id, "body": body, "bundle": bundle, "heads": heads})


async def taken(conn: AsyncConnection, message: Claimed, *, at: datetime, status: int) -> None:
    """It arrived. A connection that was in trouble is well again, and its backlog due."""
    await conn.execute(_TAKEN, {"id": message.webhook_id, "at": at, "status": status})
    where = {"municipality": message.municipality, "connection": message.connection}
    if (await conn.execute(_WELL, where)).rowcount:
        await conn.execute(_CATCH_UP, where)


async def not_taken(
    conn: AsyncConnection,
    webhook_id: str,
    *,
    at: datetime,
    due_at: datetime,
    error: str,
    status: int | None,
    spent: bool,
) -> None:
    """It did not arrive; it is due again at `due_at`. `spent`: it cost one of the attempts."""
    values = {"id": webhook_id, "at": at, "due_at": due_at, "error": error, "status": status, "spent": int(spent)}
    await conn.execute(_NOT_TAKEN, values)


async def release(conn: AsyncConnection, webhook_id: str) -> None:
    """Gives a claim back."""
    await conn.execute(_RELEASE, {"id": webhook_id})


async def count_failure(conn: AsyncConnection, message: Claimed, at: datetime) -> int:
    """One more failure in a row of its connection; how many that makes."""
    where = {"municipality": message.municipality, "connection": message.connection, "at": at}
    failures: int = (await conn.execute(_FAILURES, where)).scalar_one()
    return failures


async def rest(
    conn: AsyncConnection, message: Claimed, *, at: datetime, until: datetime, trouble: str, detail: str
) -> None:
    """Nothing is sent through its connection until then."""
    values = {"municipality": message.municipality, "connection": message.connection, "at": at, "until": until}
    await conn.execute(_REST, values | {"trouble": trouble, "detail": detail})


async def turn_on(conn: AsyncConnection, municipality: str, connection: str) -> bool:
    """By hand, after a vendor's 410: the connection is tried again, its backlog in order. Whether it was off."""
    where = {"municipality": municipality, "connection": connection}
    was_off = (await conn.execute(_WELL, where)).rowcount > 0
    await conn.execute(_CATCH_UP, where)
    return was_off


async def count_held_back(conn: AsyncConnection) -> None:
    """A message that waits because its connection rests is failing too: its span counts from now (R16)."""
    await conn.execute(_HELD_BACK)


async def used_up(conn: AsyncConnection, before: datetime) -> Sequence[Row[Any]]:
    """Messages whose first failure was before then, and nobody was told yet."""
    return (await conn.execute(_USED_UP, {"before": before})).all()


async def backlog(conn: AsyncConnection) -> Sequence[Row[Any]]:
    """(connection, pending, age of the oldest due in seconds)."""
    return (await conn.execute(_BACKLOG)).all()
