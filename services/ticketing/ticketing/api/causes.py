"""Which tickets share a cause, as staff say it: link, unlink, split, triage."""

from typing import Annotated

from fastapi import APIRouter, Depends

from chassis.problems import wrong_input
from chassis.web import Section
from contracts.events import ticketing as t
from contracts.texts import names_a_person
from ticketing import handlers
from ticketing.api import inputs, outputs
from ticketing.api.context import Context
from ticketing.api.incidents import Seen, version_of
from ticketing.api.values import Id
from ticketing.identity import Caller


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/api/v1", tags=["incidents"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    @routes.post("/incidents/{incident_id}/link", status_code=202)
    async def link(incident_id: Id, body: inputs.Linking, asking: Asking, if_match: Seen = None) -> outputs.Accepted:
        """Puts a ticket on the incident, whatever incident it was on; final for the engine."""
        version = version_of(if_match)
        request_id = await handlers.link(
            context.engine, asking.directory, asking.who, incident_id, body.ticket, version
        )
        return outputs.Accepted(request_id=request_id)

    @routes.post("/incidents/{incident_id}/unlink", status_code=202)
    async def unlink(incident_id: Id, body: inputs.Linking, asking: Asking, if_match: Seen = None) -> outputs.Accepted:
        """Takes a ticket off the incident: it goes on in a new one of its own."""
        request_id = await handlers.ask_owner(
            context.engine, asking.directory, asking.who, incident_id, t.UnlinkRequested, version_of(if_match),
            ticket=body.ticket,
        )  # fmt: skip
        return outputs.Accepted(request_id=request_id)

    @routes.post("/incidents/{incident_id}/split", status_code=202)
    async def split(incident_id: Id, body: inputs.Splitting, asking: Asking, if_match: Seen = None) -> outputs.Accepted:
        """Takes several tickets off the incident: together they go on in a new one."""
        request_id = await handlers.ask_owner(
            context.engine, asking.directory, asking.who, incident_id, t.SplitRequested, version_of(if_match),
            tickets=body.tickets,
        )  # fmt: skip
        return outputs.Accepted(request_id=request_id)

    @routes.post("/incidents/{incident_id}/triage", status_code=202)
    async def triage(incident_id: Id, body: inputs.Triage, asking: Asking, if_match: Seen = None) -> outputs.Accepted:
        """Sets what the incident is about, how far it reaches, and its title for others than staff (N5)."""
        if body.service is None and body.scope is None and body.public_title is None:
            raise wrong_input([{"pointer": "", "detail": "names nothing to set"}])
        if body.service not in (None, "other", *asking.directory.services_by_id):
            raise wrong_input([{"pointer": "/service", "detail": "is not in the municipality's directory"}])
        if body.public_title and names_a_person(body.public_title):
            raise wrong_input([{"pointer": "/public_title", "detail": "contains what looks like a personal number"}])
        title = {asking.who.language: body.public_title} if body.public_title else None
        request_id = await handlers.ask_owner(
            context.engine, asking.directory, asking.who, incident_id, t.TriageRequested, version_of(if_match),
            service=body.service, scope=body.scope, public_title=title, title_removed=body.public_title == "",
        )  # fmt: skip
        return outputs.Accepted(request_id=request_id)

    @routes.post("/incidents/{incident_id}/publish", status_code=202)
    async def publish(
        incident_id: Id, asking: Asking, if_match: Seen = None, body: inputs.Publishing | None = None
    ) -> outputs.Accepted:
        """Shows it to others whom it may hit as a known problem, however few have reported it (N5)."""
        published = body.published if body is not None else True
        request_id = await handlers.ask_owner(
            context.engine, asking.directory, asking.who, incident_id, t.PublishRequested, version_of(if_match),
            published=published,
        )  # fmt: skip
        return outputs.Accepted(request_id=request_id)

    return routes
