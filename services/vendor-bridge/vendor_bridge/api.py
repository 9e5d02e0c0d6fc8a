"""The vendor side over HTTP: incoming webhooks, bundles that were too large to send, and the log of deliveries."""

from datetime import datetime
from typing import Annotated, Any, assert_never

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError

from chassis.checks import STRICT_QUERY
from chassis.faults import MOST, faults
from chassis.problems import Fault, Problem, pointer, wrong_input
from vendor_bridge import metrics, tokens
from vendor_bridge.domain.heads import ForeignHeads
from vendor_bridge.domain.receive import NotOfThisCase, TooFarAway
from vendor_bridge.domain.reports import Wrong
from vendor_bridge.handlers import NamesNoMunicipality, NotSigned, UnknownHandoff, VendorSide
from vendor_bridge.limits import TooMany
from vendor_bridge.reported import UnknownReport

LARGEST_MESSAGE = 512 * 1024
"""Bytes of one message of a vendor."""
_NO_JSON = "The body is not sent as JSON: say content-type: application/json."
_UNSIGNED = "The signature, its time or its connection is not right."
_TOO_MANY = "The connection sends more than it may; send the same again later."
_UNKNOWN = "There is no such hand-off on this connection."


REFUSED = (
    NotSigned,
    TooMany,
    UnknownHandoff,
    UnknownReport,
    ValidationError,
    NotOfThisCase,
    TooFarAway,
    ForeignHeads,
    Wrong,
    NamesNoMunicipality,
)


class TriedDelivery(BaseModel):
    """One attempt. `outcome`: taken, not_taken, disabled, misconfigured.

    `why`: owed, probe (of a connection that rests), resent, replayed, tested.
    """

    model_config = ConfigDict(from_attributes=True)

    webhook_id: str
    handoff: str | None
    kind: str
    why: str
    at: datetime
    seconds: float
    outcome: str
    status: int | None
    detail: str


class Attempts(BaseModel):
    """One page of the log."""

    items: list[TriedDelivery]
    next: str | None = None


def router(vendors: VendorSide) -> APIRouter:
    """`POST /webhooks/{connection}`, `GET /handoffs/{handoff}/bundle`, `GET /deliveries`."""
    api = APIRouter(dependencies=[STRICT_QUERY], tags=["vendors"])

    @api.post("/webhooks/{connection}", status_code=202, max_body_size=LARGEST_MESSAGE)
    async def take(connection: str, request: Request) -> JSONResponse:
        """A message of the vendor, signed by Standard Webhooks. 202 once it is stored; a repeat changes nothing."""
        if not _is_json(request.headers.get("content-type")):
            raise _refusal("nonsense", Problem(415, detail=_NO_JSON, headers={"Accept": "application/json"}))
        body = await request.body()
        if not _is_utf8(body):  # of anybody: the signature is over a text, so nobody can have signed this
            raise _refusal("nonsense", wrong_input([{"pointer": "", "detail": "is not UTF-8"}]))
        try:
            receipt = await vendors.take(connection, request.headers, body)
        except REFUSED as error:
            raise _refused(error) from None
        outcome = "repeated" if receipt.repeated else "applied" if receipt.effects else "ignored"
        metrics.INBOUND.labels(outcome).inc()
        answer: dict[str, Any] = {"status": "repeated" if receipt.repeated else "stored"}
        answer |= {"question": receipt.question} if receipt.question else {}
        answer |= {"proposal": receipt.proposal} if receipt.proposal else {}
        answer |= {"ticket": receipt.ticket} if receipt.ticket else {}
        answer |= {"work": receipt.work} if receipt.work else {}
        return JSONResponse(answer, status_code=202)

    @api.get("/handoffs/{handoff}/bundle")
    async def bundle(handoff: str, request: Request, message: str | None = None) -> Response:
        """The story of a hand-off, with the connection's bearer token; `message`: as that message told it."""
        try:
            content = await vendors.bundle(_token(request), handoff, message)
        except tokens.BadToken:
            raise _unknown() from None
        except UnknownHandoff:
            raise Problem(404, detail=_UNKNOWN) from None
        return Response(content, media_type="application/json", headers={"Cache-Control": "no-store"})

    @api.get("/deliveries")
    async def deliveries(
        request: Request,
        handoff: Annotated[str | None, Query(max_length=100)] = None,
        before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Attempts:
        """What was tried to be delivered on the token's connection in 14 days, the newest first; `handoff`: of one."""
        try:
            found = await vendors.attempts(_token(request), handoff, before, limit + 1)
        except tokens.BadToken:
            raise _unknown() from None
        shown, following = found[:limit], None
        if len(found) > limit:
            following = str(request.url.include_query_params(before=shown[-1].id))
        return Attempts(items=[TriedDelivery.model_validate(attempt) for attempt in shown], next=following)

    return api


def _token(request: Request) -> str:
    return tokens.shown(request.headers.get("authorization", ""))


def _unknown() -> Problem:
    return Problem(401, detail="Show the connection's token.", headers={"WWW-Authenticate": "Bearer"})


def _is_json(given: str | None) -> bool:
    """`application/json` or a kind of it, such as `application/cloudevents+json`; unsaid, the body has to show it."""
    media = "application/json" if given is None else given.partition(";")[0].strip().lower()
    return media == "application/json" or (media.startswith("application/") and media.endswith("+json"))


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _refusal(outcome: str, problem: Problem) -> Problem:
    metrics.INBOUND.labels(outcome).inc()
    return problem


def _refused(error: Exception) -> Problem:
    """What a vendor is answered, and how it is counted."""
    match error:
        case NotSigned():
            return _refusal("bad_signature", Problem(401, detail=_UNSIGNED))
        case TooMany(retry_after=seconds):
            return _refusal("too_many", Problem(429, detail=_TOO_MANY, headers={"Retry-After": str(seconds)}))
        case UnknownHandoff() | UnknownReport():
            return _refusal("unknown", Problem(404, detail=_UNKNOWN))
        case ValidationError():
            return _refusal("nonsense", wrong_input(faults(error, _TAGS)))
        case NotOfThisCase() | TooFarAway() | ForeignHeads() | Wrong() | NamesNoMunicipality():
            return _refusal("nonsense", wrong_input(_faults(error)))
        case _:
            raise error


def _faults(error: NotOfThisCase | TooFarAway | ForeignHeads | Wrong | NamesNoMunicipality) -> list[Fault]:
    match error:
        case NotOfThisCase():
            return [{"pointer": pointer("data", "ticket"), "detail": "is no ticket of this hand-off"}]
        case TooFarAway():
            return [{"pointer": pointer("data", "expected_at"), "detail": "is more than two years away from now"}]
        case Wrong(faults=wrong):
            return [{"pointer": pointer("data", field), "detail": detail} for field, detail in wrong[:MOST]]
        case NamesNoMunicipality():
            return [{"pointer": pointer("data", "municipality"), "detail": "is to name one that this connection is of"}]
        case ForeignHeads(cases=cases):
            return [
                {"pointer": pointer("data", "heads", case), "detail": "is no entry of this hand-off's history"}
                for case in cases[:MOST]
            ]
        case _:
            assert_never(error)


_TAGS = frozenset(
    {
        "acknowledged",
        "entry_added",
        "status_changed",
        "information_requested",
        "resolution_proposed",
        "returned",
        "ticket_reported",
        "ticket_changed",
        "work_announced",
    }
)
