"""What waits for planned work goes on: the window is over, moved, called off, or explains it no longer (V10)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from contracts.events.base import Event
from contracts.events.routing import IncidentStateChanged, MatchedToWork, ReleasedFromWork
from contracts.events.ticketing import WorkChanged
from contracts.values import Words
from routing.domain import assignment, lifecycle, wording
from routing.domain.context import Context
from routing.domain.state import Incident, Ticket, Work, World
from routing.domain.works import UNKNOWN, running


def reconsider(world: World, ctx: Context, incident: Incident, tickets: Sequence[Ticket] = ()) -> Iterator[Event]:
    """More is known of a waiting incident: which tickets are on it, what it is about. Perhaps it is not the work.

    A school beyond the work, a fault from before it, another service: then there is something else.
    """
    work = world.works.get(incident.waits_for or "")
    if work is None:
        return
    explained = incident.service in (*work.services, UNKNOWN) and all(
        work.covers(ticket.school, ticket.occurred_at) for ticket in tickets
    )
    if not explained:
        yield from _release(world, ctx, incident, work, wording.NOT_THE_WORK, ctx.moment)


def on_changed(world: World, event: WorkChanged, ctx: Context) -> Iterator[Event]:
    """Those that wait for it follow it: to its new end, or on their way where it does not run now."""
    work = world.work(event.work, event.municipality)
    if work is None:
        return
    waiting = [incident for incident in world.incidents.values() if incident.waits_for == work.id]
    for incident in sorted(waiting, key=lambda incident: incident.id):
        if work.runs(ctx.moment):
            yield MatchedToWork(**ctx.about(incident), work=work.id, until=work.ends_at)
        else:
            yield from _go_on(world, ctx, incident, work, since=ctx.moment)


def after_window(world: World, ctx: Context, incident: Incident) -> Iterator[Event]:
    """What follows when the window that an incident waits for is over, by `ctx.moment`.

    Nothing where it does not wait any more, or the work was prolonged. The clocks of its holder count from the
    window's end, however late this is asked.
    """
    work = world.works.get(incident.waits_for or "")
    if work is not None and not work.runs(ctx.moment):
        yield from _go_on(world, ctx, incident, work, since=min(work.ends_at, ctx.moment))


def _go_on(world: World, ctx: Context, incident: Incident, work: Work, since: datetime) -> Iterator[Event]:
    """To another work that runs and explains it as well, else to who has such a case."""
    other = running(world, ctx, incident.service, incident.school, incident.opened_at)
    if other is not None:
        yield MatchedToWork(**ctx.about(incident), work=other.id, until=other.ends_at)
        return
    reason = wording.WORK_CALLED_OFF if work.cancelled else wording.WORK_MOVED
    if not work.cancelled and work.ends_at <= ctx.moment:
        reason = wording.WORK_OVER
    yield from _release(world, ctx, incident, work, reason, since)


def _release(
    world: World, ctx: Context, incident: Incident, work: Work, reason: Words, since: datetime
) -> Iterator[Event]:
    """From here on it is one like any other, with a turn and clocks; solved where all its reporters have said so."""
    if incident.confirmed == incident.linked:
        yield from lifecycle.resolve(world, ctx, incident)
        return
    yield ReleasedFromWork(**ctx.about(incident), work=work.id, reason=reason)
    yield IncidentStateChanged(**ctx.changing(incident), state="new")
    turn = assignment.by_matrix(world.directory_of(incident), incident)
    yield from assignment.give(world, ctx, incident, turn, since=since)
