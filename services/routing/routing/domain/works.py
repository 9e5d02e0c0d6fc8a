"""Planned work (V10): what is reported in its window, and may come from it, waits for the end."""

from collections.abc import Iterator
from datetime import datetime

from contracts.events.base import Event
from contracts.events.routing import IncidentAssigned, IncidentStateChanged, MatchedToWork
from contracts.events.ticketing import TicketFiled
from routing.domain import assignment, wording
from routing.domain.context import Context
from routing.domain.state import Incident, Ticket, Work, World

UNKNOWN = "other"
"""What an incident is about where nobody can tell."""


def explaining(world: World, ctx: Context, incident: Incident, ticket: Ticket) -> Work | None:
    """The work that a new incident of this report waits for; of several the one that ends last.

    Only of faults that are reported now and began in the window. Who takes a ticket off its incident has looked at it.
    """
    if incident.kind != "incident" or not isinstance(ctx.cause, TicketFiled):
        return None
    service = incident.service if incident.service != UNKNOWN else ticket.service or UNKNOWN
    return running(world, ctx, service, ticket.school, ticket.occurred_at)


def running(world: World, ctx: Context, service: str, school: str, since: datetime) -> Work | None:
    """What is done now and may be noticed, where it covers what began there then; of several the one that ends last."""
    works = (work for work in world.works.values() if work.municipality == ctx.municipality)
    found = [
        work
        for work in works
        if work.effect != "none" and work.runs(ctx.moment) and service in work.services and work.covers(school, since)
    ]
    return max(found, key=lambda work: (work.ends_at, work.id), default=None)


def hold_back(world: World, ctx: Context, incident: Incident, work: Work) -> Iterator[Event]:
    """It waits for the work's end, with a holder and without clocks.

    The holder is the municipality's own: nothing goes to a vendor by itself. Whoever wants it sooner assigns it, or
    hands it over, and with that it waits no longer.
    """
    yield MatchedToWork(**ctx.about(incident), work=work.id, until=work.ends_at)
    yield IncidentStateChanged(**ctx.changing(incident), state="waiting", waiting_on="planned")
    turn = assignment.by_matrix(world.directory_of(incident), incident)
    party = assignment.first_team(world, incident, turn.path)
    yield IncidentAssigned(
        **ctx.changing(incident),
        party=party,
        tier=assignment.tier(world, incident, party),
        path=turn.path,
        rule="planned",
        reason=wording.PLANNED,
        agreement=turn.agreement,
        policy=turn.policy,
    )
