"""From a form to its incident on the case page: `python -m tests.bench.latency [--rate 20] [--seconds 30]`.

The whole system as processes (the four services, demo vendor, mail catcher) on real Postgres and Kafka. Forms about all
schools and services are sent at a fixed rate whether answers are there or not; each one's time runs from when it was
due until the reporter's case page, asked for as soon as ticketing has the incident, has come and says who has it. p50
is to be at most 100 ms, p99 500 ms.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
import uuid
from collections.abc import Iterable
from pathlib import Path

import asyncpg
import httpx

from contracts.directory.load import load
from eskalera import layout as at
from tests.bench import cpu
from tests.bench.intake import sign_in
from tests.bench.results import Results
from tests.support import servers
from tests.support.system import System, running_system

P50_MS, P99_MS = 100, 500
WARM_UP = 40
LOOK_EVERY = 0.02  # seconds between looks into the database
PATIENCE = 60.0
DIRECTORY = load((Path(__file__).parents[2] / "municipalities" / "malarvik.yaml").read_text("utf-8"))
PLACES = [(school.id, service.id) for service in DIRECTORY.services for school in DIRECTORY.schools]


class Waiting:
    """Tells each ticket's sender when its incident is in ticketing's database; one look asks for all."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._waiting: dict[str, asyncio.Event] = {}

    async def until_there(self, ticket: str) -> None:
        there = self._waiting[ticket] = asyncio.Event()
        async with asyncio.timeout(PATIENCE):
            await there.wait()

    async def look(self) -> None:
        connection = await asyncpg.connect(self._database)
        try:
            while True:
                if self._waiting:
                    found = await connection.fetch(
                        "SELECT t.id FROM ticket t JOIN incident i ON i.id = t.incident"
                        " WHERE t.id = ANY($1) AND i.holder IS NOT NULL",
                        list(self._waiting),
                    )
                    for row in found:
                        self._waiting.pop(row["id"]).set()
                await asyncio.sleep(LOOK_EVERY)
        finally:
            await connection.close()


async def main(rate: float, seconds: float) -> dict[str, dict[str, float]]:
    """Milliseconds by stage, and CPU milliseconds by part."""
    postgres, kafka = servers.postgres_url(), servers.kafka_bootstrap_servers()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "system"
        async with running_system(home, postgres=postgres, kafka=kafka, standing_back=True) as system:
            waiting = Waiting(system.database("ticketing"))
            looking = asyncio.create_task(waiting.look())
            try:
                await measure(system, waiting, WARM_UP, rate)
                forms, before = round(rate * seconds), cpu.seconds(system)
                taken = await measure(system, waiting, forms, rate)
                used = cpu.each(before, cpu.seconds(system), forms)
            finally:
                looking.cancel()
    answered, there, shown = zip(*taken, strict=True)
    return {
        "form answered": summary(answered),
        "incident in ticketing": summary(there),
        "on the case page": summary(shown),
        "CPU ms per form": used,
    }


async def measure(system: System, waiting: Waiting, forms: int, rate: float) -> list[tuple[float, float, float]]:
    url = system.url(at.TICKETING)
    cookie, csrf = await sign_in(url)
    taken: list[tuple[float, float, float]] = []

    async def send(client: httpx.AsyncClient, n: int, due: float) -> None:
        form = {"csrf": csrf, "idempotency_key": uuid.uuid4().hex, "text": f"Det fungerar inte, {n}"}
        school, service = PLACES[n % len(PLACES)]
        more = {"school": school, "need": "work_around", "impact": "class", "service": service}
        sent = await client.post("/arenden/ny", data=form | more)
        answered = time.perf_counter()
        assert sent.status_code == 303, (sent.status_code, sent.text)
        ticket = sent.headers["location"].split("/")[2]
        await waiting.until_there(ticket)
        there = time.perf_counter()
        page = await client.get(f"/arenden/{ticket}")
        shown = time.perf_counter()
        assert page.status_code == 200, page.status_code
        assert "Nu hos:" in page.text, "the page does not say who has it"
        taken.append((answered - due, there - due, shown - due))

    async with (
        httpx.AsyncClient(base_url=url, timeout=30, headers={"cookie": cookie}) as client,
        asyncio.TaskGroup() as group,
    ):
        begun = time.perf_counter()
        for n in range(forms):
            due = begun + n / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            group.create_task(send(client, n, due))
    return taken


def summary(seconds: Iterable[float]) -> dict[str, float]:
    ordered = sorted(each * 1000 for each in seconds)
    return {
        "p50_ms": round(ordered[len(ordered) // 2], 1),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)], 1),
        "max_ms": round(ordered[-1], 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=30)
    given = parser.parse_args()
    figures = asyncio.run(main(given.rate, given.seconds))
    json.dump(figures, sys.stdout, indent=2)
    print()
    shown = figures["on the case page"]
    found = Results("latency")
    found.add(f"form to incident on the page at {given.rate:g}/s: p50", shown["p50_ms"], "ms", at_most=P50_MS)
    found.add(f"form to incident on the page at {given.rate:g}/s: p99", shown["p99_ms"], "ms", at_most=P99_MS)
    found.add(f"a form at {given.rate:g}/s: CPU of the whole system", figures["CPU ms per form"]["all"], "ms")
    sys.exit(found.missed())
