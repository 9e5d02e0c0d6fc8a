"""Questions to staff about causes: asked, answered, or no longer to be asked."""

from collections.abc import Callable, Iterator
from typing import Any

from contracts.events import routing as r
from contracts.events.base import Event
from ticketing.domain.state import Suggestion, World


def _asked(world: World, event: r.LinkSuggested) -> None:
    for one in _open(world):
        if (one.incident, one.candidate) == (event.incident, event.candidate):
            one.state = "lapsed"  # the new one says it with all that is known by now
    world.suggestions[event.suggestion] = Suggestion(
        id=event.suggestion,
        municipality=event.municipality,
        incident=event.incident,
        candidate=event.candidate,
        tickets=list(event.tickets),
        score=event.score,
        reasons=[dict(reason) for reason in event.reasons],
        asked_at=event.at,
    )


def _refused(world: World, event: r.SuggestionRefused) -> None:
    for one in _open(world):
        if one.id == event.suggestion:
            one.state = "refused"
            one.tickets = list(event.tickets or one.tickets)
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version = event.version


def linked(world: World, event: r.TicketLinked) -> None:
    """A ticket has moved: one question has its answer, the others are about what is left, if anything is."""
    answered = world.suggestions.get(event.suggestion or "")
    if answered is not None and answered.state == "open":
        answered.state, answered.tickets = "accepted", []
    if answered is not None and answered.state == "accepted" and event.ticket not in answered.tickets:
        answered.tickets = [*answered.tickets, event.ticket]
    for one in _open(world):
        if one.incident == event.previous and event.ticket in one.tickets:
            one.tickets = [ticket for ticket in one.tickets if ticket != event.ticket]
            if not one.tickets:
                one.state = "lapsed"


def lapse(world: World, incident: str) -> None:
    """Nobody is asked about what is over."""
    for one in _open(world):
        if incident in (one.incident, one.candidate):
            one.state = "lapsed"


def follow(world: World, incident: str, successor: str) -> None:
    """Whose tickets may belong to an incident that went on in another may belong to that."""
    asked = {one.incident for one in _open(world) if one.candidate == successor} | {successor}
    for one in _open(world):
        if one.incident == incident:
            one.state = "lapsed"
        elif one.candidate == incident:
            if one.incident in asked:
                one.state = "lapsed"
            else:
                one.candidate = successor
                asked.add(one.incident)


def _open(world: World) -> Iterator[Suggestion]:
    return (one for one in world.suggestions.values() if one.state == "open")


FOLDS: dict[type[Event], Callable[[World, Any], None]] = {
    r.LinkSuggested: _asked,
    r.SuggestionRefused: _refused,
}
