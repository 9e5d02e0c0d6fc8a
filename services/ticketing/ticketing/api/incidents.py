"""Incidents, for those who work with them; and what became of a request."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request

from chassis.problems import wrong_input
from chassis.web import Section
from contracts.events import ticketing as t
from contracts.events.base import Request as Command
from ticketing import handlers
from ticketing.api import inputs, outputs, shapes
from ticketing.api.context import Context
from ticketing.api.paging import Cursor, Limit, Page, cursor_of, page_of, place_of
from ticketing.api.values import Id
from ticketing.domain import access
from ticketing.domain.state import Incident, Link
from ticketing.identity import Caller
from ticketing.store import chains, reads, suggested, works

LINKED_LIMIT = 200
Seen = Annotated[str | None, Header(alias="if-match", max_length=20)]


def router(context: Context) -> APIRouter:  # noqa: C901  (a list of routes, each short)
    """The routes."""
    routes = Section("/api/v1", tags=["incidents"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    @routes.get("/incidents")
    async def list_incidents(
        asking: Asking,
        request: Request,
        limit: Limit = 50,
        cursor: Cursor = None,
        school: Annotated[str | None, Query(max_length=80)] = None,
        holder: Annotated[str | None, Query(max_length=80)] = None,
        service: Annotated[str | None, Query(max_length=80)] = None,
        state: Annotated[str | None, Query(max_length=40)] = None,
    ) -> Page[outputs.IncidentItem]:
        which = _visible(asking, school, holder, service, state)
        after = place_of(cursor, datetime | None, str)
        async with context.reading.connect() as conn:
            found = await reads.incidents(conn, asking.who.municipality, which, limit + 1, after)
        items = [outputs.IncidentItem(**shapes.incident_item(asking.directory, incident)) for incident in found[:limit]]
        following = cursor_of(found[:limit][-1].next_due_at, found[:limit][-1].id) if found else None
        return page_of(request, found, limit, following, items)

    @routes.get("/incidents/{incident_id}")
    async def read_incident(incident_id: Id, asking: Asking, request: Request) -> outputs.IncidentDetail:
        incident = await seen(context, asking, incident_id)
        async with context.reading.connect() as conn:
            clocks, handoffs, questions, proposals, _commands = await reads.parts(conn, incident.id)
            found = await reads.links_of(conn, incident.id, LINKED_LIMIT + 1)
            links, more = found[:LINKED_LIMIT], len(found) > LINKED_LIMIT
            total = await reads.count_links(conn, incident.id) if more else len(links)
            asked = await suggested.of_incident(conn, asking.who.municipality, incident.id, LINKED_LIMIT)
            both = {case for one in asked for case in (one.incident, one.candidate)}
            known = await reads.incidents_by_id(conn, asking.who.municipality, both)
            work = await works.awaited(conn, incident)
        return outputs.IncidentDetail(
            **shapes.incident_item(asking.directory, incident),
            scope=incident.scope,
            recurrence_of=incident.recurrence_of,
            path=incident.path,
            rule=incident.rule,
            agreement=incident.agreement,
            policy=incident.policy,
            next_step=shapes.planned_step(asking.directory, incident, work, handlers.now()),
            acknowledged_at=incident.acknowledged_at,
            stopped_at=incident.stopped_at,
            stopped_reason=dict(incident.stopped_reason),
            major_since=incident.major_at,
            public_title=dict(incident.public_title),
            published=incident.published,
            public_text=dict(incident.public_text),
            successor=incident.successor,
            resolved_at=incident.resolved_at,
            closed_at=incident.closed_at,
            decision_reason=dict(incident.decision_reason),
            decided_at=incident.decided_at,
            linked=[shapes.link_item(link) for link in links],
            linked_total=total,
            linked_next=_links_after(request, links[-1]) if more else None,
            suggestions=[shapes.suggestion_item(one) for one in asked if access.may_answer(asking.who, one, known)],
            clocks=[shapes.clock_item(clock) for clock in clocks],
            handoffs=[shapes.handoff_item(handoff) for handoff in handoffs],
            questions=[shapes.question_item(question) for question in questions],
            proposals=[shapes.proposal_item(proposal) for proposal in proposals],
        )

    @routes.get("/incidents/{incident_id}/links")
    async def list_links(
        incident_id: Id, asking: Asking, request: Request, limit: Limit = 50, cursor: Cursor = None
    ) -> Page[outputs.LinkItem]:
        """The tickets on the incident now, each with why it is there; oldest link first."""
        incident = await seen(context, asking, incident_id)
        async with context.reading.connect() as conn:
            found = await reads.links_of(conn, incident.id, limit + 1, place_of(cursor, datetime, str))
        shown = found[:limit]
        following = cursor_of(shown[-1].linked_at, shown[-1].ticket) if shown else None
        return page_of(request, found, limit, following, [shapes.link_item(link) for link in shown])

    @routes.get("/incidents/{incident_id}/timeline")
    async def read_timeline(
        incident_id: Id, asking: Asking, request: Request, limit: Limit = 100, cursor: Cursor = None
    ) -> Page[outputs.EntryItem]:
        before = place_of(cursor, datetime, str, int)
        incident = await seen(context, asking, incident_id)
        reader = access.reader_of_incident(asking.who, incident)
        async with context.reading.connect() as conn:
            found = await chains.entries(conn, asking.who.municipality, [incident.id], limit + 1, before)
        items = [shapes.entry_item(entry, reader) for entry in found[:limit]] if reader else []
        last = found[:limit][-1] if found else None
        following = cursor_of(last.at, last.case, last.seq) if last else None
        return page_of(request, found, limit, following, items)

    @routes.post("/incidents/{incident_id}/entries", status_code=201)
    async def write(incident_id: Id, body: inputs.NewNote, asking: Asking) -> dict[str, str]:
        if body.answers is not None:
            details = {"question": body.answers, "text": {asking.who.language: body.text}}
            request_id = await handlers.ask_owner(
                context.engine, asking.directory, asking.who, incident_id, t.VendorAnswerRequested, None, **details
            )
            return {"incident": incident_id, "request_id": request_id}
        await handlers.write_note(
            context.engine,
            asking.directory,
            asking.who,
            incident_id,
            body.text,
            body.audience,
            language=asking.who.language,
        )
        return {"incident": incident_id}

    async def ask(
        asking: Caller, incident: str, kind: type[Command], seen_: Seen, **details: object
    ) -> outputs.Accepted:
        version = version_of(seen_)
        request_id = await handlers.ask_owner(
            context.engine, asking.directory, asking.who, incident, kind, version, **details
        )
        return outputs.Accepted(request_id=request_id)

    @routes.post("/incidents/{incident_id}/assign", status_code=202)
    async def assign(
        incident_id: Id, body: inputs.Assignment, asking: Asking, if_match: Seen = None
    ) -> outputs.Accepted:
        details = {"party": body.party, "note": _words(asking, body.note)}
        return await ask(asking, incident_id, t.AssignmentRequested, if_match, **details)

    @routes.post("/incidents/{incident_id}/hand-off", status_code=202)
    async def hand_off(
        incident_id: Id, body: inputs.HandOff, asking: Asking, if_match: Seen = None
    ) -> outputs.Accepted:
        details = {"vendor": body.vendor, "role": body.role, "note": _words(asking, body.note)}
        return await ask(asking, incident_id, t.HandOffRequested, if_match, **details)

    @routes.post("/incidents/{incident_id}/take-back", status_code=202)
    async def take_back(
        incident_id: Id, body: inputs.TakeBack, asking: Asking, if_match: Seen = None
    ) -> outputs.Accepted:
        return await ask(asking, incident_id, t.TakeBackRequested, if_match, vendor=body.vendor)

    @routes.post("/incidents/{incident_id}/resolve", status_code=202)
    async def resolve(
        incident_id: Id, body: inputs.PublicText, asking: Asking, if_match: Seen = None
    ) -> outputs.Accepted:
        text = _words(asking, body.public_text)
        return await ask(asking, incident_id, t.ResolveRequested, if_match, public_text=text)

    @routes.post("/incidents/{incident_id}/close", status_code=202)
    async def close(
        incident_id: Id, asking: Asking, if_match: Seen = None, _body: inputs.Nothing | None = None
    ) -> outputs.Accepted:
        return await ask(asking, incident_id, t.CloseRequested, if_match)

    @routes.post("/incidents/{incident_id}/proposals/{proposal}/accept", status_code=202)
    async def accept(
        incident_id: Id, proposal: Id, body: inputs.Acceptance, asking: Asking, if_match: Seen = None
    ) -> outputs.Accepted:
        """The lead's proposal solves the case; one of a vendor beside the lead ends that vendor's part."""
        details = {"proposal": proposal, "public_text": _words(asking, body.public_text)}
        return await ask(asking, incident_id, t.ProposalAcceptRequested, if_match, **details)

    @routes.post("/incidents/{incident_id}/proposals/{proposal}/reject", status_code=202)
    async def reject(
        incident_id: Id, proposal: Id, body: inputs.Rejection, asking: Asking, if_match: Seen = None
    ) -> outputs.Accepted:
        details = {"proposal": proposal, "reason": _words(asking, body.reason)}
        return await ask(asking, incident_id, t.ProposalRejectRequested, if_match, **details)

    @routes.post("/incidents/{incident_id}/questions/{question}/close", status_code=202)
    async def close_question(incident_id: Id, question: Id, body: inputs.Because, asking: Asking) -> outputs.Accepted:
        """No answer is needed any more: `reason` is what the reporter reads, or the vendor that asked."""
        request_id = await handlers.close_question(
            context.engine,
            asking.directory,
            asking.who,
            incident_id,
            question,
            body.reason,
            language=asking.who.language,
        )
        return outputs.Accepted(request_id=request_id)

    @routes.get("/requests/{request_id}")
    async def read_request(request_id: Id, asking: Asking) -> outputs.RequestStatus:
        async with context.reading.connect() as conn:
            command = await reads.command(conn, asking.who.municipality, request_id)
            if command is None or command.person != asking.who.person:
                raise handlers.NotFound("request")
        return outputs.RequestStatus(
            request_id=command.id,
            status=command.state,
            reason=dict(command.reason),
            asked_at=command.asked_at,
            decided_at=command.decided_at,
            outcome=command.outcome or None,
        )

    return routes


def _links_after(request: Request, link: Link) -> str:
    """Where the list of an incident's tickets goes on."""
    url = request.url.replace(path=f"{request.url.path.rstrip('/')}/links", query="")
    return str(url.include_query_params(limit=LINKED_LIMIT, cursor=cursor_of(link.linked_at, link.ticket)))


