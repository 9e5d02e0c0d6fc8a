"""What an answer of staff is about: all that the incident has by now, not what it had when they were asked."""

from collections.abc import Sequence

from routing.domain.state import Incident, Suggestion, Ticket, World


def asked_of(world: World, suggestion: Suggestion) -> list[Ticket]:
    """The incident's tickets, the earliest linked first; none where nothing of what was asked about is left there.

    Staff are asked about one incident beside another: what has joined it since is of the same cause.
    """
    there = [each for each in world.tickets.values() if each.incident == suggestion.incident and each.state != "erased"]
    if not any(ticket.id in suggestion.tickets for ticket in there):
        return []
    return sorted(there, key=lambda ticket: (world.links[ticket.id].noted, ticket.id))


def going(world: World, tickets: Sequence[Ticket], into: Incident) -> list[Ticket]:
    """Without those of which a person has said that they do not belong there."""
    kept = {
        ticket
        for ticket, incident in world.refused
        if (last := world.last_of(incident, into.municipality)) is not None and last.id == into.id
    }
    return [ticket for ticket in tickets if ticket.id not in kept]
