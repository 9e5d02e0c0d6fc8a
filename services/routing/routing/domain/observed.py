"""What grouping learns from the events routing states."""

from collections.abc import Iterator

from contracts.events import routing as r
from contracts.events.base import Event
from grouping import (
    Ended,
    Fact,
    Linked,
    Opened,
    Refused,
    Reopened,
    Resolved,
    ScopeRaised,
    Suggested,
    Touched,
    Triaged,
    Unlinked,
)
from routing.domain.folds.causes import asked_about, takes_off
from routing.domain.state import ENDED, Incident, Ticket, World


def facts(world: World, event: Event) -> Iterator[Fact]:
    """The facts of one event, already folded; most events have none. A link to another incident ends the former."""
    match event:
        case r.IncidentOpened():
            yield Opened(event.incident, event.kind, event.service, event.school, event.scope, event.recurrence_of)
        case r.TicketLinked():
            if event.previous is not None and takes_off(event):
                yield Unlinked(event.previous, event.ticket)
                yield Refused(event.previous, event.ticket)
                yield Touched(event.previous)
            ticket = world.tickets[event.ticket]
            if ticket.state != "erased":
                yield Linked(event.incident, ticket.report, by_person=event.by is not None)
        case r.LinkSuggested():
            yield from (Suggested(event.candidate, ticket) for ticket in event.tickets)
        case r.SuggestionRefused():
            suggestion = world.suggestions[event.suggestion]
            about = asked_about(world, suggestion)
            yield from (Refused(about, ticket) for ticket in event.tickets or suggestion.tickets)
        case r.IncidentReopened():
            yield from _again(world, world.incidents[event.incident])
        case r.IncidentEvent():
            yield from _of_incident(event)
        case _:
            return


def _of_incident(event: r.IncidentEvent) -> Iterator[Fact]:
    """What became of it, and whether somebody works on it."""
    match event:
        case r.ScopeRaised() if not event.counted:
            yield ScopeRaised(event.incident, event.scope)
        case r.IncidentTriaged():
            yield from triage(event.incident, event.service, event.scope)
        case r.IncidentResolved():
            yield Resolved(event.incident, event.at)
        case r.IncidentSuperseded():
            yield Ended(event.incident, event.successor)
        case r.IncidentClosed() | r.IncidentDecided():
            yield Ended(event.incident)
        case r.IncidentStateChanged() if event.state in ENDED:
            yield Ended(event.incident)
        case _:
            pass
    if isinstance(event, _TOUCHES) and (event.by is not None or isinstance(event, r.IncidentTouched)):
        yield Touched(event.incident)


_TOUCHES = (
    r.IncidentTouched,
    r.IncidentAssigned,
    r.IncidentStateChanged,
    r.IncidentResolved,
    r.ProposalRejected,
    r.IncidentAcknowledged,
    r.UrgencyChanged,
    r.IncidentEscalated,
    r.PolicyStopped,
)


def _again(world: World, incident: Incident) -> Iterator[Fact]:
    """All there is to know of an incident that came back: where grouping had not forgotten it, nothing of it is new."""
    yield opened(incident)
    tickets = (ticket for ticket in world.tickets.values() if ticket.state != "erased")
    links = (world.links[ticket.id] for ticket in tickets if ticket.incident == incident.id)
    for link in sorted(links, key=lambda link: link.noted):
        yield Linked(incident.id, world.tickets[link.ticket].report, link.by_person)
    yield from standing(incident)


def erased(ticket: Ticket | None) -> Iterator[Fact]:
    """That a report is not compared any more."""
    if ticket is not None and ticket.incident is not None:
        yield Unlinked(ticket.incident, ticket.id)


def opened(incident: Incident) -> Fact:
    """That it is there."""
    return Opened(incident.id, incident.kind, incident.service, incident.school, incident.scope, incident.recurrence_of)


def standing(incident: Incident) -> Iterator[Fact]:
    """How it stands, told to who knows that it was opened and what is linked."""
    if incident.ended:
        yield Ended(incident.id, incident.successor)
        return
    if incident.touched:
        yield Touched(incident.id)
    if incident.raised_scope:
        yield ScopeRaised(incident.id, incident.raised_scope)
    if incident.set_service or incident.set_scope:
        yield Triaged(incident.id, incident.set_service, incident.set_scope)
    if incident.state == "resolved" and incident.resolved_at is not None:
        yield Resolved(incident.id, incident.resolved_at)
    else:
        yield Reopened(incident.id)


def triage(incident: str, service: str | None, scope: str | None) -> Iterator[Fact]:
    """What a person has said of it; who only gave it a title has worked on it all the same."""
    yield Triaged(incident, service, scope) if service or scope else Touched(incident)
