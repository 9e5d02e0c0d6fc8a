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


async def entries_of(conn: AsyncConnection, report: Report) -> list[Entry]:
    """The newest entries of a report's ticket and of the incident that it is on, oldest first."""
    query = text(
        """
        SELECT content FROM chain_entry WHERE case_id = ANY (CAST(:cases AS text[]))
        ORDER BY content ->> 'at' DESC, seq DESC LIMIT 200
        """
    )
    rows = await conn.scalars(query, {"cases": [report.id, *filter(None, (report.incident,))]})
    return [Entry.model_validate(content) for content in rows][::-1]


async def save(conn: AsyncConnection, things: Sequence[Report | Work]) -> None:
    """Keep these as they are now."""
    await REPORTS.save(conn, [one for one in things if isinstance(one, Report)])
    await WORKS.save(conn, [one for one in things if isinstance(one, Work)])


def _of_way(columns: Any, way: Way) -> ColumnElement[bool]:
    """A municipality's connection sees its own (N9)."""
    own: ColumnElement[bool] = (columns.municipality == way.municipality) & (columns.connection == way.connection.name)
    return own
