"""What is known already, for whoever is about to report it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from chassis.web import Section
from grouping import Report
from ticketing import handlers, known
from ticketing.api import outputs, shapes
from ticketing.api.context import Context
from ticketing.api.paging import Page
from ticketing.domain.state import Incident
from ticketing.identity import Caller


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/api/v1", tags=["incidents"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    @routes.get("/known-problems")
    async def list_known(
        asking: Asking,
        request: Request,
        school: Annotated[str, Query(max_length=80)] = "",
        service: Annotated[str, Query(max_length=80)] = "",
        q: Annotated[str, Query(max_length=2000)] = "",
    ) -> Page[outputs.KnownProblem]:
        """What several have reported (N5): with `q` what a report of these words may be about, else the school's."""
        found = await problems(context, asking, q, school, service)
        items = [shapes.known_problem(asking.directory, incident) for incident in found]
        return Page(items=items, next=None)

    return routes


async def problems(context: Context, asking: Caller, text: str, school: str, service: str) -> list[Incident]:
    """At most three; of a school that is nobody's of the municipality, nothing."""
    directory = asking.directory
    if school and school not in directory.schools_by_id:
        raise handlers.NotFound("school")
    if service and service not in directory.services_by_id:
        raise handlers.NotFound("service")
    if not text.strip():
        return await context.known.at_school(directory, school, service, handlers.now()) if school else []
    report = report_of_words(asking, text, school, service)
    return (await context.known.like(directory, report))[: known.MOST]


def report_of_words(asking: Caller, text: str, school: str, service: str) -> Report:
    """What somebody has written so far, as grouping reads it."""
    title, _, rest = text.strip().partition("\n")
    return Report(
        ticket="",
        kind="incident",
        reporter=asking.who.person,
        title=title,
        description=rest,
        school=school,
        occurred_at=handlers.now(),
        language=asking.who.language,
        reporter_role=asking.who.role,
        service=service if service in asking.directory.services_by_id else None,
    )
