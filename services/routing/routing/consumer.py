"""What routing does with every event: the table below is its whole diagram."""

from chassis.consumer import decoder
from contracts import envelope
from contracts.events import ticketing as ticketing_events
from contracts.events import vendor_bridge as bridge_events
from contracts.events.base import Event
from contracts.events.registry import PRODUCER_OF, TYPES
from routing.domain import (
    asking,
    directories,
    further,
    lifecycle,
    placing,
    requests,
    returning,
    touching,
    vendors,
    waiting,
)
from routing.domain.consequences import Reaction, followed
from routing.domain.folds import FOLDS
from routing.handlers import Handlers

_REACTIONS: dict[type[Event], Reaction] = {
    # who is there
    ticketing_events.DirectoryChanged: directories.on_changed,
    # which incident
    ticketing_events.TicketFiled: placing.on_ticket_filed,
    # who works on it
    ticketing_events.TicketAnswered: touching.on_answered,
    ticketing_events.TicketQuestionAsked: asking.on_asked,
    ticketing_events.NoteWritten: touching.on_written,
    bridge_events.HandoffAnswered: touching.on_written,
    # how it ends, and comes back
    ticketing_events.TicketConfirmedFixed: lifecycle.on_confirmed_fixed,
    ticketing_events.TicketReopened: returning.on_reopened,
    ticketing_events.TicketWithdrawn: lifecycle.on_withdrawn,
    ticketing_events.TicketErased: lifecycle.on_withdrawn,
    # planned work
    ticketing_events.WorkChanged: waiting.on_changed,
    # what people ask for
    ticketing_events.TicketEscalationRequested: further.on_escalation_requested,
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

REACTIONS = {event: followed(reaction) for event, reaction in _REACTIONS.items()}
"""Each with what follows for the cases that it names: clocks that stand still, whether it has grown, the next step."""

HEARD = frozenset(event.TYPE for event in (*REACTIONS, *FOLDS) if PRODUCER_OF[event.TYPE] != "routing")
"""Types of others' events that routing takes in. Its own took effect when they were stated."""

_NOT_HEARD = TYPES.keys() - HEARD
decode = decoder(envelope.decode, envelope.Malformed, lambda record: record.header("ce_type") not in _NOT_HEARD)
"""The event of a record; None for types that are not for routing."""


def handlers() -> Handlers:
    """A process' handlers, with this table."""
    return Handlers(REACTIONS)
