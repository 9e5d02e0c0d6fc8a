"""Whose turn and how urgent, as the desk says it: taken on, sent further, stopped from that, opened again."""

from fastapi import APIRouter, Request, Response

from chassis.look.forms import UNREADABLE, PageRoutes
from contracts.events import ticketing as t
from contracts.events.base import Request as Command
from contracts.values import is_party
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.api.incidents import seen
from ticketing.domain.filing import DESCRIPTION_LIMIT
from ticketing.views import Field, Say
from ticketing.web.desk.further import URGENCIES
from ticketing.web.desk.incident import again
from ticketing.web.forms import Choice, Token, Version, Written, sender, sender_of_fresh
from ticketing.web.pages import Visit, go


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes("/storningar", prefix="/storningar/{incident_id}")

    async def ask(
        here: Visit, incident_id: str, kind: type[Command], version: int | None, **details: object
    ) -> Response:
        caller = here.caller
        await handlers.ask_owner(context.engine, caller.directory, caller.who, incident_id, kind, version, **details)
        return go(f"/storningar/{incident_id}", "sent")

    async def with_reason(
        request: Request,
        incident_id: str,
        csrf: str,
        kind: type[Command],
        version: int | None,
        name: str,
        reason: str,
        **details: object,
    ) -> Response:
        """A step that needs its reason; without one the form comes again, with what is wrong in its field `name`."""
        here, unfit = await sender(context, request, csrf)
        if (wrong := unfit or _fault(reason)) is not None:
            return await again(context, here, unfit, incident_id, **{name: Field(reason, wrong)})
        return await ask(here, incident_id, kind, version, reason={here.language: reason.strip()}, **details)

    @routes.post("/jag-tar-det")
    async def acknowledge(
        incident_id: str, request: Request, csrf: Token = "", seen_version: Version = None
    ) -> Response:
        here = await sender_of_fresh(context, request, csrf)
        return await ask(here, incident_id, t.AcknowledgeRequested, seen_version)

    @routes.post("/skicka-vidare")
    async def escalate(
        incident_id: str,
        request: Request,
        csrf: Token = "",
        reason: Written = "",
        to: Choice = "",
        seen_version: Version = None,
    ) -> Response:
        if to and not is_party(to):  # it goes to whom the form names, or nowhere
            here, unfit = await sender(context, request, csrf)
            wrong = unfit or sentences.PARTY_REQUIRED
            return await again(context, here, unfit, incident_id, send_reason=Field(reason, wrong))
        kind = t.EscalateRequested
        return await with_reason(request, incident_id, csrf, kind, seen_version, "send_reason", reason, to=to or None)

    @routes.post("/stoppa")
    async def stop(
        incident_id: str, request: Request, csrf: Token = "", reason: Written = "", seen_version: Version = None
    ) -> Response:
        kind = t.PolicyStopRequested
        return await with_reason(request, incident_id, csrf, kind, seen_version, "stop_reason", reason)

    @routes.post("/oppna-igen")
    async def reopen(
        incident_id: str, request: Request, csrf: Token = "", reason: Written = "", seen_version: Version = None
    ) -> Response:
        kind = t.ReopenRequested
        return await with_reason(request, incident_id, csrf, kind, seen_version, "reopen_reason", reason)

    @routes.post("/bradska")
    async def urgency(
        incident_id: str,
        request: Request,
        csrf: Token = "",
        urgency: Choice = "",
        reason: Written = "",
        seen_version: Version = None,
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        incident = await seen(context, here.caller, incident_id)
        same = urgency not in URGENCIES or int(urgency) == incident.urgency
        wrong = unfit or (sentences.OTHER_URGENCY_REQUIRED if same else None)
        unsaid = None if unfit else _fault(reason)
        if wrong is not None or unsaid is not None:
            fields = {"urgency": Field(urgency, wrong), "urgency_reason": Field(reason, unsaid)}
            return await again(context, here, unfit, incident_id, **fields)
        details = {"urgency": int(urgency), "reason": {here.language: reason.strip()}}
        return await ask(here, incident_id, t.UrgencyRequested, seen_version, **details)

    return routes


def _fault(reason: str) -> Say | None:
    if UNREADABLE in reason:
        return sentences.BAD_CHARACTERS
    if not reason.strip():
        return sentences.WHY_REQUIRED
    return sentences.too_long(DESCRIPTION_LIMIT) if len(reason) > DESCRIPTION_LIMIT else None
