"""Promises against time: what counts, what stands still, what was not kept."""

from collections.abc import Callable
from typing import Any

from contracts.events import routing as r
from contracts.events.base import Event
from ticketing.domain.folds import escalation
from ticketing.domain.state import Clock, World


def _started(world: World, event: r.ClockStarted) -> None:
    world.clocks[event.clock] = Clock(
        id=event.clock,
        municipality=event.municipality,
        incident=event.incident,
        party=event.party,
        promise=event.promise,
        started_at=event.started_at,
        due_at=event.due_at,
        agreement=event.agreement,
        breached_at=event.due_at if event.due_at <= event.started_at else None,  # former holders had used it up
    )
    incident = world.incidents.get(event.incident)
    if incident is not None and event.promise == "acknowledge" and event.party == incident.holder:
        incident.acknowledged_at = None  # it is asked, perhaps once more
    _find_next_due(world, event.incident)


def _paused(world: World, event: r.ClockPaused) -> None:
    if (clock := world.clocks.get(event.clock)) is not None:
        clock.paused_at, clock.pause_reason = event.paused_at, event.reason
    _find_next_due(world, event.incident)


def _resumed(world: World, event: r.ClockResumed) -> None:
    if (clock := world.clocks.get(event.clock)) is not None:
        clock.paused_at = clock.pause_reason = None
        clock.due_at = event.due_at
    _find_next_due(world, event.incident)


def _rescheduled(world: World, event: r.ClockRescheduled) -> None:
    if (clock := world.clocks.get(event.clock)) is not None:
        clock.due_at = event.due_at
        if clock.breached_at is not None and event.due_at > event.at:
            clock.breached_at = None
    _find_next_due(world, event.incident)


def _breached(world: World, event: r.ClockBreached) -> None:
    if (clock := world.clocks.get(event.clock)) is not None:
        clock.breached_at = event.due_at


def _stopped(world: World, event: r.ClockStopped) -> None:
    if (clock := world.clocks.get(event.clock)) is not None:
        clock.stopped_at, clock.stop_reason = event.stopped_at, event.reason
    incident = world.incidents.get(event.incident)
    answered = event.promise == "acknowledge" and event.reason in ("kept", "missed")
    if incident is not None and answered and event.party == incident.holder:
        incident.acknowledged_at = event.stopped_at
    _find_next_due(world, event.incident)


def _find_next_due(world: World, incident_id: str) -> None:
    if (incident := world.incidents.get(incident_id)) is not None:
        counting = [c for c in world.clocks.values() if c.incident == incident_id and c.counts]
        incident.next_due_at = min((c.due_at for c in counting), default=None)
        updates = (c.due_at for c in counting if c.promise == "next_update")
        incident.next_update_at = min(updates, default=None)
        escalation.find_turn(incident)


FOLDS: dict[type[Event], Callable[[World, Any], None]] = {
    r.ClockStarted: _started,
    r.ClockPaused: _paused,
    r.ClockResumed: _resumed,
    r.ClockRescheduled: _rescheduled,
    r.ClockBreached: _breached,
    r.ClockStopped: _stopped,
}
