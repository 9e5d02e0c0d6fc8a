"""The outbox' way into Kafka: one relay per database, by id, marked with where each message lies.

Order rests on three things: who speaks about a key holds that key's row lock while it draws outbox ids; one session
advisory lock lets one relay work; and at most one batch per partition is on its way. The lock's connection also reads
and marks, so a relay that lost its lock can mark nothing. A watermark, or several relays with SKIP LOCKED, would lose
or reorder messages.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import asyncpg
from aiokafka.errors import KafkaError
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db, logs, recovery
from chassis import messaging_metrics as metrics
from chassis.crashpoints import crash_point
from chassis.drain import run_until_stopped
from chassis.heartbeat import Heartbeat
from chassis.kafka import KafkaSettings
from chassis.listen import Wake
from chassis.outbox import CHANNEL
from chassis.sending import FLUSH, Place, Sender

BATCH: Final = 500
POLL: Final = 1.0  # seconds
_MEASURE: Final = 5.0  # seconds between measurements of the backlog
_STANDBY: Final = 0.5  # seconds between attempts to become the one relay
_LAST_ACKS: Final = 3.0  # seconds that a stopping relay waits for acknowledgements

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


class _LeadershipLost(Exception):
    """The lock's connection is gone; another relay may be at work."""


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
        self._sender = Sender(connect, f"{source}-relay")
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
        await run_until_stopped(self._run(), self.stop, patience=_LAST_ACKS + 2 * FLUSH + 1)

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
            await self._sender.discard()

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
                await self._sender.discard()
                raise
            await connection.execute(_UNLOCK)

    def _on_termination(self, _connection: Any) -> None:
        self._lost.set()
        self._wake.set()

    async def _round(self, connection: asyncpg.Connection) -> None:
        self._heartbeat.beat()
        await self._measure(connection)
        resting = self._sender.rests.topics()
        rows = await connection.fetch(_UNSENT, self._topic, resting, BATCH)
        if not rows and not resting:
            self._sender.in_doubt = False  # under our lock nobody else publishes what comes from now on
        marked = await self._publish(connection, rows) if rows else 0
        if marked == 0 or marked == len(rows) < BATCH:
            await self._wake.wait_or(min(POLL, self._sender.rests.remaining()))
        if self._lost.is_set():
            raise _LeadershipLost

    async def _publish(self, connection: asyncpg.Connection, rows: Sequence[asyncpg.Record]) -> int:
        """How many were acknowledged and marked; -1 to look again at once."""
        deadline: float | None = None

        async def wait_on() -> bool:
            nonlocal deadline
            self._heartbeat.beat()
            if self._lost.is_set():
                raise _LeadershipLost
            await self._measure(connection)
            if self._stopping.is_set():
                deadline = deadline or time.monotonic() + _LAST_ACKS
            return deadline is None or time.monotonic() < deadline

        try:
            if self._sender.in_doubt:
                await self._recover(connection)
                return -1
            places = await self._sender.send(rows, wait_on)
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("relay_waits_for_kafka", error=type(error).__name__)
            await self._sender.discard()
            for topic in {row["topic"] for row in rows}:
                self._sender.rests.failed(topic)
            return 0
        if places:
            crash_point("relay.published_before_mark")
            await self._mark(connection, places)
        return len(places)

    async def _recover(self, connection: asyncpg.Connection) -> None:
        """Marks what was published but not marked before. Raises KafkaError."""
        rows = await connection.fetch(_FIRST_UNSENT, self._topic, 4 * BATCH)
        marked: dict[str, dict[int, int]] = {}
        for row in await connection.fetch(_LAST_MARKED):
            marked.setdefault(row["topic"], {})[row["partition"]] = row["last"]
        lying: list[Place] = []
        for topic in sorted({row["topic"] for row in rows}):
            unsent = {row["event_id"]: row["id"] for row in rows if row["topic"] == topic}
            try:
                found = await recovery.published(self._connect, topic, unsent, marked.get(topic, {}))
            except TimeoutError:
                log.warning("relay_could_not_look_back", topic=topic)  # a repeat is absorbed by the inboxes
                continue
            lying += [(unsent[message_id], topic, *place) for message_id, place in found.items()]
        await self._mark(connection, lying)
        self._sender.in_doubt = False
        if lying:
            log.warning("relay_found_published", messages=len(lying))

    async def _mark(self, connection: asyncpg.Connection, places: Sequence[Place]) -> None:
        if places:
            ids, topics, partitions, offsets = (list(column) for column in zip(*places, strict=True))
            await connection.execute(_MARK, ids, topics, partitions, offsets)
            metrics.OUTBOX_PUBLISHED.labels(self._source).inc(len(places))

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


def _database_away(error: BaseException) -> bool:
    # InternalClientError: the server hung up while asyncpg was about to ask.
    lost = OSError | TimeoutError | asyncpg.InterfaceError | asyncpg.InternalClientError
    return db.is_unavailable(error) or isinstance(error, lost)
