"""What a connection sent and was refused, read with its bearer token: `GET /refused`."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict

from chassis.checks import STRICT_QUERY
from vendor_bridge.bearer import answered, token_of
from vendor_bridge.handlers import VendorSide


class Refused(BaseModel):
    """Something that came in the connection's name and was not taken.

    `way`: webhook, tmf, mail, portal. `what`: a message's type, or method and path. `message`: its webhook-id, or a
    mail's Message-ID. `status`, `reason`: as it was answered; where `proven` is false somebody used the connection's
    address without its secret or token, and `reason` says what was wrong with the signature. `bytes`, `sha256`: of the
    body, which is not kept.
    """

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    way: str
    what: str
    message: str | None
    status: int
    reason: str
    proven: bool
    bytes: int
    sha256: str | None


class Refusals(BaseModel):
    """One page of the log."""

    items: list[Refused]
    next: str | None = None


def router(vendors: VendorSide) -> APIRouter:
    """The route."""
    api = APIRouter(dependencies=[STRICT_QUERY], tags=["vendors"])

    @api.get("/refused")
    async def refused(
        request: Request,
        before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Refusals:
        """What came in the name of the token's connection and was not taken, in 30 days, the newest first."""
        with answered():
            found = await vendors.refused(token_of(request), before, limit + 1)
        shown, following = found[:limit], None
        if len(found) > limit:
            following = str(request.url.include_query_params(before=shown[-1].id))
        return Refusals(items=[Refused.model_validate(one) for one in shown], next=following)

    return api
