"""A school's status: what is wrong, who has it, when the next word comes. Nobody's words (N5)."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.web import Section
from contracts.directory import Directory
from ticketing import handlers
from ticketing.api import outputs, shapes
from ticketing.api.context import Context
from ticketing.api.paging import Cursor, Limit, cursor_of, page_of, place_of
from ticketing.api.values import Id
from ticketing.domain import access
from ticketing.domain.shared import Faults, Told, health
from ticketing.domain.state import Work
from ticketing.identity import Caller
from ticketing.store import schools, works

RESOLVED_LIMIT = 50
WEEK = timedelta(days=7)
AHEAD = timedelta(weeks=6)
WORKS_LIMIT = 50


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/api/v1", tags=["schools"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    @routes.get("/schools/{school}/status")
    async def read_status(
        school: Id, asking: Asking, request: Request, limit: Limit = 200, cursor: Cursor = None
    ) -> outputs.SchoolStatus:
        """`services` counts all that is open; `open` lists it, disturbances of many first, and goes on at `next`."""
        after = place_of(cursor, int, int, str)
        if not access.may_see_school(asking.who, school, asking.directory):
            raise handlers.NotFound("school")
        directory, now = asking.directory, handlers.now()
        async with context.reading.connect() as conn:
            faults = await schools.services(conn, directory.id, school)
            open_ = await schools.open_cases(conn, directory.id, school, limit + 1, after)
            resolved, _ = await schools.solved(conn, directory.id, school, now - WEEK, RESOLVED_LIMIT)
            planned = await works_ahead(conn, directory.id, school, now)
        shown = [shapes.service_status(directory, told) for told in open_[:limit]]
        page = page_of(request, open_, limit, _place(open_[:limit]), shown)
        return outputs.SchoolStatus(
            school=school,
            name=directory.schools_by_id[school].name.sv,
            services=_services(directory, faults, noticed_now(planned, now)),
            open=page.items,
            next=page.next,
            resolved_this_week=[shapes.service_status(directory, told) for told in resolved],
            planned=[shapes.planned_work(work, now) for work in planned],
        )

    return routes


def _place(shown: list[Told]) -> str | None:
    last = shown[-1] if shown else None
    return cursor_of(int(last.to_all), last.incident.tickets, last.incident.id) if last else None


def _services(
    directory: Directory, faults: dict[str, Faults], works_now: dict[str, Work]
) -> list[outputs.ServiceHealth]:
    return [
        shapes.service_health(
            directory,
            service.id,
            faults.get(service.id),
            health(faults.get(service.id), works=service.id in works_now),
        )
        for service in directory.services
    ]


def noticed_now(planned: list[Work], now: datetime) -> dict[str, Work]:
    """The planned work that goes on and that one notices, by service; the soonest begun."""
    noticed = [work for work in planned if work.effect != "none" and work.state(now) == "running"]
    return {service: work for work in reversed(noticed) for service in work.services}


async def works_ahead(conn: AsyncConnection, municipality: str, school: str, now: datetime) -> list[Work]:
    """What is done at a school now and in the next weeks."""
    return await works.between(conn, municipality, now, now + AHEAD, WORKS_LIMIT, school=school, holding=True)
