"""The service as a process, over a real Kafka: killed where it hurts, restarted, and nothing is lost or doubled."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from chassis.db import create_engine
from contracts import envelope
from contracts.events.base import Event
from eskalera.demo_vendor.app import create_app as create_demo_vendor
from eskalera.demo_vendor.casebook import Casebook
from eskalera.demo_vendor.connections import Connection
from eskalera.kafka import create_topic
from eskalera.ports import free_port
from tests.conftest import MakeDatabase
from tests.integration.vendor_bridge.conftest import eventually, new_secret, served, shipped
from tests.support.handoff_life import Case, directory_changed

pytestmark = pytest.mark.kafka


class Running:
    """`python -m vendor_bridge.main` on its own database and topic."""

    def __init__(self, settings: dict[str, str], port: int, management_port: int) -> None:
        self.settings, self.port, self.management_port = settings, port, management_port
        self.url = f"http://127.0.0.1:{port}"
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, crash_at: str = "") -> None:
        environ = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "ESKALERA_CRASH_AT")}
        crash = {"ESKALERA_CRASH_AT": crash_at} if crash_at else {}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "vendor_bridge.main", env={**environ, **self.settings, **crash}, stderr=None
        )

    async def ready(self) -> None:
        async def answers() -> bool:
            async with httpx.AsyncClient(trust_env=False) as client:
                try:
                    return (await client.get(f"http://127.0.0.1:{self.management_port}/readyz")).status_code == 200
                except httpx.HTTPError:
                    return False

        await eventually(answers, 60)

    async def died(self) -> None:
        assert self.process is not None
        assert await asyncio.wait_for(self.process.wait(), 60) == -signal.SIGKILL

    async def stop(self) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), 20)


@asynccontextmanager
async def a_system(kafka: str, url: str, folder: Path) -> AsyncIterator[tuple[Running, Casebook, str]]:
    prefix, vendor_port, port, management = f"t{os.urandom(6).hex()}-", free_port(), free_port(), free_port()
    await create_topic(kafka, f"{prefix}cases", partitions=4)
    await create_topic(kafka, f"{prefix}cases.dlq.vendor-bridge", partitions=1)
    secret = new_secret()
    file = folder / "keys.json"
    file.write_text(json.dumps({"demo-vendor": secret}))
    target = f"127.0.0.1:{vendor_port}"
    running = Running(
        {
            "DATABASE_URL": url,
            "KAFKA_BOOTSTRAP_SERVERS": kafka,
            "KAFKA_TOPIC_PREFIX": prefix,
            "VENDOR_BRIDGE_PORT": str(port),
            "VENDOR_BRIDGE_MANAGEMENT_PORT": str(management),
            "VENDOR_BRIDGE_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "VENDOR_BRIDGE_SECRET": "the bridge's own secret, long enough",
            "VENDOR_BRIDGE_SECRETS_FILE": str(file),
            "VENDOR_BRIDGE_ALLOWED_TARGETS": target,
            "VENDOR_BRIDGE_URLS": json.dumps({shipped("demo-vendor"): f"http://{target}/webhooks/demo-vendor"}),
        },
        port,
        management,
    )
    casebook = Casebook(folder / "vendor.sqlite")
    app = create_demo_vendor(casebook, {"demo-vendor": Connection("demo-vendor", secret)}, running.url)
    async with served(app, vendor_port):
        try:
            yield running, casebook, f"{prefix}cases"
        finally:
            await running.stop()


async def publish(kafka: str, topic: str, events: Sequence[Event]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True)
    await producer.start()
    try:
        for event in events:
            headers = [(name, value.encode()) for name, value in envelope.attributes(event).items()]
            await producer.send_and_wait(
                topic, key=event.municipality.encode(), value=envelope.data(event), headers=headers
            )
    finally:
        await producer.stop()


@pytest.mark.parametrize(
    ("crash_at", "times"),
    [
        ("bridge.before_send", {1}),
        ("bridge.after_2xx", {2}),
        # the vendor may answer before its 2xx to us is recorded: killed there, the message goes once more
        ("bridge.webhook_stored", {1, 2}),
    ],
    ids=["before_send", "after_2xx", "webhook_stored"],
)
async def test_n2_killed_at_a_crash_point_and_restarted_the_vendor_has_each_message_under_one_id(
    kafka: str, database: MakeDatabase, tmp_path: Path, crash_at: str, times: set[int]
) -> None:
    url = await database("chassis", "vendor_bridge")
    async with a_system(kafka, url, tmp_path) as (running, casebook, topic):
        case = Case()
        await publish(kafka, topic, [directory_changed(), *case.handed_over()])
        await running.start(crash_at)
        await running.died()
        await running.start()

        async def acknowledged() -> bool:
            held = casebook.case(casebook.cases()[0]["handoff"]) if casebook.cases() else None
            return held is not None and [message["state"] for message in held["sent"]] == ["sent"]

        await eventually(acknowledged, 60)
        engine = create_engine(url, name="test")
        try:

            async def published() -> list[str]:
                async with engine.connect() as conn:
                    rows = await conn.exec_driver_sql("SELECT type FROM outbox WHERE sent_at IS NOT NULL ORDER BY id")
                    types = [row.type for row in rows if row.type.startswith("handoff.")]
                return types if len(types) >= 3 else []

            assert sorted(await eventually(published)) == [
                "handoff.acknowledged.v1",
                "handoff.delivered.v1",
                "handoff.offered.v1",
            ]
            async with engine.connect() as conn:
                (row,) = await conn.exec_driver_sql("SELECT heads, acknowledged_heads FROM handoff")
                assert row.heads == row.acknowledged_heads == {id_: h.model_dump() for id_, h in case.heads.items()}
        finally:
            await engine.dispose()
        (delivery,) = casebook.deliveries()
        assert delivery["times"] in times
        assert await running.stop() == 0
