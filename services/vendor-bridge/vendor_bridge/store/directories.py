"""Municipalities' configuration, parsed once per version and process."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import Rows, any_of
from contracts.directory import Connection, Directory
from vendor_bridge.store import tables as t


@dataclass(frozen=True, slots=True)
class Configuration:
    municipality: str
    version: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """A connection in force: whose it is, and to whom it leads."""

    municipality: str
    vendor: str
    connection: Connection


_ROWS = Rows(t.DirectoryRow, Configuration)
_ALL = select(t.DIRECTORY.c.municipality, t.DIRECTORY.c.version)
_VERSIONS = _ALL.where(any_of(t.DIRECTORY.c.municipality, "names"))
_CONTENTS = select(t.DIRECTORY).where(any_of(t.DIRECTORY.c.municipality, "names"))


class Directories:
    """Reads the table's versions each time, its contents only when they are new."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, Directory]] = {}

    async def of(self, conn: AsyncConnection, municipalities: Iterable[str] | None = None) -> dict[str, Directory]:
        """The named municipalities' directories, of all by default; unknown ones are left out."""
        if municipalities is None:
            rows = await conn.execute(_ALL)
        else:
            rows = await conn.execute(_VERSIONS, {"names": list(municipalities)})
        current = {row.municipality: row.version for row in rows}
        stale = [name for name, version in current.items() if self._known.get(name, ("",))[0] != version]
        if stale:
            for row in await conn.execute(_CONTENTS, {"names": stale}):
                self._known[row.municipality] = (row.version, Directory.model_validate(row.content))
        return {name: self._known[name][1] for name in current if name in self._known}

    async def all_ways(self, conn: AsyncConnection) -> list[Way]:
        """Every municipality's connections, also those that do not say yet where they lead."""
        return [
            Way(municipality, f"vendor:{vendor.id}", vendor.connection)
            for municipality, directory in (await self.of(conn)).items()
            for vendor in directory.vendors
            if vendor.connection is not None
        ]

    async def ways(self, conn: AsyncConnection, name: str) -> list[Way]:
        """Every municipality's connection of that name."""
        known = await self.of(conn)
        ways = (way_in(directory, municipality, name) for municipality, directory in known.items())
        return [way for way in ways if way is not None]

    async def way(self, conn: AsyncConnection, municipality: str, name: str) -> Way | None:
        """One municipality's connection of that name."""
        return next((way for way in await self.ways(conn, name) if way.municipality == municipality), None)


def way_in(directory: Directory | None, municipality: str, name: str) -> Way | None:
    """The connection of that name that hand-offs can go through."""
    vendor = directory.connections.get(name) if directory else None
    if vendor is None or vendor.connection is None or not vendor.connection.is_ready:
        return None
    return Way(municipality, f"vendor:{vendor.id}", vendor.connection)


async def save(conn: AsyncConnection, directories: Iterable[tuple[str, Directory]]) -> None:
    """Keeps the newest configuration."""
    await _ROWS.save(
        conn,
        [
            Configuration(municipality, directory.version, directory.model_dump(mode="json"))
            for municipality, directory in directories
        ],
    )
