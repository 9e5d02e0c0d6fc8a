"""The outbox' way into Kafka: one relay per database, by id, marked with where each message lies.

Order rests on three things: who speaks about a key holds that key's row lock while it draws outbox ids; one session
advisory lock lets one relay work; and at most one batch per partition is on its way. The lock's connection also reads
and marks, so a relay that lost its lock can mark nothing. A watermark, or several relays with SKIP LOCKED, would lose
or reorder messages.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db, kafka, logs, recovery
from chassis import messaging_metrics as metrics
from chassis.crashpoints import crash_point
from chassis.drain import run_until_stopped
from chassis.heartbeat import Heartbeat
from chassis.kafka import KafkaSettings
from chassis.listen import Wake
from chassis.outbox import CHANNEL

BATCH: Final = 500
POLL: Final = 1.0  # seconds
_MEASURE: Final = 5.0  # seconds between measurements of the backlog
_STANDBY: Final = 0.5  # seconds between attempts to become the one relay
_FIRST_REST: Final = 0.2
_LONGEST_REST: Final = 2.0
_METADATA: Final = 1.0  # seconds that others wait once for an unknown topic
_LAST_ACKS: Final = 3.0  # seconds that a stopping relay waits for acknowledgements
_FLUSH: Final = 1.0

_LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended('outbox relay', 0))"
_UNLOCK: Final = "SELECT pg_advisory_unlock(hashtextextended('outbox relay', 0))"
_UNSENT: Final = """
    SELECT id, key, value, headers::text, traceparent, coalesce(topic, $1) AS topic FROM outbox
    WHERE sent_at IS NULL AND coalesce(topic, $1) <> ALL ($2::text[]) ORDER BY id LIMIT $3
"""
_MARK: Final = """
    UPDATE outbox SET sent_at = now(), topic = sent.topic, partition = sent.partition, "offset" = sent.record_offset
    FROM unnest($1::bigint[], $2::text[], $3::int[], $4::bigint[]) AS sent (id, topic, partition, record_offset)
    WHERE outbox.id = sent.id AND outbox.sent_at IS NULL
"""
_FIRST_UNSENT: Final = """
    SELECT id, event_id, coalesce(topic, $1) AS topic FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT $2
"""
_LAST_MARKED: Final = """
    SELECT topic, partition, max("offset") AS last FROM (
        SELECT topic, partition, "offset" FROM outbox WHERE sent_at IS NOT NULL ORDER BY id DESC LIMIT 1000
    ) AS recent
    GROUP BY topic, partition
"""
_BACKLOG: Final = """
    SELECT count(*) AS unsent, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS age
    FROM (SELECT created_at FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT 100000) AS waiting
"""

log = logs.get(__name__)
_partitioner = DefaultPartitioner()


class _LeadershipLost(Exception):
    """The lock's connection is gone; another relay may be at work."""


class _SendFailed(Exception):
    """Kafka refused a batch for good, or the producer is beyond use."""


@dataclass(slots=True)
class _Batch:
    """Rows for one partition, in order; full once `builder` takes no more."""

    topic: str
    partition: int
    builder: BatchBuilder
    ids: list[int] = field(default_factory=list)


class _Rests:
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
        return min((until - now for until in self._until.values() if until > now), default=POLL)


