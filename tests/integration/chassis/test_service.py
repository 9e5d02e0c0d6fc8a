"""The frame of a service, as operators meet it: a process with ports, signals, exit codes and log lines."""

import asyncio
import json
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from chassis.db import create_engine
from tests.conftest import MakeDatabase
from tests.support.proxy import Proxy

ROOT = Path(__file__).parents[3]


class Running:
    """One process of the service and what it wrote."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.raw: list[str] = []
        self._reading = asyncio.create_task(self._read())
        self._ready = asyncio.Event()
        self.ports: dict[str, int] = {}

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.raw.append(line.decode().rstrip("\n"))
            if '"event": "ready"' in self.raw[-1]:
                self.ports = {key: value for key, value in json.loads(self.raw[-1]).items() if key.endswith("port")}
                self._ready.set()
        self._ready.set()

    async def ready(self) -> "Running":
        async with asyncio.timeout(30):
            await self._ready.wait()
        assert self.ports, "\n".join(self.raw)
        return self

    async def ended(self) -> int:
        async with asyncio.timeout(30):
            code = await self.process.wait()
            await self._reading
        return code

    async def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def wrote(self, event: str) -> bool:
        """Whether a line of that name comes within two seconds."""
        for _ in range(40):
            if any(f'"event": "{event}"' in line for line in self.raw):
                return True
            await asyncio.sleep(0.05)
        return False

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.raw]

    def http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.ports['port']}", timeout=15)

    async def managed(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.ports['management_port']}") as http:
            return await http.get(path)


Start = Callable[..., Any]


async def started(url: str, *arguments: str, **environ: str) -> Running:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.pizza_service", *arguments),
        cwd=ROOT,
        env={"DATABASE_URL": url, "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", **environ},
        stderr=PIPE,
    )
    return Running(process)


async def killed(running: Running) -> None:
    if running.process.returncode is None:
        running.process.kill()
    await running.ended()


@pytest.fixture
async def start(postgres: str) -> AsyncIterator[Start]:
    """`await start("--role", "api", PIZZA_OVEN="fails")` starts the process; it is killed after the test."""
    processes: list[Running] = []

    async def start(*arguments: str, **environ: str) -> Running:
        processes.append(await started(environ.pop("DATABASE_URL", postgres), *arguments, **environ))
        return processes[-1]

    yield start
    for running in processes:
        await killed(running)


@pytest.fixture
async def pizza(start: Start) -> Running:
    """A process of the test's own."""
    running: Running = await start()
    return await running.ready()


@pytest.fixture(scope="module")
async def shared(postgres: str) -> AsyncIterator[Running]:
    """A process for tests that leave it running."""
    running = await (await started(postgres)).ready()
    yield running
    await killed(running)


async def test_a_service_serves_and_tells_that_it_is_live_and_ready(shared: Running) -> None:
    async with shared.http() as http:
        response = await http.get("/database")
    assert response.json() == 1
    assert "server" not in response.headers
    live, ready = await shared.managed("/livez"), await shared.managed("/readyz")
    assert (live.status_code, live.json()) == (
        200,
        {"alive": True, "tasks": {"loop": True, "oven": True, "http": True}},
    )
    assert (ready.status_code, ready.json()["checks"]) == (200, {"database": "ok"})
    metrics = (await shared.managed("/metrics")).text
    assert 'http_request_seconds_count{method="GET",route="/database",status="2xx"} 1.0' in metrics
    assert "database_connections_in_use 0.0" in metrics
    assert "process_resident_memory_bytes" in metrics
    assert (await shared.managed("/else")).status_code == 404
    async with shared.http() as http:
        assert (await http.get("/metrics")).status_code == 404


async def test_a_stop_lets_running_requests_end_while_no_new_ones_are_asked_for(pizza: Running) -> None:
    async with pizza.http() as http:
        slow = asyncio.create_task(http.get("/slow?seconds=1.5"))
        await asyncio.sleep(0.5)
        pizza.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.2)
        ready = await pizza.managed("/readyz")
        assert (ready.status_code, ready.json()["accepting"]) == (503, False)
        assert (await slow).json() == "served"
    assert await pizza.ended() == 0


async def test_an_endless_response_does_not_hold_up_a_stop(pizza: Running) -> None:
    async with pizza.http() as http, http.stream("GET", "/events") as events:
        lines = events.aiter_lines()
        assert await anext(lines) == "data: hot"
        before = monotonic()
        pizza.process.send_signal(signal.SIGTERM)
        assert await pizza.ended() == 0
    assert monotonic() - before < 3


async def test_a_drain_has_an_end(start: Start) -> None:
    pizza = await (await start(PIZZA_DRAIN_SECONDS="1", PIZZA_OVEN="stubborn")).ready()
    async with pizza.http() as http:
        slow = asyncio.create_task(http.get("/slow?seconds=20"))
        await asyncio.sleep(0.3)
        before = monotonic()
        await pizza.stop()
        assert monotonic() - before < 9
        with pytest.raises(httpx.HTTPError):
            (await slow).raise_for_status()
    (line,) = [line for line in pizza.lines() if line["event"] == "drain_cut_short"]
    assert "oven" in line["tasks"]


