"""Planned work as ticketing tells it, and which incidents wait for it."""

from contracts.events import routing, ticketing
from routing.domain.folds.table import folds, wake, window_timer
from routing.domain.state import Work, World


@folds(ticketing.WorkPlanned)
def _planned(world: World, event: ticketing.WorkPlanned) -> None:
    world.municipality(event.municipality)
    work = world.works[event.work] = Work(
        id=event.work,
        municipality=event.municipality,
        services=list(event.services),
        schools=list(event.schools),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        effect=event.effect,
    )
    world.mark(work)


@folds(ticketing.WorkChanged)
def _changed(world: World, event: ticketing.WorkChanged) -> None:
    work = world.work(event.work, event.municipality)
    if work is not None:
        work.starts_at, work.ends_at, work.cancelled = event.starts_at, event.ends_at, event.cancelled
        world.mark(work)


@folds(routing.MatchedToWork)
def _matched(world: World, event: routing.MatchedToWork) -> None:
    incident = world.incidents[event.incident]
    incident.work = event.work
    world.mark(incident)
    wake(world, incident, window_timer(incident), event.until)
