"""What routing itself states about time: clocks, and how a case goes further."""

from contracts.events import routing
from contracts.values import MOVES
from routing.domain.folds.table import ORDER_LATE, folds, order_timer, step_timer, versioned, wake
from routing.domain.state import Clock, Escalation, World


@folds(routing.ClockStarted)
def _started(world: World, event: routing.ClockStarted) -> None:
    clock = Clock(
        id=event.clock,
        municipality=event.municipality,
        incident=event.incident,
        party=event.party,
        role=event.role,
        promise=event.promise,
        agreement=event.agreement,
        started_at=event.started_at,
        since=event.started_at,
        due_at=event.due_at,
        used=event.used,
        breached=event.due_at <= event.started_at,  # used up by former holders: that was told then
    )
    world.clocks.setdefault(event.incident, {})[clock.id] = clock
    _watch(world, clock)


@folds(routing.ClockPaused)
def _paused(world: World, event: routing.ClockPaused) -> None:
    clock = world.clocks[event.incident][event.clock]
    clock.paused, clock.since, clock.spent = event.reason, event.paused_at, event.used
    _watch(world, clock)


@folds(routing.ClockResumed)
def _resumed(world: World, event: routing.ClockResumed) -> None:
    clock = world.clocks[event.incident][event.clock]
    clock.paused, clock.since, clock.due_at = None, event.resumed_at, event.due_at
    _watch(world, clock)


@folds(routing.ClockRescheduled)
def _rescheduled(world: World, event: routing.ClockRescheduled) -> None:
    clock = world.clocks[event.incident][event.clock]
    clock.since, clock.due_at, clock.spent = event.since, event.due_at, event.used
    clock.breached = clock.breached and event.due_at <= event.since
    _watch(world, clock)


@folds(routing.ClockBreached)
def _breached(world: World, event: routing.ClockBreached) -> None:
    clock = world.clocks[event.incident][event.clock]
    clock.breached = True
    _watch(world, clock)


@folds(routing.ClockStopped)
def _stopped(world: World, event: routing.ClockStopped) -> None:
    clock = world.clocks[event.incident].pop(event.clock)
    clock.stopped_at, clock.reason, clock.spent = event.stopped_at, event.reason, event.used
    _watch(world, clock)
    if clock.promise == "resolve" and clock.role == "lead":
        incident = world.incidents[event.incident]
        incident.resolving += event.used
        world.mark(incident)


def _watch(world: World, clock: Clock) -> None:
    world.mark(clock)
    waits = clock.stopped_at is None and clock.paused is None and not clock.breached
    wake(world, world.incidents[clock.incident], clock.timer, clock.due_at if waits else None)


@folds(routing.IncidentAcknowledged)
def _acknowledged(world: World, event: routing.IncidentAcknowledged) -> None:
    versioned(world, event)


@folds(routing.UrgencyChanged)
def _urgency(world: World, event: routing.UrgencyChanged) -> None:
    incident = versioned(world, event)
    incident.urgency = event.urgency
    if event.by is not None:
        incident.urgency_set, incident.urgency_raised = True, None
    elif not event.counted:
        incident.urgency_raised = event.urgency
    escalation = world.escalations.get(incident.id)
    if escalation is not None:  # other times are promised: what was passed over may come
        escalation.fresh = True
        world.mark(escalation)


@folds(routing.EscalationScheduled)
def _scheduled(world: World, event: routing.EscalationScheduled) -> None:
    incident = world.incidents[event.incident]
    escalation = world.escalations.get(incident.id)
    if escalation is None:
        escalation = Escalation(incident.id, incident.municipality, event.policy, event.step, event.round, event.since)
        world.escalations[incident.id] = escalation
    escalation.policy, escalation.policy_version, escalation.holder = event.policy, event.policy_version, event.holder
    escalation.step, escalation.round = event.step, event.round
    escalation.since, escalation.due_at, escalation.fresh = event.since, event.due_at, False
    escalation.then, escalation.then_at = [measure.model_dump(mode="json") for measure in event.then], event.then_at
    world.mark(escalation)
    wake(world, incident, step_timer(incident), event.due_at)


@folds(routing.IncidentEscalated)
def _escalated(world: World, event: routing.IncidentEscalated) -> None:
    incident, escalation = versioned(world, event), world.escalations.get(event.incident)
    if event.trigger == "asked":
        incident.asked_at = event.at
    elif event.trigger == "matrix":
        incident.informed = list(dict.fromkeys((*incident.informed, *event.measure.parties)))
    if event.occasion == ORDER_LATE:
        wake(world, incident, order_timer(incident), None)
    if escalation is None:
        return
    if event.occasion is not None and event.occasion not in escalation.done:
        escalation.done = [*escalation.done, event.occasion]
    if event.by is None and event.measure.action in MOVES:
        escalation.had = [*escalation.had, *event.measure.parties]
    world.mark(escalation)


@folds(routing.AskedAgain)
def _asked_again(world: World, event: routing.AskedAgain) -> None:
    versioned(world, event)


@folds(routing.PolicyStopped)
def _policy_stopped(world: World, event: routing.PolicyStopped) -> None:
    incident, escalation = versioned(world, event), world.escalations[event.incident]
    escalation.stopped, escalation.due_at, escalation.then, escalation.then_at = True, None, [], None
    world.mark(escalation)
    wake(world, incident, step_timer(incident), None)


@folds(routing.MajorDeclared)
def _major(world: World, event: routing.MajorDeclared) -> None:
    versioned(world, event).major = True
