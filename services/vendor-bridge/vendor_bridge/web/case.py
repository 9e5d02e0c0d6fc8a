"""One case as its vendor may read it, and what the vendor may do to it."""

import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row

from chassis.look.forms import PageRoutes
from chassis.look.parts import BLANK, Field, Notice, Option, Tone
from chassis.look.words import Language, Say, Words, say
from contracts import ids
from contracts.bundle import Bundle, Terms
from contracts.directory import Directory
from contracts.values import in_language
from vendor_bridge.domain.compose import title_of
from vendor_bridge.domain.state import Handoff, Incident, Ticket, World
from vendor_bridge.handlers import UnknownHandoff
from vendor_bridge.outbound import story_of
from vendor_bridge.store import portal_reads, world
from vendor_bridge.web.pages import Portal, Visit, not_found, now, visit
from vendor_bridge.web.queue import places, promises
from vendor_bridge.web.story import STATES, items
from vendor_bridge.web.texts import OF_A_PART
from vendor_bridge.web.views import HOME, Answered, CasePage, Earlier, Forms, Item, OnItsWay, Report

ENTRIES_SHOWN: Final = 100
REPORTS_SHOWN: Final = 50
TEAM: Final = "kommunen"
"""Stands for the municipality's team among those one may write to."""
_LATELY: Final = timedelta(days=1)


def router(context: Portal) -> APIRouter:
    """The routes."""
    routes = PageRoutes(f"{HOME}/")

    @routes.get(HOME + "/{handoff}")
    async def case(handoff: str, request: Request, fore: Annotated[int, Query(ge=0, le=1_000_000)] = 0) -> Response:
        here = await visit(context, request)
        return here.show("case", await page(context, here, handoff, skipped=fore))

    @routes.get(HOME + "/{handoff}/filer/{sha256}")
    async def file(
        handoff: str, sha256: str, request: Request, name: Annotated[str | None, Query(max_length=300)] = None
    ) -> Response:
        here = await visit(context, request)
        try:
            return await context.files.serve(here.way, handoff, sha256, name)
        except UnknownHandoff:
            raise not_found() from None

    return routes


class Case:
    """A hand-off of the visitor's connection with its story; `not_found` for another's."""

    def __init__(self, handoff: Handoff, incident: Incident, tickets: list[Ticket], bundle: Bundle) -> None:
        self.handoff = handoff
        self.incident = incident
        self.tickets = tickets
        self.bundle = bundle

    @property
    def is_solved(self) -> bool:
        return self.incident.resolved


async def read(context: Portal, here: Visit, handoff_id: str) -> Case:
    """The whole of it, as it is now."""
    own = here.own
    async with context.engine.begin() as conn:
        found = await portal_reads.incident_of(conn, own, handoff_id)
        if found is None:
            raise not_found()
        loaded = await world.load_incident(conn, own.municipality, found[0].id, context.directories, now())
        handoff = loaded.handoffs[handoff_id]
        bundle = await story_of(conn, loaded, handoff)
    incident = loaded.incidents[handoff.incident].as_of(handoff.last_incident)
    return Case(handoff, incident, _tickets(loaded, incident, bundle), bundle)


def _tickets(loaded: World, incident: Incident, bundle: Bundle) -> list[Ticket]:
    """Those that the story tells of."""
    told = {chain.case for chain in bundle.chains}
    return [loaded.tickets[ticket] for ticket in incident.tickets if ticket in told and ticket in loaded.tickets]


async def page(
    context: Portal, here: Visit, handoff_id: str, *, skipped: int = 0, forms: Forms | None = None
) -> CasePage:
    """`forms`: one that is shown again, as it was written."""
    case = await read(context, here, handoff_id)
    handoff, incident, directory = case.handoff, case.incident, here.directory
    found = items(case.bundle, directory, here.way.vendor, here.language)
    async with context.engine.connect() as conn:
        told = await portal_reads.told(conn, here.own, handoff.id)
    shown = found[skipped : skipped + ENTRIES_SHOWN]
    url = f"{HOME}/{handoff.id}"
    rest = skipped + ENTRIES_SHOWN
    return CasePage(
        id=handoff.id,
        url=url,
        title=title_of(incident, directory, here.language),
        state=STATES[handoff.state],
        urgency=incident.urgency,
        service=_service(directory, incident.service),
        tickets=len(incident.tickets),
        places=places(directory, incident),
        opened_at=incident.opened_at,
        offered_at=handoff.offered_at,
        ended_at=handoff.ended_at,
        beside=handoff.role == "parallel",
        reference=handoff.vendor_reference or "",
        promises=promises(incident, handoff, here.frame.now) if handoff.is_held else (),
        agreement=_agreement(case.bundle.around.terms, directory),
        earlier=tuple(
            Earlier(directory.party_name(each.vendor).words, each.since, each.until, each.outcome or "released")
            for each in case.bundle.around.earlier
        ),
        reports=_reports(case, directory),
        more_reports=max(len(case.tickets) - REPORTS_SHOWN, 0),
        notices=_notices(case, told, here.language),
        answers=_answers(told, found, here.language),
        on_its_way=await _on_its_way(context, here, case),
        items=tuple(shown),
        total=len(found),
        hidden=sum(item.count for item in found if item.kind.value == "hidden"),
        older=f"{url}?fore={rest}" if len(found) > rest else None,
        forms=forms_of(case, directory, forms),
    )


