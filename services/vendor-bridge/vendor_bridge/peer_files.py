"""Files cross between two Eskaleras after the words they came with: those arrive at once, whatever a file weighs."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db, logs
from chassis.uploads import Checked, Refused
from contracts.timeline import FileRef
from contracts.values import Words
from vendor_bridge import metrics
from vendor_bridge.domain import peers as rules
from vendor_bridge.domain.peers import PeerCase, Said
from vendor_bridge.domain.retry import Schedule
from vendor_bridge.files import Files, Sent
from vendor_bridge.peers import said_here
from vendor_bridge.profiles import NotTaken
from vendor_bridge.profiles.neighbour import Failure, Neighbour, reason_of
from vendor_bridge.store import peer_files, peers
from vendor_bridge.store.directories import Directories, Way

AT_ONCE: Final = 4
"""Each is in memory as a whole."""
_NEVER: Final = frozenset({404, 409, 413, 422})
"""Answers that another try would only get again: there is no such file or case (any more), or it is not taken."""

log = logs.get(__name__)


class PeerFiles:
    """`look` is one round of a loop; any number of processes on one database."""

    def __init__(
        self,
        engine: AsyncEngine,
        directories: Directories,
        files: Files,
        neighbour: Neighbour,
        schedule: Schedule | None = None,
    ) -> None:
        self._engine = engine
        self._directories = directories
        self._files = files
        self._neighbour = neighbour
        self._schedule = schedule or Schedule()

    async def look(self) -> bool:
        """Whether there may be more due at once."""
        rows = await peer_files.TIMERS.lease(self._engine, peer_files.LEASE, AT_ONCE)
        await asyncio.gather(*(self._guarded(row) for row in rows))
        async with self._engine.connect() as conn:
            metrics.PEER_FILES.set(await peer_files.waiting(conn))
        return bool(rows)

    async def _guarded(self, row: Row[Any]) -> None:
        """One file's misfortune is not the others'."""
        try:
            why = await self._cross(row)
        except Exception as error:
            if db.is_unavailable(error):
                raise
            log.exception("peer_file_broke", connection=row.connection, handoff=row.handoff)
            why = NotTaken(type(error).__name__)
        now, about = datetime.now(UTC), {"connection": row.connection, "handoff": row.handoff, "way": row.direction}
        async with self._engine.begin() as conn:
            if why is None:
                await peer_files.done(conn, row)
            elif _is_final(why) or self._schedule.is_used_up(row.created_at, now):
                log.warning("peer_file_given_up", reason=reason_of(why), **about)
                await peer_files.done(conn, row)
            else:
                log.warning("peer_file_waits", reason=reason_of(why), **about)
                await peer_files.again(conn, row, self._schedule.next_at(row.failures + 1, now))

    async def _cross(self, row: Row[Any]) -> Failure | None:
        """Why it is not there; None: it is."""
        async with self._engine.connect() as conn:
            way = await self._directories.way(conn, row.municipality, row.connection)
        if way is None:
            return NotTaken("the directory has no such connection any more")
        return await (self._fetch(way, row) if row.direction == "in" else self._put(way, row))

    async def _fetch(self, way: Way, row: Row[Any]) -> Failure | None:
        file = _file_of(row)
        found = await self._neighbour.fetch_file(way, row.handoff, file.sha256, row.url)
        if not isinstance(found, bytes):
            return found
        async with self._engine.connect() as conn:
            case = await peers.of(conn, way, row.handoff)
        if case is None:
            return NotTaken("its case is not here any more", status=404)
        try:
            checked = await self._files.checked([Sent.of_bytes(file.name, found, file.media_type)])
            await self._say(way, case, rules.brought(case, file), checked)
        except Refused as error:
            why_not: Words = {"sv": error.words["sv"], "en": error.words["en"]}
            await self._say(way, case, rules.brought(case, file, why_not), ())
        return None

    async def _say(self, way: Way, case: PeerCase, said: Said, checked: Sequence[Checked]) -> None:
        message, raw = said_here(case, said)
        await self._files.say(way.connection.name, way.municipality, message, said.name, raw, checked, by="part")

    async def _put(self, way: Way, row: Row[Any]) -> Failure | None:
        file = _file_of(row)
        async with self._engine.connect() as conn:
            case = await peers.of(conn, way, row.handoff)
            is_named = case is not None and await peers.names(conn, case, file.sha256)
        content = await self._files.content(file) if is_named else None
        if content is None:
            return NotTaken("it is not here any more", status=404)
        return await self._neighbour.put_file(way, row.handoff, file, content)


def _file_of(row: Row[Any]) -> FileRef:
    return FileRef(sha256=row.sha256, name=row.name, media_type=row.media_type, size=row.size)


def _is_final(why: Failure) -> bool:
    return isinstance(why, NotTaken) and why.status in _NEVER
