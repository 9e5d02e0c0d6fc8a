"""The bridge on a real Postgres, its HTTP side and vendors on real ports."""

import asyncio
import base64
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from standardwebhooks import Webhook

from chassis.listen import Listener
from chassis.objects import DiskStore
from chassis.web import Application, create_app
from contracts import envelope
from contracts.envelope import Received
from contracts.events.base import Event
from eskalera.connections import SHIPPED_ADDRESS
from eskalera.demo_vendor.app import create_app as create_demo_vendor
from eskalera.demo_vendor.casebook import Casebook
from eskalera.demo_vendor.connections import Connection
from eskalera.ports import free_port
from tests.support.handoff_life import directory, directory_changed, received
from vendor_bridge import api, files_api, reports_api, tokens
from vendor_bridge.consumer import handler
from vendor_bridge.delivery import Sender
from vendor_bridge.domain.retry import Schedule
from vendor_bridge.files import Files
from vendor_bridge.handlers import VendorSide
from vendor_bridge.outbound import Outbound
from vendor_bridge.profiles import ByProfile, Profile
from vendor_bridge.profiles.webhook import WebhookProfile
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.settings import VendorBridgeSettings
from vendor_bridge.store import world
from vendor_bridge.store.directories import Directories

T = TypeVar("T")
E = TypeVar("E", bound=Event)

SECRET = "the bridge's own secret, long enough"
SOON = Schedule(waits=(timedelta(seconds=0.2),), jitter=0.0)
CONNECTIONS = (
    "demo-vendor",
    "demo-vendor-platform",
    "demo-vendor-devices",
    "demo-vendor-print",
    "hallsberg-sydnarke-it",
    "hallsberg-plattform",
)


def shipped(connection: str) -> str:
    """Where the shipped directories say that the demo vendor takes its messages."""
    return f"{SHIPPED_ADDRESS}webhooks/{connection}"


@pytest.fixture
def packages() -> tuple[str, ...]:
    return ("chassis", "vendor_bridge")


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


@asynccontextmanager
async def serving(config: uvicorn.Config) -> AsyncIterator[None]:
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), "the server did not start"
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def served(app: FastAPI, port: int) -> AsyncIterator[str]:
    """The app on a real port of this machine."""
    async with serving(uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=1)):
        yield f"http://127.0.0.1:{port}"


async def eventually(check: Callable[[], Awaitable[T]], seconds: float = 90) -> T:
    """The first true answer of `check`."""
    deadline = time.monotonic() + seconds
    while not (found := await check()):
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.03)
    return found


@dataclass
class Bridge:
    """The parts of the service, wired as `main` does, on one database."""

    engine: AsyncEngine
    directories: Directories
    secrets: dict[str, str]
    url: str
    outbound: Outbound
    profiles: dict[str, Profile]
    """Of a connection's `profile`; a test that needs another one puts it here before it sends."""
    vendors: VendorSide
    files: Files
    objects: Path
    """The object store's folder."""
    app: Application
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def webhook(self) -> WebhookProfile:
        profile = self.profiles["webhook"]
        assert isinstance(profile, WebhookProfile)
        return profile

    async def take_in(self, *events: Event, traceparent: str | None = None) -> None:
        """One batch in one transaction, as the consumer does it."""
        messages: Sequence[Received] = [received(event, traceparent) for event in events]
        async with self.engine.begin() as conn:
            await handler(self.directories)(conn, messages)

    def sender(self, **more: Any) -> Sender:
        return Sender(self.engine, self.outbound, ByProfile(self.profiles), **({"schedule": SOON} | more))

    def start_sending(self, **more: Any) -> Sender:
        listener = Listener(self.engine)
        sender = self.sender(wake=listener.wake(world.CHANNEL), **more)
        self.tasks += [asyncio.create_task(listener.run()), asyncio.create_task(sender.run())]
        return sender

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()

    async def stated(self) -> list[Event]:
        """What the bridge said, in its order."""
        async with self.engine.connect() as conn:
            rows = await conn.execute(text("SELECT value, headers FROM outbox ORDER BY id"))
            return [
                envelope.decode([(name, value.encode()) for name, value in row.headers.items()], bytes(row.value)).event
                for row in rows
            ]

    async def stated_types(self) -> list[str]:
        return [event.TYPE.removesuffix(".v1") for event in await self.stated()]

    def kept(self) -> set[str]:
        """Digests of what lies in the object store."""
        return {each.name for each in self.objects.rglob("*") if each.is_file()}

    async def rows(self, query: str, **values: Any) -> list[Any]:
        async with self.engine.begin() as conn:
            found = await conn.execute(text(query), values)
            return list(found) if found.returns_rows else []

    def signed(self, connection: str, body: bytes, *, webhook_id: str, at: datetime | None = None) -> dict[str, str]:
        at = at or datetime.now(UTC)
        return {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self.secrets[connection]).sign(webhook_id, at, body.decode()),
        }

    async def say(self, connection: str, kind: str, *, webhook_id: str | None = None, **data: Any) -> httpx.Response:
        """A vendor's message, rightly signed."""
        body = json.dumps({"type": kind, "data": data}).encode()
        return await self.post(connection, body, self.signed(connection, body, webhook_id=webhook_id or new_id()))

    async def post(self, connection: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.post(f"{self.url}/webhooks/{connection}", content=body, headers=headers)


def new_id() -> str:
    return f"vm_{secrets.token_hex(12)}"


@dataclass
class DemoVendor:
    url: str
    casebook: Casebook

    async def act(self, handoff: str, action: str, **said: Any) -> str:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(f"{self.url}/cases/{handoff}/{action}", json=said)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["message"])

    def handoffs(self) -> list[str]:
        return [case["handoff"] for case in self.casebook.cases()]


