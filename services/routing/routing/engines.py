"""One grouping engine per municipality, kept between batches: a cache of what the tables say, never more.

It is used under the lock of the municipality's row only, and brought up to that row's version first. What a batch
added to it counts only once that batch's transaction is known to have committed; otherwise it is built anew. So two
owners of a partition never decide on different pasts.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import logs
from chassis.messages import NotNow
from contracts.directory import Directory
from grouping import Engine, Surroundings
from grouping.municipality import surroundings_of
from routing import metrics
from routing.domain.state import Municipality, World
from routing.store import facts
from routing.store.directories import Directories

NO_DIRECTORY = Surroundings(version="none")
MOST_WITHIN_A_BATCH = 1000
"""Open incidents of which an engine is built in a second or two; of more it is built while the consumer waits."""
_AT_A_TIME = 100
"""Facts, a twentieth of a second: then others have their turn."""

log = logs.get(__name__)


@dataclass(slots=True)
class _Kept:
    engine: Engine
    version: int
    erasures: int
    """Reports that were erased by then. What was since is not told apart: it is built anew, which is rare."""
    written_in: int
    """The transaction whose facts it observed before these were committed."""


class Engines:
    """The engines of one process."""

    def __init__(self, directories: Directories) -> None:
        self._directories = directories
        self._kept: dict[str, _Kept] = {}
        self._surroundings: dict[str, Surroundings] = {}
        self._building: dict[str, asyncio.Task[None]] = {}

    async def take(self, conn: AsyncConnection, world: World, municipalities: Iterable[str]) -> dict[str, Engine]:
        """The engines of these municipalities, whose rows the caller has locked, at the rows' versions.

        They are gone from the cache until `keep`: a handler that fails in between leaves nothing behind. `NotNow` where
        one has to be built first that takes longer than a batch may.
        """
        before = dict(self._kept)
        engines: dict[str, Engine] = {}
        try:
            for id_ in sorted(municipalities):
                engines[id_] = await self._take(conn, world.municipalities[id_], world)
        except NotNow:
            for id_, engine in engines.items():  # caught up and not used: who waits for one must not lose another
                if id_ in before and before[id_].engine is engine:
                    self._kept[id_] = _kept(engine, world.municipalities[id_], before[id_].written_in)
            raise
        return engines

    async def _take(self, conn: AsyncConnection, municipality: Municipality, world: World) -> Engine:
        kept = self._kept.pop(municipality.id, None)
        directory = world.directories.get(municipality.id)
        if kept is not None and await self._holds(conn, kept, municipality):
            engine = kept.engine
            if kept.version < municipality.version:
                async for fact in facts.since(conn, municipality.id, kept.version):
                    engine.observe(fact)
            self.turn(engine, municipality.id, directory)
            return engine
        if await facts.has_more_than(conn, municipality.id, MOST_WITHIN_A_BATCH):
            self._build_beside(conn.engine, municipality.id)
            raise NotNow("the grouping engine is being built")
        return await self._built(conn, municipality.id, directory)

    async def _holds(self, conn: AsyncConnection, kept: _Kept, municipality: Municipality) -> bool:
        is_past = kept.version <= municipality.version and kept.erasures == municipality.erasures
        return is_past and await facts.is_committed(conn, kept.written_in)

    async def _built(self, conn: AsyncConnection, municipality: str, directory: Directory | None) -> Engine:
        """A new one. With the directory from the start: another would have every report read twice."""
        engine = Engine(self._surroundings_of(municipality, directory))
        count = 0
        async for fact in facts.alive(conn, municipality):
            engine.observe(fact)
            count += 1
            if count % _AT_A_TIME == 0:
                await asyncio.sleep(0)
        metrics.ENGINES_BUILT.inc()
        return engine

    def _build_beside(self, database: AsyncEngine, municipality: str) -> None:
        if municipality not in self._building:
            self._building[municipality] = asyncio.create_task(self._build(database, municipality))

    async def _build(self, database: AsyncEngine, municipality: str) -> None:
        """Beside the consumer, of one moment of the tables; the batch that takes it catches it up."""
        started = perf_counter()
        try:
            async with database.connect() as conn:
                await conn.execution_options(isolation_level="REPEATABLE READ")
                async with conn.begin():
                    seen = await facts.municipality(conn, municipality)
                    directories = await self._directories.of(conn, [municipality])
                    engine = await self._built(conn, municipality, directories.get(municipality))
                    read_in = await facts.transaction(conn)
            self._kept[municipality] = _kept(engine, seen, read_in)
            log.info("engine_built", municipality=municipality, incidents=len(engine), seconds=perf_counter() - started)
        except (SQLAlchemyError, OSError) as error:  # the next batch asks for it again
            log.warning("engine_not_built", municipality=municipality, error=type(error).__name__)
        finally:
            del self._building[municipality]

    def turn(self, engine: Engine, municipality: str, directory: Directory | None) -> None:
        """Have the engine read this version of the directory."""
        known = self._surroundings_of(municipality, directory)
        if engine.surroundings.version != known.version:
            engine.adopt(known)

    def _surroundings_of(self, municipality: str, directory: Directory | None) -> Surroundings:
        known = self._surroundings.get(municipality, NO_DIRECTORY)
        if directory is not None and known.version != directory.version:
            known = self._surroundings[municipality] = surroundings_of(directory)
        return known

    async def keep(self, conn: AsyncConnection, world: World, engines: Mapping[str, Engine]) -> None:
        """Put them back after a batch, with the transaction that is to commit what they observed."""
        if not engines:
            return
        written_in = await facts.transaction(conn)
        for id_, engine in engines.items():
            self._kept[id_] = _kept(engine, world.municipalities[id_], written_in)
            metrics.INCIDENTS_COMPARED.labels(id_).set(len(engine))


def _kept(engine: Engine, municipality: Municipality, written_in: int) -> _Kept:
    return _Kept(engine, municipality.version, municipality.erasures, written_in)
