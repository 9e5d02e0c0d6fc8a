"""What the bridge itself states when others state facts: hand-offs offered, answered, judged, ended."""

from collections.abc import Callable, Iterator
from typing import Any

from contracts import ids
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.values import Words
from vendor_bridge.domain import erasing
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.control import on_asked
from vendor_bridge.domain.lapse_words import DONE, GOES_ON, LEFT, MOVED, MOVED_WITHIN, SOLVED
from vendor_bridge.domain.lapsing import is_waited_for, lapsed, left
from vendor_bridge.domain.state import Handoff, World

NO_CONNECTION: Words = {
    "sv": "Leverantören har ingen anslutning som ärendet kan skickas genom.",
    "en": "The vendor has no connection that the case can be sent through.",
}
NO_SUCH_QUESTION: Words = {
    "sv": "Frågan är redan besvarad, eller har aldrig ställts i det här ärendet.",
    "en": "The question has its answer already, or was never asked in this case.",
}
NOT_HELD: Words = {
    "sv": "Leverantören som frågade har inte ärendet längre.",
    "en": "The vendor that asked no longer has the case.",
}


def react(world: World, event: Event, ctx: Context) -> Iterator[Event]:
    """The bridge's own events that follow from a fact; `world` has folded it already."""
    reaction = _REACTIONS.get(type(event))
    if reaction is not None:
        yield from reaction(world, event, ctx)


def _on_assigned(world: World, event: r.IncidentAssigned, ctx: Context) -> Iterator[Event]:
    made = next((each for each in world.handoffs_of(event.incident) if each.cause == event.id), None)
    for handoff in list(world.handoffs_of(event.incident)):
        if handoff is not made and _gives_way(handoff, event, is_new=made is not None):
            yield from _give_way(handoff, event, ctx)
    if made is None:
        return
    if made.connection:
        yield v.HandoffOffered(**ctx.about(made), connection=made.connection, role=event.role)
    else:
        message = ids.derived("message", event.id, made.id, "offered")
        yield v.HandoffFailed(**ctx.about(made), webhook_id=message, reason=NO_CONNECTION)


def _gives_way(handoff: Handoff, event: r.IncidentAssigned, *, is_new: bool) -> bool:
    if handoff.role != event.role:
        return False
    if event.role == "parallel":
        return event.previous == handoff.vendor and not event.party.startswith("vendor:")
    return is_new or handoff.vendor != event.party


def _give_way(handoff: Handoff, event: r.IncidentAssigned, ctx: Context) -> Iterator[Event]:
    """Another vendor goes on, or the municipality does; or who worked beside the lead has done its part (R7)."""
    if event.proposal is not None and handoff.is_held:
        yield from lapsed(handoff, ctx, DONE, event.proposal)
        yield v.HandoffCompleted(**ctx.about(handoff), proposal=event.proposal)
        return
    yield from lapsed(handoff, ctx, LEFT)
    if handoff.is_held and event.party.startswith("vendor:"):
        yield v.HandoffReleased(**ctx.about(handoff), continues_in=None)
    elif handoff.is_held or _thinks_it_has_it(handoff):
        yield v.HandoffTakenBack(**ctx.about(handoff))


def _thinks_it_has_it(handoff: Handoff) -> bool:
    """A vendor that was out of reach has all of it once it is back, so it has to hear that it is over too (R16)."""
    return handoff.ended == "failed" and bool(handoff.connection)


def _on_linked(world: World, event: r.TicketLinked, ctx: Context) -> Iterator[Event]:
    """What a vendor asked of the ticket belongs to the case that it was handed: it ends where the ticket leaves."""
    here = {each.vendor for each in world.handoffs_of(event.incident) if each.is_held}
    for handoff in sorted(world.handoffs.values(), key=lambda each: (each.offered_at, each.id)):
        if handoff.incident != event.incident:
            yield from left(handoff, event.ticket, ctx, MOVED_WITHIN if handoff.vendor in here else MOVED)


def _on_resolved(world: World, event: r.IncidentResolved, ctx: Context) -> Iterator[Event]:
    if event.proposal is not None:
        for handoff in _proposing(world, event.incident, event.proposal):
            yield v.HandoffAccepted(**ctx.about(handoff), proposal=event.proposal)
    # What was asked before this was heard: routing waits for the questions that it knows, and had not heard of these; a
    # reporter's "it works" waits for none.
    for handoff in list(world.handoffs_of(event.incident)):
        yield from lapsed(handoff, ctx, SOLVED, event.proposal)


def _on_proposal_rejected(world: World, event: r.ProposalRejected, ctx: Context) -> Iterator[Event]:
    for handoff in _proposing(world, event.incident, event.proposal):
        yield v.HandoffRejected(**ctx.about(handoff), proposal=event.proposal, reason=event.reason)


