"""What reporters answered or wrote that nobody has acted on yet, and what vendors ask the municipality."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
          AND entry.content ->> 'kind' = 'note' {whose}
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
    """.replace("{not_since}", _NOT_SINCE.format(it="asked", at="asked.answered_at", whose=""))
)


async def new(conn: AsyncConnection, municipality: str, incidents: Iterable[str]) -> dict[str, datetime]:
    """When the last one came, of the incidents that have such."""
    if not (asked := list(incidents)):
        return {}
    rows = await conn.execute(_NEW, {"incidents": asked, "municipality": municipality})
    return {row.incident: row.at for row in rows}


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads: reports of these schools (None: of all), and all of what these parties have."""

    schools: frozenset[str] | None
    parties: frozenset[str]
    coordinator: str


# A note of who neither has it nor leads it, to staff alone, is no sign that anybody has read what was written.
_OF_WHO_HAS_IT = """
          AND (entry.content ->> 'party' IN (one.holder, :coordinator)
            OR entry.content #> '{disclosures,audience,value,readers}' @> '["reporters"]')
"""
_WRITTEN = text(
    """
    SELECT wrote.incident, said.content FROM incident AS one
    CROSS JOIN LATERAL (
        SELECT id, incident, wrote_at FROM ticket
        WHERE incident = one.id AND municipality = :municipality AND wrote_at IS NOT NULL
          AND state NOT IN ('withdrawn', 'erased')
          AND (CAST(:schools AS text[]) IS NULL OR one.holder = ANY(CAST(:parties AS text[]))
            OR school = ANY(CAST(:schools AS text[])))
        ORDER BY wrote_at DESC LIMIT 1
    ) AS wrote
    CROSS JOIN LATERAL (
        SELECT content FROM entry WHERE case_id = wrote.id AND at = wrote.wrote_at AND content ->> 'kind' = 'reply'
        ORDER BY seq DESC LIMIT 1
    ) AS said
    WHERE one.id = ANY(CAST(:incidents AS text[])) AND one.municipality = :municipality AND {not_since}
    """.replace("{not_since}", _NOT_SINCE.format(it="wrote", at="wrote.wrote_at", whose=_OF_WHO_HAS_IT))
)


async def written(conn: AsyncConnection, municipality: str, incidents: Iterable[str], by: Readers) -> dict[str, Entry]:
    """What reporters last wrote unasked that they read, of the incidents where nobody has done anything since."""
    if not (asked := list(incidents)):
        return {}
    given: dict[str, Any] = {"incidents": asked, "municipality": municipality, "coordinator": by.coordinator}
    given |= {"schools": None if by.schools is None else sorted(by.schools), "parties": sorted(by.parties)}
    rows = await conn.execute(_WRITTEN, given)
    return {row.incident: Entry.model_validate(row.content) for row in rows}


_OWED = text(
    "SELECT DISTINCT incident FROM question WHERE incident = ANY(CAST(:incidents AS text[]))"
    " AND municipality = :municipality AND ticket IS NULL AND answered_at IS NULL"
)


async def owed(conn: AsyncConnection, municipality: str, incidents: Iterable[str]) -> set[str]:
    """Of which incidents a vendor waits for the municipality's answer."""
    if not (asked := list(incidents)):
        return set()
    return set(await conn.scalars(_OWED, {"incidents": asked, "municipality": municipality}))
