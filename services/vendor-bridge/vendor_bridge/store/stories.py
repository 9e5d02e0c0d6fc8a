"""What a message tells: the chains of an incident, from what the vendor has up to where the message ends."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import any_of
from chassis.statements import Statement
from contracts.disclosure import Vendor, may_read
from contracts.timeline import Entry, FileRef
from contracts.values import Head
from contracts.webhooks import Written
from vendor_bridge.domain.compose import Place, Tail
from vendor_bridge.store import tables as t

_ENTRIES = Statement(
    text(
        """
        SELECT wanted.n, e.case_id, e.content
        FROM unnest(CAST(:n AS int[]), CAST(:cases AS text[]), CAST(:first AS int[]), CAST(:last AS int[]))
             AS wanted (n, case_id, first, last)
        JOIN chain_entry e ON e.case_id = wanted.case_id AND e.seq BETWEEN wanted.first AND wanted.last
        ORDER BY wanted.n, e.case_id, e.seq
        """
    )
)
_CAUSED = Statement(
    text(
        """
        SELECT wanted.case_id, wanted.cause
        FROM unnest(CAST(:cases AS text[]), CAST(:causes AS text[])) AS wanted (case_id, cause)
        WHERE EXISTS (SELECT FROM chain_entry e WHERE e.case_id = wanted.case_id AND e.caused_by = wanted.cause)
        """
    )
)

_ALIKE = Statement(
    text(
        """
        SELECT named.case_id, named.seq, e.content
        FROM unnest(CAST(:cases AS text[]), CAST(:seqs AS int[])) AS named (case_id, seq)
        JOIN chain_entry own ON own.case_id = named.case_id AND own.seq = named.seq
        JOIN chain_entry e ON e.case_id = ANY(CAST(:told AS text[]) || named.case_id)
                           AND e.content ->> 'party' = own.content ->> 'party'
                           AND left(e.content ->> 'at', 16) = left(own.content ->> 'at', 16)
        """
    )
)
_HASHES = text(
    """
    SELECT e.case_id, e.content ->> 'hash' AS hash
    FROM unnest(CAST(:cases AS text[]), CAST(:seqs AS int[])) AS named (case_id, seq)
    JOIN chain_entry e ON e.case_id = named.case_id AND e.seq = named.seq
    """
)
_SIZE = text(
    """
    SELECT coalesce(sum(CAST(size AS bigint)), 0)
    FROM incident i
    JOIN chain_entry e ON e.case_id = ANY (
        ARRAY[i.id, CAST(:ticket AS text)]
        || CASE WHEN jsonb_array_length(i.tickets) = 1 THEN ARRAY[i.tickets ->> 0] ELSE ARRAY[]::text[] END)
    CROSS JOIN LATERAL jsonb_path_query(e.content, '$.disclosures.*.value ? (exists(@.sha256)).size') AS size
    WHERE i.id = :incident
    """
)
_SENT = text(
    """
    SELECT s.handoff, file, EXISTS (
        SELECT FROM chain_entry e
        WHERE (e.case_id = i.id OR i.tickets ? e.case_id) AND e.caused_by = s.event_id) AS is_recorded
    FROM incident i
    JOIN handoff h ON h.incident = i.id
    JOIN statement s ON s.handoff = h.id
    JOIN outbox o USING (event_id)
    CROSS JOIN LATERAL jsonb_path_query(CAST(convert_from(o.value, 'UTF8') AS jsonb), '$.files[*]') AS file
    WHERE i.id = :incident
    ORDER BY o.id
    """
)
_NAMES = Statement(select(t.PERSON.c.id, t.PERSON.c.name).where(any_of(t.PERSON.c.id, "ids"), t.PERSON.c.name != ""))
_LARGEST_SEQ = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Part:
    """Of some chains what is up to these heads and not yet `known`."""

    heads: Mapping[str, Head]
    known: Mapping[str, Head]

    def first(self, case: str) -> int:
        """The number of the first entry that is read: the known head itself, if there is one."""
        return min(self.known[case].seq, self.heads[case].seq) if case in self.known else 1


async def histories(conn: AsyncConnection, parts: Sequence[Part]) -> list[dict[str, Tail]]:
    """The chains of each part, by case; only what comes after a known head is read, and that head's entry."""
    wanted = [
        (n, case, part.first(case), head.seq) for n, part in enumerate(parts) for case, head in part.heads.items()
    ]
    if not wanted:
        return [{} for _ in parts]
    columns = (list(column) for column in zip(*wanted, strict=True))
    values = dict(zip(("n", "cases", "first", "last"), columns, strict=True))
    found: list[dict[str, list[Entry]]] = [{} for _ in parts]
    for n, case, content in await _ENTRIES.within(conn, values):
        found[n].setdefault(case, []).append(Entry.model_validate(content))
    return [
        {case: Tail(entries, part.first(case)) for case, entries in chains.items()}
        for part, chains in zip(parts, found, strict=True)
    ]


