"""The start page of who reports: their own cases, and of who leads a school, the school's."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from chassis.look.forms import PageRoutes
from ticketing.api.context import Context
from ticketing.api.paging import cursor_of, place_of
from ticketing.domain import access
from ticketing.domain.names import reporter_name, school_name
from ticketing.domain.shared import health
from ticketing.domain.state import Incident, Ticket
from ticketing.store import chains, people, reads, schools
from ticketing.views import (
    CaseRow,
    MyCasesPage,
    Narrowing,
    Status,
    say,
)
from ticketing.web import present
from ticketing.web.pages import Visit, visit

CASES_SHOWN = 50
OF_SCHOOL = "skolan"
_DISTURBED = ("down", "trouble")
_LISTS = (("", say("nav.my_cases")), (OF_SCHOOL, say("my_cases.of_school")))


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes("/arenden")

    @routes.get("/arenden")
    async def my_cases(
        request: Request,
        q: Annotated[str, Query(max_length=200)] = "",
        visa: Annotated[str, Query(max_length=20)] = "",
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        here = await visit(context, request)
        who, directory, query = here.caller.who, here.caller.directory, q.strip()
        led = access.schools_led(who, directory)
        of_school = visa == OF_SCHOOL and bool(led)
        which = reads.TicketFilter(reporter=who.person, query=query)
        if of_school:
            which = reads.TicketFilter(schools=led, query=query)
        async with context.reading.connect() as conn:
            found = await reads.tickets(conn, directory.id, which, CASES_SHOWN + 1, place_of(cursor, datetime, str))
            shown = found[:CASES_SHOWN]
            on = await reads.incidents_by_id(conn, directory.id, {each.incident for each in shown if each.incident})
            last = await chains.last_entries(conn, directory.id, shown)
            names = (
                await people.called(conn, directory, {each.reporter for each in shown}, here.language)
                if of_school
                else {}
            )
            at = here.frame.school if not shown and not query else None
            faults = await schools.services(conn, directory.id, at) if at else {}
        rows = [
            _row(here, each, on.get(each.incident or ""), last[each.id].at if each.id in last else None, names)
            for each in shown
        ]
        older = cursor_of(shown[-1].filed_at, shown[-1].id) if len(found) > CASES_SHOWN else None
        done = (Status.CLOSED, Status.WITHDRAWN, Status.CANCELLED, Status.DECIDED)
        page = MyCasesPage(
            who.name.split()[0],
            tuple(row for row in rows if row.needs_you),
            tuple(row for row in rows if not row.needs_you and row.status not in done),
            tuple(row for row in rows if row.status in done),
            query=query,
            older=_address(OF_SCHOOL if of_school else "", query, older) if older else None,
            of_school=of_school,
            narrowings=tuple(
                Narrowing(_address(show, query), words, of_school == bool(show)) for show, words in _LISTS if led
            ),
            school_url=f"/skolor/{here.frame.school}" if here.frame.school else None,
            disturbed=any(health(each, works=False) in _DISTURBED for each in faults.values()),
        )
        return here.show("my_cases", page)

    return routes


def _address(show: str, query: str, cursor: str | None = None) -> str:
    asked = {name: value for name, value in (("visa", show), ("q", query), ("cursor", cursor)) if value}
    return "/arenden" + (f"?{urlencode(asked)}" if asked else "")


def _row(
    here: Visit, ticket: Ticket, incident: Incident | None, changed_at: datetime | None, names: dict[str, str]
) -> CaseRow:
    """`names`: of who reported, where the list is of more than one's own."""
    directory, own = here.caller.directory, ticket.reporter == here.caller.who.person
    line = present.holder_line(directory, ticket, incident, here.language)
    status = present.status(directory, ticket, incident, own=own)
    newest = max(filter(None, (changed_at, incident.last_word_at if incident else None)), default=ticket.filed_at)
    place = school_name(directory, ticket.school, here.language)
    whose = reporter_name(directory, names, ticket, here.language) if names else None
    return CaseRow(
        ticket.number,
        ticket.title,
        f"/arenden/{ticket.id}",
        status,
        " · ".join(filter(None, (place, ticket.room, whose))),
        line.name if line and not line.preliminary else None,
        newest,
        needs_you=own and status in (Status.WAITING_ON_YOU, Status.RESOLVED, Status.ARRIVED),
    )
