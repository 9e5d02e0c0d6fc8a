"""Failed messages run again when due, and those parked behind them in order, by whichever replica comes first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import deadletters, failures, inbox, logs
from chassis import messaging_metrics as metrics
from chassis.consumer.batches import call, decoded
from chassis.consumer.endings import HandlerFailed, detail, is_transient, reason
from chassis.consumer.limits import DeadLetterLimit, DeadLetterLimitReached, Policy
from chassis.consumer.processing import processing
from chassis.messages import Message, Record

M = TypeVar("M", bound=Message)

_AT_ONCE: Final = 100  # messages in one transaction, a savepoint each
_SLICE: Final = 1.0  # seconds that live messages of the partition wait at most for quick ones
_STATES: Final = ("retrying", "parked", "dead")

log = logs.get(__name__)


class _Interrupted(Exception):
    """The handler took too long; its connection went with it."""

    def __init__(self, row: Row[Any], error: BaseException) -> None:
        super().__init__()
        self.row = row
        self.error = error


class Retries(Generic[M]):
    def __init__(
        self,
        engine: AsyncEngine,
        group: str,
        decode: Callable[[Record], M | None],
        handle: Callable[[AsyncConnection, Sequence[M]], Awaitable[None]],
        policy: Policy,
        limit: DeadLetterLimit,
    ) -> None:
        self._engine = engine
        self._group = group
        self._decode = decode
        self._handle = handle
        self._policy = policy
        self._limit = limit

    async def run(self) -> None:
        while True:
            try:
                if not self._limit.reached:
                    await self._run_due()
            except DeadLetterLimitReached:
                log.critical("dead_letter_limit_reached", group=self._group)
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("retries_wait", error=type(error).__name__)
            await asyncio.sleep(self._policy.poll.total_seconds())

    async def _run_due(self) -> None:
        async with self._engine.connect() as conn:
            places = await failures.due_places(conn)
            counts = await failures.counts(conn)
        for state in _STATES:
            metrics.FAILED.labels(self._group, state).set(counts.get(state, 0))
        for topic, partition in places:
            while await self._slice(topic, partition):
                continue

    async def _slice(self, topic: str, partition: int) -> bool:
        """Runs what is due in one transaction; whether more may be."""
        try:
            async with self._engine.begin() as conn:
                await failures.lock(conn, topic, partition)
                return await self._in_order(conn, topic, partition)
        except _Interrupted as interrupted:
            async with self._engine.begin() as conn:
                await failures.lock(conn, topic, partition)
                row = await failures.next_due(conn, topic, partition)
                if row is not None and row.id == interrupted.row.id:
                    await self._failed_again(conn, row, interrupted.error)
            return True

    async def _in_order(self, conn: AsyncConnection, topic: str, partition: int) -> bool:
        deadline = time.monotonic() + _SLICE
        for _ in range(_AT_ONCE):
            row = await failures.next_due(conn, topic, partition)
            if row is None:
                return False
            await self._again(conn, row)
            if time.monotonic() > deadline:
                return True
        return True

    async def _again(self, conn: AsyncConnection, row: Row[Any]) -> None:
        try:
            message = decoded(self._decode, failures.record_of(row))
        except Exception as error:  # noqa: BLE001 as at its arrival: whatever bytes do to a decoder
            await self._failed_again(conn, row, error)
            return
        try:
            async with conn.begin_nested():
                if message is not None and await self._is_first(conn, row, message):
                    with processing(message):
                        await call(self._handle, conn, [message], self._policy.message_timeout)
        except HandlerFailed as failure:
            cause = failure.__cause__ or failure
            if isinstance(cause, TimeoutError):
                raise _Interrupted(row, cause) from failure
            await self._failed_again(conn, row, cause)
        else:
            await failures.remove(conn, row)
            log.info("message_recovered", event_id=row.event_id, attempts=row.attempts)

    async def _is_first(self, conn: AsyncConnection, row: Row[Any], message: M) -> bool:
        """What could not be decoded at its arrival has claimed no id yet."""
        return message.id == row.event_id or bool(await inbox.claim(conn, [message], [failures.record_of(row)]))

    async def _failed_again(self, conn: AsyncConnection, row: Row[Any], error: BaseException) -> None:
        if row.attempts == 0:
            self._limit.count()
        attempts = row.attempts + 1
        due_in = self._policy.retries[attempts - 1] if attempts <= len(self._policy.retries) else None
        why = reason(error)
        await failures.put_off(conn, row.id, attempts, due_in, why, detail(error))
        if due_in is None:
            await deadletters.announce_row(conn, self._group, row, why)
        log.error(
            "message_dead" if due_in is None else "message_failed_again",
            event_id=row.event_id,
            event_type=row.type,
            attempts=attempts,
            reason=why,
        )
