"""Tells listeners: in order per listener and ticket, again where it was not taken; one that hangs slows no other."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db, logs, telemetry
from chassis.crashpoints import crash_point
from chassis.drain import run_until_stopped
from chassis.heartbeat import Heartbeat
from chassis.listen import Wake
from vendor_bridge import metrics, signing, targets
from vendor_bridge.domain.retry import BreakerPolicy, Schedule
from vendor_bridge.profiles import Disabled, Misconfigured, NotTaken, Outcome, Taken
from vendor_bridge.profiles.webhook import post
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store import hub as store
from vendor_bridge.store.directories import Directories
from vendor_bridge.store.hub import Claimed

POLL: Final = 1.0  # seconds
AT_ONCE: Final = 32
EACH: Final = 4
"""Of one listener at the same time."""
_TIDY: Final = 3600.0
_DRAIN: Final = 9.0

log = logs.get(__name__)


class Notifier:
    """One per process; any number of processes on one database. A dead one's events are told after their lease."""

    def __init__(
        self,
        engine: AsyncEngine,
        client: httpx.AsyncClient,
        directories: Directories,
        secrets: SecretStore,
        *,
        allowed: Collection[str] = (),
        resolver: targets.Resolve = targets.resolve,
        wake: Wake | None = None,
        schedule: Schedule | None = None,
        breaker: BreakerPolicy | None = None,
    ) -> None:
        self._engine = engine
        self._client = client
        self._directories = directories
        self._secrets = secrets
        self._allowed = frozenset(allowed)
        self._resolver = resolver
        self._wake = wake or Wake()
        self._schedule = schedule or Schedule()
        self._breaker = breaker or BreakerPolicy()
        self._in_work: dict[asyncio.Task[None], str] = {}
        self._stopping = False
        self._tidied = -_TIDY
        self._heartbeat = Heartbeat()

    def is_alive(self) -> bool:
        return self._heartbeat.is_alive()

    def stop(self) -> None:
        """Ends `run` after what is in work."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled; notifications on their way are finished."""
        await run_until_stopped(self._run(), self.stop, patience=_DRAIN)

    async def _run(self) -> None:
        while not self._stopping:
            self._heartbeat.beat()
            try:
                if not await self._turn():
                    await self._wake.wait_or(POLL)
            except Exception as error:
                if not db.is_unavailable(error):
                    raise
                log.warning("hub_waits_for_database", error=type(error).__name__)
                await asyncio.sleep(1)
        if self._in_work:
            await asyncio.wait(self._in_work)

    async def _turn(self) -> bool:
        """Whether something was claimed."""
        room = AT_ONCE - len(self._in_work)
        if room <= 0:
            return False
        async with self._engine.begin() as conn:
            if time.monotonic() > self._tidied + _TIDY:
                await store.prune(conn, datetime.now(UTC))
                self._tidied = time.monotonic()
            claimed = await store.claim(conn, limit=room, each=EACH, busy=Counter(self._in_work.values()))
        for event in claimed:
            task = asyncio.create_task(self._guarded(event))
            self._in_work[task] = event.listener
            task.add_done_callback(self._done)
        return bool(claimed)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._in_work[task]
        self._wake.set()

    async def _guarded(self, event: Claimed) -> None:
        """One event's misfortune is not the others'; what our own fault kept from being told goes after its lease."""
        try:
            await self._tell(event)
        except Exception as error:
            if db.is_unavailable(error):
                log.warning("hub_event_waits_for_database", event_id=event.event_id, error=type(error).__name__)
                return
            log.exception("hub_event_broke", event_id=event.event_id, connection=event.connection)
            with suppress(Exception):
                await self._record(event, NotTaken(f"fault of the bridge: {type(error).__name__}"))

    async def _tell(self, event: Claimed) -> None:
        headers = {"content-type": "application/json;charset=utf-8"} | await self._signature(event)
        crash_point("hub.before_send")
        with telemetry.span_from(event.traceparent, f"tell {event.event_type}", "client"):
            telemetry.inject(headers)
            outcome = await post(self._client, event.callback, headers, event.body, self._allowed, self._resolver)
        if isinstance(outcome, Taken):
            crash_point("hub.after_2xx")
        await self._record(event, outcome)

    async def _signature(self, event: Claimed) -> dict[str, str]:
        """TM Forum's hubs know none; where the connection has a secret, a notification is signed as a webhook is."""
        async with self._engine.connect() as conn:
            way = await self._directories.way(conn, event.municipality, event.connection)
        secrets = self._secrets.of(way.connection.secret_ref) if way else ()
        try:
            return signing.sign(secrets, event.event_id, datetime.now(UTC), event.body) if secrets else {}
        except signing.BadSecret:
            log.exception("hub_secret_unusable", connection=event.connection)
            return {}

    async def _record(self, event: Claimed, outcome: Outcome) -> None:
        now = datetime.now(UTC)
        metrics.HUB_EVENTS.labels(event.connection, _word(outcome)).inc()
        async with self._engine.begin() as conn:
            match outcome:
                case Taken(status=status):
                    await store.taken(conn, event, at=now, status=status)
                case Disabled():
                    log.warning("hub_listener_gone", listener=event.listener, connection=event.connection)
                    await store.drop(conn, event.listener)
                case NotTaken() | Misconfigured():
                    asked = outcome.retry_after if isinstance(outcome, NotTaken) else None
                    over = event.first_failed_at is not None and self._schedule.is_used_up(event.first_failed_at, now)
                    rest = self._breaker.rest_after(event.failures + 1)
                    await store.not_taken(
                        conn,
                        event,
                        at=now,
                        due_at=None if over else self._schedule.next_at(event.attempts + 1, now, asked, random.uniform),
                        rest_until=now + rest if rest else None,
                        status=outcome.status if isinstance(outcome, NotTaken) else None,
                        error=outcome.reason,
                    )
                    log.warning("hub_event_not_taken", event_id=event.event_id, connection=event.connection)


def _word(outcome: Outcome) -> str:
    match outcome:
        case Taken():
            return "taken"
        case Disabled():
            return "gone"
        case _:
            return "not_taken"
