"""Which incident a filed ticket is on: as grouping decided, or as its reporter said."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self, assert_never

from contracts.events.base import Event
from contracts.events.routing import ImpactChanged, IncidentOpened, TicketLinked
from contracts.events.ticketing import TicketFiled
from contracts.values import REPORTER_PARTY, Actor, Language, Words
from grouping import Decision, Link, Open, Suggest
from routing.domain import assignment, wording
from routing.domain.context import Context
from routing.domain.state import Incident, Ticket, World
from routing.domain.state import Link as StoredLink


@dataclass(frozen=True, slots=True)
class Basis:
    """What a link or a new incident rests on, told with it."""

    service: str
    scope: str | None
    engine_version: str
    directory_version: str

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """What grouping understood."""
        return cls(decision.service, decision.scope, decision.engine_version, decision.directory_version)

    @classmethod
    def like(cls, incident: Incident, link: StoredLink) -> Self:
        """What the former incident was about: nobody decides again."""
        return cls(incident.service, incident.scope, link.engine_version, link.directory_version)


def on_ticket_filed(world: World, event: TicketFiled, ctx: Context) -> Iterator[Event]:
    """Every ticket is on exactly one incident from here on."""
    ticket = world.ticket(event.ticket, event.municipality)
    if ticket is None or ticket.incident is not None:
        return
    if ctx.decision is None:
        raise ValueError("grouping has not been asked about this ticket")
    basis = Basis.of(ctx.decision)
    reporter = Actor(party=REPORTER_PARTY, person=event.reporter)
    named = _named_by_reporter(world, event)
    if named is not None and named.ended:  # R9: what is closed stays closed, and its successor names it
        yield from open_for(world, ctx, ticket, basis, (wording.RECURS,), by=reporter, recurrence_of=named.id)
        return
    if named is not None:
        yield from link(ctx, named, ticket, basis, 1.0, (wording.SAME_AS,), by=reporter)
        return
    match ctx.decision.outcome:
        case Link(incident=incident_id, score=score, reasons=reasons):
            incident = world.incidents[incident_id]
            yield from link(ctx, incident, ticket, basis, score, _words(reasons))
        case Open(reasons=reasons, recurrence_of=former):
            yield from open_for(world, ctx, ticket, basis, _words(reasons), recurrence_of=former)
        case Suggest(reasons=reasons):
            yield from open_for(world, ctx, ticket, basis, _words(reasons))
        case _:
            assert_never(ctx.decision.outcome)


def _named_by_reporter(world: World, event: TicketFiled) -> Incident | None:
    """The incident of `same_as`, or the one it went on in. Needs and ideas stay alone (R10)."""
    named = world.incident(event.same_as, event.municipality)
    if named is None or event.kind != "incident" or named.kind != "incident":
        return None
    later = world.incident(named.recurrence, event.municipality)
    return later if named.ended and later is not None and not later.ended else named


def open_for(
    world: World,
    ctx: Context,
    ticket: Ticket,
    basis: Basis,
    reasons: tuple[Words, ...],
    *,
    by: Actor | None = None,
    recurrence_of: str | None = None,
) -> Iterator[Event]:
    """A new incident with this ticket, in the hands of who is responsible for such."""
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
        scope=basis.scope,
        recurrence_of=recurrence_of,
    )
    incident = world.incidents[incident_id]
    yield _linked(ctx, incident, ticket, basis, 1.0, reasons, by)
    turn = assignment.by_matrix(world.directory_of(incident), incident, ticket.asset)
    yield from assignment.give(world, ctx, incident, turn)


def link(
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
    yield _linked(ctx, incident, ticket, basis, score, reasons, by)
    yield impact(ctx, incident)


def impact(ctx: Context, incident: Incident) -> Event:
    """How many are hit now."""
    return ImpactChanged(**ctx.about(incident), tickets=incident.linked, schools=tuple(sorted(incident.schools)))


def _linked(
    ctx: Context,
    incident: Incident,
    ticket: Ticket,
    basis: Basis,
    score: float,
    reasons: tuple[Words, ...],
    by: Actor | None,
) -> Event:
    return TicketLinked(
        **ctx.about(incident, by=by),
        ticket=ticket.id,
        score=score,
        reasons=reasons,
        engine_version=basis.engine_version,
        directory_version=basis.directory_version,
    )


def _words(reasons: Iterable[Mapping[Language, str]]) -> tuple[Words, ...]:
    return tuple(dict(reason) for reason in reasons)