def _proposing(world: World, incident: str, proposal: str) -> Iterator[Handoff]:
    for handoff in list(world.handoffs_of(incident)):
        if handoff.is_held and handoff.proposals.get(proposal) == "open":
            yield handoff


def _on_closed(world: World, event: r.IncidentClosed, ctx: Context) -> Iterator[Event]:
    for handoff in list(world.handoffs_of(event.incident)):
        if handoff.is_held:
            yield v.HandoffCompleted(**ctx.about(handoff))
        elif _thinks_it_has_it(handoff):
            yield v.HandoffTakenBack(**ctx.about(handoff))


def _on_superseded(world: World, event: r.IncidentSuperseded, ctx: Context) -> Iterator[Event]:
    """The case goes on in another incident: with the same vendor where that has it (R12)."""
    for handoff in list(world.handoffs_of(event.incident)):
        if handoff.is_held:
            same = (each for each in world.handoffs_of(event.successor) if each.is_held)
            on = next((each.id for each in same if each.vendor == handoff.vendor), None)
            unsent = not handoff.heads and not any(each.is_fixed for each in world.pending(handoff.id))
            yield from lapsed(handoff, ctx, LEFT if on is None else GOES_ON)
            yield v.HandoffReleased(**ctx.about(handoff), continues_in=on, unsent=unsent)
        elif _thinks_it_has_it(handoff):
            yield v.HandoffTakenBack(**ctx.about(handoff))


def _on_state_changed(world: World, event: r.IncidentStateChanged, ctx: Context) -> Iterator[Event]:
    if event.state != "cancelled":
        return
    for handoff in list(world.handoffs_of(event.incident)):
        yield from lapsed(handoff, ctx, LEFT)
        if handoff.is_held or _thinks_it_has_it(handoff):
            yield v.HandoffTakenBack(**ctx.about(handoff))


def _on_answered(world: World, event: t.TicketAnswered, ctx: Context) -> Iterator[Event]:
    """A reporter's answer closes the question that was put to that ticket."""
    if event.question is None:
        return
    for handoff in list(world.handoffs.values()):
        question = handoff.questions.get(event.question)
        if not handoff.is_held or question is None or question["ticket"] != event.ticket:
            continue
        if is_waited_for(handoff, question):  # answered all the same while the proposal waits
            yield v.HandoffAnswered(
                **ctx.about(handoff),
                question=event.question,
                ticket=event.ticket,
                text=event.text,
                by=event.by,
                unanswered=event.unanswered,
            )


def _on_answer_requested(world: World, event: t.VendorAnswerRequested, ctx: Context) -> Iterator[Event]:
    """Staff answers, the team's questions and those to a reporter alike; every request has its outcome (R4)."""
    asking = next((each for each in world.handoffs_of(event.incident) if event.question in each.questions), None)
    if asking is None or not asking.questions[event.question]["open"]:
        yield _refused(event, ctx, "unknown_question", NO_SUCH_QUESTION)
    elif not asking.is_held:
        yield _refused(event, ctx, "not_held", NOT_HELD)
    else:
        yield v.HandoffAnswered(
            **ctx.about(asking),
            question=event.question,
            ticket=asking.questions[event.question]["ticket"],
            text=event.text,
            by=event.by,
            request_id=event.request_id,
            unanswered=event.unanswered,
        )


def _refused(event: t.VendorAnswerRequested, ctx: Context, code: Any, reason: Words) -> v.HandoffRequestRefused:
    return v.HandoffRequestRefused(
        **ctx.own(), incident=event.incident, request_id=event.request_id, code=code, reason=reason
    )


_REACTIONS: dict[type[Event], Callable[[World, Any, Context], Iterator[Event]]] = {
    r.IncidentAssigned: _on_assigned,
    r.TicketLinked: _on_linked,
    r.IncidentResolved: _on_resolved,
    r.ProposalRejected: _on_proposal_rejected,
    r.IncidentClosed: _on_closed,
    r.IncidentSuperseded: _on_superseded,
    r.IncidentStateChanged: _on_state_changed,
    t.TicketErased: erasing.on_ticket_erased,
    t.EntryErased: erasing.on_entry_erased,
    t.TicketAnswered: _on_answered,
    t.VendorAnswerRequested: _on_answer_requested,
    t.ConnectionPauseRequested: on_asked,
    t.ConnectionResumeRequested: on_asked,
    t.ConnectionResendRequested: on_asked,
    t.ConnectionReplayRequested: on_asked,
    t.ConnectionTestRequested: on_asked,
    t.ConnectionMailReleaseRequested: on_asked,
    t.ConnectionMailDiscardRequested: on_asked,
}
CONSUMED = frozenset(_REACTIONS)
"""Facts of others that the bridge answers."""
