"""The sender: claims what is due, hands each message to its profile, records what became of it.

Two loops: one sends; the other gives up what nobody took for too long, and forgets what is old.
"""

import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db, logs
from chassis.crashpoints import crash_point
from chassis.drain import run_until_stopped
from chassis.heartbeat import Heartbeat
from chassis.listen import Wake
from vendor_bridge import metrics
from vendor_bridge.domain.health import Key
from vendor_bridge.domain.retry import BreakerPolicy, Schedule
from vendor_bridge.outbound import DISABLED, PAUSED, UNREACHABLE, Outbound, Ready
from vendor_bridge.profiles import Disabled, Letter, Misconfigured, NotTaken, Outcome, Profile, Taken
from vendor_bridge.store import attempts, deliveries, inbound, refusals
from vendor_bridge.store.attempts import Attempt
from vendor_bridge.store.deliveries import Claimed
from vendor_bridge.store.directories import Way

POLL: Final = 1.0  # seconds
AT_ONCE: Final = 192
EACH: Final = 8
"""Of one connection at the same time, and as many again while it takes what it gets: a dozen vendors that hang do not
take all places, and of those that are down few attempts are spent."""
MISCONFIGURED_REST: Final = timedelta(seconds=30)
FOREVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_DRAIN: Final = 9.0
_TIDY: Final = 3600.0
_ORPHANS: Final = 2.0  # seconds between looks for the leases of dead workers

log = logs.get(__name__)


