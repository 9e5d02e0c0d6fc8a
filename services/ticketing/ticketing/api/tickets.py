"""Tickets: file, list, read, write to, confirm, reopen."""

import hashlib
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.problems import Problem, pointer, wrong_input
from chassis.web import Section
from contracts import ids
from contracts.disclosure import Reader, may_read
from contracts.events.ticketing import PersonChanged
from ticketing import applying, handlers
from ticketing.api import inputs, outputs, shapes
from ticketing.api.context import Context
from ticketing.api.paging import Cursor, Limit, Page, cursor_of, page_of, place_of
from ticketing.api.values import Id
from ticketing.domain import access, filing, stories
from ticketing.domain.access import IMPORT
from ticketing.domain.state import Incident, Ticket
from ticketing.identity import Caller
from ticketing.store import chains, intake, reads, works


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/api/v1", tags=["tickets"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    @routes.post("/tickets", status_code=201)
    async def file_ticket(
        body: inputs.NewTicket,
        asking: Asking,
        request: Request,
        response: Response,
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
    ) -> outputs.FiledTicket:
        """Files a report; how urgent: a number, or `need` and `impact` by the municipality's table."""
        report = _report(body, asking)
        _refuse_faults(filing.check(report, asking.who, asking.directory, handlers.now()))
        if report.same_as is not None and not await joinable(context, asking, report.same_as):
            raise Problem(404, detail=_NO_INCIDENT, errors=[{"pointer": "/same_as", "detail": _NO_INCIDENT}])
        await _know_reporter(context, asking, body)
        key = None
        if idempotency_key:
            key = intake.Key(asking.who.person, idempotency_key, hashlib.sha256(await request.body()).hexdigest())
        filed = await handlers.file_ticket(context.engine, asking.directory, report, key)
        response.status_code = 201 if filed.created else 200
        response.headers["location"] = f"/api/v1/tickets/{filed.id}"
        return outputs.FiledTicket(
            id=filed.id, number=filed.number, status="received", url=f"/arenden/{filed.id}", filed_at=filed.filed_at
        )

    @routes.get("/tickets")
    async def list_tickets(
        asking: Asking,
        request: Request,
        limit: Limit = 50,
        cursor: Cursor = None,
        school: Annotated[str | None, Query(max_length=80)] = None,
        state: Annotated[str | None, Query(max_length=40)] = None,
        incident: Annotated[str | None, Query(max_length=80)] = None,
        external_id: Annotated[str | None, Query(max_length=80)] = None,
        source: Annotated[str | None, Query(max_length=80)] = None,
        q: Annotated[str, Query(max_length=200)] = "",
    ) -> Page[outputs.TicketItem]:
        which = _visible(asking, school, state, incident, external_id, source, q)
        after = place_of(cursor, datetime, str)
        async with context.reading.connect() as conn:
            found = await reads.tickets(conn, asking.who.municipality, which, limit + 1, after)
            shown = found[:limit]
            on = await reads.incidents_by_id(
                conn, asking.who.municipality, {ticket.incident for ticket in shown if ticket.incident}
            )
        items = [outputs.TicketItem(**shapes.ticket_item(ticket, on.get(ticket.incident or ""))) for ticket in shown]
        following = cursor_of(shown[-1].filed_at, shown[-1].id) if shown else None
        return page_of(request, found, limit, following, items)

    @routes.get("/tickets/{ticket_id}")
    async def read_ticket(ticket_id: Id, asking: Asking) -> outputs.TicketDetail:
        ticket, incident, _readers = await seen(context, asking, ticket_id)
        async with context.reading.connect() as conn:
            questions = await reads.open_questions_to(conn, ticket.id)
            work = await works.awaited(conn, incident)
        return shapes.ticket_detail(asking.directory, ticket, incident, questions, work, handlers.now())

    @routes.get("/tickets/{ticket_id}/timeline")
    async def read_timeline(
        ticket_id: Id, asking: Asking, request: Request, limit: Limit = 100, cursor: Cursor = None
    ) -> Page[outputs.EntryItem]:
        """The ticket's own entries and, merged in, what its incidents tell all their reporters (R3); newest first.

        `story`: `before` it was linked there, or of a `former` incident that it joined and has left.
        """
        before = place_of(cursor, datetime, str, int)
        ticket, _incident, readers = await seen(context, asking, ticket_id)
        async with context.reading.connect() as conn:
            story = await with_former(conn, asking, ticket, readers)
            found = await chains.entries(conn, asking.who.municipality, list(readers), limit + 1, before, story.until)
        shown = [entry for entry in found[:limit] if may_read(entry, readers[entry.case])]
        items = [shapes.entry_item(entry, readers[entry.case], story.part(entry)) for entry in shown]
        last = found[:limit][-1] if found else None
        following = cursor_of(last.at, last.case, last.seq) if last else None
        return page_of(request, found, limit, following, items)

    @routes.post("/tickets/{ticket_id}/entries", status_code=201)
    async def write(ticket_id: Id, body: inputs.NewEntry, asking: Asking) -> dict[str, str]:
        await handlers.answer(
            context.engine,
            asking.directory,
            asking.who,
            ticket_id,
            body.text,
            language=asking.who.language,
            question=body.answers,
        )
        return {"ticket": ticket_id}

    @routes.post("/tickets/{ticket_id}/questions", status_code=201)
    async def ask(ticket_id: Id, body: inputs.NewQuestion, asking: Asking) -> dict[str, str]:
        """Staff ask the reporter: the case waits for the answer, and cannot be resolved before it."""
        question = await handlers.ask_reporter(
            context.engine, asking.directory, asking.who, ticket_id, body.text, language=asking.who.language
        )
        return {"ticket": ticket_id, "question": question}

    @routes.post("/tickets/{ticket_id}/confirm", status_code=204)
    async def confirm(ticket_id: Id, asking: Asking, _body: inputs.Nothing | None = None) -> None:
        await handlers.confirm_fixed(context.engine, asking.directory, asking.who, ticket_id)

    @routes.post("/tickets/{ticket_id}/reopen", status_code=204)
    async def reopen(ticket_id: Id, body: inputs.Reopening, asking: Asking) -> None:
        await handlers.reopen(
            context.engine, asking.directory, asking.who, ticket_id, body.text, language=asking.who.language
        )

    @routes.post("/tickets/{ticket_id}/withdraw", status_code=204)
    async def withdraw(ticket_id: Id, asking: Asking, _body: inputs.Nothing | None = None) -> None:
        await handlers.withdraw(context.engine, asking.directory, asking.who, ticket_id)

    return routes


