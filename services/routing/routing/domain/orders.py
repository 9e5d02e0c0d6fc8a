"""Orders: from stage to stage as staff ask for it, every change told, and a day on which they are to be there (V11)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from contracts.directory import Directory
from contracts.events.base import Event, Request
from contracts.events.routing import Measure, StageChanged
from contracts.events.ticketing import StageRequested
from contracts.values import REPORTER_PARTY, Changer
from routing.domain import assignment, lifecycle, measures, returning, stages, wording
from routing.domain.context import Context
from routing.domain.folds.table import ORDER_LATE
from routing.domain.refusals import Refused, require
from routing.domain.state import Incident, World


def _stage(world: World, event: StageRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    if incident.stage is None:
        raise Refused("not_an_order")
    if (code := stages.refusal(incident.stage, event.stage)) is not None:
        raise Refused(code)
    came = event.stage == "received"
    comes_back = event.stage == "discrepancy" and incident.state == "resolved"
    require(incident.unfinished or comes_back, "wrong_state")
    require(not (came and world.open_questions(incident)), "open_questions")
    expected_at = None if came else event.expected_at or incident.expected_at
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
    elif comes_back:
        yield from returning.reopen(world, ctx, incident, wording.DIFFERS, by=event.by)


def _changer(event: StageRequested) -> Changer | None:
    """Who changed it: whoever is named, else the party that says so."""
    return event.changed_by or (event.by.party if event.by.party != REPORTER_PARTY else None)


def late_at(directory: Directory | None, expected_at: date | None) -> datetime | None:
    """When such an order is late: as the day after begins in the municipality; None without a day."""
    if expected_at is None:
        return None
    zone = ZoneInfo(directory.municipality.time_zone if directory else "Europe/Stockholm")
    return datetime.combine(expected_at + timedelta(days=1), time(), zone)


def when_late(world: World, ctx: Context, incident: Incident) -> Iterator[Event]:
    """What follows when an order is late: the top is told once, whoever holds it (V11).

    It stays where it is: a vendor that has the order goes on with it.
    """
    measure = Measure(action="notify", parties=(assignment.coordinator(world, incident),))
    yield from measures.carry_out(world, ctx, incident, measure, "breach", wording.ORDER_LATE, occasion=ORDER_LATE)


ORDERS: dict[type[Request], Callable[[World, Any, Context, Incident], Iterator[Event]]] = {StageRequested: _stage}
