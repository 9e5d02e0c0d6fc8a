"""Whose turn and how urgent, as people say it: taken on, sent further, stopped from that, opened again."""

from typing import Annotated

from fastapi import APIRouter, Depends

from chassis.web import Section
from contracts.events import ticketing as t
from contracts.events.base import Request as Command
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

    async def ask(
        asking: Caller, incident: str, kind: type[Command], seen: Seen, **details: object
    ) -> outputs.Accepted:
        request_id = await handlers.ask_owner(
            context.engine, asking.directory, asking.who, incident, kind, version_of(seen), **details
        )
        return outputs.Accepted(request_id=request_id)

    @routes.post("/incidents/{incident_id}/acknowledge", status_code=202)
    async def acknowledge(
        incident_id: Id, asking: Asking, if_match: Seen = None, _body: inputs.Nothing | None = None
    ) -> outputs.Accepted:
        """The holder says that it has the incident."""
        return await ask(asking, incident_id, t.AcknowledgeRequested, if_match)

    @routes.post("/incidents/{incident_id}/escalate", status_code=202)
    async def escalate(
        incident_id: Id, body: inputs.Further, asking: Asking, if_match: Seen = None
    ) -> outputs.Accepted:
        """Moves it to the next party of its path now."""
        return await ask(asking, incident_id, t.EscalateRequested, if_match, reason=_words(asking, body), to=body.to)

    @routes.post("/incidents/{incident_id}/stop-escalation", status_code=202)
    async def stop(incident_id: Id, body: inputs.Because, asking: Asking, if_match: Seen = None) -> outputs.Accepted:
        """Keeps it from going further by itself until it has another holder."""
        return await ask(asking, incident_id, t.PolicyStopRequested, if_match, reason=_words(asking, body))

    @routes.post("/incidents/{incident_id}/urgency", status_code=202)
    async def urgency(
        incident_id: Id, body: inputs.NewUrgency, asking: Asking, if_match: Seen = None
    ) -> outputs.Accepted:
        """Sets how urgent it is; its clocks follow, and what has passed of them counts."""
        details = {"urgency": body.urgency, "reason": _words(asking, body)}
        return await ask(asking, incident_id, t.UrgencyRequested, if_match, **details)

    @routes.post("/incidents/{incident_id}/reopen", status_code=202)
    async def reopen(incident_id: Id, body: inputs.Because, asking: Asking, if_match: Seen = None) -> outputs.Accepted:
        """Opens a resolved or closed incident again."""
        return await ask(asking, incident_id, t.ReopenRequested, if_match, reason=_words(asking, body))

    @routes.post("/tickets/{ticket_id}/escalate", status_code=204)
    async def ask_further(ticket_id: Id, body: inputs.Because, asking: Asking) -> None:
        """Asks that the case goes further: its reporter, or who leads the school; once in four hours."""
        await handlers.ask_further(
            context.engine, asking.directory, asking.who, ticket_id, body.reason, language=asking.who.language
        )

    return routes


def _words(asking: Caller, body: inputs.Because) -> dict[str, str]:
    return {asking.who.language: body.reason}
