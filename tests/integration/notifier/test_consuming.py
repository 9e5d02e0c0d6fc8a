"""The notifier between a real topic and a real mail server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.consumer import Consumer
from chassis.kafka import KafkaSettings
from contracts.envelope import Received
from notifier.consumer import NAME, decode
from notifier.handlers import handle
from notifier.store import dump
from tests.integration.notifier.conftest import delivering, nothing_is_owed, rows, until
from tests.integration.notifier.test_store import stream
from tests.integration.routing.conftest import publish
from tests.support.mail import MailHost

pytestmark = pytest.mark.kafka


@asynccontextmanager
async def consuming(engine: AsyncEngine, kafka: str, topic: str, group: str = NAME) -> AsyncIterator[None]:
    consumer: Consumer[Received] = Consumer(engine, KafkaSettings(kafka), topic, group, decode, handle)
    task = asyncio.create_task(consumer.run())
    try:
        yield
    finally:
        consumer.stop()
        await task


async def table(engine: AsyncEngine) -> str:
    async with engine.connect() as conn:
        return await dump(conn)


async def handled(engine: AsyncEngine, count: int) -> None:
    async def all_of_them() -> bool:
        found: list[Any] = await rows(engine, "SELECT count(*) AS number FROM inbox")
        return bool(found[0].number >= count)

    await until(all_of_them, 60)


async def test_n2_the_same_events_twice_and_all_again_from_the_start_change_nothing(
    engine: AsyncEngine, kafka: str, topic: str, host: MailHost
) -> None:
    life, mark = stream(120), stream(2, "hallsberg").history
    heard = [event for event in life.history if event.TYPE != "incident.opened.v1"]
    async with delivering(engine, host.url):
        async with consuming(engine, kafka, topic):
            await publish(kafka, topic, life.history)
            await handled(engine, len(heard))
            await nothing_is_owed(engine)
            before, mails = await table(engine), len(host.mails)
            await publish(kafka, topic, [event for event in life.history for _ in range(2)])
            await publish(kafka, topic, [event.model_copy(update={"municipality": "malarvik"}) for event in mark])
            await handled(engine, len(heard) + len(mark))
        async with consuming(engine, kafka, topic, "another-group"):
            await asyncio.sleep(2)
        await nothing_is_owed(engine)
    assert len(host.mails) == mails == len(life.world.notifications)
    unchanged = [line for line in before.splitlines() if '"table": "person"' not in line and '"directory"' not in line]
    assert set(unchanged) <= set((await table(engine)).splitlines())
    assert len(await rows(engine, "SELECT 1 FROM notification")) == mails


async def test_what_is_not_for_the_notifier_is_passed_over_and_nonsense_is_a_dead_letter(
    engine: AsyncEngine, kafka: str, topic: str
) -> None:
    from aiokafka import AIOKafkaProducer

    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    for type_ in (b"timeline.entry_recorded.v1", b"notification.sent.v1", b"who.knows.v1"):
        await producer.send_and_wait(topic, key=b"malarvik", value=b"\xff\x00", headers=[("ce_type", type_)])
    await producer.stop()
    life = stream(6)
    async with consuming(engine, kafka, topic):
        await publish(kafka, topic, life.history)
        await handled(engine, 5)
    assert [row.state for row in await rows(engine, "SELECT state FROM failed_message")] == ["dead"]
