"""Entries of timelines, as pages and the API read them: by an index, within one municipality."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, literal, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import any_of
from chassis.statements import Statement
from contracts.timeline import Entry
from ticketing.domain.state import Incident, Ticket
from ticketing.store import tables as t

_ENTRIES = (
    select(t.ENTRY.c.content)
    .where(any_of(t.ENTRY.c.case_id, "cases"), t.ENTRY.c.municipality == bindparam("municipality"))
    .order_by(t.ENTRY.c.at.desc(), t.ENTRY.c.case_id.desc(), t.ENTRY.c.seq.desc())
    .limit(bindparam("limit"))
)
_NEWEST = Statement(_ENTRIES)


async def entries(
    conn: AsyncConnection,
    municipality: str,
    cases: Sequence[str],
    limit: int,
    before: tuple[datetime, str, int] | None = None,
    until: Mapping[str, datetime] | None = None,
) -> list[Entry]:
    """Entries of several chains, newest first; `before` is (at, case, seq) of the last one seen.

    `until`: some of these chains are read up to what happened before this time (R3).
    """
    named = {"cases": list(cases), "municipality": municipality, "limit": limit}
    if before is None and not until:
        return [Entry.model_validate(row["content"]) for row in await _NEWEST.within(conn, named)]
    c = t.ENTRY.c
    query = _ENTRIES.where(*(or_(c.case_id != case, c.at < at) for case, at in (until or {}).items()))
    if before is not None:
        query = query.where(tuple_(c.at, c.case_id, c.seq) < tuple_(*(literal(part) for part in before)))
    return [Entry.model_validate(content) for content in await conn.scalars(query, named)]


async def chain(conn: AsyncConnection, municipality: str, case: str, after: int, limit: int) -> list[Entry]:
    """A chain in its own order, from the entry after number `after`."""
    c = t.ENTRY.c
    where = (c.case_id == case, c.municipality == municipality, c.seq > after)
    query = select(c.content).where(*where).order_by(c.seq).limit(limit)
    return [Entry.model_validate(content) for content in await conn.scalars(query)]


_LAST_ENTRIES = text(
    "SELECT case_id, content FROM unnest(CAST(:cases AS text[]), CAST(:seqs AS int[])) AS head (case_id, seq)"
    " JOIN entry USING (case_id, seq) WHERE municipality = :municipality"
)


async def last_entries(
    conn: AsyncConnection, municipality: str, cases: Sequence[Ticket | Incident]
) -> dict[str, Entry]:
    """The newest entry of each case: the one its chain's head names."""
    heads = {"cases": [case.id for case in cases], "seqs": [case.chain_seq for case in cases]}
    found = await conn.execute(_LAST_ENTRIES, heads | {"municipality": municipality})
    return {row.case_id: Entry.model_validate(row.content) for row in found}
