"""Kafka or Postgres goes away for a while under everybody's hands: nobody who was answered is forgotten (N1)."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator

import httpx
import pytest

from eskalera import layout as at
from tests.chaos.house import House
from tests.support.system import running_system

KAFKA_AWAY = 30.0  # seconds
PATIENCE = 120.0  # seconds until all has arrived

pytestmark = pytest.mark.chaos


@pytest.fixture(scope="module")
async def own_house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """With a broker and a database server that nobody else needs."""
    async with running_system(tmp_path_factory.mktemp("outages")) as system:
        yield House.of(system)


async def test_n1_kafka_is_away_for_half_a_minute_and_everything_arrives_after(own_house: House) -> None:
    load, system = own_house.load, own_house.system
    load.rate = 6.0
    async with load.running():
        await asyncio.sleep(1)
        system.kill("kafka")
        before, slowest = len(load.acknowledged), 0.0
        until = time.monotonic() + KAFKA_AWAY
        async with system.api("malarvik", "larare") as http:
            while time.monotonic() < until:
                began = time.monotonic()
                report = {"title": f"Skrivaren svarar inte {uuid.uuid4()}", "school": "ekbacken"}
                answer = await http.post("/tickets", json=report)
                slowest = max(slowest, time.monotonic() - began)
                assert answer.status_code == 201
                assert (await http.get(f"/tickets/{answer.json()['id']}")).json()["status"] == "received"
                await asyncio.sleep(1)
        assert len(load.acknowledged) - before > KAFKA_AWAY, "others were answered too"
        assert slowest < 5
        async with httpx.AsyncClient() as http:
            assert (await http.get(f"{system.url(at.MANAGEMENT)}/readyz")).status_code == 200
        await system.start("kafka")
    await own_house.is_in_order(PATIENCE)


async def test_n1_postgres_dies_and_who_asks_hears_so_and_nothing_is_lost(own_house: House) -> None:
    load, system = own_house.load, own_house.system
    load.rate = 6.0
    async with load.running():
        await asyncio.sleep(1)
        system.kill("postgres")
        async with system.api("malarvik", "larare") as http:
            refusal = await http.post("/tickets", json={"title": "Hör ni mig?", "school": "ekbacken"})
        assert refusal.status_code == 503
        assert refusal.headers["content-type"].startswith("application/problem+json")
        problem = refusal.json()
        assert problem["status"] == 503
        assert problem["title"]
        assert "retry-after" in refusal.headers
        async with httpx.AsyncClient() as http:
            assert (await http.get(f"{system.url(at.MANAGEMENT)}/readyz")).status_code == 503
        await asyncio.sleep(3)
        assert all(system.is_running(service) for service in system.services)
        await system.start("postgres")
        came_back = len(load.acknowledged)
        async with asyncio.timeout(30):
            while len(load.acknowledged) < came_back + 5:  # noqa: ASYNC110  (others' work)
                await asyncio.sleep(0.1)
    evidence = await own_house.is_in_order(PATIENCE)
    assert not [ticket for ticket in evidence.tickets if ticket["title"] == "Hör ni mig?"]
