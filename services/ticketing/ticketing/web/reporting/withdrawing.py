"""Who reported it takes it back, and may say why (R9)."""

from fastapi import APIRouter, Request, Response

from chassis.look.forms import PageRoutes
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.views import Field
from ticketing.web.forms import Token, Written, sender, status_of
from ticketing.web.pages import go
from ticketing.web.reporting.acts import text_fault
from ticketing.web.reporting.case import case_page
from ticketing.web.reporting.fits_no_more import fits_no_more


def router(context: Context) -> APIRouter:
    """The route."""
    routes = PageRoutes("/arenden")

    @routes.post("/arenden/{ticket_id}/dra-tillbaka")
    async def withdraw(ticket_id: str, request: Request, csrf: Token = "", text: Written = "") -> Response:
        """With a reason or without; who reads the case reads it."""
        here, unfit = await sender(context, request, csrf)
        wrong = unfit or (text_fault(text, sentences.WHY_REQUIRED) if text.strip() else None)
        if wrong is not None:
            page = await case_page(context, here, ticket_id, withdrawal=Field(text, wrong))
            return here.show("case", page, status_of(unfit))
        caller, said = here.caller, text.strip()
        why = {here.language: said} if said else None
        try:
            await handlers.withdraw(context.engine, caller.directory, caller.who, ticket_id, why)
        except handlers.WrongState:
            return await fits_no_more(context, here, ticket_id, text)
        return go(f"/arenden/{ticket_id}", "withdrawn")

    return routes
