"""Needs and ideas, gathered and decided; orders and their stages."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from chassis.problems import Fault, wrong_input
from chassis.web import Section
from contracts.events import ticketing as t
from contracts.texts import names_a_person
from ticketing import handlers
from ticketing.api import inputs, outputs, shapes
from ticketing.api.context import Context
from ticketing.api.incidents import Seen, version_of
from ticketing.api.paging import Cursor, Limit, Page, cursor_of, page_of, place_of
from ticketing.api.values import Id
from ticketing.domain.dates import today
from ticketing.domain.orders import stage_faults
from ticketing.identity import Caller
from ticketing.store import wishes

_WRONG = {
    "missing": "is needed where an order is changed, or differs from what came",
    "past": "lies in the past",
    "unknown": "is not in the municipality's directory",
}


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/api/v1", tags=["needs and orders"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    @routes.post("/incidents/{incident_id}/gather", status_code=202)
    async def gather(
        incident_id: Id, body: inputs.Gathering, asking: Asking, if_match: Seen = None
    ) -> outputs.Accepted:
        """Puts a need or an idea on the forum's agenda, or gives it another priority there."""
        request_id = await handlers.ask_forum(
            context.engine, asking.directory, asking.who, incident_id, t.GatherRequested, version_of(if_match),
            priority=body.priority,
        )  # fmt: skip
        return outputs.Accepted(request_id=request_id)

    @routes.post("/incidents/{incident_id}/decide", status_code=202)
    async def decide(incident_id: Id, body: inputs.Deciding, asking: Asking, if_match: Seen = None) -> outputs.Accepted:
        """Says what becomes of a need or an idea, or says it anew; the reason is published."""
        if names_a_person(body.reason):
            raise wrong_input([{"pointer": "/reason", "detail": "contains what looks like a personal number"}])
        request_id = await handlers.ask_forum(
            context.engine, asking.directory, asking.who, incident_id, t.DecideRequested, version_of(if_match),
            decision=body.decision, reason={asking.who.language: body.reason},
        )  # fmt: skip
        return outputs.Accepted(request_id=request_id)

    @routes.post("/incidents/{incident_id}/stage", status_code=202)
    async def stage(incident_id: Id, body: inputs.Staging, asking: Asking, if_match: Seen = None) -> outputs.Accepted:
        """Takes an order to its next stage, or says how it was changed or differs; whoever ordered is told."""
        faults = stage_faults(
            asking.directory, today(asking.directory, handlers.now()),
            stage=body.stage, text=body.text or "", expected_at=body.expected_at, changed_by=body.changed_by,
        )  # fmt: skip
        wrong: list[Fault] = [{"pointer": f"/{field}", "detail": _WRONG[fault]} for field, fault in faults]
        if wrong:
            raise wrong_input(wrong)
        request_id = await handlers.ask_owner(
            context.engine, asking.directory, asking.who, incident_id, t.StageRequested, version_of(if_match),
            stage=body.stage, text={asking.who.language: body.text} if body.text else None,
            expected_at=body.expected_at, changed_by=body.changed_by,
        )  # fmt: skip
        return outputs.Accepted(request_id=request_id)

    @routes.get("/decisions")
    async def list_decisions(
        asking: Asking, request: Request, limit: Limit = 50, cursor: Cursor = None
    ) -> Page[outputs.PublishedDecision]:
        """What became of the municipality's needs and ideas, for everybody in it; the newest first."""
        async with context.reading.connect() as conn:
            after = place_of(cursor, datetime, str)
            found = await wishes.decided(conn, asking.who.municipality, limit + 1, after)
        shown = found[:limit]
        following = cursor_of(shown[-1].decided_at, shown[-1].id) if shown else None
        items = [shapes.published_decision(asking.directory, incident) for incident in shown]
        return page_of(request, found, limit, following, items)

    return routes