class Relay:
    """`await Relay(engine, kafka_settings, "cases", "routing").run()`; cancel it to stop after the batch in hand.

    `source` names the service in metrics and to Kafka.
    """

    def __init__(self, engine: AsyncEngine, connect: KafkaSettings, topic: str, source: str) -> None:
        self._engine = engine
        self._connect = connect
        self._topic = topic
        self._source = source
        self._wake = Wake()
        self._lost = asyncio.Event()
        self._stopping = asyncio.Event()
        self._producer: AIOKafkaProducer | None = None
        self._lookups: dict[str, asyncio.Future[set[int]]] = {}
        self._rests = _Rests()
        self._in_doubt = True
        self._measured = 0.0
        self._heartbeat = Heartbeat()

    def is_alive(self) -> bool:
        return self._heartbeat.is_alive()

    def stop(self) -> None:
        """Ends `run` once the batch in hand is acknowledged and marked."""
        self._stopping.set()
        self._wake.set()

    async def run(self) -> None:
        """Relays until stopped; the database or Kafka being away only makes it wait."""
        await run_until_stopped(self._run(), self.stop, patience=_LAST_ACKS + 2 * _FLUSH + 1)

    async def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    await self._serve()
                except _LeadershipLost:
                    log.warning("relay_lost_its_lock")
                except Exception as error:
                    if not _database_away(error):
                        raise
                    log.warning("relay_waits_for_database", error=type(error).__name__)
                    await self._pause(1.0)
                finally:
                    metrics.RELAY_LEADING.labels(self._source).set(0)
        finally:
            await self._discard_producer()

    async def _serve(self) -> None:
        self._lost.clear()
        self._heartbeat.beat()
        async with db.dedicated(self._engine) as connection:
            connection.add_termination_listener(self._on_termination)
            while not await connection.fetchval(_LOCK):
                if self._stopping.is_set():
                    return
                self._heartbeat.beat()
                await self._pause(_STANDBY)
            await connection.add_listener(CHANNEL, lambda *_: self._wake.set())
            metrics.RELAY_LEADING.labels(self._source).set(1)
            try:
                while not self._stopping.is_set():
                    await self._round(connection)
            except BaseException:
                # What is still on its way must not arrive behind what the next relay sends.
                await self._discard_producer()
                raise
            await connection.execute(_UNLOCK)

    def _on_termination(self, _connection: Any) -> None:
        self._lost.set()
        self._wake.set()

    async def _round(self, connection: asyncpg.Connection) -> None:
        self._heartbeat.beat()
        await self._measure(connection)
        resting = self._rests.topics()
        rows = await connection.fetch(_UNSENT, self._topic, resting, BATCH)
        if not rows and not resting:
            self._in_doubt = False  # under our lock nobody else publishes what comes from now on
        marked = await self._publish(connection, rows) if rows else 0
        if marked == 0 or marked == len(rows) < BATCH:
            await self._wake.wait_or(min(POLL, self._rests.remaining()))
        if self._lost.is_set():
            raise _LeadershipLost

    async def _publish(self, connection: asyncpg.Connection, rows: Sequence[asyncpg.Record]) -> int:
        """How many were acknowledged and marked; -1 to look again at once."""
        try:
            if self._in_doubt:
                await self._recover(connection)
                return -1
            producer = await self._started_producer()
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("relay_waits_for_kafka", error=type(error).__name__)
            await self._discard_producer()
            for topic in {row["topic"] for row in rows}:
                self._rests.failed(topic)
            return 0
        batches = await self._batches(producer, rows)
        crash_point("relay.before_publish")
        acknowledged = await self._send(producer, batches)
        if acknowledged:
            crash_point("relay.published_before_mark")
            await self._mark(connection, _places(acknowledged))
        if len(acknowledged) < len(batches):
            await self._discard_producer()
        return sum(len(batch.ids) for batch, _ in acknowledged)

    async def _recover(self, connection: asyncpg.Connection) -> None:
        """Marks what was published but not marked before. Raises KafkaError."""
        rows = await connection.fetch(_FIRST_UNSENT, self._topic, 4 * BATCH)
        marked: dict[str, dict[int, int]] = {}
        for row in await connection.fetch(_LAST_MARKED):
            marked.setdefault(row["topic"], {})[row["partition"]] = row["last"]
        lying: list[tuple[int, str, int, int]] = []
        for topic in sorted({row["topic"] for row in rows}):
            unsent = {row["event_id"]: row["id"] for row in rows if row["topic"] == topic}
            try:
                found = await recovery.published(self._connect, topic, unsent, marked.get(topic, {}))
            except TimeoutError:
                log.warning("relay_could_not_look_back", topic=topic)  # a repeat is absorbed by the inboxes
                continue
            lying += [(unsent[message_id], topic, *place) for message_id, place in found.items()]
        await self._mark(connection, lying)
        self._in_doubt = False
        if lying:
            log.warning("relay_found_published", messages=len(lying))

    async def _started_producer(self) -> AIOKafkaProducer:
        if self._producer is None:
            self._producer = kafka.producer(self._connect, f"{self._source}-relay")
            async with asyncio.timeout(15):
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
            self._rests.failed(topic)
        return known

    async def _send(self, producer: AIOKafkaProducer, batches: Sequence[_Batch]) -> list[tuple[_Batch, int]]:
        """The acknowledged batches with the offset of their first message."""
        sent = [asyncio.ensure_future(self._send_one(producer, batch)) for batch in batches]
        try:
            await self._acknowledgements(sent)
        finally:
            for future in sent:
                future.cancel()
        acknowledged: list[tuple[_Batch, int]] = []
        for batch, future in zip(batches, sent, strict=True):
            if future.done() and not future.cancelled() and future.exception() is None:
                acknowledged.append((batch, future.result()))
                self._rests.succeeded(batch.topic)
            else:
                self._rests.failed(batch.topic)
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

    async def _acknowledgements(self, sent: Sequence[asyncio.Future[int]]) -> None:
        """Waits as long as Kafka is away: the producer keeps order and repeats without a double."""
        deadline: float | None = None
        pending = set(sent)
        while pending:
            _, pending = await asyncio.wait(pending, timeout=0.2)
            self._heartbeat.beat()
            if pending and self._lost.is_set():
                raise _LeadershipLost
            if pending and self._stopping.is_set():
                deadline = deadline or time.monotonic() + _LAST_ACKS
                if time.monotonic() > deadline:
                    return

    async def _mark(self, connection: asyncpg.Connection, rows: Sequence[tuple[int, str, int, int]]) -> None:
        """`rows`: outbox id, topic, partition, offset."""
        if rows:
            ids, topics, partitions, offsets = (list(column) for column in zip(*rows, strict=True))
            await connection.execute(_MARK, ids, topics, partitions, offsets)
            metrics.OUTBOX_PUBLISHED.labels(self._source).inc(len(rows))

    async def _measure(self, connection: asyncpg.Connection) -> None:
        if time.monotonic() < self._measured + _MEASURE:
            return
        self._measured = time.monotonic()
        backlog = await connection.fetchrow(_BACKLOG)
        metrics.OUTBOX_UNSENT.labels(self._source).set(backlog["unsent"])
        metrics.OUTBOX_AGE.labels(self._source).set(backlog["age"])

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _discard_producer(self) -> None:
        producer, self._producer = self._producer, None
        self._in_doubt = True
        lookups, self._lookups = self._lookups, {}
        for lookup in lookups.values():
            lookup.cancel()
        if producer is not None:
            await kafka.discard(producer, _FLUSH)


def _places(acknowledged: Sequence[tuple[_Batch, int]]) -> list[tuple[int, str, int, int]]:
    return [
        (outbox_id, batch.topic, batch.partition, first + position)
        for batch, first in acknowledged
        for position, outbox_id in enumerate(batch.ids)
    ]


def _headers(row: asyncpg.Record) -> list[tuple[str, bytes]]:
    headers = [(name, value.encode()) for name, value in json.loads(row["headers"]).items()]
    headers.append(("ce_sequence", str(row["id"]).encode()))
    if row["traceparent"]:
        headers.append(("traceparent", row["traceparent"].encode()))
    return headers


def _database_away(error: BaseException) -> bool:
    # InternalClientError: the server hung up while asyncpg was about to ask.
    lost = OSError | TimeoutError | asyncpg.InterfaceError | asyncpg.InternalClientError
    return db.is_unavailable(error) or isinstance(error, lost)
