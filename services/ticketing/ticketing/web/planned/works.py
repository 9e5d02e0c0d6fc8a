"""The pages of planned work: what is ahead, one of them, the year's cycle."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from chassis.look.dates import month
from chassis.look.forms import UNREADABLE, PageRoutes
from contracts.values import Words
from ticketing import handlers, planning, sentences
from ticketing.api.context import Context
from ticketing.api.paging import cursor_of, place_of
from ticketing.domain import access
from ticketing.domain.state import Work
from ticketing.domain.works import REASON_LIMIT
from ticketing.store import works as stored
from ticketing.views import Field, PlannedWork, Say, WorkPage, WorksPage, YearPage
from ticketing.web import present
from ticketing.web.forms import Token, Written, sender, status_of
from ticketing.web.pages import Visit, go, visit
from ticketing.web.planned.shown import field_of, read_time, shown, zone_of

HERE = "/planerat"
SHOWN = 20
YEAR_LIMIT = 1000
YEARS = range(2000, 2100)
_FIELDS = {"starts_at": "starts", "ends_at": "ends"}
_REFUSED: dict[type[Exception], Say] = {
    handlers.WrongState: sentences.WORK_ENDED,
    planning.Stale: sentences.WORK_MOVED_MEANWHILE,
}
_REFUSALS = tuple(_REFUSED)


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes(HERE)

    @routes.get(HERE)
    async def works(
        request: Request,
        efter: Annotated[str, Query(max_length=500)] = "",
        fore: Annotated[str, Query(max_length=500)] = "",
    ) -> Response:
        here = await visit(context, request)
        return here.show("works", await _list(context, here, efter, fore))

    @routes.get(HERE + "/ar/{year}")
    async def of_year(year: int, request: Request) -> Response:
        here = await visit(context, request)
        if year not in YEARS:
            raise handlers.NotFound("year")
        return here.show("year", await _year(context, here, year))

    @routes.get(HERE + "/{work_id}")
    async def one(work_id: str, request: Request) -> Response:
        here = await visit(context, request)
        return here.show("work", _one(here, await _found(context, here, work_id)))

    @routes.post(HERE + "/{work_id}/flytta")
    async def move(
        work_id: str,
        request: Request,
        csrf: Token = "",
        starts: Written = "",
        ends: Written = "",
        reason: Written = "",
        version: Written = "",
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        zone = zone_of(here.caller.directory)
        starts_at, starts_wrong = read_time(starts, zone)
        ends_at, ends_wrong = read_time(ends, zone, ends=True)
        wrong = {"starts": starts_wrong, "ends": ends_wrong, "reason": _reason_fault(reason)}
        error = unfit
        if starts_at is not None and ends_at is not None and unfit is None and not any(wrong.values()):
            try:
                await planning.move(
                    context.engine,
                    here.caller.directory,
                    here.caller.who,
                    work_id,
                    (starts_at, ends_at),
                    _said(here, reason),
                    version or None,
                )
                return go(f"{HERE}/{work_id}", "work_moved")
            except planning.WrongWindow as found:
                wrong |= {_FIELDS[fault.field]: sentences.WORK_WRONG[fault.code] for fault in found.faults}
            except _REFUSALS as refused:
                error = _REFUSED[type(refused)]
        values = {"starts": starts, "ends": ends, "reason": reason}
        fields = {name: Field(value[:REASON_LIMIT], wrong[name]) for name, value in values.items()}
        page = _one(here, await _found(context, here, work_id), error=error, **fields)
        return here.show("work", page, _status(unfit, error))

    @routes.post(HERE + "/{work_id}/stall-in")
    async def call_off(
        work_id: str, request: Request, csrf: Token = "", reason: Written = "", version: Written = ""
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        error = unfit or _reason_fault(reason)
        if error is None:
            try:
                said, seen = _said(here, reason), version or None
                await planning.call_off(context.engine, here.caller.directory, here.caller.who, work_id, said, seen)
                return go(f"{HERE}/{work_id}", "work_called_off")
            except _REFUSALS as refused:
                error = _REFUSED[type(refused)]
        page = _one(here, await _found(context, here, work_id), error=error)
        return here.show("work", page, _status(unfit, error))

    return routes


def _status(unfit: Say | None, error: Say | None) -> int:
    return 412 if error is sentences.WORK_MOVED_MEANWHILE else status_of(unfit)


def _said(here: Visit, reason: str) -> Words | None:
    return {here.language: reason.strip()} if reason.strip() else None


def _reason_fault(reason: str) -> Say | None:
    if UNREADABLE in reason:
        return sentences.BAD_CHARACTERS
    return sentences.too_long(REASON_LIMIT) if len(reason) > REASON_LIMIT else None


async def _found(context: Context, here: Visit, work_id: str) -> Work:
    async with context.reading.connect() as conn:
        work = await stored.by_id(conn, here.caller.directory.id, work_id)
    if work is None:
        raise handlers.NotFound("work")
    return work


def _one(here: Visit, work: Work, error: Say | None = None, **fields: Field) -> WorkPage:
    directory, who, now = here.caller.directory, here.caller.who, here.frame.now
    zone = zone_of(directory)
    open_ = work.state(now) in ("ahead", "running")
    return WorkPage(
        work=shown(directory, work, here.language, now),
        url=f"{HERE}/{work.id}",
        may_change=open_ and access.may_plan(who, directory, work.services, work.schools),
        version=work.version,
        vendor=present.said_within(directory, work.vendor, here.language) if work.vendor else "",
        starts=fields.get("starts", field_of(work.starts_at, zone)),
        ends=fields.get("ends", field_of(work.ends_at, zone)),
        reason=fields.get("reason", Field()),
        error=error,
    )


async def _list(context: Context, here: Visit, after: str, before: str) -> WorksPage:
    directory, now = here.caller.directory, here.frame.now
    later, older = place_of(after or None, datetime, str), place_of(before or None, datetime, str)
    async with context.reading.connect() as conn:
        coming = await stored.between(conn, directory.id, now, None, SHOWN + 1, later)
        past = await stored.over(conn, directory.id, now, SHOWN + 1, older)
    line = _line(here)
    ahead = coming[:SHOWN]
    is_running = [work.state(now) == "running" for work in ahead]
    return WorksPage(
        running=tuple(line(work) for work, runs in zip(ahead, is_running, strict=True) if runs),
        ahead=tuple(line(work) for work, runs in zip(ahead, is_running, strict=True) if not runs),
        over=tuple(line(work) for work in past[:SHOWN]),
        year=now.astimezone(zone_of(directory)).year,
        may_plan=access.plans_work(here.caller.who, directory),
        later=f"{HERE}?efter={cursor_of(ahead[-1].starts_at, ahead[-1].id)}" if len(coming) > SHOWN else None,
        older=f"{HERE}?fore={cursor_of(past[SHOWN - 1].ends_at, past[SHOWN - 1].id)}" if len(past) > SHOWN else None,
    )


async def _year(context: Context, here: Visit, year: int) -> YearPage:
    directory = here.caller.directory
    zone = zone_of(directory)
    first, last = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    async with context.reading.connect() as conn:
        found = await stored.between(conn, directory.id, first, last, YEAR_LIMIT, holding=True)
    by_month: dict[int, list[PlannedWork]] = {number: [] for number in range(1, 13)}
    line = _line(here)
    for work in found:
        by_month[max(work.starts_at.astimezone(zone), first).month].append(line(work))
    return YearPage(
        year=year,
        months=tuple(
            (month(here.language, first.replace(month=number)).capitalize(), tuple(lines))
            for number, lines in by_month.items()
        ),
        previous=_of_year(year - 1),
        next=_of_year(year + 1),
    )


def _of_year(year: int) -> str | None:
    return f"{HERE}/ar/{year}" if year in YEARS else None


def _line(here: Visit) -> Callable[[Work], PlannedWork]:
    directory, language, now = here.caller.directory, here.language, here.frame.now
    return lambda work: shown(directory, work, language, now)
