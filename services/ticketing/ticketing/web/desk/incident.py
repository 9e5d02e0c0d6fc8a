"""One disturbance: who has it, what has happened, who reported it and why it is here, and by which rules."""

from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter, Request, Response

from chassis.web import Section
from contracts.directory.lanes import may_stage
from contracts.values import REPORTER_PARTY, Language, in_language, is_vendor
from ticketing import sentences
from ticketing.api.context import Context
from ticketing.api.incidents import seen
from ticketing.api.paging import place_of
from ticketing.domain import access
from ticketing.domain.in_hand import in_hand
from ticketing.domain.names import school_name, service_name
from ticketing.domain.state import ENDED, Handoff, Incident, Question
from ticketing.store import answers, chains, people, reads
from ticketing.views import (
    NOTHING_FURTHER,
    Actions,
    Asks,
    Field,
    HolderLine,
    IncidentPage,
    Option,
    OrderDesk,
    Say,
    Tab,
    say,
)
from ticketing.web import courses, present
from ticketing.web.desk import asked, belonging, came_back, composing, further, history, meanwhile, passing_on, rules
from ticketing.web.desk.kept import Kept
from ticketing.web.desk.proposals import shown as shown_proposals
from ticketing.web.desk.stays import held, not_arrived, stays
from ticketing.web.desk.told import told
from ticketing.web.forms import status_of
from ticketing.web.pages import Visit, visit
from ticketing.web.planned import shown as planned
from ticketing.web.requested import about, request_mark


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/storningar")

    @routes.get("/storningar/{incident_id}")
    async def incident(incident_id: str, request: Request) -> Response:
        here = await visit(context, request)
        return here.show("incident", await incident_page(context, here, incident_id))

    @routes.get("/storningar/{incident_id}/nu")
    async def incident_now(incident_id: str, request: Request) -> Response:
        here = await visit(context, request)
        return here.part("incident_live", await incident_page(context, here, incident_id))

    return routes


async def again(
    context: Context,
    here: Visit,
    unfit: Say | None,
    incident_id: str,
    proposal: str | None = None,
    /,
    **fields: Field,
) -> Response:
    """The page with a form that could not be sent, as it was written. `unfit`: what is wrong with it as a whole."""
    page = await incident_page(context, here, incident_id, Kept(fields, proposal))
    return here.show("incident", page, status_of(unfit))


