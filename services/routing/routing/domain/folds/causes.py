"""What routing itself states about which causes are one: questions to staff, triage, raising, successors."""

from contracts.events import routing
from contracts.values import REPORTER_PARTY
from routing.domain.folds.table import close_timer, folds, note, rest, touch, versioned, wake
from routing.domain.state import Incident, Refusal, Suggestion, World


@folds(routing.LinkSuggested)
def _suggested(world: World, event: routing.LinkSuggested) -> None:
    suggestion = world.suggestions[event.suggestion] = Suggestion(
        id=event.suggestion,
        municipality=event.municipality,
        incident=event.incident,
        candidate=event.candidate,
        tickets=list(event.tickets),
        score=event.score,
        asked_at=event.at,
        noted=note(world, event),
    )
    world.mark(suggestion)


@folds(routing.SuggestionRefused)
def _refused(world: World, event: routing.SuggestionRefused) -> None:
    incident, suggestion = world.incidents[event.incident], world.suggestions[event.suggestion]
    incident.version = event.version
    suggestion.state, suggestion.noted = "refused", note(world, event)
    world.mark(incident, suggestion)
    about = asked_about(world, suggestion)
    for ticket in event.tickets or suggestion.tickets:
        _disown(world, event, ticket, about, suggestion.noted)


def asked_about(world: World, suggestion: Suggestion) -> str:
    """The incident that staff say yes or no to: the candidate, or the one that its tickets went on in."""
    last = world.last_of(suggestion.candidate, suggestion.municipality)
    return last.id if last is not None else suggestion.candidate


def moved(world: World, event: routing.TicketLinked, former: Incident | None, noted: int) -> None:
    """What a person's link says besides: the question it answers, and that the ticket was wrong where it was."""
    suggestion = world.suggestions.get(event.suggestion or "")
    if suggestion is not None and suggestion.state == "open":  # of several that it moves the first says so
        suggestion.state, suggestion.noted = "accepted", noted
        world.mark(suggestion)
    if former is not None and takes_off(event):
        _disown(world, event, event.ticket, former.id, noted)
        touch(world, former, event)


def takes_off(event: routing.TicketLinked) -> bool:
    """Whether staff took the ticket off its incident. A reporter's "no, not solved" is no word against the link."""
    return event.previous is not None and event.by is not None and event.by.party != REPORTER_PARTY


def _disown(
    world: World, event: routing.TicketLinked | routing.SuggestionRefused, ticket: str, incident: str, noted: int
) -> None:
    world.refused.add((ticket, incident))
    world.mark(Refusal(f"{ticket}/{incident}", event.municipality, ticket, incident, event.at, noted))


@folds(routing.IncidentPublished)
def _published(world: World, event: routing.IncidentPublished) -> None:
    incident = versioned(world, event)
    incident.published, incident.hidden = event.published, not event.published


@folds(routing.ScopeRaised)
def _raised(world: World, event: routing.ScopeRaised) -> None:
    incident = world.incidents[event.incident]
    world.mark(incident)
    if event.counted:  # grouping knows the schools, and needs no word of it
        incident.counted, incident.scope_before, incident.scope = event.schools, incident.scope, event.scope
        return
    incident.raised_scope, incident.counted = event.scope, 0
    incident.scope = incident.set_scope or event.scope
    incident.noted = note(world, event)


@folds(routing.ScopeLowered)
def _lowered(world: World, event: routing.ScopeLowered) -> None:
    incident = world.incidents[event.incident]
    incident.scope, incident.counted = event.scope, 0
    world.mark(incident)


@folds(routing.IncidentTriaged)
def _triaged(world: World, event: routing.IncidentTriaged) -> None:
    incident = world.incidents[event.incident]
    incident.version = event.version
    incident.set_service = event.service or incident.set_service
    incident.set_scope = event.scope or incident.set_scope
    incident.service = incident.set_service or incident.service
    incident.scope = event.scope or incident.scope
    incident.counted = 0 if event.scope else incident.counted
    incident.worked = incident.worked or (event.service is None and event.scope is None)
    incident.touched, incident.noted = True, note(world, event)
    incident.titled = not event.title_removed and (incident.titled or event.public_title is not None)
    world.mark(incident)


@folds(routing.IncidentTouched)
def _touched(world: World, event: routing.IncidentTouched) -> None:
    incident = world.incidents[event.incident]
    touch(world, incident, event)
    incident.worked = True
    world.mark(incident)


@folds(routing.IncidentSuperseded)
def _superseded(world: World, event: routing.IncidentSuperseded) -> None:
    incident = world.incidents[event.incident]
    incident.version = event.version
    incident.state, incident.waiting_on, incident.successor = "superseded", None, event.successor
    incident.noted = note(world, event)
    rest(world, incident)
    wake(world, incident, close_timer(incident), None)
    world.mark(incident)
