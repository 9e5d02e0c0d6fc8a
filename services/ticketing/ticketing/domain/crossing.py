"""What a vendor said of a report that had left its case already, which nobody but routing had heard of then."""

from contracts.events.vendor_bridge import VendorEvent
from ticketing.domain.state import World


def is_elsewhere(world: World, event: VendorEvent) -> bool:
    """Whether the report that it names lies in a case that its vendor has not got: its reporter reads nothing of it."""
    ticket = world.tickets.get(event.ticket or "")
    if ticket is None or ticket.incident in (None, event.incident):
        return False
    has = {each.incident for each in world.handoffs.values() if each.vendor == event.vendor and each.ended_at is None}
    return ticket.incident not in has
