"""A ticket on an incident, a new one or one that is there, and how many that makes."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from contracts.directory.matrix import BEYOND_A_SCHOOL
from contracts.events.base import Event
from contracts.events.routing import ImpactChanged, IncidentOpened, TicketLinked
from contracts.values import Actor, Words
from grouping import Decision, Understanding
from routing.domain import assignment, informing, measures, wording, works
from routing.domain.context import Context
from routing.domain.state import Incident, Link, Ticket, World


@dataclass(frozen=True, slots=True)
class Basis:
    """What a link or a new incident rests on, told with it."""

    service: str
    scope: str | None
    engine_version: str
    directory_version: str

    @classmethod
    def of(cls, understood: Decision | Understanding) -> Self:
        """What grouping understood."""
        return cls(understood.service, understood.scope, understood.engine_version, understood.directory_version)

    @classmethod
    def like(cls, incident: Incident, link: Link) -> Self:
        """What the former incident was about: nobody decides again."""
        return cls(incident.service, incident.scope, link.engine_version, link.directory_version)


def open_for(
    world: World,
    ctx: Context,
    ticket: Ticket,
    basis: Basis,
    reasons: tuple[Words, ...],
    *,
    by: Actor | None = None,
    recurrence_of: str | None = None,
    since: datetime | None = None,
    unsolved: Incident | None = None,
    over: bool = False,
    told_by: Container[str | None] = (),
) -> Iterator[Event]:
    """A new incident with this ticket, in the hands of who is responsible for such; clocks count `since` a time.

    `unsolved`: what was not solved for the ticket, and goes on here as urgently. `over`: nobody gets it, it has ended.
    `told_by`: the rules by which who is informed of it has been (N7).
    """
    incident_id = ctx.id("incident")
    yield IncidentOpened(
        **ctx.own(),
        incident=incident_id,
        version=1,
        by=by,
        ticket=ticket.id,
        kind=ticket.kind,
        service=basis.service,
        school=ticket.school,
        urgency=ticket.urgency,
        scope=basis.scope if ticket.kind == "incident" or basis.scope not in BEYOND_A_SCHOOL else None,
        recurrence_of=recurrence_of,
    )
    incident = world.incidents[incident_id]
    work = None if over else works.explaining(world, ctx, incident, ticket)
    if work is not None:  # first, so that who is told of the link knows what it waits for
        yield from works.hold_back(world, ctx, incident, work)
    yield linked(ctx, incident, ticket, basis, 1.0, reasons, by=by)
    if over or work is not None:
        return
    if unsolved is not None and unsolved.urgency < incident.urgency:
        yield from measures.change_urgency(world, ctx, incident, unsolved.urgency, wording.AS_URGENT)
    if unsolved is not None:
        turn = assignment.turn_again(world, incident, reasons[0])
    else:
        turn = assignment.by_matrix(world.directory_of(incident), incident)
    if turn.rule in told_by:
        turn = replace(turn, informs=())
    yield from assignment.give(world, ctx, incident, turn, since=since)


def link(
    world: World,
    ctx: Context,
    incident: Incident,
    ticket: Ticket,
    basis: Basis,
    score: float,
    reasons: tuple[Words, ...],
    *,
    by: Actor | None = None,
) -> Iterator[Event]:
    """The ticket is one more of an incident that is there."""
    is_there = ticket.school in incident.schools
    yield linked(ctx, incident, ticket, basis, score, reasons, by=by)
    if is_news(incident, ticket.school):
        yield impact(ctx, incident)
    if not is_there:
        yield from informing.of_schools(world, ctx, incident, [ticket.school])


def is_news(incident: Incident, school: str) -> bool:
    """Whether one more ticket of the school changes how many are hit by enough to be told.

    In a storm each report is linked, but the numbers are told of in steps that grow with it: 5,000 reports make fewer
    than a hundred messages. Whoever counts links has the exact number all the same.
    """
    return incident.schools.get(school) == 1 or incident.linked - incident.told >= max(1, incident.told // 10)


def impact(ctx: Context, incident: Incident) -> Event:
    """How many are hit now; where staff have asked for it, that is the incident's next version (R5)."""
    return ImpactChanged(**ctx.linking(incident), tickets=incident.linked, schools=tuple(sorted(incident.schools)))


def linked(
    ctx: Context,
    incident: Incident,
    ticket: Ticket,
    basis: Basis,
    score: float,
    reasons: tuple[Words, ...],
    *,
    by: Actor | None = None,
    suggestion: str | None = None,
) -> Event:
    """That the ticket is there now; a command of staff makes the incident's next version (R5)."""
    return TicketLinked(
        **ctx.linking(incident, by=by),
        ticket=ticket.id,
        previous=ticket.incident,
        suggestion=suggestion,
        score=score,
        reasons=reasons,
        engine_version=basis.engine_version,
        directory_version=basis.directory_version,
    )
