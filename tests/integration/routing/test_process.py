"""The routing process as `eskalera up` starts it: migrate, consume, relay, answer on its management port, stop."""

import asyncio
import os
import signal
import sys
import uuid
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.db import create_engine
from eskalera.kafka import create_topic
from eskalera.ports import free_port
from tests.conftest import MakeDatabase
from tests.integration.routing.conftest import publish, until_stated
from tests.support.routing_life import Life

pytestmark = pytest.mark.kafka
ROOT = Path(__file__).parents[3]


async def run(environment: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "routing.main", *arguments, env=os.environ | environment, cwd=ROOT
    )


async def test_the_process_migrates_decides_publishes_and_stops_cleanly(kafka: str, database: MakeDatabase) -> None:
    prefix, port = f"test-{uuid.uuid4().hex}-", free_port()
    await create_topic(kafka, f"{prefix}cases", partitions=4)
    url = await database()
    environment = {
        "DATABASE_URL": url,
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "KAFKA_TOPIC_PREFIX": prefix,
        "ROUTING_MANAGEMENT_PORT": str(port),
    }
    migrating = await run(environment, "migrate")
    assert await migrating.wait() == 0
    life = Life()
    event = life.filed()
    await publish(kafka, f"{prefix}cases", [life.history[0], event])
    process, engine = await run(environment), create_engine(url, name="test")
    try:
        await until_stated(engine, "malarvik", len(life.tell(event)))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await client.get("/livez")).status_code == 200
            assert (await client.get("/readyz")).status_code == 200
            assert 'routing_decisions_total{outcome="open"} 1.0' in (await client.get("/metrics")).text
            assert (await client.get("/incidents")).status_code == 404
        async with asyncio.timeout(20):
            while await unsent(engine):  # noqa: ASYNC110  (another process marks them)
                await asyncio.sleep(0.1)
    finally:
        await engine.dispose()
        process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 20) == 0


async def unsent(engine: AsyncEngine) -> int:
    async with engine.connect() as conn:
        return int(await conn.scalar(text("SELECT count(*) FROM outbox WHERE sent_at IS NULL")))
