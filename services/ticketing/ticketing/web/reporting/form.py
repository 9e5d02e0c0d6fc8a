"""The form that reports something, and its answer."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, StringConstraints

from chassis import logs
from chassis.look.forms import UNREADABLE, PageRoutes
from chassis.look.words import Words
from contracts import ids
from contracts.values import GATHERED, TicketKind, in_language
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.api.known import problems, report_of_words
from ticketing.api.tickets import joinable, seen
from ticketing.domain import filing
from ticketing.domain.state import ENDED, OVER, Incident, Ticket, Work
from ticketing.store import intake, reads
from ticketing.store import works as stored_works
from ticketing.views import (
    ConfirmationPage,
    Field,
    FormPage,
    HolderLine,
    KnownPart,
    KnownProblem,
    Option,
    PlannedWork,
    Say,
)
from ticketing.web import attached, present
from ticketing.web.forms import TEXT_LIMIT, form_limits, sender, status_of
from ticketing.web.pages import Visit, go, visit
from ticketing.web.planned import shown as planned
from ticketing.web.reporting import sent_again, urgent
from ticketing.web.reporting.foreseen import foresee

log = logs.get(__name__)

_KINDS = frozenset({"incident", "request", "need", "idea"})
Short = Annotated[str, StringConstraints(max_length=100)]


class SentReport(BaseModel):
    """The form as it was sent: nothing of it is right until it was checked."""

    csrf: Annotated[str, StringConstraints(max_length=200)] = ""
    idempotency_key: Short = ""
    text: str = ""
    school: Short = ""
    room: str = ""
    need: Short = ""
    impact: Short = ""
    kind: Short = "incident"
    service: Short = ""
    asset: str = ""
    same_as: Short = ""

    def kept(self) -> dict[str, str]:
        """What stands in the form when it is shown again."""
        return self.model_dump(exclude={"csrf", "idempotency_key", "same_as"})

    @property
    def asked_how_urgent(self) -> bool:
        """Orders, needs and ideas stop no lesson; and one tap on "Jag har samma problem" is enough."""
        return self.kind == "incident" and not (self.same_as and not self.need)

    def digest(self, *files: str) -> str:
        """Tells one report from another under the same key; hex SHA-256. `files`: digests of what came with it."""
        said = (self.text, self.school, self.room, self.need, self.impact, self.kind, self.service, self.asset)
        return hashlib.sha256("\x1f".join((*said, self.same_as, *files)).encode()).hexdigest()


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes("/arenden")

    @routes.get("/arenden/ny")
    async def blank_form(request: Request, kind: Annotated[str, Query(max_length=20)] = "") -> Response:
        """`kind`: what is chosen from the beginning, where a link says what it is for."""
        here = await visit(context, request)
        school = here.frame.school or ""
        assumed = Field(here.caller.directory.urgencies.assumed or "")
        chosen = Field(kind if kind in _KINDS else "incident")
        form = _form(here, idempotency_key=ids.new("request"), school=Field(school), impact=assumed, kind=chosen)
        return here.show("form", await _with_offers(context, here, form, "", school, ""))

    @routes.get("/arenden/ny/kanda")
    async def known_now(
        request: Request,
        text: Annotated[str, Query(max_length=2000)] = "",
        school: Annotated[str, Query(max_length=100)] = "",
        service: Annotated[str, Query(max_length=100)] = "",
    ) -> Response:
        """What the words so far may be about, asked again while somebody types."""
        here = await visit(context, request)
        known = await _known(context, here, text, school, service)
        return here.part("known", KnownPart(known, await _works(context, here, text, school, service)))

    @routes.post("/arenden/ny", max_body_size=context.settings.message_bytes, form_limits=form_limits(context))
    async def send_form(request: Request, sent: Annotated[SentReport, Form()]) -> Response:
        here, unfit = await sender(context, request, sent.csrf)
        if sent.same_as and sent.kind == "incident":
            sent = await _with_what_is_known(context, here, sent)
        report = _report(here, sent)
        wrong = _faults(here, report, sent)
        if wrong or unfit is not None:
            return here.show("form", await _again(context, here, sent, wrong, error=unfit), status_of(unfit))
        if report.same_as is not None and not await joinable(context, here.caller, report.same_as):
            return here.show("form", await _again(context, here, sent, {}, error=sentences.KNOWN_GONE), 404)
        came = await attached.take(context, request)
        if came.error is not None:
            return here.show("form", await _again(context, here, sent, {"files": came.error}, error=None), 422)
        return await _file(context, here, sent, replace(report, files=came.files))

    @routes.get("/arenden/{ticket_id}/tack")
    async def confirmation(ticket_id: str, request: Request) -> Response:
        here = await visit(context, request)
        return here.show("confirmation", await _confirmation(context, here, ticket_id))

    @routes.get("/arenden/{ticket_id}/tack/nu")
    async def confirmation_now(ticket_id: str, request: Request) -> Response:
        """What happens now, once it is decided who has the case and what they promise."""
        here = await visit(context, request)
        return here.part("confirmation", await _confirmation(context, here, ticket_id))

    return routes


async def _file(context: Context, here: Visit, sent: SentReport, report: filing.Report) -> Response:
    """What was sent and checked becomes a ticket, unless it is one already."""
    key = None
    if sent.idempotency_key:
        said = sent.digest(*(file.sha256 for file in report.files))
        key = intake.Key(here.caller.who.person, f"form:{sent.idempotency_key}", said)
        if (there := await sent_again.ticket(context, here, key)) is not None:
            return go(f"/arenden/{there}/tack")
    try:
        filed = await handlers.file_ticket(context.engine, here.caller.directory, report, key)
    except handlers.KeyReused:  # back to the form, and something else written in it
        again = await _again(context, here, sent, {}, error=sentences.SENT_BEFORE)
        return here.show("form", replace(again, idempotency_key=ids.new("request")), 422)
    return sent_again.remembered(go(f"/arenden/{filed.id}/tack"), key)


async def _confirmation(context: Context, here: Visit, ticket_id: str) -> ConfirmationPage:
    """Until routing has decided, only whom the matrix names: which agreement counts depends on the cause."""
    ticket, on, _readers = await seen(context, here.caller, ticket_id)
    directory, url = here.caller.directory, f"/arenden/{ticket.id}"
    incident = on or await _named(context, here, ticket)
    line = present.holder_line(directory, ticket, incident, here.language) or HolderLine("")
    live = f"{url}/tack/nu" if on is None or on.holder is None else None
    work = await _awaited(context, incident)
    if incident is None and ticket.state not in OVER and ticket.school in directory.schools_by_id:
        foreseen = await foresee(context, here, ticket)
        line, work = foreseen.line, foreseen.work
    steps = _next(ticket.kind, incident, line, here.frame.now) if work is None else _meanwhile(work, here)
    why = urgent.why(directory, ticket, incident)
    return ConfirmationPage(ticket.number, ticket.title, url, line, steps, urgent=why, live=live)


async def _awaited(context: Context, incident: Incident | None) -> Work | None:
    """The planned work whose end the incident waits for; for most there is nothing to ask the database."""
    if incident is None or incident.waits_for is None:
        return None
    async with context.reading.connect() as conn:
        return await stored_works.awaited(conn, incident)


async def _named(context: Context, here: Visit, ticket: Ticket) -> Incident | None:
    """What the reporter named, or where that went on, unless it has ended: the ticket is there a blink from now."""
    named = await reads.incident(context.engine, here.caller.directory.id, ticket.same_as)
    while named is not None and named.successor is not None:
        named = await reads.incident(context.engine, here.caller.directory.id, named.successor)
    return named if named is not None and named.state not in ENDED else None


def _next(kind: TicketKind, incident: Incident | None, line: HolderLine, now: datetime) -> tuple[Say, ...]:
    """What happens now, in order; nobody begins with what is solved."""
    if kind in GATHERED:
        return (sentences.GATHERED, sentences.TOLD_WHEN_DECIDED)
    if incident is not None and incident.state == "resolved" and incident.resolved_at is not None:
        return (sentences.solved_already(incident.resolved_at), sentences.SAY_WHETHER_IT_WORKS)
    due = incident.next_update_at if incident is not None else None
    promised: tuple[Say, ...] = ()
    if due is not None:
        promised = (sentences.next_update_by(due) if due > now else sentences.update_was_due(due),)
    told = sentences.TOLD_OF_STAGES if kind == "request" else sentences.TOLD_WHEN_SOLVED
    return (sentences.party_looks(line.name), *promised, told)


def _meanwhile(work: Work, here: Visit) -> tuple[Say, ...]:
    """Nobody begins with what planned work explains, until it is done."""
    going_on = sentences.work_going_on(work.ends_at, in_language(work.text, here.language))
    return (going_on, sentences.GOES_ON_BY_ITSELF, sentences.TOLD_WHEN_SOLVED)


def _form(here: Visit, *, idempotency_key: str, **fields: Field) -> FormPage:
    directory = here.caller.directory
    schools = tuple(Option(school.id, here.words(school.name.words)) for school in directory.schools)
    services = tuple(Option(known.id, here.words(known.name.words)) for known in directory.services)
    needs, impacts = urgent.options(directory.urgencies.needs), urgent.options(directory.urgencies.impacts)
    page = FormPage(idempotency_key, schools, services, needs, impacts, suggest_url="/arenden/ny/kanda")
    return replace(page, **fields)  # type: ignore[arg-type]


async def _known(context: Context, here: Visit, text: str, school: str, service: str) -> tuple[KnownProblem, ...]:
    directory = here.caller.directory
    school = school if school in directory.schools_by_id else ""
    service = service if text.strip() and service in directory.services_by_id else ""
    try:
        if not (found := await problems(context, here.caller, text, school, service)):
            return ()
        async with context.reading.connect() as conn:
            ids_ = [incident.id for incident in found]
            theirs = await reads.reported_by(conn, directory.id, here.caller.who.person, ids_)
    except Exception:  # what is offered helps to report; nobody is kept from reporting because it fails
        log.exception("known_problems_failed", municipality=directory.id)
        return ()
    shown = [present.known_problem(directory, incident, here.language) for incident in found]
    titles = [problem.title for problem in shown]
    return tuple(
        replace(
            problem,
            already_on_it=problem.id in theirs,
            began=incident.opened_at if titles.count(problem.title) > 1 else None,
        )
        for incident, problem in zip(found, shown, strict=True)
    )


async def _works(context: Context, here: Visit, text: str, school: str, service: str) -> tuple[PlannedWork, ...]:
    """What is done at the school now: of what the words are about or was chosen; before a word is written, all."""
    directory, now = here.caller.directory, here.frame.now
    if school not in directory.schools_by_id:
        return ()
    works = await planned.running(context.engine, directory, school, now)
    if works and text.strip():
        about = await context.known.service_of(directory, report_of_words(here.caller, text, school, service))
        works = planned.of_services(works, {about, service})
    return tuple(planned.shown(directory, work, here.language, now, linked=False) for work in works)


async def _with_what_is_known(context: Context, here: Visit, sent: SentReport) -> SentReport:
    """One tap on "Jag har samma problem": what was not written is what the disturbance is called."""
    directory = here.caller.directory
    incident = await reads.incident(context.engine, directory.id, sent.same_as)
    if incident is None:
        return sent
    return sent.model_copy(
        update={
            "text": sent.text if sent.text.strip() else present.problem_title(directory, incident, here.language),
            "school": sent.school or here.frame.school or "",
            "service": sent.service or incident.service,
        }
    )


async def _again(
    context: Context, here: Visit, sent: SentReport, wrong: Mapping[str, Words], error: Say | None
) -> FormPage:
    """The form with what was written, what is wrong with it, and what is offered for these words."""
    fields = {name: Field(value, wrong.get(name)) for name, value in sent.kept().items()}
    fields["files"] = Field("", wrong["files"]) if "files" in wrong else await attached.to_choose_again(here.request)
    form = _form(here, idempotency_key=sent.idempotency_key or ids.new("request"), **fields)
    text = sent.text[:TEXT_LIMIT].replace(UNREADABLE, "")
    return await _with_offers(context, here, replace(form, error=error), text, sent.school, sent.service)


async def _with_offers(context: Context, here: Visit, form: FormPage, text: str, school: str, service: str) -> FormPage:
    """With what may be the same fault: what goes wrong is not what somebody needs."""
    if form.kind.value != "incident":
        return form
    asked = (text, school, service)
    return replace(form, known=await _known(context, here, *asked), works=await _works(context, here, *asked))


def _report(here: Visit, sent: SentReport) -> filing.Report:
    title, rest = split_title(sent.text)
    return filing.Report(
        title=title,
        description=rest,
        school=sent.school,
        reporter=here.caller.who.person,
        reporter_role=here.caller.who.role,
        kind=sent.kind if sent.kind in _KINDS else "incident",  # type: ignore[arg-type]
        language=here.language,
        room=sent.room.strip() or None,
        service=sent.service or None,
        asset=sent.asset.strip() or None,
        need=sent.need if sent.asked_how_urgent else None,
        impact=sent.impact if sent.asked_how_urgent else None,
        same_as=sent.same_as or None,
    )


def split_title(text: str) -> tuple[str, str]:
    """The first line is the title; a long one is cut at a word, and then stands whole in the description."""
    first, _, rest = text.strip().partition("\n")
    first = first.strip()
    if len(first) <= filing.TITLE_LIMIT:
        return first, rest.strip()
    cut = first[: filing.TITLE_LIMIT - 1].rsplit(" ", 1)[0]
    return f"{cut}…", text.strip()


def _faults(here: Visit, report: filing.Report, sent: SentReport) -> dict[str, Say]:
    wrong: dict[str, Say] = {}
    said = _SENTENCES if report.kind == "incident" else _SENTENCES | _OF_WISHES
    for fault in filing.check(report, here.caller.who, here.caller.directory, handlers.now()):
        field = _FIELDS.get(fault.field, fault.field)
        wrong.setdefault(field, said.get((fault.field, fault.code), sentences.CHOICE_UNKNOWN))
    for field, value in (("text", sent.text), ("room", sent.room), ("asset", sent.asset)):
        if UNREADABLE in value:
            wrong[field] = sentences.BAD_CHARACTERS
    if len(sent.text) > TEXT_LIMIT:
        wrong["text"] = sentences.too_long(TEXT_LIMIT)
    if sent.kind not in _KINDS:
        wrong["kind"] = sentences.CHOICE_UNKNOWN
    return wrong


_FIELDS = {"title": "text", "description": "text", "same_as": "kind"}
_SENTENCES = {
    ("title", "missing"): sentences.TEXT_REQUIRED,
    ("title", "personnummer"): sentences.PERSONAL_NUMBER,
    ("title", "too_long"): sentences.too_long(filing.TITLE_LIMIT),
    ("description", "too_long"): sentences.too_long(filing.DESCRIPTION_LIMIT),
    ("room", "too_long"): sentences.too_long(filing.SHORT_LIMIT),
    ("asset", "too_long"): sentences.too_long(filing.SHORT_LIMIT),
    ("school", "unknown"): sentences.SCHOOL_REQUIRED,
    ("need", "unknown"): sentences.URGENCY_REQUIRED,
    ("impact", "unknown"): sentences.IMPACT_REQUIRED,
    ("same_as", "other_kind"): sentences.FAULTS_ONLY,
}
_OF_WISHES = {("title", "missing"): sentences.WISH_REQUIRED}
