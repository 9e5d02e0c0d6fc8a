"""What vendors have reported themselves: kept before they are answered, found by their own names for it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, literal, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.timeline import Entry
from vendor_bridge.domain.reports import Report, Work
from vendor_bridge.store import tables as t
from vendor_bridge.store.directories import Way
from vendor_bridge.store.world import REPORTS, WORKS

_r, _w = t.REPORT.c, t.WORK.c
_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:way, 0))")
_SAID: Final = text(
    """
    SELECT handoff FROM inbound
    WHERE municipality = :municipality AND connection = :connection AND webhook_id = :name
    """
)
_ENTRIES: Final = text(
    """
    WITH told (case_id, last) AS (
        VALUES (CAST(:own AS text), CAST(NULL AS int)), (CAST(:incident AS text), NULL)
        UNION ALL
        SELECT was ->> 0, max(CAST(was ->> 1 AS int)) FROM ticket t CROSS JOIN jsonb_array_elements(t.former) AS was
        WHERE t.id = :own AND was ->> 0 IS DISTINCT FROM :incident GROUP BY 1
    )
    SELECT e.content FROM told JOIN chain_entry e ON e.case_id = told.case_id AND e.seq <= coalesce(told.last, e.seq)
    WHERE e.case_id IS DISTINCT FROM :incident OR CAST(:until AS timestamptz) IS NULL
          OR CAST(e.content ->> 'at' AS timestamptz) <= :until
    ORDER BY e.content ->> 'at' DESC, e.seq DESC LIMIT 200
    """
)
_SHARED: Final = text(
    """
    SELECT i.tickets <> jsonb_build_array(CAST(:ticket AS text)) OR EXISTS (
        SELECT FROM ticket t
        WHERE t.municipality = i.municipality AND t.former @> jsonb_build_array(jsonb_build_array(i.id)))
    FROM incident i WHERE i.id = :incident
    """
)


async def take_turn(conn: AsyncConnection, way: Way) -> None:
    """Reports of one connection are taken one after the other, so that the same one twice is one."""
    await conn.execute(_ONE_AT_A_TIME, {"way": f"report {way.municipality} {way.connection.name}"})


async def said_before(conn: AsyncConnection, way: Way, name: str) -> str | None:
    """What a message of that name was about: a report, a work, a hand-off. None: there was none."""
    values = {"municipality": way.municipality, "connection": way.connection.name, "name": name}
    found: str | None = await conn.scalar(_SAID, values)
    return found


async def by_id(conn: AsyncConnection, way: Way, id_: str, *, lock: bool = False) -> Report | None:
    """One report of the connection."""
    return (await REPORTS.load(conn, _of_way(_r, way) & (_r.id == id_), lock=lock)).get(id_)


async def by_external_id(conn: AsyncConnection, way: Way, external_id: str) -> Report | None:
    """The report that the vendor calls so."""
    found = await REPORTS.load(conn, _of_way(_r, way) & (_r.external_id == external_id), lock=False)
    return next(iter(found.values()), None)


async def listed(
    conn: AsyncConnection, way: Way, limit: int, *, offset: int = 0, before: tuple[datetime, str] | None = None
) -> list[Report]:
    """Newest first; `before` is (reported_at, id) of the last one seen."""
    query = select(t.REPORT).where(_of_way(_r, way)).order_by(_r.reported_at.desc(), _r.id.desc())
    if before is not None:
        query = query.where(tuple_(_r.reported_at, _r.id) < tuple_(literal(before[0]), literal(before[1])))
    rows = await conn.execute(query.limit(limit).offset(offset))
    return [Report(**row) for row in rows.mappings()]


async def resource_ids(conn: AsyncConnection, handoffs: Iterable[str]) -> dict[str, str]:
    """By which id their vendors know these hand-offs: the adopted ticket's while that is part of it, else their own."""
    named = list(handoffs)
    query = text(
        """
        SELECT h.id, r.id AS ticket FROM handoff h JOIN report r ON r.id = h.adopts AND r.handoff = h.id
        WHERE h.id = ANY (CAST(:ids AS text[]))
        """
    )
    adopted = {row.id: row.ticket for row in await conn.execute(query, {"ids": named})}
    return {id_: adopted.get(id_, id_) for id_ in named}


async def place_of(conn: AsyncConnection, connection: str, id_: str) -> Row[Any] | None:
    """(municipality, handoff) of a connection's report, whichever municipality's."""
    query = select(_r.municipality, _r.handoff).where(_r.id == id_, _r.connection == connection)
    return (await conn.execute(query)).one_or_none()


async def work_by_id(conn: AsyncConnection, way: Way, id_: str) -> Work | None:
    """One work of the connection."""
    return (await WORKS.load(conn, _of_way(_w, way) & (_w.id == id_), lock=False)).get(id_)


async def work_by_external_id(conn: AsyncConnection, way: Way, external_id: str) -> Work | None:
    """The work that the vendor calls so, locked."""
    found = await WORKS.load(conn, _of_way(_w, way) & (_w.external_id == external_id))
    return next(iter(found.values()), None)


async def entries_of(conn: AsyncConnection, report: Report, until: datetime | None) -> list[Entry]:
    """The newest entries of a report's ticket and, `until` then, of the incident that it is on; of those that it was on
    before what was there when it left them. Oldest first.
    """
    about = {"own": report.id, "incident": report.incident, "until": until}
    rows = await conn.scalars(_ENTRIES, about)
    return [Entry.model_validate(content) for content in rows][::-1]


async def is_shared(conn: AsyncConnection, report: Report) -> bool:
    """Whether others are, or were, on its incident too. Asked only of a report that was withdrawn or erased."""
    if report.withdrawn_at is None or report.incident is None:
        return False
    return bool(await conn.scalar(_SHARED, {"incident": report.incident, "ticket": report.id}))


async def save(conn: AsyncConnection, things: Sequence[Report | Work]) -> None:
    """Keep these as they are now."""
    await REPORTS.save(conn, [one for one in things if isinstance(one, Report)])
    await WORKS.save(conn, [one for one in things if isinstance(one, Work)])


def _of_way(columns: Any, way: Way) -> ColumnElement[bool]:
    """A municipality's connection sees its own (N9)."""
    own: ColumnElement[bool] = (columns.municipality == way.municipality) & (columns.connection == way.connection.name)
    return own
