"""What happens when a timer's time has come: a promise not kept, a policy's step, silence, the end of planned work."""

from collections.abc import Callable, Iterator

from contracts.directory.rules import RequireAcknowledgement, Wait
from contracts.events.base import Event
from contracts.events.routing import IncidentClosed
from contracts.values import Words
from routing.domain import (
    assignment,
    clocks,
    consequences,
    measures,
    occasions,
    orders,
    policies,
    waiting,
    wording,
)
from routing.domain.context import Context
from routing.domain.state import Escalation, Incident, Timer, World


def on_due(world: World, timer: Timer, ctx: Context) -> Iterator[Event]:
    """What follows from one timer; nothing where what it waited for is no more (its row says so by then)."""
    incident = world.incident(timer.incident, timer.municipality)
    if incident is not None:
        yield from KINDS[timer.kind](world, ctx, incident, timer.about)


def _clock(world: World, ctx: Context, incident: Incident, about: str) -> Iterator[Event]:
    clock = world.clocks.get(incident.id, {}).get(about)
    if clock is None or clock.paused is not None or clock.breached or clock.due_at > ctx.now:
        return
    yield clocks.breach(ctx, clock)
    yield from occasions.breached(world, ctx, incident, clock)
    yield from consequences.of_incident(world, ctx, incident)


def _step(world: World, ctx: Context, incident: Incident, _about: str) -> Iterator[Event]:
    """The policy as it is now decides: a directory that has changed may have put the step off, or away."""
    known = world.escalations.get(incident.id)
    if known is None or known.due_at is None or not incident.unfinished:
        return
    policy = policies.of(world, incident)
    stated = policies.stated(known, policy) if policy is not None else None
    at = policies.place(world, incident, policy, stated) if policy is not None and stated is not None else None
    if policy is None or at is None or at.due_at is None or at.due_at > ctx.now:
        yield from consequences.schedule(world, ctx, incident, at)
        return
    reason = _reason(world, incident, known)
    for measure in at.does:
        yield from measures.carry_out(
            world, ctx, incident, measure, "step", reason, policy=policy.id, step=at.step, round=at.round
        )
    if incident.unfinished:
        yield from consequences.schedule(world, ctx, incident, policies.after(policy, at, ctx.now))
        yield from consequences.of_incident(world, ctx, incident)


def _reason(world: World, incident: Incident, known: Escalation) -> Words:
    """Why the step is taken, by what was waited for."""
    policy, lead = policies.of(world, incident), incident.lead or assignment.coordinator(world, incident)
    name = wording.name(world.directory_of(incident), lead)
    step = policy.steps[known.step] if policy and 0 <= known.step < len(policy.steps) else None
    match step:
        case RequireAcknowledgement():
            return wording.not_acknowledged(name)
        case Wait(clock=promise, share=share) if promise is not None and share is not None:
            return wording.late(name, promise) if share >= 100 else wording.used(promise, share)
        case _:
            return wording.WAITED


def _order(world: World, ctx: Context, incident: Incident, _about: str) -> Iterator[Event]:
    yield from orders.when_late(world, ctx, incident)


def _close(world: World, ctx: Context, incident: Incident, _about: str) -> Iterator[Event]:
    if incident.state == "resolved":
        yield IncidentClosed(**ctx.changing(incident))


def _window(world: World, ctx: Context, incident: Incident, _about: str) -> Iterator[Event]:
    yield from waiting.after_window(world, ctx, incident)
    yield from consequences.of_incident(world, ctx, incident)


KINDS: dict[str, Callable[[World, Context, Incident, str], Iterator[Event]]] = {
    "clock": _clock,
    "step": _step,
    "close": _close,
    "order": _order,
    "window": _window,
}
"""By the first part of a timer's id."""
