"""Promises against time, in working time of the agreement's calendar.

A clock is one promise of one holder. It starts, may stand still and go on, may get another time, may be breached (told
once, it runs on), and stops as kept, missed, handed over or ended. The promise to resolve is given once: what former
lead holders have used of it counts for the next one. The others begin anew with every holder.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from contracts.directory import Directory, NoWorkingTime, add_working_time, working_time_between
from contracts.events.base import Event
from contracts.events.routing import (
    ClockBreached,
    ClockPaused,
    ClockRescheduled,
    ClockResumed,
    ClockStarted,
    ClockStopped,
)
from contracts.values import PartyId, PauseReason, Promise, Role
from routing.domain.context import Context
from routing.domain.state import Clock, Incident, World

PROMISES: tuple[Promise, ...] = ("acknowledge", "next_update", "resolve")
Reason = Literal["kept", "missed", "handed_over", "ended"]
NOTHING = timedelta(0)


def start(
    world: World,
    ctx: Context,
    incident: Incident,
    party: PartyId,
    agreement: str | None,
    promises: tuple[Promise, ...] = PROMISES,
    *,
    role: Role = "lead",
    since: datetime | None = None,
) -> Iterator[Event]:
    """The holder's clocks, `since` a time, else from when the cause happened.

    Needs and ideas have none (R10), nor has the lead of what waits for planned work (V10).
    """
    directory = world.directory_of(incident)
    if directory is None or agreement is None or incident.is_wish:
        return
    if role == "lead" and incident.waits_for:
        return
    agreement = directory.agreement_in_force(agreement).id
    started_at = since or ctx.moment
    for promise in promises:
        used = incident.resolving if promise == "resolve" and role == "lead" else NOTHING
        due_at = after(
            directory, agreement, started_at, promised(directory, agreement, incident.urgency, promise), used
        )
        if due_at is not None:
            yield started(ctx, incident, party, promise, agreement, started_at, due_at, role=role, used=used)


def started(
    ctx: Context,
    incident: Incident,
    party: PartyId,
    promise: Promise,
    agreement: str,
    started_at: datetime,
    due_at: datetime,
    *,
    role: Role = "lead",
    used: timedelta = NOTHING,
) -> Event:
    """One clock more."""
    return ClockStarted(
        **ctx.own(),
        clock=ctx.id("clock", incident.id, party, promise),
        incident=incident.id,
        party=party,
        role=role,
        promise=promise,
        agreement=agreement,
        started_at=started_at,
        due_at=due_at,
        used=used,
    )


def promised(directory: Directory, agreement: str, urgency: int, promise: Promise) -> timedelta | None:
    """Working time that the agreement promises, or the one that takes its place; None where it promises none."""
    time: timedelta | None = getattr(directory.agreement_in_force(agreement).at(urgency), promise, None)
    return time


def after(
    directory: Directory, agreement: str, since: datetime, time: timedelta | None, used: timedelta = NOTHING
) -> datetime | None:
    """When so much working time has passed, of which some is used already; `since` itself where all of it is."""
    if time is None:
        return None
    try:
        return add_working_time(directory.calendar_of(agreement), since, max(time - used, NOTHING))
    except NoWorkingTime:  # a calendar that never opens promises nothing
        return None


def spent(directory: Directory | None, clock: Clock, until: datetime) -> timedelta:
    """Working time that this holder has used until then."""
    if clock.paused is not None or directory is None:
        return clock.spent
    return clock.spent + working_time_between(directory.calendar_of(clock.agreement), clock.since, until)


def stop(world: World, ctx: Context, clock: Clock, reason: Reason | None = None) -> Event:
    """The end of one clock; without a reason kept or missed, by when its promise was fulfilled."""
    stopped_at = max(clock.started_at, ctx.moment)
    late = clock.breached or (clock.paused is None and stopped_at > clock.due_at)
    used = spent(world.directories.get(clock.municipality), clock, stopped_at)
    return _stopped(ctx, clock, stopped_at, reason or ("missed" if late else "kept"), used)


def _stopped(ctx: Context, clock: Clock, stopped_at: datetime, reason: Reason, used: timedelta) -> Event:
    return ClockStopped(**_about(ctx, clock), stopped_at=stopped_at, reason=reason, used=used)


def stop_all(
    world: World, ctx: Context, incident: Incident, reason: Reason, party: PartyId | None = None
) -> Iterator[Event]:
    """The end of all running clocks of the incident, or of one party's."""
    for clock in world.clocks_of(incident):
        # What others may read is owed by the coordinator, whoever holds the case.
        if party is None or (clock.party == party and clock.promise != "public_sentence"):
            yield stop(world, ctx, clock, reason)


def fulfil(world: World, ctx: Context, incident: Incident, party: PartyId, promise: Promise) -> Iterator[Event]:
    """The party did what it promised: that clock stops, kept or missed."""
    clock = world.clock(incident, party, promise)
    if clock is not None:
        yield stop(world, ctx, clock)


