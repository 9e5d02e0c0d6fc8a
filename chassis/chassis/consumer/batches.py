"""A partition's records become effects: all in one transaction, or one by one when that failed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import deadletters, failures, inbox, logs
from chassis import messaging_metrics as metrics
from chassis.consumer.endings import HandlerFailed, detail, is_transient, reason
from chassis.consumer.limits import DeadLetterLimit, Policy
from chassis.crashpoints import crash_point
from chassis.failures import Failed
from chassis.messages import Message, Record, Undecodable

M = TypeVar("M", bound=Message)

_LONGEST_NAME: Final = 500

# A handler that swallowed a database error leaves a transaction whose COMMIT silently rolls back: this raises instead.
_STILL_WHOLE: Final = text("SELECT 1")

log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Arrived(Generic[M]):
    """A message with the record it came in."""

    record: Record
    message: M


class Batches(Generic[M]):
    def __init__(
        self,
        engine: AsyncEngine,
        group: str,
        decode: Callable[[Record], M | None],
        handle: Callable[[AsyncConnection, Sequence[M]], Awaitable[None]],
        policy: Policy,
        limit: DeadLetterLimit,
        parked: Callable[[AsyncConnection, Sequence[M]], Awaitable[None]] | None = None,
    ) -> None:
        self._engine = engine
        self._group = group
        self._decode = decode
        self._handle = handle
        self._policy = policy
        self._limit = limit
        self._parked = parked

    async def run(self, records: Sequence[Record], go_on: Callable[[], bool]) -> int:
        """Every record of one partition has its ending in the database; the offset to read from next.

        `go_on` is asked between messages when they go one by one. Raises what is transient (nothing is lost by
        running the same again), DeadLetterLimitReached, and faults of the wiring.
        """
        arrived, unreadable = self._decoded(records)
        for record, error in unreadable:
            await self.bury(record, error)
        if arrived:
            try:
                await self._together(arrived, self._policy.batch_timeout)
            except HandlerFailed as failure:
                log.warning("batch_failed", messages=len(arrived), reason=reason(_cause(failure)))
                return await self._one_by_one(arrived, records[-1].offset + 1, go_on)
        return records[-1].offset + 1

    def _decoded(self, records: Sequence[Record]) -> tuple[list[Arrived[M]], list[tuple[Record, Exception]]]:
        arrived: list[Arrived[M]] = []
        unreadable: list[tuple[Record, Exception]] = []
        for record in records:
            try:
                message = decoded(self._decode, record)
            except Exception as error:  # noqa: BLE001 whatever bytes do to a decoder, the others go on
                unreadable.append((record, error))
            else:
                if message is not None:
                    arrived.append(Arrived(record, message))
        skipped = len(records) - len(arrived) - len(unreadable)
        metrics.CONSUMED.labels(self._group, "skipped").inc(skipped)
        return arrived, unreadable

    async def bury(self, record: Record, error: Exception) -> None:
        """Stores what nobody can read as a dead letter; it holds no key, as nobody knows them."""
        self._limit.count()
        failed = Failed(
            record=record,
            event_id=record.position,
            type=_type_of(record),
            keys=(),
            state="dead",
            reason=reason(error),
            detail=detail(error),
        )
        async with self._engine.begin() as conn:
            if await failures.add(conn, [failed]):
                await deadletters.announce(conn, self._group, failed)
        log.error("message_undecodable", position=record.position, reason=failed.reason)
        metrics.CONSUMED.labels(self._group, "undecodable").inc()

    async def _together(self, arrived: Sequence[Arrived[M]], timeout: timedelta) -> None:
        """One transaction: claim, park what must wait, handle the rest. Raises HandlerFailed."""
        with metrics.BATCH_SECONDS.labels(self._group).time():
            try:
                async with self._engine.begin() as conn:
                    runnable, parked = await self._claimed(conn, arrived)
                    if runnable:
                        await call(self._handle, conn, [each.message for each in runnable], timeout)
                    crash_point("consumer.before_commit")
            except DBAPIError as error:
                # Deferred constraints speak at commit.
                if is_transient(error) or not _is_constraint(error):
                    raise
                raise HandlerFailed from error
        crash_point("consumer.after_commit")
        self._count(len(runnable), parked, len(arrived))

    async def _claimed(
        self, conn: AsyncConnection, arrived: Sequence[Arrived[M]]
    ) -> tuple[list[Arrived[M]], list[Arrived[M]]]:
        """What is new, split into what may run and what was parked."""
        place = arrived[0].record
        await failures.lock(conn, place.topic, place.partition)
        new = await inbox.claim(conn, [each.message for each in arrived], [each.record for each in arrived])
        fresh: list[Arrived[M]] = []
        for each in arrived:
            if each.message.id in new:
                new.discard(each.message.id)  # a second copy in this batch is a repeat
                fresh.append(each)
        held = await failures.held_keys(conn, list({key for each in fresh for key in each.message.keys}))
        runnable, parked = part(fresh, held)
        if parked:
            await failures.add(conn, [_parked(each) for each in parked])
            if self._parked is not None:
                await self._parked(conn, [each.message for each in parked])
        return runnable, parked

    async def _one_by_one(self, arrived: Sequence[Arrived[M]], end: int, go_on: Callable[[], bool]) -> int:
        deadline = time.monotonic() + self._policy.one_by_one.total_seconds()
        for each in arrived:
            if not go_on() or time.monotonic() > deadline:
                return each.record.offset
            await self._alone(each)
        return end

    async def _alone(self, each: Arrived[M]) -> None:
        """Tried in place; then set aside, so that its partition goes on."""
        error: BaseException | None = None
        for attempt in range(self._policy.tries):
            if attempt:
                await asyncio.sleep(self._policy.between_tries.total_seconds())
            try:
                await self._together([each], self._policy.message_timeout)
            except HandlerFailed as failure:
                error = _cause(failure)
            else:
                return
        if error is not None:
            await self._set_aside(each, error)

    async def _set_aside(self, each: Arrived[M], error: BaseException) -> None:
        self._limit.count()
        async with self._engine.begin() as conn:
            runnable, _ = await self._claimed(conn, [each])
            if not runnable:
                return
            failed = Failed(
                record=each.record,
                event_id=each.message.id,
                type=each.message.type,
                keys=each.message.keys,
                state="retrying",
                reason=reason(error),
                detail=detail(error),
                attempts=1,
                due_in=self._policy.retries[0],
                traceparent=each.message.traceparent,
            )
            await failures.add(conn, [failed])
        log.error(
            "message_failed",
            event_id=each.message.id,
            event_type=each.message.type,
            reason=failed.reason,
        )
        metrics.CONSUMED.labels(self._group, "failed").inc()

    def _count(self, handled: int, parked: Sequence[Arrived[M]], arrived: int) -> None:
        metrics.CONSUMED.labels(self._group, "handled").inc(handled)
        metrics.CONSUMED.labels(self._group, "parked").inc(len(parked))
        metrics.CONSUMED.labels(self._group, "duplicate").inc(arrived - handled - len(parked))
        for each in parked:
            log.warning("message_parked", event_id=each.message.id, event_type=each.message.type)


def part(fresh: Sequence[Arrived[M]], held: set[str]) -> tuple[list[Arrived[M]], list[Arrived[M]]]:
    """Splits messages into those that may run and those behind a held key; the latter hold their own keys too."""
    held = set(held)
    runnable: list[Arrived[M]] = []
    parked: list[Arrived[M]] = []
    for each in fresh:
        if held.isdisjoint(each.message.keys):
            runnable.append(each)
        else:
            held.update(each.message.keys)
            parked.append(each)
    return runnable, parked


def decoded(decode: Callable[[Record], M | None], record: Record) -> M | None:
    """The message, if the database can hold its names; raises Undecodable."""
    message = decode(record)
    if message is None:
        return None
    for name in (message.id, message.type, *message.keys):
        if not name or len(name) > _LONGEST_NAME or "\0" in name or "\x1f" in name:
            raise Undecodable("an id, type or key is empty, too long or has control characters")
    return message


async def call(
    handle: Callable[[AsyncConnection, Sequence[M]], Awaitable[None]],
    conn: AsyncConnection,
    messages: Sequence[M],
    timeout: timedelta,
) -> None:
    """Runs the handler within its time; raises HandlerFailed, or what is transient as it is."""
    try:
        async with asyncio.timeout(timeout.total_seconds()):
            await handle(conn, messages)
            await conn.execute(_STILL_WHOLE)
    except Exception as error:
        if is_transient(error):
            raise
        raise HandlerFailed from error


def _parked(each: Arrived[M]) -> Failed:
    return Failed(
        record=each.record,
        event_id=each.message.id,
        type=each.message.type,
        keys=each.message.keys,
        state="parked",
        reason="waits for an earlier message",
        traceparent=each.message.traceparent,
    )


def _cause(failure: HandlerFailed) -> BaseException:
    return failure.__cause__ or failure


def _is_constraint(error: DBAPIError) -> bool:
    return str(getattr(error.orig, "sqlstate", None) or "").startswith("23")


def _type_of(record: Record) -> str:
    try:
        name = record.header("ce_type") or "unknown"
    except Undecodable:
        return "unknown"
    return name if len(name) <= _LONGEST_NAME and name.isprintable() else "unknown"
