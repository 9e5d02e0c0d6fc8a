"""Who reported it says that it works, or that it does not: of an order, that it came right, or differs (R9)."""

from fastapi import APIRouter, Request, Response

from chassis.look.forms import PageRoutes
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.views import Field
from ticketing.web.forms import Token, Written, sender, sender_of_fresh, status_of
from ticketing.web.pages import go
from ticketing.web.reporting.acts import text_fault
from ticketing.web.reporting.case import case_page
from ticketing.web.reporting.fits_no_more import fits_no_more


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes("/arenden")

    @routes.post("/arenden/{ticket_id}/fungerar")
    async def works(ticket_id: str, request: Request, csrf: Token = "") -> Response:
        here = await sender_of_fresh(context, request, csrf)
        try:
            await handlers.confirm_fixed(context.engine, here.caller.directory, here.caller.who, ticket_id)
        except handlers.WrongState:
            return await fits_no_more(context, here, ticket_id)
        return go(f"/arenden/{ticket_id}", "confirmed")

    @routes.post("/arenden/{ticket_id}/fortfarande-fel")
    async def still_wrong(
        ticket_id: str,
        request: Request,
        csrf: Token = "",
        text: Written = "",
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        wrong = unfit or text_fault(text, sentences.STILL_WRONG_REQUIRED)
        if wrong is not None:
            page = await case_page(context, here, ticket_id, still_wrong=Field(text, wrong))
            return here.show("case", page, status_of(unfit))
        caller = here.caller
        try:
            await handlers.reopen(
                context.engine, caller.directory, caller.who, ticket_id, text.strip(), language=here.language
            )
        except handlers.WrongState:
            return await fits_no_more(context, here, ticket_id, text)
        return go(f"/arenden/{ticket_id}", "reopened")

    return routes
