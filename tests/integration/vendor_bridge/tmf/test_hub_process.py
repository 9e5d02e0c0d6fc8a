"""The service as a process that is killed around a notification: the listener has each event, under one id."""

from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from chassis.db import create_engine
from eskalera.ports import free_port
from tests.conftest import MakeDatabase
from tests.integration.vendor_bridge.conftest import eventually, served
from tests.integration.vendor_bridge.profiles.suite import with_connection
from tests.integration.vendor_bridge.stub_vendor import Stub
from tests.integration.vendor_bridge.test_process import a_system, publish
from tests.integration.vendor_bridge.tmf.house import TICKETS, connection, token
from tests.support.handoff_life import Case, directory_changed
from vendor_bridge.store.hub import LEASE

pytestmark = pytest.mark.kafka


async def lease_of_the_dead_is_over(url: str) -> int:
    """As after the half minute for which it held its event; how many it held."""
    engine = create_engine(url, name="test")
    async with engine.begin() as conn:
        held = text(
            "UPDATE hub_event SET leased_until = leased_until - CAST(:lease AS interval) WHERE leased_until > now()"
        )
        found = await conn.execute(held, {"lease": LEASE})
    await engine.dispose()
    return found.rowcount


@pytest.mark.parametrize(("crash_at", "times"), [("hub.before_send", 1), ("hub.after_2xx", 2)])
async def test_n2_killed_around_a_notification_the_listener_has_it_under_one_id(
    kafka: str, database: MakeDatabase, tmp_path: Path, crash_at: str, times: int
) -> None:
    url, port, stub = await database("chassis", "vendor_bridge"), free_port(), Stub()
    async with a_system(kafka, url, tmp_path) as (running, _casebook, topic), served(stub.app(), port):
        running.settings["VENDOR_BRIDGE_ALLOWED_TARGETS"] = f"127.0.0.1:{port}"
        await publish(kafka, topic, [directory_changed(with_connection(connection()))])
        await running.start(crash_at)
        async with httpx.AsyncClient(
            base_url=running.url, headers={"authorization": f"Bearer {token()}"}, trust_env=False
        ) as client:

            async def registered() -> bool:
                try:
                    answer = await client.post(f"{TICKETS['v5']}/hub", json={"callback": f"http://127.0.0.1:{port}/x"})
                except httpx.HTTPError:
                    return False
                return answer.status_code == 201

            await eventually(registered, 60)
            await publish(kafka, topic, Case().handed_over())
            await running.died()
            assert await lease_of_the_dead_is_over(url) == 1
            await running.start()

            async def told() -> bool:
                return len({each["body"]["eventId"] for each in stub.came}) == 2

            await eventually(told, 90)
            assert await running.stop() == 0
        first = stub.came[0]["body"]["eventId"]
        bodies = [each["raw"] for each in stub.came if each["body"]["eventId"] == first]
        assert len(bodies) == times
        assert len(set(bodies)) == 1
        kinds = [each["body"]["eventType"] for each in stub.came]
        assert kinds[0] == "TroubleTicketCreateEvent"
        assert kinds[-1] == "TroubleTicketInformationRequiredEvent"