def renew(world: World, ctx: Context, incident: Incident, party: PartyId) -> Iterator[Event]:
    """The party was heard: its next-update clock stops and a new one starts (N8)."""
    clock = world.clock(incident, party, "next_update")
    if clock is not None:
        yield stop(world, ctx, clock)
        yield from start(world, ctx, incident, party, clock.agreement, ("next_update",), role=clock.role)


def change_agreement(world: World, ctx: Context, incident: Incident, party: PartyId) -> Iterator[Event]:
    """The same holder under another agreement: what it still owes, and to resolve it, is promised as that says."""
    owed = [c for c in world.clocks_of(incident) if c.party == party and c.promise != "public_sentence"]
    for clock in owed:
        yield stop(world, ctx, clock, "handed_over")
    promises = tuple(p for p in PROMISES if p == "resolve" or any(clock.promise == p for clock in owed))
    yield from start(world, ctx, incident, party, incident.agreement, promises)


def public(world: World, ctx: Context, incident: Incident) -> Iterator[Event]:
    """Others can read now what it is about: a major incident's public sentence is there."""
    for clock in world.clocks_of(incident):
        if clock.promise == "public_sentence":
            yield stop(world, ctx, clock)


def pause(world: World, ctx: Context, clock: Clock, reason: PauseReason) -> Event:
    """It stands still."""
    paused_at = max(clock.since, ctx.moment)
    used = spent(world.directories.get(clock.municipality), clock, paused_at)
    return ClockPaused(**_about(ctx, clock), paused_at=paused_at, reason=reason, used=used)


def resume(world: World, ctx: Context, incident: Incident, clock: Clock) -> Event:
    """It goes on, with what was left of it. What was late already stays so."""
    resumed_at = max(clock.since, ctx.moment)
    directory, due_at = world.directory_of(incident), None
    if directory is not None and not clock.breached:
        time = promised(directory, clock.agreement, incident.urgency, clock.promise)
        due_at = after(directory, clock.agreement, resumed_at, time, clock.used + clock.spent)
    return ClockResumed(**_about(ctx, clock), resumed_at=resumed_at, due_at=due_at or clock.due_at)


def reschedule(world: World, ctx: Context, incident: Incident) -> Iterator[Event]:
    """The urgency has changed: every promise gets its new time, less what has passed; some end, some begin."""
    directory = world.directory_of(incident)
    if directory is None:
        return
    for clock in world.clocks_of(incident):
        if clock.promise != "public_sentence":
            yield _rescheduled(ctx, incident, directory, clock, counted_in=directory)
    yield from _begin_to_resolve(world, ctx, incident)


def follow_directory(world: World, ctx: Context, incident: Incident) -> Iterator[Event]:
    """Another directory promises other times, or counts them otherwise: what runs follows, less what has passed.

    So clocks, and the steps that wait for them, speak of the same promise. What stands still follows when it goes on.
    """
    directory = world.directories[incident.municipality]
    for clock in world.clocks_of(incident):
        if clock.promise == "public_sentence" or clock.paused is not None:
            continue
        time = promised(directory, clock.agreement, incident.urgency, clock.promise)
        due_at = after(directory, clock.agreement, clock.since, time, clock.used + clock.spent)
        stays_late = clock.breached and due_at is not None and due_at <= ctx.moment
        if due_at != clock.due_at and not stays_late:
            former = world.former_directories.get(incident.municipality, directory)
            yield _rescheduled(ctx, incident, directory, clock, counted_in=former)
    yield from _begin_to_resolve(world, ctx, incident)


def _rescheduled(
    ctx: Context, incident: Incident, directory: Directory, clock: Clock, *, counted_in: Directory
) -> Event:
    """The promise as it is now, from now on; it ends where none is given any more."""
    since = max(clock.since, ctx.moment)
    used = spent(counted_in, clock, since)
    time = promised(directory, clock.agreement, incident.urgency, clock.promise)
    due_at = after(directory, clock.agreement, since, time, clock.used + used)
    if due_at is None:
        return _stopped(ctx, clock, since, "ended", used)
    return ClockRescheduled(**_about(ctx, clock), since=since, due_at=due_at, used=used)


def _begin_to_resolve(world: World, ctx: Context, incident: Incident) -> Iterator[Event]:
    """What was not promised before is promised now."""
    running = world.clocks_of(incident)
    if incident.lead and not any(c.promise == "resolve" and c.role == "lead" for c in running):
        yield from start(world, ctx, incident, incident.lead, incident.agreement, ("resolve",))


def breach(ctx: Context, clock: Clock) -> Event:
    """It was not kept in time."""
    return ClockBreached(**_about(ctx, clock), due_at=clock.due_at)


def _about(ctx: Context, clock: Clock) -> dict[str, object]:
    about = {"clock": clock.id, "incident": clock.incident, "party": clock.party, "promise": clock.promise}
    return ctx.own() | about
