"""Fetches the stories that other Eskaleras only linked to; then their messages take effect, a hand-off's in order."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db, logs
from contracts.bundle import Bundle
from contracts.webhooks import Outgoing
from vendor_bridge.handlers import VendorSide
from vendor_bridge.profiles.neighbour import Neighbour, reason_of
from vendor_bridge.store import waiting
from vendor_bridge.store.directories import Directories

AT_ONCE: Final = 16
PATIENCE: Final = timedelta(hours=1)
"""Before a case is taken without its story: its people must not wait for the rest of it longer than that."""
_FIRST_WAIT: Final = timedelta(seconds=5)
_LONGEST_WAIT: Final = timedelta(minutes=5)

log = logs.get(__name__)


class Fetcher:
    """`look` is one round of a loop; any number of processes on one database."""

    def __init__(
        self, engine: AsyncEngine, directories: Directories, vendors: VendorSide, neighbour: Neighbour
    ) -> None:
        self._engine = engine
        self._directories = directories
        self._vendors = vendors
        self._neighbour = neighbour

    async def look(self) -> bool:
        """Whether there may be more due at once."""
        async with self._engine.begin() as conn:
            rows = await waiting.claim(conn, AT_ONCE)
        went_on = await asyncio.gather(*(self._guarded(row) for row in rows))
        return any(went_on)

    async def _guarded(self, row: Row[Any]) -> bool:
        """Whether it took effect. One message's misfortune is not the others'."""
        try:
            why = await self._take(row)
        except Exception as error:
            if db.is_unavailable(error):
                raise
            log.exception("peer_message_broke", webhook_id=row.webhook_id, connection=row.connection)
            why = type(error).__name__
        async with self._engine.begin() as conn:
            if why is None:
                await waiting.done(conn, row.id)
                return True
            log.warning("peer_story_waits", webhook_id=row.webhook_id, connection=row.connection, reason=why)
            wait = min(_FIRST_WAIT * 4 ** min(row.failures, 10), _LONGEST_WAIT)
            await waiting.again(conn, row.id, datetime.now(UTC) + wait, why)
            return False

    async def _take(self, row: Row[Any]) -> str | None:
        """Why it has to wait; None: it took effect."""
        async with self._engine.connect() as conn:
            way = await self._directories.way(conn, row.municipality, row.connection)
        if way is None:
            return "the directory has no such connection any more"
        message = Outgoing.model_validate_json(row.body)
        if (link := message.data.bundle_link) is not None:
            found = await self._neighbour.fetch(way, message, link)
            if not isinstance(found, Bundle):
                why = reason_of(found)
                if datetime.now(UTC) - row.received_at < PATIENCE:
                    return why
                log.error("peer_story_given_up", webhook_id=row.webhook_id, connection=row.connection, reason=why)
            else:
                data = message.data.model_copy(update={"bundle": found, "bundle_link": None})
                message = message.model_copy(update={"data": data})
        await self._vendors.peers.apply(way, message, row.webhook_id, bytes(row.body))
        return None