def forms_of(case: Case, directory: Directory, again: Forms | None = None) -> Forms:
    """What may be done now; `again` keeps what was written."""
    held = case.handoff.is_held
    readers = (
        Option(TEAM, say("to.team")),
        *(
            Option(each.id, say("to.reporter", number=each.number, school=_school(directory, each)))
            for each in case.tickets[:REPORTS_SHOWN]
        ),
    )
    written = again or Forms(key=new_key())
    return Forms(
        key=written.key,
        may_acknowledge=held and case.handoff.acknowledged_at is None,
        may_work=held and not case.is_solved,
        may_note=True,
        readers=readers,
        wrong=written.wrong,
        reference=written.reference,
        status=written.status if written.status != BLANK else Field(_next_status(case.handoff)),
        expected=written.expected,
        to=written.to if written.to != BLANK else Field(TEAM),
        text=written.text,
        private=written.private,
        files=written.files,
        whole=written.whole,
    )


def new_key() -> str:
    """Of one page's forms: the same words under the same key are one message."""
    return secrets.token_urlsafe(16)


def _next_status(handoff: Handoff) -> str:
    return "in_progress" if handoff.status in (None, "accepted") else str(handoff.status)


def _reports(case: Case, directory: Directory) -> tuple[Report, ...]:
    seen = {each.ticket: each for each in case.bundle.around.reporters}
    spots = {each.ticket: each for each in case.bundle.around.spots}
    return tuple(
        Report(
            each.id,
            each.number,
            _school(directory, each),
            name=seen[each.id].name if each.id in seen else "",
            room=(spots[each.id].room or "") if each.id in spots else "",
            asset=(spots[each.id].asset or "") if each.id in spots else "",
        )
        for each in case.tickets[:REPORTS_SHOWN]
    )


def _school(directory: Directory, ticket: Ticket) -> Words:
    known = directory.schools_by_id.get(ticket.school)
    return known.name.words if known else ticket.school


def _agreement(terms: Terms | None, directory: Directory) -> Words:
    known = directory.agreements_by_id.get(terms.agreement) if terms else None
    return known.name.words if known else terms.name if terms else ""


def _service(directory: Directory, service: str) -> Words:
    known = directory.services_by_id.get(service)
    return known.name.words if known else service


def _notices(case: Case, told: Sequence[Row[Any]], language: Language) -> tuple[Notice, ...]:
    handoff, is_part = case.handoff, case.handoff.role == "parallel"
    if handoff.ended is not None:
        at = {"at": handoff.ended_at} if handoff.ended_at else {"at": handoff.offered_at}
        link = f"{HOME}/{handoff.continues_in}" if handoff.continues_in else None
        text, title = say(f"ended.{handoff.ended}", **at), say("ended.title")
        if is_part:
            text, title = say(f"ended_part.{handoff.ended}", **at), say("ended_part.title")
        return (Notice(Tone.INFO, text, title, link, say("ended.goes_on") if link else None),)
    if case.is_solved:
        return (Notice(Tone.OK, say("solved.text"), say("solved.title")),)
    refused = next((row for row in told if row.kind == "rejected"), None)
    if refused is not None and "resolution_proposed" != handoff.state != "accepted":
        reason = in_language(refused.details["verdict"]["reason"], language)
        text = say("rejected.part_text", reason=reason) if is_part else say("rejected.text", reason=reason)
        return (Notice(Tone.WATCH, text, say("rejected.title")),)
    return ()


def _answers(told: Sequence[Row[Any]], items: Sequence[Item], language: Language) -> tuple[Answered, ...]:
    """Those that wait for their line of the history."""
    there = {str(item.text) for item in items}
    answers = [(row, row.details["answer"]["text"]) for row in told if row.kind == "answered"]
    return tuple(
        Answered(row.created_at, in_language(text, language)) for row, text in answers if not there & set(text.values())
    )


async def _on_its_way(context: Portal, here: Visit, case: Case) -> tuple[OnItsWay, ...]:
    """What the vendor said and the history does not have yet: it takes a moment to come back."""
    async with context.engine.connect() as conn:
        said = await portal_reads.said(conn, here.own, case.handoff.id, now() - _LATELY)
        events = {event_of(case.handoff.id, row.webhook_id): row for row in said if row.effects}
        cases = [case.incident.id, *case.incident.tickets]
        there = await portal_reads.recorded(conn, cases, list(events))
    is_part = case.handoff.role == "parallel"
    return tuple(_sent(row, is_part=is_part) for event, row in events.items() if event not in there)


def event_of(handoff: str, name: str) -> str:
    """The fact that a vendor's message made (`handlers.VendorSide`)."""
    return ids.derived("event", "vendor-bridge", f"{handoff}/{name}", 1)


def _sent(row: Row[Any], *, is_part: bool) -> OnItsWay:
    try:
        said = json.loads(row.body)
        kind, text = str(said["type"]), str(said["data"].get("text") or "")
    except (ValueError, KeyError, TypeError, AttributeError):  # by a profile with another form
        kind, text = "entry_added", ""
    action = _ACTION_OF.get(kind, "note")
    what = f"{action}_part" if is_part and action in OF_A_PART else action
    return OnItsWay(row.received_at, Say(f"said.{what}"), text)


_ACTION_OF: Final = {
    "acknowledged": "acknowledge",
    "entry_added": "note",
    "status_changed": "status",
    "information_requested": "ask",
    "resolution_proposed": "propose",
    "returned": "return",
}
