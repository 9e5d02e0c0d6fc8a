"""Answers to what staff asked that nobody has acted on yet, and what vendors ask the municipality."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# Whoever has asked for something, asked on or written since has read it. What staff or the case itself closed, or what
# another Eskalera says needs none, has no answer of its reporter's.
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
      AND NOT EXISTS (
          SELECT FROM command WHERE command.incident = asked.incident AND command.asked_at > asked.answered_at
      )
      AND NOT EXISTS (
          SELECT FROM question AS later WHERE later.incident = asked.incident AND later.handoff IS NULL
            AND later.asked_at > asked.answered_at
      )
      AND NOT EXISTS (
          SELECT FROM entry WHERE entry.case_id = asked.incident AND entry.at > asked.answered_at
            AND entry.content ->> 'kind' = 'note'
      )
    GROUP BY asked.incident
    """
)


async def new(conn: AsyncConnection, municipality: str, incidents: Iterable[str]) -> dict[str, datetime]:
    """When the last one came, of the incidents that have such."""
    if not (asked := list(incidents)):
        return {}
    rows = await conn.execute(_NEW, {"incidents": asked, "municipality": municipality})
    return {row.incident: row.at for row in rows}


_OWED = text(
    "SELECT DISTINCT incident FROM question WHERE incident = ANY(CAST(:incidents AS text[]))"
    " AND municipality = :municipality AND ticket IS NULL AND answered_at IS NULL"
)


async def owed(conn: AsyncConnection, municipality: str, incidents: Iterable[str]) -> set[str]:
    """Of which incidents a vendor waits for the municipality's answer."""
    if not (asked := list(incidents)):
        return set()
    return set(await conn.scalars(_OWED, {"incidents": asked, "municipality": municipality}))
