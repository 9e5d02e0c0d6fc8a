"""The sender: leases what is due, sends each mail outside of any transaction, records what became of it.

One works per database, held by a session lock, so that a person's mails arrive in the order of what happened; the
others stand by. A mail sent twice, after a crash between the server's 250 and the record, has the same Message-ID.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db, logs
from chassis.crashpoints import crash_point
from chassis.drain import run_until_stopped
from chassis.heartbeat import Heartbeat
from chassis.listen import Wake
from chassis.mail import BadAddress, Sender
from chassis.smtp import Accepted, Line, MailServer, Misconfigured, Outcome, PutOff, Refused, ServerAway
from chassis.telemetry import span_from
from contracts import ids
from contracts.events.notifier import NotificationEvent, NotificationFailed, NotificationSent
from notifier import handlers, mail, metrics
from notifier.domain import letters
from notifier.domain.retry import Rest, Schedule
from notifier.store import queue
from notifier.store.directories import Directories
from notifier.store.queue import Due

POLL: Final = 1.0  # seconds
AT_ONCE: Final = 20
_STANDBY: Final = 0.5  # seconds between attempts to become the one sender
_MEASURE: Final = 10.0
_DRAIN: Final = 9.0

log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Office:
    """What every mail has in common."""

    server: MailServer
    sender: Sender
    pages_url: str


class Delivery:
    """`await Delivery(engine, office).run()`; cancel it to stop after the mail in hand."""

    def __init__(
        self,
        engine: AsyncEngine,
        office: Office,
        *,
        wake: Wake | None = None,
        schedule: Schedule | None = None,
        rest: Rest | None = None,
    ) -> None:
        self._engine = engine
        self._office = office
        self._wake = wake or Wake()
        self._schedule = schedule or Schedule()
        self._rest = rest or Rest()
        self._directories = Directories()
        self._failures = 0
        self._stopping = asyncio.Event()
        self._lost = asyncio.Event()
        self._measured = -_MEASURE
        self._heartbeat = Heartbeat()

    def is_alive(self) -> bool:
        return self._heartbeat.is_alive()

    def stop(self) -> None:
        """Ends `run` after the mail in hand."""
        self._stopping.set()
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled; the database or the mail server being away only makes it wait."""
        await run_until_stopped(self._run(), self.stop, patience=_DRAIN)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._serve()
            except Exception as error:
                if not db.is_unavailable(error):
                    raise
                log.warning("sender_waits_for_database", error=type(error).__name__)
                await self._pause(1)

    async def _serve(self) -> None:
        """As the one sender, for as long as the lock's connection lasts."""
        async with db.dedicated(self._engine) as connection:
            self._lost = asyncio.Event()
            connection.add_termination_listener(lambda _connection: self._lost.set())
            while not await connection.fetchval(queue.LOCK):
                self._heartbeat.beat()
                await self._pause(_STANDBY)
                if self._stopping.is_set():
                    return
            await connection.execute(queue.FREE)  # whoever leased before is gone
            while not self._is_over():
                self._heartbeat.beat()
                await self._measure()
                if not await self.turn():
                    await self._wake.wait_or(POLL)

    def _is_over(self) -> bool:
        return self._stopping.is_set() or self._lost.is_set()

    async def turn(self) -> bool:
        """Send what is due, a few at a time; whether there may be more at once."""
        dues = await queue.lease(self._engine, self._directories, AT_ONCE)
        if not dues:
            return False
        done = 0
        try:
            async with self._office.server.connected() as line:
                for due in dues:
                    if self._is_over():
                        break
                    await self._send(line, due)
                    self._heartbeat.beat()
                    done += 1
        except ServerAway as error:
            await self._wait_for_server(dues[done:], "away", str(error))
        except Misconfigured as error:
            await self._wait_for_server(dues[done:], "misconfigured", str(error))
        else:
            self._failures = 0
            await queue.give_back(self._engine, dues[done:])
        return True

    async def _wait_for_server(self, left: Sequence[Due], trouble: str, reason: str) -> None:
        """Nothing is lost and no attempt spent: they stay due in their order."""
        await queue.give_back(self._engine, left)
        self._failures += 1
        metrics.SERVER_TROUBLE.labels(trouble).inc()
        log.warning("mail_server_in_trouble", trouble=trouble, reason=reason, failures=self._failures)
        await self._pause(self._rest.after(self._failures).total_seconds())

    async def _send(self, line: Line, due: Due) -> None:
        """One attempt."""
        notification, now = due.notification, datetime.now(UTC)
        with span_from(due.traceparent, f"send {notification.occasion} mail", "client"):
            if self._schedule.is_too_late(notification.planned_at, now):
                outcome: Outcome = Refused("it could not be sent in time")
            else:
                outcome = await self._attempt(line, due, now)
            await self._record(due, outcome)

    async def _attempt(self, line: Line, due: Due, now: datetime) -> Outcome:
        person, notification = due.person, due.notification
        if person is None or person.address is None:
            return Refused("the person has no address any more")
        if not due.tickets:
            return Refused("the case is not known any more")
        letter = letters.compose(notification, person, due.tickets, due.directory, self._office.pages_url)
        try:
            message = mail.build(
                letter,
                notification=notification.id,
                case=notification.case,
                sender=self._office.sender,
                to=person.address,
                at=now,
            )
        except BadAddress:
            return Refused("the address cannot be written to")
        crash_point("notifier.before_send")
        began = time.perf_counter()
        outcome = await line.send(message, sender=self._office.sender.address, to=str(message["To"]))
        metrics.SEND_SECONDS.observe(time.perf_counter() - began)
        if isinstance(outcome, Accepted):
            crash_point("notifier.after_250")
        return outcome

    async def _record(self, due: Due, outcome: Outcome) -> None:
        notification, now = due.notification, datetime.now(UTC)
        about = {"notification": notification.id, "occasion": notification.occasion}
        match outcome:
            case Accepted():
                await handlers.end(self._engine, due, _sent(due, now))
                metrics.DELAY_SECONDS.observe((now - notification.planned_at).total_seconds())
                metrics.MAILS.labels(notification.occasion, "sent").inc()
                log.info("notification_sent", **about)
            case Refused(reason=reason):
                await handlers.end(self._engine, due, _failed(due, now, reason))
                metrics.MAILS.labels(notification.occasion, "failed").inc()
                log.error("notification_failed", reason=reason, **about)
            case PutOff(reason=reason):
                await queue.put_off(self._engine, due, self._schedule.next_at(due.attempts + 1, now))
                metrics.MAILS.labels(notification.occasion, "put_off").inc()
                log.warning("notification_put_off", reason=reason, **about)

    async def _measure(self) -> None:
        if time.monotonic() < self._measured + _MEASURE:
            return
        self._measured = time.monotonic()
        async with self._engine.connect() as conn:
            backlog = await queue.backlog(conn)
        metrics.PENDING.set(backlog.pending)
        metrics.PENDING_AGE.set(backlog.age)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return


def _sent(due: Due, at: datetime) -> NotificationEvent:
    return NotificationSent.model_validate(_ending(due, at, "sent"))


def _failed(due: Due, at: datetime, reason: str) -> NotificationEvent:
    return NotificationFailed.model_validate(_ending(due, at, "failed") | {"reason": reason})


def _ending(due: Due, at: datetime, how: str) -> dict[str, Any]:
    notification = due.notification
    return {
        "id": ids.derived("event", notification.id, how),
        "at": at,
        "municipality": notification.municipality,
        "caused_by": notification.cause,
        "notification": notification.id,
        "case": notification.case,
        "person": notification.person,
        "channel": "email",
        "occasion": notification.occasion,
    }
