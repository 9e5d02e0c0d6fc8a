"""A school's status: what is wrong, who has it, when the next word comes. Nobody's words (N5)."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.web import Section
from ticketing import handlers
from ticketing.api import outputs, shapes
from ticketing.api.context import Context
from ticketing.api.values import Id
from ticketing.domain import access
from ticketing.domain.state import Work
from ticketing.identity import Caller
from ticketing.store import reads, works

OPEN_LIMIT = 200
RESOLVED_LIMIT = 50
WEEK = timedelta(days=7)
AHEAD = timedelta(weeks=6)
WORKS_LIMIT = 50


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/api/v1", tags=["schools"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    @routes.get("/schools/{school}/status")
    async def read_status(school: Id, asking: Asking) -> outputs.SchoolStatus:
        if not access.may_see_school(asking.who, school, asking.directory):
            raise handlers.NotFound("school")
        which = reads.IncidentFilter(schools=frozenset({school}), told_to_all=True)
        async with context.reading.connect() as conn:
            open_ = await reads.incidents(conn, asking.directory.id, which, OPEN_LIMIT)
            since = handlers.now() - WEEK
            resolved = await reads.recently_resolved(conn, asking.directory.id, school, since, RESOLVED_LIMIT)
            planned = await works_ahead(conn, asking.directory.id, school, handlers.now())
        return outputs.SchoolStatus(
            school=school,
            name=asking.directory.schools_by_id[school].name.sv,
            open=[shapes.service_status(asking.directory, incident) for incident in open_],
            resolved_this_week=[shapes.service_status(asking.directory, incident) for incident in resolved],
            planned=[shapes.planned_work(work, handlers.now()) for work in planned],
        )

    return routes


async def works_ahead(conn: AsyncConnection, municipality: str, school: str, now: datetime) -> list[Work]:
    """What is done at a school now and in the next weeks."""
    return await works.between(conn, municipality, now, now + AHEAD, WORKS_LIMIT, school=school, holding=True)
