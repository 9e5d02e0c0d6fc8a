"""The log of attempts: what was tried to be delivered, when, for how long, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.statements import Statement

RETENTION: Final = timedelta(days=14)
"""How long attempts are kept, and the bodies of messages that were taken: as long as they can be sent once more."""

_ADD: Final = Statement(
    text(
        """
        INSERT INTO delivery_attempt
            (webhook_id, municipality, connection, handoff, kind, why, at, seconds, outcome, status, detail)
        SELECT * FROM unnest(
            CAST(:webhook_id AS text[]), CAST(:municipality AS text[]), CAST(:connection AS text[]),
            CAST(:handoff AS text[]), CAST(:kind AS text[]), CAST(:why AS text[]), CAST(:at AS timestamptz[]),
            CAST(:seconds AS float[]), CAST(:outcome AS text[]), CAST(:status AS int[]), CAST(:detail AS text[]))
        """
    )
)
_PAGE: Final = """
    SELECT id, webhook_id, municipality, connection, handoff, kind, why, at, seconds, outcome, status, detail
    FROM delivery_attempt
    WHERE municipality = :municipality AND connection = :connection {of_handoff} AND id < :before
    ORDER BY id DESC LIMIT :limit
"""
_OF_CONNECTION: Final = text(_PAGE.format(of_handoff=""))
_OF_HANDOFF: Final = text(_PAGE.format(of_handoff="AND handoff = :handoff"))
_OF_MESSAGE: Final = text(_PAGE.format(of_handoff="AND handoff = :handoff AND webhook_id = :message"))
_PRUNE: Final = text("DELETE FROM delivery_attempt WHERE at < :before")
_PRUNE_BODIES: Final = text(
    """
    UPDATE delivery SET body = NULL, bundle = NULL
    WHERE delivered_at < :before AND body IS NOT NULL AND state = 'delivered'
    """
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt. `id` grows with time; None: not stored yet. `seconds`: how long the vendor took to answer.

    `why`: owed | probe | resent | replayed | tested. `outcome`: taken | not_taken | disabled | misconfigured.
    `detail`: what went wrong, or the beginning of the answer.
    """

    webhook_id: str
    municipality: str
    connection: str
    handoff: str | None
    kind: str
    why: str
    at: datetime
    seconds: float
    outcome: str
    status: int | None = None
    detail: str = ""
    id: int | None = None


async def add(conn: AsyncConnection, some: Sequence[Attempt]) -> None:
    """Keeps them."""
    names = [name for name in Attempt.__slots__ if name != "id"]
    await _ADD.within(conn, {name: [getattr(attempt, name) for attempt in some] for name in names})


async def page(
    conn: AsyncConnection,
    municipality: str,
    connection: str,
    *,
    handoff: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Attempt]:
    """The newest first, those with a smaller id than `before`; of one connection, or of one of its hand-offs."""
    where = {"municipality": municipality, "connection": connection, "before": before or 2**63 - 1, "limit": limit}
    query, values = (_OF_CONNECTION, where) if handoff is None else (_OF_HANDOFF, where | {"handoff": handoff})
    return [Attempt(**row) for row in (await conn.execute(query, values)).mappings()]


async def of_message(
    conn: AsyncConnection, municipality: str, connection: str, handoff: str, message: str, limit: int
) -> list[Attempt]:
    """Of one message, the newest first."""
    names = {"municipality": municipality, "connection": connection, "handoff": handoff, "message": message}
    rows = await conn.execute(_OF_MESSAGE, names | {"before": 2**63 - 1, "limit": limit})
    return [Attempt(**row) for row in rows.mappings()]


async def prune(conn: AsyncConnection, now: datetime) -> None:
    """Forgets old attempts, and what was in messages that were taken so long ago; that they were taken stays."""
    await conn.execute(_PRUNE, {"before": now - RETENTION})
    await conn.execute(_PRUNE_BODIES, {"before": now - RETENTION})
