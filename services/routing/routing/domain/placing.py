"""Which incident a filed ticket is on: as grouping decided, or as its reporter said."""

from collections.abc import Iterator
from typing import assert_never

from contracts.events.base import Event
from contracts.events.ticketing import TicketFiled
from contracts.values import REPORTER_PARTY, Actor
from grouping import Decision, Link, Open, Suggest
from routing.domain import joining, linking, waiting, wording
from routing.domain.context import Context
from routing.domain.state import Incident, Ticket, World


def on_ticket_filed(world: World, event: TicketFiled, ctx: Context) -> Iterator[Event]:
    """Every ticket is on exactly one incident from here on."""
    ticket = world.ticket(event.ticket, event.municipality)
    if ticket is None or ticket.incident is not None:
        return
    if ctx.decision is None:
        raise ValueError("grouping has not been asked about this ticket")
    basis = linking.Basis.of(ctx.decision)
    reporter = Actor(party=REPORTER_PARTY, person=event.reporter)
    named = _named_by_reporter(world, event)
    if named is not None and named.ended:  # R9: what is closed stays closed, and its successor names it
        yield from linking.open_for(world, ctx, ticket, basis, (wording.RECURS,), by=reporter, recurrence_of=named.id)
        return
    if named is not None:
        yield from linking.link(world, ctx, named, ticket, basis, 1.0, (wording.SAME_AS,), by=reporter)
        yield from waiting.reconsider(world, ctx, named, [ticket])
        return
    yield from _place(world, ctx, ticket, ctx.decision, basis)
    yield from joining.raise_scope(world, ctx, ctx.decision)
    for join in ctx.decision.joins:
        yield from joining.join(world, ctx, join, basis)


def _place(world: World, ctx: Context, ticket: Ticket, decision: Decision, basis: linking.Basis) -> Iterator[Event]:
    """As grouping decided: linked by itself, alone, or alone with a question to staff."""
    match decision.outcome:
        case Link(incident=incident_id, score=score, reasons=reasons):
            incident = world.incidents[incident_id]
            yield from linking.link(world, ctx, incident, ticket, basis, score, joining.words(reasons))
            yield from waiting.reconsider(world, ctx, incident, [ticket])
        case Open(reasons=reasons, recurrence_of=former):
            yield from linking.open_for(world, ctx, ticket, basis, joining.words(reasons), recurrence_of=former)
        case Suggest(candidates=candidates, reasons=reasons):
            yield from linking.open_for(world, ctx, ticket, basis, joining.words(reasons))
            for candidate in candidates:
                yield joining.ask(world, ctx, (ticket,), candidate.incident, candidate.score, candidate.reasons, basis)
        case _:
            assert_never(decision.outcome)


def _named_by_reporter(world: World, event: TicketFiled) -> Incident | None:
    """The incident of `same_as`, or the one it went on in. Needs and ideas stay alone (R10)."""
    named = world.last_of(event.same_as, event.municipality)
    if named is None or event.kind != "incident" or named.kind != "incident":
        return None
    later = world.incident(named.recurrence, event.municipality)
    return later if named.ended and later is not None and not later.ended else named
