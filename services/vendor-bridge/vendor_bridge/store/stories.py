"""What a message tells: the chains of an incident, from what the vendor has up to where the message ends."""

from collections.abc import Collection, Mapping

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import any_of
from contracts.timeline import Entry
from contracts.values import Head
from vendor_bridge.domain.compose import Tail
from vendor_bridge.store import tables as t

_ENTRIES = text(
    """
    SELECT e.case_id, e.seq, e.content
    FROM unnest(CAST(:cases AS text[]), CAST(:first AS int[]), CAST(:last AS int[])) AS wanted (case_id, first, last)
    JOIN chain_entry e ON e.case_id = wanted.case_id AND e.seq BETWEEN wanted.first AND wanted.last
    ORDER BY e.case_id, e.seq
    """
)

_HASHES = text(
    """
    SELECT e.case_id, e.content ->> 'hash' AS hash
    FROM unnest(CAST(:cases AS text[]), CAST(:seqs AS int[])) AS named (case_id, seq)
    JOIN chain_entry e ON e.case_id = named.case_id AND e.seq = named.seq
    """
)
_NAMES = select(t.PERSON.c.id, t.PERSON.c.name).where(any_of(t.PERSON.c.id, "ids"), t.PERSON.c.name != "")
_LARGEST_SEQ = 2**31 - 1


async def histories(conn: AsyncConnection, heads: Mapping[str, Head], known: Mapping[str, Head]) -> dict[str, Tail]:
    """Each chain up to its head; only what comes after the head already `known` is read, and that head's entry."""
    if not heads:
        return {}
    first = {case: min(known[case].seq, head.seq) if case in known else 1 for case, head in heads.items()}
    rows = await conn.execute(
        _ENTRIES,
        {
            "cases": list(heads),
            "first": [first[case] for case in heads],
            "last": [head.seq for head in heads.values()],
        },
    )
    found: dict[str, list[Entry]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(Entry.model_validate(row.content))
    return {case: Tail(entries, first[case]) for case, entries in found.items()}


async def hashes(conn: AsyncConnection, heads: Mapping[str, Head]) -> dict[str, str]:
    """{case: hash of its entry that has the head's number}, where there is one. The heads may name anybody's cases."""
    possible = {case: head.seq for case, head in heads.items() if 1 <= head.seq <= _LARGEST_SEQ}
    if not possible:
        return {}
    rows = await conn.execute(_HASHES, {"cases": list(possible), "seqs": list(possible.values())})
    return {row.case_id: row.hash for row in rows}


async def has_entry_of(conn: AsyncConnection, case: str, cause: str) -> bool:
    """Whether the entry that an event led to is in the history."""
    query = select(t.CHAIN_ENTRY.c.seq).where(t.CHAIN_ENTRY.c.case_id == case, t.CHAIN_ENTRY.c.caused_by == cause)
    return await conn.scalar(query.limit(1)) is not None


async def names(conn: AsyncConnection, people: Collection[str]) -> dict[str, str]:
    """Person id → name."""
    if not people:
        return {}
    rows = await conn.execute(_NAMES, {"ids": list(people)})
    return {row.id: row.name for row in rows}
