"""What people ask of planned work: plan it, move it, call it off. One transaction each, as in `handlers`."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import outbox
from contracts.directory import Directory
from contracts.events.ticketing import WorkChanged
from contracts.values import Words
from ticketing import handlers
from ticketing.domain import access, works
from ticketing.domain.access import Identity
from ticketing.domain.fold import fold
from ticketing.domain.state import Work
from ticketing.domain.works import Plan
from ticketing.store import intake, world
from ticketing.store import works as stored


class WrongWindow(Exception):
    """The work cannot be moved there; `faults` say why."""

    def __init__(self, faults: list[works.Fault]) -> None:
        self.faults = faults
        super().__init__(", ".join(fault.code for fault in faults))


class Stale(Exception):
    """Somebody has moved it, or called it off, since it was read."""


async def plan(engine: AsyncEngine, directory: Directory, who: Identity, wanted: Plan) -> tuple[Work, bool]:
    """Plan checked work; with an external id that is known, the work that is there, unchanged, and False."""
    if not access.may_plan(who, directory, wanted.services, wanted.schools):
        raise handlers.NotAllowed
    if (there := await known(engine, directory, wanted)) is not None:
        return there, False
    event = works.planned(wanted, municipality=directory.id, by=who.actor, now=handlers.now())
    loaded = world.Loaded()
    fold(loaded, event)
    try:
        async with engine.begin() as conn:
            await world.save(conn, loaded)
            await outbox.add(conn, intake.outgoing([event]))
    except IntegrityError:  # the same calendar at the same time, or a double tap
        there = await known(engine, directory, wanted)
        if there is None:
            raise
        return there, False
    return loaded.works[event.work], True


async def known(engine: AsyncEngine, directory: Directory, wanted: Plan) -> Work | None:
    """The work that has the plan's external id already."""
    if wanted.external_id is None:
        return None
    async with engine.connect() as conn:
        return await stored.by_external_id(conn, directory.id, wanted.external_id)


async def move(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    work_id: str,
    window: tuple[datetime, datetime],
    reason: Words | None = None,
    seen: str | None = None,
) -> Work:
    """Put the work in another window; the same one changes nothing. `seen`: the version that was read.

    WrongWindow, WrongState where it has ended, Stale where it is another version by now.
    """

    def moved(work: Work, now: datetime) -> WorkChanged | None:
        if work.cancelled or work.ends_at <= now:
            raise handlers.WrongState
        if (work.starts_at, work.ends_at) == window:
            return None
        _must_be(work, seen)
        if faults := works.check_window(*window, now, told=work.starts_at):
            raise WrongWindow(faults)
        return works.changed(work, by=who.actor, now=now, window=window, reason=reason)

    return await _change(engine, directory, who, work_id, moved)


async def call_off(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    work_id: str,
    reason: Words | None = None,
    seen: str | None = None,
) -> Work:
    """The work is not done, or broken off; twice changes nothing. WrongState where it is over, Stale as in `move`."""

    def called_off(work: Work, now: datetime) -> WorkChanged | None:
        if work.cancelled:
            return None
        if work.ends_at <= now:
            raise handlers.WrongState
        _must_be(work, seen)
        return works.changed(work, by=who.actor, now=now, reason=reason)

    return await _change(engine, directory, who, work_id, called_off)


def _must_be(work: Work, seen: str | None) -> None:
    if seen is not None and seen != work.version:
        raise Stale


async def _change(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    work_id: str,
    decide: Callable[[Work, datetime], WorkChanged | None],
) -> Work:
    async with engine.begin() as conn:
        loaded = world.Loaded()
        work = await stored.by_id(conn, directory.id, work_id, lock=True)
        if work is None:
            raise handlers.NotFound("work")
        if not access.may_plan(who, directory, work.services, work.schools):
            raise handlers.NotAllowed
        loaded.works[work.id] = work
        event = decide(work, handlers.now())
        if event is not None:
            fold(loaded, event)
            await world.save(conn, loaded)
            await outbox.add(conn, intake.outgoing([event]))
        return work
