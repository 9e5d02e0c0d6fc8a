"""A "no, not solved" (R9): a lone incident reopens; of n the noes gather in a recurrence, until they are enough.

That of a vendor, of what it did not report itself, is said of the whole: it had handed the case over, and it came back.
"""

from collections.abc import Iterator

from contracts.events.base import Event
from contracts.events.routing import IncidentReopened
from contracts.events.ticketing import TicketReopened
from contracts.values import Actor, Words, is_vendor
from routing.domain import assignment, lifecycle, linking, policies, regrouping, stages, wording
from routing.domain.context import Context
from routing.domain.state import Incident, Ticket, World

_REASONS = {"received": wording.DIFFERS, "declined": wording.TO_BE_TRIED_AGAIN}
"""Of an order: why it is open again."""
ENOUGH = 3
"""Noes that reopen a shared incident where no policy says how many."""


def on_reopened(world: World, event: TicketReopened, ctx: Context) -> Iterator[Event]:
    """It still fails."""
    ticket, incident = lifecycle.of(world, event)
    if ticket is None or incident is None or ticket.state != "open" or incident.state not in ("resolved", "closed"):
        return
    recurrence = world.incident(incident.recurrence, event.municipality)
    gathered = recurrence.linked if recurrence is not None and recurrence.unfinished else 0
    if _is_too_late(world, incident, ctx):
        yield from _move(world, event, ctx, ticket, incident, recurrence if gathered else None)
    elif (
        gathered + 1 >= _enough(world, incident)
        or (incident.linked == 1 and not gathered)
        or (is_vendor(event.by.party) and event.by.party != ticket.reporter)
    ):
        reason = _REASONS.get(incident.stage or "", wording.NOT_SOLVED)
        yield from reopen(world, ctx, incident, reason, by=event.by)
        if recurrence is not None and gathered:
            yield from _return(world, ctx, recurrence, incident)
    else:
        yield from _move(world, event, ctx, ticket, incident, recurrence if gathered else None)


def _is_too_late(world: World, incident: Incident, ctx: Context) -> bool:
    """Closed so long ago that what happens now is something new, which names it."""
    policy = policies.of(world, incident)
    window = policy.reopen_window if policy is not None else None
    return window is not None and incident.closed_at is not None and ctx.moment > incident.closed_at + window


def _enough(world: World, incident: Incident) -> int:
    policy = policies.of(world, incident)
    return policy.reopen_after_noes if policy is not None else ENOUGH


def reopen(world: World, ctx: Context, incident: Incident, reason: Words, *, by: Actor) -> Iterator[Event]:
    """It goes on, with the first of the municipality's own parties; what was received is not what was ordered."""
    yield IncidentReopened(**ctx.changing(incident, by=by), reason=reason)
    yield from stages.differ(ctx, incident, by=by)
    party = assignment.first_team(world, incident)
    turn = assignment.turn_of(world, incident, party, "reopened", reason)
    yield from assignment.give(world, ctx, incident, turn, by=by)


def _return(world: World, ctx: Context, recurrence: Incident, first: Incident) -> Iterator[Event]:
    """So many say no that the first was not solved at all: what had gathered comes back to it."""
    tickets = [ticket for ticket in world.tickets.values() if ticket.incident == recurrence.id]
    tickets.sort(key=lambda ticket: (ticket.filed_at, ticket.id))
    basis = linking.Basis.like(first, world.links[tickets[0].id])
    yield from regrouping.move(world, ctx, tickets, first, basis, 1.0, (wording.NOT_SOLVED_FOR_MANY,))


def _move(
    world: World, event: TicketReopened, ctx: Context, ticket: Ticket, former: Incident, recurrence: Incident | None
) -> Iterator[Event]:
    """The ticket leaves what was solved for the others."""
    basis, reasons = linking.Basis.like(former, world.links[ticket.id]), (wording.NOT_SOLVED,)
    if recurrence is None:
        yield from linking.open_for(
            world, ctx, ticket, basis, reasons, by=event.by, recurrence_of=former.id, unsolved=former
        )
    else:
        yield from linking.link(world, ctx, recurrence, ticket, basis, 1.0, reasons, by=event.by)
    if former.linked == 0:  # all of it goes on there
        yield from regrouping.supersede(world, ctx, former, world.incidents[ticket.incident or ""])
        return
    yield linking.impact(ctx, former)
    yield from lifecycle.close_if_all_confirmed(ctx, former)
