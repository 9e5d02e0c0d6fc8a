"""What reporters answered or wrote that nobody has acted on yet, and what vendors ask the municipality."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.timeline import Entry

# Whoever has asked for something, asked on or written since has read it.
_NOT_SINCE = """
    NOT EXISTS (
        SELECT FROM command WHERE command.incident = {it}.incident AND command.asked_at > {at}
    )
    AND NOT EXISTS (
        SELECT FROM question AS later WHERE later.incident = {it}.incident AND later.handoff IS NULL
          AND later.asked_at > {at}
    )
    AND NOT EXISTS (
        SELECT FROM entry WHERE entry.case_id = {it}.incident AND entry.at > {at}
          AND entry.content ->> 'kind' = 'note'
    )
"""
# What staff or the case itself closed, or what another Eskalera says needs none, has no answer of its reporter's.
_NEW = text(
    """
    SELECT asked.incident, max(asked.answered_at) AS at FROM question AS asked
    WHERE asked.incident = ANY(CAST(:incidents AS text[])) AND asked.municipality = :municipality
      AND asked.handoff IS NULL AND asked.answered_at IS NOT NULL
      AND EXISTS (
          SELECT FROM entry WHERE entry.case_id = asked.ticket AND entry.at = asked.answered_at
            AND entry.content ->> 'kind' = 'answer' AND (entry.content ->> 'party') SIMILAR TO 'reporter|vendor:%'
            AND entry.content #>> '{disclosures,facts,value,unanswered}' IS NULL
      )
      AND {not_since}
    GROUP BY asked.incident
    """.replace("{not_since}", _NOT_SINCE.format(it="asked", at="asked.answered_at"))
)


async def new(conn: AsyncConnection, municipality: str, incidents: Iterable[str]) -> dict[str, datetime]:
    """When the last one came, of the incidents that have such."""
    if not (asked := list(incidents)):
        return {}
    rows = await conn.execute(_NEW, {"incidents": asked, "municipality": municipality})
    return {row.incident: row.at for row in rows}


@dataclass(frozen=True, slots=True)
class Unread:
    """The last words that nobody had asked for, and the school of the report that they are of."""

    entry: Entry
    school: str


_WRITTEN = text(
    """
    SELECT wrote.incident, wrote.school, said.content FROM unnest(CAST(:incidents AS text[])) AS one (id)
    CROSS JOIN LATERAL (
        SELECT id, incident, school, wrote_at FROM ticket
        WHERE incident = one.id AND municipality = :municipality AND wrote_at IS NOT NULL
          AND state NOT IN ('withdrawn', 'erased')
        ORDER BY wrote_at DESC LIMIT 1
    ) AS wrote
    CROSS JOIN LATERAL (
        SELECT content FROM entry WHERE case_id = wrote.id AND at = wrote.wrote_at AND content ->> 'kind' = 'reply'
        ORDER BY seq DESC LIMIT 1
    ) AS said
    WHERE {not_since}
    """.replace("{not_since}", _NOT_SINCE.format(it="wrote", at="wrote.wrote_at"))
)


async def written(conn: AsyncConnection, municipality: str, incidents: Iterable[str]) -> dict[str, Unread]:
    """What reporters last wrote unasked, of the incidents where nobody of staff has done anything since."""
    if not (asked := list(incidents)):
        return {}
    rows = await conn.execute(_WRITTEN, {"incidents": asked, "municipality": municipality})
    return {row.incident: Unread(Entry.model_validate(row.content), row.school) for row in rows}


_OWED = text(
    "SELECT DISTINCT incident FROM question WHERE incident = ANY(CAST(:incidents AS text[]))"
    " AND municipality = :municipality AND ticket IS NULL AND answered_at IS NULL"
)


async def owed(conn: AsyncConnection, municipality: str, incidents: Iterable[str]) -> set[str]:
    """Of which incidents a vendor waits for the municipality's answer."""
    if not (asked := list(incidents)):
        return set()
    return set(await conn.scalars(_OWED, {"incidents": asked, "municipality": municipality}))
