"""A bridge's parts on a database of their own, a vendor that answers at once, and what each costs in CPU."""

import asyncio
import json
import logging
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.db import create_engine
from contracts.events.base import Event
from eskalera.connections import SHIPPED_ADDRESS
from eskalera.ports import free_port
from tests.bench import cpu
from tests.support import servers
from tests.support.databases import clone
from tests.support.handoff_life import directory_changed, received
from vendor_bridge import signing
from vendor_bridge.consumer import handler
from vendor_bridge.delivery import Sender
from vendor_bridge.outbound import Outbound
from vendor_bridge.profiles.webhook import WebhookProfile, new_client
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store.directories import Directories

NAME, OTHER = "demo-vendor", "demo-vendor-platform"
SECRET = "the bridge's own secret, long enough"


class House:
    """One bridge's parts on a database of its own, and a vendor."""

    def __init__(self, engine: AsyncEngine, url: str, secrets: Path, key: str, port: int) -> None:
        self.engine, self.url, self.secrets, self.key = engine, url, secrets, key
        self.directories = Directories()
        self.outbound = Outbound(engine, self.directories, "http://127.0.0.1")
        self.port = port
        self.take = handler(self.directories)
        self.processes: dict[str, int] = {}

    def cpu(self) -> dict[str, float]:
        """Seconds so far of each part; `measuring` is this process, which also sends where something is sent."""
        return cpu.of(self.processes)

    async def take_in(self, events: list[Event]) -> None:
        for start in range(0, len(events), 500):
            async with self.engine.begin() as conn:
                await self.take(conn, [received(event) for event in events[start : start + 500]])

    async def settle(self) -> None:
        """Postgres knows how much there is, as it does of what was there a minute ago."""
        async with self.engine.begin() as conn:
            await conn.execute(text("ANALYZE"))

    async def count(self, query: str) -> int:
        async with self.engine.connect() as conn:
            return int((await conn.execute(text(query))).scalar_one())

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        client = new_client()
        urls = {f"{SHIPPED_ADDRESS}webhooks/{name}": f"http://127.0.0.1:{self.port}/{name}" for name in (NAME, OTHER)}
        profile = WebhookProfile(client, SecretStore(self.secrets), allowed=[f"127.0.0.1:{self.port}"], urls=urls)
        sender = Sender(self.engine, self.outbound, profile)
        running = asyncio.create_task(sender.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await client.aclose()

    async def until_sent(self, connection: str = NAME, every: float = 0.3) -> None:
        """Looks so seldom that looking is no part of what is measured."""
        left = f"SELECT count(*) FROM delivery WHERE state = 'pending' AND connection = '{connection}'"
        while await self.count(left):  # noqa: ASYNC110  (the figure is when it is in the database)
            await asyncio.sleep(every)


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    # A line for each delivery goes to a file in the service; a terminal's colours are no part of what is measured.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    url = await clone(servers.postgres_url(), ("chassis", "vendor_bridge"), servers.run_folder())
    engine, port, key = create_engine(url, name="bench"), free_port(), signing.new_secret()
    vendor = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.fast_vendor", str(port), stdout=asyncio.subprocess.PIPE
    )
    assert vendor.stdout is not None
    await vendor.stdout.readline()
    with tempfile.TemporaryDirectory() as folder:
        secrets = Path(folder) / "secrets.json"
        secrets.write_text(json.dumps({NAME: key, OTHER: key}))
        made = House(engine, url, secrets, key, port)
        made.processes["vendor"] = vendor.pid
        await made.take_in([directory_changed()])
        try:
            yield made
        finally:
            vendor.kill()
            await vendor.wait()
            await engine.dispose()


@asynccontextmanager
async def a_process(here: House) -> AsyncIterator[str]:
    """`python -m vendor_bridge.main --role api`; the address that its vendor's messages go to."""
    port, management = free_port(), free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "vendor_bridge.main",
        "--role",
        "api",
        env={**os.environ, **_settings(here, port, management)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    here.processes["bridge"] = process.pid
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(1200):
            try:
                if (await client.get(f"http://127.0.0.1:{management}/readyz")).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.1)
    try:
        yield f"http://127.0.0.1:{port}/webhooks/{NAME}"
    finally:
        del here.processes["bridge"]
        process.terminate()
        await process.wait()


def _settings(here: House, port: int, management: int) -> Mapping[str, str]:
    return {
        "DATABASE_URL": here.url,
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "VENDOR_BRIDGE_SECRET": SECRET,
        "VENDOR_BRIDGE_SECRETS_FILE": str(here.secrets),
        "VENDOR_BRIDGE_PORT": str(port),
        "VENDOR_BRIDGE_MANAGEMENT_PORT": str(management),
        "VENDOR_BRIDGE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "VENDOR_BRIDGE_INBOUND_RATE": "100000",
        "VENDOR_BRIDGE_INBOUND_BURST": "1000000",
    }
