"""The log of what was refused: what came in a connection's name and was not taken, when, by which way, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from vendor_bridge.store.directories import OWN_SINCE

RETENTION: Final = timedelta(days=30)
MOST_PROVEN: Final = 500
"""Lines that are kept of one connection."""
MOST_UNPROVEN: Final = 100
"""Lines of those who did not prove who they are: apart, so that they push none of the vendor's own out."""

_ADD: Final = text(
    """
    INSERT INTO refusal
        (municipality, connection, at, way, what, message, status, reason, bytes, sha256, proven, handoff, swedish)
    VALUES (:municipality, :connection, :at, :way, :what, :message, :status, :reason, :bytes, :sha256, :proven,
            :handoff, :swedish)
    """
)
_PAGE: Final = text(
    f"""
    SELECT id, municipality, connection, at, way, what, message, status, reason, bytes, sha256, proven, handoff, swedish
    FROM refusal
    WHERE municipality = :municipality AND connection = :connection AND id < :before AND at >= {OWN_SINCE}
    ORDER BY id DESC LIMIT :limit
    """
)
_PRUNE: Final = text(
    """
    DELETE FROM refusal USING (
        SELECT id, proven, row_number() OVER (PARTITION BY municipality, connection, proven ORDER BY id DESC) AS place
        FROM refusal
    ) AS ranked
    WHERE ranked.id = refusal.id
      AND (refusal.at < :before
           OR ranked.place > CASE WHEN ranked.proven THEN CAST(:most_proven AS bigint) ELSE :most_unproven END)
    """
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One line. `id` grows with time; None: not stored yet.

    `way`: webhook | tmf | mail | portal. `what`: a message's type, or method and path. `message`: the vendor's own id
    of it.
    `status`, `reason`: as it was answered, of a signature that is not right also why. `bytes`, `sha256`: of the body,
    which is not kept: it belongs to no case, so that no erasure would find a person in it. `proven`: by the
    connection's secret or token; otherwise somebody used its address. `handoff`: of a form of the portal, whose case it
    was; `swedish`: what its page said, where that is in both languages.
    """

    municipality: str
    connection: str
    at: datetime
    way: str
    what: str
    status: int
    reason: str
    proven: bool
    message: str | None = None
    bytes: int = 0
    sha256: str | None = None
    handoff: str | None = None
    swedish: str | None = None
    id: int | None = None


async def add(conn: AsyncConnection, some: Sequence[Refusal]) -> None:
    """Keeps them."""
    names = [name for name in Refusal.__slots__ if name != "id"]
    await conn.execute(_ADD, [{name: getattr(one, name) for name in names} for one in some])


async def page(
    conn: AsyncConnection, municipality: str, connection: str, *, before: int | None = None, limit: int = 50
) -> list[Refusal]:
    """The newest first, those with a smaller id than `before`."""
    values = {"municipality": municipality, "connection": connection, "before": before or 2**63 - 1, "limit": limit}
    return [Refusal(**row) for row in (await conn.execute(_PAGE, values)).mappings()]


async def prune(conn: AsyncConnection, now: datetime) -> None:
    """Forgets what is old, and of each connection all but the newest."""
    values = {"before": now - RETENTION, "most_proven": MOST_PROVEN, "most_unproven": MOST_UNPROVEN}
    await conn.execute(_PRUNE, values)
