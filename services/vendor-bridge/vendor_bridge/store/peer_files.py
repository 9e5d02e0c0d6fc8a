"""Files that are to cross between two Eskaleras: rows until they have, each leased while it goes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.timers import Timers
from contracts import bundle
from contracts.timeline import FileRef
from vendor_bridge.domain.peers import PeerCase

CHANNEL: Final = "peer_file"
TIMERS: Final = Timers("peer_file")
LEASE: Final = timedelta(minutes=2)
Direction = Literal["in", "out"]

_ADD: Final = text(
    """
    INSERT INTO peer_file (direction, municipality, connection, handoff, sha256, name, media_type, size, url,
                           created_at, due_at, failures)
    VALUES (:direction, :municipality, :connection, :handoff, :sha256, :name, :media_type, :size, :url, :at, :at, 0)
    ON CONFLICT DO NOTHING
    """
)
_AGAIN: Final = text(
    "UPDATE peer_file SET claimed_until = NULL, failures = failures + 1, due_at = :due_at WHERE id = :id"
)
_DONE: Final = text("DELETE FROM peer_file WHERE id = :id")
_WAKE: Final = text(f"SELECT pg_notify('{CHANNEL}', '')")


async def fetch(conn: AsyncConnection, case: PeerCase, files: Iterable[bundle.File], at: datetime) -> None:
    """They are to come from the other; those that are on their way stay."""
    await _add(conn, case, "in", [(_ref(file), file.url) for file in files], at)


async def send(conn: AsyncConnection, case: PeerCase, files: Iterable[FileRef], at: datetime) -> None:
    """They are to go to the other."""
    await _add(conn, case, "out", [(file, None) for file in files], at)


async def _add(
    conn: AsyncConnection, case: PeerCase, direction: Direction, files: list[tuple[FileRef, str | None]], at: datetime
) -> None:
    about = {"municipality": case.municipality, "connection": case.connection, "handoff": case.handoff}
    rows = [{"direction": direction, **about, **file.model_dump(), "url": url, "at": at} for file, url in files]
    if rows:
        await conn.execute(_ADD, rows)
        await conn.execute(_WAKE)


def _ref(file: bundle.File) -> FileRef:
    return FileRef(sha256=file.sha256, name=file.name, media_type=file.media_type, size=file.size)


async def waiting(conn: AsyncConnection) -> int:
    """How many did not get through at their last try."""
    found: int = await conn.scalar(text("SELECT count(*) FROM peer_file WHERE failures > 0")) or 0
    return found


async def again(conn: AsyncConnection, row: Row[Any], due_at: datetime) -> None:
    """It did not go through this time."""
    await conn.execute(_AGAIN, {"id": row.id, "due_at": due_at})


async def done(conn: AsyncConnection, row: Row[Any]) -> None:
    """It is there, or never will be."""
    await conn.execute(_DONE, {"id": row.id})
