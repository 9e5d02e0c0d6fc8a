"""The directory replica: read by version, parsed once per process."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import any_of
from contracts.directory import Directory
from routing.store.worlds import DIRECTORIES

_directory = DIRECTORIES.table
_VERSIONS = select(_directory.c.id, _directory.c.version).where(any_of(_directory.c.id, "ids"))
_CONTENTS = select(_directory).where(any_of(_directory.c.id, "ids"))


class Directories:
    """What this process has parsed; the tables say which version holds."""

    def __init__(self) -> None:
        self._parsed: dict[str, tuple[str, Directory]] = {}

    async def of(self, conn: AsyncConnection, municipalities: Iterable[str]) -> dict[str, Directory]:
        """The directories that hold now; none for a municipality whose directory was never heard."""
        rows = await conn.execute(_VERSIONS, {"ids": list(municipalities)})
        versions = {row.id: row.version for row in rows}
        stale = [id_ for id_, version in versions.items() if self._parsed.get(id_, ("",))[0] != version]
        if stale:
            for row in await conn.execute(_CONTENTS, {"ids": stale}):
                self._parsed[row.id] = (row.version, Directory.model_validate(row.content))
        return {id_: self._parsed[id_][1] for id_ in versions}
