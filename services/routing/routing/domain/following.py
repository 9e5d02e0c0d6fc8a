"""Whose turn it is once more is known: what it is about was set, how far it reaches, or the school's reports left it.

A case goes to whom the matrix names then while nobody has begun with it. Who has begun keeps it, and the path behind,
the agreement and the policy are the true ones.
"""

from collections.abc import Iterator
from dataclasses import replace

from contracts.directory.matrix import BEYOND_A_SCHOOL
from contracts.events.base import Event
from contracts.events.routing import IncidentRerouted, IncidentTriaged, ScopeRaised, TicketLinked
from contracts.events.ticketing import TicketErased, TicketWithdrawn
from contracts.values import PartyId, Words, is_vendor
from routing.domain import assignment, clocks, informing, wording
from routing.domain.assignment import Turn
from routing.domain.context import Context
from routing.domain.state import Incident, World


def reached(world: World, event: Event) -> Iterator[str]:
    """The incidents of which an event, already folded, may have changed whose turn they are."""
    match event:
        case ScopeRaised():
            yield event.incident
        case IncidentTriaged() if event.service is not None or event.scope is not None:
            yield event.incident
        case TicketLinked(previous=str(former)):
            yield from _left(world, former)
        case TicketWithdrawn() | TicketErased():
            ticket = world.ticket(event.ticket, event.municipality)
            yield from _left(world, ticket.incident) if ticket is not None and ticket.incident is not None else ()
        case _:
            return


def _left(world: World, id_: str) -> Iterator[str]:
    """The incident, where no report of the school that it was opened at is on it any more."""
    incident = world.incidents.get(id_)
    if incident is not None and incident.home != incident.school:
        yield id_


def shows_several_schools(world: World, event: Event) -> str | None:
    """The incident that a link, already folded, has brought another school."""
    if not isinstance(event, TicketLinked):
        return None
    incident, ticket = world.incidents[event.incident], world.tickets[event.ticket]
    is_new = incident.schools.get(ticket.school) == 1 and len(incident.schools) > 1
    return incident.id if is_new and incident.scope not in BEYOND_A_SCHOOL else None


def raise_scope(ctx: Context, incident: Incident) -> Iterator[Event]:
    """It reaches several schools: they have reported it, whoever put their reports together."""
    if incident.unfinished and incident.scope not in BEYOND_A_SCHOOL and len(incident.schools) > 1:
        number = len(incident.schools)
        reasons = (wording.schools_hit(number),)
        yield ScopeRaised(**ctx.about(incident), scope="schools", reasons=reasons, counted=True, schools=number)


def follow(world: World, ctx: Context, incident: Incident, *, back: bool = False) -> Iterator[Event]:
    """To whom the matrix names now, or what it says behind its holder.

    `back`: it is known to reach less far again. From a vendor nothing is taken by that.
    """
    turn, lead = assignment.by_matrix(world.directory_of(incident), incident), incident.lead
    if back:
        turn = replace(turn, reason=wording.after(wording.NOT_THAT_SCHOOL, turn.reason))
    if lead is None or turn.party == lead:
        yield from _reroute(world, ctx, incident, turn, turn.path, turn.reason)
    elif _is_kept(world, incident, turn) or (back and is_vendor(lead)):
        path = turn.path if lead in turn.path else (lead, *turn.path)
        name = wording.name(world.directory_of(incident), lead)
        why = wording.after(wording.stays_with(name), turn.reason) if back and is_vendor(lead) else None
        yield from _reroute(world, ctx, incident, turn, path, why or wording.keeps(name, turn.reason))
    else:
        yield from assignment.give(world, ctx, incident, turn, begun=False)


def _is_kept(world: World, incident: Incident, turn: Turn) -> bool:
    """Whether its holder has begun with it, or has got it by steps and stands further on in the same path."""
    known = world.escalations.get(incident.id)
    came_by_itself = known is not None and incident.lead in known.had
    return incident.worked or bool(incident.parallel) or (came_by_itself and incident.lead in turn.path)


def _reroute(
    world: World, ctx: Context, incident: Incident, turn: Turn, path: tuple[PartyId, ...], reason: Words
) -> Iterator[Event]:
    now = (incident.rule, tuple(incident.path), incident.agreement, incident.policy)
    if incident.lead is None or now == (turn.rule, path, turn.agreement, turn.policy):
        return
    former, rule = incident.agreement, incident.rule
    yield IncidentRerouted(
        **ctx.about(incident),
        party=incident.lead,
        path=path,
        rule=turn.rule,
        reason=reason,
        agreement=turn.agreement,
        policy=turn.policy,
    )
    if turn.agreement != former:
        yield from clocks.change_agreement(world, ctx, incident, incident.lead)
    if turn.rule != rule:
        yield from informing.of_rule(world, ctx, incident, turn.informs, reason)
