"""Mails to vendors' people: owed, leased while they are sent, ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.timers import Timers
from contracts import ids

CHANNEL: Final = "portal_mail"
TIMERS: Final = Timers("portal_mail", where="state = 'pending'")
LEASE: Final = timedelta(minutes=2)
KEPT: Final = timedelta(days=30)
MOST_ASKED: Final = 1000
"""Links that wait to be sent; whoever asks for more has nobody in mind."""

_WAKE: Final = text(f"SELECT pg_notify('{CHANNEL}', '')")
_ASK: Final = text(
    """
    INSERT INTO portal_mail (id, kind, address, language, created_at, due_at, state)
    SELECT :id, 'link', :address, :language, :now, :now, 'pending'
    WHERE (SELECT count(*) FROM portal_mail WHERE kind = 'link' AND state = 'pending') < :most
    """
)
_INVITED: Final = text(
    """
    INSERT INTO portal_mail (id, kind, person, language, created_at, due_at, state)
    SELECT :id, 'invited', id, language, :now, :now, 'pending' FROM portal_person WHERE id = :person
    """
)
_ROTATED: Final = text(
    """
    INSERT INTO portal_mail (id, kind, person, language, message, created_at, due_at, state)
    SELECT :id, 'rotated', id, language, :by, :now, :now, 'pending' FROM portal_person WHERE id = :person
    """
)
# One mail tells all updates of a case that came while it was not on its way yet.
_NEWS: Final = text(
    """
    INSERT INTO portal_mail (id, kind, person, language, handoff, message, created_at, due_at, state)
    SELECT :id, 'news', p.id, p.language, :handoff, :message, :now, :due, 'pending' FROM portal_person p
    WHERE p.id = :person AND NOT (:message = 'updated' AND EXISTS (
        SELECT FROM portal_mail m WHERE m.person = p.id AND m.handoff = :handoff AND m.state = 'pending'))
    ON CONFLICT (id) DO NOTHING
    """
)
_ENDED: Final = text(
    """
    UPDATE portal_mail SET state = :state, ended_at = :now, claimed_until = NULL, address = NULL, last_error = :why,
                           attempts = attempts + 1
    WHERE id = :id AND claimed_until = :lease
    """
)
_PUT_OFF: Final = text(
    """
    UPDATE portal_mail SET due_at = :due, claimed_until = NULL, last_error = :why, attempts = attempts + 1,
                           first_failed_at = coalesce(first_failed_at, :now)
    WHERE id = :id AND claimed_until = :lease
    """
)
_GIVE_BACK: Final = text("UPDATE portal_mail SET claimed_until = NULL WHERE id = ANY(:ids) AND state = 'pending'")
_PRUNE: Final = text("DELETE FROM portal_mail WHERE ended_at < :before")


async def ask(conn: AsyncConnection, address: str, language: str, now: datetime) -> None:
    """Somebody wants a link: the same work whoever has that address, or nobody."""
    values = {"id": ids.new("notification"), "address": address, "language": language, "now": now, "most": MOST_ASKED}
    await conn.execute(_ASK, values)
    await conn.execute(_WAKE)


async def invited(conn: AsyncConnection, person: str, now: datetime) -> None:
    """The person is to hear where the portal is."""
    await conn.execute(_INVITED, {"id": ids.new("notification"), "person": person, "now": now})
    await conn.execute(_WAKE)


async def rotated(conn: AsyncConnection, people: Sequence[str], by: str, now: datetime) -> None:
    """Each of them is to hear that `by` has made a new secret; the secret is in no mail."""
    for person in people:
        await conn.execute(_ROTATED, {"id": ids.new("notification"), "person": person, "by": by, "now": now})
    await conn.execute(_WAKE)


async def news(
    conn: AsyncConnection, people: Sequence[str], handoff: str, message: str, webhook_id: str, *,
    now: datetime, due: datetime,
) -> None:  # fmt: skip
    """Each of them is to hear of a message; the same message again owes nothing more."""
    for person in people:
        values = {"id": ids.derived("notification", webhook_id, person), "person": person, "handoff": handoff}
        await conn.execute(_NEWS, values | {"message": message, "now": now, "due": due})
    await conn.execute(_WAKE)


async def lease(engine: AsyncEngine, limit: int) -> Sequence[Row[Any]]:
    """Up to `limit` that are due, for `LEASE`."""
    return await TIMERS.lease(engine, LEASE, limit)


async def sent(conn: AsyncConnection, row: Row[Any], now: datetime) -> None:
    await _end(conn, row, "sent", None, now)


async def drop(conn: AsyncConnection, row: Row[Any], why: str, now: datetime) -> None:
    """It will never be sent."""
    await _end(conn, row, "dropped", why, now)


async def _end(conn: AsyncConnection, row: Row[Any], state: str, why: str | None, now: datetime) -> None:
    await conn.execute(_ENDED, {"id": row.id, "lease": row.claimed_until, "state": state, "why": why, "now": now})


async def put_off(conn: AsyncConnection, row: Row[Any], why: str, due: datetime, now: datetime) -> None:
    """It comes again then."""
    await conn.execute(_PUT_OFF, {"id": row.id, "lease": row.claimed_until, "why": why, "due": due, "now": now})


async def give_back(conn: AsyncConnection, rows: Sequence[Row[Any]]) -> None:
    """They were not tried: due as before."""
    await conn.execute(_GIVE_BACK, {"ids": [row.id for row in rows]})


async def prune(conn: AsyncConnection, now: datetime) -> None:
    """Forgets what was sent long ago."""
    await conn.execute(_PRUNE, {"before": now - KEPT})
