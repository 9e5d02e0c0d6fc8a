"""Whom the running system knows: read in ticketing's own database, which only the operator can open."""

import asyncio
import json
from collections.abc import Collection

import asyncpg

from contracts.directory import Connection, Directory
from eskalera import layout as at
from eskalera import recorded
from eskalera.errors import LocalError
from eskalera.instances import Instance

_DIRECTORIES = "SELECT municipality, content FROM directory ORDER BY municipality"
_PERSON = """
    SELECT EXISTS (SELECT FROM person WHERE municipality = $1 AND person = $2 AND NOT placeholder AND role <> '')
"""


def require_person(instance: Instance, municipality: str, person: str) -> None:
    """LocalError for nobody of that municipality, and for whom an import knows, who is erased or has left."""
    here, is_known = asyncio.run(_read(instance.databases["ticketing"], municipality, person))
    wrong = f"{person!r} is nobody of {municipality!r}"
    if municipality not in here:
        raise LocalError(f"{wrong}, which is no municipality here: there {_are(here)}.")
    if not is_known:
        page = f"{instance.layout.url(at.TICKETING)}/{municipality}/"
        raise LocalError(f"{wrong}: who there is can be seen at {page}.")


def require_connection(instance: Instance, municipality: str, connection: str) -> Connection:
    """As the directory in force has it; LocalError for what is no connection of one of that municipality's vendors."""
    here, _ = asyncio.run(_read(instance.databases["ticketing"], municipality, ""))
    wrong = f"{connection!r} is no connection of {municipality!r}"
    if municipality not in here:
        raise LocalError(f"{wrong}, which is no municipality here: there {_are(here)}.")
    found = (names := here[municipality].connections).get(connection)
    if found is None or found.connection is None:
        raise LocalError(f"{wrong}: its directory's vendors have {', '.join(sorted(names)) or 'none'}.")
    return found.connection


async def _read(url: str, municipality: str, person: str) -> tuple[dict[str, Directory], bool]:
    try:
        async with recorded.connection(url) as conn:
            rows = await conn.fetch(_DIRECTORIES)
            is_known = await conn.fetchval(_PERSON, municipality, person)
    except (OSError, asyncpg.PostgresError) as error:
        raise LocalError(f"Ticketing's database does not answer: {error}") from error
    return {row["municipality"]: Directory.model_validate(json.loads(row["content"])) for row in rows}, is_known


def _are(names: Collection[str]) -> str:
    return f"{'is' if len(names) == 1 else 'are'} {', '.join(names) or 'none yet'}"
