"""What came in the connection's name and was not taken, and why: what a vendor's engineer looks for first."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from chassis.look.forms import PageRoutes
from vendor_bridge.store.refusals import Refusal
from vendor_bridge.web.pages import Portal, visit
from vendor_bridge.web.views import RefusedPage, RefusedRow

HERE: Final = "/portal/meddelanden/avvisat"
ROWS_SHOWN: Final = 50


def router(context: Portal) -> APIRouter:
    """The route."""
    routes = PageRoutes(HERE)

    @routes.get(HERE)
    async def refused(request: Request, fore: Annotated[int | None, Query(ge=1, le=2**62)] = None) -> Response:
        here = await visit(context, request)
        own, refusals = here.own, context.vendors.refusals
        found = await refusals.page(own.municipality, own.connection, before=fore, limit=ROWS_SHOWN + 1)
        shown = found[:ROWS_SHOWN]
        older = f"{HERE}?{urlencode({'fore': shown[-1].id})}" if len(found) > ROWS_SHOWN else None
        return here.show("refused", RefusedPage(tuple(_row(one) for one in shown), older))

    return routes


def _row(one: Refusal) -> RefusedRow:
    return RefusedRow(
        at=one.at,
        way=one.way,
        what=one.what,
        message=one.message or "",
        status=one.status,
        reason=one.reason,
        proven=one.proven,
        size=one.bytes,
        sha256=one.sha256 or "",
    )
