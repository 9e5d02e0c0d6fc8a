"""Listeners of the TM Forum APIs and what they are to be told: in order per listener and ticket, each event once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from vendor_bridge.store.directories import Way

CHANNEL: Final = "hub"
LEASE: Final = timedelta(seconds=30)
"""Longer than one exchange with a listener."""
RETENTION: Final = timedelta(days=30)
"""How long an event that was told stays."""

_ADD: Final = text(
    """
    INSERT INTO hub_listener (id, municipality, connection, api, callback, query, created_at)
    VALUES (:id, :municipality, :connection, :api, :callback, :query, :at) ON CONFLICT DO NOTHING
    """
)
_OF: Final = text(
    """
    SELECT id, api, callback, query FROM hub_listener
    WHERE municipality = :municipality AND connection = :connection ORDER BY created_at, id
    """
)
_REMOVE: Final = text(
    """
    DELETE FROM hub_listener
    WHERE id = :id AND municipality = :municipality AND connection = :connection AND api = :api
    """
)
_TELL: Final = text(
    """
    INSERT INTO hub_event (listener, event_id, event_type, subject, body, created_at, due_at, traceparent)
    VALUES (:listener, :event_id, :event_type, :subject, :body, :at, :at, :traceparent) ON CONFLICT DO NOTHING
    """
)
_WAKE: Final = text(f"SELECT pg_notify('{CHANNEL}', '')")
_CLAIM: Final = text(
    """
    WITH candidate AS (
        SELECT e.listener, e.event_id,
               row_number() OVER (PARTITION BY e.listener ORDER BY e.due_at, e.seq) AS place,
               CASE WHEN l.resting_until IS NULL THEN :each - coalesce(busy.events, 0)
                    ELSE 1 - coalesce(busy.events, 0) END AS room
        FROM hub_event e JOIN hub_listener l ON l.id = e.listener
             LEFT JOIN unnest(CAST(:busy AS text[]), CAST(:events AS int[])) AS busy (listener, events)
                       ON busy.listener = e.listener
        WHERE e.state = 'pending' AND e.due_at <= now() AND (e.leased_until IS NULL OR e.leased_until <= now())
          AND (l.resting_until IS NULL OR l.resting_until <= now())
          AND NOT EXISTS (SELECT FROM hub_event f WHERE f.state = 'pending' AND f.listener = e.listener
                                                    AND f.subject = e.subject AND f.seq < e.seq)
    ), chosen AS (
        SELECT e.listener, e.event_id FROM hub_event e JOIN candidate c USING (listener, event_id)
        WHERE c.place <= c.room AND e.state = 'pending' AND (e.leased_until IS NULL OR e.leased_until <= now())
        ORDER BY e.due_at, e.seq LIMIT :limit
        FOR UPDATE OF e SKIP LOCKED
    )
    UPDATE hub_event e SET leased_until = now() + CAST(:lease AS interval)
    FROM chosen, hub_listener l
    WHERE e.listener = chosen.listener AND e.event_id = chosen.event_id AND l.id = e.listener
    RETURNING e.listener, e.event_id, e.event_type, e.body, e.attempts, e.first_failed_at, e.traceparent,
              l.municipality, l.connection, l.callback, l.failures
    """
)
_TAKEN: Final = text(
    """
    WITH well AS (
        UPDATE hub_listener SET failures = 0, resting_until = NULL WHERE id = :listener AND failures > 0 RETURNING id
    ), backlog AS (
        UPDATE hub_event SET due_at = least(due_at, now())
        WHERE listener = (SELECT id FROM well) AND state = 'pending' AND event_id <> :event_id
    )
    UPDATE hub_event SET state = 'taken', ended_at = :at, attempts = attempts + 1, leased_until = NULL,
                         last_status = :status, last_error = NULL
    WHERE listener = :listener AND event_id = :event_id
    """
)
_NOT_TAKEN: Final = text(
    """
    WITH ill AS (UPDATE hub_listener SET failures = failures + 1, resting_until = :rest WHERE id = :listener)
    UPDATE hub_event SET state = :state, ended_at = :ended, attempts = attempts + 1, due_at = :due_at,
                         leased_until = NULL, first_failed_at = coalesce(first_failed_at, :at),
                         last_status = :status, last_error = :error
    WHERE listener = :listener AND event_id = :event_id AND state = 'pending'
    """
)
_PRUNE: Final = text("DELETE FROM hub_event WHERE state <> 'pending' AND ended_at < :before")
_BACKLOG: Final = text(
    """
    SELECT l.connection, count(*) AS pending FROM hub_event e JOIN hub_listener l ON l.id = e.listener
    WHERE e.state = 'pending' GROUP BY l.connection
    """
)


@dataclass(frozen=True, slots=True)
class Listener:
    id: str
    api: str
    callback: str
    query: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event that this worker may tell now. `failures`: of the listener, in a row."""

    listener: str
    event_id: str
    event_type: str
    body: bytes
    attempts: int
    first_failed_at: datetime | None
    traceparent: str | None
    municipality: str
    connection: str
    callback: str
    failures: int


