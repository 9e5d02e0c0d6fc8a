"""The ways to vendors: how they stand, and what the bridge is asked to do with them."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends

from chassis.problems import wrong_input
from chassis.web import Section
from contracts.events import ticketing as t
from contracts.events.base import ConnectionRequest
from ticketing import handlers
from ticketing.api import inputs, outputs
from ticketing.api.context import Context
from ticketing.api.values import Id
from ticketing.domain import access
from ticketing.identity import Caller
from ticketing.store import reads


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/api/v1", tags=["connections"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    async def ask(
        asking: Caller, connection: str, kind: type[ConnectionRequest], **details: object
    ) -> outputs.Accepted:
        request_id = await handlers.ask_bridge(
            context.engine, asking.directory, asking.who, connection, kind, **details
        )
        return outputs.Accepted(request_id=request_id)

    @routes.get("/connections")
    async def list_connections(asking: Asking) -> outputs.Connections:
        """Every connection of the directory and how it stands; for who looks after vendors."""
        if not access.may_look_after_vendors(asking.who):
            raise handlers.NotAllowed
        async with context.reading.connect() as conn:
            known = await reads.connections(conn, asking.directory.id)
        items = []
        for name, vendor in asking.directory.connections.items():
            stands = outputs.ConnectionStanding.model_validate(known[name]) if name in known else None
            profile = vendor.connection.profile if vendor.connection else ""
            items.append(outputs.Connection(id=name, vendor=f"vendor:{vendor.id}", profile=profile, standing=stands))
        return outputs.Connections(items=items)

    @routes.post("/connections/{connection}/pause", status_code=202)
    async def pause(connection: Id, asking: Asking) -> outputs.Accepted:
        """Sends nothing more until it is resumed; what is owed is kept, and the span to give up runs on."""
        return await ask(asking, connection, t.ConnectionPauseRequested)

    @routes.post("/connections/{connection}/resume", status_code=202)
    async def resume(connection: Id, asking: Asking) -> outputs.Accepted:
        """Sends again, the backlog in its order: after a pause, or after a vendor's 410."""
        return await ask(asking, connection, t.ConnectionResumeRequested)

    @routes.post("/connections/{connection}/test", status_code=202)
    async def test(connection: Id, asking: Asking) -> outputs.Accepted:
        """Sends a signed message that is about no case."""
        return await ask(asking, connection, t.ConnectionTestRequested)

    @routes.post("/connections/{connection}/resend", status_code=202)
    async def resend(connection: Id, body: inputs.Resending, asking: Asking) -> outputs.Accepted:
        """Sends one message once more, under the same `webhook-id`."""
        return await ask(asking, connection, t.ConnectionResendRequested, message=body.message)

    @routes.post("/connections/{connection}/replay", status_code=202)
    async def replay(connection: Id, body: inputs.Replaying, asking: Asking) -> outputs.Accepted:
        """Sends all that was taken in this time once more, in its order, under the same ids; at most 14 days back."""
        if body.since >= body.until:
            raise wrong_input([{"pointer": "/until", "detail": "is not after since"}])
        return await ask(asking, connection, t.ConnectionReplayRequested, since=body.since, until=body.until)

    _of_mails(context, routes, ask)
    return routes


def _of_mails(context: Context, routes: Section, ask: Callable[..., Awaitable[outputs.Accepted]]) -> None:
    """What a person decides about those that are held back."""
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    @routes.post("/connections/{connection}/mails/{mail}/release", status_code=202)
    async def release(connection: Id, mail: Id, asking: Asking) -> outputs.Accepted:
        """Lets a mail through that is held back, or was thrown away: it is the vendor's, and counts from now on."""
        return await ask(asking, connection, t.ConnectionMailReleaseRequested, mail=mail)

    @routes.post("/connections/{connection}/mails/{mail}/discard", status_code=202)
    async def discard(connection: Id, mail: Id, asking: Asking) -> outputs.Accepted:
        """Throws a mail away that is held back: it stays without effect, kept for the record of 30 days."""
        return await ask(asking, connection, t.ConnectionMailDiscardRequested, mail=mail)
