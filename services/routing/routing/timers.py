"""Timers: rows with `due_at`. Any number of replicas look; each step is taken by one of them, once.

What a timer's time means is decided under the municipality's and the case's lock, from how things stand then: a replica
that comes second finds that there is nothing to do any more.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db, logs, outbox, telemetry
from chassis.crashpoints import crash_point
from chassis.drain import run_until_stopped
from chassis.heartbeat import Heartbeat
from chassis.messages import Outgoing
from contracts import envelope
from routing import metrics
from routing.domain.context import Context, Due
from routing.domain.due import on_due
from routing.domain.fold import fold
from routing.domain.state import Timer, World
from routing.store import timers as rows
from routing.store import worlds
from routing.store.directories import Directories

POLL: Final = 0.5  # seconds
AT_ONCE: Final = 100
REST: Final = timedelta(minutes=1)
"""For a timer that fails: others go on."""
_MEASURE: Final = timedelta(seconds=15)
_DRAIN: Final = 9.0  # seconds

log = logs.get(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Timers:
    """`await Timers(engine).run()`; cancel it to stop after the batch in hand."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime] = _now) -> None:
        self._engine = engine
        self._now = now
        self._directories = Directories()
        self._resting: dict[str, datetime] = {}
        self._measured: datetime | None = None
        self._stopping = asyncio.Event()
        self._heartbeat = Heartbeat()

    def is_alive(self) -> bool:
        return self._heartbeat.is_alive()

    def stop(self) -> None:
        """Ends `run` after the batch in hand."""
        self._stopping.set()

    async def run(self) -> None:
        """Until cancelled; the database being away only makes it wait."""
        await run_until_stopped(self._run(), self.stop, patience=_DRAIN)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            self._heartbeat.beat()
            try:
                await self._measure()
                more = await self.turn()
            except Exception as error:
                if not db.is_unavailable(error):
                    raise
                log.warning("timers_wait_for_database", error=type(error).__name__)
                more = False
            if not more:
                await self._pause()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(POLL):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def turn(self) -> bool:
        """Take what is due, one municipality after the other; whether there may be more at once."""
        now = self._now()
        self._resting = {id_: until for id_, until in self._resting.items() if until > now}
        async with self._engine.connect() as conn:
            found = await rows.due(conn, now, AT_ONCE, list(self._resting))
        for municipality, several in groupby(sorted(found, key=_municipality), key=_municipality):
            await self._take(municipality, list(several))
            self._heartbeat.beat()
        return len(found) == AT_ONCE

    async def _take(self, municipality: str, found: Sequence[Timer]) -> None:
        """All of one municipality in one transaction; where that fails, each by itself."""
        try:
            await self._handle(municipality, found)
        except Exception as error:
            if db.is_unavailable(error):
                raise
            if len(found) == 1:
                self._rest(found[0], error)
                return
            for timer in found:
                await self._take(municipality, [timer])

    def _rest(self, timer: Timer, error: Exception) -> None:
        log.error("timer_failed", timer=timer.id, incident=timer.incident, exc_info=error)
        metrics.TIMERS_FAILED.inc()
        self._resting[timer.id] = self._now() + REST

    async def _handle(self, municipality: str, found: Sequence[Timer]) -> None:
        async with self._engine.begin() as conn:
            world = await worlds.lock(conn, [municipality])
            world.directories = await self._directories.of(conn, [municipality])
            await worlds.load_incidents(conn, world, {timer.incident for timer in found})
            if any(timer.kind == "window" for timer in found):  # others that explain it may go on
                await worlds.load_running(conn, world, self._now(), self._now())
            claimed = await rows.claim(conn, [timer.id for timer in found], self._now())
            said = [message for timer in claimed for message in self._fire(world, timer)]
            await worlds.save(conn, world)
            await outbox.add(conn, said)
            crash_point("timers.before_commit")
        crash_point("timers.after_commit")

    def _fire(self, world: World, timer: Timer) -> list[Outgoing]:
        """What follows from one timer, each folded before the next is decided."""
        if timer.due_at is None:
            raise ValueError("a timer without a time was claimed")
        now = self._now()
        metrics.TIMER_LATENESS.labels(timer.kind).observe((now - timer.due_at).total_seconds())
        context = Context(cause=Due(f"{timer.id}@{timer.due_at.isoformat()}", now, timer.municipality), now=now)
        said: list[Outgoing] = []
        with telemetry.span_from(None, f"timer {timer.kind}"):
            for own in on_due(world, timer, context):
                fold(world, own)
                metrics.count(own, None, world)
                said.append(Outgoing(**envelope.row(own), traceparent=telemetry.traceparent()))
        return said

    async def _measure(self) -> None:
        now = self._now()
        if self._measured is not None and now - self._measured < _MEASURE:
            return
        self._measured = now
        async with self._engine.connect() as conn:
            metrics.clocks(await rows.lateness(conn))


def _municipality(timer: Timer) -> str:
    return timer.municipality