async def hashes(conn: AsyncConnection, heads: Mapping[str, Head]) -> dict[str, str]:
    """{case: hash of its entry that has the head's number}, where there is one. The heads may name anybody's cases."""
    possible = {case: head.seq for case, head in heads.items() if 1 <= head.seq <= _LARGEST_SEQ}
    if not possible:
        return {}
    rows = await conn.execute(_HASHES, {"cases": list(possible), "seqs": list(possible.values())})
    return {row.case_id: row.hash for row in rows}


async def written(
    conn: AsyncConnection, places: Collection[Place], told: Collection[str], reader: Vendor
) -> dict[Place, Written]:
    """Of these entries, by which party and when; also of erased ones. `told`: the cases whose history `reader` has."""
    if not places:
        return {}
    values = {"cases": [case for case, _ in places], "seqs": [seq for _, seq in places], "told": list(told)}
    alike: dict[Place, list[Entry]] = {}
    for case, seq, content in await _ALIKE.within(conn, values):
        alike.setdefault((case, seq), []).append(Entry.model_validate(content))
    gone = set(places)
    return {place: _written(place, entries, gone, reader) for place, entries in alike.items()}


def _written(place: Place, alike: Sequence[Entry], gone: Collection[Place], reader: Vendor) -> Written:
    """`alike`: with it, what its party wrote in the same minute."""
    (own,) = (entry for entry in alike if (entry.case, entry.seq) == place)
    read = sorted(
        (entry.at, entry.case, entry.seq) for entry in alike if "text" in entry.digests and may_read(entry, reader)
    )
    others_stay = any((case, seq) not in gone for _, case, seq in read)
    key = (own.at, own.case, own.seq)
    return Written(
        seq=own.seq, at=own.at, party=own.party, nth=read.index(key) + 1 if others_stay and key in read else None
    )


async def recorded(conn: AsyncConnection, awaited: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of (case, event) whose case has the entry in its history that the event led to."""
    if not awaited:
        return set()
    values = {"cases": [case for case, _ in awaited], "causes": [cause for _, cause in awaited]}
    return {(case, cause) for case, cause in await _CAUSED.within(conn, values)}


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that a vendor sent by a hand-off; `is_recorded`: its entry is in the history."""

    handoff: str
    file: FileRef
    is_recorded: bool


async def sent_files(conn: AsyncConnection, incident: str) -> list[Sent]:
    """What vendors sent of an incident, in its order."""
    rows = await conn.execute(_SENT, {"incident": incident})
    return [Sent(row.handoff, FileRef.model_validate(row.file), row.is_recorded) for row in rows]


async def size_of_files(conn: AsyncConnection, incident: str, ticket: str | None = None) -> int:
    """Bytes of the files that are where a vendor's own would come to stand (R2): on the ticket that it names or the
    incident's only one, or on the incident. With what vendors said and is on its way to any of these.
    """
    there = await conn.scalar(_SIZE, {"incident": incident, "ticket": ticket})
    coming = sum(sent.file.size for sent in await sent_files(conn, incident) if not sent.is_recorded)
    return int(there or 0) + coming


async def names(conn: AsyncConnection, people: Collection[str]) -> dict[str, str]:
    """Person id → name."""
    if not people:
        return {}
    return dict(await _NAMES.within(conn, {"ids": list(people)}))
