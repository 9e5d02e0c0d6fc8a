"""Whose turn it is, and how the ball moves: the holder, its reason, its clocks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from contracts.directory import Directory, Responsibility, device_class_of, matrix, responsibility
from contracts.directory.again import held_again
from contracts.events.base import Event
from contracts.events.routing import IncidentAssigned, IncidentEscalated, IncidentStateChanged, Measure
from contracts.values import NO_SCHOOL, Actor, PartyId, Tier, Words
from routing.domain import clocks, wording
from routing.domain.context import Context
from routing.domain.state import Incident, Proposal, World

COORDINATOR_OF_NOBODY: PartyId = "team:samordnaren"
"""Who holds a case of a municipality whose directory was never heard of."""
NO_RULE = "default"
Because = Literal["request", "returned", "taken_back", "failed", "reopened", "escalated", "gone", "accepted"]


@dataclass(frozen=True, slots=True)
class Turn:
    """A party whose turn it is, and why."""

    party: PartyId
    path: tuple[PartyId, ...]
    rule: str
    reason: Words
    agreement: str | None
    policy: str | None = None
    informs: tuple[PartyId, ...] = ()
    """Who is told at once (V8)."""


def by_matrix(directory: Directory | None, incident: Incident) -> Turn:
    """Who has such a case, by the municipality's matrix; the coordinator where school or service are unknown."""
    if directory is None:
        party = COORDINATOR_OF_NOBODY
        return Turn(party, (party,), NO_RULE, wording.NO_DIRECTORY, None)
    school = incident.home
    if school == NO_SCHOOL:
        return _coordinator(directory, wording.NO_SCHOOL)
    if school not in directory.schools_by_id:
        return _coordinator(directory, wording.UNKNOWN_SCHOOL)
    if incident.service not in (*directory.services_by_id, "other"):
        return _coordinator(directory, wording.UNKNOWN_SERVICE)
    found = responsible(directory, incident, school)
    each = [responsible(directory, incident, one) for one in (school, *incident.schools)]
    told = tuple(dict.fromkeys(party for one in each for party in one.informs))
    return Turn(found.holder, found.path, found.rule, found.reason, found.agreement, found.policy, told)


def responsible(directory: Directory, incident: Incident, school: str) -> Responsibility:
    """What the matrix says of such a case at one of its schools."""
    return responsibility(
        directory,
        service=incident.service,
        device_class=device_class_of(directory, incident.asset, incident.service),
        school=school,
        unit=incident.unit if school == incident.school else None,
        urgency=incident.urgency,
        # An order, a need or an idea is no fault that reaches as far as its words let one think: only staff say so.
        scope=incident.scope if incident.kind == "incident" else incident.set_scope,
        kind=incident.kind,
    )


def _coordinator(directory: Directory, reason: Words) -> Turn:
    party = directory.coordinator
    return Turn(party, (party,), NO_RULE, reason, directory.defaults.agreement, directory.defaults.policy)


def turn_of(world: World, incident: Incident, party: PartyId, because: Because, reason: Words) -> Turn:
    """The turn of a named party, on the incident's own path and agreement; of what nobody has had, on the matrix'."""
    if not incident.path:
        found = by_matrix(world.directory_of(incident), incident)
        return replace(found, party=party, rule=because, reason=reason, informs=())
    return Turn(party, tuple(incident.path) or (party,), because, reason, incident.agreement, incident.policy)


def coordinator(world: World, incident: Incident) -> PartyId:
    """Who holds what nobody else does."""
    directory = world.directory_of(incident)
    return directory.coordinator if directory else COORDINATOR_OF_NOBODY


def first_team(world: World, incident: Incident, path: Sequence[PartyId] | None = None) -> PartyId:
    """The first of the municipality's own parties on a path, else the incident's; the coordinator where none is."""
    directory = world.directory_of(incident)
    if directory is None:
        return COORDINATOR_OF_NOBODY
    return held_again(directory, path or incident.path or by_matrix(directory, incident).path)


def turn_again(world: World, incident: Incident, reason: Words) -> Turn:
    """Who has what goes on of a case that was not solved: as the matrix says, and of its own parties the first."""
    turn = by_matrix(world.directory_of(incident), incident)
    party = first_team(world, incident, turn.path)
    return turn if party == turn.party else replace(turn, party=party, rule="reopened", reason=reason, informs=())


def next_party(world: World, incident: Incident, but: Iterable[PartyId] = ()) -> PartyId | None:
    """Who comes after the lead on the incident's path; None where nobody does. `but`: who is left out."""
    directory = world.directory_of(incident)
    if directory is None:
        return COORDINATOR_OF_NOBODY if incident.lead != COORDINATOR_OF_NOBODY else None
    # Who works on it beside the lead has it already.
    return matrix.next_party(directory, incident.path, incident.lead, but=(*but, *incident.parallel))


