"""The queue of local support and coordinator: least time left first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.web import Section
from contracts.timeline import Entry
from contracts.values import NO_SCHOOL, SYSTEM_PARTY, in_language
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.api.paging import cursor_of, place_of
from ticketing.domain import access
from ticketing.domain.dates import today
from ticketing.domain.names import school_name, service_name
from ticketing.domain.state import Clock, Incident, Ticket
from ticketing.store import answers, chains, finding, reads, suggested
from ticketing.views import EmptyState, Filter, FilterGroup, FoundReport, QueuePage, QueueRow, say
from ticketing.web import present
from ticketing.web.desk import asked
from ticketing.web.desk.belonging import LIKELY
from ticketing.web.desk.counted import pages_of
from ticketing.web.desk.questions import HERE
from ticketing.web.pages import Visit, visit

ROWS = 25
WORD_LIMIT = 140
SHOW = ("mine", "my_schools", "all")
ANY = "any"
"""Found by words, in whatever state: what the header's search shows."""
STATES = ("breached", "late_orders", "vendor", "resolved")


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/ko")

    @routes.get("/ko")
    async def queue(
        request: Request,
        visa: Annotated[str, Query(max_length=20)] = "",
        q: Annotated[str, Query(max_length=200)] = "",
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        sida: Annotated[int, Query(ge=1, le=100_000)] = 1,
    ) -> Response:
        here = await visit(context, request)
        return here.show("queue", await _queue(context, here, visa, q.strip(), cursor, sida))

    @routes.get("/ko/nu")
    async def queue_now(
        request: Request,
        visa: Annotated[str, Query(max_length=20)] = "",
        q: Annotated[str, Query(max_length=200)] = "",
    ) -> Response:
        here = await visit(context, request)
        return here.part("queue", await _queue(context, here, visa, q.strip(), None, 1, whole=False))

    return routes


async def _queue(
    context: Context, here: Visit, show: str, query: str, cursor: str | None, number: int, *, whole: bool = True
) -> QueuePage:
    """`whole`: with the left column, which the live part has not."""
    if not here.caller.who.at_desk:
        raise handlers.NotAllowed
    directory = here.caller.directory
    show = _first_shown(here, query) if show in ("", ANY) else show
    async with context.reading.connect() as conn:
        found, total = await _found(conn, here, show, query, cursor)
        waiting = await _asked(conn, here) if whole else None
        shown = found[:ROWS]
        ids = [incident.id for incident in shown]
        first = await reads.lead_tickets(conn, directory.id, ids)
        last = await chains.last_entries(conn, directory.id, shown)
        gone = {one.id: first[one.id] for one in shown if one.state == "cancelled" and one.id in first}
        ends = await chains.last_entries(conn, directory.id, list(gone.values()))
        clocks = await reads.open_clocks(conn, ids)
        unsolved = [one.id for one in shown if one.state in reads.OPEN_STATES]
        came = await answers.new(conn, directory.id, unsolved)
        owed = await answers.owed(conn, directory.id, unsolved)
        matched = await finding.matched(conn, query, ids) if query else {}
        wrote = await answers.written(conn, directory.id, asked.may_be_unread(shown), asked.read_by(here))
    rows = tuple(
        replace(
            _row(
                here,
                incident,
                first.get(incident.id),
                last.get(incident.id),
                clocks.get(incident.id, []),
                (wrote.get(incident.id), ends.get(gone[incident.id].id) if incident.id in gone else None),
            ),
            answered=incident.id in came,
            wrote=incident.id in wrote and incident.id not in came,
            asks_us=incident.id in owed,
            report=_report(first.get(incident.id), matched.get(incident.id)),
            vendor_wrote=asked.after_solution(incident, last.get(incident.id)),
        )
        for incident in shown
    )
    address = {"visa": show} | ({"q": query} if query else {})
    following = None
    if len(found) > ROWS:
        last_shown = shown[-1]
        place = cursor_of(last_shown.opened_at if show == ANY else last_shown.next_due_at, last_shown.id)
        following = "/ko?" + urlencode(address | {"cursor": place, "sida": number + 1})
    start = (number - 1) * ROWS
    pages = pages_of(start, len(rows), total, None, following)
    return QueuePage(
        sentences.QUEUE,
        _filters(show, waiting, query),
        rows,
        pages,
        _nothing(show, query),
        query,
        live="/ko/nu?" + urlencode(address) if cursor is None and show != ANY else None,
        anywhere=show == ANY,
    )


async def _found(
    conn: AsyncConnection, here: Visit, show: str, query: str, cursor: str | None
) -> tuple[list[Incident], int]:
    """A page's cases and one more, and how many there are in all."""
    directory = here.caller.directory
    if show == ANY:
        desk = access.schools_on_desk(here.caller.who, directory)
        wanted = finding.Wanted(directory.id, query, desk, access.parties_on_desk(here.caller.who))
        found = await finding.anywhere(conn, wanted, ROWS + 1, place_of(cursor, datetime, str))
    else:
        which = filter_of(here, show, query)
        found = await reads.incidents(conn, directory.id, which, ROWS + 1, place_of(cursor, datetime | None, str))
    if cursor is None and len(found) <= ROWS:
        return found, len(found)
    if show == ANY:
        return found, await finding.count_anywhere(conn, wanted)
    return found, await reads.count_incidents(conn, directory.id, which)


