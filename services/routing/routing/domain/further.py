"""Commands about going further: take on, escalate, stop, change the urgency, reopen."""

from collections.abc import Callable, Iterator
from typing import Any

from contracts.directory.lanes import again_at
from contracts.events.base import Event, Request
from contracts.events.routing import AskedAgain, IncidentAcknowledged, IncidentReopened, Measure, PolicyStopped
from contracts.events.ticketing import (
    AcknowledgeRequested,
    EscalateRequested,
    PolicyStopRequested,
    ReopenRequested,
    TicketEscalationRequested,
    UrgencyRequested,
)
from routing.domain import assignment, clocks, lanes, measures, occasions, stages, wording
from routing.domain.context import Context
from routing.domain.refusals import Refused, require
from routing.domain.state import Incident, World


def _acknowledge(world: World, event: AcknowledgeRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    """For whoever has it: a coordinator may say so for a team that called."""
    counted = not incident.is_wish and incident.waiting_on != "planned"
    require(incident.unfinished and counted and incident.lead is not None, "wrong_state")
    holder = incident.lead or ""
    require(world.clock(incident, holder, "acknowledge") is not None, "acknowledged")
    yield IncidentAcknowledged(**ctx.changing(incident), party=holder)
    yield from clocks.fulfil(world, ctx, incident, holder, "acknowledge")


def _escalate(world: World, event: EscalateRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    require(incident.unfinished, "wrong_state")
    party = assignment.next_party(world, incident)
    if party is None:
        raise Refused("last_of_path" if event.to is None else "other_turn")
    require(event.to in (None, party), "other_turn")
    if party.startswith("vendor:"):
        lanes.require_lane(world, incident, party, event.by)
    measure = Measure(action="next_party", parties=(party,))
    yield from measures.carry_out(world, ctx, incident, measure, "person", event.reason, by=event.by)


def _stop(world: World, event: PolicyStopRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    require(incident.unfinished, "wrong_state")
    escalation = world.escalations.get(incident.id)
    require(escalation is not None and not escalation.stopped and escalation.due_at is not None, "no_policy")
    yield PolicyStopped(**ctx.changing(incident), reason=event.reason)


def _urgency(world: World, event: UrgencyRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    require(incident.unfinished and not incident.is_wish, "wrong_state")
    require(event.urgency != incident.urgency, "same_urgency")
    yield from measures.change_urgency(world, ctx, incident, event.urgency, event.reason)


def _reopen(world: World, event: ReopenRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    require(incident.successor is None, "went_on")
    require(incident.state in ("resolved", "closed"), "wrong_state")
    require(incident.linked > 0, "nothing_left")
    yield IncidentReopened(**ctx.changing(incident), reason=event.reason, doubts=ctx.moment)
    yield from stages.differ(ctx, incident, by=event.by)
    party = event.by.party if event.by.party.startswith("team:") else assignment.first_team(world, incident)
    why = wording.opened_again_by(wording.staff(world.directory_of(incident), event.by.party))
    turn = assignment.turn_of(world, incident, party, "reopened", why)
    yield from assignment.give(world, ctx, incident, turn)


def on_escalation_requested(world: World, event: TicketEscalationRequested, ctx: Context) -> Iterator[Event]:
    """The reporter, or the school's IT lead, asks that it goes further."""
    ticket = world.ticket(event.ticket, event.municipality)
    incident = world.incident(ticket.incident, event.municipality) if ticket else None
    if incident is None or not incident.unfinished:
        return
    until = again_at(incident.asked_at, incident.held_since)
    if until is not None and ctx.moment < until:
        yield AskedAgain(**ctx.about(incident), ticket=event.ticket, again_at=until)
    else:
        yield from occasions.asked(world, ctx, incident, event.reason)


FURTHER: dict[type[Request], Callable[[World, Any, Context, Incident], Iterator[Event]]] = {
    AcknowledgeRequested: _acknowledge,
    EscalateRequested: _escalate,
    PolicyStopRequested: _stop,
    UrgencyRequested: _urgency,
    ReopenRequested: _reopen,
}
