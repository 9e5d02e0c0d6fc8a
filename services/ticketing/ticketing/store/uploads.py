"""Which files lie in the object store, and who names them.

A file is written down here before its bytes are put, in a transaction of its own: bytes that no entry came to name
(the service died between put and commit, the form was refused after all) are found by it and removed.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.timeline import Entry, FileRef

_NAMES = "jsonb_path_query_array({0}content, '$.disclosures.*.value.sha256')"
"""What the index `entry_files` is over: the digests of the files that an entry still shows."""

_CLAIM = text("""
    INSERT INTO upload (sha256, put_at) SELECT unnest(CAST(:digests AS text[])), :at
    ON CONFLICT (sha256) DO UPDATE SET put_at = excluded.put_at
""")
_RELEASE = text("""
    INSERT INTO upload (sha256, put_at) SELECT unnest(CAST(:digests AS text[])), to_timestamp(0) ON CONFLICT DO NOTHING
""")
_FORGET = text("DELETE FROM upload WHERE put_at < :before RETURNING sha256")
_NAMED = text(f"""
    SELECT wanted.sha256 FROM unnest(CAST(:digests AS text[])) AS wanted (sha256)
    WHERE EXISTS (SELECT 1 FROM entry WHERE jsonb_path_exists(content, '$.disclosures.*.value.sha256')
                  AND {_NAMES.format("")} @> to_jsonb(wanted.sha256))
""")
_SIZE = text("""
    SELECT coalesce(sum(CAST(size AS bigint)), 0) FROM entry,
           jsonb_path_query(content, '$.disclosures.*.value ? (exists(@.sha256)).size') AS size
    WHERE case_id = :case
""")
_ENTRIES = text(f"""
    SELECT content FROM entry
    WHERE case_id = ANY(CAST(:cases AS text[])) AND municipality = :municipality
      AND {_NAMES.format("")} @> to_jsonb(CAST(:sha256 AS text))
    ORDER BY at, case_id, seq
""")


async def claim(conn: AsyncConnection, files: Sequence[FileRef], at: datetime) -> None:
    """Before their bytes are put. Waits where the same bytes are being removed."""
    await conn.execute(_CLAIM, {"digests": sorted({file.sha256 for file in files}), "at": at})


async def release(conn: AsyncConnection, files: Sequence[FileRef]) -> None:
    """Entries that named them were erased (N11): the next look for orphans finds what no other entry names.

    Bytes that came lately keep their day: somebody may be about to name them.
    """
    if files:
        await conn.execute(_RELEASE, {"digests": sorted({file.sha256 for file in files})})


async def orphans(conn: AsyncConnection, before: datetime) -> list[str]:
    """Digests of what was put before this time and no entry names; each told once.

    Until the transaction ends, nobody puts them anew (`claim` waits): the caller removes the bytes within it.
    """
    put = list(await conn.scalars(_FORGET, {"before": before}))
    named = set(await conn.scalars(_NAMED, {"digests": put})) if put else set()
    return sorted(set(put) - named)


async def size_of(conn: AsyncConnection, case: str) -> int:
    """Bytes of the files that a case's entries name."""
    found: int = (await conn.execute(_SIZE, {"case": case})).scalar_one()
    return int(found)


async def naming(conn: AsyncConnection, municipality: str, cases: Collection[str], sha256: str) -> list[Entry]:
    """Entries of these cases that name a file, oldest first."""
    found = await conn.scalars(_ENTRIES, {"cases": list(cases), "municipality": municipality, "sha256": sha256})
    return [Entry.model_validate(content) for content in found]
