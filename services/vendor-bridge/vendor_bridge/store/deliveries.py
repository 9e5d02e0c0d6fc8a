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

from chassis.statements import Statement

LOCK_CLASS: Final = 0x6272_6467  # "brdg": session locks of senders, one per worker
LEASE: Final = timedelta(seconds=45)
"""Longer than an exchange with a vendor and the transactions around it."""

_CLAIM: Final = text(
    """
    WITH RECURSIVE owed AS (
        (SELECT municipality, connection FROM delivery WHERE state = 'pending'
         ORDER BY municipality, connection LIMIT 1)
        UNION ALL
        SELECT following.municipality, following.connection
        FROM owed CROSS JOIN LATERAL (
            SELECT municipality, connection FROM delivery
            WHERE state = 'pending' AND (municipality, connection) > (owed.municipality, owed.connection)
            ORDER BY municipality, connection LIMIT 1) AS following
    ), way AS (
        SELECT owed.municipality, owed.connection, h.resting_until IS NOT NULL AS probes,
               CASE WHEN h.resting_until IS NULL THEN greatest(:each - coalesce(busy.messages, 0), 0)
                    WHEN EXISTS (
                        SELECT FROM delivery e
                        WHERE e.state = 'pending' AND e.municipality = owed.municipality
                          AND e.connection = owed.connection AND e.leased_until > now()) THEN 0
                    ELSE 1 END AS room
        FROM owed LEFT JOIN connection_health h USING (municipality, connection)
             LEFT JOIN connection c USING (municipality, connection)
             LEFT JOIN unnest(CAST(:busy AS text[]), CAST(:messages AS int[])) AS busy (connection, messages)
                       ON busy.connection = owed.connection
        WHERE c.paused_at IS NULL AND (h.resting_until IS NULL OR h.resting_until <= now())
    ), chosen AS (
        SELECT first.webhook_id, way.probes
        FROM way CROSS JOIN LATERAL (
            SELECT d.webhook_id, d.due_at, d.seq FROM delivery d
            WHERE d.state = 'pending' AND d.municipality = way.municipality AND d.connection = way.connection
              AND (d.leased_until IS NULL OR d.leased_until <= now())
              AND (d.due_at <= now() OR (way.probes AND d.first_failed_at IS NOT NULL))
              AND NOT EXISTS (
                  SELECT FROM delivery e
                  WHERE e.state = 'pending' AND e.incident = d.incident AND e.connection = d.connection
                    AND e.seq < d.seq)
            ORDER BY d.due_at, d.seq LIMIT way.room
            FOR UPDATE OF d SKIP LOCKED) AS first
        ORDER BY first.due_at, first.seq LIMIT :limit
    )
    UPDATE delivery d SET leased_until = now() + CAST(:lease AS interval), worker = :worker
    FROM chosen WHERE d.webhook_id = chosen.webhook_id
    RETURNING d.webhook_id, d.municipality, d.connection, d.incident, d.seq, chosen.probes
    """
)
"""Way by way, so that what a claim costs does not grow with a backlog: each way's queue is read from its beginning."""
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
_READ_ALL: Final = Statement(
    text(
        "SELECT webhook_id, municipality, connection, handoff, incident, kind, traceparent, body, bundle FROM delivery"
        " WHERE webhook_id = ANY(CAST(:ids AS text[])) AND state = 'pending' ORDER BY seq"
    )
)
_ATTEMPTS_OF: Final = Statement(
    text("SELECT webhook_id, attempts FROM delivery WHERE webhook_id = ANY(CAST(:ids AS text[])) AND state = 'pending'")
)
_ANY: Final = text("SELECT * FROM delivery WHERE webhook_id = :id")
_FIX: Final = Statement(
    text(
        """
        UPDATE delivery d SET body = fixed.body, bundle = fixed.bundle, heads = CAST(fixed.heads AS jsonb)
        FROM unnest(CAST(:ids AS text[]), CAST(:bodies AS bytea[]), CAST(:bundles AS bytea[]), CAST(:heads AS text[]))
             AS fixed (id, body, bundle, heads)
        WHERE d.webhook_id = fixed.id AND d.state = 'pending'
        """
    )
)
_TAKEN: Final = Statement(
    text(
        """
        UPDATE delivery d SET attempts = attempts + 1, attempted_at = :at, delivered_at = :at, leased_until = NULL,
                              last_status = taken.status, last_error = NULL
        FROM unnest(CAST(:ids AS text[]), CAST(:statuses AS int[])) AS taken (id, status)
        WHERE d.webhook_id = taken.id
        """
    )
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
    INSERT INTO connection_health AS h (municipality, connection, failures, detail, changed_at)
    VALUES (:municipality, :connection, 1, :detail, :at)
    ON CONFLICT (municipality, connection) DO UPDATE
        SET failures = h.failures + 1, changed_at = :at,
            detail = CASE WHEN h.trouble IS NULL THEN :detail ELSE h.detail END
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
        SELECT d.webhook_id FROM delivery d LEFT JOIN connection_health h USING (municipality, connection)
                                            LEFT JOIN connection c USING (municipality, connection)
        WHERE (h.resting_until IS NOT NULL OR c.paused_at IS NOT NULL)
          AND d.state = 'pending' AND d.first_failed_at IS NULL AND d.due_at <= now()
        FOR UPDATE OF d SKIP LOCKED)
    """
)
_USED_UP: Final = text(
    """
    SELECT d.webhook_id, d.municipality, d.incident, d.connection, h.trouble, c.paused_at IS NOT NULL AS is_paused
    FROM delivery d LEFT JOIN connection_health h USING (municipality, connection)
                    LEFT JOIN connection c USING (municipality, connection)
                    LEFT JOIN handoff o ON o.id = d.handoff
                    LEFT JOIN incident i ON i.id = d.incident
    WHERE d.state = 'pending' AND NOT d.failed AND d.first_failed_at <= :before
      AND o.ended IS NULL AND i.resolved IS NOT TRUE
    ORDER BY d.seq LIMIT 200
    """
)
"""Of hand-offs that are held: what is over does not end once more, and what is solved nobody has to take over."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker may send now. `probes`: it tries a connection that rests, and spends no attempt."""

    webhook_id: str
    municipality: str
    connection: str
    incident: str
    probes: bool


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A message that is owed; `body` None: not fixed yet."""

    webhook_id: str
    municipality: str
    connection: str
    handoff: str
    incident: str
    kind: str
    traceparent: str | None
    body: bytes | None
    bundle: bytes | None


@dataclass(frozen=True, slots=True)
class Fixed:
    """What every attempt at a message sends; `heads` as JSON."""

    id: str
    body: bytes
    bundle: bytes | None
    heads: str


async def claim(conn: AsyncConnection, worker: int, *, limit: int, each: int, busy: Mapping[str, int]) -> list[Claimed]:
    """Up to `limit` messages that are due and first in their line.

    At most `each` of one connection, those in work counted (`busy`: connection → how many; below nothing: more).
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


