"""The sender: claims what is due, hands each message to its profile, records what became of it.

Two loops: one sends; the other gives up what nobody took for too long and measures the backlog.
"""

import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db, logs
from chassis.crashpoints import crash_point
from chassis.drain import run_until_stopped
from chassis.heartbeat import Heartbeat
from chassis.listen import Wake
from vendor_bridge import metrics
from vendor_bridge.domain.retry import BreakerPolicy, Schedule
from vendor_bridge.outbound import Outbound
from vendor_bridge.profiles import Disabled, Letter, Misconfigured, NotTaken, Outcome, Profile, Taken
from vendor_bridge.store import deliveries, inbound
from vendor_bridge.store.deliveries import Claimed
from vendor_bridge.store.directories import Way

POLL: Final = 1.0  # seconds
AT_ONCE: Final = 32
EACH: Final = 6
"""Of one connection at the same time: a vendor that hangs must not take all places."""
MISCONFIGURED_REST: Final = timedelta(seconds=30)
FOREVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_DRAIN: Final = 9.0
_TIDY: Final = 3600.0
_ORPHANS: Final = 2.0  # seconds between looks for the leases of dead workers

log = logs.get(__name__)


class Sender:
    """One per process; any number of processes on one database."""

    def __init__(
        self,
        engine: AsyncEngine,
        outbound: Outbound,
        profile: Profile,
        *,
        wake: Wake | None = None,
        schedule: Schedule | None = None,
        breaker: BreakerPolicy | None = None,
    ) -> None:
        self._engine = engine
        self._outbound = outbound
        self._profile = profile
        self._schedule = schedule or Schedule()
        self._breaker = breaker or BreakerPolicy()
        self._wake = wake or Wake()
        self._worker = random.randrange(1, 2**31)  # noqa: S311  (a name, no secret)
        self._in_work: dict[asyncio.Task[None], str] = {}
        self._stopping = False
        self._orphans_freed = -_ORPHANS
        self._heartbeat = Heartbeat()

    def is_alive(self) -> bool:
        return self._heartbeat.is_alive()

    def stop(self) -> None:
        """Ends `run` after what is in work."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled; messages on their way are finished."""
        await run_until_stopped(self._run(), self.stop, patience=_DRAIN)

    async def _run(self) -> None:
        while not self._stopping:
            try:
                await self._serve()
            except Exception as error:
                if not db.is_unavailable(error):
                    raise
                log.warning("sender_waits_for_database", error=type(error).__name__)
                await asyncio.sleep(1)
        if self._in_work:
            await asyncio.wait(self._in_work)

    async def _serve(self) -> None:
        """With a session lock that tells other workers that this one lives."""
        async with db.dedicated(self._engine) as connection:
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _connection: lost.set())
            await connection.execute("SELECT pg_advisory_lock($1, $2)", deliveries.LOCK_CLASS, self._worker)
            while not self._stopping and not lost.is_set():
                self._heartbeat.beat()
                if not await self._turn():
                    await self._wake.wait_or(POLL)

    async def _turn(self) -> bool:
        """Whether something was claimed."""
        room = AT_ONCE - len(self._in_work)
        if room <= 0:
            return False
        busy = Counter(self._in_work.values())
        async with self._engine.begin() as conn:
            if time.monotonic() > self._orphans_freed + _ORPHANS:
                await deliveries.free_orphaned(conn)
                self._orphans_freed = time.monotonic()
            claimed = await deliveries.claim(conn, self._worker, limit=room, each=EACH, busy=busy)
        for message in claimed:
            task = asyncio.create_task(self._guarded(message))
            self._in_work[task] = message.connection
            task.add_done_callback(self._done)
        return bool(claimed)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._in_work[task]
        self._wake.set()

    async def _guarded(self, message: Claimed) -> None:
        """One message's misfortune is not the others'."""
        try:
            await self.send(message)
        except Exception as error:
            if db.is_unavailable(error):
                await self._wait_for_database(message, error)
                return
            log.exception("delivery_broke", webhook_id=message.webhook_id, connection=message.connection)
            with suppress(Exception):
                await self._not_taken(message, f"fault of the bridge: {type(error).__name__}", spent=True)

    async def _wait_for_database(self, message: Claimed, error: Exception) -> None:
        """Our own trouble spends none of the vendor's attempts: due as before, if not at once then after the lease."""
        log.warning("delivery_waits_for_database", webhook_id=message.webhook_id, error=type(error).__name__)
        with suppress(Exception):
            async with self._engine.begin() as conn:
                await deliveries.release(conn, message.webhook_id)

    async def send(self, message: Claimed) -> None:
        """One attempt at a claimed message."""
        prepared = await self._outbound.prepare(message)
        if prepared is None:
            return
        letter, way = prepared
        crash_point("bridge.before_send")
        began = time.perf_counter()
        outcome = await self._deliver(way, letter)
        metrics.DELIVERY_SECONDS.labels(message.connection).observe(time.perf_counter() - began)
        if isinstance(outcome, Taken):
            crash_point("bridge.after_2xx")
        await self._record(message, outcome)

    async def _deliver(self, way: Way | None, letter: Letter) -> Outcome:
        if way is None:
            return Misconfigured("the directory has no such connection any more")
        return await self._profile.deliver(way, letter)

    async def _record(self, message: Claimed, outcome: Outcome) -> None:
        about = {"webhook_id": message.webhook_id, "connection": message.connection}
        match outcome:
            case Taken(status=status):
                await self._outbound.record_taken(message, status)
                metrics.ATTEMPTS.labels(message.connection, "taken").inc()
                log.info("delivered", **about)
            case NotTaken(reason=reason, status=status, retry_after=asked):
                metrics.ATTEMPTS.labels(message.connection, "not_taken").inc()
                log.warning("not_delivered", status=status, **about)
                await self._not_taken(message, reason, status=status, asked=asked, spent=not message.probes)
                await self._maybe_rest(message, reason)
            case Disabled(status=status):
                metrics.ATTEMPTS.labels(message.connection, "disabled").inc()
                log.error("connection_disabled", status=status, **about)
                await self._not_taken(message, "answered 410", status=status, spent=True)
                await self._rest(message, FOREVER, "disabled", "the vendor answered 410")
            case Misconfigured(reason=reason):
                metrics.ATTEMPTS.labels(message.connection, "misconfigured").inc()
                log.error("connection_misconfigured", reason=reason, **about)
                await self._not_taken(message, reason, spent=False)
                await self._rest(message, datetime.now(UTC) + MISCONFIGURED_REST, "misconfigured", reason)

    async def _not_taken(
        self,
        message: Claimed,
        reason: str,
        *,
        spent: bool,
        status: int | None = None,
        asked: timedelta | None = None,
    ) -> None:
        now = datetime.now(UTC)
        async with self._engine.begin() as conn:
            row = await deliveries.read(conn, message.webhook_id)
            if row is None:
                return
            due_at = self._schedule.next_at(row.attempts + 1, now, asked) if spent else row.due_at
            await deliveries.not_taken(
                conn, message.webhook_id, at=now, due_at=due_at, error=reason, status=status, spent=spent
            )

    async def _maybe_rest(self, message: Claimed, reason: str) -> None:
        now = datetime.now(UTC)
        async with self._engine.begin() as conn:
            failures = await deliveries.count_failure(conn, message, now)
            rest = self._breaker.rest_after(failures)
            if rest is not None:
                await deliveries.rest(conn, message, at=now, until=now + rest, trouble="unreachable", detail=reason)

    async def _rest(self, message: Claimed, until: datetime, trouble: str, detail: str) -> None:
        async with self._engine.begin() as conn:
            await deliveries.rest(conn, message, at=datetime.now(UTC), until=until, trouble=trouble, detail=detail)


