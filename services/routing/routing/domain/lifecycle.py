"""How an incident ends, and comes back: what its reporters say."""

from collections.abc import Iterator

from contracts.events.base import Event
from contracts.events.routing import (
    IncidentClosed,
    IncidentResolved,
    IncidentStateChanged,
)
from contracts.events.ticketing import TicketConfirmedFixed, TicketErased, TicketReopened, TicketWithdrawn
from contracts.values import Actor, Words
from routing.domain import assignment, clocks, linking, policies, stages
from routing.domain.context import Context
from routing.domain.state import Incident, Proposal, Ticket, World


def resolve(
    world: World,
    ctx: Context,
    incident: Incident,
    *,
    public_text: Words | None = None,
    proposal: str | None = None,
    by: Actor | None = None,
) -> Iterator[Event]:
    """Solved: the promises end, and where everybody has said so already, the incident too."""
    policy = policies.of(world, incident)
    silence = policy.close_after if policy else None
    yield IncidentResolved(
        **ctx.changing(incident, by=by),
        public_text=public_text,
        proposal=proposal,
        closes_at=ctx.moment + silence if silence else None,
    )
    for clock in world.clocks_of(incident):
        yield clocks.stop(world, ctx, clock, None if clock.promise == "resolve" else "ended")
    yield from close_if_all_confirmed(ctx, incident, by=by)


def accept(
    world: World, ctx: Context, incident: Incident, proposal: Proposal, *, public_text: Words | None = None
) -> Iterator[Event]:
    """What the lead proposed is the solution; what a vendor beside it did is its part, and the case goes on (R7).

    A need or an idea is not solved by anybody: it comes back, and is decided (R10).
    """
    if proposal.vendor == incident.lead and incident.is_wish:
        yield from assignment.come_back(world, ctx, incident, proposal, public_text=public_text)
    elif proposal.vendor == incident.lead:
        yield from stages.arrive(ctx, incident, text=public_text)  # of an order that is that it came
        yield from resolve(world, ctx, incident, public_text=public_text, proposal=proposal.id)
    else:
        yield from assignment.accept_part(world, ctx, incident, proposal, public_text=public_text)


def close_if_all_confirmed(ctx: Context, incident: Incident, *, by: Actor | None = None) -> Iterator[Event]:
    """Nobody is left to ask: a resolved incident whose reporters all say that it works is over."""
    if incident.state == "resolved" and incident.confirmed == incident.linked:
        yield IncidentClosed(**ctx.changing(incident, by=by))


def on_confirmed_fixed(world: World, event: TicketConfirmedFixed, ctx: Context) -> Iterator[Event]:
    """It works now: of a lone incident that is the solution, of n it is one voice (R9).

    What waits for planned work is solved with the last voice: nobody else looks for the fault.
    """
    ticket, incident = of(world, event)
    if ticket is None or incident is None or ticket.state != "confirmed":
        return
    if incident.is_wish:  # there is nothing that works again
        return
    if incident.unfinished and (incident.linked == 1 or (incident.waits_for and incident.confirmed == incident.linked)):
        yield from stages.arrive(ctx, incident, by=event.by)
        yield from resolve(world, ctx, incident, by=event.by)
    else:
        yield from close_if_all_confirmed(ctx, incident, by=event.by)


def on_withdrawn(world: World, event: TicketWithdrawn | TicketErased, ctx: Context) -> Iterator[Event]:
    """The report is taken back, or erased; the last one takes the incident along (R9)."""
    ticket, incident = of(world, event)
    if ticket is None or incident is None or incident.ended:
        return
    if incident.linked == 0 and (incident.unfinished or incident.state == "gathered"):
        yield IncidentStateChanged(**ctx.changing(incident, by=event.by), state="cancelled")
        yield from clocks.stop_all(world, ctx, incident, "ended")
        return
    yield linking.impact(ctx, incident)
    yield from close_if_all_confirmed(ctx, incident)


def of(
    world: World, event: TicketConfirmedFixed | TicketReopened | TicketWithdrawn | TicketErased
) -> tuple[Ticket | None, Incident | None]:
    """The ticket and the incident it is on."""
    ticket = world.ticket(event.ticket, event.municipality)
    return ticket, world.incident(ticket.incident, event.municipality) if ticket else None
