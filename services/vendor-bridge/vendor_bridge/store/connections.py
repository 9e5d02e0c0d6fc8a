"""Connections: how they stand and how they were told to stand, and errands that people gave."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, RowMapping, and_, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import Rows, any_of
from chassis.timers import Timers
from contracts.events.vendor_bridge import ConnectionChanged
from contracts.refusals import HELD_BACK
from vendor_bridge.domain.health import Key, Standing
from vendor_bridge.domain.state import Errand, Pause
from vendor_bridge.store import tables as t

CHANNEL: Final = "connection"
LEASE: Final = timedelta(seconds=60)
EARLIER: Final = 49
"""Refusals that are told besides the last."""
NEWEST_HELD: Final = 20
"""Held mails that are told one by one."""
PAUSES: Final = Rows(t.ConnectionRow, Pause)
ERRANDS: Final = Rows(t.ErrandRow, Errand)
TIMERS: Final = Timers("errand", where="state = 'open'", key="request_id")

_PAUSES: Final = PAUSES.query(
    and_(any_of(t.CONNECTION.c.municipality, "municipalities"), any_of(t.CONNECTION.c.connection, "connections"))
)
_ERRANDS: Final = ERRANDS.query(any_of(t.ERRAND.c.request_id, "ids"))
_WAKE: Final = text(f"SELECT pg_notify('{CHANNEL}', '')")
_UNTELL: Final = text(
    """
    UPDATE connection c SET stated_at = NULL FROM mail m
    WHERE m.id = :mail AND c.municipality = m.municipality AND c.connection = m.connection
    """
)
_KNOW: Final = text(
    """
    INSERT INTO connection (municipality, connection)
    SELECT * FROM unnest(CAST(:municipalities AS text[]), CAST(:connections AS text[])) ON CONFLICT DO NOTHING
    """
)
_LOCK: Final = text(
    """
    SELECT FROM connection JOIN unnest(CAST(:municipalities AS text[]), CAST(:connections AS text[]))
                                AS named (municipality, connection) USING (municipality, connection)
    ORDER BY municipality, connection FOR UPDATE OF connection
    """
)
_STANDINGS: Final = text(
    """
    SELECT named.municipality, named.connection, c.paused_at, h.trouble, h.detail, h.resting_until,
           coalesce(h.failures, 0) AS failures, coalesce(unread.tickets, 0) AS unread, unread.reason AS unread_reason,
           coalesce(owed.backlog, 0) AS backlog, owed.oldest, taken.last_taken,
           refused.at AS refused_at, refused.status AS refused_status, refused.reason AS refused_reason,
           refused.proven AS refused_proven, coalesce(refused.lately, 0) AS refused_lately,
           coalesce(earlier.refusals, '[]') AS refused_before,
           coalesce(held.mails, 0) AS held, held.since AS held_since, held.at AS held_at,
           coalesce(held.newest, '[]') AS held_newest,
           c.stated_health, c.stated_detail, c.stated_since, c.stated_backlog, c.stated_at,
           c.stated_stories, coalesce(story.messages, 0) AS stories, story.since AS stories_since,
           story.reason AS stories_reason
    FROM unnest(CAST(:municipalities AS text[]), CAST(:connections AS text[])) AS named (municipality, connection)
    LEFT JOIN connection c USING (municipality, connection)
    LEFT JOIN connection_owner o USING (municipality, connection)
    LEFT JOIN connection_health h USING (municipality, connection)
    LEFT JOIN (
        SELECT municipality, connection, count(*) AS backlog,
               min(coalesce(first_failed_at, due_at))
                   FILTER (WHERE coalesce(first_failed_at, due_at) <= now()) AS oldest
        FROM delivery WHERE state = 'pending' GROUP BY municipality, connection
    ) owed USING (municipality, connection)
    LEFT JOIN (
        SELECT r.municipality, r.connection, count(*) AS tickets,
               (array_agg(r.reason ORDER BY r.looked_at DESC) FILTER (WHERE r.reason IS NOT NULL))[1] AS reason
        FROM remote_ticket r JOIN handoff f ON f.id = r.handoff  -- what is over may be gone there
        WHERE r.failures > 0 AND f.ended_at IS NULL GROUP BY r.municipality, r.connection
    ) unread USING (municipality, connection)
    LEFT JOIN LATERAL (
        SELECT max(d.delivered_at) AS last_taken FROM delivery d
        WHERE d.municipality = named.municipality AND d.connection = named.connection AND d.delivered_at IS NOT NULL
    ) taken ON true
    LEFT JOIN LATERAL (
        SELECT r.id, r.at, r.status, r.reason, r.proven,
               (SELECT count(*) FROM refusal d
                WHERE d.municipality = named.municipality AND d.connection = named.connection AND d.way <> 'portal'
                  AND NOT starts_with(d.reason, :held_back)
                  AND d.at > greatest(r.at - interval '24 hours', o.since)) AS lately
        FROM refusal r  -- what a person at the portal could not do is theirs to see; what is held back waits
        WHERE r.municipality = named.municipality AND r.connection = named.connection AND r.way <> 'portal'
          AND NOT starts_with(r.reason, :held_back) AND (o.since IS NULL OR r.at >= o.since)
        ORDER BY r.id DESC LIMIT 1
    ) refused ON true
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object('at', b.at, 'status', b.status, 'reason', b.reason, 'proven', b.proven)
                         ORDER BY b.id DESC) AS refusals
        FROM (SELECT * FROM refusal r
              WHERE r.municipality = named.municipality AND r.connection = named.connection AND r.id < refused.id
                AND r.way <> 'portal' AND NOT starts_with(r.reason, :held_back)
                AND (o.since IS NULL OR r.at >= o.since)
              ORDER BY r.id DESC LIMIT :earlier) b
    ) earlier ON true
    LEFT JOIN (
        SELECT municipality, connection, count(*) AS mails, min(received_at) AS since,
               max(coalesce(handled_at, received_at)) AS at,
               to_jsonb((array_agg(jsonb_build_object(
                   'mail', id, 'handoff', handoff, 'at', received_at, 'reason', coalesce(reason, ''))
                   ORDER BY received_at DESC))[1:CAST(:newest AS int)]) AS newest
        FROM mail WHERE state = 'quarantined' GROUP BY municipality, connection
    ) held USING (municipality, connection)
    LEFT JOIN (
        SELECT municipality, connection, count(*) AS messages, min(received_at) AS since,
               (array_agg(reason ORDER BY id) FILTER (WHERE reason IS NOT NULL))[1] AS reason
        FROM peer_waiting GROUP BY municipality, connection HAVING bool_or(failures > 0)
    ) story USING (municipality, connection)
    """
).columns(refused_before=JSONB, held_newest=JSONB)
_TELL: Final = text(
    """
    INSERT INTO connection
        (municipality, connection, stated_health, stated_detail, stated_since, stated_backlog, stated_stories,
         stated_at)
    VALUES (:municipality, :connection, :health, :detail, :since, :backlog, :stories, :at)
    ON CONFLICT (municipality, connection) DO UPDATE SET
        stated_health = :health, stated_detail = :detail, stated_since = :since,
        stated_backlog = :backlog, stated_stories = :stories, stated_at = :at
    """
)
_MISCONFIGURED: Final = text(
    """
    INSERT INTO connection_health AS h (municipality, connection, failures, resting_until, trouble, detail, changed_at)
    VALUES (:municipality, :connection, 0, :until, 'misconfigured', :detail, :at)
    ON CONFLICT (municipality, connection) DO UPDATE
        SET resting_until = :until, trouble = 'misconfigured', detail = :detail, changed_at = :at
        WHERE h.trouble IS DISTINCT FROM 'disabled'
    """
)
_MENDED: Final = text(
    """
    DELETE FROM connection_health
    WHERE municipality = :municipality AND connection = :connection AND trouble = 'misconfigured'
    """
)
_PROGRESS: Final = text(
    "UPDATE errand SET after_seq = :after_seq, taken = :taken, claimed_until = NULL WHERE request_id = :request_id"
)
_MESSAGE: Final = text(
    """
    SELECT webhook_id, handoff, kind, state, body, bundle, seq, traceparent FROM delivery
    WHERE webhook_id = :message AND municipality = :municipality AND connection = :connection
    """
)
_TAKEN: Final = text(
    """
    SELECT webhook_id, handoff, kind, body, bundle, seq, traceparent FROM delivery
    WHERE municipality = :municipality AND connection = :connection AND state = 'delivered' AND body IS NOT NULL
      AND delivered_at BETWEEN :since AND :until AND seq > :after_seq
    ORDER BY seq LIMIT :limit
    """
)
_HURRY: Final = text(
    "UPDATE delivery SET due_at = least(due_at, now()) WHERE webhook_id = :message AND state = 'pending'"
)
_PENDING: Final = select(t.DELIVERY.c.webhook_id).where(t.DELIVERY.c.state == "pending").order_by(t.DELIVERY.c.seq)


async def pauses(conn: AsyncConnection, keys: Collection[Key]) -> dict[Key, Pause]:
    """What people did with these connections, locked."""
    return await _PAUSES.load(conn, **_named(keys))


async def errands(conn: AsyncConnection, ids: Iterable[str]) -> dict[str, Errand]:
    """Those of these requests, locked."""
    return await _ERRANDS.load(conn, ids=ids)


async def standings(conn: AsyncConnection, keys: Collection[Key]) -> dict[Key, Standing]:
    """How these connections stand."""
    values = _named(keys) | {"held_back": HELD_BACK, "earlier": EARLIER, "newest": NEWEST_HELD}
    rows = await conn.execute(_STANDINGS, values)
    return {(row["municipality"], row["connection"]): _standing(row) for row in rows.mappings()}


async def lock(conn: AsyncConnection, keys: Collection[Key]) -> None:
    """Nobody else tells of these until this transaction ends."""
    await conn.execute(_KNOW, _named(keys))
    await conn.execute(_LOCK, _named(keys))


async def note_told(conn: AsyncConnection, told: ConnectionChanged) -> None:
    """Keeps what was last told of a connection."""
    values = {name: getattr(told, name) for name in ("municipality", "connection", "health", "detail", "since", "at")}
    stories = told.stories.messages if told.stories else 0
    await conn.execute(_TELL, values | {"backlog": told.backlog, "stories": stories})


async def tell_again(conn: AsyncConnection, mail: str) -> None:
    """What was told of a mail's connection holds no more: it is told anew, and at once."""
    await conn.execute(_UNTELL, {"mail": mail})
    await wake(conn)


