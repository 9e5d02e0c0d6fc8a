"""What the desk is asked about causes, in one list: each answered with one click."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.look.forms import PageRoutes
from contracts.values import in_language
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.api.paging import cursor_of, place_of
from ticketing.domain import access
from ticketing.domain.names import school_name
from ticketing.domain.state import Incident, Ticket
from ticketing.store import began, reads, suggested
from ticketing.views import Answered, AnsweredPart, EmptyState, LinkQuestion, QuestionSide, QuestionsPage
from ticketing.web import present
from ticketing.web.desk.answered import outcome
from ticketing.web.desk.belonging import LIKELY
from ticketing.web.desk.counted import pages_of
from ticketing.web.forms import Token, sender_of_fresh
from ticketing.web.pages import Visit, go, visit

_LATE = timedelta(minutes=5)
"""So long after it began, when it was reported is not when it began."""
HERE = "/ko/hor-ihop"
SHOWN = 20
_SCHOOLS_NAMED = 3
Cursor = Annotated[str, Form(max_length=500)]
Number = Annotated[int, Form(ge=1, le=100_000)]
Flag = Annotated[int, Form(ge=0, le=1)]


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes("/ko")

    @routes.get(HERE)
    async def questions(
        request: Request,
        cursor: Annotated[str, Query(max_length=500)] = "",
        sida: Annotated[int, Query(ge=1, le=100_000)] = 1,
        alla: Annotated[int, Query(ge=0, le=1)] = 0,
        svarad: Annotated[str, Query(max_length=80)] = "",
        begaran: Annotated[str, Query(max_length=80)] = "",
    ) -> Response:
        here = await visit(context, request)
        number = sida if cursor else 1
        return here.show("questions", await _page(context, here, cursor, number, (svarad, begaran), every=bool(alla)))

    @routes.get(HERE + "/nu")
    async def answered_now(
        request: Request,
        cursor: Annotated[str, Query(max_length=500)] = "",
        sida: Annotated[int, Query(ge=1, le=100_000)] = 1,
        alla: Annotated[int, Query(ge=0, le=1)] = 0,
        svarad: Annotated[str, Query(max_length=80)] = "",
        begaran: Annotated[str, Query(max_length=80)] = "",
    ) -> Response:
        """What became of an answer that was not decided when the page was shown."""
        here = await visit(context, request)
        _may_be_asked(here)
        async with context.reading.connect() as conn:
            told, _ = await _told(conn, here, _address(cursor, sida, every=bool(alla)), (svarad, begaran))
        return here.part("answered", AnsweredPart(told))

    @routes.post(HERE + "/{suggestion}/ja")
    async def accept(
        suggestion: str, request: Request, csrf: Token = "", cursor: Cursor = "", sida: Number = 1, alla: Flag = 0
    ) -> Response:
        return await answer(suggestion, request, csrf, _address(cursor, sida, every=bool(alla)), accept=True)

    @routes.post(HERE + "/{suggestion}/nej")
    async def refuse(
        suggestion: str, request: Request, csrf: Token = "", cursor: Cursor = "", sida: Number = 1, alla: Flag = 0
    ) -> Response:
        return await answer(suggestion, request, csrf, _address(cursor, sida, every=bool(alla)), accept=False)

    async def answer(
        suggestion: str, request: Request, csrf: str, back: Mapping[str, object], *, accept: bool
    ) -> Response:
        here = await sender_of_fresh(context, request, csrf)
        caller = here.caller
        request_id = await handlers.answer_suggestion(
            context.engine, caller.directory, caller.who, suggestion, accept=accept
        )
        return go(f"{HERE}?{_after(back, (suggestion, request_id))}", "sent")

    return routes


def _address(cursor: str, number: int, *, every: bool) -> dict[str, object]:
    return ({"alla": 1} if every else {}) | ({"cursor": cursor, "sida": number} if cursor else {})


def _after(back: Mapping[str, object], answered: tuple[str, str]) -> str:
    """The query of the page that an answer leads to."""
    return urlencode({**back, "svarad": answered[0], "begaran": answered[1]})


def _may_be_asked(here: Visit) -> None:
    if not access.may_list_questions(here.caller.who):
        raise handlers.NotAllowed


async def _told(
    conn: AsyncConnection, here: Visit, back: Mapping[str, object], answered: tuple[str, str]
) -> tuple[Answered | None, bool]:
    query = _after(back, answered)
    return await outcome(conn, here, *answered, f"{HERE}?{query}", f"{HERE}/nu?{query}")


async def _page(
    context: Context, here: Visit, cursor: str, number: int, answered: tuple[str, str], *, every: bool
) -> QuestionsPage:
    """`answered`: the question and its answer's command; it is left out unless that was refused. `every`: also the
    unlikely.
    """
    who, directory = here.caller.who, here.caller.directory
    _may_be_asked(here)
    schools, parties = access.schools_on_desk(who, directory), access.parties_on_desk(who)
    async with context.reading.connect() as conn:
        after = place_of(cursor or None, float, str)
        became, over = await _told(conn, here, _address(cursor, number, every=every), answered)
        found = await suggested.at(conn, directory.id, schools, parties, SHOWN + 2, after, 0.0 if every else LIKELY)
        whole = await suggested.count(conn, directory.id, schools, parties)
        likely = await suggested.count(conn, directory.id, schools, parties, LIKELY)
        if over and (gone := next((one for one in found if one.id == answered[0]), None)) is not None:
            found.remove(gone)  # answered, and counted until that is decided
            whole -= whole <= reads.COUNT_LIMIT
            likely -= gone.score >= LIKELY and likely <= reads.COUNT_LIMIT
        shown = found[:SHOWN]
        both = {case for one in shown for case in (one.incident, one.candidate)}
        incidents = await reads.incidents_by_id(conn, directory.id, both)
        leads = await reads.lead_tickets(conn, directory.id, sorted(both))
        staying = await suggested.staying(conn, directory.id, shown)
        since = await began.first_occurred(conn, directory.id, sorted(both))
    questions = tuple(
        LinkQuestion(
            one.id,
            _side(here, incidents[one.incident], leads.get(one.incident), since, len(staying.get(one.id, ()))),
            _side(here, incidents[one.candidate], leads.get(one.candidate), since),
            tuple(in_language(reason, here.language) for reason in one.reasons),
            tuple(staying.get(one.id, ())),
        )
        for one in shown
    )
    following = None
    if len(found) > SHOWN:
        onwards = _address(cursor_of(shown[-1].score, shown[-1].id), number + 1, every=every)
        following = f"{HERE}?{urlencode(onwards)}"
    start = (number - 1) * SHOWN
    first = f"{HERE}?alla=1" if every else HERE
    total = whole if every else likely
    pages = pages_of(start, len(shown), total, first if number > 1 else None, following)
    unlikely = max(whole - likely, 0) if whole <= reads.COUNT_LIMIT else None
    empty = EmptyState(sentences.QUESTIONS_EMPTY, sentences.QUESTIONS_EMPTY_TEXT, "/ko", sentences.TO_QUEUE)
    return QuestionsPage(questions, pages, empty, number, cursor, every, unlikely, became)


def _side(
    here: Visit, incident: Incident, lead: Ticket | None, since: Mapping[str, datetime], staying: int = 0
) -> QuestionSide:
    """`since`: when each began; `staying`: so many of its reports the question is not about."""
    directory, occurred = here.caller.directory, since.get(incident.id)
    named = incident.schools[:_SCHOOLS_NAMED]
    place = ", ".join(school_name(directory, school, here.language) for school in named)
    if lead is not None and lead.room and incident.tickets == 1:
        place = f"{place} · {lead.room}"
    return QuestionSide(
        lead.title if lead else present.problem_title(directory, incident, here.language),
        f"/storningar/{incident.id}",
        incident.tickets - staying,
        place + (" …" if len(incident.schools) > _SCHOOLS_NAMED else ""),
        incident.opened_at,
        lead.number if lead else "",
        occurred if occurred is not None and incident.opened_at - occurred >= _LATE else None,
    )
