"""Routing as a member of a consumer group, on a real broker: duplicates, order, poison, rebalance."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.consumer import Consumer, Policy
from chassis.kafka import KafkaSettings
from contracts import ids
from contracts.events.base import Event
from contracts.events.vendor_bridge import VendorEntryAdded
from routing import consumer
from routing.domain.context import Context
from routing.domain.state import World
from routing.handlers import Handlers
from routing.store import dump
from tests.integration.routing.conftest import expected, publish, stated, until_stated
from tests.support.routing_life import Life, TimelyHandlers
from tests.support.routing_stream import Stream, Told

pytestmark = pytest.mark.kafka
QUICK = Policy(between_tries=timedelta(milliseconds=10), retries=(timedelta(seconds=600),))


@asynccontextmanager
async def replica(
    engine: AsyncEngine, kafka: str, topic: str, handlers: Handlers | None = None
) -> AsyncIterator[Consumer[Any]]:
    """One routing process' consumer, with caches of its own."""
    settings = KafkaSettings(kafka, session_timeout=timedelta(seconds=3))
    handle = (handlers or TimelyHandlers()).handle
    member = Consumer(engine, settings, topic, f"routing-{topic}", consumer.decode, handle, policy=QUICK)
    running = asyncio.create_task(member.run())
    try:
        yield member
    finally:
        member.stop()
        await running


def own(told: list[Told]) -> list[Event]:
    return [event for each in told for event in each.stated]


async def test_n3_what_is_stated_lies_in_the_order_of_its_causes(engine: AsyncEngine, kafka: str, topic: str) -> None:
    told = Stream(seed=31).take(500)
    await publish(kafka, topic, [each.event for each in told])
    async with replica(engine, kafka, topic):
        await until_stated(engine, "malarvik", len(own(told)))
    assert await stated(engine) == expected(own(told))


async def test_n2_everything_delivered_twice_from_the_start_changes_nothing(
    engine: AsyncEngine, kafka: str, topic: str
) -> None:
    told = Stream(seed=2).take(300)
    events = [each.event for each in told]
    await publish(kafka, topic, events)
    async with replica(engine, kafka, topic):
        await until_stated(engine, "malarvik", len(own(told)))
    before = await rows(engine)
    last = Life(directory=None).filed("door_access")
    await publish(kafka, topic, [*events, *own(told), last])
    async with replica(engine, kafka, topic):
        await until_stated(engine, "malarvik", len(own(told)) + 7)
    assert (await stated(engine))[: len(own(told))] == expected(own(told))
    after = await rows(engine)
    incident = ids.derived("incident", "routing", last.id)
    assert all(last.ticket in row or incident in row for row in after - before if '"table": "municipality"' not in row)
    assert {'"table": "municipality"' in row for row in before - after} == {True}, "its version counts the last ticket"


async def rows(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as conn:
        return set((await dump(conn)).splitlines())


async def test_n2_n3_two_replicas_during_rebalances_open_what_one_would(
    engine: AsyncEngine, kafka: str, topic: str
) -> None:
    """Replicas come and go while six municipalities' events arrive; nothing is decided twice, late or on old facts."""
    places = [f"kommun-{nth}" for nth in range(6)]
    told = {place: Stream(place, seed=nth).take(120) for nth, place in enumerate(places)}

    async def arrive(start: int, end: int) -> None:
        for nth in range(start, end):
            await publish(kafka, topic, [told[place][nth].event for place in places])

    async with replica(engine, kafka, topic) as first:
        await arrive(0, 40)
        async with replica(engine, kafka, topic) as second:
            await arrive(40, 80)
            while not (first.partitions and second.partitions):  # noqa: ASYNC110  (the consumer has no event for it)
                await asyncio.sleep(0.1)
        await arrive(80, 100)
        async with replica(engine, kafka, topic):
            await arrive(100, 120)
            for place in places:
                await until_stated(engine, place, len(own(told[place])))
    for place in places:
        assert await stated(engine, place) == expected(own(told[place]))


async def test_a_message_that_fails_is_set_aside_and_only_its_own_case_waits(
    engine: AsyncEngine, kafka: str, topic: str
) -> None:
    life = Life()
    poisoned, other = life.filed("learning_platform"), life.filed("login")
    first = life.tell(poisoned), life.tell(other)
    incident, fine = (life.world.incidents[life.incident_of(each.ticket)] for each in (poisoned, other))
    poison = life.vendor(VendorEntryAdded, incident.id, text={"sv": "Hej."})
    behind = life.vendor(VendorEntryAdded, incident.id, "vendor:network", text={"sv": "Efter."})
    later = life.filed("email")

    def fails(_world: World, event: VendorEntryAdded, _ctx: Context) -> Iterator[Event]:
        yield from ()
        if event.id == poison.id:
            raise RuntimeError("a fault of ours")

    handlers = Handlers({**consumer.REACTIONS, VendorEntryAdded: fails})
    await publish(kafka, topic, [life.history[0], poisoned, other, poison, behind, later])
    count = sum(len(stated) for stated in first) + len(life.tell(later))
    async with replica(engine, kafka, topic, handlers):
        await until_stated(engine, "malarvik", count)
    async with engine.connect() as conn:
        rows = await conn.execute(text("SELECT event_id, state FROM failed_message ORDER BY id"))
        assert {row.event_id: row.state for row in rows} == {poison.id: "retrying", behind.id: "parked"}
        states = await conn.execute(text("SELECT id, linked FROM incident"))
        assert {row.id for row in states} >= {incident.id, fine.id}


async def test_what_is_not_for_routing_is_passed_over_and_nonsense_is_a_dead_letter(
    engine: AsyncEngine, kafka: str, topic: str
) -> None:
    from aiokafka import AIOKafkaProducer

    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    for headers in ([("ce_type", b"timeline.entry_recorded.v1")], [("ce_type", b"who.knows.v1")], []):
        await producer.send_and_wait(topic, key=b"malarvik", value=b"\xff\x00", headers=headers)
    await producer.stop()
    life = Life()
    event = life.filed()
    await publish(kafka, topic, [life.history[0], event])
    async with replica(engine, kafka, topic):
        await until_stated(engine, "malarvik", len(life.tell(event)))
    async with engine.connect() as conn:
        states = (await conn.scalars(text("SELECT state FROM failed_message"))).all()
    assert states == ["dead", "dead"]