async def wake(conn: AsyncConnection) -> None:
    """Whoever looks after connections looks at once."""
    await conn.execute(_WAKE)


async def misconfigured(conn: AsyncConnection, key: Key, reason: str, *, at: datetime, until: datetime) -> None:
    """Nothing is sent until then; a vendor's 410 stays what it is."""
    values = {"municipality": key[0], "connection": key[1], "detail": reason, "at": at, "until": until}
    await conn.execute(_MISCONFIGURED, values)


async def mended(conn: AsyncConnection, key: Key) -> bool:
    """Whether the connection was misconfigured until now."""
    return (await conn.execute(_MENDED, {"municipality": key[0], "connection": key[1]})).rowcount > 0


async def message(conn: AsyncConnection, key: Key, webhook_id: str) -> Row[Any] | None:
    """A message of the connection, taken or not."""
    values = {"municipality": key[0], "connection": key[1], "message": webhook_id}
    return (await conn.execute(_MESSAGE, values)).one_or_none()


async def taken(
    conn: AsyncConnection, key: Key, since: datetime, until: datetime, *, after_seq: int, limit: int
) -> list[Row[Any]]:
    """Messages that the vendor took in that time and that can still be sent, in their order."""
    values = {"municipality": key[0], "connection": key[1], "since": since, "until": until}
    return list(await conn.execute(_TAKEN, values | {"after_seq": after_seq, "limit": limit}))


async def hurry(conn: AsyncConnection, webhook_id: str) -> None:
    """A message that is owed is due now, once it is first in its line."""
    await conn.execute(_HURRY, {"message": webhook_id})


async def progress(conn: AsyncConnection, request_id: str, *, after_seq: int, taken: int) -> None:
    """How far an errand has come; somebody goes on with it at once."""
    await conn.execute(_PROGRESS, {"request_id": request_id, "after_seq": after_seq, "taken": taken})


async def next_owed(conn: AsyncConnection, key: Key) -> str | None:
    """The message that would go first."""
    query = _PENDING.where(t.DELIVERY.c.municipality == key[0], t.DELIVERY.c.connection == key[1])
    found: str | None = await conn.scalar(query.limit(1))
    return found


def _standing(row: RowMapping) -> Standing:
    listed = {name: tuple(row[name]) for name in ("refused_before", "held_newest")}
    return Standing(**(dict(row) | listed))


def _named(keys: Collection[Key]) -> dict[str, list[str]]:
    return {"municipalities": [key[0] for key in keys], "connections": [key[1] for key in keys]}
