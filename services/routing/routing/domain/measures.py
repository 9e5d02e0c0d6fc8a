"""What escalating does: parties are told, the case moves on, it becomes more urgent, its holder must answer."""

from collections.abc import Iterator
from typing import Any

from contracts.events.base import Event
from contracts.events.routing import IncidentEscalated, Measure, UrgencyChanged
from contracts.values import MOVES, Actor, Trigger, Words
from routing.domain import assignment, clocks, wording
from routing.domain.context import Context
from routing.domain.state import Incident, World


def carry_out(
    world: World,
    ctx: Context,
    incident: Incident,
    measure: Measure,
    trigger: Trigger,
    reason: Words,
    *,
    by: Actor | None = None,
    **place: Any,
) -> Iterator[Event]:
    """Say that it goes further, and why; then what changes by it. `place`: occasion, or policy, step and round."""
    changes = measure.action in (*MOVES, "raise_urgency")
    told = ctx.changing(incident, by=by) if changes else ctx.about(incident, by=by)
    yield IncidentEscalated(**told, measure=measure, trigger=trigger, reason=reason, **place)
    match measure.action:
        case "next_party" | "hand_over":
            # A person's own words are for staff (N5); why it is in other hands now is for all.
            why = reason if by is None else wording.sent_on_by(wording.staff(world.directory_of(incident), by.party))
            turn = assignment.turn_of(world, incident, measure.parties[0], "escalated", why)
            yield from assignment.give(world, ctx, incident, turn, by=by)
        case "raise_urgency" if measure.urgency is not None and measure.urgency < incident.urgency:
            yield from change_urgency(world, ctx, incident, measure.urgency, reason, by=by)
        case _:
            return


def change_urgency(
    world: World,
    ctx: Context,
    incident: Incident,
    urgency: int,
    reason: Words,
    *,
    by: Actor | None = None,
    counted: bool = False,
) -> Iterator[Event]:
    """It is as urgent as that from now on, and its times follow. What is counted is no person's change (R5)."""
    yield UrgencyChanged(
        **(ctx.about(incident) if counted else ctx.changing(incident, by=by)),
        urgency=urgency,
        previous=incident.urgency,
        reason=reason,
        counted=counted,
    )
    yield from clocks.reschedule(world, ctx, incident)