async def any_of_id(conn: AsyncConnection, webhook_id: str) -> Row[Any] | None:
    """A message, owed or taken."""
    return (await conn.execute(_ANY, {"id": webhook_id})).one_or_none()


async def read_all(conn: AsyncConnection, ids: Sequence[str]) -> dict[str, ReadRow]:
    """Those of these messages that are still owed, in their order."""
    rows = await _READ_ALL.within(conn, {"ids": list(ids)})
    return {row["webhook_id"]: ReadRow(**row) for row in rows}


async def attempts_of(conn: AsyncConnection, ids: Sequence[str]) -> dict[str, int]:
    """How often each of these that is still owed was tried."""
    return {row["webhook_id"]: row["attempts"] for row in await _ATTEMPTS_OF.within(conn, {"ids": list(ids)})}


async def fix(conn: AsyncConnection, some: Sequence[Fixed]) -> None:
    """From now on every attempt sends these bytes."""
    if some:
        await _FIX.within(
            conn,
            {
                "ids": [each.id for each in some],
                "bodies": [each.body for each in some],
                "bundles": [each.bundle for each in some],
                "heads": [each.heads for each in some],
            },
        )


async def taken(conn: AsyncConnection, some: Sequence[tuple[Claimed, int]], *, at: datetime) -> None:
    """They arrived, with this status. A connection that was in trouble is well again, and its backlog due."""
    if not some:
        return
    ids, statuses = [message.webhook_id for message, _ in some], [status for _, status in some]
    await _TAKEN.within(conn, {"ids": ids, "statuses": statuses, "at": at})
    for municipality, connection in sorted({(message.municipality, message.connection) for message, _ in some}):
        where = {"municipality": municipality, "connection": connection}
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


async def count_failure(conn: AsyncConnection, message: Claimed, at: datetime, detail: str) -> int:
    """One more failure in a row of its connection, and why; how many that makes."""
    values = {"municipality": message.municipality, "connection": message.connection, "at": at, "detail": detail}
    failures: int = (await conn.execute(_FAILURES, values)).scalar_one()
    return failures


async def rest(
    conn: AsyncConnection, message: Claimed, *, at: datetime, until: datetime, trouble: str, detail: str
) -> None:
    """Nothing is sent through its connection until then."""
    values = {"municipality": message.municipality, "connection": message.connection, "at": at, "until": until}
    await conn.execute(_REST, values | {"trouble": trouble, "detail": detail})


async def turn_on(conn: AsyncConnection, municipality: str, connection: str) -> bool:
    """Whatever was wrong is over: the connection is tried again, its backlog in order. Whether something was wrong."""
    where = {"municipality": municipality, "connection": connection}
    was_off = (await conn.execute(_WELL, where)).rowcount > 0
    await conn.execute(_CATCH_UP, where)
    return was_off


async def count_held_back(conn: AsyncConnection) -> None:
    """A message that waits because its connection rests or is paused fails too: its span counts from now (R16)."""
    await conn.execute(_HELD_BACK)


async def used_up(conn: AsyncConnection, before: datetime) -> Sequence[Row[Any]]:
    """Messages whose first failure was before then, and nobody was told yet."""
    return (await conn.execute(_USED_UP, {"before": before})).all()
