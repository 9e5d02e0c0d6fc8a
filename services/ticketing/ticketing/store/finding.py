"""Finds cases of every state by the words of a report's title, or by its number or the last digits of that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from ticketing.domain.state import Incident, Ticket
from ticketing.store import reads
from ticketing.store import tables as t
from ticketing.store.words import number_of, words_of

LEAST: Final = 3
"""Characters of the longest word: the index knows words by threes, and what is shorter would be sought in every report
there ever was.
"""
MOST: Final = 5000
"""Of the reports with a common word in their titles so many, the newest, are looked at."""
_FOR_THESE_WORDS: Final = text("SET LOCAL plan_cache_mode = force_custom_plan")
"""A plan for any words would be one that reads the whole table."""


def is_enough(sought: str) -> bool:
    """Whether all cases can be searched for it."""
    return any(len(word) >= LEAST for word in words_of(sought))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is sought, within what the person works with (R1): `schools` None: all; `parties`: what these have had."""

    municipality: str
    words: str
    schools: frozenset[str] | None
    parties: frozenset[str]


async def anywhere(
    conn: AsyncConnection, wanted: Wanted, limit: int, after: tuple[datetime, str] | None = None
) -> list[Incident]:
    """Newest first; `after` is (opened_at, id) of the last one seen."""
    c = t.INCIDENT.c
    await conn.execute(_FOR_THESE_WORDS)
    query = _found(select(t.INCIDENT), wanted)
    if after is not None:
        query = query.where(tuple_(c.opened_at, c.id) < tuple_(literal(after[0]), literal(after[1])))
    query = query.order_by(c.opened_at.desc(), c.id.desc()).limit(limit)
    return [Incident(**row) for row in (await conn.execute(query)).mappings()]


async def count_anywhere(conn: AsyncConnection, wanted: Wanted) -> int:
    """How many, at most `reads.COUNT_LIMIT` + 1."""
    await conn.execute(_FOR_THESE_WORDS)
    some = _found(select(literal(1)).select_from(t.INCIDENT), wanted).limit(reads.COUNT_LIMIT + 1)
    found: int = await conn.scalar(select(func.count()).select_from(some.subquery())) or 0
    return found


async def matched(conn: AsyncConnection, words: str, incidents: Sequence[str]) -> dict[str, Ticket]:
    """By incident its newest report that has the words; on its page all are named."""
    c = t.TICKET.c
    newest = select(t.TICKET).where(reads.named(words)).order_by(c.filed_at.desc(), c.id.desc()).limit(1)
    rows = (await conn.execute(reads.of_each(newest, incidents))).mappings()
    return {row["incident"]: Ticket(**row) for row in rows}


def _found(query: Select[Any], wanted: Wanted) -> Select[Any]:
    """The reports first, by their indexes: Postgres would begin with the newest case, and read all where few are found.

    Who works with a case finds it by any of its reports: its page names them all.
    """
    c, report = t.INCIDENT.c, t.TICKET.c
    those = select(report.incident).where(report.municipality == wanted.municipality, report.incident.is_not(None))
    titled = those.where(*map(_in_title, words_of(wanted.words)))
    by_title = select(titled.order_by(report.filed_at.desc(), report.id.desc()).limit(MOST).subquery())
    by_number = those.where(func.reverse(report.number).startswith(number_of(wanted.words)[::-1], autoescape=True))
    named = by_title.union(by_number).cte("named").prefix_with("MATERIALIZED")
    its: list[ColumnElement[bool]] = [c.municipality == wanted.municipality]
    if wanted.schools is not None:
        its.append(or_(c.schools.overlap(sorted(wanted.schools)), _are_involved(wanted.schools, wanted.parties)))
    shown = select(c.id).join(named, named.c.incident == c.id).where(*its).distinct().cte("shown")
    return query.where(c.id.in_(select(shown.c.id)))


def _in_title(word: str) -> ColumnElement[bool]:
    """A word that the index does not know is looked for in what the others have found, which the empty text says."""
    title = t.TICKET.c.title if len(word) >= LEAST else t.TICKET.c.title + ""
    return title.icontains(word, autoescape=True)


def _are_involved(schools: frozenset[str], parties: frozenset[str]) -> ColumnElement[bool]:
    """As `domain.access` says: who has it or was told of it, and a team of no school's own that has had it."""
    c, some = t.INCIDENT.c, sorted(parties)
    now = or_(c.holder.in_(some), c.informed.overlap(some))
    return now if schools else or_(now, c.held.overlap(some))
