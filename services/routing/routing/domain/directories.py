"""A new directory strands no open case: whoever is gone gives way at once, promises and next steps follow it (R19)."""

from collections.abc import Iterator

from contracts.events.base import Event
from contracts.events.ticketing import DirectoryChanged
from routing.domain import assignment, clocks, consequences, wording
from routing.domain.assignment import Turn
from routing.domain.context import Context
from routing.domain.state import Incident, World


def on_changed(world: World, event: DirectoryChanged, ctx: Context) -> Iterator[Event]:
    """Every open case of the municipality is looked at, in the order in which they came."""
    own = [incident for incident in world.incidents.values() if incident.municipality == event.municipality]
    for incident in sorted(own, key=lambda incident: incident.ordinal):
        if incident.unfinished and incident.lead is not None:
            yield from _give_way(world, ctx, incident)
            yield from clocks.follow_directory(world, ctx, incident)
            yield from consequences.of_incident(world, ctx, incident)


def _give_way(world: World, ctx: Context, incident: Incident) -> Iterator[Event]:
    known = world.directories[incident.municipality].parties
    for vendor in [vendor for vendor in incident.parallel if vendor not in known]:
        yield from assignment.end_beside(world, ctx, incident, vendor, "gone", wording.GONE)
    if incident.lead in known:
        return
    path = tuple(party for party in incident.path if party in known)
    party = assignment.next_party(world, incident) or assignment.coordinator(world, incident)
    turn = Turn(party, path or (party,), "gone", wording.GONE, incident.agreement, incident.policy)
    yield from assignment.give(world, ctx, incident, turn)
