"""One's own case: where it is, what has happened, and what one may say to it."""

from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter, Request, Response

from chassis.look.forms import PageRoutes
from contracts.disclosure import Staff
from contracts.values import in_language
from ticketing import sentences
from ticketing.api.context import Context
from ticketing.api.paging import cursor_of, place_of
from ticketing.api.tickets import seen, with_former
from ticketing.domain import access, further, why
from ticketing.domain.names import reporter_name, school_name, service_name
from ticketing.domain.state import OVER, Incident, Link, Ticket
from ticketing.store import began as starts
from ticketing.store import chains, handoffs, people, reads
from ticketing.views import (
    CasePage,
    Field,
    OrderActs,
    Say,
    Status,
    Timeline,
    Words,
    say,
)
from ticketing.web import courses, present
from ticketing.web import who as who_page
from ticketing.web.pages import Visit, visit
from ticketing.web.planned import shown as planned
from ticketing.web.reporting import late, urgent

ENTRIES_SHOWN = 100


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes("/arenden")

    @routes.get("/arenden/{ticket_id}")
    async def case(ticket_id: str, request: Request) -> Response:
        here = await visit(context, request)
        return here.show("case", await case_page(context, here, ticket_id))

    @routes.get("/arenden/{ticket_id}/nu")
    async def case_now(ticket_id: str, request: Request) -> Response:
        here = await visit(context, request)
        return here.part("case_live", await case_page(context, here, ticket_id))

    return routes


async def case_page(
    context: Context,
    here: Visit,
    ticket_id: str,
    answer: Field | None = None,
    files: Field | None = None,
    answer_to: str = "",
    still_wrong: Field | None = None,
    ask: Field | None = None,
    withdrawal: Field | None = None,
) -> CasePage:
    """The page; each field: a form that is shown again."""
    who, directory, language = here.caller.who, here.caller.directory, here.language
    before = place_of(here.request.query_params.get("fore"), datetime, str, int)
    ticket, incident, readers = await seen(context, here.caller, ticket_id)
    async with context.reading.connect() as conn:
        story = await with_former(conn, here.caller, ticket, readers)
        entries = await chains.entries(conn, directory.id, list(readers), ENTRIES_SHOWN + 1, before, story.until)
        shared = incident is not None and incident.tickets > 1
        began = shared and incident is not None and await starts.opened_with(conn, incident) == ticket.id
        questions = await reads.open_questions_to(conn, ticket.id)
        own = ticket.reporter == who.person
        late_notices = await late.notices(conn, directory, ticket, incident, language) if own else ()
        late_notices = present.told_to_all(incident, language) + late_notices
        late_notices += await planned.notices(conn, directory, incident, language)
        named = {entry.person for entry in entries if entry.person} | {ticket.reporter}
        names = await people.called(conn, directory, named, language)
        led = await handoffs.leads_of(conn, ticket, readers) if readers[ticket.id] == Staff() else {}
    shown = entries[:ENTRIES_SHOWN]
    older = cursor_of(shown[-1].at, shown[-1].case, shown[-1].seq) if len(entries) > ENTRIES_SHOWN else None
    items = present.timeline_items(
        directory,
        shown,
        readers,
        names,
        person=who.person,
        language=language,
        files_at=lambda _case: f"/arenden/{ticket.id}/filer",
        story=story,
        leads=led,
    )
    status, end = present.status(directory, ticket, incident, own=own), present.end_of(ticket, incident)
    asked = ticket.confirmed_at is None and status is not Status.REOPENED  # nobody is asked what they have just said
    over = ticket.state in OVER
    judges = access.may_judge(who, ticket, incident)
    may_ask = access.may_ask_further(who, ticket, incident) and further.can_go_further(ticket, incident)
    again = further.again_at(ticket, here.frame.now)
    solved = over or (incident is not None and incident.state in ("resolved", "closed"))
    holder = present.holder_line(directory, ticket, incident, language)
    if holder is not None and holder.is_solved:
        on_its_way = status is Status.REOPENED
        holder = replace(holder, is_solved=not on_its_way, preliminary=on_its_way)
    return CasePage(
        number=ticket.number,
        title=ticket.title,
        url=f"/arenden/{ticket.id}",
        status=status,
        rail=courses.rail(directory, ticket.kind, ticket.filed_at, incident, language, end),
        holder=holder,
        text=f"{ticket.title}\n\n{ticket.description}".strip(),
        filed_at=ticket.filed_at,
        filed_by=reporter_name(directory, names, ticket, language),
        school=school_name(directory, ticket.school, language),
        timeline=Timeline(items, f"/arenden/{ticket.id}?fore={older}" if older else None),
        room=ticket.room or "",
        service=in_language(service_name(directory, ticket.service), language) if ticket.service else "",
        asset=ticket.asset or "",
        next_step=_NEXT_STEPS.get(status)
        or (_next_step(here, incident) if not over and (asked or not solved) else None),
        urgent=urgent.why(directory, ticket, incident),
        answers=urgent.answers(directory, ticket),
        questions=tuple(present.open_question(directory, question, language) for question in questions) if own else (),
        notices=late_notices,
        others=max(incident.tickets - 1, 0) if incident else 0,
        why=_why(here, story.link, began=began, staff=readers[ticket.id] == Staff()) if shared else (),
        began=began,
        answer=answer or Field(),
        answer_files=files or Field(),
        answer_to=answer_to if any(question.id == answer_to for question in questions) else "",
        still_wrong=_of_kind(ticket, incident, still_wrong or Field()),
        can_answer=own and not over,
        asked=asked,
        can_confirm=judges and ticket.kind == "incident" and not over and ticket.confirmed_at is None,
        can_reopen=judges
        and ticket.kind == "incident"
        and solved
        and status is not Status.REOPENED
        and ticket.state not in ("withdrawn", "erased"),
        can_withdraw=own and not over and (incident is None or incident.state not in _DONE),
        withdrawal=withdrawal or Field(),
        course=courses.course_of(directory, incident, language, here.frame.now),
        order=_order_acts(ticket, incident, asked=asked) if own else OrderActs(),
        can_ask_further=may_ask and (again is None or ask is not None),
        further=ask or Field(),
        further_hint=_further_hint(here, incident),
        asked_further=sentences.asked_further(again - further.AGAIN, again) if may_ask and again and not ask else None,
        live=None if before else f"/arenden/{ticket.id}/nu",
        desk_url=f"/storningar/{incident.id}" if incident and readers[incident.id] == Staff() else None,
        erase_url=f"/arenden/{ticket.id}/radera" if access.may_erase(who) else None,
        who_url=who_page.address(directory, ticket, incident) if holder else None,
    )


