"""When an incident goes further: the next step, what a person stopped, how urgent and how large it is."""

from collections.abc import Callable
from typing import Any

from contracts.events import routing as r
from contracts.events.base import Event
from ticketing.domain.state import Incident, World


def _scheduled(world: World, event: r.EscalationScheduled) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version, incident.policy = event.version, event.policy
        then = [measure.model_dump(mode="json", exclude_defaults=True) for measure in event.then]
        comes_at = (event.then_at or event.due_at) if then else None  # a wait that nothing follows on is no step
        incident.step_due_at, incident.step_then = comes_at, then if comes_at else []
        find_turn(incident)


def _acknowledged(world: World, event: r.IncidentAcknowledged) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version = event.version
        if event.party == incident.holder:
            incident.acknowledged_at = event.at


def _stopped(world: World, event: r.PolicyStopped) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version = event.version
        incident.stopped_at, incident.stopped_reason = event.at, dict(event.reason)
        _no_step(incident)


def _escalated(world: World, event: r.IncidentEscalated) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version = event.version
        if event.trigger == "asked":
            incident.asked_at = event.at
        if event.measure.action in ("notify", "require_acknowledgement"):
            incident.informed = [*dict.fromkeys([*incident.informed, *event.measure.parties])]


def _asked_again(world: World, event: r.AskedAgain) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version = event.version


def _urgency_changed(world: World, event: r.UrgencyChanged) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version, incident.urgency = event.version, event.urgency


def _major_declared(world: World, event: r.MajorDeclared) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version, incident.major_at = event.version, event.at


def holder_changed(incident: Incident) -> None:
    """Another one has it: who stopped the policy did so for the former one, and nobody has answered yet."""
    incident.stopped_at, incident.stopped_reason, incident.acknowledged_at = None, {}, None


def ended(incident: Incident) -> None:
    """Solved or over: nothing more comes by itself."""
    _no_step(incident)


def _no_step(incident: Incident) -> None:
    incident.step_due_at, incident.step_then = None, []
    find_turn(incident)


def find_turn(incident: Incident) -> None:
    """What comes first of the promises and the next step."""
    incident.turns_at = min(filter(None, (incident.next_due_at, incident.step_due_at)), default=None)


FOLDS: dict[type[Event], Callable[[World, Any], None]] = {
    r.EscalationScheduled: _scheduled,
    r.IncidentAcknowledged: _acknowledged,
    r.PolicyStopped: _stopped,
    r.IncidentEscalated: _escalated,
    r.AskedAgain: _asked_again,
    r.UrgencyChanged: _urgency_changed,
    r.MajorDeclared: _major_declared,
}
