"""Routing on a real Postgres and a real Kafka."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts import envelope
from contracts.envelope import Received
from contracts.events.base import Event
from routing.handlers import Handlers
from tests.support.routing_life import received


@pytest.fixture
def packages() -> tuple[str, ...]:
    return ("chassis", "routing")


async def take_in(engine: AsyncEngine, handlers: Handlers, events: Sequence[Event]) -> None:
    """One batch in one transaction."""
    async with engine.begin() as conn:
        await handlers.handle(conn, [received(event) for event in events])


async def stated(engine: AsyncEngine, municipality: str = "malarvik") -> list[dict[str, Any]]:
    """What routing said, in its order, as Kafka will get it."""
    async with engine.connect() as conn:
        query = text("SELECT event_id, type, value FROM outbox WHERE key = :key ORDER BY id")
        rows = await conn.execute(query, {"key": municipality})
        return [{"id": row.event_id, "type": row.type, "value": bytes(row.value)} for row in rows]


def expected(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The same for events made in memory."""
    return [{"id": event.id, "type": event.TYPE, "value": envelope.data(event)} for event in events]


async def recorded(engine: AsyncEngine) -> dict[str, Received]:
    """Routing's own events by id, read back as a replay reads them."""
    async with engine.connect() as conn:
        rows = await conn.execute(text("SELECT event_id, value, headers FROM outbox"))
        return {
            row.event_id: envelope.decode([(name, value.encode()) for name, value in row.headers.items()], row.value)
            for row in rows
        }


async def publish(kafka: str, topic: str, events: Sequence[Event]) -> None:
    """Put events on the topic, keyed by municipality, in their order."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True)
    await producer.start()
    try:
        sent = [
            await producer.send(
                topic,
                key=event.municipality.encode(),
                value=envelope.data(event),
                headers=[(name, value.encode()) for name, value in envelope.attributes(event).items()],
            )
            for event in events
        ]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def until_stated(engine: AsyncEngine, municipality: str, count: int, seconds: float = 60) -> None:
    """Wait until routing said so many events."""
    deadline = time.monotonic() + seconds
    while (found := len(await stated(engine, municipality))) < count:
        assert time.monotonic() < deadline, f"{found} of {count} events of {municipality}"
        await asyncio.sleep(0.05)
