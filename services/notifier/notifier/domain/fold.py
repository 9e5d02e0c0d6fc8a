"""The only place where state changes: one function per event type, for own events and others' alike.

What others' events change and what own ones change are different things, so the result is the same whether an own event
is folded when it is stated (live) or where it lies on the topic (replay, N10).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, TypeVar

from contracts.erasure import left_of
from contracts.events import notifier, routing, ticketing
from contracts.events.base import Event
from notifier.domain.state import Configuration, Incident, Person, Ticket, Work, World

OLD_NEWS: Final = timedelta(hours=24)
"""A report of something older comes from an import: its reporter needs no receipt, and nobody a reminder (R22)."""

E = TypeVar("E", bound=Event)
FOLDS: dict[type[Event], Callable[[World, Any], None]] = {}


def _folds(event_type: type[E]) -> Callable[[Callable[[World, E], None]], Callable[[World, E], None]]:
    def register(function: Callable[[World, E], None]) -> Callable[[World, E], None]:
        FOLDS[event_type] = function
        return function

    return register


def fold(world: World, event: Event) -> None:
    """Take one event in; types that the notifier keeps nothing of change nothing."""
    function = FOLDS.get(type(event))
    if function is not None:
        function(world, event)


# What ticketing states


@_folds(ticketing.DirectoryChanged)
def _directory_changed(world: World, event: ticketing.DirectoryChanged) -> None:
    content = event.directory.model_dump(mode="json")
    world.mark(Configuration(event.municipality, event.version, event.at, content))
    for team in event.directory.teams:
        mailbox = Person(
            municipality=event.municipality,
            id=f"team:{team.id}",
            name=team.name.sv,
            email=team.contact.email if team.contact else None,
            language=event.directory.municipality.default_language,
            placeholder=False,
            teams=[f"team:{team.id}"],
        )
        world.people[mailbox.municipality, mailbox.id] = mailbox
        world.mark(mailbox)


@_folds(ticketing.PersonChanged)
def _person_changed(world: World, event: ticketing.PersonChanged) -> None:
    person = Person(
        municipality=event.municipality,
        id=event.person,
        name=event.name,
        email=event.email,
        language=event.language,
        placeholder=event.placeholder,
        teams=[team if team.startswith("team:") else f"team:{team}" for team in event.teams],
    )
    world.people[person.municipality, person.id] = person
    world.mark(person)


@_folds(ticketing.TicketFiled)
def _ticket_filed(world: World, event: ticketing.TicketFiled) -> None:
    if event.ticket not in world.tickets:
        ticket = Ticket(event.ticket, event.municipality, event.number, event.title, event.reporter, event.at)
        ticket.old = event.at - event.occurred_at > OLD_NEWS
        world.tickets[ticket.id] = ticket
        world.mark(ticket)


@_folds(ticketing.TicketConfirmedFixed)
def _ticket_confirmed(world: World, event: ticketing.TicketConfirmedFixed) -> None:
    ticket = world.ticket(event.ticket, event.municipality)
    if ticket is not None and ticket.state == "open":
        ticket.state = "confirmed"
        world.mark(ticket)


@_folds(ticketing.TicketReopened)
def _ticket_reopened(world: World, event: ticketing.TicketReopened) -> None:
    ticket = world.ticket(event.ticket, event.municipality)
    if ticket is not None and ticket.state == "confirmed":
        ticket.state = "open"
        world.mark(ticket)


@_folds(ticketing.TicketWithdrawn)
def _ticket_withdrawn(world: World, event: ticketing.TicketWithdrawn) -> None:
    ticket = world.ticket(event.ticket, event.municipality)
    if ticket is not None and ticket.state != "erased":
        ticket.state = "withdrawn"
        world.mark(ticket)


@_folds(ticketing.TicketErased)
def _ticket_erased(world: World, event: ticketing.TicketErased) -> None:
    """Nobody is written to about it any more: no mail has a title to name, and none that waits is of use."""
    ticket = world.ticket(event.ticket, event.municipality)
    if ticket is not None:
        ticket.state, ticket.title, ticket.receipt_waits = "erased", "", False
        world.mark(ticket)


@_folds(ticketing.EntryErased)
def _entry_erased(_world: World, _event: ticketing.EntryErased) -> None:
    """What was quoted of it is taken out of the tables: `store.erasure`."""


@_folds(ticketing.PersonErased)
def _person_erased(world: World, event: ticketing.PersonErased) -> None:
    _person_changed(world, left_of(event))


@_folds(ticketing.WorkPlanned)
def _work_planned(world: World, event: ticketing.WorkPlanned) -> None:
    work = world.works[event.work] = Work(
        id=event.work,
        municipality=event.municipality,
        schools=list(event.schools),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        text=dict(event.text),
        effect=event.effect,
    )
    world.mark(work)


@_folds(ticketing.WorkChanged)
def _work_changed(world: World, event: ticketing.WorkChanged) -> None:
    work = world.works.get(event.work)
    if work is not None and work.municipality == event.municipality:
        work.starts_at, work.ends_at, work.cancelled = event.starts_at, event.ends_at, event.cancelled
        world.mark(work)


# What routing states


def _incident(world: World, event: routing.IncidentEvent) -> Incident | None:
    """The incident, marked as changed; None if its id is another municipality's."""
    incident = world.incidents.setdefault(event.incident, Incident(event.incident, event.municipality))
    if incident.municipality != event.municipality:
        return None
    world.mark(incident)
    return incident


