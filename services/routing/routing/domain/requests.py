"""Commands of people: each ends in an effect that names it, or in a refusal they understand (R4)."""

from collections.abc import Callable, Iterator
from typing import Any

from contracts.events.base import Event, Request
from contracts.events.routing import IncidentClosed, ProposalRejected, RequestRefused
from contracts.events.ticketing import (
    AssignmentRequested,
    CloseRequested,
    HandOffRequested,
    ProposalAcceptRequested,
    ProposalRejectRequested,
    QuestionCloseRequested,
    ResolveRequested,
    TakeBackRequested,
)
from routing.domain import asking, assignment, clocks, lanes, lifecycle, orders, wording
from routing.domain.causes import CAUSES
from routing.domain.context import Context
from routing.domain.further import FURTHER
from routing.domain.orders import ORDERS
from routing.domain.refusals import Refused
from routing.domain.refusals import require as _require
from routing.domain.state import Incident, Proposal, World
from routing.domain.wishes import WISHES

Action = Callable[[World, Any, Context, Incident], Iterator[Event]]


def on_request(world: World, event: Request, ctx: Context) -> Iterator[Event]:
    """Carry a command out, once; a repeated `request_id` has no second effect."""
    if event.request_id in world.answered:
        return
    try:
        incident = _subject(world, event)
        yield from ACTIONS[type(event)](world, event, ctx, incident)
        yield from _seen(world, ctx, event, incident)
    except Refused as refused:
        yield RequestRefused(
            **ctx.own(),
            incident=event.incident,
            request_id=event.request_id,
            code=refused.code,
            reason=refused.reason,
        )


def _seen(world: World, ctx: Context, event: Request, incident: Incident) -> Iterator[Event]:
    """Whoever acts on a case that is theirs has seen it."""
    if event.by.party == incident.lead:
        yield from clocks.fulfil(world, ctx, incident, event.by.party, "acknowledge")


def _subject(world: World, event: Request) -> Incident:
    """The incident as the person saw it."""
    incident = world.incident(event.incident, event.municipality)
    if incident is None:
        raise Refused("unknown_incident")
    _require(event.seen_version is None or _has_seen(event, incident, event.seen_version), "stale")
    return incident


def _has_seen(event: Request, incident: Incident, version: int) -> bool:
    """Whether nobody else has changed it since: one's own changes are known to who made them (R5)."""
    if version == incident.version:
        return True
    alone = incident.changer is not None and incident.changer == event.by.person
    return alone and incident.unchanged_by_others <= version < incident.version


def _assign(world: World, event: AssignmentRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    _require(incident.unfinished, "wrong_state")
    directory = world.directory_of(incident)
    known = directory is None or event.party in directory.parties
    _require(known and event.party.startswith("team:"), "unknown_party")
    _require(event.party != incident.lead, "already_there")
    reason = wording.moved_by(wording.staff(directory, event.by.party))
    turn = assignment.turn_of(world, incident, event.party, "request", reason)
    yield from assignment.give(world, ctx, incident, turn, note=event.note)


def _hand_off(world: World, event: HandOffRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    _require(incident.unfinished, "wrong_state")
    directory = world.directory_of(incident)
    known = directory is not None and event.vendor in directory.parties
    _require(known and event.vendor.startswith("vendor:"), "unknown_party")
    lanes.require_lane(world, incident, event.vendor, event.by)
    # A vendor that works beside the lead is taken back first: one hand-off, one set of clocks per vendor.
    _require(event.vendor != incident.lead, "already_there")
    _require(event.vendor not in incident.parallel, "works_beside")
    reason = wording.handed_over_by(wording.staff(directory, event.by.party))
    if event.role == "parallel":
        yield from assignment.add_beside(world, ctx, incident, event.vendor, reason=reason, note=event.note)
        return
    turn = assignment.turn_of(world, incident, event.vendor, "request", reason)
    yield from assignment.give(world, ctx, incident, turn, note=event.note)


def _take_back(world: World, event: TakeBackRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    """Always possible while a vendor holds it (N8), whatever became of vendor and directory."""
    _require(incident.unfinished, "wrong_state")
    vendor = event.vendor or incident.lead or ""
    _require(vendor.startswith("vendor:") and incident.holds(vendor), "not_held")
    directory = world.directory_of(incident)
    reason = wording.taken_back_from(wording.name(directory, vendor))
    if vendor != incident.lead:
        yield from assignment.end_beside(world, ctx, incident, vendor, "taken_back", reason)
        return
    own = event.by.party.startswith("team:") and (directory is None or event.by.party in directory.parties)
    party = event.by.party if own else assignment.coordinator(world, incident)
    turn = assignment.turn_of(world, incident, party, "taken_back", reason)
    yield from assignment.give(world, ctx, incident, turn, note=event.note)


def _resolve(world: World, event: ResolveRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    _require(incident.unfinished, "wrong_state")
    _require(not incident.is_wish, "to_be_decided")
    _require(not world.open_questions(incident), "open_questions")
    if incident.stage is not None:
        yield from orders.deliver(world, event, ctx, incident)
        return
    yield from lifecycle.resolve(world, ctx, incident, public_text=event.public_text)


def _close(world: World, event: CloseRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    _require(incident.state == "resolved", "wrong_state")
    yield IncidentClosed(**ctx.changing(incident))


def _accept(world: World, event: ProposalAcceptRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    proposal = _open_proposal(world, incident, event.proposal)
    _require(not world.questions_before(incident, proposal), "open_questions")
    yield from lifecycle.accept(world, ctx, incident, proposal, public_text=event.public_text)


def _reject(world: World, event: ProposalRejectRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    proposal = _open_proposal(world, incident, event.proposal)
    yield ProposalRejected(**ctx.changing(incident), proposal=proposal.id, reason=event.reason)


def _open_proposal(world: World, incident: Incident, proposal_id: str) -> Proposal:
    """The proposal, if it can still be decided: the vendor that made it has the case, and nobody answered yet."""
    proposal = world.proposal(incident, proposal_id)
    if proposal is None:
        raise Refused("unknown_proposal")
    _require(incident.unfinished and proposal.state == "open", "wrong_state")
    _require(incident.holds(proposal.vendor), "not_held")
    return proposal


ACTIONS: dict[type[Request], Action] = {
    AssignmentRequested: _assign,
    HandOffRequested: _hand_off,
    TakeBackRequested: _take_back,
    ResolveRequested: _resolve,
    CloseRequested: _close,
    ProposalAcceptRequested: _accept,
    ProposalRejectRequested: _reject,
    QuestionCloseRequested: asking.close,
    **CAUSES,
    **FURTHER,
    **WISHES,
    **ORDERS,
}
"""Every command that routing owns; `vendor_answer` is the bridge's (R4)."""
