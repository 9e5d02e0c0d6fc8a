"""How fast pages are among many cases: `python -m tests.bench.pages [--tickets 100000] [--rate 10] [--visits 40]`.

The real ticketing (role `api`) over a database of `tests.support.many_cases`. Requests come at a fixed rate whether
answers are ready or not, page after page in turn; a page's time runs from when it was due. p50 of every page is to be
at most 50 ms.
"""

import argparse
import asyncio
import json
import sys
import time
from datetime import timedelta
from pathlib import Path

import httpx
from sqlalchemy import text

from chassis.db import create_engine
from contracts.directory.load import load
from tests.bench.intake import SECRET, configure, process
from tests.bench.results import Results
from tests.support import servers
from tests.support.databases import clone
from tests.support.many_cases import NEWEST_INCIDENT, many_cases

TARGET_MS = 50
MALARVIK = Path(__file__).parents[2] / "municipalities" / "malarvik.yaml"
PAGES = (
    ("queue, coordinator", "samordnare", "/ko"),
    ("queue, breached", "samordnare", "/ko?visa=breached"),
    ("queue, at vendors", "samordnare", "/ko?visa=vendor"),
    ("queue, solved", "samordnare", "/ko?visa=resolved"),
    ("queue, search", "samordnare", "/ko?q=projektorn"),
    ("queue, search for nothing", "samordnare", "/ko?q=finns+inte"),
    ("queue, technician", "tekniker", "/ko"),
    ("queue, technician's own", "tekniker", "/ko?visa=mine"),
    ("school", "larare", "/skolor/ekbacken"),
    ("my cases", "larare", "/arenden"),
    ("case", "samordnare", "/arenden/MAL-2026-0000001"),
    ("disturbance of 300", "samordnare", f"/storningar/{NEWEST_INCIDENT}"),
)


async def main(tickets: int, rate: float, visits: int) -> dict[str, dict[str, float]]:
    """Milliseconds by page."""
    database = await clone(servers.postgres_url(), ("chassis", "ticketing"), servers.run_folder())
    await fill(database, tickets)
    common = {"DATABASE_URL": database, "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "LOG_LEVEL": "WARNING"}
    own = {"TICKETING_SECRET": SECRET, "TICKETING_DEMO": "true", "TICKETING_ROLE": "api"}
    async with process("ticketing.main", own, common) as ticketing:
        await configure(ticketing.url)
        async with httpx.AsyncClient(base_url=ticketing.url, timeout=30) as client:
            cookies = {person: await sign_in(client, person) for person in {person for _, person, _ in PAGES}}
            await measure(client, cookies, rate, 3)
            cpu = ticketing.cpu()
            times = await measure(client, cookies, rate, visits)
            cpu_ms = (ticketing.cpu() - cpu) * 1000 / (visits * len(PAGES))
    figures = {name: summary(taken) for name, taken in times.items()}
    return figures | {"all": summary([each for taken in times.values() for each in taken]) | {"cpu_ms": cpu_ms}}


async def fill(database: str, tickets: int) -> None:
    engine = create_engine(database, name="bench", statement_timeout=None)
    await many_cases(engine, load(MALARVIK.read_text("utf-8")), tickets)
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
        await conn.execute(text("VACUUM"))
    await engine.dispose()


async def sign_in(client: httpx.AsyncClient, person: str) -> str:
    answer = await client.post("/malarvik/", data={"person": person})
    return answer.headers["set-cookie"].partition(";")[0]


async def measure(
    client: httpx.AsyncClient, cookies: dict[str, str], rate: float, visits: int
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name, _, _ in PAGES}

    async def visit(name: str, person: str, path: str, due: float) -> None:
        answer = await client.get(path, headers={"cookie": cookies[person], "accept": "text/html"})
        times[name].append((time.perf_counter() - due) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for n, (name, person, path) in enumerate(PAGES * visits):
            due = begun + n / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            group.create_task(visit(name, person, path, due))
    return times


def summary(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"p50_ms": ordered[len(ordered) // 2], "p95_ms": ordered[int(len(ordered) * 0.95)], "max_ms": ordered[-1]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=10)
    parser.add_argument("--visits", type=int, default=40)
    given = parser.parse_args()
    began = time.monotonic()
    figures = asyncio.run(main(given.tickets, given.rate, given.visits))
    for name, figure in figures.items():
        print(f"{name:<28}" + "  ".join(f"{key} {value:.1f}" for key, value in figure.items()))
    print(json.dumps(figures))
    print(f"{given.tickets} tickets, in all {timedelta(seconds=round(time.monotonic() - began))}")
    found = Results("pages")
    for name, figure in figures.items():
        found.add(f"{name} at {given.tickets:,} tickets: p50", figure["p50_ms"], "ms", at_most=TARGET_MS)
    found.add("a page on average: app's CPU", figures["all"]["cpu_ms"], "ms")
    sys.exit(found.missed())
