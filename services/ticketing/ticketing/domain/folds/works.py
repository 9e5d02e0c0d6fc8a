"""Planned work, its changes, and what waits for it."""

from collections.abc import Callable
from typing import Any

from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events.base import Event
from ticketing.domain.state import Work, World


def _planned(world: World, event: t.WorkPlanned) -> None:
    world.works[event.work] = Work(
        id=event.work,
        municipality=event.municipality,
        services=list(event.services),
        schools=list(event.schools),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        text=dict(event.text),
        effect=event.effect,
        vendor=event.vendor,
        external_id=event.external_id,
        planned_at=event.at,
        planned_by=event.by.person,
    )


def _changed(world: World, event: t.WorkChanged) -> None:
    if (work := world.works.get(event.work)) is not None:
        work.starts_at, work.ends_at = event.starts_at, event.ends_at
        work.changed_at, work.reason = event.at, dict(event.reason or {})
        work.cancelled = event.cancelled


def _matched(world: World, event: r.MatchedToWork) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.work = event.work


FOLDS: dict[type[Event], Callable[[World, Any], None]] = {
    t.WorkPlanned: _planned,
    t.WorkChanged: _changed,
    r.MatchedToWork: _matched,
}
