"""Planned work (V10): read by everybody of the municipality, planned by who answers for the services."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from chassis.problems import Fault, pointer, wrong_input
from chassis.web import Section
from contracts.values import Words
from ticketing import handlers, planning, rendering, sentences
from ticketing.api import inputs, outputs, shapes
from ticketing.api.context import Context
from ticketing.api.paging import Cursor, Limit, Page, cursor_of, page_of, place_of
from ticketing.api.values import Id, Moment
from ticketing.domain import access, works
from ticketing.identity import Caller
from ticketing.store import works as stored

Seen = Annotated[str | None, Header(alias="if-match", max_length=20)]


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/api/v1", tags=["planned work"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    @routes.post("/planned-work", status_code=201)
    async def plan(body: inputs.NewWork, asking: Asking, response: Response) -> outputs.PlannedWork:
        """Plan a window; with an external id that is known, the work that is there, unchanged (200)."""
        if not access.plans_work(asking.who, asking.directory):
            raise handlers.NotAllowed
        text: Words = {asking.who.language: body.text} if isinstance(body.text, str) else dict(body.text)
        wanted = works.Plan(
            text=text,
            services=tuple(body.services),
            schools=tuple(body.schools),
            starts_at=body.starts_at,
            ends_at=body.ends_at,
            effect=body.effect,
            vendor=body.vendor,
            external_id=body.external_id,
        )
        # Of what is planned already nothing is new to check: a calendar that is read again is not in the past.
        if faults := works.check(wanted, asking.directory, handlers.now()):
            known = await planning.known(context.engine, asking.directory, wanted)
            if known is None:
                raise wrong_input(_faults(faults))
        work, is_new = await planning.plan(context.engine, asking.directory, asking.who, wanted)
        response.status_code = 201 if is_new else 200
        response.headers["location"] = f"/api/v1/planned-work/{work.id}"
        return shapes.planned_work(work, handlers.now())

    @routes.get("/planned-work")
    async def list_works(
        asking: Asking,
        request: Request,
        since: Annotated[Moment | None, Query(alias="from", description="What ends after this; else: now.")] = None,
        until: Annotated[Moment | None, Query(alias="to", description="What begins before this.")] = None,
        school: Annotated[str | None, Query(max_length=80)] = None,
        service: Annotated[str | None, Query(max_length=80)] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[outputs.PlannedWork]:
        """The soonest first, also what was called off."""
        after = place_of(cursor, datetime, str)
        now = handlers.now()
        async with context.reading.connect() as conn:
            found = await stored.between(
                conn, asking.directory.id, since or now, until, limit + 1, after, school=school, service=service
            )
        shown = found[:limit]
        following = cursor_of(shown[-1].starts_at, shown[-1].id) if shown else None
        return page_of(request, found, limit, following, [shapes.planned_work(work, now) for work in shown])

    @routes.get("/planned-work/{work_id}")
    async def read_work(work_id: Id, asking: Asking) -> outputs.PlannedWork:
        """One window."""
        async with context.reading.connect() as conn:
            work = await stored.by_id(conn, asking.directory.id, work_id)
        if work is None:
            raise handlers.NotFound("work")
        return shapes.planned_work(work, handlers.now())

    @routes.post("/planned-work/{work_id}/move")
    async def move(work_id: Id, body: inputs.WorkMove, asking: Asking, if_match: Seen = None) -> outputs.PlannedWork:
        """Put it in another window; what waits for it follows. `If-Match`: the `version` that was read, else 412."""
        window = (body.starts_at, body.ends_at)
        try:
            work = await planning.move(
                context.engine,
                asking.directory,
                asking.who,
                work_id,
                window,
                _reason(asking, body.reason),
                version_of(if_match),
            )
        except planning.WrongWindow as wrong:
            raise wrong_input(_faults(wrong.faults)) from wrong
        return shapes.planned_work(work, handlers.now())

    @routes.post("/planned-work/{work_id}/cancel")
    async def cancel(
        work_id: Id, asking: Asking, body: inputs.WorkCancellation | None = None, if_match: Seen = None
    ) -> outputs.PlannedWork:
        """Call it off, or break it off; what waits for it goes on. `If-Match` as in move."""
        reason, seen = _reason(asking, body.reason if body else None), version_of(if_match)
        work = await planning.call_off(context.engine, asking.directory, asking.who, work_id, reason, seen)
        return shapes.planned_work(work, handlers.now())

    return routes


def version_of(if_match: str | None) -> str | None:
    """The work's version that the caller has read; None: whatever it is."""
    return None if if_match is None or if_match == "*" else if_match.removeprefix("W/").strip('"')


def _reason(asking: Caller, reason: str | None) -> Words | None:
    return {asking.who.language: reason} if reason else None


def _faults(faults: Iterable[works.Fault]) -> list[Fault]:
    at = handlers.now()
    return [
        {
            "pointer": pointer(fault.field),
            "detail": rendering.say(sentences.WORK_WRONG[fault.code], "en", at),
        }
        for fault in faults
    ]
