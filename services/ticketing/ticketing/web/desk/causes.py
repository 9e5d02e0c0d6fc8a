"""What the desk says about causes: what it is about, what belongs to it, what does not."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from chassis.look.forms import UNREADABLE, PageRoutes
from contracts.events import ticketing as t
from contracts.texts import names_a_person
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.api.incidents import seen
from ticketing.domain.filing import TITLE_LIMIT
from ticketing.views import Field, Say, Tab
from ticketing.web.desk.incident import again
from ticketing.web.forms import Choice, Token, Version, Written, sender, sender_of_fresh
from ticketing.web.pages import Visit, go

Chosen = Annotated[Sequence[str], Form()]


def router(context: Context) -> APIRouter:  # noqa: C901  (a list of routes, each short)
    """The routes."""
    routes = PageRoutes("/storningar", prefix="/storningar/{incident_id}")

    @routes.post("/bedom")
    async def triage(
        incident_id: str,
        request: Request,
        csrf: Token = "",
        service: Choice = "",
        scope: Choice = "",
        public_title: Written = "",
        seen_version: Version = None,
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        title = public_title.strip()
        # An emptied field comes as the parameter's default: only the form itself tells it from one that is not there.
        emptied = not title and "public_title" in await request.form()
        removed = emptied and await _is_titled(context, here, incident_id)
        directory = here.caller.directory
        unknown = service not in ("", "other", *directory.services_by_id) or scope not in ("", *sentences.SCOPES)
        wrong = unfit or (sentences.CHOICE_UNKNOWN if unknown else None)
        nothing = None if service or scope or title or removed else sentences.TRIAGE_REQUIRED
        if wrong is not None or (untitled := nothing or _title_fault(title)) is not None:
            written = Field(public_title, None if wrong is not None else untitled)
            return await again(
                context,
                here,
                unfit,
                incident_id,
                service=Field(service, wrong),
                scope=Field(scope),
                public_title=written,
            )
        await handlers.ask_owner(
            context.engine, directory, here.caller.who, incident_id, t.TriageRequested, seen_version,
            service=service or None, scope=scope or None, title_removed=removed,
            public_title={here.language: title} if title else None,
        )  # fmt: skip
        return go(f"/storningar/{incident_id}", "sent")

    @routes.post("/publicera")
    async def publish(
        incident_id: str, request: Request, csrf: Token = "", published: Choice = "ja", seen_version: Version = None
    ) -> Response:
        here = await sender_of_fresh(context, request, csrf)
        await handlers.ask_owner(
            context.engine, here.caller.directory, here.caller.who, incident_id, t.PublishRequested, seen_version,
            published=published != "nej",
        )  # fmt: skip
        return go(f"/storningar/{incident_id}", "sent")

    @routes.post("/koppla")
    async def link(
        incident_id: str, request: Request, csrf: Token = "", ticket: Choice = "", seen_version: Version = None
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        wrong = unfit or (None if ticket.strip() else sentences.NUMBER_REQUIRED)
        caller, named = here.caller, ticket.strip().removeprefix("#")
        if wrong is None:
            try:
                await handlers.link(context.engine, caller.directory, caller.who, incident_id, named, seen_version)
            except handlers.NotFound as unknown:
                if unknown.what != "ticket":
                    raise
                wrong = sentences.NUMBER_UNKNOWN
        if wrong is not None:
            return await again(context, here, unfit, incident_id, number=Field(ticket, wrong))
        return go(f"/storningar/{incident_id}", "sent")

    @routes.post("/bryt-ut")
    async def split(
        incident_id: str, request: Request, tickets: Chosen = (), csrf: Token = "", seen_version: Version = None
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        if (wrong := unfit or (None if tickets else sentences.TICKETS_REQUIRED)) is not None:
            return await again(context, here, unfit, incident_id, tickets=Field(" ".join(tickets), wrong))
        caller = here.caller
        if len(tickets) == 1:
            await handlers.ask_owner(
                context.engine, caller.directory, caller.who, incident_id, t.UnlinkRequested, seen_version,
                ticket=tickets[0],
            )  # fmt: skip
        else:
            await handlers.ask_owner(
                context.engine, caller.directory, caller.who, incident_id, t.SplitRequested, seen_version,
                tickets=tickets,
            )  # fmt: skip
        return go(f"/storningar/{incident_id}?flik={Tab.TICKETS}", "sent")

    @routes.post("/kopplingsforslag/{suggestion}/ja")
    async def accept(incident_id: str, suggestion: str, request: Request, csrf: Token = "") -> Response:
        return await answer(incident_id, suggestion, request, csrf, accept=True)

    @routes.post("/kopplingsforslag/{suggestion}/nej")
    async def refuse(incident_id: str, suggestion: str, request: Request, csrf: Token = "") -> Response:
        return await answer(incident_id, suggestion, request, csrf, accept=False)

    async def answer(incident_id: str, suggestion: str, request: Request, csrf: str, *, accept: bool) -> Response:
        here = await sender_of_fresh(context, request, csrf)
        caller = here.caller
        await handlers.answer_suggestion(context.engine, caller.directory, caller.who, suggestion, accept=accept)
        return go(f"/storningar/{incident_id}", "sent")

    return routes


async def _is_titled(context: Context, here: Visit, incident_id: str) -> bool:
    """Whether there is a title that an emptied field takes away."""
    incident = await seen(context, here.caller, incident_id)
    return bool(incident.public_title)


def _title_fault(title: str) -> Say | None:
    if UNREADABLE in title:
        return sentences.BAD_CHARACTERS
    if names_a_person(title):
        return sentences.PERSONAL_NUMBER
    return sentences.too_long(TITLE_LIMIT) if len(title) > TITLE_LIMIT else None
