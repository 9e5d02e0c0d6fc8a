"""Where the hub of a vendor's TMF621 server tells that a ticket changed: a sign to look, not more."""

import json
from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.problems import Problem
from vendor_bridge.tmf.follower import Follower

LARGEST = 1024 * 1024
"""Bytes of one notification."""


def router(follower: Follower) -> APIRouter:
    """`POST /tmf-events/{municipality}/{connection}/{key}`, and whatever path the hub appends to it."""
    api = APIRouter(tags=["vendors"])

    @api.post("/tmf-events/{municipality}/{connection}/{key}", status_code=204, max_body_size=LARGEST)
    @api.post(
        "/tmf-events/{municipality}/{connection}/{key}/{rest:path}",
        status_code=204,
        max_body_size=LARGEST,
        include_in_schema=False,
    )
    async def changed(municipality: str, connection: str, key: str, request: Request) -> Response:
        """A notification of the hub that the bridge listens to. Only the ticket's id is read of it."""
        if not await follower.told(municipality, connection, key, _ticket_in(await request.body())):
            raise Problem(404, detail="Nobody listens here.")
        return Response(status_code=204)

    return api


def _ticket_in(body: bytes) -> str | None:
    """None where it does not say which: then all of the connection are looked at."""
    try:
        content: Any = json.loads(body)
        found = content["event"]["troubleTicket"]["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return str(found) if isinstance(found, str | int) else None
