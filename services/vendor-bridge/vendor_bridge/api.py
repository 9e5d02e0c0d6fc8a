"""The vendor side over HTTP: incoming webhooks, bundles that were too large to send, and the log of deliveries."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, assert_never

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json
from starlette.exceptions import HTTPException

from chassis.bodies import TOO_SLOW
from chassis.checks import STRICT_QUERY
from chassis.faults import MOST, faults
from chassis.problems import Fault, Problem, pointer, wrong_input
from vendor_bridge import metrics, received_api, refusals_api
from vendor_bridge.bearer import answered, not_shown, token_of
from vendor_bridge.domain.heads import ForeignHeads
from vendor_bridge.domain.receive import NotOfThisCase, TooFarAway
from vendor_bridge.domain.reports import Wrong
from vendor_bridge.handlers import (
    AnotherMessage,
    BadId,
    NamesNoMunicipality,
    NotApart,
    NotSigned,
    Receipt,
    RepeatedKey,
    UnknownHandoff,
    VendorSide,
)
from vendor_bridge.limits import TOO_MANY, TooMany
from vendor_bridge.refusals import Sent, reason_of
from vendor_bridge.reported import UnknownReport
from vendor_bridge.signing import LONGEST_ID

LARGEST_MESSAGE = 512 * 1024
"""Bytes of one message of a vendor."""
_NO_JSON = "The body is not sent as JSON: say content-type: application/json."
_UNSIGNED = "The signature, its time or its connection is not right."
_UNREAD = {408: TOO_SLOW, 413: f"The body is larger than {LARGEST_MESSAGE // 1024} kB."}
"""Why a body was not read to its end."""
_BAD_ID = f"The header webhook-id is to have at most {LONGEST_ID} characters, all of them printable."
_ANOTHER = "This webhook-id was another message's, which was taken: give each message an id of its own."
_UNKNOWN = "There is no such hand-off on this connection."
_NOT_APART = "No message of this hand-off has this story apart: without ?message you get the whole."
_UNREPORTED = "This connection reported no such ticket: give the `ticket` that its ticket_reported was answered with."


REFUSED = (
    TooMany,
    RepeatedKey,
    AnotherMessage,
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
        receipt = await _taken(vendors, connection, request)
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
        """The story of a hand-off, with the connection's bearer token; `message`: as that message told it.

        Another Eskalera has none: it signs `GET /handoffs/{handoff}/bundle?message={message}` as it signs a message.
        """
        try:
            with answered():
                if message is not None and "webhook-signature" in request.headers:
                    content = await vendors.bundle_signed(request.headers, handoff, message)
                else:
                    content = await vendors.bundle(token_of(request), handoff, message)
        except NotSigned:
            raise not_shown() from None
        except UnknownHandoff:
            raise Problem(404, detail=_UNKNOWN) from None
        except NotApart:
            raise Problem(404, detail=_NOT_APART) from None
        return Response(content, media_type="application/json", headers={"Cache-Control": "no-store"})

    @api.get("/deliveries")
    async def deliveries(
        request: Request,
        handoff: Annotated[str | None, Query(max_length=100)] = None,
        before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Attempts:
        """What was tried to be delivered on the token's connection in 14 days, the newest first; `handoff`: of one."""
        with answered():
            found = await vendors.attempts(token_of(request), handoff, before, limit + 1)
        shown, following = found[:limit], None
        if len(found) > limit:
            following = str(request.url.include_query_params(before=shown[-1].id))
        return Attempts(items=[TriedDelivery.model_validate(attempt) for attempt in shown], next=following)

    api.include_router(refusals_api.router(vendors))
    api.include_router(received_api.router(vendors))
    return api


async def _taken(vendors: VendorSide, connection: str, request: Request) -> Receipt:
    """What came of a webhook; the Problem that it is refused with is written down for the connection's vendor."""
    try:
        body = await request.body()
    except HTTPException as error:
        if reason := _UNREAD.get(error.status_code):  # nobody can have been proven by what is not read
            sent = Sent("webhook", "?", message=request.headers.get("webhook-id"))
            whose = await vendors.owners(connection)
            await vendors.refusals.note(connection, whose, sent, error.status_code, reason, proven=False)
        raise
    unfit = _unfit(request.headers.get("content-type"), body)
    proven: Collection[str] = ()
    try:
        sender = await vendors.proven(connection, request.headers, body)
        proven = sender.municipalities
        if unfit is not None:
            raise unfit
        return await vendors.take_of(sender, request.headers, body)
    except (NotSigned, BadId) as error:
        is_proven = isinstance(error, BadId)
        problem = unfit or _refused(error)
        reason = error.why if isinstance(error, NotSigned) and unfit is None else reason_of(problem)
        sent, status = _sent(request, body), problem.status
        await vendors.refusals.note(connection, error.municipalities, sent, status, reason, proven=is_proven)
        raise problem from None
    except (Problem, *REFUSED) as error:
        problem = error if isinstance(error, Problem) else _refused(error)
        sent = _sent(request, body)
        await vendors.refusals.note(connection, proven, sent, problem.status, reason_of(problem), proven=True)
        raise problem from None


def _unfit(content_type: str | None, body: bytes) -> Problem | None:
    """What is wrong with a body before anybody reads it."""
    if not _is_json(content_type):
        return _refusal("nonsense", Problem(415, detail=_NO_JSON, headers={"Accept": "application/json"}))
    if not _is_utf8(body):
        return _refusal("nonsense", wrong_input([{"pointer": "", "detail": "is not UTF-8"}]))
    return None


def _sent(request: Request, body: bytes) -> Sent:
    """As the log names it, however little of it can be read."""
    try:
        value = from_json(body)
    except ValueError:
        value = None
    kind = value.get("type") if isinstance(value, dict) else None
    what = kind if isinstance(kind, str) and kind else "?"
    return Sent("webhook", what, body, request.headers.get("webhook-id"))


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
        case BadId():
            return _refusal("nonsense", Problem(422, detail=_BAD_ID))
        case AnotherMessage():
            return _refusal("conflict", Problem(409, detail=_ANOTHER))
        case RepeatedKey(way=way):
            return _refusal("nonsense", wrong_input([{"pointer": pointer(*way), "detail": "stands there twice"}]))
        case TooMany(headers=headers):
            return _refusal("too_many", Problem(429, detail=TOO_MANY, headers=headers))
        case UnknownHandoff():
            return _refusal("unknown", Problem(404, detail=_UNKNOWN))
        case UnknownReport():
            return _refusal("unknown", Problem(404, detail=_UNREPORTED))
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
