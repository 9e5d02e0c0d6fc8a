"""How many messages a bridge process delivers, takes in, and catches up with: `python -m tests.bench.bridge_delivery`.

Real Postgres with fsync on; the vendor is a process that answers at once. Delivered: hand-offs of as many incidents,
each with its story, of one connection. Caught up with: a vendor that was offline for a week with a queue of changes of
a few hundred incidents, in their order, while another vendor's hand-offs go on. Taken in: signed messages of a vendor
at a fixed rate, over many hand-offs, and copies of one, by a process of its own.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvloop
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from standardwebhooks import Webhook

from chassis.collector import calm_collector
from chassis.db import create_engine
from contracts.events.base import Event
from eskalera.ports import free_port
from tests.bench.results import Results
from tests.support import servers
from tests.support.databases import clone
from tests.support.handoff_life import PLATFORM, WIFI, Case, directory_changed, received
from vendor_bridge import signing
from vendor_bridge.consumer import handler
from vendor_bridge.delivery import Sender
from vendor_bridge.outbound import Outbound
from vendor_bridge.profiles.webhook import WebhookProfile, new_client
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store.directories import Directories

NAME, OTHER = "demo-vendor", "demo-vendor-platform"
QUEUED_INCIDENTS = 250
OTHERS = 40
SECRET = "the bridge's own secret, long enough"


class House:
    """One bridge's parts on a database of its own, and a vendor."""

    def __init__(self, engine: AsyncEngine, url: str, secrets: Path, key: str, port: int) -> None:
        self.engine, self.url, self.secrets, self.key = engine, url, secrets, key
        self.directories = Directories()
        self.port = port
        self.take = handler(self.directories)

    async def take_in(self, events: list[Event]) -> None:
        for start in range(0, len(events), 500):
            async with self.engine.begin() as conn:
                await self.take(conn, [received(event) for event in events[start : start + 500]])

    async def count(self, query: str) -> int:
        async with self.engine.connect() as conn:
            return int((await conn.execute(text(query))).scalar_one())

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        client = new_client()
        urls = {name: f"http://127.0.0.1:{self.port}/{name}" for name in (NAME, OTHER)}
        profile = WebhookProfile(client, SecretStore(self.secrets), allowed=[f"127.0.0.1:{self.port}"], urls=urls)
        sender = Sender(self.engine, Outbound(self.engine, self.directories, "http://127.0.0.1"), profile)
        running = asyncio.create_task(sender.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await client.aclose()

    async def until_sent(self, connection: str = NAME) -> None:
        left = f"SELECT count(*) FROM delivery WHERE state = 'pending' AND connection = '{connection}'"
        while await self.count(left):  # noqa: ASYNC110  (the figure is when it is in the database)
            await asyncio.sleep(0.05)


@asynccontextmanager
async def house() -> AsyncIterator[House]:
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
        await made.take_in([directory_changed()])
        try:
            yield made
        finally:
            vendor.kill()
            await vendor.wait()
            await engine.dispose()


async def delivered(count: int) -> dict[str, float]:
    """Hand-offs of one connection, one message each."""
    async with house() as here:
        for _ in range(0, count, 100):
            await here.take_in([event for _ in range(100) for event in Case().handed_over(WIFI)])
        async with here.sending():
            began, cpu = time.perf_counter(), time.process_time()
            await here.until_sent()
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        taken = await here.count("SELECT count(*) FROM delivery WHERE state = 'delivered'")
    return {"deliveries": taken, "per_second": round(taken / seconds), "cpu_ms_each": round(cpu * 1000 / taken, 2)}


async def caught_up(count: int) -> dict[str, float]:
    """A week's changes, `count` messages of a few hundred incidents; how long it takes, and how another fares."""
    async with house() as here:
        cases = [Case() for _ in range(QUEUED_INCIDENTS)]
        await here.take_in([event for case in cases for event in case.handed_over(WIFI)])
        queued = QUEUED_INCIDENTS
        while queued < count:
            # An answer is a message of its own: nothing else carries it.
            for case in cases:
                vendor = PLATFORM if case.lead == WIFI else WIFI
                await here.take_in(case.assigned(vendor))
            queued = await here.count(
                f"SELECT count(*) FROM delivery WHERE connection = '{NAME}' AND state = 'pending'"
            )
        async with here.engine.begin() as conn:
            await conn.execute(
                text(f"UPDATE delivery SET state = 'absorbed' WHERE connection = '{OTHER}' AND state = 'pending'")
            )
            await conn.execute(
                text(
                    "UPDATE delivery SET first_failed_at = now() - interval '7 days', failed = true,"
                    " due_at = now() + interval '1 day'"
                )
            )
            await conn.execute(
                text(
                    "INSERT INTO connection_health (municipality, connection, failures, resting_until, changed_at)"
                    f" VALUES ('malarvik', '{NAME}', 99, now(), now())"
                )
            )
        async with here.sending():
            began, waits = time.perf_counter(), []
            back = asyncio.create_task(here.until_sent())
            for _ in range(OTHERS):
                await here.take_in(Case(service="learning_platform").handed_over(PLATFORM))
                since = time.perf_counter()
                await here.until_sent(OTHER)
                waits.append(time.perf_counter() - since)
            await back
            seconds = time.perf_counter() - began
        disordered = await here.count(
            "SELECT count(*) FROM (SELECT seq < lag(seq) OVER (PARTITION BY incident, connection ORDER BY delivered_at)"
            " AS back FROM delivery WHERE state = 'delivered') AS d WHERE back"
        )
    assert disordered == 0, f"{disordered} messages overtook another"
    return {
        "queued": queued,
        "seconds": round(seconds, 1),
        "per_second": round(queued / seconds),
        "another_waited_ms_at_most": round(max(waits) * 1000),
    }


async def taken_in(rate: float, seconds: float, copies: int) -> dict[str, float]:
    """A vendor's messages over HTTP into a process of its own."""
    async with house() as here:
        await here.take_in([event for _ in range(300) for event in Case().handed_over(WIFI)])
        async with here.engine.connect() as conn:
            handoffs = list(await conn.scalars(text("SELECT id FROM handoff")))
        async with a_process(here) as url, httpx.AsyncClient(trust_env=False, timeout=30) as client:
            await post_all(client, url, here.key, handoffs, 50, "warm", 200)
            taken = await post_all(client, url, here.key, handoffs, rate, "m", round(rate * seconds))
            copied, statuses = await post_copies(client, url, here.key, handoffs[0], copies)
        effects = await here.count("SELECT count(*) FROM outbox WHERE type = 'vendor.entry_added.v1'")
    wanted = 200 + round(rate * seconds) + 1
    assert statuses == {202}, statuses
    assert effects == wanted, f"{effects} effects of {wanted} messages"
    ordered = sorted(taken)
    return {
        "messages": len(taken),
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
        "max_ms": round(ordered[-1] * 1000, 1),
        "copies": copies,
        "copies_per_second": round(copies / copied),
    }


@asynccontextmanager
async def a_process(here: House) -> AsyncIterator[str]:
    """`python -m vendor_bridge.main --role api`."""
    port, management = free_port(), free_port()
    settings = {
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
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "vendor_bridge.main",
        "--role",
        "api",
        env={**os.environ, **settings},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(300):
            try:
                if (await client.get(f"http://127.0.0.1:{management}/readyz")).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.1)
    try:
        yield f"http://127.0.0.1:{port}/webhooks/{NAME}"
    finally:
        process.terminate()
        await process.wait()


def signed(key: str, handoff: str, id_: str) -> tuple[bytes, dict[str, str]]:
    body = json.dumps({"type": "entry_added", "data": {"handoff": handoff, "text": f"Vi tittar på det ({id_})."}})
    at = datetime.now(UTC)
    signature = Webhook(key).sign(id_, at, body)
    headers = {"webhook-id": id_, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    return body.encode(), headers


async def post_all(
    client: httpx.AsyncClient, url: str, key: str, handoffs: list[str], rate: float, name: str, count: int
) -> list[float]:
    """At a fixed rate, whether answers are there or not: seconds from when each was due until its answer."""
    taken: list[float] = []

    async def post(n: int, due: float) -> None:
        body, headers = signed(key, handoffs[n % len(handoffs)], f"{name}-{n}")
        answer = await client.post(url, content=body, headers=headers)
        taken.append(time.perf_counter() - due)
        assert answer.status_code == 202, (answer.status_code, answer.text)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for n in range(count):
            due = began + n / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            group.create_task(post(n, due))
    return taken


async def post_copies(
    client: httpx.AsyncClient, url: str, key: str, handoff: str, copies: int
) -> tuple[float, set[int]]:
    body, headers = signed(key, handoff, "copied")

    async def some(count: int) -> set[int]:
        return {(await client.post(url, content=body, headers=headers)).status_code for _ in range(count)}

    began = time.perf_counter()
    statuses = await asyncio.gather(*(some(copies // 16) for _ in range(16)))
    return time.perf_counter() - began, set().union(*statuses)


async def main(given: argparse.Namespace) -> dict[str, Any]:
    return {
        "delivered": await delivered(given.deliveries),
        "caught up": await caught_up(given.queued),
        "taken in": await taken_in(given.rate, given.seconds, given.copies),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=3000)
    parser.add_argument("--queued", type=int, default=5000)
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--copies", type=int, default=10_000)
    calm_collector()  # as the service does
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as the service does
        figures = runner.run(main(parser.parse_args()))
    json.dump(figures, sys.stdout, indent=2)
    print()
    found = Results("bridge_delivery")
    sent, back, heard = figures["delivered"], figures["caught up"], figures["taken in"]
    found.add("bridge delivers to a fast vendor", sent["per_second"], "messages/s", at_least=200)
    found.add("bridge delivers: CPU", sent["cpu_ms_each"], "ms/message")
    found.add(f"a week's {back['queued']:.0f} messages caught up with", back["seconds"], "s")
    found.add("meanwhile another vendor waits at most", back["another_waited_ms_at_most"], "ms", at_most=2000)
    found.add("bridge takes a vendor's messages in at 500/s: p99", heard["p99_ms"], "ms", at_most=100)
    found.add("copies of one message", heard["copies_per_second"], "/s")
    sys.exit(found.missed())
