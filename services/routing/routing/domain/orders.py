"""Orders: from stage to stage as staff ask for it, every change told, and a day on which they are to be there (V11)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from contracts.directory import Directory
from contracts.directory.lanes import may_stage
from contracts.events.base import Event, Request
from contracts.events.routing import IncidentClosed, Measure, StageChanged
from contracts.events.ticketing import ResolveRequested, StageRequested
from contracts.stages import late_at as day_is_over
from contracts.values import REPORTER_PARTY, Changer, NextStage, is_vendor
from routing.domain import assignment, clocks, lifecycle, measures, returning, stages, wording
from routing.domain.context import Context
from routing.domain.folds.table import ORDER_LATE
from routing.domain.refusals import Refused, require
from routing.domain.state import Incident, World


def _stage(world: World, event: StageRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    _require_may(world, incident, event, event.stage)
    came = event.stage == "received"
    comes_back = event.stage == "discrepancy" and incident.state == "resolved"
    require(incident.unfinished or comes_back, "wrong_state")
    ends = event.stage in ("received", "declined")
    require(not (ends and world.open_questions(incident)), "open_questions")
    require(not (event.stage == "declined" and _at_vendors(incident)), "held_by_vendor")
    expected_at = None if ends else event.expected_at or incident.expected_at
    yield StageChanged(
        **ctx.changing(incident),
        stage=event.stage,
        text=event.text,
        expected_at=expected_at,
        late_at=late_at(world.directory_of(incident), expected_at),
        changed_by=_changer(event) if event.stage == "changed" else None,
    )
    if came:
        yield from lifecycle.resolve(world, ctx, incident, public_text=event.text)
    elif event.stage == "declined":  # nobody is asked whether it works: nothing comes
        yield IncidentClosed(**ctx.changing(incident))
        yield from clocks.stop_all(world, ctx, incident, "ended")
    elif comes_back:
        yield from returning.reopen(world, ctx, incident, wording.DIFFERS, by=event.by)
    elif incident.lead is not None:  # where the order is, is the word that was promised: whoever ordered reads it (N8)
        yield from clocks.renew(world, ctx, incident, incident.lead)


def deliver(world: World, event: ResolveRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    """That an order is solved means that it was delivered: by the same rules as that stage, and told as that."""
    _require_may(world, incident, event, "received")
    yield from stages.arrive(ctx, incident, text=event.public_text)
    yield from lifecycle.resolve(world, ctx, incident, public_text=event.public_text)


def _require_may(world: World, incident: Incident, event: Request, to: NextStage) -> None:
    """Raise `Refused` unless the order can go there, and who asks has it, or is the coordinator (L2)."""
    if incident.stage is None:
        raise Refused("not_an_order")
    directory = world.directory_of(incident)
    if directory is not None and incident.lead is not None:
        may = may_stage(directory, incident.agreement, incident.lead, event.by.party)
        require(may, "not_the_holder")
    if (code := stages.refusal(incident.stage, to)) is not None:
        raise Refused(code)


def _at_vendors(incident: Incident) -> bool:
    return any(is_vendor(party) for party in (incident.lead or "", *incident.parallel))


def _changer(event: StageRequested) -> Changer | None:
    """Who changed it: whoever is named, else the party that says so."""
    return event.changed_by or (event.by.party if event.by.party != REPORTER_PARTY else None)


def late_at(directory: Directory | None, expected_at: date | None) -> datetime | None:
    """When such an order is late: as the day after begins in the municipality; None without a day."""
    if expected_at is None:
        return None
    return day_is_over(expected_at, directory.municipality.time_zone if directory else "Europe/Stockholm")


def when_late(world: World, ctx: Context, incident: Incident) -> Iterator[Event]:
    """What follows when an order is late: the top is told once, whoever holds it (V11).

    It stays where it is: a vendor that has the order goes on with it.
    """
    measure = Measure(action="notify", parties=(assignment.coordinator(world, incident),))
    yield from measures.carry_out(world, ctx, incident, measure, "breach", wording.ORDER_LATE, occasion=ORDER_LATE)


ORDERS: dict[type[Request], Callable[[World, Any, Context, Incident], Iterator[Event]]] = {StageRequested: _stage}
