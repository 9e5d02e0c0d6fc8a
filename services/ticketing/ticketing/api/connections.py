"""The ways to vendors: how they stand, and what the bridge is asked to do with them."""

from typing import Annotated

from fastapi import APIRouter, Depends

from chassis.problems import wrong_input
from chassis.web import Section
from contracts.events import ticketing as t
from contracts.events.base import ConnectionRequest
from ticketing import handlers
from ticketing.api import models as m
from ticketing.api.context import Context
from ticketing.domain import access
from ticketing.identity import Caller
from ticketing.store import reads


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/api/v1", tags=["connections"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    async def ask(asking: Caller, connection: str, kind: type[ConnectionRequest], **details: object) -> m.Accepted:
        request_id = await handlers.ask_bridge(
            context.engine, asking.directory, asking.who, connection, kind, **details
        )
        return m.Accepted(request_id=request_id)

    @routes.get("/connections")
    async def list_connections(asking: Asking) -> m.Connections:
        """Every connection of the directory and how it stands; for who looks after vendors."""
        if not access.may_look_after_vendors(asking.who):
            raise handlers.NotAllowed
        async with context.reading.connect() as conn:
            known = await reads.connections(conn, asking.directory.id)
        items = []
        for name, vendor in asking.directory.connections.items():
            stands = m.ConnectionStanding.model_validate(known[name]) if name in known else None
            profile = vendor.connection.profile if vendor.connection else ""
            items.append(m.Connection(id=name, vendor=f"vendor:{vendor.id}", profile=profile, standing=stands))
        return m.Connections(items=items)

    @routes.post("/connections/{connection}/pause", status_code=202)
    async def pause(connection: m.Id, asking: Asking) -> m.Accepted:
        """Sends nothing more until it is resumed; what is owed is kept, and the span to give up runs on."""
        return await ask(asking, connection, t.ConnectionPauseRequested)

    @routes.post("/connections/{connection}/resume", status_code=202)
    async def resume(connection: m.Id, asking: Asking) -> m.Accepted:
        """Sends again, the backlog in its order: after a pause, or after a vendor's 410."""
        return await ask(asking, connection, t.ConnectionResumeRequested)

    @routes.post("/connections/{connection}/test", status_code=202)
    async def test(connection: m.Id, asking: Asking) -> m.Accepted:
        """Sends a signed message that is about no case."""
        return await ask(asking, connection, t.ConnectionTestRequested)

    @routes.post("/connections/{connection}/resend", status_code=202)
    async def resend(connection: m.Id, body: m.Resending, asking: Asking) -> m.Accepted:
        """Sends one message once more, under the same `webhook-id`."""
        return await ask(asking, connection, t.ConnectionResendRequested, message=body.message)

    @routes.post("/connections/{connection}/replay", status_code=202)
    async def replay(connection: m.Id, body: m.Replaying, asking: Asking) -> m.Accepted:
        """Sends all that was taken in this time once more, in its order, under the same ids; at most 14 days back."""
        if body.since >= body.until:
            raise wrong_input([{"pointer": "/until", "detail": "is not after since"}])
        return await ask(asking, connection, t.ConnectionReplayRequested, since=body.since, until=body.until)

    return routes
