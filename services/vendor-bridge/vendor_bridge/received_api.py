"""What came from a connection's vendor, taken or refused, read with its bearer token: `GET /received`."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict

from chassis.checks import STRICT_QUERY
from chassis.problems import Fault, pointer, wrong_input
from vendor_bridge.bearer import answered, token_of
from vendor_bridge.handlers import VendorSide
from vendor_bridge.store.received import Edge, Which


class Received(BaseModel):
    """Something that came in the connection's name.

    `outcome`: `applied`; `late` (after the case had left the vendor: its words, if any, are kept as a note, nothing
    else changed); `nothing` (it said nothing new); `echo` (it brought back only what was said here); `refused`. `at`:
    when it came last, `first_at`: when it came first, `repeats`: how often it came again, which changed nothing. `way`:
    webhook, tmf, mail, portal. `what`: the message's type; of a refusal that has none, method and path. `message`: its
    webhook-id, or what stands for it. `handoff`: the case; of a refusal only where it was a form of the portal.
    `effects`: facts that it made. `status`, `reason`, `proven`: as at `/refused`. `bytes`, `sha256`: of the body, which
    people see at the portal; 0 and null once it is erased.
    """

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    first_at: datetime
    repeats: int
    way: str
    what: str
    message: str | None
    handoff: str | None
    outcome: Literal["applied", "late", "nothing", "echo", "refused"]
    effects: int
    status: int
    reason: str | None
    proven: bool
    bytes: int
    sha256: str | None


class Page(BaseModel):
    """One page of the list."""

    items: list[Received]
    next: str | None = None


def router(vendors: VendorSide) -> APIRouter:
    """The route."""
    api = APIRouter(dependencies=[STRICT_QUERY], tags=["vendors"])

    @api.get("/received")
    async def received(
        request: Request,
        outcome: Which | None = None,
        before: Annotated[str | None, Query(max_length=300)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Page:
        """What came in the name of the token's connection, taken or refused, in 30 days, the newest first.

        `outcome`: only that; `repeated`: what was taken and came again.
        """
        try:
            after = Edge.read(before) if before is not None else None
        except ValueError:
            wrong: Fault = {
                "pointer": pointer("query", "before"),
                "detail": "is of no page: follow the former page's next",
            }
            raise wrong_input([wrong]) from None
        with answered():
            found = await vendors.received(token_of(request), outcome, after, limit + 1)
        shown, following = found[:limit], None
        if len(found) > limit:
            following = str(request.url.include_query_params(before=shown[-1].edge.written()))
        return Page(items=[Received.model_validate(one) for one in shown], next=following)

    return api