@pytest.fixture
def vendor_port() -> int:
    return free_port()


@pytest.fixture
def own_settings() -> dict[str, Any]:
    """Settings of the bridge that a test has otherwise than they come: it parametrizes them."""
    return {}


@pytest.fixture
async def bridge(
    engine: AsyncEngine, tmp_path: Path, vendor_port: int, own_settings: dict[str, Any]
) -> AsyncIterator[Bridge]:
    """Both municipalities known, nothing sent yet."""
    keys = {name: new_secret() for name in CONNECTIONS}
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps(keys))
    store, directories, port = SecretStore(file), Directories(), free_port()
    url = f"http://127.0.0.1:{port}"
    settings = VendorBridgeSettings(
        secret=SECRET,
        database_url="postgresql://unused",
        kafka_bootstrap_servers="unused",
        public_url=url,
        **own_settings,
    )
    vendors = VendorSide(engine, directories, store, SECRET, public_url=url)
    files = Files(engine, directories, vendors, DiskStore(tmp_path / "objects"), settings)
    app = create_app(settings, title="Vendor bridge")
    app.include_router(api.router(vendors))
    app.include_router(reports_api.router(vendors))
    app.include_router(files_api.router(vendors, files))
    async with httpx.AsyncClient(timeout=15, trust_env=False) as client, served(app, port):
        profile = WebhookProfile(
            client,
            store,
            allowed=[f"127.0.0.1:{vendor_port}"],
            urls={shipped(name): f"http://127.0.0.1:{vendor_port}/webhooks/{name}" for name in CONNECTIONS},
        )
        outbound = Outbound(engine, directories, url)
        profiles: dict[str, Profile] = {"webhook": profile}
        made = Bridge(engine, directories, keys, url, outbound, profiles, vendors, files, tmp_path / "objects", app)
        await made.take_in(directory_changed(), directory_changed(directory("hallsberg")))
        yield made
        await made.stop()


@asynccontextmanager
async def demo_vendor_at(bridge: Bridge, port: int, file: Path) -> AsyncIterator[DemoVendor]:
    connections = {
        name: Connection(name, secret, tokens.issue(SECRET, name)) for name, secret in bridge.secrets.items()
    }
    casebook = Casebook(file)
    async with served(create_demo_vendor(casebook, connections, bridge.url), port) as url:
        yield DemoVendor(url, casebook)


@pytest.fixture
async def demo_vendor(bridge: Bridge, vendor_port: int, tmp_path: Path) -> AsyncIterator[DemoVendor]:
    async with demo_vendor_at(bridge, vendor_port, tmp_path / "vendor.sqlite") as vendor:
        yield vendor


def of_type(events: Iterable[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]
