"""What is told at one school: how each service is, over all that is open; what is open, page by page; what was solved.

A case is counted at the schools it was reported from. One that reaches further is told at the others too, where it is
told to others than who reported it at all (N5).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Subquery,
    Text,
    and_,
    bindparam,
    cast,
    false,
    func,
    not_,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.statements import Statement
from ticketing.domain.shared import Faults, Told
from ticketing.domain.state import Incident
from ticketing.store import tables as t
from ticketing.store.reads import OPEN, PUBLISHED, SHARED, TOLD

Place = tuple[int, int, str]
"""Of a case among the open ones: 1 if it is told to all, its tickets, its id."""
_FIRST: Final[Place] = (2, 0, "")

_c = t.INCIDENT.c
_OF_MUNICIPALITY = _c.municipality == bindparam("municipality")
_FAULT = _c.kind == text("'incident'")
_HERE = _c.schools.overlap(bindparam("schools", type_=ARRAY(Text)))
_BEYOND = text("incident.scope IN ('schools', 'municipality')")
"""As the partial index says it."""
_FOR_ALL = and_(_c.scope == text("'municipality'"), PUBLISHED)
_SHARED = func.coalesce(SHARED, false())


def _open(*columns: ColumnElement[Any]) -> Subquery:
    """Every open case that is told at the school; beside the columns `shared`, `here`, and `told` to all."""
    of_school = select(*columns, _SHARED.label("shared"), true().label("here"), TOLD.label("told"))
    beyond = select(*columns, _SHARED.label("shared"), _FOR_ALL.label("here"), true().label("told"))
    return union_all(
        of_school.where(_OF_MUNICIPALITY, OPEN, _HERE),
        beyond.where(_OF_MUNICIPALITY, OPEN, _BEYOND, not_(_HERE), TOLD),
    ).subquery("seen")


def _services() -> Statement:
    waits = func.coalesce(and_(_c.waiting_on == text("'planned'"), _c.work.is_not(None)), false()).label("waits")
    open_ = _open(_c.id, _c.kind, _c.service, PUBLISHED.label("published"), _c.tickets, _c.urgency, _c.opened_at, waits)
    seen = open_.c
    worst_first = (
        seen.told.desc(),
        seen.here.desc(),
        seen.published.desc(),  # what a person wrote for all is what they read
        seen.tickets.desc(),
        seen.urgency,
        seen.opened_at,
        seen.id,
    )
    counted = (
        select(
            func.array_agg(aggregate_order_by(seen.id, *worst_first), type_=ARRAY(Text))[1].label("worst"),
            func.count().filter(seen.told).label("n_told"),
            func.count().filter(seen.told, seen.here).label("n_here"),
            func.count().filter(not_(seen.told)).label("n_single"),
            func.count().filter(seen.told, not_(seen.waits)).label("n_unplanned"),
        )
        .where(seen.kind == text("'incident'"))
        .group_by(seen.service)
        .subquery("counted")
    )
    return Statement(select(t.INCIDENT, counted).join(counted, counted.c.worst == _c.id))


def _page() -> Statement:
    open_ = _open(*_c)
    seen = open_.c
    order = (-cast(seen.told, Integer), -seen.tickets, seen.id)
    last = (-bindparam("told", type_=Integer), -bindparam("tickets", type_=Integer), bindparam("id", type_=Text))
    return Statement(select(open_).where(tuple_(*order) > tuple_(*last)).order_by(*order).limit(bindparam("limit")))


def _solved() -> Statement:
    rest = func.count().filter(_FAULT, not_(TOLD)).over().label("rest")
    where = (_OF_MUNICIPALITY, _c.resolved_at.is_not(None), _c.resolved_at >= bindparam("since"))
    return Statement(
        select(t.INCIDENT, TOLD.label("told"), _SHARED.label("shared"), rest)
        .where(*where, _c.schools.contains(bindparam("schools", type_=ARRAY(Text))))
        .order_by(TOLD.desc(), _c.resolved_at.desc(), _c.id)
        .limit(bindparam("limit"))
    )


_SERVICES: Final = _services()
_PAGE: Final = _page()
_SOLVED: Final = _solved()


async def services(conn: AsyncConnection, municipality: str, school: str) -> dict[str, Faults]:
    """What is wrong with each service that something is wrong with, over all that is open."""
    rows = await _SERVICES.within(conn, {"municipality": municipality, "schools": [school]})
    return {
        row["service"]: Faults(_incident(row), row["n_told"], row["n_here"], row["n_single"], row["n_unplanned"])
        for row in rows
    }


async def open_cases(
    conn: AsyncConnection, municipality: str, school: str, limit: int, after: Place | None = None
) -> list[Told]:
    """What is open, disturbances of many first; `after` is the last one seen."""
    told, tickets, id_ = after or _FIRST
    values = {"municipality": municipality, "schools": [school], "limit": limit}
    rows = await _PAGE.within(conn, values | {"told": told, "tickets": tickets, "id": id_})
    return [Told(_incident(row), row["told"], row["shared"], row["here"]) for row in rows]


async def solved(
    conn: AsyncConnection, municipality: str, school: str, since: datetime, limit: int
) -> tuple[list[Told], int]:
    """What was solved since then, told to all first, then the newest; how many faults of single persons are in all."""
    values = {"municipality": municipality, "schools": [school], "since": since, "limit": limit}
    rows = await _SOLVED.within(conn, values)
    return [Told(_incident(row), row["told"], row["shared"]) for row in rows], rows[0]["rest"] if rows else 0


_FIELDS: Final = tuple(column.name for column in t.INCIDENT.c)


def _incident(row: Mapping[str, Any]) -> Incident:
    return Incident(**{name: row[name] for name in _FIELDS})
