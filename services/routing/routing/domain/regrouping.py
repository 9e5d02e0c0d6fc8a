"""Tickets leave one incident for another; what becomes of the one they leave (N6, R12)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from contracts.directory.matrix import BEYOND_A_SCHOOL
from contracts.events.base import Event
from contracts.events.routing import IncidentClosed, IncidentStateChanged, IncidentSuperseded
from contracts.values import NO_SCHOOL, Actor, Words
from routing.domain import clocks, informing, lifecycle, linking, waiting
from routing.domain.context import Context
from routing.domain.state import GONE, Incident, Ticket, World


def move(
    world: World,
    ctx: Context,
    tickets: Sequence[Ticket],
    into: Incident,
    basis: linking.Basis,
    score: float,
    reasons: tuple[Words, ...],
    *,
    by: Actor | None = None,
    suggestion: str | None = None,
) -> Iterator[Event]:
    """The tickets go on in another incident that is there; one that is emptied is superseded by it."""
    former = _incidents_of(world, tickets)
    new = [ticket.school for ticket in tickets if ticket.school not in into.schools]
    for ticket in tickets:
        yield linking.linked(ctx, into, ticket, basis, score, reasons, by=by, suggestion=suggestion)
    yield linking.impact(ctx, into)
    yield from informing.of_schools(world, ctx, into, new, former)
    for incident in former:
        if incident.linked == 0 and not incident.ended:
            yield from supersede(world, ctx, incident, into)
        else:
            yield from _left(ctx, incident)
    yield from waiting.reconsider(world, ctx, into, tickets)


def take_off(
    world: World,
    ctx: Context,
    tickets: Sequence[Ticket],
    basis: linking.Basis,
    reasons: tuple[Words, ...],
    *,
    by: Actor,
) -> Iterator[Event]:
    """The tickets go on in a new incident of their own, with clocks that count from the first open one's arrival.

    Those that their reporters are done with come out as they were: it has ended, and is nobody's work (N6).
    """
    former = _incidents_of(world, tickets)
    first, *others = sorted(tickets, key=lambda ticket: (ticket.state != "open", ticket.filed_at, ticket.id))
    basis, over = _of_all(basis, tickets), first.state != "open"
    told_by = {each.rule for each in former}
    yield from linking.open_for(
        world, ctx, first, basis, reasons, by=by, since=first.filed_at, over=over, told_by=told_by
    )
    incident = world.incidents[first.incident or ""]
    for ticket in others:
        yield linking.linked(ctx, incident, ticket, basis, 1.0, reasons, by=by)
    if others:
        yield linking.impact(ctx, incident)
    if over and incident.linked:
        yield IncidentClosed(**ctx.changing(incident))
    elif over:
        yield IncidentStateChanged(**ctx.changing(incident), state="cancelled")
    for left in former:
        yield from _left(ctx, left)


def _of_all(basis: linking.Basis, tickets: Sequence[Ticket]) -> linking.Basis:
    """How far they reach together: what several schools have reported is no one school's."""
    schools = {ticket.school for ticket in tickets if ticket.state not in GONE and ticket.school != NO_SCHOOL}
    if len(schools) < 2 or basis.scope in BEYOND_A_SCHOOL:
        return basis
    return replace(basis, scope="schools")


def _incidents_of(world: World, tickets: Sequence[Ticket]) -> list[Incident]:
    ids = dict.fromkeys(ticket.incident for ticket in tickets if ticket.incident)
    return [world.incidents[id_] for id_ in ids]


def _left(ctx: Context, incident: Incident) -> Iterator[Event]:
    if not incident.ended:
        yield linking.impact(ctx, incident)
        yield from lifecycle.close_if_all_confirmed(ctx, incident)


def supersede(world: World, ctx: Context, incident: Incident, successor: Incident) -> Iterator[Event]:
    """Nothing is left on it: all of it goes on in the other."""
    yield IncidentSuperseded(**ctx.changing(incident), successor=successor.id)
    yield from clocks.stop_all(world, ctx, incident, "ended")
