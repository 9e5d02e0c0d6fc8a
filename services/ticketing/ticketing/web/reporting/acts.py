"""What the school may say to its case: each is done, or the page comes back with what was written."""

from fastapi import APIRouter, Request, Response

from chassis.look.forms import UNREADABLE, PageRoutes
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.api.tickets import seen
from ticketing.store import reads
from ticketing.views import Field, Say
from ticketing.web import attached
from ticketing.web.forms import TEXT_LIMIT, Choice, Token, Written, form_limits, sender, status_of
from ticketing.web.pages import Visit, go
from ticketing.web.reporting.case import case_page
from ticketing.web.reporting.fits_no_more import fits_no_more


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes("/arenden")

    @routes.post(
        "/arenden/{ticket_id}/svar",
        max_body_size=context.settings.message_bytes,
        form_limits=form_limits(context),
    )
    async def answer(
        ticket_id: str,
        request: Request,
        csrf: Token = "",
        text: Written = "",
        answers: Choice = "",
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        try:
            fault = await _answer(context, here, ticket_id, text, answers or None, unfit)
        except handlers.WrongState:
            return await fits_no_more(context, here, ticket_id, text)
        if fault is not None:
            page = await case_page(context, here, ticket_id, answer=fault[0], files=fault[1], answer_to=answers)
            return here.show("case", page, status_of(unfit))
        return go(f"/arenden/{ticket_id}", "answered")

    @routes.post("/arenden/{ticket_id}/vidare")
    async def ask_further(ticket_id: str, request: Request, csrf: Token = "", text: Written = "") -> Response:
        here, unfit = await sender(context, request, csrf)
        wrong = unfit or text_fault(text, sentences.WHY_REQUIRED)
        status = status_of(unfit)
        if wrong is None:
            caller = here.caller
            try:
                followed = await handlers.ask_further(
                    context.engine, caller.directory, caller.who, ticket_id, text.strip(), language=here.language
                )
                return go(f"/arenden/{ticket_id}", "further" if followed else "further_noted")
            except handlers.AskedAlready as asked:
                wrong, status = sentences.asked_further(asked.at, asked.again_at), 409
            except handlers.WrongState:
                return await fits_no_more(context, here, ticket_id, text)
        page = await case_page(context, here, ticket_id, ask=Field(text, wrong))
        return here.show("case", page, status)

    return routes


async def _answer(
    context: Context, here: Visit, ticket_id: str, text: str, question: str | None, unfit: Say | None
) -> tuple[Field, Field] | None:
    """Sends words, files or both; what is wrong with the text and with the files where nothing was sent.

    A question is answered in words; files alone need none.
    """
    if question is None and await _was_asked(context, here, ticket_id):
        return Field(text, unfit or sentences.ASKED_MEANWHILE), await attached.to_choose_again(here.request)
    brings = bool(await attached.sent_files(here.request))
    missing = sentences.ANSWER_REQUIRED if question else sentences.MESSAGE_REQUIRED
    unsaid = None if brings and not question and not text.strip() else text_fault(text, missing)
    if (wrong := unfit or unsaid) is not None:
        return Field(text, wrong), await attached.to_choose_again(here.request)
    came = await attached.take_for_ticket(context, here, ticket_id)
    if came.error is not None:
        return Field(text), Field("", came.error)
    who, directory, said = here.caller.who, here.caller.directory, text.strip()
    if said:
        try:
            await handlers.answer(
                context.engine,
                directory,
                who,
                ticket_id,
                said,
                language=here.language,
                question=question,
                files=came.files,
            )
        except handlers.AlreadyAnswered:  # meanwhile it was answered by staff, or the vendor needs no answer any more
            return Field(text, sentences.ASKED_NO_MORE), await attached.to_choose_again(here.request)
    else:
        await handlers.attach(context.engine, directory, who, ticket_id, came.files, language=here.language)
    return None


async def _was_asked(context: Context, here: Visit, ticket_id: str) -> bool:
    """Whether the form was drawn before a question came: only an answer that names it ends the wait (R8)."""
    ticket, _, _ = await seen(context, here.caller, ticket_id)
    async with context.reading.connect() as conn:
        return ticket.reporter == here.caller.who.person and bool(await reads.open_questions_to(conn, ticket.id))


def text_fault(text: str, missing: Say) -> Say | None:
    """What is wrong with what was written, if anything is."""
    if not text.strip():
        return missing
    if UNREADABLE in text:
        return sentences.BAD_CHARACTERS
    return sentences.too_long(TEXT_LIMIT) if len(text) > TEXT_LIMIT else None
