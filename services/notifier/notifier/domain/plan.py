"""Who is owed which message after an event: once per person, incident and real change (N7).

What is owed follows from the facts alone, never from the time or from what was sent. So a replay plans the same
messages and finds in the record which of them went out (N10).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

from contracts import ids
from contracts.events.base import Event
from contracts.events.notifier import Occasion
from contracts.events.routing import (
    IncidentAssigned,
    IncidentDecided,
    IncidentEscalated,
    IncidentReopened,
    IncidentResolved,
    StageChanged,
    TicketLinked,
)
from contracts.events.ticketing import TicketAnswered, TicketAttachmentAdded, TicketFiled, TicketQuestionAsked
from contracts.events.vendor_bridge import VendorInformationRequested
from contracts.values import REPORTER_PARTY, Action, Changer, Trigger, Words
from notifier.domain.fold import fold
from notifier.domain.state import Incident, Notification, Ticket, World
from notifier.domain.written import on_written


def take_in(world: World, event: Event) -> None:
    """One event, live or replayed: what it changes, and who is owed a message for it."""
    if isinstance(event, TicketLinked) and _is_there(world, event):
        return
    fold(world, event)
    plan = PLANS.get(type(event))
    for notification in plan(world, event) if plan else ():
        world.owe(notification)


def _is_there(world: World, event: TicketLinked) -> bool:
    ticket = world.ticket(event.ticket, event.municipality)
    return ticket is not None and ticket.incident == event.incident


def on_ticket_filed(world: World, event: TicketFiled) -> Iterator[Notification]:
    """A receipt with the number. Who names what is solved gets it with that, once the ticket is linked there.

    While planned work goes on at the school the receipt says whether that explains it: once routing has decided (V10).
    """
    ticket = world.ticket(event.ticket, event.municipality)
    named = world.incident(event.same_as, event.municipality) if event.same_as else None
    late = named is not None and named.state == "resolved"
    if ticket is None or late or ticket.old:
        return
    works = (work for work in world.works.values() if work.municipality == event.municipality)
    if ticket.incident is None and any(work.goes_on(event.school, event.at) for work in works):
        ticket.receipt_waits = True
        world.mark(ticket)
        return
    yield from _to_reporter(world, event, "filed", ticket.id, [ticket])


def _receipt(world: World, event: TicketLinked, ticket: Ticket, incident: Incident) -> Iterator[Notification]:
    """The receipt that waited, with the planned work that its incident waits for, if it does."""
    ticket.receipt_waits = False
    world.mark(ticket)
    work = world.works.get(incident.work or "") if incident.state == "open" else None
    text, until = (work.text, work.ends_at) if work else (None, None)
    yield from _to_reporter(world, event, "filed", ticket.id, [ticket], text=text, until=until)


def on_ticket_linked(world: World, event: TicketLinked) -> Iterator[Notification]:
    """Who comes late is told at once where the incident stands; whoever is moved there, unless it is no news (R12)."""
    ticket = world.ticket(event.ticket, event.municipality)
    incident = world.incident(event.incident, event.municipality)
    former = world.incident(event.previous, event.municipality) if event.previous else None
    told = former is not None and incident is not None and former.stands_as(incident)
    if ticket is None or incident is None:
        return
    if ticket.receipt_waits:
        yield from _receipt(world, event, ticket, incident)
    named = event.previous is None and event.by is not None and event.by.party == REPORTER_PARTY
    if named and incident.state == "resolved" and incident.resolved is not None:
        if ticket.state == "open":
            # The ticket's own: its reporter may have heard of the solution for an earlier one, and this is its receipt.
            yield from _to_reporter(
                world,
                event,
                "resolved",
                ticket.id,
                [ticket],
                change=incident.resolved,
                text=incident.public_text,
                solved_at=incident.resolved_at,
            )
    elif not told:
        yield from _standing(world, event, incident, [ticket])


def on_assigned(world: World, event: IncidentAssigned) -> Iterator[Notification]:
    """A vendor has it now: all its reporters are told."""
    incident = world.incident(event.incident, event.municipality)
    if incident is None or incident.handed_over != event.id:
        return
    tickets = world.tickets_of(incident)
    yield from _standing(world, event, incident, [ticket for ticket in tickets if ticket.knows != incident.lead])
    for ticket in tickets:
        if ticket.knows is not None:
            ticket.knows = None
            world.mark(ticket)


def on_resolved(world: World, event: IncidentResolved) -> Iterator[Notification]:
    """Solved, as far as the holder knows: all its reporters are told and asked. That an order came is told as that."""
    incident = world.incident(event.incident, event.municipality)
    if incident is not None and incident.resolved == event.id and incident.stage != "received":
        yield from _standing(world, event, incident, world.tickets_of(incident))


def on_reopened(world: World, event: IncidentReopened) -> Iterator[Notification]:
    """Staff found that it was not solved: its reporters had read that it was. A reporter's "no" is their own word.

    Why is for staff (N5).
    """
    if event.doubts is not None:
        for tickets in _theirs(world, event.incident, event.municipality):
            yield from _to_reporter(world, event, "reopened", event.incident, tickets, change=event.id)


def on_question(world: World, event: VendorInformationRequested | TicketQuestionAsked) -> Iterator[Notification]:
    """With a ticket it goes to that reporter; a vendor's without is for staff, who see it on their page (R8).

    What is solved waits for no answer: it is asked whether it works, and no more.
    """
    ticket = world.ticket(event.ticket, event.municipality)
    incident = world.incident(event.incident, event.municipality)
    is_solved = incident is not None and incident.state == "resolved"
    asker = event.by.party if isinstance(event, TicketQuestionAsked) else event.vendor
    if ticket is not None and not is_solved and ticket.state not in ("withdrawn", "erased"):
        yield from _to_reporter(
            world, event, "question", ticket.id, [ticket], change=event.question, party=asker, text=event.text
        )


def on_escalated(world: World, event: IncidentEscalated) -> Iterator[Notification]:
    """The people of the teams it concerns, but not who did it; once, however many of the teams are theirs.

    What a person wrote as the reason stays on the page (N5); what rules composed goes along.
    """
    incident = world.incident(event.incident, event.municipality)
    if incident is None:
        return
    open_ones = [t for t in world.tickets_of(incident) if t.state not in ("withdrawn", "erased")]
    if all(ticket.old for ticket in open_ones):
        return
    first = min(open_ones, key=lambda ticket: (ticket.filed_at, ticket.number))
    occasion = _STAFF.get(event.trigger) or _BY_ACTION.get(event.measure.action)
    if occasion is None:
        return
    for person in world.members_of(event.municipality, event.measure.parties):
        if event.by is not None and event.by.person == person.id:
            continue
        yield Notification(
            id=ids.derived("notification", event.municipality, incident.id, person.id, occasion, event.id),
            municipality=event.municipality,
            person=person.id,
            occasion=occasion,
            case=incident.id,
            tickets=[first.id],
            cause=event.id,
            planned_at=event.at,
            party=incident.lead,
            text=None if event.trigger in ("person", "asked") else event.reason,
        )


_STAFF: Final[dict[Trigger, Occasion]] = {"matrix": "informed", "major": "major", "asked": "asked_further"}
_BY_ACTION: Final[dict[Action, Occasion]] = {
    "notify": "reminded",
    "next_party": "passed_on",
    "require_acknowledgement": "acknowledge",
}


def on_decided(world: World, event: IncidentDecided) -> Iterator[Notification]:
    """Whoever asked reads what was decided, and why (V16); of another decision than before, that it replaces that."""
    how = "" if event.changed_from is None else ".stands" if event.changed_from == event.decision else ".changed"
    for tickets in _theirs(world, event.incident, event.municipality):
        yield from _to_reporter(
            world, event, "decided", event.incident, tickets,
            change=event.id, text=event.reason, detail=f"{event.decision}{how}",
        )  # fmt: skip


def on_stage_changed(world: World, event: StageChanged) -> Iterator[Notification]:
    """Whoever ordered is told of each stage and each change (V11), but not of what they said themselves."""
    for tickets in _theirs(world, event.incident, event.municipality):
        if event.by is None or event.by.person != tickets[0].reporter:
            yield from _to_reporter(
                world, event, "stage", event.incident, tickets,
                change=event.id, party=event.changed_by or _team(event), text=event.text,
                detail=event.stage, expected_at=event.expected_at,
            )  # fmt: skip


def _team(event: StageChanged) -> Changer | None:
    """The party that did it; None for somebody who is in no team."""
    return event.by.party if event.by is not None and event.by.party != REPORTER_PARTY else None


def _theirs(world: World, incident_id: str, municipality: str) -> Iterable[list[Ticket]]:
    """The open tickets of an incident by who filed them, oldest first."""
    incident = world.incident(incident_id, municipality)
    return _by_reporter(world.tickets_of(incident)) if incident is not None else ()


PLANS: Final[dict[type[Event], Callable[[World, Any], Iterator[Notification]]]] = {
    TicketFiled: on_ticket_filed,
    TicketLinked: on_ticket_linked,
    IncidentAssigned: on_assigned,
    IncidentResolved: on_resolved,
    IncidentReopened: on_reopened,
    IncidentEscalated: on_escalated,
    IncidentDecided: on_decided,
    StageChanged: on_stage_changed,
    TicketQuestionAsked: on_question,
    TicketAnswered: on_written,
    TicketAttachmentAdded: on_written,
    VendorInformationRequested: on_question,
}


def _standing(world: World, event: Event, incident: Incident, tickets: Iterable[Ticket]) -> Iterator[Notification]:
    """What the reporters of these tickets have to know of the incident now; nothing for those who are done with it."""
    for theirs in _by_reporter(tickets):
        if incident.state == "resolved" and incident.resolved is not None:
            yield from _to_reporter(
                world,
                event,
                "resolved",
                incident.id,
                theirs,
                change=incident.resolved,
                text=incident.public_text,
            )
        elif incident.state == "open" and incident.handed_over is not None:
            yield from _to_reporter(
                world, event, "handed_over", incident.id, theirs, change=incident.handed_over, party=incident.lead
            )


def _by_reporter(tickets: Iterable[Ticket]) -> Iterable[list[Ticket]]:
    """The open ones of each person, oldest first."""
    open_ones: dict[str, list[Ticket]] = {}
    for ticket in sorted(tickets, key=lambda ticket: (ticket.filed_at, ticket.number)):
        if ticket.state == "open":
            open_ones.setdefault(ticket.reporter, []).append(ticket)
    return open_ones.values()


def _to_reporter(
    world: World,
    event: Event,
    occasion: Occasion,
    case: str,
    tickets: list[Ticket],
    *,
    change: str = "",
    party: Changer | None = None,
    text: Words | None = None,
    solved_at: datetime | None = None,
    detail: str | None = None,
    expected_at: date | None = None,
    until: datetime | None = None,
) -> Iterator[Notification]:
    """One message to whoever filed these tickets; none to placeholders and people without an address."""
    person = world.person(event.municipality, tickets[0].reporter)
    if person is not None and person.address is not None:
        yield Notification(
            id=ids.derived("notification", event.municipality, case, person.id, occasion, change),
            municipality=event.municipality,
            person=person.id,
            occasion=occasion,
            case=case,
            tickets=[ticket.id for ticket in tickets],
            cause=event.id,
            planned_at=event.at,
            party=party,
            text=text,
            solved_at=solved_at,
            detail=detail,
            expected_at=expected_at,
            until=until,
        )
