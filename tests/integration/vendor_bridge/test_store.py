"""The bridge's tables on a real Postgres."""

import random

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import tables as chassis_tables
from chassis.migrations import declared_equals_migrated
from tests.bench.consumer_bridge import stream
from tests.integration.vendor_bridge.conftest import Bridge
from vendor_bridge.store import deliveries, dump
from vendor_bridge.store.tables import metadata


async def test_the_migrated_schema_is_the_declared_one(engine: AsyncEngine) -> None:
    async with engine.connect() as conn:
        await declared_equals_migrated(conn, metadata, chassis_tables.metadata)


@pytest.mark.parametrize("size", [1, 13, 300])
async def test_batches_of_any_size_state_the_same_facts_and_owe_the_same_messages(bridge: Bridge, size: int) -> None:
    told = stream(300, seed=7)
    for start in range(0, len(told), size):
        await bridge.take_in(*told[start : start + size])
    in_batches = (await facts(bridge), await state(bridge))
    await bridge.rows("TRUNCATE ticket, incident, chain, chain_entry, handoff, statement, delivery, outbox")
    position = 0
    while position < len(told):
        some = random.Random(position).randint(1, 60)
        await bridge.take_in(*told[position : position + some])
        position += some
    assert (await facts(bridge), await state(bridge)) == in_batches


async def facts(bridge: Bridge) -> list[tuple[str, str]]:
    return [(event.id, event.TYPE) for event in await bridge.stated()]


async def state(bridge: Bridge) -> list[str]:
    async with bridge.engine.connect() as conn:
        return (await dump(conn)).splitlines()


async def test_turning_a_connection_on_makes_its_backlog_due(bridge: Bridge) -> None:
    for event in stream(60):
        await bridge.take_in(event)
    await bridge.rows(
        "INSERT INTO connection_health (municipality, connection, failures, resting_until, trouble, changed_at)"
        " VALUES ('malarvik', 'demo-vendor', 0, 'infinity', 'disabled', now())"
    )
    await bridge.rows("UPDATE delivery SET first_failed_at = now(), due_at = now() + interval '1 day'")
    async with bridge.engine.begin() as conn:
        assert await deliveries.turn_on(conn, "malarvik", "demo-vendor")
    late = await bridge.rows("SELECT 1 FROM delivery WHERE connection = 'demo-vendor' AND due_at > now()")
    assert late == []
    async with bridge.engine.begin() as conn:
        assert not await deliveries.turn_on(conn, "malarvik", "demo-vendor")
