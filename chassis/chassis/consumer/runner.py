"""The poll loop: who has which partition, what is in work, what is committed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final, Generic, TypeVar

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import kafka, logs
from chassis import messaging_metrics as metrics
from chassis.consumer.batches import Batches
from chassis.consumer.endings import is_transient
from chassis.consumer.limits import DeadLetterLimit, DeadLetterLimitReached, Policy
from chassis.consumer.offsets import Offsets
from chassis.consumer.retries import Retries
from chassis.consumer.tidying import tidy
from chassis.drain import run_until_stopped
from chassis.heartbeat import Heartbeat
from chassis.kafka import KafkaSettings
from chassis.messages import Message, Record, Undecodable

M = TypeVar("M", bound=Message)

_IDLE: Final = 500  # milliseconds that a poll waits for records
_BESIDE_WORK: Final = 100  # the same while a slow partition is in work
_GRACE: Final = 0.25  # seconds until other partitions no longer wait for one
_DRAIN: Final = 8.0  # seconds for the batch in hand at a stop
_LEAVE: Final = 2.0  # seconds to leave the group

log = logs.get(__name__)


class Consumer(Generic[M]):
    """One member of a group on one topic. See the package's docstring.

    `is_alive` is for liveness, `is_consuming` for readiness. `parked` is told, in their transaction, of messages that
    have to wait behind a failed one: for what may be done to stored messages at once.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        connect: KafkaSettings,
        topic: str,
        group: str,
        decode: Callable[[Record], M | None],
        handle: Callable[[AsyncConnection, Sequence[M]], Awaitable[None]],
        *,
        policy: Policy | None = None,
        parked: Callable[[AsyncConnection, Sequence[M]], Awaitable[None]] | None = None,
    ) -> None:
        self._engine = engine
        self._connect = connect
        self._topic = topic
        self._group = group
        self._policy = policy or Policy()
        self._limit = DeadLetterLimit(self._policy.failures, self._policy.failures_within)
        self._batches = Batches(engine, group, decode, handle, self._policy, self._limit, parked)
        self._retries = Retries(engine, group, decode, handle, self._policy, self._limit)
        self._stopping = asyncio.Event()
        self._holding = False
        self._work: dict[TopicPartition, asyncio.Task[None]] = {}
        self._oldest: dict[TopicPartition, float] = {}
        self._offsets = Offsets()
        self._client: AIOKafkaConsumer | None = None
        self._assigned: set[TopicPartition] = set()
        self._heartbeat = Heartbeat()

    def is_alive(self) -> bool:
        """Whether the loop polls, or tries to reach Kafka."""
        return self._heartbeat.is_alive()

    async def is_consuming(self) -> bool:
        """False after the dead-letter limit stopped it, until `resume` or a restart."""
        return not self._limit.reached

    @property
    def partitions(self) -> frozenset[int]:
        return frozenset(place.partition for place in self._assigned)

    def resume(self) -> None:
        """Goes on after the dead-letter limit."""
        self._limit.reset()
        self._oldest.clear()

    def stop(self) -> None:
        """Ends `run` after the batch in hand."""
        self._stopping.set()

    async def run(self) -> None:
        """Consumes until cancelled or stopped. Kafka or the database being away only makes it wait."""
        await run_until_stopped(self._run(), self.stop, patience=_DRAIN + _LEAVE + 1)

    async def _run(self) -> None:
        tasks = [asyncio.create_task(part) for part in (self._consume(), self._retries.run(), tidy(self._engine))]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _consume(self) -> None:
        while not self._stopping.is_set():
            self._heartbeat.beat()
            client = kafka.consumer(
                self._connect, self._connect.topic(self._group), f"{self._group}-consumer", self._policy.gather
            )
            self._client = client
            try:
                await client.start()
                client.subscribe([self._topic], listener=self)
                while not self._stopping.is_set():
                    await self._poll(client)
            except (KafkaError, OSError) as error:
                if isinstance(error, KafkaError) and not error.retriable:
                    raise
                log.warning("consumer_waits_for_kafka", error=type(error).__name__)
                await self._pause(1.0)
            except asyncio.CancelledError:
                if (current := asyncio.current_task()) is None or current.cancelling():
                    raise
                # Nobody stops us: the client gave up a future of its own, as when its connection closes.
                log.warning("consumer_waits_for_kafka", exc_info=True)
                await self._pause(1.0)
            finally:
                await self._leave(client)

    async def _poll(self, client: AIOKafkaConsumer) -> None:
        self._heartbeat.beat()
        self._measure()
        if self._limit.reached:
            client.pause(*client.assignment())
        else:
            client.resume(*(client.paused() - self._work.keys()))
        wait = _BESIDE_WORK if self._work or self._offsets else _IDLE
        try:
            found = await client.getmany(timeout_ms=wait, max_records=self._policy.batch)
        except KafkaError:
            raise
        except Exception as error:  # noqa: BLE001 aiokafka raises here whatever a header's name does to UTF-8
            log.warning("records_unreadable", error=type(error).__name__)
            await self._step_over(client)
            return
        self._start(client, found)
        await self._settle(client)
        await self._offsets.commit_if_due(client)

    def _start(self, client: AIOKafkaConsumer, found: Mapping[TopicPartition, Sequence[ConsumerRecord]]) -> None:
        for place, records in found.items():
            before = self._work.get(place)
            self._work[place] = asyncio.create_task(self._partition(client, place, records, before))

    async def _step_over(self, client: AIOKafkaConsumer) -> None:
        """Takes records singly up to the one that cannot be read, and buries that one.

        Its batch is one sender's, and read from its start each time: what lies behind it there is lost with it.
        """
        for place in client.assignment() - self._work.keys():
            try:
                while not self._limit.reached and (
                    found := await client.getmany(place, timeout_ms=_IDLE, max_records=1)
                ):
                    self._start(client, found)
                    await self._settle(client)
                    if place in self._work:
                        return
            except KafkaError:
                raise
            except Exception as error:  # noqa: BLE001 as above
                offset = await client.position(place)
                record = Record(place.topic, place.partition, offset, None, None)
                unreadable = Undecodable(f"Kafka's client cannot read it: {type(error).__name__}")
                await self._bury(client, place, record, unreadable)

    async def _bury(self, client: AIOKafkaConsumer, place: TopicPartition, record: Record, error: Exception) -> None:
        try:
            await self._batches.bury(record, error)
        except DeadLetterLimitReached as reached:
            log.critical("dead_letter_limit_reached", group=self._group, reason=str(reached))
        except Exception as failure:
            if not is_transient(failure):
                raise
            await self._pause(1.0)  # the same record is met again
        else:
            _seek(client, place, record.offset + 1)

    async def _settle(self, client: AIOKafkaConsumer) -> None:
        """Waits for quick work; a slow partition is paused and the others go on."""
        if not self._work:
            return
        _, pending = await asyncio.wait(self._work.values(), timeout=_GRACE)
        for place, task in list(self._work.items()):
            if task in pending:
                if place in client.assignment():
                    client.pause(place)
                continue
            del self._work[place]
            if not self._limit.reached:
                self._oldest.pop(place, None)
            task.result()

    async def _partition(
        self,
        client: AIOKafkaConsumer,
        place: TopicPartition,
        records: Sequence[ConsumerRecord],
        before: asyncio.Task[None] | None,
    ) -> None:
        if before is not None:
            await asyncio.wait([before])
        if self._limit.reached:
            _seek(client, place, records[0].offset)
            return
        self._oldest[place] = records[0].timestamp / 1000
        try:
            offset = await self._effects([kafka.received(record) for record in records])
        except DeadLetterLimitReached as reached:
            log.critical("dead_letter_limit_reached", group=self._group, reason=str(reached))
            _seek(client, place, records[0].offset)
            return
        if offset is None:
            return
        if offset <= records[-1].offset:
            _seek(client, place, offset)
        self._offsets.note(place, offset)

    async def _effects(self, records: Sequence[Record]) -> int | None:
        """The offset to commit; None if the partition goes elsewhere before the database came back."""
        wait = 0.1
        while True:
            try:
                return await self._batches.run(records, go_on=lambda: not self._is_held())
            except Exception as error:
                if not is_transient(error):
                    raise
                metrics.WAITING.labels(self._group).inc()
                log.warning("batch_waits", error=type(error).__name__)
            await self._pause(wait)
            wait = min(wait * 2, self._policy.longest_wait.total_seconds())
            if self._is_held():
                return None

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Holds the group back until the batches in work have ended, within bounds."""
        self._holding = True
        if self._work:
            await asyncio.wait(self._work.values(), timeout=self._policy.hold.total_seconds())
        if self._client is not None:
            await self._offsets.commit(self._client)
        self._assigned = set()
        for place in revoked:
            metrics.LAG_SECONDS.labels(self._group, str(place.partition)).set(0)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._holding = False
        self._assigned = set(assigned)
        log.info("partitions_assigned", partitions=sorted(self.partitions))

    def _is_held(self) -> bool:
        return self._holding or self._stopping.is_set()

    def _measure(self) -> None:
        now = time.time()
        metrics.STOPPED.labels(self._group).set(self._limit.reached)
        for place in self._assigned:
            lag = max(0.0, now - self._oldest[place]) if place in self._oldest else 0.0
            metrics.LAG_SECONDS.labels(self._group, str(place.partition)).set(lag)

    async def _leave(self, client: AIOKafkaConsumer) -> None:
        """Finishes what is in work, gives its offsets, leaves the group."""
        self._holding = True
        if self._work:
            _, pending = await asyncio.wait(self._work.values(), timeout=_DRAIN)
            for task in pending:
                task.cancel()
            results = await asyncio.gather(*self._work.values(), return_exceptions=True)
            self._work.clear()
            for result in results:
                if isinstance(result, Exception) and not is_transient(result):
                    log.error("batch_ended_badly", exc_info=result)
        await self._offsets.commit(client)
        await kafka.leave(client, _LEAVE)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()


def _seek(client: AIOKafkaConsumer, place: TopicPartition, offset: int) -> None:
    with suppress(IllegalStateError):  # given to another member meanwhile
        client.seek(place, offset)


# aiokafka asks for an instance; inheriting from an untyped class would hide the types of this one.
ConsumerRebalanceListener.register(Consumer)
