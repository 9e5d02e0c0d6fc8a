"""What the desk does to a disturbance: each form is a request to its owner, shown as sent and then with its outcome."""

from fastapi import APIRouter, Request, Response

from chassis.look.forms import UNREADABLE, PageRoutes
from contracts.events import ticketing as t
from contracts.events.base import Request as Command
from contracts.values import is_party
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.domain.filing import DESCRIPTION_LIMIT
from ticketing.views import Field, Say, say
from ticketing.web import attached
from ticketing.web.desk.handing import HandedOff
from ticketing.web.desk.incident import again
from ticketing.web.forms import Choice, Token, Version, Written, form_limits, sender, sender_of_fresh
from ticketing.web.pages import Visit, go


def router(context: Context) -> APIRouter:  # noqa: C901  (a list of routes, each short)
    """The routes."""
    routes = PageRoutes("/storningar", prefix="/storningar/{incident_id}")

    async def ask(
        here: Visit, incident_id: str, kind: type[Command], version: int | None, **details: object
    ) -> Response:
        caller = here.caller
        await handlers.ask_owner(context.engine, caller.directory, caller.who, incident_id, kind, version, **details)
        return go(f"/storningar/{incident_id}", "sent")

    def words(here: Visit, text: str) -> dict[str, str] | None:
        return {here.language: text.strip()} if text.strip() else None

    @routes.post("/tilldela")
    async def assign(
        incident_id: str, request: Request, csrf: Token = "", party: Choice = "", seen_version: Version = None
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        known = party in here.caller.directory.parties
        if (wrong := unfit or (None if known else sentences.PARTY_REQUIRED)) is not None:
            return await again(context, here, unfit, incident_id, party=Field(party, wrong))
        return await ask(here, incident_id, t.AssignmentRequested, seen_version, party=party)

    @routes.post("/lamna-over")
    async def hand_off(
        incident_id: str, request: Request, form: HandedOff, csrf: Token = "", seen_version: Version = None
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        wrong = None if form.vendor in here.caller.directory.parties else sentences.VENDOR_REQUIRED
        unsaid = unfit or too_long(form.note)
        if wrong is not None or unsaid is not None:
            return await again(context, here, unfit, incident_id, **form.fields(wrong, unsaid))
        role, note = "parallel" if form.parallel else "lead", words(here, form.note)
        details = {"vendor": form.vendor, "role": role, "note": note}
        return await ask(here, incident_id, t.HandOffRequested, seen_version, **details)

    @routes.post("/ta-tillbaka")
    async def take_back(
        incident_id: str, request: Request, csrf: Token = "", vendor: Choice = "", seen_version: Version = None
    ) -> Response:
        """From the vendor that is named, else from who leads."""
        here = await sender_of_fresh(context, request, csrf)
        named = vendor if is_party(vendor) else None
        return await ask(here, incident_id, t.TakeBackRequested, seen_version, vendor=named)

    @routes.post("/los")
    async def resolve(
        incident_id: str, request: Request, csrf: Token = "", public_text: Written = "", seen_version: Version = None
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        if (wrong := unfit or fault(public_text, sentences.PUBLIC_TEXT_REQUIRED)) is not None:
            return await again(context, here, unfit, incident_id, public_text=Field(public_text, wrong))
        return await ask(here, incident_id, t.ResolveRequested, seen_version, public_text=words(here, public_text))

    @routes.post("/avsluta")
    async def close(incident_id: str, request: Request, csrf: Token = "", seen_version: Version = None) -> Response:
        here = await sender_of_fresh(context, request, csrf)
        return await ask(here, incident_id, t.CloseRequested, seen_version)

    @routes.post("/forslag/{proposal}/godkann")
    async def accept(
        incident_id: str,
        proposal: str,
        request: Request,
        csrf: Token = "",
        public_text: Written = "",
        seen_version: Version = None,
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        if (wrong := unfit or too_long(public_text)) is not None:
            return await again(context, here, unfit, incident_id, proposal, accept=Field(public_text, wrong))
        details = {"proposal": proposal, "public_text": words(here, public_text)}
        return await ask(here, incident_id, t.ProposalAcceptRequested, seen_version, **details)

    @routes.post("/forslag/{proposal}/avsla")
    async def reject(
        incident_id: str,
        proposal: str,
        request: Request,
        csrf: Token = "",
        reason: Written = "",
        seen_version: Version = None,
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        if (wrong := unfit or fault(reason, sentences.REASON_REQUIRED)) is not None:
            return await again(context, here, unfit, incident_id, proposal, reject=Field(reason, wrong))
        details = {"proposal": proposal, "reason": words(here, reason)}
        return await ask(here, incident_id, t.ProposalRejectRequested, seen_version, **details)

    @routes.post("/anteckning", max_body_size=context.settings.message_bytes, form_limits=form_limits(context))
    async def note(
        incident_id: str,
        request: Request,
        csrf: Token = "",
        audience: Choice = "internal",
        text: Written = "",
        answers: Choice = "",
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        if (wrong := unfit or fault(text, sentences.NOTE_REQUIRED)) is not None:
            files = await attached.to_choose_again(request)
            return await again(
                context,
                here,
                unfit,
                incident_id,
                audience=Field(audience),
                note_text=Field(text, wrong),
                note_files=files,
                answers=Field(answers),
            )
        if answers and await attached.sent_files(request):
            fields = {"note_files": Field("", sentences.ANSWER_IN_WORDS), "answers": Field(answers)}
            return await again(context, here, None, incident_id, note_text=Field(text), **fields)
        if answers:  # to a vendor's question: in words
            details = {"question": answers, "text": words(here, text)}
            return await ask(here, incident_id, t.VendorAnswerRequested, None, **details)
        caller, came = here.caller, await attached.take_for_incident(context, here, incident_id)
        if came.error is not None:
            wrong_files = Field("", came.error)
            return await again(
                context,
                here,
                None,
                incident_id,
                audience=Field(audience),
                note_text=Field(text),
                note_files=wrong_files,
            )
        try:
            await handlers.write_note(
                context.engine,
                caller.directory,
                caller.who,
                incident_id,
                text.strip(),
                audience,
                language=here.language,
                files=came.files,
            )
        except handlers.HoldsNoMore:  # taken back, solved or handed on since the form was drawn
            files = await attached.to_choose_again(request)
            unread = Field(audience, say("error.holds_no_more"))
            return await again(
                context, here, None, incident_id, audience=unread, note_text=Field(text), note_files=files
            )
        return go(f"/storningar/{incident_id}", "noted")

    return routes


def fault(text: str, missing: Say) -> Say | None:
    """What is wrong with what was written, if anything is."""
    return too_long(text) if text.strip() else missing


def too_long(text: str) -> Say | None:
    if UNREADABLE in text:
        return sentences.BAD_CHARACTERS
    return sentences.too_long(DESCRIPTION_LIMIT) if len(text) > DESCRIPTION_LIMIT else None