def _whose(way: Way) -> dict[str, str]:
    return {"municipality": way.municipality, "connection": way.connection.name}


async def add(conn: AsyncConnection, way: Way, listener: Listener, at: datetime) -> bool:
    """False where the same one is there."""
    values = {"id": listener.id, "api": listener.api, "callback": listener.callback, "query": listener.query, "at": at}
    return (await conn.execute(_ADD, values | _whose(way))).rowcount == 1


async def listeners(conn: AsyncConnection, way: Way) -> list[Listener]:
    """A connection's, oldest first."""
    return [Listener(row.id, row.api, row.callback, row.query) for row in await conn.execute(_OF, _whose(way))]


async def remove(conn: AsyncConnection, way: Way, api: str, listener: str) -> bool:
    """With what it was still to be told."""
    return (await conn.execute(_REMOVE, {"id": listener, "api": api} | _whose(way))).rowcount == 1


async def tell(conn: AsyncConnection, events: Sequence[Mapping[str, Any]]) -> None:
    """Rows of (listener, event_id, event_type, subject, body, at, traceparent); those that are there stay."""
    if events:
        for event in events:  # one by one: their order is that of `seq`
            await conn.execute(_TELL, event)
        await conn.execute(_WAKE)


async def claim(conn: AsyncConnection, *, limit: int, each: int, busy: Mapping[str, int]) -> list[Claimed]:
    """Up to `limit` events that are due and first in their line, at most `each` of one listener with those in work."""
    values = {"limit": limit, "each": each, "lease": LEASE, "busy": list(busy), "events": list(busy.values())}
    rows: Sequence[Row[Any]] = (await conn.execute(_CLAIM, values)).all()
    return [Claimed(**{name: getattr(row, name) for name in Claimed.__slots__}) for row in rows]


async def taken(conn: AsyncConnection, event: Claimed, *, at: datetime, status: int) -> None:
    """The listener has it; one that was in trouble is well again, and its backlog due."""
    values = {"listener": event.listener, "event_id": event.event_id, "at": at, "status": status}
    await conn.execute(_TAKEN, values)


async def not_taken(
    conn: AsyncConnection,
    event: Claimed,
    *,
    at: datetime,
    due_at: datetime | None,
    rest_until: datetime | None,
    status: int | None,
    error: str,
) -> None:
    """It is due again at `due_at`, None: never. Until `rest_until` the listener is told nothing."""
    await conn.execute(
        _NOT_TAKEN,
        {
            "listener": event.listener,
            "event_id": event.event_id,
            "state": "given_up" if due_at is None else "pending",
            "ended": at if due_at is None else None,
            "due_at": due_at or at,
            "rest": rest_until,
            "at": at,
            "status": status,
            "error": error,
        },
    )


async def drop(conn: AsyncConnection, listener: str) -> None:
    """A listener that wants no more (410)."""
    await conn.execute(text("DELETE FROM hub_listener WHERE id = :id"), {"id": listener})


async def prune(conn: AsyncConnection, now: datetime) -> None:
    """Forgets what was told long ago."""
    await conn.execute(_PRUNE, {"before": now - RETENTION})


async def backlog(conn: AsyncConnection) -> Sequence[Row[Any]]:
    """How many each connection's listeners are still to be told."""
    return (await conn.execute(_BACKLOG)).all()