def _nothing(show: str, query: str) -> EmptyState:
    """Whoever found nothing has not emptied the queue: there may be some elsewhere."""
    if not query:
        return EmptyState(sentences.QUEUE_EMPTY, sentences.QUEUE_EMPTY_TEXT, "/ko?visa=all", sentences.QUEUE_ALL)
    if show == ANY:
        text = say("queue.nothing_anywhere", query=query)
        return EmptyState(say("queue.nothing_found"), text, "/ko?visa=all", sentences.QUEUE_ALL)
    text = say("queue.nothing_found_text", query=query)
    if not finding.is_enough(query):
        return EmptyState(say("queue.nothing_found"), say("queue.too_short", least=finding.LEAST))
    link = "/ko?" + urlencode({"q": query})
    return EmptyState(say("queue.nothing_found"), text, link, say("queue.search_all"))


async def _asked(conn: AsyncConnection, here: Visit) -> int:
    """How many questions about causes wait for this desk."""
    who, directory = here.caller.who, here.caller.directory
    schools, parties = access.schools_on_desk(who, directory), access.parties_on_desk(who)
    return await suggested.count(conn, directory.id, schools, parties, LIKELY)


def _first_shown(here: Visit, query: str) -> str:
    """What one can act on; who searches wants to find, whoever has it and whether it is over."""
    if finding.is_enough(query):
        return ANY
    return "mine" if here.caller.who.parties and not query else "all"


def filter_of(here: Visit, show: str, query: str) -> reads.IncidentFilter:
    """What a link of the left column shows, within what the person works with."""
    who, directory = here.caller.who, here.caller.directory
    schools = access.schools_on_desk(who, directory)
    parties = who.parties
    match show:
        case "mine":
            return reads.IncidentFilter(schools, parties, holder=who.parties or frozenset({"-"}), query=query)
        case "my_schools":
            return reads.IncidentFilter(schools, query=query)
        case "breached":
            return reads.IncidentFilter(schools, parties, overdue_at=here.frame.now, query=query)
        case "late_orders":
            day = today(directory, here.frame.now)
            return reads.IncidentFilter(schools, parties, expected_before=day, query=query)
        case "vendor":
            return reads.IncidentFilter(schools, parties, tier="vendor", query=query)
        case "resolved":
            return reads.IncidentFilter(schools, parties, states=("resolved",), query=query)
        case _:
            return reads.IncidentFilter(schools, parties, query=query)


def _filters(show: str, asked: int | None, query: str) -> tuple[FilterGroup, ...]:
    """While one searches they narrow what was found, and one more is all of it."""

    def links(names: tuple[str, ...]) -> tuple[Filter, ...]:
        sought = {"q": query} if query else {}
        return tuple(Filter(name, "/ko?" + urlencode({"visa": name} | sought), selected=name == show) for name in names)

    many = asked is not None and asked > reads.COUNT_LIMIT
    shown = reads.COUNT_LIMIT if many else asked
    questions = Filter("questions", HERE, shown, label=sentences.QUESTIONS, more=many)
    anywhere = links((ANY,)) if finding.is_enough(query) else ()
    return (
        # Second, so that a phone shows it without scrolling.
        FilterGroup(sentences.QUEUE_SHOW, (*anywhere, *links(SHOW[:1]), questions, *links(SHOW[1:]))),
        FilterGroup(sentences.QUEUE_STATE, links(STATES)),
    )


def _report(first: Ticket | None, matched: Ticket | None) -> FoundReport | None:
    if matched is None:
        return None
    return FoundReport(matched.number, "" if first is not None and matched.title == first.title else matched.title)


def place_of_row(here: Visit, incident: Incident, first: Ticket | None, most: int | None = 2) -> str:
    """As "Ekbackens skola · B204"; of more than so many schools the first."""
    shown = incident.schools[:most]
    places = [school_name(here.caller.directory, school, here.language) for school in shown]
    place = ", ".join(places) + (" …" if len(incident.schools) > len(shown) else "")
    place = place or school_name(here.caller.directory, NO_SCHOOL, here.language)
    return f"{place} · {first.room}" if first is not None and first.room and incident.tickets == 1 else place


def _row(
    here: Visit,
    incident: Incident,
    first: Ticket | None,
    last: Entry | None,
    clocks: Sequence[Clock],
    theirs: Sequence[Entry | None],
) -> QueueRow:
    directory, language = here.caller.directory, here.language
    last = asked.last_word(last, *theirs)
    word = in_language(last.text, language) if last and last.text else ""  # type: ignore[arg-type]
    service = in_language(service_name(directory, incident.service), language)
    return QueueRow(
        id=incident.id,
        url=f"/storningar/{incident.id}",
        title=first.title if first else service,
        place=place_of_row(here, incident, first),
        tickets=incident.tickets,
        status=present.incident_pill(directory, incident),
        holder=present.said_by(directory, incident.holder, language) if incident.holder else "",
        clock=present.first_clock(directory, incident, clocks, language, here.frame.now),
        last_word=word if len(word) <= WORD_LIMIT else word[: WORD_LIMIT - 1] + "…",
        last_by=present.said_by(directory, last.party, language) if last else "",
        last_at=last.at if last else incident.opened_at,
        urgency=incident.urgency,
        last_is_step=last is None or last.party == SYSTEM_PARTY,
        expected_at=incident.expected_at,
        order_late=incident.expected_at is not None and incident.expected_at < today(directory, here.frame.now),
    )
