"""A reporter's pages: the form, its answer, the case, the own cases."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, StringConstraints

from contracts import ids
from contracts.disclosure import Staff
from contracts.values import in_language
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.api.known import problems
from ticketing.api.paging import cursor_of, place_of
from ticketing.api.tickets import joinable, seen, with_former
from ticketing.domain import filing
from ticketing.domain.names import school_name, service_name
from ticketing.domain.state import Incident, Question, Ticket
from ticketing.store import intake, reads
from ticketing.views import (
    CasePage,
    CaseRow,
    ConfirmationPage,
    Field,
    FormPage,
    HolderLine,
    KnownPart,
    KnownProblem,
    MyCasesPage,
    OpenQuestion,
    Option,
    Say,
    Status,
    Timeline,
)
from ticketing.web import present
from ticketing.web.forms import UNREADABLE, PageRoutes, sender, sender_of_fresh, status_of
from ticketing.web.pages import Visit, go, visit

URGENCY = {"stopped": 1, "workaround": 3, "whenever": 4}
CASES_SHOWN = 50
ENTRIES_SHOWN = 100
TEXT_LIMIT = 10_000
_KINDS = frozenset({"incident", "request", "need", "idea"})


Choice = Annotated[str, StringConstraints(max_length=100)]


class SentReport(BaseModel):
    """The form as it was sent: nothing of it is right until it was checked."""

    csrf: Annotated[str, StringConstraints(max_length=200)] = ""
    idempotency_key: Choice = ""
    text: str = ""
    school: Choice = ""
    room: str = ""
    urgency: Choice = ""
    kind: Choice = "incident"
    service: Choice = ""
    asset: str = ""
    same_as: Choice = ""

    def kept(self) -> dict[str, str]:
        """What stands in the form when it is shown again."""
        return self.model_dump(include={"text", "school", "room", "urgency", "kind", "service", "asset"})

    def digest(self) -> str:
        """Tells one report from another under the same key; hex SHA-256."""
        said = (self.text, self.school, self.room, self.urgency, self.kind, self.service, self.asset, self.same_as)
        return hashlib.sha256("\x1f".join(said).encode()).hexdigest()


def router(context: Context) -> APIRouter:  # noqa: C901  (a list of routes, each short)
    """The routes."""
    routes = PageRoutes("/arenden")

    @routes.get("/arenden/ny")
    async def blank_form(request: Request) -> Response:
        here = await visit(context, request)
        school = min(here.caller.who.schools, default="")
        form = _form(here, idempotency_key=ids.new("request"), school=Field(school))
        return here.show("form", replace(form, known=await _known(context, here, "", school, "")))

    @routes.get("/arenden/ny/kanda")
    async def known_now(
        request: Request,
        text: Annotated[str, Query(max_length=2000)] = "",
        school: Annotated[str, Query(max_length=100)] = "",
        service: Annotated[str, Query(max_length=100)] = "",
    ) -> Response:
        """What the words so far may be about, asked again while somebody types."""
        here = await visit(context, request)
        return here.part("known", KnownPart(await _known(context, here, text, school, service)))

    @routes.post("/arenden/ny")
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
        key = None
        if sent.idempotency_key:
            key = intake.Key(here.caller.who.person, f"form:{sent.idempotency_key}", sent.digest())
        try:
            filed = await handlers.file_ticket(context.engine, here.caller.directory, report, key)
        except handlers.KeyReused:  # back to the form, and something else written in it
            again = await _again(context, here, sent, {}, error=sentences.SENT_BEFORE)
            return here.show("form", replace(again, idempotency_key=ids.new("request")), 422)
        return go(f"/arenden/{filed.id}/tack")

    @routes.get("/arenden/{ticket_id}/tack")
    async def confirmation(ticket_id: str, request: Request) -> Response:
        here = await visit(context, request)
        ticket, incident, _readers = await seen(context, here.caller, ticket_id)
        directory = here.caller.directory
        if incident is None:
            answer = present.expected(directory, ticket)
            line = present.expected_line(directory, answer, here.language)
            due = present.promised(directory, ticket, answer)
        else:
            line = present.holder_line(directory, ticket, incident, here.language) or HolderLine("")
            due = incident.next_update_at
        steps = [sentences.party_looks(line.name)]
        if due is not None:
            steps.append(sentences.next_update_by(due))
        steps.append(sentences.TOLD_WHEN_SOLVED)
        page = ConfirmationPage(ticket.number, ticket.title, f"/arenden/{ticket.id}", line, tuple(steps))
        return here.show("confirmation", page)

    @routes.get("/arenden")
    async def my_cases(
        request: Request,
        q: Annotated[str, Query(max_length=200)] = "",
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        here = await visit(context, request)
        who, directory = here.caller.who, here.caller.directory
        which = reads.TicketFilter(reporter=who.person, query=q.strip())
        async with context.reading.connect() as conn:
            found = await reads.tickets(conn, directory.id, which, CASES_SHOWN + 1, place_of(cursor, datetime, str))
            shown = found[:CASES_SHOWN]
            on = await reads.incidents_by_id(conn, directory.id, {each.incident for each in shown if each.incident})
            last = await reads.last_entries(conn, directory.id, shown)
        rows = [
            _row(here, each, on.get(each.incident or ""), last[each.id].at if each.id in last else None)
            for each in shown
        ]
        older = cursor_of(shown[-1].filed_at, shown[-1].id) if len(found) > CASES_SHOWN else None
        done = (Status.CLOSED, Status.WITHDRAWN, Status.CANCELLED)
        page = MyCasesPage(
            who.name.split()[0],
            tuple(row for row in rows if row.needs_you),
            tuple(row for row in rows if not row.needs_you and row.status not in done),
            tuple(row for row in rows if row.status in done),
            query=q.strip(),
            older=f"/arenden?cursor={older}" if older else None,
            school_url=f"/skolor/{here.frame.school}" if here.frame.school else None,
        )
        return here.show("my_cases", page)

    @routes.get("/arenden/{ticket_id}")
    async def case(ticket_id: str, request: Request) -> Response:
        here = await visit(context, request)
        return here.show("case", await _case(context, here, ticket_id))

    @routes.get("/arenden/{ticket_id}/nu")
    async def case_now(ticket_id: str, request: Request) -> Response:
        here = await visit(context, request)
        return here.part("case_live", await _case(context, here, ticket_id))

    @routes.post("/arenden/{ticket_id}/svar")
    async def answer(
        ticket_id: str,
        request: Request,
        csrf: Annotated[str, Form(max_length=200)] = "",
        text: Annotated[str, Form()] = "",
        answers: Annotated[str, Form(max_length=100)] = "",
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        wrong = unfit or _text_fault(text, sentences.ANSWER_REQUIRED)
        if wrong is not None:
            page = await _case(context, here, ticket_id, answer=Field(text, wrong))
            return here.show("case", page, status_of(unfit))
        await handlers.answer(
            context.engine,
            here.caller.directory,
            here.caller.who,
            ticket_id,
            text.strip(),
            language=here.language,
            question=answers or None,
        )
        return go(f"/arenden/{ticket_id}", "answered")

    @routes.post("/arenden/{ticket_id}/fungerar")
    async def works(ticket_id: str, request: Request, csrf: Annotated[str, Form(max_length=200)] = "") -> Response:
        here = await sender_of_fresh(context, request, csrf)
        await handlers.confirm_fixed(context.engine, here.caller.directory, here.caller.who, ticket_id)
        return go(f"/arenden/{ticket_id}", "confirmed")

    @routes.post("/arenden/{ticket_id}/fortfarande-fel")
    async def still_wrong(
        ticket_id: str,
        request: Request,
        csrf: Annotated[str, Form(max_length=200)] = "",
        text: Annotated[str, Form()] = "",
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        wrong = unfit or _text_fault(text, sentences.STILL_WRONG_REQUIRED)
        if wrong is not None:
            page = await _case(context, here, ticket_id, still_wrong=Field(text, wrong))
            return here.show("case", page, status_of(unfit))
        await handlers.reopen(
            context.engine, here.caller.directory, here.caller.who, ticket_id, text.strip(), language=here.language
        )
        return go(f"/arenden/{ticket_id}", "reopened")

    return routes


def _form(here: Visit, *, idempotency_key: str, **fields: Field) -> FormPage:
    directory, english = here.caller.directory, here.language == "en"
    schools = tuple(Option(school.id, school.name.sv) for school in directory.schools)
    services = tuple(Option(known.id, known.name.en if english else known.name.sv) for known in directory.services)
    page = FormPage(idempotency_key, schools, services, suggest_url="/arenden/ny/kanda")
    return replace(page, **fields)  # type: ignore[arg-type]


async def _known(context: Context, here: Visit, text: str, school: str, service: str) -> tuple[KnownProblem, ...]:
    directory = here.caller.directory
    school = school if school in directory.schools_by_id else ""
    service = service if text.strip() and service in directory.services_by_id else ""
    found = await problems(context, here.caller, text, school, service)
    return tuple(present.known_problem(directory, incident, here.language) for incident in found)


async def _with_what_is_known(context: Context, here: Visit, sent: SentReport) -> SentReport:
    """One tap on "Jag har samma problem": what was not written is what the disturbance is called."""
    directory = here.caller.directory
    incident = await reads.incident(context.engine, directory.id, sent.same_as)
    if incident is None:
        return sent
    return sent.model_copy(
        update={
            "text": sent.text if sent.text.strip() else present.problem_title(directory, incident, here.language),
            "urgency": sent.urgency or "workaround",
            "school": sent.school or min(here.caller.who.schools, default=""),
            "service": sent.service or incident.service,
        }
    )


async def _again(
    context: Context, here: Visit, sent: SentReport, wrong: Mapping[str, Say], error: Say | None
) -> FormPage:
    """The form with what was written, what is wrong with it, and what is offered for these words."""
    fields = {name: Field(value, wrong.get(name)) for name, value in sent.kept().items()}
    form = _form(here, idempotency_key=sent.idempotency_key or ids.new("request"), **fields)
    text = sent.text[:TEXT_LIMIT].replace(UNREADABLE, "")
    return replace(form, known=await _known(context, here, text, sent.school, sent.service), error=error)


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
        urgency=URGENCY.get(sent.urgency, 3),
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
    for fault in filing.check(report, here.caller.who, here.caller.directory, handlers.now()):
        field = _FIELDS.get(fault.field, fault.field)
        wrong.setdefault(field, _SENTENCES.get((fault.field, fault.code), sentences.CHOICE_UNKNOWN))
    for field, value in (("text", sent.text), ("room", sent.room), ("asset", sent.asset)):
        if UNREADABLE in value:
            wrong[field] = sentences.BAD_CHARACTERS
    if len(sent.text) > TEXT_LIMIT:
        wrong["text"] = sentences.too_long(TEXT_LIMIT)
    if sent.urgency not in URGENCY:
        wrong["urgency"] = sentences.URGENCY_REQUIRED
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
    ("same_as", "other_kind"): sentences.FAULTS_ONLY,
}


def _text_fault(text: str, missing: Say) -> Say | None:
    if not text.strip():
        return missing
    if UNREADABLE in text:
        return sentences.BAD_CHARACTERS
    return sentences.too_long(TEXT_LIMIT) if len(text) > TEXT_LIMIT else None


def _row(here: Visit, ticket: Ticket, incident: Incident | None, changed_at: datetime | None) -> CaseRow:
    directory = here.caller.directory
    line = present.holder_line(directory, ticket, incident, here.language)
    status = present.status(ticket, incident, own=True)
    newest = max(filter(None, (changed_at, incident.last_word_at if incident else None)), default=ticket.filed_at)
    place = school_name(directory, ticket.school)
    return CaseRow(
        ticket.number,
        ticket.title,
        f"/arenden/{ticket.id}",
        status,
        f"{place} · {ticket.room}" if ticket.room else place,
        line.name if line and not line.preliminary else None,
        newest,
        needs_you=status in (Status.WAITING_ON_YOU, Status.RESOLVED),
    )


async def _case(
    context: Context, here: Visit, ticket_id: str, answer: Field | None = None, still_wrong: Field | None = None
) -> CasePage:
    who, directory, language = here.caller.who, here.caller.directory, here.language
    before = place_of(here.request.query_params.get("fore"), datetime, str, int)
    ticket, incident, readers = await seen(context, here.caller, ticket_id)
    async with context.reading.connect() as conn:
        until = await with_former(conn, here.caller, ticket, readers)
        entries = await reads.entries(conn, directory.id, list(readers), ENTRIES_SHOWN + 1, before, until)
        link = await reads.link_of(conn, ticket.id) if readers[ticket.id] == Staff() else None
        questions = await reads.open_questions_to(conn, ticket.id)
        people = {entry.person for entry in entries if entry.person} | {ticket.reporter}
        names = await reads.names(conn, directory.id, people)
    own = ticket.reporter == who.person
    shown = entries[:ENTRIES_SHOWN]
    older = cursor_of(shown[-1].at, shown[-1].case, shown[-1].seq) if len(entries) > ENTRIES_SHOWN else None
    items = present.timeline_items(directory, shown, readers, names, person=who.person, language=language)
    status = present.status(ticket, incident, own=own)
    over = ticket.state in ("closed", "withdrawn")
    solved = over or (incident is not None and incident.state in ("resolved", "closed"))
    return CasePage(
        number=ticket.number,
        title=ticket.title,
        url=f"/arenden/{ticket.id}",
        status=status,
        rail=present.rail(directory, ticket.filed_at, incident, language, present.end_of(ticket, incident)),
        holder=present.holder_line(directory, ticket, incident, language),
        text=f"{ticket.title}\n\n{ticket.description}".strip(),
        filed_at=ticket.filed_at,
        filed_by=names.get(ticket.reporter, ticket.reporter),
        school=school_name(directory, ticket.school),
        timeline=Timeline(items, f"/arenden/{ticket.id}?fore={older}" if older else None),
        room=ticket.room or "",
        service=in_language(service_name(directory, ticket.service), language) if ticket.service else "",
        asset=ticket.asset or "",
        next_step=sentences.WAITING_ON_YOU if status is Status.WAITING_ON_YOU else None,
        questions=tuple(_question(here, question) for question in questions) if own else (),
        others=max(incident.tickets - 1, 0) if incident else 0,
        why=tuple(in_language(reason, language) for reason in link.reasons) if link else (),
        answer=answer or Field(),
        still_wrong=still_wrong or Field(),
        can_answer=own and not over,
        can_confirm=own and not over and ticket.confirmed_at is None,
        can_reopen=own and solved and ticket.state != "withdrawn",
        live=None if before else f"/arenden/{ticket.id}/nu",
        desk_url=f"/storningar/{incident.id}" if incident and readers[incident.id] == Staff() else None,
    )


def _question(here: Visit, question: Question) -> OpenQuestion:
    asked_by = present.said_by(here.caller.directory, question.vendor, here.language)
    return OpenQuestion(question.id, asked_by, question.asked_at, in_language(question.text, here.language))
