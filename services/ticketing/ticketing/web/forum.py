"""Needs and ideas: the forum's agenda for who decides, and what was decided for everybody (V16)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response

from chassis.look.forms import UNREADABLE, PageRoutes
from contracts.events import ticketing as t
from contracts.texts import names_a_person
from contracts.timeline import Entry
from contracts.values import Decision, Priority, in_language
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.api.incidents import seen
from ticketing.api.paging import cursor_of, place_of
from ticketing.domain import access
from ticketing.domain.names import reporter_name, school_name, service_name, wish_name
from ticketing.domain.orders import REASON_LIMIT
from ticketing.domain.state import Handoff, Incident, Ticket
from ticketing.store import answers, handoffs, people, reads, wishes
from ticketing.views import (
    ChangedDecision,
    Course,
    Decided,
    EmptyState,
    Field,
    ForumPage,
    Notice,
    Outcome,
    RequestMark,
    Say,
    Tone,
    Wish,
    WishGroup,
)
from ticketing.web import courses
from ticketing.web.desk.asked import read_by
from ticketing.web.desk.kept import Kept
from ticketing.web.forms import Choice, Token, Version, Written, sender, status_of
from ticketing.web.pages import Visit, go, visit
from ticketing.web.requested import request_mark

HERE = "/behov"
AGENDA_SHOWN = 200
OUTCOMES_SHOWN = 50
_LIGHTS = ("red", "amber", "green")
_GROUPS: tuple[tuple[str, Say], ...] = (
    ("gathered", sentences.FORUM_GATHERED),
    ("received", sentences.FORUM_RECEIVED),
    ("later", sentences.FORUM_LATER),
)
_FORUM = (t.GatherRequested.TYPE, t.DecideRequested.TYPE)


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes(HERE)

    @routes.get(HERE)
    async def forum(
        request: Request,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        begaran: Annotated[str, Query(max_length=80)] = "",
    ) -> Response:
        here = await visit(context, request)
        return here.show("forum", await _page(context, here, cursor, request_id=begaran))

    async def again(
        here: Visit, unfit: Say | None, incident_id: str, cursor: str | None = None, **fields: Field
    ) -> Response:
        page = await _page(context, here, cursor, kept={incident_id: Kept(fields)})
        return here.show("forum", page, status_of(unfit))

    async def ask(
        here: Visit,
        incident_id: str,
        kind: type[t.GatherRequested | t.DecideRequested],
        version: int | None,
        **details: object,
    ) -> Response:
        caller = here.caller
        asked = await handlers.ask_forum(
            context.engine, caller.directory, caller.who, incident_id, kind, version, **details
        )
        return go(f"{HERE}?{urlencode({'begaran': asked})}#{incident_id}", "sent")

    @routes.post(HERE + "/{incident_id}/samla")
    async def gather(
        incident_id: str, request: Request, csrf: Token = "", priority: Choice = "", seen_version: Version = None
    ) -> Response:
        here, unfit = await _decider(context, request, csrf, incident_id)
        wrong = unfit or (None if priority in get_args(Priority) else sentences.PRIORITY_REQUIRED)
        if wrong is not None:
            return await again(here, unfit, incident_id, priority=Field(priority, wrong))
        return await ask(here, incident_id, t.GatherRequested, seen_version, priority=priority)

    @routes.post(HERE + "/{incident_id}/besluta")
    async def decide(
        incident_id: str,
        request: Request,
        csrf: Token = "",
        decision: Choice = "",
        reason: Written = "",
        seen_version: Version = None,
        cursor: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        """Also of what is decided: a yes or a no may change."""
        here, unfit = await _decider(context, request, csrf, incident_id)
        unknown = None if decision in get_args(Decision) else sentences.DECISION_REQUIRED
        unsaid = unfit or _reason_fault(reason.strip())
        if unknown is not None or unsaid is not None:
            return await again(
                here,
                unfit,
                incident_id,
                cursor or None,
                decision=Field(decision, unknown),
                reason=Field(reason, unsaid),
            )
        said = {here.language: reason.strip()}
        return await ask(here, incident_id, t.DecideRequested, seen_version, decision=decision, reason=said)

    return routes


async def _decider(context: Context, request: Request, token: str, incident_id: str) -> tuple[Visit, Say | None]:
    """Who sent a form about a case that they may decide; NotFound for another's case, NotAllowed for others."""
    here, unfit = await sender(context, request, token)
    await seen(context, here.caller, incident_id)
    if not access.may_decide(here.caller.who):
        raise handlers.NotAllowed
    return here, unfit


def _reason_fault(reason: str) -> Say | None:
    if not reason:
        return sentences.DECISION_REASON_REQUIRED
    if UNREADABLE in reason:
        return sentences.BAD_CHARACTERS
    if names_a_person(reason):
        return sentences.PERSONAL_NUMBER
    return sentences.too_long(REASON_LIMIT) if len(reason) > REASON_LIMIT else None


