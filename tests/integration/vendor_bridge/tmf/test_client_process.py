"""The service as a process that is killed around what it writes into a vendor's own server, and reads there."""

import json
from pathlib import Path
from typing import Any

import pytest

from chassis.db import create_engine
from contracts.directory import Connection
from eskalera.ports import free_port
from tests.conftest import MakeDatabase
from tests.integration.vendor_bridge.conftest import eventually, served
from tests.integration.vendor_bridge.profiles.suite import with_connection
from tests.integration.vendor_bridge.test_process import a_system, publish
from tests.integration.vendor_bridge.tmf.vendor_server import VendorServer
from tests.support.handoff_life import Case, directory_changed

pytestmark = pytest.mark.kafka
REF, TOKEN = "vendors-own", "the-vendors-own-bearer-token"


@pytest.mark.parametrize("crash_at", ["bridge.before_send", "tmf621.after_2xx", "tmf621.after_2xx:2", "follower.said"])
async def test_n2_killed_around_a_followed_ticket_there_is_one_with_each_word_once_and_no_echo(
    kafka: str, database: MakeDatabase, tmp_path: Path, crash_at: str
) -> None:
    """Its server gives notes numbers of its own, so that ours are told from the vendor's by what we kept of them."""
    url, port = await database("chassis", "vendor_bridge"), free_port()
    server = VendorServer(TOKEN, keeps_ids=False, hub=False)
    followed = Connection(
        name="demo-vendor", profile="tmf621", url=f"http://127.0.0.1:{port}/tmf", version="v4", secret_ref=REF
    )
    case = Case()
    async with a_system(kafka, url, tmp_path) as (running, _casebook, topic), served(server.app(), port):
        file = tmp_path / "keys.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {REF: TOKEN}))
        running.settings |= {"VENDOR_BRIDGE_ALLOWED_TARGETS": f"127.0.0.1:{port}", "VENDOR_BRIDGE_URLS": "{}"}
        engine = create_engine(url, name="test")

        async def rows(query: str) -> list[Any]:
            async with engine.connect() as conn:
                return list(await conn.exec_driver_sql(query))

        async def written() -> bool:
            found = [note["text"] for ticket in server.tickets.values() for note in ticket["note"]]
            return "Nu också i aulan." in found and not await rows("SELECT 1 FROM delivery WHERE state = 'pending'")

        async def read() -> bool:
            """No lease of a dead one, and no minute between two looks, is waited for."""
            async with engine.begin() as conn:
                await conn.exec_driver_sql("UPDATE remote_ticket SET due_at = now()")
            return bool(await rows("SELECT 1 FROM outbox WHERE type = 'vendor.status_changed.v1'"))

        await publish(kafka, topic, [directory_changed(with_connection(followed)), *case.handed_over()])
        await running.start(crash_at)
        if crash_at in ("bridge.before_send", "tmf621.after_2xx"):
            await running.died()
            await running.start()

        async def opened() -> bool:
            return bool(server.tickets) and not await rows("SELECT 1 FROM delivery WHERE state = 'pending'")

        await eventually(opened)
        await publish(kafka, topic, [case.entry("Nu också i aulan.", "reporter", case=case.tickets[0])])
        if crash_at == "tmf621.after_2xx:2":
            await running.died()
            await running.start()
        await eventually(written)
        server.write("VT-1", "Vi byter accesspunkten.")
        server.move("VT-1", "inProgress", "Tekniker på väg.")
        if crash_at == "follower.said":
            await read()
            await running.died()
            await running.start()
        await eventually(read)
        texts = [note["text"] for note in server.tickets["VT-1"]["note"]]
        said = await rows("SELECT type, count(*) AS times FROM outbox WHERE type LIKE 'vendor.%%' GROUP BY type")
        await engine.dispose()
        assert await running.stop() == 0
    assert list(server.tickets) == ["VT-1"]
    assert len(texts) == len(set(texts))
    assert {row.type: row.times for row in said} == {"vendor.entry_added.v1": 1, "vendor.status_changed.v1": 1}
