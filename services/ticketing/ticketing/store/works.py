"""Planned work: one by id, what is planned between two times, what is over."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Integer, Text, and_, any_, bindparam, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.statements import Statement
from ticketing.domain.state import Incident, Work
from ticketing.store import tables as t
from ticketing.store.world import WORKS

_c = t.WORK.c


async def by_id(conn: AsyncConnection, municipality: str, id_: str, *, lock: bool = False) -> Work | None:
    """One work of the municipality."""
    found = await WORKS.load(conn, and_(_c.id == id_, _c.municipality == municipality), lock=lock)
    return found.get(id_)


async def awaited(conn: AsyncConnection, incident: Incident | None) -> Work | None:
    """The planned work whose end the incident waits for."""
    return await by_id(conn, incident.municipality, incident.waits_for) if incident and incident.waits_for else None


async def by_external_id(conn: AsyncConnection, municipality: str, external_id: str) -> Work | None:
    """The work that its sender calls so."""
    where = and_(_c.municipality == municipality, _c.external_id == external_id)
    return next(iter((await WORKS.load(conn, where, lock=False)).values()), None)


async def between(
    conn: AsyncConnection,
    municipality: str,
    since: datetime,
    until: datetime | None,
    limit: int,
    after: tuple[datetime, str] | None = None,
    *,
    school: str | None = None,
    service: str | None = None,
    holding: bool = False,
) -> list[Work]:
    """What is done at some time between the two, the soonest first; `after` is (starts_at, id) of the last one seen.

    `holding`: without what was called off.
    """
    where: list[ColumnElement[bool]] = [_c.municipality == municipality, _c.ends_at > since]
    if until is not None:
        where.append(_c.starts_at < until)
    if school is not None:
        where.append(or_(_c.schools == literal([], ARRAY(Text)), _c.schools.contains([school])))
    if service is not None:
        where.append(_c.services.contains([service]))
    if holding:
        where.append(_c.cancelled.is_(False))
    if after is not None:
        where.append(tuple_(_c.starts_at, _c.id) > tuple_(literal(after[0]), literal(after[1])))
    return await _listed(conn, where, (_c.starts_at, _c.id), limit)


_RUNNING = Statement(
    select(t.WORK)
    .where(
        _c.municipality == bindparam("municipality"),
        _c.ends_at > bindparam("now"),
        _c.starts_at <= bindparam("now"),
        or_(_c.schools == literal([], ARRAY(Text)), bindparam("school", type_=Text) == any_(_c.schools)),
        _c.cancelled.is_(False),
        _c.effect != "none",
    )
    .order_by(_c.starts_at, _c.id)
    .limit(bindparam("most", type_=Integer))
)


async def running(engine: AsyncEngine, municipality: str, school: str, now: datetime, limit: int) -> list[Work]:
    """What is done at a school now, and may be noticed: asked by every form and receipt."""
    values = {"municipality": municipality, "school": school, "now": now, "most": limit}
    return [Work(**row) for row in await _RUNNING.all(engine, values)]


async def over(
    conn: AsyncConnection, municipality: str, at: datetime, limit: int, before: tuple[datetime, str] | None = None
) -> list[Work]:
    """What is over at a time, the newest first; `before` is (ends_at, id) of the last one seen."""
    where: list[ColumnElement[bool]] = [_c.municipality == municipality, _c.ends_at <= at]
    if before is not None:
        where.append(tuple_(_c.ends_at, _c.id) < tuple_(literal(before[0]), literal(before[1])))
    return await _listed(conn, where, (_c.ends_at.desc(), _c.id.desc()), limit)


async def _listed(
    conn: AsyncConnection, where: list[ColumnElement[bool]], order: tuple[ColumnElement[Any], ...], limit: int
) -> list[Work]:
    query = select(t.WORK).where(*where).order_by(*order).limit(limit)
    return [Work(**row) for row in (await conn.execute(query)).mappings()]
