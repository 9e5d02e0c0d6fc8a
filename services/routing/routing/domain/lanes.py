"""Who may take a case to a vendor by hand: as the agreement says (V8, L2), and where the vendor can be reached."""

from contracts.directory import lanes
from contracts.directory.plain_words import who_calls, who_orders
from contracts.values import Actor, PartyId
from routing.domain.refusals import Refused, require
from routing.domain.state import Incident, World


def closed_to_reporters(world: World, incident: Incident) -> frozenset[PartyId]:
    """The vendors that the case does not reach by whoever reported it asking that it goes further."""
    directory = world.directory_of(incident)
    if directory is None:
        return frozenset()
    agreement = directory.agreement_in_force(incident.agreement)
    return lanes.closed_to_reporters(directory, agreement, incident.kind)


def require_lane(world: World, incident: Incident, vendor: PartyId, by: Actor) -> None:
    """Raise `Refused` where the person's party may not take it there. What policies do is the directory's own word."""
    directory = world.directory_of(incident)
    if directory is None:
        return
    require(directory.reaches(vendor), "no_connection")
    if incident.agreement is None:
        return
    agreement = directory.agreement_in_force(incident.agreement)
    if incident.kind == "incident" and not lanes.may_call(directory, agreement, by.party):
        raise Refused("not_their_call", who_calls(directory, agreement, incident.home))
    if incident.kind == "request" and not lanes.may_order(directory, agreement, by.party):
        raise Refused("not_their_order", who_orders(directory, agreement))