def _why(here: Visit, link: Link | None, *, began: bool, staff: bool) -> tuple[Words, ...]:
    """Why it is with others. Who opened the case is with nobody for a reason."""
    if began:
        return (say("case.began"),)
    reasons = link.reasons if link else ()
    return tuple(in_language(reason, here.language) for reason in (reasons if staff else why.to_reporter(reasons)))


def _further_hint(here: Visit, incident: Incident | None) -> Say:
    """What follows if the school asks now."""
    until = further.noted_only_until(incident, here.frame.now)
    if until is not None:
        return sentences.asked_is_noted(until)
    goes_on = further.goes_on_when_asked(here.caller.directory, incident)
    return sentences.ASKED_GOES_ON if goes_on else sentences.ASKED_IS_TOLD


def _next_step(here: Visit, incident: Incident | None) -> Say | None:
    directory = here.caller.directory
    planned_step = present.next_step(directory, incident, here.frame.now)
    return planned_step or present.nothing_next(directory, incident, here.language)


def _of_kind(ticket: Ticket, incident: Incident | None, wrong: Field) -> Field:
    """What is missing is said as the form asks it."""
    missing = wrong.error is sentences.STILL_WRONG_REQUIRED and ticket.kind == "request"
    is_declined = incident is not None and incident.stage == "declined"
    what = sentences.WHY_REQUIRED if is_declined else sentences.DIFFERENCE_REQUIRED
    return Field(wrong.value, what) if missing else wrong


_DONE = ("resolved", "closed", "decided")
"""What is solved is judged, and what is decided stays so."""
_NEXT_STEPS = {
    Status.WAITING_ON_YOU: sentences.WAITING_ON_YOU,
    Status.WAITING_ON_REPORTER: sentences.WAITS_FOR_REPORTER,
    Status.GATHERED: sentences.TOLD_WHEN_DECIDED,
}


_NOT_ON_ITS_WAY = (None, "ordered", "approved", "changed")


def _order_acts(ticket: Ticket, incident: Incident | None, *, asked: bool) -> OrderActs:
    """That it came may be said at any time, that it differs once it is said to be here, or to be done."""
    if ticket.kind != "request" or incident is None or ticket.state in ("withdrawn", "erased"):
        return OrderActs()
    over = ticket.state == "closed"
    here = over or (incident.state in ("resolved", "closed") and (asked or ticket.confirmed_at is not None))
    if here and incident.stage == "declined":
        return OrderActs(differs=True, declined=True)
    came = not over and ticket.confirmed_at is None
    early = came and not here and incident.stage in _NOT_ON_ITS_WAY
    return OrderActs(came, early, differs=here, arrived=here and asked and not over)