class Watch:
    """Gives up what nobody took within the schedule's span, and measures the backlog."""

    def __init__(self, engine: AsyncEngine, outbound: Outbound, schedule: Schedule | None = None) -> None:
        self._engine = engine
        self._outbound = outbound
        self._schedule = schedule or Schedule()
        self._tidied = -_TIDY

    async def look(self) -> bool:
        """One round; whether there may be more to give up at once."""
        async with self._engine.begin() as conn:
            if time.monotonic() > self._tidied + _TIDY:
                await inbound.prune(conn, datetime.now(UTC))
                self._tidied = time.monotonic()
            await deliveries.count_held_back(conn)
            hopeless = await deliveries.used_up(conn, datetime.now(UTC) - self._schedule.span)
            backlog = await deliveries.backlog(conn)
        metrics.BACKLOG.clear()
        metrics.BACKLOG_AGE.clear()
        for row in backlog:
            metrics.BACKLOG.labels(row.connection).set(row.pending)
            metrics.BACKLOG_AGE.labels(row.connection).set(row.age)
        given_up = False
        for row in hopeless:
            message = Claimed(row.webhook_id, row.municipality, row.connection, row.incident, probes=False)
            if await self._outbound.record_failed(message, disabled=row.trouble == "disabled"):
                metrics.GIVEN_UP.labels(row.connection).inc()
                log.error("delivery_given_up", webhook_id=row.webhook_id, connection=row.connection)
                given_up = True
        return given_up
