"""Promises against time: started for a holder, stopped as kept, missed, handed over or ended."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from contracts.directory import Directory, NoWorkingTime, add_working_time
from contracts.events.base import Event
from contracts.events.routing import ClockStarted, ClockStopped
from contracts.values import PartyId, Promise
from routing.domain.context import Context
from routing.domain.state import Clock, Incident, World

PROMISES: tuple[Promise, ...] = ("acknowledge", "next_update", "resolve")
Reason = Literal["kept", "missed", "handed_over", "ended"]


def start(
    world: World,
    ctx: Context,
    incident: Incident,
    party: PartyId,
    agreement: str | None,
    promises: tuple[Promise, ...] = PROMISES,
    *,
    since: datetime | None = None,
) -> Iterator[Event]:
    """The holder's clocks, `since` a time, else from when the cause happened. Needs and ideas have none (R10)."""
    directory = world.directory_of(incident)
    if directory is None or agreement is None or incident.kind in ("need", "idea"):
        return
    started_at = since or ctx.moment
    for promise in promises:
        due_at = _due_at(directory, agreement, incident.urgency, promise, started_at)
        if due_at is not None:
            yield ClockStarted(
                **ctx.own(),
                clock=ctx.id("clock", incident.id, party, promise),
                incident=incident.id,
                party=party,
                promise=promise,
                agreement=agreement,
                started_at=started_at,
                due_at=due_at,
            )


def _due_at(
    directory: Directory, agreement: str, urgency: int, promise: Promise, started_at: datetime
) -> datetime | None:
    """When the promise is due; None where nothing is promised."""
    known = directory.agreements_by_id.get(agreement)
    promised = getattr(known.at(urgency), promise) if known else None
    if promised is None:
        return None
    try:
        return add_working_time(directory.calendar_of(agreement), started_at, promised)
    except NoWorkingTime:  # a calendar that never opens promises nothing
        return None


def stop(ctx: Context, clock: Clock, reason: Reason | None = None) -> Event:
    """The end of one clock; without a reason kept or missed, by when its promise was fulfilled."""
    stopped_at = max(clock.started_at, ctx.moment)
    return ClockStopped(
        **ctx.own(),
        clock=clock.id,
        incident=clock.incident,
        party=clock.party,
        promise=clock.promise,
        stopped_at=stopped_at,
        reason=reason or ("kept" if stopped_at <= clock.due_at else "missed"),
    )


def stop_all(
    world: World, ctx: Context, incident: Incident, reason: Reason, party: PartyId | None = None
) -> Iterator[Event]:
    """The end of all running clocks of the incident, or of one party's."""
    for clock in world.clocks_of(incident):
        if party is None or clock.party == party:
            yield stop(ctx, clock, reason)


def fulfil(world: World, ctx: Context, incident: Incident, party: PartyId, promise: Promise) -> Iterator[Event]:
    """The party did what it promised: that clock stops, kept or missed."""
    for clock in world.clocks_of(incident):
        if clock.party == party and clock.promise == promise:
            yield stop(ctx, clock)


def renew(world: World, ctx: Context, incident: Incident, party: PartyId) -> Iterator[Event]:
    """The party was heard: its next-update clock stops and a new one starts (N8)."""
    for clock in world.clocks_of(incident):
        if clock.party == party and clock.promise == "next_update":
            yield stop(ctx, clock)
            yield from start(world, ctx, incident, party, clock.agreement, ("next_update",))