def _report(body: inputs.NewTicket, asking: Caller) -> filing.Report:
    source = body.source or (filing.own_source(asking.who) if body.external_id else None)
    own = body.reporter in (None, asking.who.person)
    return filing.Report(
        title=body.title,
        school=body.school,
        reporter=body.reporter or asking.who.person,
        kind=body.kind,
        description=body.description,
        reporter_role=asking.who.role if own else body.reporter_role,
        language=body.language or asking.who.language,
        unit=body.unit,
        room=body.room,
        service=body.service,
        asset=body.asset,
        urgency=body.urgency,
        need=body.need,
        impact=body.impact,
        occurred_at=body.occurred_at,
        source=source,
        external_id=body.external_id,
        same_as=body.same_as,
    )


def _refuse_faults(faults: list[filing.Fault]) -> None:
    if faults:
        raise wrong_input({"pointer": pointer(fault.field), "detail": fault.words.get("en", "")} for fault in faults)


async def _know_reporter(context: Context, asking: Caller, body: inputs.NewTicket) -> None:
    """An import's unknown reporter becomes a placeholder person, who is never written to; else it must be known."""
    reporter = body.reporter
    if reporter is None or reporter == asking.who.person:
        return
    if await context.doorkeeper.person(asking.who.municipality, reporter) is not None:
        return
    if IMPORT not in asking.who.scopes:
        raise wrong_input([{"pointer": "/reporter", "detail": "is nobody of this municipality"}])
    person = PersonChanged(
        id=ids.new("event"),
        at=handlers.now(),
        municipality=asking.who.municipality,
        person=reporter,
        name=reporter,
        role=body.reporter_role or "",
        schools=(body.school,),
        placeholder=True,
    )
    await applying.meet(context.engine, person)
    context.doorkeeper.forget(asking.who.municipality, reporter)


def _visible(
    asking: Caller,
    school: str | None,
    state: str | None,
    incident: str | None,
    external_id: str | None,
    source: str | None,
    query: str,
) -> reads.TicketFilter:
    """What the caller may list: all, the schools they work with, or their own."""
    desk = access.schools_on_desk(asking.who, asking.directory)
    schools = desk if school is None else (frozenset({school}) if desk is None else desk & {school})
    own = asking.who.access == "reporter"
    return reads.TicketFilter(
        reporter=asking.who.person if own else None,
        schools=(frozenset({school}) if school else None) if own else schools,
        state=state,
        incident=incident,
        external_id=external_id,
        source=source,
        query=query,
    )


async def joinable(context: Context, asking: Caller, incident_id: str) -> bool:
    """Whether a new report of the caller may name this incident as the same problem."""
    incident = await reads.incident(context.engine, asking.who.municipality, incident_id)
    while incident is not None and incident.successor is not None:  # routing follows it there too
        incident = await reads.incident(context.engine, asking.who.municipality, incident.successor)
    if incident is None:
        return False
    theirs = reads.TicketFilter(reporter=asking.who.person, incident=incident.id)
    async with context.engine.connect() as conn:
        reported = bool(await reads.tickets(conn, asking.who.municipality, theirs, 1))
    return access.may_join(asking.who, incident, reported=reported)


_NO_INCIDENT = "There is no such incident to join."


async def seen(context: Context, asking: Caller, ticket_id: str) -> tuple[Ticket, Incident | None, dict[str, Reader]]:
    """A ticket the caller may see, its incident, and as whom they read each of the two; NotFound for any other."""
    ticket = await reads.ticket(context.engine, asking.who.municipality, ticket_id)
    incident = await reads.incident(context.engine, asking.who.municipality, ticket.incident) if ticket else None
    readers = access.reader_of_both(asking.who, ticket, incident) if ticket else {}
    if ticket is None or not readers:
        raise handlers.NotFound("ticket")
    return ticket, incident, readers


async def with_former(
    conn: AsyncConnection, asking: Caller, ticket: Ticket, readers: dict[str, Reader]
) -> stories.Story:
    """Adds the incidents that the ticket was on before to its readers; answers what of all is its own story (R3)."""
    links = await reads.former_links(conn, [ticket.id])
    left = {link.incident for link in links if link.incident not in readers}
    former = await reads.incidents_by_id(conn, asking.who.municipality, left) if left else {}
    readers |= access.readers_of_former(asking.who, former.values())
    return stories.story_of(await reads.link_of(conn, ticket.id), links, former)
