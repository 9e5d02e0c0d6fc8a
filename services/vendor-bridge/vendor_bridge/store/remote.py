"""Hand-offs that are followed in a vendor's own TMF621 server: when each is looked at next, and where we listen."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.values import Head
from vendor_bridge.tmf.remote import Followed

CHANNEL: Final = "remote"
LEASE: Final = timedelta(seconds=60)
"""Longer than a look."""

_HANDED: Final = text("SELECT ended_at, heads FROM handoff WHERE id = :handoff")
_OF: Final = text("SELECT * FROM remote_ticket WHERE handoff = :handoff")
_SAVE: Final = text(
    """
    INSERT INTO remote_ticket (handoff, municipality, connection, id, status, known, due_at)
    VALUES (:handoff, :municipality, :connection, :id, :status, :known, :due_at)
    ON CONFLICT (handoff) DO UPDATE SET id = :id, status = :status, known = :known,
                                        due_at = least(remote_ticket.due_at, :due_at)
    """
)
_CLAIM: Final = text(
    """
    UPDATE remote_ticket r SET due_at = now() + CAST(:lease AS interval)
    FROM (SELECT handoff FROM remote_ticket WHERE due_at <= now() ORDER BY due_at LIMIT :limit
          FOR UPDATE SKIP LOCKED) AS chosen
    WHERE r.handoff = chosen.handoff
    RETURNING r.*
    """
)
_LOOKED: Final = text(
    """
    UPDATE remote_ticket r SET
        status = CASE WHEN seen.is_same THEN :status ELSE r.status END,
        known = CASE WHEN seen.is_same THEN CAST(:known AS text[]) ELSE r.known END,
        failures = :failures, reason = :reason, looked_at = :at,
        due_at = CASE WHEN seen.is_same AND NOT coalesce(woken_at > :at, false) THEN CAST(:due_at AS timestamptz)
                      ELSE now() END
    FROM (SELECT handoff, known = CAST(:known_before AS text[])
                          AND status IS NOT DISTINCT FROM CAST(:status_before AS text) AS is_same
          FROM remote_ticket WHERE handoff = :handoff FOR UPDATE) AS seen
    WHERE r.handoff = seen.handoff
    """
)
_WAKE: Final = text(
    """
    UPDATE remote_ticket SET due_at = least(due_at, now()), woken_at = now()
    WHERE municipality = :municipality AND connection = :connection AND (CAST(:id AS text) IS NULL OR id = :id)
    """
)
_FORGET: Final = text("DELETE FROM remote_ticket WHERE handoff = :handoff")
_NOTIFY: Final = text(f"SELECT pg_notify('{CHANNEL}', '')")
_HUB: Final = text("SELECT * FROM remote_hub WHERE municipality = :municipality AND connection = :connection")
_SAVE_HUB: Final = text(
    """
    INSERT INTO remote_hub (municipality, connection, url, id, listens, tried_at)
    VALUES (:municipality, :connection, :url, :id, :listens, :tried_at)
    ON CONFLICT (municipality, connection) DO UPDATE SET url = :url, id = :id, listens = :listens, tried_at = :tried_at
    """
)
_FOLLOWED_AT: Final = text("SELECT DISTINCT municipality, connection FROM remote_ticket")


async def handed(conn: AsyncConnection, handoff: str) -> tuple[datetime | None, dict[str, Head]]:
    """(when the hand-off ended, what was delivered of it)."""
    row = (await conn.execute(_HANDED, {"handoff": handoff})).one()
    return row.ended_at, {case: Head.model_validate(head) for case, head in row.heads.items()}


async def of(conn: AsyncConnection, handoff: str) -> Followed | None:
    """The vendor's ticket of a hand-off, if there is one yet."""
    row = (await conn.execute(_OF, {"handoff": handoff})).one_or_none()
    return followed(row) if row is not None else None


async def save(conn: AsyncConnection, one: Followed, due_at: datetime) -> None:
    """After writing: it is looked at by `due_at`."""
    await conn.execute(_SAVE, asdict(one) | {"due_at": due_at})
    await conn.execute(_NOTIFY)


async def claim(conn: AsyncConnection, limit: int) -> Sequence[Row[Any]]:
    """Those due for a look, for this process alone until the lease is over."""
    return (await conn.execute(_CLAIM, {"limit": limit, "lease": LEASE})).all()


async def looked(
    conn: AsyncConnection,
    one: Followed,
    *,
    claimed: Followed,
    at: datetime,
    due_at: datetime,
    failures: int,
    reason: str | None,
) -> None:
    """What was read, or why not, and when to look next; at once where it was woken in between.

    Where something was written meanwhile, what that knows stays (which notes are erased, too), and it is read anew: a
    look that is done again says nothing twice. `claimed`: as it was before the look.
    """
    values = {"handoff": one.handoff, "status": one.status, "known": one.known}
    values |= {"known_before": claimed.known, "status_before": claimed.status}
    await conn.execute(_LOOKED, values | {"at": at, "due_at": due_at, "failures": failures, "reason": reason})


async def wake(conn: AsyncConnection, municipality: str, connection: str, id_: str | None) -> int:
    """The vendor's server says that something changed; of which ticket, if it says so."""
    where = {"municipality": municipality, "connection": connection, "id": id_}
    woken = (await conn.execute(_WAKE, where)).rowcount
    await conn.execute(_NOTIFY)
    return woken


async def forget(conn: AsyncConnection, handoff: str) -> None:
    """Nothing more is to come of it."""
    await conn.execute(_FORGET, {"handoff": handoff})


async def hub(conn: AsyncConnection, municipality: str, connection: str) -> Row[Any] | None:
    """Whether we listen at a connection's server, and since when we tried."""
    where = {"municipality": municipality, "connection": connection}
    return (await conn.execute(_HUB, where)).one_or_none()


async def save_hub(
    conn: AsyncConnection, municipality: str, connection: str, *, url: str, id_: str | None, listens: bool, at: datetime
) -> None:
    """`listens` False: its server has no hub, or did not let us."""
    values = {"municipality": municipality, "connection": connection, "url": url, "id": id_, "listens": listens}
    await conn.execute(_SAVE_HUB, values | {"tried_at": at})


async def connections(conn: AsyncConnection) -> list[tuple[str, str]]:
    """(municipality, connection) of all that is followed."""
    return [(row.municipality, row.connection) for row in await conn.execute(_FOLLOWED_AT)]


def followed(row: Row[Any]) -> Followed:
    """The row's part that rules know."""
    return Followed(row.handoff, row.municipality, row.connection, row.id, row.status, list(row.known))
