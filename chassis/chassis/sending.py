"""The relay's hands on Kafka: rows become batches, one per partition, and batches become offsets.

At most one batch per partition is on its way, so no failure lets a later message pass an earlier one.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from chassis import kafka, logs
from chassis.crashpoints import crash_point
from chassis.kafka import KafkaSettings

FLUSH: Final = 1.0  # seconds that a producer gets for its last acknowledgements
_START: Final = 15.0
_FIRST_REST: Final = 0.2
_LONGEST_REST: Final = 2.0
_METADATA: Final = 1.0  # seconds that others wait once for an unknown topic
_ASK: Final = 0.2  # seconds between questions whether to wait on

Place = tuple[int, str, int, int]  # outbox id, topic, partition, offset

log = logs.get(__name__)
_partitioner = DefaultPartitioner()


class _SendFailed(Exception):
    """Kafka refused a batch for good, or the producer is beyond use."""


@dataclass(slots=True)
class _Batch:
    """Rows for one partition, in order; full once `builder` takes no more."""

    topic: str
    partition: int
    builder: BatchBuilder
    ids: list[int] = field(default_factory=list)


class Rests:
    """Topics that failed are left alone for a while, so that one that is missing does not hold up the others."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._pause: dict[str, float] = {}

    def failed(self, topic: str) -> None:
        pause = min(self._pause.get(topic, _FIRST_REST / 2) * 2, _LONGEST_REST)
        self._pause[topic] = pause
        self._until[topic] = time.monotonic() + pause

    def succeeded(self, topic: str) -> None:
        self._pause.pop(topic, None)
        self._until.pop(topic, None)

    def topics(self) -> list[str]:
        now = time.monotonic()
        return [topic for topic, until in self._until.items() if until > now]

    def remaining(self) -> float:
        now = time.monotonic()
        return min((until - now for until in self._until.values() if until > now), default=_LONGEST_REST)


class Sender:
    """Sends through one producer, and starts another after any failure.

    `in_doubt` says that something may lie in Kafka which nobody has marked.
    """

    def __init__(self, connect: KafkaSettings, client_id: str) -> None:
        self._connect = connect
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None
        self._lookups: dict[str, asyncio.Future[set[int]]] = {}
        self.rests = Rests()
        self.in_doubt = True

    async def send(self, rows: Sequence[asyncpg.Record], wait_on: Callable[[], Awaitable[bool]]) -> list[Place]:
        """Where the acknowledged rows lie; the others' topics rest. Raises KafkaError when no broker answers at all.

        While Kafka is away it waits for as long as `wait_on` agrees: the producer repeats in order, without a double.
        """
        producer = await self._started_producer()
        batches = await self._batches(producer, rows)
        crash_point("relay.before_publish")
        acknowledged = await self._acknowledged(producer, batches, wait_on)
        if len(acknowledged) < len(batches):
            await self.discard()
        return [
            (outbox_id, batch.topic, batch.partition, first + position)
            for batch, first in acknowledged
            for position, outbox_id in enumerate(batch.ids)
        ]

    async def discard(self) -> None:
        """Gives up the producer with all that it has not got through; nothing of it arrives later."""
        producer, self._producer = self._producer, None
        self.in_doubt = True
        lookups, self._lookups = self._lookups, {}
        for lookup in lookups.values():
            lookup.cancel()
        if producer is not None:
            await kafka.discard(producer, FLUSH)

    async def _started_producer(self) -> AIOKafkaProducer:
        if self._producer is None:
            self._producer = kafka.producer(self._connect, self._client_id)
            async with asyncio.timeout(_START):
                await self._producer.start()
        return self._producer

    async def _batches(self, producer: AIOKafkaProducer, rows: Sequence[asyncpg.Record]) -> list[_Batch]:
        """One batch per partition, as many of its first rows as fit."""
        partitions = await self._partitions(producer, {row["topic"] for row in rows})
        open_batches: dict[tuple[str, int], _Batch] = {}
        full: set[tuple[str, int]] = set()
        for row in rows:
            topic, key = row["topic"], row["key"].encode()
            if topic not in partitions:
                continue
            partition = _partitioner(key, partitions[topic], partitions[topic])
            place = (topic, partition)
            if place in full:
                continue
            batch = open_batches.setdefault(place, _Batch(topic, partition, producer.create_batch()))
            if batch.builder.append(timestamp=None, key=key, value=row["value"], headers=_headers(row)) is None:
                full.add(place)
            else:
                batch.ids.append(row["id"])
        for batch in open_batches.values():
            batch.builder.close()
        return list(open_batches.values())

    async def _partitions(self, producer: AIOKafkaProducer, topics: set[str]) -> dict[str, list[int]]:
        """Of the topics that Kafka knows. One that it does not is asked for in the background, and rests meanwhile."""
        new = topics - self._lookups.keys()
        for topic in new:
            self._lookups[topic] = asyncio.ensure_future(producer.partitions_for(topic))
        if new:
            await asyncio.wait([self._lookups[topic] for topic in new], timeout=_METADATA)
        known: dict[str, list[int]] = {}
        for topic in topics:
            lookup = self._lookups[topic]
            if lookup.done() and lookup.exception() is None:
                known[topic] = sorted(lookup.result())
                continue
            if lookup.done():
                del self._lookups[topic]
            log.warning("relay_finds_no_topic", topic=topic)
            self.rests.failed(topic)
        return known

    async def _acknowledged(
        self, producer: AIOKafkaProducer, batches: Sequence[_Batch], wait_on: Callable[[], Awaitable[bool]]
    ) -> list[tuple[_Batch, int]]:
        """The batches that arrived with the offset of their first message."""
        sent = [asyncio.ensure_future(self._send_one(producer, batch)) for batch in batches]
        try:
            pending = set(sent)
            while pending:
                _, pending = await asyncio.wait(pending, timeout=_ASK)
                if pending and not await wait_on():
                    break
        finally:
            for future in sent:
                future.cancel()
        acknowledged: list[tuple[_Batch, int]] = []
        for batch, future in zip(batches, sent, strict=True):
            if future.done() and not future.cancelled() and future.exception() is None:
                acknowledged.append((batch, future.result()))
                self.rests.succeeded(batch.topic)
            else:
                self.rests.failed(batch.topic)
        return acknowledged

    async def _send_one(self, producer: AIOKafkaProducer, batch: _Batch) -> int:
        try:
            delivered = await producer.send_batch(batch.builder, batch.topic, partition=batch.partition)
            offset: int = (await delivered).offset
        except KafkaError as error:
            log.warning(
                "relay_could_not_send",
                topic=batch.topic,
                partition=batch.partition,
                error=type(error).__name__,
            )
            raise _SendFailed from error
        return offset


def _headers(row: asyncpg.Record) -> list[tuple[str, bytes]]:
    headers = [(name, value.encode()) for name, value in json.loads(row["headers"]).items()]
    headers.append(("ce_sequence", str(row["id"]).encode()))
    if row["traceparent"]:
        headers.append(("traceparent", row["traceparent"].encode()))
    return headers