@_folds(routing.TicketLinked)
def _ticket_linked(world: World, event: routing.TicketLinked) -> None:
    ticket = world.ticket(event.ticket, event.municipality)
    incident = _incident(world, event)
    if ticket is not None and incident is not None:
        former = world.incident(event.previous, event.municipality) if event.previous else None
        told = former is not None and former.handed_over is not None and former.state == "open"
        ticket.incident, ticket.knows = incident.id, former.lead if former and told else None
        world.mark(ticket)


@_folds(routing.IncidentAssigned)
def _assigned(world: World, event: routing.IncidentAssigned) -> None:
    """Only a change of the lead is one for reporters: who works beside it does not move the case (R6)."""
    incident = _incident(world, event)
    if incident is None or event.role != "lead" or incident.lead == event.party:
        return
    incident.lead = event.party
    incident.handed_over = event.id if event.party.startswith("vendor:") else None


@_folds(routing.IncidentResolved)
def _resolved(world: World, event: routing.IncidentResolved) -> None:
    incident = _incident(world, event)
    if incident is not None and incident.state != "resolved":
        incident.state, incident.resolved, incident.public_text = "resolved", event.id, event.public_text
        incident.resolved_at = event.at


@_folds(routing.IncidentReopened)
def _reopened(world: World, event: routing.IncidentReopened) -> None:
    """From here on everything is news again, a hand-off to the same vendor too."""
    incident = _incident(world, event)
    if incident is not None:
        incident.state, incident.resolved, incident.public_text = "open", None, None
        incident.lead, incident.handed_over, incident.resolved_at = None, None, None
        incident.work = None
    if incident is not None and event.doubts is not None:
        for ticket in [each for each in world.tickets_of(incident) if each.state == "confirmed"]:
            ticket.state = "open"
            world.mark(ticket)


@_folds(routing.IncidentClosed)
def _closed(world: World, event: routing.IncidentClosed) -> None:
    incident = _incident(world, event)
    if incident is not None:
        incident.state = "over"


@_folds(routing.IncidentSuperseded)
def _superseded(world: World, event: routing.IncidentSuperseded) -> None:
    incident = _incident(world, event)
    if incident is not None:
        incident.state = "over"


@_folds(routing.MatchedToWork)
def _matched_to_work(world: World, event: routing.MatchedToWork) -> None:
    incident = _incident(world, event)
    if incident is not None:
        incident.work = event.work


@_folds(routing.IncidentStateChanged)
def _state_changed(world: World, event: routing.IncidentStateChanged) -> None:
    is_over = event.state in ("closed", "cancelled", "superseded")
    known = world.incident(event.incident, event.municipality)
    goes_on = known is not None and known.work is not None and event.waiting_on != "planned"
    incident = _incident(world, event) if is_over or goes_on else None
    if incident is not None:
        incident.state = "over" if is_over else incident.state
        incident.work = None if goes_on else incident.work


@_folds(routing.StageChanged)
def _stage_changed(world: World, event: routing.StageChanged) -> None:
    incident = _incident(world, event)
    if incident is not None:
        incident.stage = event.stage


# What the notifier itself states


@_folds(notifier.NotificationSent)
def _sent(world: World, event: notifier.NotificationSent) -> None:
    notification = world.notifications.get(event.notification)
    if notification is not None and notification.state == "pending":
        notification.state, notification.ended_at = "sent", event.at
        world.mark(notification)


@_folds(notifier.NotificationFailed)
def _failed(world: World, event: notifier.NotificationFailed) -> None:
    notification = world.notifications.get(event.notification)
    if notification is not None and notification.state == "pending":
        notification.state, notification.ended_at, notification.reason = "failed", event.at, event.reason
        world.mark(notification)
