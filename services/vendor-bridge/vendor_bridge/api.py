"""The vendor side over HTTP: incoming webhooks, and the bundles that were too large to send."""

from typing import Any, assert_never

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from chassis.checks import STRICT_QUERY
from chassis.faults import MOST, faults
from chassis.problems import Fault, Problem, pointer, wrong_input
from vendor_bridge import metrics, tokens
from vendor_bridge.domain.heads import ForeignHeads
from vendor_bridge.domain.receive import NotOfThisCase, TooFarAway
from vendor_bridge.domain.reports import Wrong
from vendor_bridge.handlers import NamesNoMunicipality, NotSigned, UnknownHandoff, VendorSide
from vendor_bridge.reported import UnknownReport

LARGEST_MESSAGE = 512 * 1024
"""Bytes of one message of a vendor."""
_UNSIGNED = "The signature, its time or its connection is not right."
_UNKNOWN = "There is no such hand-off on this connection."


def router(vendors: VendorSide) -> APIRouter:
    """`POST /webhooks/{connection}` and `GET /handoffs/{handoff}/bundle`."""
    api = APIRouter(dependencies=[STRICT_QUERY], tags=["vendors"])

    @api.post("/webhooks/{connection}", status_code=202, max_body_size=LARGEST_MESSAGE)
    async def take(connection: str, request: Request) -> JSONResponse:
        """A message of the vendor, signed by Standard Webhooks. 202 once it is stored; a repeat changes nothing."""
        body = await request.body()
        if not _is_utf8(body):  # of anybody: the signature is over a text, so nobody can have signed this
            raise _refusal("nonsense", wrong_input([{"pointer": "", "detail": "is not UTF-8"}]))
        try:
            receipt = await vendors.take(connection, request.headers, body)
        except NotSigned:
            raise _refusal("bad_signature", Problem(401, detail=_UNSIGNED)) from None
        except (UnknownHandoff, UnknownReport):
            raise _refusal("unknown", Problem(404, detail=_UNKNOWN)) from None
        except ValidationError as error:
            raise _refusal("nonsense", wrong_input(faults(error, _TAGS))) from None
        except (NotOfThisCase, TooFarAway, ForeignHeads, Wrong, NamesNoMunicipality) as error:
            raise _refusal("nonsense", wrong_input(_faults(error))) from None
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
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        unknown = Problem(401, detail="Show the connection's token.", headers={"WWW-Authenticate": "Bearer"})
        if scheme.lower() != "bearer":
            raise unknown
        try:
            content = await vendors.bundle(token.strip(), handoff, message)
        except tokens.BadToken:
            raise unknown from None
        except UnknownHandoff:
            raise Problem(404, detail=_UNKNOWN) from None
        return Response(content, media_type="application/json", headers={"Cache-Control": "no-store"})

    return api


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _refusal(outcome: str, problem: Problem) -> Problem:
    metrics.INBOUND.labels(outcome).inc()
    return problem


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
