"""What vendors do with a case, as the bridge states it: taken on, heard from, solved, given back, out of reach."""

from collections.abc import Callable, Iterator

from contracts.events.base import Event
from contracts.events.vendor_bridge import (
    HandoffAcknowledged,
    HandoffEvent,
    HandoffFailed,
    HandoffReturned,
    VendorEvent,
    VendorResolutionProposed,
)
from contracts.values import Words
from routing.domain import assignment, clocks, lifecycle, touching, wording
from routing.domain.context import Context
from routing.domain.state import Incident, World


def on_acknowledged(world: World, event: HandoffAcknowledged, ctx: Context) -> Iterator[Event]:
    """The vendor has it: the promise to take it on is fulfilled."""
    incident = _held(world, event)
    if incident is not None:
        yield from clocks.fulfil(world, ctx, incident, event.vendor, "acknowledge")


def on_word(world: World, event: VendorEvent, ctx: Context) -> Iterator[Event]:
    """Whatever the vendor says is the update that was promised; the next one is promised anew."""
    incident = _held(world, event)
    if incident is not None and incident.unfinished:
        yield from touching.touch(ctx, incident)
        yield from clocks.renew(world, ctx, incident, event.vendor)


def on_proposed(world: World, event: VendorResolutionProposed, ctx: Context) -> Iterator[Event]:
    """A proposal waits for a person, except where the agreement accepts it by itself (R7)."""
    yield from on_word(world, event, ctx)
    incident = _held(world, event)
    proposal = world.proposal(incident, event.proposal) if incident else None
    if incident is None or proposal is None or not incident.unfinished or world.questions_before(incident, proposal):
        return
    directory = world.directory_of(incident)
    agreement = directory.agreement_in_force(incident.agreement) if directory else None
    if agreement and agreement.accepts_proposals and proposal.state == "open":
        yield from lifecycle.accept(world, ctx, incident, proposal)


def on_returned(world: World, event: HandoffReturned, ctx: Context) -> Iterator[Event]:
    """The vendor gave it back: the coordinator has it (N8)."""
    yield from _back(world, event, ctx, "returned", wording.returned_by)


def on_failed(world: World, event: HandoffFailed, ctx: Context) -> Iterator[Event]:
    """The vendor could not be reached: the coordinator has it (N8, R16)."""
    yield from _back(world, event, ctx, "failed", wording.unreachable)


def _back(
    world: World,
    event: HandoffEvent,
    ctx: Context,
    because: assignment.Because,
    reason_of: Callable[[Words], Words],
) -> Iterator[Event]:
    incident = _held(world, event)
    if incident is None or not incident.unfinished:
        return
    reason = reason_of(wording.name(world.directory_of(incident), event.vendor))
    if event.vendor != incident.lead:
        yield from assignment.end_beside(world, ctx, incident, event.vendor, because, reason)
        return
    party = assignment.coordinator(world, incident)
    turn = assignment.turn_of(world, incident, party, because, reason)
    yield from assignment.give(world, ctx, incident, turn)


def _held(world: World, event: HandoffEvent) -> Incident | None:
    """The incident, if that vendor still has it: late words of a former holder move nothing."""
    incident = world.incident(event.incident, event.municipality)
    return incident if incident is not None and incident.holds(event.vendor) else None