def _words(asking: Caller, text: str | None) -> dict[str, str] | None:
    return {asking.who.language: text} if text else None


def version_of(if_match: str | None) -> int | None:
    """The incident's version that the caller has read; None: whatever it is."""
    if if_match is None or if_match == "*":
        return None
    version = if_match.removeprefix("W/").strip('"')
    if not version.isdecimal():
        raise wrong_input([{"pointer": "/header/if-match", "detail": "is the incident's version, a number"}])
    return int(version)


def _visible(
    asking: Caller, school: str | None, holder: str | None, service: str | None, state: str | None
) -> reads.IncidentFilter:
    desk = access.schools_on_desk(asking.who, asking.directory)
    schools = desk if school is None else (frozenset({school}) if desk is None else desk & {school})
    return reads.IncidentFilter(
        schools=schools,
        parties=access.parties_on_desk(asking.who) if school is None else frozenset(),
        holder=frozenset({holder}) if holder else None,
        service=service,
        states=(state,) if state else (),
    )


async def seen(context: Context, asking: Caller, incident_id: str) -> Incident:
    """An incident the caller may see; NotFound for any other."""
    incident = await reads.incident(context.engine, asking.who.municipality, incident_id)
    if incident is None or access.reader_of_incident(asking.who, incident) is None:
        raise handlers.NotFound("incident")
    return incident
