"""Entries of timelines, as pages and the API read them: by an index, within one municipality."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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


Whose = Literal["all", "reports", "incident"]
"""Whose entries an incident's page shows: the story of all, what the reports' own chains hold, or the incident's."""


@dataclass(frozen=True, slots=True)
class OfReport:
    """The report whose chain an entry is of."""

    number: str
    school: str


# Nested by LATERAL and LIMIT: an incident may have thousands of reports among millions of entries, and the primary key
# finds those of each. A report begins with what its reporter wrote (number 1), which stands under the reports.
_OWN = """
    SELECT at, case_id, seq, content, CAST(NULL AS text) AS number, CAST(NULL AS text) AS school FROM entry
    WHERE case_id = :incident AND municipality = :municipality {before}
    ORDER BY at DESC, seq DESC LIMIT :limit
"""
_OF_REPORTS = """
    SELECT said.*, ticket.number, ticket.school FROM ticket CROSS JOIN LATERAL (
        SELECT at, case_id, seq, content FROM entry
        WHERE case_id = ticket.id AND municipality = :municipality {words} {before}
        ORDER BY at DESC, seq DESC LIMIT :limit
    ) AS said
    WHERE ticket.incident = :incident AND ticket.municipality = :municipality {more}
      AND (CAST(:schools AS text[]) IS NULL OR ticket.school = ANY(CAST(:schools AS text[])))
"""
_BEFORE = "AND (at, case_id, seq) < (CAST(:at AS timestamptz), CAST(:case AS text), CAST(:seq AS int))"
_WORDS = "AND seq > 1 AND content ->> 'kind' NOT IN ('linked', 'unlinked')"
_OF: Mapping[Whose, tuple[str, ...]] = {
    "all": (_OWN, _OF_REPORTS.replace("{words}", _WORDS).replace("{more}", "AND ticket.chain_seq > 1")),
    "reports": (_OF_REPORTS.replace("{words}", "").replace("{more}", ""),),
    "incident": (_OWN,),
}


async def of_incident(
    conn: AsyncConnection,
    municipality: str,
    incident: str,
    limit: int,
    whose: Whose,
    schools: Collection[str] | None = None,
    before: tuple[datetime, str, int] | None = None,
) -> list[tuple[Entry, OfReport | None]]:
    """What staff read of an incident and of its reports, newest first, each with the report that it is of.

    `schools`: of whose reports; None: of all. `before` is (at, case, seq) of the last one seen.
    """
    parts = " UNION ALL ".join(f"({part})" for part in _OF[whose]).replace("{before}", _BEFORE if before else "")
    query = text(f"SELECT * FROM ({parts}) AS told ORDER BY at DESC, case_id DESC, seq DESC LIMIT :limit")
    named = {"incident": incident, "municipality": municipality, "limit": limit}
    named["schools"] = None if schools is None else sorted(schools)
    if before:
        named |= dict(zip(("at", "case", "seq"), before, strict=True))
    if whose == "incident":
        del named["schools"]
    rows = await conn.execute(query, named)
    return [
        (Entry.model_validate(row.content), OfReport(row.number, row.school) if row.number else None) for row in rows
    ]


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
