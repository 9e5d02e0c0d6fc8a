"""Planned work (V10): what is reported in its window, and may come from it, waits for the end."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from contracts.events.base import Event
from contracts.events.routing import IncidentAssigned, IncidentStateChanged, MatchedToWork
from contracts.events.ticketing import TicketFiled
from contracts.values import PartyId
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
    found = [
        work
        for work in running(world, incident.municipality, ctx.moment)
        if service in work.services and work.covers(ticket.school, ticket.occurred_at)
    ]
    return max(found, key=lambda work: (work.ends_at, work.id), default=None)


def running(world: World, municipality: str, at: datetime) -> list[Work]:
    """What is done at that time, and may be noticed."""
    works = (work for work in world.works.values() if work.municipality == municipality)
    return [work for work in works if work.effect != "none" and work.runs(at)]


def hold_back(world: World, ctx: Context, incident: Incident, work: Work) -> Iterator[Event]:
    """It waits for the work's end, with a holder and without clocks.

    The holder is the municipality's own: nothing goes to a vendor by itself. Whoever wants it sooner assigns it, or
    hands it over, and with that it waits no longer.
    """
    yield MatchedToWork(**ctx.about(incident), work=work.id, until=work.ends_at)
    yield IncidentStateChanged(**ctx.changing(incident), state="waiting", waiting_on="planned")
    turn = assignment.by_matrix(world.directory_of(incident), incident)
    party = _first_team(world, incident, turn.path)
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


def _first_team(world: World, incident: Incident, path: Sequence[PartyId]) -> PartyId:
    teams = (party for party in path if party.startswith("team:"))
    return next(teams, assignment.coordinator(world, incident))
