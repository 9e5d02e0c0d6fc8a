"""Mail that came: each once, raw, until it is read; and what mails that go are made of besides their message."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from vendor_bridge.store import held

State = Literal["received", "applied", "automatic", "bounced", "quarantined", "discarded", "erased"]

CHANNEL: Final = "mail"
RETENTION: Final = timedelta(days=30)
"""How long a repeat is recognised, and a mail kept that was read."""
QUARANTINE: Final = timedelta(days=90)

_ADD: Final = text(
    """
    INSERT INTO mail (id, municipality, connection, handoff, fingerprint, genuine, name, mail_from, sender, subject,
                      peer, received_at, raw, state, reason, traceparent, due_at)
    VALUES (:id, :municipality, :connection, :handoff, :fingerprint, :genuine, :name, :mail_from, :sender, :subject,
            :peer, :received_at, :raw, :state, :reason, :traceparent, :received_at)
    ON CONFLICT (handoff, fingerprint, genuine) DO NOTHING
    """
)
_WAKE: Final = text(f"SELECT pg_notify('{CHANNEL}', '')")
_WAITING: Final = text(
    """
    SELECT m.*, h.acknowledged_at IS NOT NULL AS is_acknowledged, h.heads
    FROM mail m JOIN handoff h ON h.id = m.handoff
    WHERE m.state = 'received' AND m.due_at <= now() AND NOT EXISTS (
        SELECT FROM mail e WHERE e.state = 'received' AND e.handoff = m.handoff AND e.seq < m.seq)
    ORDER BY m.seq LIMIT :limit
    """
)
_END: Final = text(
    """
    UPDATE mail SET state = :state, reason = coalesce(:reason, reason), handled_at = now(),
                    handled_by = coalesce(:by, handled_by)
    WHERE id = :id AND state = ANY(:among)
    """
)
_AGAIN: Final = text("UPDATE mail SET attempts = attempts + 1, due_at = :due_at WHERE id = :id RETURNING attempts")
_RELEASE: Final = text(
    """
    UPDATE mail SET state = 'received', due_at = now(), attempts = 0, handled_by = :by
    WHERE id = :id AND raw IS NOT NULL AND state IN ('quarantined', 'automatic', 'discarded')
    """
)
_ERASE: Final = text(
    """
    UPDATE mail SET raw = NULL, subject = '', sender = '', mail_from = '', state = CASE
           WHEN state IN ('received', 'quarantined') THEN 'erased' ELSE state END
    WHERE handoff = ANY(:handoffs) AND raw IS NOT NULL
    """
)
_PRUNE: Final = text(
    """
    DELETE FROM mail WHERE (received_at < :before AND state NOT IN ('received', 'quarantined'))
                        OR (received_at < :long_before AND state = 'quarantined')
    """
)
_UNTELL_PRUNED: Final = text(
    """
    UPDATE connection c SET stated_at = NULL FROM mail m
    WHERE m.received_at < :long_before AND m.state = 'quarantined'
      AND c.municipality = m.municipality AND c.connection = m.connection
    """
)
_BOUNCED: Final = text(
    """
    UPDATE delivery SET last_status = :status, last_error = :error
    WHERE handoff = :handoff AND webhook_id = coalesce(
        (SELECT webhook_id FROM delivery WHERE handoff = :handoff AND webhook_id = ANY(:messages) LIMIT 1),
        (SELECT webhook_id FROM delivery WHERE handoff = :handoff AND state = 'delivered' ORDER BY seq DESC LIMIT 1))
    """
)
_COLUMNS: Final = "id, municipality, connection, handoff, sender, subject, peer, received_at, state, reason, handled_by"


@dataclass(frozen=True, slots=True)
class Place:
    """The hand-off that a mail is for."""

    handoff: str
    municipality: str
    connection: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it came, and what it was taken for."""

    place: Place
    fingerprint: str
    name: str
    mail_from: str
    sender: str
    subject: str
    peer: str
    received_at: datetime
    raw: bytes
    state: State
    reason: str | None
    traceparent: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """`numbers`: what people call the reports of a case, in order; `first`: the message that its vendor got first;
    `answers`: the events whose entries have the answers to its vendor's questions, each with a message of its own.
    """

    numbers: Mapping[str, str]
    first: str | None
    answers: Collection[str]


async def case_of(conn: AsyncConnection, handoff: str, cases: Sequence[str]) -> Case:
    """Of a hand-off's mails; `cases`: those whose history it tells."""
    numbers = await conn.execute(
        text("SELECT id, number FROM ticket WHERE id = ANY(:cases) ORDER BY number"), {"cases": list(cases)}
    )
    first = text("SELECT webhook_id FROM delivery WHERE handoff = :handoff AND kind = 'offered' ORDER BY seq LIMIT 1")
    answers = text(
        "SELECT awaits FROM delivery WHERE handoff = :handoff AND kind = 'answered' AND awaits IS NOT NULL"
        " AND state <> 'absorbed'"
    )
    return Case(
        numbers={row.id: row.number for row in numbers},
        first=await conn.scalar(first, {"handoff": handoff}),
        answers=set(await conn.scalars(answers, {"handoff": handoff})),
    )


async def place_of(conn: AsyncConnection, handoff: str) -> Place | None:
    """The hand-off of that id."""
    query = text("SELECT id, municipality, connection FROM handoff WHERE id = :id")
    row = (await conn.execute(query, {"id": handoff})).one_or_none()
    return None if row is None else Place(row.id, row.municipality, row.connection)