async def _page(
    context: Context,
    here: Visit,
    cursor: str | None,
    *,
    request_id: str = "",
    kept: Mapping[str, Kept] = MappingProxyType({}),
) -> ForumPage:
    """`kept`: a form that is shown again, by its case. `request_id`: what was just asked, told to who asked."""
    directory, who = here.caller.directory, here.caller.who
    may_decide = access.may_decide(who)
    async with context.reading.connect() as conn:
        waiting = await wishes.agenda(conn, directory.id, AGENDA_SHOWN + 1) if may_decide and not cursor else []
        vendors = await handoffs.of(conn, [incident.id for incident in waiting])
        after = place_of(cursor, datetime, str)
        found = await wishes.decided(conn, directory.id, OUTCOMES_SHOWN + 1, after)
        theirs = [*waiting, *found] if may_decide else []
        leads = await reads.lead_tickets(conn, directory.id, [incident.id for incident in theirs])
        names = await people.called(conn, directory, {lead.reporter for lead in leads.values()}, here.language)
        unread = await answers.written(conn, directory.id, [incident.id for incident in theirs], read_by(here))
        command = await reads.command(conn, directory.id, request_id) if request_id else None
    shown = [
        replace(
            _wish(here, incident, lead, vendors[incident.id], names, kept.get(incident.id, Kept())),
            wrote=_wrote(unread.get(incident.id)),
        )
        for incident in waiting[:AGENDA_SHOWN]
        if (lead := leads.get(incident.id)) is not None
    ]
    older = None
    if len(found) > OUTCOMES_SHOWN:
        last = found[OUTCOMES_SHOWN - 1]
        older = f"{HERE}?{urlencode({'cursor': cursor_of(last.decided_at, last.id)})}"
    mark: RequestMark | None = None
    if command is not None and command.person == who.person and command.type in _FORUM:
        mark = request_mark(command, here.language)
    return ForumPage(
        groups=tuple(_groups(shown)),
        outcomes=tuple(
            _of_case(_outcome(here, incident, kept.get(incident.id, Kept())), leads.get(incident.id), unread)
            for incident in found[:OUTCOMES_SHOWN]
        ),
        cursor=cursor or "",
        empty=EmptyState(sentences.FORUM_EMPTY, sentences.FORUM_EMPTY_TEXT),
        may_decide=may_decide,
        more=Notice(Tone.INFO, sentences.forum_shows_oldest(AGENDA_SHOWN)) if len(waiting) > AGENDA_SHOWN else None,
        older=older,
        request=mark,
    )


def _wrote(unread: Entry | None) -> Say | None:
    return sentences.forum_wrote(unread.at) if unread is not None else None


def _of_case(outcome: Outcome, lead: Ticket | None, unread: Mapping[str, Entry]) -> Outcome:
    """For who decides: the way to the case, and whether there is something to read."""
    if lead is None:
        return outcome
    wrote = _wrote(unread.get(outcome.id))
    return replace(outcome, url=f"/storningar/{outcome.id}", number=lead.number, wrote=wrote)


def _groups(shown: Iterable[Wish]) -> Iterable[WishGroup]:
    """By where they are; those on the agenda by their light, then as they came."""
    by_group: dict[str, list[Wish]] = {}
    for wish in shown:
        group = "later" if wish.course.decision else "received" if wish.course.light is None else "gathered"
        by_group.setdefault(group, []).append(wish)
    by_group.get("gathered", []).sort(key=lambda wish: _LIGHTS.index(wish.course.light or "green"))
    for id_, title in _GROUPS:
        if id_ in by_group:
            yield WishGroup(id_, title, tuple(by_group[id_]))


def _wish(
    here: Visit, incident: Incident, lead: Ticket, own: list[Handoff], names: Mapping[str, str], kept: Kept
) -> Wish:
    directory, language = here.caller.directory, here.language
    course = courses.course_of(directory, incident, language, here.frame.now) or Course()
    place = school_name(directory, lead.school, language)
    return Wish(
        id=incident.id,
        url=f"/storningar/{incident.id}",
        number=lead.number,
        title=lead.title,
        text=lead.description,
        kind=Say(f"kind.{lead.kind}"),
        asked_by=reporter_name(directory, names, lead, language),
        place=f"{place} · {lead.room}" if lead.room else place,
        service=in_language(service_name(directory, incident.service), language),
        filed_at=lead.filed_at,
        seen_version=incident.version,
        course=course,
        may_gather=incident.state != "decided",
        held_by=courses.held_by(directory, incident, own, language),
        priority=kept.fields.get("priority", Field(incident.priority or "")),
        decision=kept.fields.get("decision", Field("" if incident.decision == "later" else incident.decision or "")),
        reason=kept.of("reason"),
    )


def _outcome(here: Visit, incident: Incident, kept: Kept) -> Outcome:
    """What was put off is on the agenda still; a yes or a no is changed where it stands."""
    may_change = incident.decision != "later" and access.may_decide(here.caller.who)
    return Outcome(
        incident.id,
        in_language(wish_name(here.caller.directory, incident), here.language),
        Decided(incident.decision or "later"),
        in_language(incident.decision_reason, here.language) if incident.decision_reason else "",
        incident.decided_at or incident.opened_at,
        ChangedDecision(incident.version, kept.of("decision"), kept.of("reason")) if may_change else None,
    )