def tier(world: World, incident: Incident, party: PartyId) -> Tier:
    """Where the party stands."""
    directory = world.directory_of(incident)
    if directory is not None:
        return directory.tier(party)
    return "vendor" if party.startswith("vendor:") else "central"


def give(
    world: World,
    ctx: Context,
    incident: Incident,
    turn: Turn,
    *,
    note: Words | None = None,
    by: Actor | None = None,
    since: datetime | None = None,
    begun: bool = True,
    **accepted: Any,
) -> Iterator[Event]:
    """The party leads: the former leader's clocks stop, its own start; a vendor's turn is waiting for us.

    `begun`: that it goes on says that somebody works on it. `accepted`: the proposal that ended a vendor's turn.
    """
    previous = incident.lead
    yield IncidentAssigned(
        **ctx.changing(incident, by=by),
        party=turn.party,
        tier=tier(world, incident, turn.party),
        previous=previous,
        path=turn.path,
        rule=turn.rule,
        reason=turn.reason,
        agreement=turn.agreement,
        policy=turn.policy,
        note=note,
        **accepted,
    )
    if turn.party.startswith("vendor:"):
        if (incident.state, incident.waiting_on) != ("waiting", "vendor"):
            yield IncidentStateChanged(**ctx.changing(incident, by=by), state="waiting", waiting_on="vendor")
    elif previous not in (None, turn.party) and incident.state != "in_progress" and (begun or incident.state != "new"):
        yield IncidentStateChanged(**ctx.changing(incident, by=by), state="in_progress")
    if previous is not None:
        yield from clocks.stop_all(world, ctx, incident, "handed_over", party=previous)
    yield from clocks.start(world, ctx, incident, turn.party, turn.agreement, since=since)
    informed = tuple(party for party in turn.informs if party != turn.party)
    if informed:
        told = Measure(action="notify", parties=informed)
        yield IncidentEscalated(**ctx.about(incident), measure=told, trigger="matrix", reason=turn.reason)


def add_beside(
    world: World, ctx: Context, incident: Incident, vendor: PartyId, *, reason: Words, note: Words | None
) -> Iterator[Event]:
    """A vendor works beside the leader, with clocks of its own (R6)."""
    yield IncidentAssigned(
        **ctx.changing(incident),
        party=vendor,
        tier="vendor",
        role="parallel",
        previous=incident.lead,
        path=tuple(incident.path),
        rule="request",
        reason=reason,
        agreement=incident.agreement,
        note=note,
    )
    yield from clocks.start(world, ctx, incident, vendor, incident.agreement, role="parallel")


def end_beside(
    world: World, ctx: Context, incident: Incident, vendor: PartyId, because: Because, reason: Words
) -> Iterator[Event]:
    """A vendor beside the leader has it no more: its part is with the leader again. `previous` names the vendor."""
    yield _without(world, ctx, incident, vendor, because, reason)
    yield from clocks.stop_all(world, ctx, incident, "handed_over", party=vendor)


def accept_part(
    world: World, ctx: Context, incident: Incident, proposal: Proposal, *, public_text: Words | None = None
) -> Iterator[Event]:
    """A vendor beside the leader has done its part: its promises end as those of a solution do, the case goes on."""
    vendor = proposal.vendor
    reason = wording.part_done_by(wording.name(world.directory_of(incident), vendor))
    done = {"proposal": proposal.id, "public_text": public_text}
    yield _without(world, ctx, incident, vendor, "accepted", reason, **done)
    yield from clocks.fulfil(world, ctx, incident, vendor, "resolve")
    yield from clocks.stop_all(world, ctx, incident, "ended", party=vendor)


def come_back(
    world: World, ctx: Context, incident: Incident, proposal: Proposal, *, public_text: Words | None
) -> Iterator[Event]:
    """A vendor has done what a need or an idea was handed to it for: it is no solution, and waits for a decision (R10).

    With the first of the municipality's own parties on its path, who has it as the matrix says.
    """
    reason = wording.done_by(wording.name(world.directory_of(incident), proposal.vendor))
    turn = turn_of(world, incident, first_team(world, incident), "accepted", reason)
    yield from give(world, ctx, incident, turn, proposal=proposal.id, public_text=public_text)


def _without(
    world: World, ctx: Context, incident: Incident, vendor: PartyId, because: Because, reason: Words, **more: Any
) -> IncidentAssigned:
    party = incident.lead or coordinator(world, incident)
    if party.startswith("vendor:"):
        party = coordinator(world, incident)
    return IncidentAssigned(
        **ctx.changing(incident),
        party=party,
        tier=tier(world, incident, party),
        role="parallel",
        previous=vendor,
        path=tuple(incident.path),
        rule=because,
        reason=reason,
        agreement=incident.agreement,
        **more,
    )
