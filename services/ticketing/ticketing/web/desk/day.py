"""What runs over its time today: late promises, those due before midnight, and what goes further until then."""

from datetime import datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response

from chassis.web import Section
from contracts.directory import Directory
from contracts.values import in_language
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.api.paging import cursor_of, place_of
from ticketing.domain import access
from ticketing.domain.names import service_name
from ticketing.domain.state import Clock, Incident, Ticket
from ticketing.store import reads
from ticketing.views import DayPage, DayRow, EmptyState, Filter, say
from ticketing.web import present
from ticketing.web.desk import further
from ticketing.web.desk.counted import pages_of
from ticketing.web.desk.day_table import written
from ticketing.web.desk.queue import place_of_row
from ticketing.web.pages import PRIVATE, Visit, visit

HERE = "/ko/tider"
ROWS = 50
_SHOWN = {"all": say("day.all"), "mine": say("filter.mine")}
Show = Annotated[str, Query(max_length=20)]


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/ko")

    @routes.get(HERE)
    async def day(
        request: Request,
        visa: Show = "",
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        sida: Annotated[int, Query(ge=1, le=100_000)] = 1,
    ) -> Response:
        here = await visit(context, request)
        return here.show("day", await _page(context, here, visa, cursor, sida))

    @routes.get(HERE + ".csv")
    async def table(request: Request, visa: Show = "") -> Response:
        here = await visit(context, request)
        rows, _ = await _rows(context, here, _filter(here, visa), reads.COUNT_LIMIT, None, schools=None)
        headers = PRIVATE | {"content-disposition": 'attachment; filename="tider.csv"'}
        return Response(written(here, rows), media_type="text/csv; charset=utf-8", headers=headers)

    return routes


def midnight(directory: Directory, now: datetime) -> datetime:
    """The end of the municipality's day."""
    zone = ZoneInfo(directory.municipality.time_zone)
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)


def _filter(here: Visit, show: str) -> reads.IncidentFilter:
    who, directory = here.caller.who, here.caller.directory
    if not who.at_desk:
        raise handlers.NotAllowed
    return reads.IncidentFilter(
        access.schools_on_desk(who, directory),
        who.parties,
        holder=(who.parties or frozenset({"-"})) if show == "mine" else None,
        owes_before=midnight(directory, here.frame.now),
        turns_before=midnight(directory, here.frame.now),
    )


async def _page(context: Context, here: Visit, show: str, cursor: str | None, number: int) -> DayPage:
    show = show if show in _SHOWN else "all"
    which = _filter(here, show)
    rows, found = await _rows(context, here, which, ROWS + 1, place_of(cursor, datetime, str))
    async with context.reading.connect() as conn:
        total = await reads.count_incidents(conn, here.caller.directory.id, which)
    shown, following = rows[:ROWS], None
    if len(rows) > ROWS and (last := found[ROWS - 1]).turns_at is not None:
        place = cursor_of(last.turns_at, last.id)
        following = f"{HERE}?" + urlencode({"visa": show, "cursor": place, "sida": number + 1})
    first = f"{HERE}?visa={show}" if number > 1 else None
    return DayPage(
        late=tuple(row for row in shown if row.at <= here.frame.now),
        later=tuple(row for row in shown if row.at > here.frame.now),
        filters=tuple(
            Filter(name, f"{HERE}?visa={name}", selected=name == show, label=label) for name, label in _SHOWN.items()
        ),
        pages=pages_of((number - 1) * ROWS, len(shown), total, first, following),
        empty=EmptyState(sentences.DAY_EMPTY, sentences.DAY_EMPTY_TEXT, "/ko", sentences.TO_QUEUE),
        table=f"{HERE}.csv?visa={show}",
    )


async def _rows(
    context: Context,
    here: Visit,
    which: reads.IncidentFilter,
    limit: int,
    after: tuple[datetime, str] | None,
    *,
    schools: int | None = 2,
) -> tuple[list[DayRow], list[Incident]]:
    """`schools`: so many are named of each; None: all."""
    municipality = here.caller.directory.id
    async with context.reading.connect() as conn:
        found = await reads.by_turn(conn, municipality, which, limit, after)
        ids = [incident.id for incident in found]
        leads = await reads.lead_tickets(conn, municipality, ids)
        clocks = await reads.open_clocks(conn, ids)
    rows = []
    for one in found:
        first = leads.get(one.id)
        place = place_of_row(here, one, first, schools)
        rows.append(_row(here, one, first, place, clocks.get(one.id, []), which.holder))
    return rows, found


def _row(
    here: Visit, incident: Incident, first: Ticket | None, place: str, clocks: list[Clock], mine: frozenset[str] | None
) -> DayRow:
    """`mine`: whose list it is; of what somebody else has it tells what they owe themselves."""
    directory, language, now = here.caller.directory, here.language, here.frame.now
    at, goes_on = incident.turns_at or now, incident.turns_at == incident.step_due_at
    if mine is not None and incident.holder not in mine:
        clocks = [clock for clock in clocks if clock.counts and clock.party in mine]
        at, goes_on = min((clock.due_at for clock in clocks), default=at), False
    promise = None if goes_on else present.first_clock(directory, incident, clocks, language, now)
    holder = present.said_by(directory, incident.holder, language) if incident.holder else ""
    return DayRow(
        id=incident.id,
        url=f"/storningar/{incident.id}",
        title=first.title if first else in_language(service_name(directory, incident.service), language),
        number=first.number if first else "",
        place=place,
        tickets=incident.tickets,
        status=present.incident_pill(directory, incident),
        holder=promise.whose if promise and promise.whose else holder,
        at=at,
        clock=promise,
        next_step=further.next_step(here, incident),
        urgency=incident.urgency,
    )
