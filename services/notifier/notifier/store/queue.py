"""What is due to be sent: leased, with what its mail needs, recorded when it ended."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.timers import Timers
from contracts.directory import Directory
from notifier.domain.state import Notification, Person, PersonKey, Ticket
from notifier.store import worlds
from notifier.store.directories import Directories

TIMERS: Final = Timers("notification", where="state = 'pending'")
LEASE: Final = timedelta(minutes=5)
"""Longer than a batch takes whose every mail comes close to the time limit; a dead sender's are freed by the next."""

LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended('notification sender', 0))"
FREE: Final = "UPDATE notification SET claimed_until = NULL WHERE state = 'pending' AND claimed_until IS NOT NULL"
_ATTEMPTED: Final = text(
    """
    UPDATE notification SET attempts = attempts + 1, claimed_until = NULL, due_at = coalesce(:due_at, due_at)
    WHERE id = :id AND claimed_until = :lease RETURNING id
    """
)
_BACKLOG: Final = text(
    """
    SELECT count(*) AS pending, coalesce(extract(epoch FROM now() - min(planned_at)), 0)::float8 AS age
    FROM notification WHERE state = 'pending'
    """
)


@dataclass(frozen=True, slots=True)
class Due:
    """A notification that this sender may send now, and what its mail needs."""

    lease: Row[Any]
    notification: Notification
    person: Person | None
    tickets: list[Ticket]
    directory: Directory | None
    traceparent: str | None
    attempts: int


async def lease(engine: AsyncEngine, directories: Directories, limit: int) -> list[Due]:
    """Up to `limit` of those due, the oldest first. Recorded before anything is sent."""
    rows = await TIMERS.lease(engine, LEASE, limit)
    if not rows:
        return []
    async with engine.connect() as conn:
        people = await worlds.load_people(conn, ((row.municipality, row.person) for row in rows))
        wanted = {id_ for row in rows for id_ in row.tickets}
        tickets: dict[str, Ticket] = await worlds.TICKETS_BY_ID.load(conn, ids=wanted)
        known = await directories.of(conn, {row.municipality for row in rows})
    return [_due(row, people, tickets, known.get(row.municipality)) for row in rows]


def _due(
    row: Row[Any], people: dict[PersonKey, Person], tickets: dict[str, Ticket], directory: Directory | None
) -> Due:
    known = (tickets[id_] for id_ in row.tickets if id_ in tickets)
    own = [ticket for ticket in known if ticket.municipality == row.municipality and ticket.state != "erased"]
    return Due(
        lease=row,
        notification=notification_of(row),
        person=people.get((row.municipality, row.person)),
        tickets=own,
        directory=directory,
        traceparent=row.traceparent,
        attempts=row.attempts,
    )


def notification_of(row: Row[Any]) -> Notification:
    """The fact in a row, without how its sending goes."""
    return Notification(**{field.name: getattr(row, field.name) for field in fields(Notification)})


async def put_off(engine: AsyncEngine, due: Due, until: datetime) -> None:
    """The server wants it later: it comes again then."""
    async with engine.begin() as conn:
        await attempted(conn, due, until)


async def give_back(engine: AsyncEngine, dues: Iterable[Due]) -> None:
    """They were not tried: due as before."""
    async with engine.begin() as conn:
        for due in dues:
            if await TIMERS.still_leased(conn, due.lease):
                await TIMERS.release(conn, due.notification.id)


async def attempted(conn: AsyncConnection, due: Due, due_at: datetime | None = None) -> bool:
    """Counts an attempt and ends the lease, the row locked; False if another sender took it over."""
    row = {"id": due.notification.id, "lease": due.lease.claimed_until, "due_at": due_at}
    return (await conn.execute(_ATTEMPTED, row)).one_or_none() is not None


async def backlog(conn: AsyncConnection) -> Row[Any]:
    """(pending, age in seconds of the oldest)."""
    return (await conn.execute(_BACKLOG)).one()
