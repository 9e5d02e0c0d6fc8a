"""Staff ask those who reported, and say that they need no answer any more (R8)."""

from fastapi import APIRouter, Request, Response

from chassis.look.forms import PageRoutes
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.api.incidents import seen
from ticketing.views import Field
from ticketing.web.desk.actions import fault
from ticketing.web.desk.incident import again
from ticketing.web.desk.kept import field_of
from ticketing.web.forms import Choice, Token, Written, sender
from ticketing.web.pages import go


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes("/storningar", prefix="/storningar/{incident_id}")

    @routes.post("/fraga")
    async def ask(
        incident_id: str,
        request: Request,
        csrf: Token = "",
        ticket: Choice = "",
        text: Written = "",
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        await seen(context, here.caller, incident_id)
        whom = None if ticket else sentences.REPORT_REQUIRED
        unsaid = unfit or fault(text, sentences.QUESTION_REQUIRED)
        if whom is not None or unsaid is not None:
            return await again(
                context, here, unfit, incident_id, asked=Field(ticket, whom), question=Field(text, unsaid)
            )
        caller = here.caller
        try:
            await handlers.ask_reporter(
                context.engine, caller.directory, caller.who, ticket, text.strip(), language=here.language
            )
        except handlers.WrongState:  # solved, withdrawn or confirmed since the form was drawn
            said = Field(text, sentences.NOBODY_TO_ASK)
            return await again(context, here, None, incident_id, asked=Field(ticket), question=said)
        return go(f"/storningar/{incident_id}", "asked")

    @routes.post("/fragor/{question}/stang")
    async def close(
        incident_id: str,
        question: str,
        request: Request,
        csrf: Token = "",
        reason: Written = "",
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        if (wrong := unfit or fault(reason, sentences.WHY_NO_ANSWER_REQUIRED)) is not None:
            return await again(context, here, unfit, incident_id, **{field_of(question): Field(reason, wrong)})
        caller = here.caller
        await handlers.close_question(
            context.engine,
            caller.directory,
            caller.who,
            incident_id,
            question,
            reason.strip(),
            language=here.language,
        )
        return go(f"/storningar/{incident_id}", "sent")

    return routes
