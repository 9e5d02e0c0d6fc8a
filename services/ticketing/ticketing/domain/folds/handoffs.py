"""Hand-offs, questions and proposals: the replica of what the vendor bridge states."""

from collections.abc import Callable
from typing import Any

from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from ticketing.domain.crossing import is_elsewhere
from ticketing.domain.state import Handoff, HandoffState, Proposal, Question, World


def _handoff_offered(world: World, event: v.HandoffOffered) -> None:
    world.handoffs[event.handoff] = Handoff(
        id=event.handoff,
        municipality=event.municipality,
        incident=event.incident,
        vendor=event.vendor,
        connection=event.connection,
        role=event.role,
        state="offered",
        offered_at=event.at,
    )


def _handoff_delivered(world: World, event: v.HandoffDelivered) -> None:
    """Of all messages the one with the story. A vendor may have said that it has it before our request was answered."""
    handoff = world.handoffs.get(event.handoff)
    if handoff is None or event.message != "offered" or handoff.delivered_at is not None:
        return
    handoff.delivered_at = event.at
    if handoff.state == "offered":
        handoff.state = "delivered"


def _handoff_acknowledged(world: World, event: v.HandoffAcknowledged) -> None:
    if (handoff := world.handoffs.get(event.handoff)) is not None:
        handoff.state, handoff.acknowledged_at = "acknowledged", event.at
        handoff.vendor_reference = event.vendor_reference or handoff.vendor_reference
        handoff.heads = {case: head.model_dump() for case, head in event.heads.items()}


def _handoff_ended(world: World, event: v.HandoffEvent) -> None:
    if (handoff := world.handoffs.get(event.handoff)) is not None:
        handoff.state, handoff.ended_at = _ENDS[type(event)], event.at


def _handoff_answered(world: World, event: v.HandoffAnswered) -> None:
    question = world.questions.get(event.question)
    if question is None:
        return
    if question.answered_at is None or question.closed_by is not None:
        question.answered_at, question.closed_by = event.at, None
    wait_no_more(world, question.ticket)


def _note_number(world: World, event: v.VendorEvent) -> None:
    """A vendor's own number may come with whatever it says."""
    if event.vendor_reference and (handoff := world.handoffs.get(event.handoff)) is not None:
        handoff.vendor_reference = event.vendor_reference


def _information_requested(world: World, event: v.VendorInformationRequested) -> None:
    _note_number(world, event)
    ticket = None if is_elsewhere(world, event) else event.ticket
    world.questions[event.question] = Question(
        id=event.question,
        municipality=event.municipality,
        incident=event.incident,
        handoff=event.handoff,
        asker=event.vendor,
        ticket=ticket,
        text=dict(event.text),
        asked_at=event.at,
    )
    wait(world, ticket)


def _resolution_proposed(world: World, event: v.VendorResolutionProposed) -> None:
    _note_number(world, event)
    for question in world.questions.values():
        if question.handoff == event.handoff and question.answered_at is None:
            question.answered_at, question.closed_by = event.at, event.proposal
            wait_no_more(world, question.ticket)
    world.proposals[event.proposal] = Proposal(
        id=event.proposal,
        municipality=event.municipality,
        incident=event.incident,
        vendor=event.vendor,
        text=dict(event.text),
        proposed_at=event.at,
    )


def _status_changed(world: World, event: v.VendorStatusChanged) -> None:
    """What it takes back came to nothing, as if it had been refused."""
    _note_number(world, event)
    for id_ in event.withdraws:
        if (proposal := world.proposals.get(id_)) is not None and proposal.decided_at is None:
            proposal.decided_at, proposal.accepted = event.at, False
            ask_again(world, id_)


def ask_again(world: World, proposal: str) -> None:
    """What made these answers needless came to nothing."""
    for question in world.questions.values():
        if question.closed_by != proposal:
            continue
        question.answered_at = question.closed_by = None
        wait(world, question.ticket)


def wait(world: World, ticket_id: str | None) -> None:
    """Something is asked of its reporter."""
    ticket = world.tickets.get(ticket_id or "")
    if ticket is not None and ticket.state == "open":
        ticket.state = "waiting_on_reporter"


def wait_no_more(world: World, ticket_id: str | None) -> None:
    """A ticket goes on where nothing is asked of its reporter any more."""
    ticket = world.tickets.get(ticket_id or "")
    if ticket is None or ticket.state != "waiting_on_reporter":
        return
    if not any(each.ticket == ticket_id and each.answered_at is None for each in world.questions.values()):
        ticket.state = "open"


_ENDS: dict[type[v.HandoffEvent], HandoffState] = {
    v.HandoffFailed: "failed",
    v.HandoffReturned: "returned",
    v.HandoffTakenBack: "taken_back",
    v.HandoffReleased: "released",
    v.HandoffCompleted: "completed",
}

FOLDS: dict[type[Event], Callable[[World, Any], None]] = {
    v.HandoffOffered: _handoff_offered,
    v.HandoffDelivered: _handoff_delivered,
    v.HandoffAcknowledged: _handoff_acknowledged,
    v.HandoffAnswered: _handoff_answered,
    v.VendorEntryAdded: _note_number,
    v.VendorStatusChanged: _status_changed,
    v.VendorInformationRequested: _information_requested,
    v.VendorResolutionProposed: _resolution_proposed,
    **dict.fromkeys(_ENDS, _handoff_ended),
}
