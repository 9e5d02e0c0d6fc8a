"""What follows for an incident from whatever happened to it: looked at once after every event.

Each part compares how things stand with what has been stated of them, and states the difference. So the order in which
events come does not matter, and nothing is stated twice.
"""

from collections.abc import Callable, Iterable, Iterator, Set
from functools import wraps
from typing import Any

from contracts.events.base import Event
from contracts.events.routing import EscalationScheduled
from routing.domain import asking, carried, clocks, following, majors, occasions, policies
from routing.domain.context import Context
from routing.domain.policies import BEFORE_THE_FIRST, Place
from routing.domain.state import Incident, World

NONE: Set[str] = frozenset()
Reaction = Callable[[World, Any, Context], Iterator[Event]]


def followed(reaction: Reaction) -> Reaction:
    """The reaction, and then what follows from what it stated."""

    @wraps(reaction)
    def react(world: World, event: Any, ctx: Context) -> Iterator[Event]:
        named, reached = dict.fromkeys(event.cases), set(following.reached(world, event))
        spread: dict[str, None] = {}
        left = dict.fromkeys(filter(None, (carried.taken_back(world, event),)))
        for own in reaction(world, event, ctx):
            named |= dict.fromkeys(own.cases)
            yield own
            reached |= set(following.reached(world, own))
            spread |= dict.fromkeys(filter(None, (following.shows_several_schools(world, own),)))
            left |= dict.fromkeys(filter(None, (carried.taken_back(world, own),)))
        ctx.by_itself = True
        for id_ in spread:
            yield from following.raise_scope(ctx, world.incidents[id_])
        yield from of_cases(world, ctx, named, reached | spread.keys(), left.keys())

    return react


def of_cases(
    world: World, ctx: Context, named: Iterable[str], reached: Set[str] = NONE, left: Set[str] = NONE
) -> Iterator[Event]:
    """What follows for these incidents, and for those that these tickets are on.

    `reached`: those that may be another's turn now. `left`: those of which a report was taken back.
    """
    ids = dict.fromkeys(world.tickets[id_].incident if id_ in world.tickets else id_ for id_ in named)
    for id_ in ids:
        incident = world.incident(id_, ctx.municipality)
        if incident is not None:
            yield from asking.lapsed(world, ctx, incident)
        if incident is not None and incident.lead is not None:
            yield from of_incident(world, ctx, incident, reached=incident.id in reached, left=incident.id in left)


def of_incident(
    world: World, ctx: Context, incident: Incident, *, reached: bool = False, left: bool = False
) -> Iterator[Event]:
    """What follows for one; for what waits for planned work nothing, that is expected (V10)."""
    was_counted = incident.counted
    if left:
        yield from carried.lower_scope(ctx, incident)
    lowered = bool(was_counted) and not incident.counted
    if not incident.unfinished or incident.waits_for:
        return
    if reached or lowered:
        yield from following.follow(world, ctx, incident, back=lowered)
    yield from carried.urgency(world, ctx, incident, less=left)
    yield from _pauses(world, ctx, incident)
    yield from majors.declare(world, ctx, incident)
    yield from occasions.impact_grown(world, ctx, incident)
    yield from schedule(world, ctx, incident)


def _pauses(world: World, ctx: Context, incident: Incident) -> Iterator[Event]:
    """The promise to resolve stands still while all open tickets wait on their reporters; no other does (R8)."""
    waits = _all_wait_on_reporters(world, incident)
    for clock in world.clocks_of(incident):
        if clock.promise != "resolve":
            continue
        if waits and clock.paused is None:
            yield clocks.pause(world, ctx, clock, "reporter")
        elif not waits and clock.paused == "reporter":
            yield clocks.resume(world, ctx, incident, clock)


def _all_wait_on_reporters(world: World, incident: Incident) -> bool:
    asked = {question.ticket for question in world.open_questions(incident) if question.ticket is not None}
    tickets = (world.tickets.get(id_) for id_ in asked)
    waiting = sum(t is not None and t.incident == incident.id and t.state == "open" for t in tickets)
    return waiting > 0 and waiting == incident.linked - incident.confirmed


def schedule(world: World, ctx: Context, incident: Incident, at: Place | None = None) -> Iterator[Event]:
    """State when it goes further and how, where that is not what was stated last. `at`: where it has come to."""
    policy, known = policies.of(world, incident), world.escalations.get(incident.id)
    if policy is None or (known is not None and known.stopped):
        return
    stated = policies.stated(known, policy)
    at = at or stated
    next_ = policies.place(world, incident, policy, at or Place(BEFORE_THE_FIRST, 1, ctx.moment, None))
    holder = known.holder if at is not None and known is not None else incident.lead
    if next_.step == len(policy.steps) and holder != incident.lead:
        # Its own steps have moved the case, and it has run out: for whom has it now it begins anew.
        next_ = policies.place(world, incident, policy, Place(BEFORE_THE_FIRST, 1, next_.since, None))
        holder = incident.lead
    elif not next_.then and holder != incident.lead:
        next_ = policies.past_the_end(world, incident, policy, next_)
    if known is None and not policy.steps:
        return
    then = [measure.model_dump(mode="json") for measure in next_.then]
    now = (next_.step, next_.round, next_.due_at, then, next_.then_at)
    if stated is None or known is None or now != (known.step, known.round, known.due_at, known.then, known.then_at):
        yield EscalationScheduled(
            **ctx.about(incident),
            policy=policy.id,
            policy_version=policy.version,
            holder=holder,
            step=next_.step,
            round=next_.round,
            since=next_.since,
            due_at=next_.due_at,
            then=next_.then,
            then_at=next_.then_at,
        )
