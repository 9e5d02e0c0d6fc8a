"""Two municipalities of one installation that hand over to each other, killed around what they say: each word once."""

import json
from pathlib import Path
from typing import Any

import pytest

from chassis.db import create_engine
from contracts import envelope
from contracts.events.base import Event
from tests.conftest import MakeDatabase
from tests.integration.vendor_bridge.conftest import eventually, new_secret, shipped
from tests.integration.vendor_bridge.test_peers import X, Y
from tests.integration.vendor_bridge.test_process import a_system, publish
from tests.support.handoff_life import WIFI, Case, directory, directory_changed
from tests.support.two_towns import Town

pytestmark = pytest.mark.kafka


@pytest.mark.parametrize(
    "crash_at", ["bridge.before_send", "bridge.after_2xx", "bridge.before_send:2", "bridge.after_2xx:2"]
)
async def test_n2_killed_around_a_word_to_another_municipality_it_is_heard_once(
    kafka: str, database: MakeDatabase, tmp_path: Path, crash_at: str
) -> None:
    """The first message is the offer, taken by the same process for the other; the second what the other says of it."""
    url = await database("chassis", "vendor_bridge")
    engine = create_engine(url, name="test")
    async with a_system(kafka, url, tmp_path) as (running, _casebook, topic):
        secret = new_secret()
        (tmp_path / "keys.json").write_text(json.dumps({X: secret, Y: secret}))
        running.settings |= {
            "VENDOR_BRIDGE_ALLOWED_TARGETS": running.url.removeprefix("http://"),
            "VENDOR_BRIDGE_URLS": json.dumps(
                {shipped(X): f"{running.url}/webhooks/{Y}", shipped(Y): f"{running.url}/webhooks/{X}"}
            ),
        }
        theirs = Town(Topic(engine, kafka, topic), "hallsberg", "vendor:sydnarke-it", "transtensskolan")
        case = Case()
        known = [directory_changed(), directory_changed(directory("hallsberg"))]
        await publish(kafka, topic, [*known, *case.handed_over(WIFI)])
        await running.start(crash_at)
        if not crash_at.endswith(":2"):
            await running.died()
            await running.start()

        async def reported() -> bool:
            await theirs.record()
            return bool(theirs.cases)

        await eventually(reported)
        if crash_at.endswith(":2"):
            await running.died()
            await running.start()

        async def at_rest() -> bool:
            async with engine.connect() as conn:
                owed = await conn.exec_driver_sql("SELECT 1 FROM delivery WHERE state = 'pending' AND due_at <= now()")
                heard = await conn.exec_driver_sql("SELECT 1 FROM outbox WHERE type = 'handoff.acknowledged.v1'")
                return not owed.all() and bool(heard.all())

        await eventually(at_rest)
        async with engine.connect() as conn:
            rows = await conn.exec_driver_sql("SELECT type, count(*) AS times FROM outbox GROUP BY type")
            said = {row.type.removesuffix(".v1"): row.times for row in rows}
        assert await running.stop() == 0
    await engine.dispose()
    assert said["vendor.ticket_reported"] == said["handoff.offered"] == said["handoff.acknowledged"] == 1
    assert said["handoff.delivered"] == 1


class Topic:
    """What a town's people say goes to the topic, and what the bridge says is read where it says it."""

    def __init__(self, engine: Any, kafka: str, topic: str) -> None:
        self._engine, self._kafka, self._topic = engine, kafka, topic

    async def take_in(self, *events: Event) -> None:
        await publish(self._kafka, self._topic, events)

    async def stated(self) -> list[Event]:
        async with self._engine.connect() as conn:
            rows = await conn.exec_driver_sql("SELECT value, headers FROM outbox ORDER BY id")
            return [
                envelope.decode([(name, value.encode()) for name, value in row.headers.items()], bytes(row.value)).event
                for row in rows
            ]