async def incident_page(context: Context, here: Visit, incident_id: str, kept: Kept | None = None) -> IncidentPage:
    """The page; `kept` holds a form that is shown again."""
    directory, language = here.caller.directory, here.language
    query = here.request.query_params
    tab = Tab(query["flik"]) if query.get("flik") in set(Tab) else Tab.HISTORY
    errors = kept.errors if kept is not None else ()
    if kept is not None and kept.of("tickets").error:
        tab = Tab.TICKETS
    before = place_of(query.get("fore"), datetime, str, int)
    after = place_of(query.get("aldre"), datetime, str)
    incident = await seen(context, here.caller, incident_id)
    async with context.reading.connect() as conn:
        clocks, handoffs, questions, proposals, commands = await reads.parts(conn, incident.id)
        own = await belonging.read(conn, directory.id, incident, after)
        links, tickets = own.links, own.tickets
        may_act = access.may_act(here.caller.who, incident)
        kept = kept or await passing_on.kept(conn, here, incident) or await came_back.kept(conn, here, commands)
        hand_offs = await stays(conn, here, handoffs)
        came = await answers.new(conn, directory.id, [incident.id])
        newest = (await chains.last_entries(conn, directory.id, [incident])).get(incident.id)
        unread = await answers.written(
            conn, directory.id, asked.may_be_unread([incident]), asked.read_by(here, incident)
        )
        moved = await belonging.moved(conn, here, incident, may_act=may_act) if tab is Tab.TICKETS else ()
        lone = tickets[0] if len(tickets) == 1 and after is None else None
        story = await history.read(conn, here, incident, lone, history.chosen(query.get("visa")), before)
        named = story.persons | {ticket.reporter for ticket in tickets}
        named |= {link.by_person for link in links if link.by_person}
        names = await people.called(conn, directory, named, language)
        awaits = await planned.notices(conn, directory, incident, language, linked=True)
        changed = await meanwhile.notices(conn, here, incident, commands) if may_act else ()
    over = incident.state in ENDED
    first = own.leads.get(incident.id)
    to_staff = tuple(
        present.open_question(directory, question, language) for question in questions if question.ticket is None
    )
    numbers = {ticket.id: ticket.number for ticket in tickets}
    at_forum = courses.is_before_the_forum(incident) and access.may_decide(here.caller.who)
    at_vendor = courses.held_by(directory, incident, handoffs, language)
    return IncidentPage(
        url=f"/storningar/{incident.id}",
        title=first.title if first else in_language(service_name(directory, incident.service), language),
        status=present.incident_pill(directory, incident),
        service=in_language(service_name(directory, incident.service), language),
        scope=_scope(incident),
        opened_at=incident.opened_at,
        tickets=incident.tickets,
        schools=tuple(school_name(directory, school, language) for school in incident.schools),
        holder=present.holder_line(directory, None, incident, language) or HolderLine(""),
        rail=courses.rail(
            directory, incident.kind, incident.opened_at, incident, language, present.end_of(None, incident)
        ),
        seen_version=incident.version,
        timeline=history.timeline(
            here, incident, story, names, handoffs, writes=may_act and incident.successor is None
        ),
        number=first.number if first else "",
        urgency=incident.urgency,
        clocks=tuple(
            present.clock_chip(directory, incident, clock, language, here.frame.now)
            for clock in sorted(clocks, key=lambda clock: clock.due_at)
            if clock.stopped_at is None
        ),
        next_step=further.next_step(here, incident) or _waits(incident, questions) or _nothing_next(here, incident),
        requests=tuple(
            request_mark(command, language, incident.kind)
            for command in told(commands, here.caller.who.person, here.frame.now)
        ),
        proposals=shown_proposals(here, incident, proposals, handoffs, kept) if may_act else (),
        questions=to_staff,
        waits_for=asked.waits_for(here, questions, numbers, kept),
        tab=tab,
        linked_older=f"/storningar/{incident.id}?flik=anmalningar&aldre={own.older}" if own.older else None,
        moved=moved,
        linked=belonging.linked(here, own, incident, names, may_act=may_act),
        suggestions=belonging.suggestions(here, own, incident) if may_act and not over else (),
        notices=(
            *further.notices(here, incident, clocks, may_act=may_act),
            *asked.vendor_wrote(incident, newest),
            *(asked.answered(incident, came.get(incident.id)) or asked.wrote(incident, unread.get(incident.id))),
            *(not_arrived(incident.id, hand_offs) if tab is not Tab.HAND_OFFS else ()),
            *awaits,
            *held(here, hand_offs),
            *belonging.notices(incident),
        ),
        hand_offs=hand_offs,
        rules=rules.shown(here, incident, clocks, first),
        composer=composing.composer(here, incident, handoffs, to_staff, kept)
        if may_act and incident.successor is None
        else None,
        actions=_actions(here, incident, handoffs, kept, asked.asks(here, incident, tickets, names, handoffs))
        if may_act
        else Actions(),
        further=further.forms(here, incident, clocks, kept) if may_act else NOTHING_FURTHER,
        live=None
        if before or after
        else f"/storningar/{incident.id}/nu?flik={tab}{history.address_of(story)}&sedd={incident.chain_seq}",
        had_mark=query.get("marke", ""),
        meanwhile=changed,
        course=courses.course_of(directory, incident, language, here.frame.now),
        order=_order(here, incident, kept) if may_act else None,
        errors=errors,
        came_back=tuple(sorted(kept.requests)),
        forum_url=f"/behov#{incident.id}" if at_forum and not at_vendor else None,
        about=about(incident.kind),
        forum_waits=at_vendor if at_forum else None,
    )


def _waits(incident: Incident, questions: list[Question]) -> Say | None:
    """For an answer: what a person has stopped does not go on with that either."""
    asked = any(question.ticket for question in questions)
    return sentences.WAITS_FOR_REPORTER if asked and incident.stopped_at is None else None


