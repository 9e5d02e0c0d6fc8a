"""The table of folds, and what several of them do."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from contracts.events import routing
from contracts.events.base import Event
from contracts.events.routing import IncidentEvent
from contracts.values import NO_SCHOOL
from routing.domain.state import GONE, Answered, Incident, Question, Ticket, Timer, World

E = TypeVar("E", bound=Event)
ORDER_LATE = "order_late"
"""The occasion on which an order did not come in time."""
FOLDS: dict[type[Event], Callable[[World, Any], None]] = {}


def folds(event_type: type[E]) -> Callable[[Callable[[World, E], None]], Callable[[World, E], None]]:
    """Enter a function as the fold of an event type."""

    def enter(function: Callable[[World, E], None]) -> Callable[[World, E], None]:
        FOLDS[event_type] = function
        return function

    return enter


def count(world: World, incident: Incident, ticket: Ticket, sign: int) -> None:
    """Count a ticket in (+1) or out (-1) of an incident, as it stands now; those that are gone do not count."""
    if ticket.state in GONE:
        return
    school = ticket.school
    incident.linked += sign
    incident.confirmed += sign if ticket.state == "confirmed" else 0
    incident.standstills += sign if ticket.urgency == 1 else 0
    if ticket.state == "open":
        _add(incident.urgencies, str(ticket.urgency), sign)
    world.mark(incident)
    if school == NO_SCHOOL:  # hits nobody's school that is known
        return
    _add(incident.schools, school, sign)


def _add(counts: dict[str, int], key: str, sign: int) -> None:
    counts[key] = counts.get(key, 0) + sign
    if not counts[key]:
        del counts[key]


def wake(world: World, incident: Incident, timer: str, due_at: datetime | None) -> None:
    """Look at the incident again then; None: not for this any more."""
    world.mark(Timer(timer, incident.municipality, incident.id, due_at))


def rest(world: World, incident: Incident) -> None:
    """Nothing goes further by itself: it is solved, over, or has gone on in another."""
    if incident.stage is not None:
        wake(world, incident, order_timer(incident), None)
    wait_no_more(world, incident)
    escalation = world.escalations.get(incident.id)
    if escalation is not None:
        escalation.due_at, escalation.then, escalation.fresh = None, [], True
        world.mark(escalation)
        wake(world, incident, step_timer(incident), None)


def wait_no_more(world: World, incident: Incident) -> None:
    """It does not wait for the end of planned work any more, if it did."""
    if incident.work is not None:
        wake(world, incident, window_timer(incident), None)


def window_timer(incident: Incident) -> str:
    """The id of the timer of the end of planned work that it waits for."""
    return f"window/{incident.id}"


def step_timer(incident: Incident) -> str:
    """The id of the timer of its policy's next step."""
    return f"step/{incident.id}"


def close_timer(incident: Incident) -> str:
    """The id of the timer by which silence closes it."""
    return f"close/{incident.id}"


def order_timer(incident: Incident) -> str:
    """The id of the timer by which an order is late."""
    return f"order/{incident.id}"


def note(world: World, event: Event) -> int:
    """The next version of the municipality: grouping reads what this event says."""
    municipality = world.municipality(event.municipality)
    municipality.version += 1
    world.mark(municipality)
    return municipality.version


def touch(world: World, incident: Incident, event: Event) -> None:
    """A person or a vendor works on it (R11); the first time is news for grouping."""
    if not incident.touched:
        incident.touched, incident.noted = True, note(world, event)
        world.mark(incident)


def close(world: World, question: Question, at: datetime, by: str) -> None:
    """It needs no answer any more. `by`: the event that says so, or the asker's proposal."""
    question.closed_at, question.closed_by = at, by
    world.mark(question)


def ask_again(world: World, incident: Incident, proposal: str) -> None:
    """What a proposal closed came to nothing with it: the vendor still waits for an answer."""
    for question in world.questions.get(incident.id, {}).values():
        if question.closed_by == proposal:
            question.closed_at = question.closed_by = None
            world.mark(question)


def versioned(world: World, event: IncidentEvent) -> Incident:
    """The incident in its next version; a person's word touches it."""
    incident = world.incidents[event.incident]
    incident.version = event.version
    if event.by is not None:
        touch(world, incident, event)
        incident.worked = incident.worked or _is_work(event)
    world.mark(incident)
    return incident


def _is_work(event: IncidentEvent) -> bool:
    """Whether a person works on it by that, or has chosen its holder; not: says what it is, or what belongs to it."""
    if isinstance(event, routing.IncidentAssigned):
        return event.rule in _CHOSEN
    return isinstance(event, _WORK)


_CHOSEN = ("request", "taken_back", "reopened", "escalated")
"""Rules by which a person has given it to somebody."""
_WORK = (
    routing.IncidentAcknowledged,
    routing.PolicyStopped,
    routing.ProposalRejected,
    routing.StageChanged,
    routing.IncidentGathered,
)


def answer(world: World, event: Event, incident: str, request_id: str, *, refused: bool) -> None:
    """A request has its outcome: a repeat of it has no effect."""
    if request_id not in world.answered:
        answered = Answered(
            id=request_id,
            municipality=event.municipality,
            incident=incident,
            outcome="refused" if refused else "done",
            event=event.id,
            at=event.at,
        )
        world.answered[request_id] = answered
        world.mark(answered)
