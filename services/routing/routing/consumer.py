"""What routing does with every event: the table below is its whole diagram."""

from chassis.messages import Record, Undecodable
from contracts import envelope
from contracts.envelope import Received
from contracts.events import ticketing as ticketing_events
from contracts.events import vendor_bridge as bridge_events
from contracts.events.base import Event
from contracts.events.registry import PRODUCER_OF, TYPES
from routing.domain import lifecycle, linking, requests, vendors
from routing.domain.folds import FOLDS
from routing.handlers import Handlers, Reaction

REACTIONS: dict[type[Event], Reaction] = {
    # which incident
    ticketing_events.TicketFiled: linking.on_ticket_filed,
    # how it ends, and comes back
    ticketing_events.TicketConfirmedFixed: lifecycle.on_confirmed_fixed,
    ticketing_events.TicketReopened: lifecycle.on_reopened,
    ticketing_events.TicketWithdrawn: lifecycle.on_withdrawn,
    # what people ask for
    **dict.fromkeys(requests.ACTIONS, requests.on_request),
    # what vendors do
    bridge_events.HandoffAcknowledged: vendors.on_acknowledged,
    bridge_events.HandoffReturned: vendors.on_returned,
    bridge_events.HandoffFailed: vendors.on_failed,
    bridge_events.VendorEntryAdded: vendors.on_word,
    bridge_events.VendorStatusChanged: vendors.on_word,
    bridge_events.VendorInformationRequested: vendors.on_word,
    bridge_events.VendorResolutionProposed: vendors.on_proposed,
}
"""Events that only change what routing knows are in `domain.folds`; everything else is not for routing."""

HEARD = frozenset(event.TYPE for event in (*REACTIONS, *FOLDS) if PRODUCER_OF[event.TYPE] != "routing")
"""Types of others' events that routing takes in. Its own took effect when they were stated."""


def decode(record: Record) -> Received | None:
    """The event of a record; None for types that are not for routing."""
    type_ = record.header("ce_type")
    if type_ in TYPES and type_ not in HEARD:
        return None
    try:
        return envelope.decode(record.headers, record.value)
    except envelope.Malformed as error:
        raise Undecodable(str(error)) from error


def handlers() -> Handlers:
    """A process' handlers, with this table."""
    return Handlers(REACTIONS)
