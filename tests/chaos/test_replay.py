"""What was said is the whole truth: said again it changes nothing (N2); from it alone all is rebuilt (N10)."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from chassis.db import create_engine
from eskalera.commands.replay import rebuild
from tests.chaos.evidence import Evidence
from tests.chaos.house import House
from tests.support.system import System

SERVICES = ("ticketing", "routing", "vendor-bridge", "notifier")


@pytest.fixture(scope="module")
async def lived(house: House) -> House:
    """A house in which something has happened, whichever tests ran before."""
    if len(house.load.acknowledged) < 20:
        async with house.load.running():
            await house.load.file(*(house.load.report() for _ in range(20)))
    await house.is_in_order()
    return house


async def test_n2_everything_ever_said_said_a_second_time_changes_nothing(lived: House) -> None:
    before, dumps = await lived.evidence(), await dumped(lived.system)
    records = list(lived.topic.records)
    assert len(records) > 200
    await say_again(lived.system, records)
    after = await lived.evidence()
    assert len(lived.topic.records) >= 2 * len(records)
    assert await dumped(lived.system) == dumps
    assert outside(after) == outside(before)
    assert sizes(after) == sizes(before)


async def say_again(system: System, records: Iterable[Any]) -> None:
    """The same bytes, in the same order, on the same partitions."""
    async with AIOKafkaProducer(bootstrap_servers=system.brokers) as producer:
        for record in records:
            await producer.send(
                system.topic, record.value, record.key, partition=record.partition, headers=list(record.headers)
            )
        await producer.flush()


async def dumped(system: System) -> dict[str, list[str]]:
    """The state of each service, as text."""
    found: dict[str, list[str]] = {}
    for service in SERVICES:
        dump: Any = import_module(f"{service.replace('-', '_')}.store").dump
        engine = create_engine(system.database(service), name="test")
        async with engine.connect() as conn:
            found[service] = str(await dump(conn)).splitlines()
        await engine.dispose()
    return found


def outside(evidence: Evidence) -> tuple[list[Any], list[Any]]:
    """What left the house: webhooks with how often each came, and mails."""
    return evidence.vendors_received, evidence.mails


def sizes(evidence: Evidence) -> dict[str, int]:
    return {service: len(rows) for service, rows in evidence.outboxes.items()}


@pytest.mark.parametrize("service", SERVICES)
async def test_n10_a_service_rebuilt_from_the_record_is_the_same(lived: House, service: str) -> None:
    system = lived.system
    done = await rebuild(system.databases, service.replace("-", "_"), topic=system.topic)
    assert done.events > 200
    assert done.rows > 20
    assert (done.missing, done.different) == (0, 0)
