"""When so many are hit that it is a major incident: the coordinator is alerted, and others shall soon read of it."""

from collections.abc import Iterator

from contracts.directory import Directory
from contracts.directory.rules import RANKS, Major
from contracts.events.base import Event
from contracts.events.routing import MajorDeclared, Measure
from contracts.values import Words
from routing.domain import assignment, clocks, measures, policies, wording
from routing.domain.context import Context
from routing.domain.state import Incident, World


def declare(world: World, ctx: Context, incident: Incident) -> Iterator[Event]:
    """Once in the life of a case, when its policy's numbers are reached."""
    policy, directory = policies.of(world, incident), world.directory_of(incident)
    if incident.major or directory is None or policy is None or policy.major is None:
        return
    reasons = tuple(_reasons(directory, policy.major, incident))
    if not reasons:
        return
    yield MajorDeclared(**ctx.changing(incident), reasons=reasons)
    coordinator = assignment.coordinator(world, incident)
    alert = Measure(action="notify", parties=(coordinator,))
    yield from measures.carry_out(world, ctx, incident, alert, "major", reasons[0], occasion="major")
    agreement, time = incident.agreement or directory.defaults.agreement, policy.major.public_sentence
    due_at = clocks.after(directory, agreement, ctx.moment, time)
    if due_at is not None and not incident.titled:
        yield clocks.started(ctx, incident, coordinator, "public_sentence", agreement, ctx.moment, due_at)


def _reasons(directory: Directory, major: Major, incident: Incident) -> Iterator[Words]:
    service = directory.services_by_id.get(incident.service)
    if service is None or RANKS[service.criticality] < RANKS[major.criticality]:
        return
    if major.schools is not None and len(incident.schools) >= major.schools:
        yield wording.schools_hit(len(incident.schools))
    if major.tickets is not None and incident.linked >= major.tickets:
        yield wording.reports(incident.linked)
    if major.lessons is not None and incident.standstills >= major.lessons:
        yield wording.lessons_hit(incident.standstills)
