"""What filing a ticket costs: `python -m tests.bench.intake [--requests 3000]`.

The real ticketing (role `api`) beside a bare FastAPI + asyncpg application that inserts one row, each a process of its
own with the same tracing, on one real Postgres with fsync on; 16 clients. CPU is the application process' own, by
request; Postgres' CPU (all its processes) is printed beside. Three rounds in turn, as a machine's speed wanders:
a ratio is one round's, every figure the median of the rounds.
"""

import argparse
import asyncio
import json
import os
import re
import secrets
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import psutil

from eskalera.ports import free_port
from tests.bench.results import Results
from tests.support import servers
from tests.support.databases import clone
from ticketing.tokens import Tokens

CLIENTS = 16
ROUNDS = 3
MUNICIPALITIES = Path(__file__).parents[2] / "municipalities"
SECRET = secrets.token_urlsafe(32)
Send = Callable[[httpx.AsyncClient, int], Awaitable[httpx.Response]]


async def main(requests: int) -> dict[str, dict[str, float]]:
    """Figures by way of filing."""
    postgres = servers.postgres_url()
    database = await clone(postgres, ("chassis", "ticketing"), servers.run_folder())
    common = {
        "DATABASE_URL": database,
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "OTEL_TRACES_SAMPLER_ARG": "0.1",
        "LOG_LEVEL": "WARNING",
    }
    api = {"TICKETING_SECRET": SECRET, "TICKETING_DEMO": "true"}
    async with (
        process("tests.bench.bare", {}, common) as bare,
        process("ticketing.main", api | {"TICKETING_ROLE": "api"}, common) as ticketing,
    ):
        await configure(ticketing.url)
        cookie, csrf = await sign_in(ticketing.url)
        token = Tokens(SECRET).issue("malarvik", "larare", datetime.now(UTC), timedelta(hours=1))

        async def insert(client: httpx.AsyncClient, n: int) -> httpx.Response:
            return await client.post("/tickets", json=body(n))

        async def file_json(client: httpx.AsyncClient, n: int) -> httpx.Response:
            headers = {"authorization": f"Bearer {token}", "idempotency-key": f"k{n}-{time.time_ns()}"}
            return await client.post("/api/v1/tickets", json=body(n), headers=headers)

        async def send_form(client: httpx.AsyncClient, n: int) -> httpx.Response:
            form = {"csrf": csrf, "idempotency_key": f"f{n}-{time.time_ns()}", "text": body(n)["title"]}
            more = {"school": "ekbacken", "room": "B204", "need": "work_around", "impact": "class"}
            return await client.post("/arenden/ny", data=form | more, headers={"cookie": cookie})

        async def file_form(client: httpx.AsyncClient, n: int) -> httpx.Response:
            sent = await send_form(client, n)
            return await client.get(sent.headers["location"], headers={"cookie": cookie})

        ways: dict[str, tuple[Running, Send, int]] = {
            "bare": (bare, insert, requests),
            "JSON API": (ticketing, file_json, requests),
            "form": (ticketing, send_form, requests // 2),
            "form + confirmation page": (ticketing, file_form, requests // 2),
        }
        for running, send, count in ways.values():  # warm up
            await measure(running, send, count // ROUNDS)
        rounds = [
            {name: await measure(running, send, count // ROUNDS) for name, (running, send, count) in ways.items()}
            for _ in range(ROUNDS)
        ]
    for figures in rounds:
        for figure in figures.values():
            figure["ratio"] = figure["cpu_ms"] / figures["bare"]["cpu_ms"]
    return {name: {key: median(figures[name][key] for figures in rounds) for key in rounds[0][name]} for name in ways}


def body(n: int) -> dict[str, Any]:
    return {
        "title": f"Projektorn i B204 startar inte ({n})",
        "description": "Lampan blinkar rött tre gånger, sedan händer inget. Lektionen börjar om tio minuter.",
        "school": "ekbacken",
        "room": "B204",
        "urgency": 2,
    }


class Running:
    """A process under measurement."""

    def __init__(self, url: str, pid: int) -> None:
        self.url, self.process = url, psutil.Process(pid)

    def cpu(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)


@asynccontextmanager
async def process(module: str, own: dict[str, str], common: dict[str, str]) -> AsyncIterator[Running]:
    port, management = free_port(), free_port()
    ports = {"TICKETING_PORT": str(port), "TICKETING_MANAGEMENT_PORT": str(management)} if own else {"PORT": str(port)}
    env = {**os.environ, **common, **own, **ports}
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", module, env=env)
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient() as client:
            for _ in range(300):
                try:
                    await client.get(url + "/")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
        yield Running(url, child.pid)
    finally:
        child.terminate()
        await child.wait()


async def configure(url: str) -> None:
    token = Tokens(SECRET).issue("malarvik", None, datetime.now(UTC), timedelta(hours=1))
    files = {
        "directory": (MUNICIPALITIES / "malarvik.yaml").read_text("utf-8"),
        "people": (MUNICIPALITIES / "malarvik.people.yaml").read_text("utf-8"),
    }
    async with httpx.AsyncClient(timeout=30) as client:
        answer = await client.put(
            f"{url}/api/v1/directories/malarvik", json=files, headers={"authorization": f"Bearer {token}"}
        )
        answer.raise_for_status()


async def sign_in(url: str) -> tuple[str, str]:
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{url}/malarvik/", data={"person": "larare"})
        cookie = answer.headers["set-cookie"].partition(";")[0]
        form = await client.get(f"{url}/arenden/ny", headers={"cookie": cookie})
        found = re.search(r'name="csrf" value="([^"]+)"', form.text)
        assert found is not None, form.text
        return cookie, found[1]


async def measure(running: Running, send: Send, requests: int) -> dict[str, float]:
    numbers = iter(range(requests))
    times: list[float] = []

    async def client() -> None:
        async with httpx.AsyncClient(base_url=running.url, timeout=30) as http:
            for n in numbers:
                begun = time.perf_counter()
                answer = await send(http, n)
                times.append(time.perf_counter() - begun)
                assert answer.status_code in (200, 201, 303), answer.text

    cpu, database, begun = running.cpu(), postgres_cpu(), time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    seconds = time.perf_counter() - begun
    times.sort()
    return {
        "requests": requests,
        "per_second": requests / seconds,
        "cpu_ms": (running.cpu() - cpu) * 1000 / requests,
        "postgres_cpu_ms": (postgres_cpu() - database) * 1000 / requests,
        "p50_ms": times[len(times) // 2] * 1000,
        "p99_ms": times[int(len(times) * 0.99)] * 1000,
    }


def postgres_cpu() -> float:
    """Seconds of all Postgres processes; those that ended in between are not counted."""
    total = 0.0
    for each in psutil.process_iter(["name", "cpu_times"]):
        if each.info["name"] == "postgres" and each.info["cpu_times"]:
            total += each.info["cpu_times"].user + each.info["cpu_times"].system
    return total


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=3000)
    figures = asyncio.run(main(parser.parse_args().requests))
    for name, figure in figures.items():
        print(f"{name:<26}" + "  ".join(f"{key} {value:.2f}" for key, value in figure.items()))
    print(json.dumps(figures))
    found = Results("intake")
    found.add("JSON API: app's CPU against a bare insert", figures["JSON API"]["ratio"], "×", at_most=2.5)
    found.add("form: the same", figures["form"]["ratio"], "×", at_most=5)
    found.add("form and confirmation page: the same", figures["form + confirmation page"]["ratio"], "×", at_most=5)
    found.add("JSON API: app's CPU", figures["JSON API"]["cpu_ms"], "ms")
    found.add("form and confirmation page: app's CPU", figures["form + confirmation page"]["cpu_ms"], "ms")
    sys.exit(found.missed())