def attempt_of(key: Key, letter: Letter, outcome: Outcome, *, why: str, at: datetime, seconds: float) -> Attempt:
    """One line of the log of attempts."""
    match outcome:
        case Taken(status=status, excerpt=excerpt):
            told: tuple[str, int | None, str] = ("taken", status, excerpt)
        case NotTaken(reason=reason, status=status):
            told = ("not_taken", status, reason)
        case Disabled(status=status):
            told = ("disabled", status, "")
        case Misconfigured(reason=reason):
            told = ("misconfigured", None, reason)
        case _:
            assert_never(outcome)
    word, answered, detail = told
    return Attempt(letter.id, *key, letter.handoff, letter.kind, why, at, seconds, word, answered, detail)


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
        self._takes: set[str] = set()
        """Connections that took what they were sent last."""
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
        # A way is claimed for once half of its places are free: messages that go together cost half of what they cost
        # one by one.
        in_work = Counter(self._in_work.values())
        busy = {
            name: in_work[name] - (self._places(name) - EACH) if in_work[name] <= self._places(name) // 2 else EACH
            for name in in_work.keys() | self._takes
        }
        async with self._engine.begin() as conn:
            if time.monotonic() > self._orphans_freed + _ORPHANS:
                await deliveries.free_orphaned(conn)
                self._orphans_freed = time.monotonic()
            claimed = await deliveries.claim(conn, self._worker, limit=room, each=EACH, busy=busy)
        if not claimed:
            return False
        group = asyncio.create_task(self._outbound.prepare_all(claimed))
        for message in claimed:
            task = asyncio.create_task(self._guarded(message, group))
            self._in_work[task] = message.connection
            task.add_done_callback(self._done)
        return True

    def _places(self, connection: str) -> int:
        """How many messages of it may be on their way."""
        return 2 * EACH if connection in self._takes else EACH

    def _done(self, task: asyncio.Task[None]) -> None:
        was_full = len(self._in_work) >= AT_ONCE
        connection = self._in_work.pop(task)
        still = sum(other == connection for other in self._in_work.values())
        if was_full or still <= self._places(connection) // 2:  # else nothing more of it is claimed yet
            self._wake.set()

    async def _guarded(self, message: Claimed, group: asyncio.Task[dict[str, Ready]]) -> None:
        """One message's misfortune is not the others'."""
        try:
            await self.send(message, group)
        except Exception as error:
            if db.is_unavailable(error):
                await self._wait_for_database(message, error)
                return
            log.exception("delivery_broke", webhook_id=message.webhook_id, connection=message.connection)
            with suppress(Exception):
                await self._not_taken(message, f"fault of the bridge: {type(error).__name__}", None, spent=True)

    async def _wait_for_database(self, message: Claimed, error: Exception) -> None:
        """Our own trouble spends none of the vendor's attempts: due as before, if not at once then after the lease."""
        log.warning("delivery_waits_for_database", webhook_id=message.webhook_id, error=type(error).__name__)
        with suppress(Exception):
            async with self._engine.begin() as conn:
                await deliveries.release(conn, message.webhook_id)

    async def _prepared(self, message: Claimed, group: asyncio.Task[dict[str, Ready]] | None) -> Ready | None:
        """What was prepared together, or where one of them could not be, this one alone."""
        if group is not None:
            try:
                return (await group).get(message.webhook_id)
            except Exception as error:
                if db.is_unavailable(error):
                    raise
                log.warning("prepared_one_by_one", error=type(error).__name__)
        return await self._outbound.prepare(message)

    async def send(self, message: Claimed, group: asyncio.Task[dict[str, Ready]] | None = None) -> None:
        """One attempt at a claimed message; `group`: those that were claimed together, being prepared."""
        prepared = await self._prepared(message, group)
        if prepared is None:
            return
        letter, way = prepared
        crash_point("bridge.before_send")
        at, began = datetime.now(UTC), time.perf_counter()
        outcome = await self._deliver(way, letter)
        seconds = time.perf_counter() - began
        metrics.DELIVERY_SECONDS.labels(message.connection).observe(seconds)
        if isinstance(outcome, Taken):
            crash_point("bridge.after_2xx")
        why = "probe" if message.probes else "owed"
        key = (message.municipality, message.connection)
        await self._record(message, outcome, attempt_of(key, letter, outcome, why=why, at=at, seconds=seconds))

    async def _deliver(self, way: Way | None, letter: Letter) -> Outcome:
        if way is None:
            return Misconfigured("the directory has no such connection any more")
        return await self._profile.deliver(way, letter)

    async def _record(self, message: Claimed, outcome: Outcome, attempt: Attempt) -> None:
        about = {"webhook_id": message.webhook_id, "connection": message.connection}
        metrics.ATTEMPTS.labels(message.connection, attempt.outcome).inc()
        (self._takes.add if isinstance(outcome, Taken) else self._takes.discard)(message.connection)
        match outcome:
            case Taken(status=status):
                await self._outbound.record_taken(message, status, attempt)
                log.info("delivered", **about)
            case NotTaken(reason=reason, status=status, retry_after=asked):
                log.warning("not_delivered", status=status, **about)
                spent = not message.probes
                await self._not_taken(message, reason, attempt, status=status, asked=asked, spent=spent)
                await self._maybe_rest(message, reason)
            case Disabled(status=status):
                log.error("connection_disabled", status=status, **about)
                await self._not_taken(message, "answered 410", attempt, status=status, spent=True)
                await self._rest(message, FOREVER, "disabled", "the vendor answered 410")
            case Misconfigured(reason=reason):
                log.error("connection_misconfigured", reason=reason, **about)
                await self._not_taken(message, reason, attempt, spent=False)
                await self._rest(message, datetime.now(UTC) + MISCONFIGURED_REST, "misconfigured", reason)

    async def _not_taken(
        self,
        message: Claimed,
        reason: str,
        attempt: Attempt | None,
        *,
        spent: bool,
        status: int | None = None,
        asked: timedelta | None = None,
    ) -> None:
        now = datetime.now(UTC)
        async with self._engine.begin() as conn:
            row = await deliveries.read(conn, message.webhook_id)
            if attempt is not None:
                await attempts.add(conn, [attempt])
            if row is None:
                return
            due_at = self._schedule.next_at(row.attempts + 1, now, asked) if spent else row.due_at
            await deliveries.not_taken(
                conn, message.webhook_id, at=now, due_at=due_at, error=reason, status=status, spent=spent
            )

    async def _maybe_rest(self, message: Claimed, reason: str) -> None:
        now = datetime.now(UTC)
        async with self._engine.begin() as conn:
            failures = await deliveries.count_failure(conn, message, now, reason)
            rest = self._breaker.rest_after(failures)
            if rest is not None:
                await deliveries.rest(conn, message, at=now, until=now + rest, trouble="unreachable", detail=reason)

    async def _rest(self, message: Claimed, until: datetime, trouble: str, detail: str) -> None:
        async with self._engine.begin() as conn:
            await deliveries.rest(conn, message, at=datetime.now(UTC), until=until, trouble=trouble, detail=detail)


class Watch:
    """Gives up what nobody took within the schedule's span, and forgets what is old."""

    def __init__(self, engine: AsyncEngine, outbound: Outbound, schedule: Schedule | None = None) -> None:
        self._engine = engine
        self._outbound = outbound
        self._schedule = schedule or Schedule()
        self._tidied = -_TIDY

    async def look(self) -> bool:
        """One round; whether there may be more to give up at once."""
        now = datetime.now(UTC)
        async with self._engine.begin() as conn:
            if time.monotonic() > self._tidied + _TIDY:
                await inbound.prune(conn, now)
                await attempts.prune(conn, now)
                await refusals.prune(conn, now)
                self._tidied = time.monotonic()
            await deliveries.count_held_back(conn)
            hopeless = await deliveries.used_up(conn, now - self._schedule.span)
        given_up = False
        for row in hopeless:
            message = Claimed(row.webhook_id, row.municipality, row.connection, row.incident, probes=False)
            reason = PAUSED if row.is_paused else DISABLED if row.trouble == "disabled" else UNREACHABLE
            if await self._outbound.record_failed(message, reason):
                metrics.GIVEN_UP.labels(row.connection).inc()
                log.error("delivery_given_up", webhook_id=row.webhook_id, connection=row.connection)
                given_up = True
        return given_up
