"""Kafka's clients with the settings that keep promises, and the topics' creation.

TopicDiffers        a topic exists with another number of partitions: keys would change their partition
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaConnectionError, KafkaError, TopicAlreadyExistsError, for_code
from aiokafka.helpers import create_ssl_context
from pydantic import SecretStr

from chassis.messages import Record
from chassis.settings import Settings

RETENTION: Final = timedelta(days=7)
MAX_BATCH_BYTES: Final = 1_040_000
MANY_BYTES: Final = 256 * 1024
"""Records of this size are given to a consumer at once, however long it would gather."""

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]


class TopicDiffers(Exception):
    """The partition count of a topic is fixed at its creation; the settings ask for another."""


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """Where Kafka is and how to get in. `topic_prefix` goes before the name of every topic and consumer group."""

    bootstrap_servers: str
    topic_prefix: str = ""
    partitions: int = 4
    security_protocol: SecurityProtocol = "PLAINTEXT"
    sasl_mechanism: str = "SCRAM-SHA-512"
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    ssl_cafile: Path | None = None
    session_timeout: timedelta = timedelta(seconds=10)

    @classmethod
    def of(cls, settings: Settings) -> KafkaSettings:
        return cls(
            bootstrap_servers=settings.kafka_bootstrap_servers,
            topic_prefix=settings.kafka_topic_prefix,
            partitions=settings.kafka_partitions,
            security_protocol=settings.kafka_security_protocol,
            sasl_mechanism=settings.kafka_sasl_mechanism,
            sasl_username=settings.kafka_sasl_username,
            sasl_password=settings.kafka_sasl_password,
            ssl_cafile=settings.kafka_ssl_cafile,
            session_timeout=timedelta(seconds=settings.kafka_session_seconds),
        )

    def topic(self, name: str) -> str:
        return f"{self.topic_prefix}{name}"

    def client_arguments(self) -> dict[str, Any]:
        """What every aiokafka client takes: addresses and security."""
        arguments: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap_servers,
            "security_protocol": self.security_protocol,
        }
        if self.security_protocol in ("SSL", "SASL_SSL"):
            arguments["ssl_context"] = self._ssl_context()
        if self.security_protocol in ("SASL_PLAINTEXT", "SASL_SSL"):
            arguments["sasl_mechanism"] = self.sasl_mechanism
            arguments["sasl_plain_username"] = self.sasl_username
            arguments["sasl_plain_password"] = self.sasl_password.get_secret_value() if self.sasl_password else None
        return arguments

    def _ssl_context(self) -> ssl.SSLContext:
        context: ssl.SSLContext = create_ssl_context(cafile=str(self.ssl_cafile) if self.ssl_cafile else None)
        return context


def producer(settings: KafkaSettings, client_id: str) -> AIOKafkaProducer:
    """Not started. Every acknowledgement means all in-sync replicas have it, once and in order."""
    return AIOKafkaProducer(
        **settings.client_arguments(),
        client_id=client_id,
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=MAX_BATCH_BYTES,
        request_timeout_ms=10_000,
    )


def received(record: ConsumerRecord) -> Record:
    """A record as the rest of the house knows it."""
    return Record(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=tuple((name, value or b"") for name, value in record.headers),
        timestamp_ms=record.timestamp,
    )


def consumer(settings: KafkaSettings, group: str, client_id: str, gather: timedelta = timedelta(0)) -> AIOKafkaConsumer:
    """Not started, not subscribed. Offsets are committed by hand, after the database.

    `gather`: how long the broker collects records before it answers, unless there are many.
    """
    return AIOKafkaConsumer(
        **settings.client_arguments(),
        client_id=client_id,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        # A busy partition that was just emptied waits for the running fetch of the idle ones: keep that short.
        fetch_max_wait_ms=int(gather.total_seconds() * 1000) or 100,
        fetch_min_bytes=MANY_BYTES if gather else 1,
        metadata_max_age_ms=5_000,  # a member that was there before its topic notices it only by this
        max_poll_interval_ms=120_000,
        rebalance_timeout_ms=30_000,
        session_timeout_ms=int(settings.session_timeout.total_seconds() * 1000),
        heartbeat_interval_ms=int(settings.session_timeout.total_seconds() * 1000) // 4,
        request_timeout_ms=max(40_000, int(settings.session_timeout.total_seconds() * 2000)),
    )


async def ensure_topics(
    settings: KafkaSettings, topics: Mapping[str, int], *, replication_factor: int = -1, timeout: float = 30
) -> None:
    """Creates the topics {full name: partitions} that are missing; harmless when all are there.

    Raises TopicDiffers, or a KafkaError when no broker answers for `timeout` seconds. `replication_factor` -1 takes the
    broker's default.
    """
    async with asyncio.timeout(timeout):
        while True:
            try:
                await _ensure_topics(settings, topics, replication_factor)
            except KafkaConnectionError:
                await asyncio.sleep(0.2)
            else:
                return


async def _ensure_topics(settings: KafkaSettings, topics: Mapping[str, int], replication_factor: int) -> None:
    admin = AIOKafkaAdminClient(**settings.client_arguments(), client_id="topics", request_timeout_ms=10_000)
    try:
        await admin.start()
        existing = set(await admin.list_topics())
        configs = {"retention.ms": str(int(RETENTION.total_seconds() * 1000))}
        wanted = [
            # aiokafka takes the broker's default factor (-1) only together with an (empty) placement
            NewTopic(name, partitions, replication_factor, None if replication_factor > 0 else {}, configs)
            for name, partitions in topics.items()
            if name not in existing
        ]
        if wanted:
            await _create(admin, wanted)
        for described in await admin.describe_topics([name for name in topics if name in existing]):
            _check_partitions(described, topics)
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, wanted: list[NewTopic]) -> None:
    response = await admin.create_topics(wanted)
    for name, code, *_ in response.topic_errors:
        error: type[KafkaError] = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(f"topic {name} could not be created")


def _check_partitions(described: Mapping[str, Any], topics: Mapping[str, int]) -> None:
    name, count = described["topic"], len(described["partitions"])
    if name in topics and count != topics[name]:
        raise TopicDiffers(
            f"topic {name} has {count} partitions and the settings ask for {topics[name]}: "
            "the count is fixed at creation, so set KAFKA_PARTITIONS to what the topic has"
        )


async def leave(client: AIOKafkaConsumer, patience: float) -> None:
    """Stops a consumer; where Kafka does not answer for `patience` seconds, without a goodbye to the group."""
    try:
        async with asyncio.timeout(patience):
            await client.stop()
    except (TimeoutError, KafkaError):
        # What `stop` had not come to yet; left alone, the heartbeat would keep a member that reads nothing.
        coordinator, fetcher = client._coordinator, client._fetcher  # noqa: SLF001
        if coordinator is not None:
            await coordinator._stop_heartbeat_task()  # noqa: SLF001
        if fetcher is not None:
            await fetcher.close()
        with suppress(KafkaError):
            await client._client.close()  # noqa: SLF001


async def discard(producer: AIOKafkaProducer, patience: float) -> None:
    """Stops a producer; what Kafka has not taken after `patience` seconds is given up and never sent later."""
    try:
        async with asyncio.timeout(patience):
            await producer.stop()
    except (TimeoutError, KafkaError):
        # `stop` waits for every acknowledgement first; the sender has no public end of its own.
        sender = producer._sender  # noqa: SLF001
        if sender.sender_task is not None:
            sender.sender_task.cancel()
        with suppress(KafkaError):
            await producer.client.close()
