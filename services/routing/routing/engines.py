"""One grouping engine per municipality, kept between batches: a cache of what the tables say, never more.

It is used under the lock of the municipality's row only, and brought up to that row's version first. What a batch
added to it counts only once that batch's transaction is known to have committed; otherwise it is built anew. So two
owners of a partition never decide on different pasts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.directory import Directory
from grouping import Engine, Surroundings
from grouping.municipality import surroundings_of
from routing import metrics
from routing.domain.state import Municipality, World
from routing.store import facts

NO_DIRECTORY = Surroundings(version="none")


@dataclass(slots=True)
class _Kept:
    engine: Engine
    version: int
    written_in: int
    """The transaction whose facts it observed before these were committed."""


class Engines:
    """The engines of one process."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._surroundings: dict[str, Surroundings] = {}

    async def take(self, conn: AsyncConnection, world: World, municipalities: Iterable[str]) -> dict[str, Engine]:
        """The engines of these municipalities, whose rows the caller has locked, at the rows' versions.

        They are gone from the cache until `keep`: a handler that fails in between leaves nothing behind.
        """
        return {id_: await self._take(conn, world.municipalities[id_], world) for id_ in municipalities}

    async def _take(self, conn: AsyncConnection, municipality: Municipality, world: World) -> Engine:
        kept = self._kept.pop(municipality.id, None)
        if kept is not None and await self._holds(conn, kept, municipality.version):
            engine = kept.engine
            if kept.version < municipality.version:
                async for fact in facts.since(conn, municipality.id, kept.version):
                    engine.observe(fact)
        else:
            engine = Engine(NO_DIRECTORY)
            async for fact in facts.alive(conn, municipality.id):
                engine.observe(fact)
            metrics.ENGINES_BUILT.inc()
        self.turn(engine, municipality.id, world.directories.get(municipality.id))
        return engine

    async def _holds(self, conn: AsyncConnection, kept: _Kept, version: int) -> bool:
        return kept.version <= version and await facts.is_committed(conn, kept.written_in)

    def turn(self, engine: Engine, municipality: str, directory: Directory | None) -> None:
        """Have the engine read this version of the directory."""
        known = self._surroundings.get(municipality, NO_DIRECTORY)
        if directory is not None and known.version != directory.version:
            known = self._surroundings[municipality] = surroundings_of(directory)
        if engine.surroundings.version != known.version:
            engine.adopt(known)

    async def keep(self, conn: AsyncConnection, world: World, engines: Mapping[str, Engine]) -> None:
        """Put them back after a batch, with the transaction that is to commit what they observed."""
        if not engines:
            return
        written_in = await facts.transaction(conn)
        for id_, engine in engines.items():
            self._kept[id_] = _Kept(engine, world.municipalities[id_].version, written_in)
            metrics.INCIDENTS_COMPARED.labels(id_).set(len(engine))
