"""The start page of who reports: their own cases."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from chassis.look.forms import PageRoutes
from ticketing.api.context import Context
from ticketing.api.paging import cursor_of, place_of
from ticketing.domain.names import school_name
from ticketing.domain.state import Incident, Ticket
from ticketing.store import chains, reads
from ticketing.views import (
    CaseRow,
    MyCasesPage,
    Status,
)
from ticketing.web import present
from ticketing.web.pages import Visit, visit

CASES_SHOWN = 50


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes("/arenden")

    @routes.get("/arenden")
    async def my_cases(
        request: Request,
        q: Annotated[str, Query(max_length=200)] = "",
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        here = await visit(context, request)
        who, directory = here.caller.who, here.caller.directory
        which = reads.TicketFilter(reporter=who.person, query=q.strip())
        async with context.reading.connect() as conn:
            found = await reads.tickets(conn, directory.id, which, CASES_SHOWN + 1, place_of(cursor, datetime, str))
            shown = found[:CASES_SHOWN]
            on = await reads.incidents_by_id(conn, directory.id, {each.incident for each in shown if each.incident})
            last = await chains.last_entries(conn, directory.id, shown)
        rows = [
            _row(here, each, on.get(each.incident or ""), last[each.id].at if each.id in last else None)
            for each in shown
        ]
        older = cursor_of(shown[-1].filed_at, shown[-1].id) if len(found) > CASES_SHOWN else None
        done = (Status.CLOSED, Status.WITHDRAWN, Status.CANCELLED, Status.DECIDED)
        page = MyCasesPage(
            who.name.split()[0],
            tuple(row for row in rows if row.needs_you),
            tuple(row for row in rows if not row.needs_you and row.status not in done),
            tuple(row for row in rows if row.status in done),
            query=q.strip(),
            older=f"/arenden?cursor={older}" if older else None,
            school_url=f"/skolor/{here.frame.school}" if here.frame.school else None,
        )
        return here.show("my_cases", page)

    return routes


def _row(here: Visit, ticket: Ticket, incident: Incident | None, changed_at: datetime | None) -> CaseRow:
    directory = here.caller.directory
    line = present.holder_line(directory, ticket, incident, here.language)
    status = present.status(directory, ticket, incident, own=True)
    newest = max(filter(None, (changed_at, incident.last_word_at if incident else None)), default=ticket.filed_at)
    place = school_name(directory, ticket.school)
    return CaseRow(
        ticket.number,
        ticket.title,
        f"/arenden/{ticket.id}",
        status,
        f"{place} · {ticket.room}" if ticket.room else place,
        line.name if line and not line.preliminary else None,
        newest,
        needs_you=status in (Status.WAITING_ON_YOU, Status.RESOLVED, Status.ARRIVED),
    )