async def count_since(conn: AsyncConnection, handoff: str, since: datetime) -> int:
    """How many mails came for a hand-off."""
    query = text("SELECT count(*) FROM mail WHERE handoff = :handoff AND received_at > :since")
    return int(await conn.scalar(query, {"handoff": handoff, "since": since}) or 0)


async def add(conn: AsyncConnection, mail: Mail) -> bool:
    """Keeps it; False where it came before. Wakes who reads it."""
    values = {name: getattr(mail, name) for name in Mail.__slots__ if name != "place"}
    place = {"handoff": mail.place.handoff, "municipality": mail.place.municipality}
    values |= place | {"connection": mail.place.connection, "id": f"ml_{secrets.token_hex(16)}"}
    added = await conn.execute(_ADD, values | {"genuine": mail.state == "received"})
    if mail.state == "received" and added.rowcount:
        await conn.execute(_WAKE)
    return added.rowcount == 1


async def waiting(conn: AsyncConnection, limit: int) -> Sequence[Row[Any]]:
    """Mails to read, each the first of its hand-off, with the hand-off's `is_acknowledged` and `heads`."""
    return (await conn.execute(_WAITING, {"limit": limit})).all()


async def end(
    conn: AsyncConnection, mail: str, state: State, *, among: Collection[State], reason: str | None = None, by: str = ""
) -> bool:
    """What became of it; False where it was in none of the states `among`."""
    values = {"id": mail, "state": state, "reason": reason, "by": by or None, "among": list(among)}
    return (await conn.execute(_END, values)).rowcount == 1


async def again(conn: AsyncConnection, mail: str, due_at: datetime) -> int:
    """It could not be read: how often by now."""
    return int(await conn.scalar(_AGAIN, {"id": mail, "due_at": due_at}) or 0)


async def release(conn: AsyncConnection, mail: str, by: str) -> bool:
    """Staff says that it is the vendor's: it is no refusal any more. Also where it was thrown away, by mistake. False
    where nothing of that id is held back.
    """
    before = await conn.scalar(text("SELECT state FROM mail WHERE id = :id FOR UPDATE"), {"id": mail})
    released = (await conn.execute(_RELEASE, {"id": mail, "by": by})).rowcount == 1
    if released:
        await conn.execute(_WAKE)
        await held.let_through(conn, [mail], thrown=before == "discarded")
    return released


async def discard(conn: AsyncConnection, mail: str, by: str) -> bool:
    """Staff says that it is nobody's; False where nothing of that id waits."""
    discarded = await end(conn, mail, "discarded", among=["quarantined"], by=by)
    if discarded:
        await held.thrown_away(conn, mail)
    return discarded


async def note_bounce(
    conn: AsyncConnection, handoff: str, messages: Collection[str], *, status: int, error: str
) -> bool:
    """A mail of ours came back: said of its delivery, of the last one where it does not say which."""
    values = {"handoff": handoff, "messages": list(messages), "status": status, "error": error}
    return (await conn.execute(_BOUNCED, values)).rowcount > 0


async def erase(conn: AsyncConnection, handoffs: Collection[str]) -> int:
    """Forget what came for these hand-offs, read or not; the rows stay, without any words (R20). How many had some."""
    query = text("SELECT id FROM mail WHERE handoff = ANY(:handoffs) AND state = 'quarantined' AND raw IS NOT NULL")
    waiting = (await conn.scalars(query, {"handoffs": list(handoffs)})).all()
    await held.let_through(conn, waiting)  # nobody can look at them any more
    return (await conn.execute(_ERASE, {"handoffs": list(handoffs)})).rowcount


async def prune(conn: AsyncConnection, now: datetime) -> None:
    """Forgets what no repeat can follow any more, and what nobody wanted out of quarantine."""
    await conn.execute(_UNTELL_PRUNED, {"long_before": now - QUARANTINE})  # they are told as waiting no more
    await conn.execute(_PRUNE, {"before": now - RETENTION, "long_before": now - QUARANTINE})


async def listed(conn: AsyncConnection, states: Collection[State]) -> Sequence[Row[Any]]:
    """Mails in these states, oldest first, without their content."""
    query = text(f"SELECT {_COLUMNS} FROM mail WHERE state = ANY(:states) ORDER BY received_at")
    return (await conn.execute(query, {"states": list(states)})).all()


async def is_of(conn: AsyncConnection, municipality: str, connection: str, mail: str) -> bool:
    """Whether it came for a hand-off to that connection there (N9)."""
    query = text("SELECT 1 FROM mail WHERE id = :id AND municipality = :municipality AND connection = :connection")
    about = {"id": mail, "municipality": municipality, "connection": connection}
    return await conn.scalar(query, about) is not None


async def read(conn: AsyncConnection, mail: str) -> Row[Any] | None:
    """One mail with its content."""
    return (await conn.execute(text("SELECT * FROM mail WHERE id = :id"), {"id": mail})).one_or_none()


async def quarantined(conn: AsyncConnection) -> Sequence[Row[Any]]:
    """(connection, mails) of what waits for somebody's decision."""
    query = "SELECT connection, count(*) AS mails FROM mail WHERE state = 'quarantined' GROUP BY connection"
    return (await conn.execute(text(query))).all()
