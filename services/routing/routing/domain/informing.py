"""Who is told at once of a case (V8), school by school: what hits one more school is news to its support."""

from collections.abc import Iterable, Iterator

from contracts.events.base import Event
from contracts.events.routing import IncidentEscalated, Measure
from contracts.values import PartyId, Words
from routing.domain import assignment
from routing.domain.context import Context
from routing.domain.state import Incident, World


def of_schools(
    world: World, ctx: Context, incident: Incident, new: Iterable[str], former: Iterable[Incident] = ()
) -> Iterator[Event]:
    """Whom the matrix tells of such a case at schools that have come to it, and has not told for those before.

    `former`: where the reports were until now, of which people have been told (N7).
    """
    directory = world.directory_of(incident)
    if directory is None or incident.lead is None or not incident.unfinished:
        return
    come = tuple(dict.fromkeys(new))
    told = {incident.lead}
    known = [(incident, school) for school in incident.schools if school not in come]
    known += [(each, school) for each in former if each.lead is not None for school in come]
    for each, school in known:
        told.update(assignment.responsible(directory, each, school).informs)
    for school in come:
        found = assignment.responsible(directory, incident, school)
        parties = tuple(party for party in found.informs if party not in told)
        told.update(parties)
        if parties:
            measure = Measure(action="notify", parties=parties)
            yield IncidentEscalated(**ctx.about(incident), measure=measure, trigger="matrix", reason=found.reason)


def of_rule(
    world: World, ctx: Context, incident: Incident, informs: Iterable[PartyId], reason: Words
) -> Iterator[Event]:
    """Whom another line of the matrix tells of a case that its holder keeps, of those whom none before has told."""
    parties = tuple(party for party in informs if party not in (incident.lead, *incident.informed))
    if parties:
        measure = Measure(action="notify", parties=parties)
        yield IncidentEscalated(**ctx.about(incident), measure=measure, trigger="matrix", reason=reason)
