"""What a directory would leave behind: open cases of parties, and by connections, that are not in it (R19)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

NAMED = 5
"""How many cases are named by number; the others are counted."""


@dataclass(frozen=True, slots=True)
class Stranded:
    """Open cases: how many, and the numbers of the oldest."""

    cases: int
    numbers: tuple[str, ...]


_NUMBERS = f"""
    count(*) AS cases,
    (
      array_agg(first.number ORDER BY incident.opened_at, incident.id) FILTER (WHERE first.number IS NOT NULL)
    )[1:{NAMED}] AS numbers
"""
_FIRST = """
    LEFT JOIN LATERAL (
      SELECT number FROM ticket WHERE ticket.incident = incident.id AND ticket.municipality = :municipality
      ORDER BY filed_at, id LIMIT 1
    ) AS first ON true
"""
_HELD = text(
    f"""
    SELECT holder, {_NUMBERS} FROM incident {_FIRST}
    WHERE incident.municipality = :municipality AND state IN ('new', 'in_progress', 'waiting')
      AND holder <> ALL (CAST(:parties AS text[]))
    GROUP BY holder ORDER BY holder
    """
)
_HANDED_OVER = text(
    f"""
    SELECT handoff.vendor, handoff.connection, {_NUMBERS}
    FROM handoff JOIN incident ON incident.id = handoff.incident {_FIRST}
    WHERE handoff.municipality = :municipality AND handoff.ended_at IS NULL
      AND (handoff.vendor, handoff.connection) IN
        (SELECT * FROM unnest(CAST(:vendors AS text[]), CAST(:connections AS text[])))
    GROUP BY handoff.vendor, handoff.connection ORDER BY handoff.vendor, handoff.connection
    """
)


async def held_by_others(conn: AsyncConnection, municipality: str, parties: Iterable[str]) -> dict[str, Stranded]:
    """Open cases of whoever is not among these parties, by party id."""
    rows = await conn.execute(_HELD, {"municipality": municipality, "parties": sorted(parties)})
    return {row.holder: Stranded(row.cases, tuple(row.numbers or ())) for row in rows}


async def handed_over_by(
    conn: AsyncConnection, municipality: str, ways: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Stranded]:
    """Cases handed over that go on by one of these connections, by (party id, connection)."""
    values = {"vendors": [vendor for vendor, _ in ways], "connections": [name for _, name in ways]}
    rows = await conn.execute(_HANDED_OVER, {"municipality": municipality} | values)
    return {(row.vendor, row.connection): Stranded(row.cases, tuple(row.numbers or ())) for row in rows}