async def test_a_second_signal_does_not_wait(start: Start) -> None:
    pizza = await (await start(PIZZA_OVEN="stubborn")).ready()
    before = monotonic()
    pizza.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.3)
    await pizza.stop()
    assert monotonic() - before < 6


@pytest.mark.parametrize(
    ("manner", "error"),
    [
        ("fails", "RuntimeError"),
        ("ends", "chassis.service.TaskEnded"),
        ("cancelled", "chassis.service.TaskEnded < asyncio.exceptions.CancelledError"),
    ],
)
async def test_a_task_that_ends_takes_the_process_down_loudly(start: Start, manner: str, error: str) -> None:
    pizza = await start(PIZZA_OVEN=manner)
    assert await pizza.ended() == 1
    (line,) = [line for line in pizza.lines() if line["event"] == "task_failed"]
    assert (line["task"], line["error"], line["level"]) == ("oven", error, "error")
    assert not any("Kalle" in line for line in pizza.raw)


async def test_a_task_that_gets_on_no_more_makes_the_process_not_live(start: Start) -> None:
    pizza = await (await start(PIZZA_OVEN="silent")).ready()
    live = await pizza.managed("/livez")
    assert (live.status_code, live.json()["tasks"]["oven"]) == (503, False)
    assert (await pizza.managed("/readyz")).status_code == 200


async def test_an_application_that_cannot_start_ends_the_process(start: Start) -> None:
    pizza = await start(PIZZA_LIFESPAN="fails")
    assert await pizza.ended() == 1
    assert "http" in [line.get("task") for line in pizza.lines()]


async def test_a_role_starts_only_its_parts(start: Start) -> None:
    worker = await (await start("--role", "worker")).ready()
    api = await (await start("--role", "api")).ready()
    assert "port" not in worker.ports
    assert set((await worker.managed("/livez")).json()["tasks"]) == {"loop", "oven"}
    assert set((await api.managed("/livez")).json()["tasks"]) == {"loop", "http"}


async def test_a_taken_port_is_one_sentence(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        pizza = await start(PIZZA_PORT=str(port))
        assert await pizza.ended() == 1
    assert pizza.raw == [f"pizza: Port {port} on 127.0.0.1 is in use already."]


async def test_wrong_settings_stop_the_start_with_a_sentence_each(start: Start) -> None:
    pizza = await start(PIZZA_OVEN="cold", PIZZA_OVENS="2")
    assert await pizza.ended() == 1
    assert [line.split()[0] for line in pizza.raw] == ["PIZZA_OVENS", "PIZZA_OVEN"]


async def test_a_wrong_command_line_is_refused(start: Start) -> None:
    pizza = await start("--role", "cook")
    assert await pizza.ended() == 2


async def test_the_database_away_is_a_503_and_not_ready_until_it_is_back(start: Start, postgres: str) -> None:
    async with Proxy(postgres) as proxy:
        pizza = await (await start(DATABASE_URL=proxy.url)).ready()
        async with pizza.http() as http:
            assert (await http.get("/database")).status_code == 200
            proxy.cut()
            away = await http.get("/database")
            assert (away.status_code, away.headers["retry-after"]) == (503, "5")
            ready = await pizza.managed("/readyz")
            assert (ready.status_code, ready.json()["checks"]) == (503, {"database": "DatabaseAway"})
            assert (await pizza.managed("/livez")).status_code == 200
            proxy.restore()
            assert (await http.get("/database")).status_code == 200
            assert (await pizza.managed("/readyz")).status_code == 200
        assert await pizza.stop() == 0


async def test_migrate_brings_the_tables_and_ends(start: Start, database: MakeDatabase) -> None:
    url = await database()
    pizza = await start("migrate", DATABASE_URL=url)
    assert await pizza.ended() == 0
    engine = create_engine(url, name="test")
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM outbox")) == 0
    await engine.dispose()


async def test_migrate_without_a_database_is_one_sentence(start: Start) -> None:
    pizza = await start("migrate", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert await pizza.ended() == 1
    assert len(pizza.raw) == 1
    assert pizza.raw[0].startswith("pizza: the database cannot be reached")


async def test_forwarded_headers_are_believed_from_trusted_proxies_alone(start: Start, shared: Running) -> None:
    headers = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https", "x-forwarded-host": "evil.test"}
    behind = await (await start(PIZZA_TRUSTED_PROXIES="127.0.0.1")).ready()
    async with shared.http() as http:
        assert (await http.get("/caller", headers=headers)).json() == ["127.0.0.1", "http"]
    async with behind.http() as http:
        assert (await http.get("/caller", headers=headers)).json() == ["203.0.113.9", "https"]


async def test_an_answer_that_breaks_off_is_cut_and_told_without_its_text(shared: Running) -> None:
    async with shared.http() as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get("/half")
    assert await shared.wrote("request_failed")
    assert not any("Kalle" in line for line in shared.raw)


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n", b"421"),
        (b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)
async def test_raw_nonsense_is_answered_and_the_service_goes_on(
    shared: Running, request_bytes: bytes, status: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", shared.ports["port"])
    writer.write(request_bytes)
    line = await asyncio.wait_for(reader.readline(), 5)
    assert line.split()[1] == status
    writer.close()
    async with shared.http() as http:
        assert (await http.get("/database")).status_code == 200
