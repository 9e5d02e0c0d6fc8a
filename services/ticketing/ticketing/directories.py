"""The municipalities' configuration, kept in memory and read again when one changes."""

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db, logs
from chassis.listen import Listener, Wake
from contracts.directory import Directory
from ticketing.store import world

log = logs.get(__name__)

_POLL_SECONDS = 30.0
_WHILE_AWAY_SECONDS = 1.0


class Directories:
    """Every replica reads its own copy; a change is announced by NOTIFY, and looked for every half minute anyway."""

    def __init__(self, engine: AsyncEngine, listener: Listener) -> None:
        self._engine = engine
        self._changed: Wake = listener.wake(world.DIRECTORY_CHANNEL)
        self._known: dict[str, Directory] = {}

    def get(self, municipality: str) -> Directory | None:
        """The configuration in force; None for a municipality that is not here."""
        return self._known.get(municipality)

    def all(self) -> dict[str, Directory]:
        """Every municipality's configuration, by id. Not to be changed."""
        return self._known

    async def refresh(self) -> None:
        """Read them all now."""
        async with self._engine.connect() as conn:
            self._known = await world.directories(conn)

    async def run(self) -> None:
        """Keep them fresh; runs for the process' life. While the database is away, what was read last stays."""
        while True:
            wait = _POLL_SECONDS
            try:
                await self.refresh()
            except Exception as error:
                if not db.is_unavailable(error):
                    raise
                log.warning("directories_wait_for_database", error=type(error).__name__)
                wait = _WHILE_AWAY_SECONDS
            await self._changed.wait_or(wait)