def _nothing_next(here: Visit, incident: Incident) -> Say | None:
    """That a person has stopped it stands in a notice of its own."""
    return None if incident.stopped_at else present.nothing_next(here.caller.directory, incident, here.language)


def _actions(here: Visit, incident: Incident, handoffs: list[Handoff], kept: Kept, asks: Asks) -> Actions:
    directory, language = here.caller.directory, here.language
    if incident.state in ENDED:
        return Actions()
    services = tuple(Option(one.id, in_language(one.name.words, language)) for one in directory.services)
    causes = Actions(
        close=incident.state == "resolved",
        split=incident.tickets > 1,
        link=incident.kind == "incident",
        services=services,
        # An order, a need or an idea reaches nobody else, and others are told nothing of it.
        scopes=tuple(Option(scope, words) for scope, words in sentences.SCOPES.items())
        if incident.kind == "incident"
        else (),
        service=kept.fields.get("service", Field(incident.service)),
        scope=kept.fields.get("scope", Field(incident.scope or "")),
        public_title=kept.fields.get("public_title", Field(_title(incident, language))),
        number=kept.of("number"),
        number_like=f"{directory.municipality.number_prefix}-{here.frame.now.year}-000123",
        tickets=kept.of("tickets"),
        asked=kept.of("asked"),
        question=kept.of("question"),
    )
    if incident.state == "resolved":
        return causes
    by_title = incident.is_published and not incident.published  # shown already, and no more once the title is emptied
    shows = incident.kind == "incident" and not by_title
    title = present.problem_title(directory, incident, language) if shows else None
    causes = replace(causes, asks=asks, publish=title, published=incident.published)
    if incident.state == "gathered":  # it is the forum's
        return causes
    teams = [f"team:{team.id}" for team in directory.teams if f"team:{team.id}" != incident.holder]
    at_vendors = [party for party in in_hand(incident, handoffs) if is_vendor(party)]
    vendors = [f"vendor:{v.id}" for v in directory.vendors if v.connection and f"vendor:{v.id}" != incident.holder]
    return replace(
        causes,
        parties=tuple(Option(party, present.said_by(directory, party, language)) for party in teams),
        vendors=tuple(Option(party, present.said_by(directory, party, language)) for party in vendors),
        take_back=tuple(Option(party, present.said_within(directory, party, language)) for party in at_vendors),
        take_back_named=at_vendors != [incident.holder],
        resolve=incident.kind == "incident",  # an order is delivered, or declined: its next step; a wish is decided
        party=kept.of("party"),
        vendor=kept.of("vendor"),
        parallel=kept.of("role").value == "parallel",
        note=kept.of("note"),
        public_text=kept.of("public_text"),
    )


def _order(here: Visit, incident: Incident, kept: Kept) -> OrderDesk | None:
    directory, language, who = here.caller.directory, here.language, here.caller.who
    stages = courses.next_stages(incident)
    acts_as = access.acts_as(who, incident.holder).party
    if not stages or not may_stage(directory, incident.agreement, incident.holder or "", acts_as):
        return None
    whose = acts_as if who.parties else ""
    changers = (Option(party, present.said_by(directory, party, language)) for party in directory.parties)
    day = incident.expected_at.isoformat() if incident.expected_at else ""
    return OrderDesk(
        stages,
        (Option(REPORTER_PARTY, say("order.who_ordered")), *changers),
        stage=kept.fields.get("stage", Field(stages[0].value)),
        text=kept.of("stage_text"),
        expected_at=kept.fields.get("expected_at", Field(day)),
        changed_by=kept.fields.get("changed_by", Field(whose)),
    )


def _scope(incident: Incident) -> Say | None:
    """What is of no school that is known reaches no room or house of one either; orders, needs and ideas reach none."""
    if incident.kind != "incident":
        return None
    if not incident.schools and incident.scope not in ("schools", "municipality"):
        return say("desk.no_school")
    return sentences.SCOPES[_reach(incident)]


def _reach(incident: Incident) -> str:
    """As far as is known: where several schools report it, at least these."""
    if len(incident.schools) > 1 and incident.scope != "municipality":
        return "schools"
    return incident.scope or "school"


def _title(incident: Incident, language: Language) -> str:
    return in_language(incident.public_title, language) if incident.public_title else ""
