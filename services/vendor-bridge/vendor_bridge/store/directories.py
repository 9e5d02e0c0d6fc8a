"""Municipalities' configuration, parsed once per version and process."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import Rows, any_of
from chassis.statements import Statement
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
_EVERY_VERSION = Statement(_ALL)
_VERSIONS = Statement(_ALL.where(any_of(t.DIRECTORY.c.municipality, "names")))
_CONTENTS = select(t.DIRECTORY).where(any_of(t.DIRECTORY.c.municipality, "names"))


_OWN: Final = text(
    """
    INSERT INTO connection_owner AS o (municipality, connection, vendor) VALUES (:municipality, :connection, :vendor)
    ON CONFLICT (municipality, connection) DO UPDATE SET vendor = excluded.vendor, since = :at
        WHERE o.vendor <> excluded.vendor
    """
)
OWN_SINCE: Final = """coalesce(
    (SELECT o.since FROM connection_owner o WHERE o.municipality = :municipality AND o.connection = :connection),
    '-infinity')"""
"""From when what came in a connection's name is its present vendor's: what was said to the former is not theirs."""


class Directories:
    """Reads the table's versions each time, its contents only when they are new."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, Directory]] = {}

    async def of(self, conn: AsyncConnection, municipalities: Iterable[str] | None = None) -> dict[str, Directory]:
        """The named municipalities' directories, of all by default; unknown ones are left out."""
        if municipalities is None:
            rows = await _EVERY_VERSION.within(conn, {})
        else:
            rows = await _VERSIONS.within(conn, {"names": list(municipalities)})
        current = {row["municipality"]: row["version"] for row in rows}
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
        return ways_in(await self.of(conn), name)

    def last_ways(self, name: str) -> list[Way]:
        """The same as this process last read it: to be compared with what is in force (`same`) before it counts."""
        return ways_in({municipality: directory for municipality, (_, directory) in self._known.items()}, name)

    async def way(self, conn: AsyncConnection, municipality: str, name: str) -> Way | None:
        """One municipality's connection of that name."""
        return next((way for way in await self.ways(conn, name) if way.municipality == municipality), None)


def ways_in(known: Mapping[str, Directory], name: str) -> list[Way]:
    """Each of these municipalities' connection of that name."""
    ways = (way_in(directory, municipality, name) for municipality, directory in known.items())
    return [way for way in ways if way is not None]


def same(ways: Sequence[Way], others: Sequence[Way]) -> bool:
    """Whether both are of the same directories, read once."""
    return _identities(ways) == _identities(others)


def _identities(ways: Sequence[Way]) -> dict[str, int]:
    return {way.municipality: id(way.connection) for way in ways}


def way_in(directory: Directory | None, municipality: str, name: str) -> Way | None:
    """The connection of that name that hand-offs can go through."""
    vendor = directory.connections.get(name) if directory else None
    if vendor is None or vendor.connection is None or not vendor.connection.is_ready:
        return None
    return Way(municipality, f"vendor:{vendor.id}", vendor.connection)


async def save(conn: AsyncConnection, directories: Collection[tuple[str, Directory]], now: datetime) -> None:
    """Keeps the newest configuration, and from when a connection is another vendor's."""
    await _ROWS.save(
        conn,
        [
            Configuration(municipality, directory.version, directory.model_dump(mode="json"))
            for municipality, directory in directories
        ],
    )
    owners = [
        {"municipality": municipality, "connection": name, "vendor": vendor.id, "at": now}
        for municipality, directory in directories
        for name, vendor in directory.connections.items()
    ]
    if owners:
        await conn.execute(_OWN, owners)
