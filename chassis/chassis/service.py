"""The frame of a service: which parts run, on which ports, how it starts, stays alive and stops.

    def main() -> None:
        service = Service.start("ticketing", TicketingSettings, packages=("chassis", "ticketing"))
        app = create_app(service.settings, title="Ticketing", openapi_url="/api/v1/openapi.json")
        app.include_router(api.router(service.engine))
        consumer = Consumer(service.engine, KafkaSettings.of(service.settings), …)
        service.add_app(app)
        service.add_task("consumer", consumer.run, alive=consumer.is_alive)
        service.run()

`python -m ticketing.main [--role api|worker|all]` runs it, `python -m ticketing.main migrate` brings its tables up to
date. Exit codes: 0 stopped, 1 something failed, 2 wrong command line.

A task runs until it is cancelled, which tells it to finish what it has in hand. One that ends or fails before takes
the process down: a service never limps on. An endless response (server-sent events) watches `app.state.stopping`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Thread
from typing import Final, Generic, Literal, TypeVar

from fastapi import FastAPI
from sqlalchemy import QueuePool, text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db, logs, metrics, telemetry
from chassis.collector import calm_collector
from chassis.command import command_line, migrate_for
from chassis.management import Check, Management
from chassis.servers import CannotListen, EmbeddedServer, bind, port_of, server
from chassis.settings import Settings, load

S = TypeVar("S", bound=Settings)
Part = Literal["api", "worker"]
Run = Callable[[], Awaitable[None]]

CLOSING_SECONDS: Final = 2.0  # for each closing step, after the drain
_BEAT_SECONDS: Final = 1.0
_HTTP: Final = "http"

log = logs.get(__name__)


class TaskEnded(Exception):
    """A background task came to an end while the service should run."""


@dataclass(frozen=True, slots=True)
class _Task:
    name: str
    run: Run
    part: Part | None  # None: with every role
    alive: Callable[[], bool]


class Service(Generic[S]):
    """One process of a service. Everything is added before `run`."""

    def __init__(self, name: str, settings: S) -> None:
        self.name = name
        self.settings = settings
        self.stopping = asyncio.Event()
        self._hurry = asyncio.Event()
        self._app: FastAPI | None = None
        self._tasks: dict[str, _Task] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._readiness: dict[str, Check] = {}
        self._starting: list[tuple[str, Run]] = []
        self._closing: list[tuple[str, Run]] = []
        self._ready = False
        self.add_task("loop", _measure_loop, part=None)

    @classmethod
    def start(
        cls,
        name: str,
        settings: type[S],
        *,
        packages: Sequence[str],
        arguments: Sequence[str] | None = None,
    ) -> Service[S]:
        """From the command line and the environment; `migrate` (of `packages`' tables) ends here, with SystemExit."""
        command, role = command_line(name, arguments)
        chosen = load(settings)
        if role is not None:
            chosen = chosen.model_copy(update={"role": role})
        logs.start(chosen, name)
        if command == "migrate":
            asyncio.run(migrate_for(name, chosen, packages))
            raise SystemExit(0)
        telemetry.start(name, chosen)
        return cls(name, chosen)

    @cached_property
    def engine(self) -> AsyncEngine:
        """The service's database; connected on first use, part of readiness, closed at the end."""
        engine = db.create_engine(self.settings.database_url, name=self.name, pool_size=self.settings.database_pool)
        metrics.POOL_IN_USE.set_function(lambda: _in_use(engine))

        async def answers() -> None:
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))

        self.add_readiness("database", answers)
        return engine

    def add_app(self, app: FastAPI) -> None:
        """The HTTP application, served with the roles `api` and `all`."""
        app.state.stopping = self.stopping
        self._app = app

    def add_task(
        self, name: str, run: Run, *, part: Part | None = "worker", alive: Callable[[], bool] = lambda: True
    ) -> None:
        """Work in the background of one part, or with `part=None` of all; `alive` says whether it gets on."""
        self._tasks[name] = _Task(name, run, part, alive)

    def add_readiness(self, name: str, check: Check) -> None:
        """`check` raises or answers False when requests should go elsewhere."""
        self._readiness[name] = check

    def on_start(self, name: str, run: Run) -> None:
        """Runs to its end, in the order added, before tasks and HTTP."""
        self._starting.append((name, run))

    def load_early(self, name: str, load: Callable[[], object]) -> None:
        """Something slow that the first request would wait for, done beside everything else."""
        Thread(target=load, name=name, daemon=True).start()

    def on_close(self, name: str, run: Run) -> None:
        """Runs after all work ended, last added first."""
        self._closing.append((name, run))

    def run(self) -> None:
        """Until SIGTERM, SIGINT or a failure (SystemExit 1)."""
        import uvloop

        try:
            sockets = self._bind()
        except CannotListen as error:
            raise SystemExit(f"{self.name}: {error}") from None
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            failed = runner.run(self._run(sockets))
            if any(not task.done() for task in self._running.values()):
                os._exit(1)  # it was cancelled twice and would hold the process for ever
        if failed:
            raise SystemExit(1)

    def _runs(self, part: Part | None) -> bool:
        return part is None or self.settings.role in (part, "all")

    def _bind(self) -> tuple[socket.socket, socket.socket | None]:
        management = bind(self.settings.host, self.settings.management_port)
        if self._app is None or not self._runs("api"):
            return management, None
        return management, bind(self.settings.host, self.settings.port)

    async def _run(self, sockets: tuple[socket.socket, socket.socket | None]) -> bool:
        """Whether something failed."""
        self._listen_to_signals()
        management = server(
            Management(self._liveness, self._readiness, lambda: self._ready), drain_seconds=1, lifespan=False
        )
        serving = asyncio.create_task(management.serve(sockets=[sockets[0]]))
        failed = False
        try:
            for name, start in self._starting:
                log.debug("starting", step=name)
                await start()
            http = self._start_all(sockets[1])
            await self._started(http)
            calm_collector()
            log.info("ready", role=self.settings.role, **_ports(sockets))
            await self._until_stop()
            failed = await self._drain(http)
        except Exception:
            log.exception("start_failed")
            failed = True
        await self._close()
        management.should_exit = True
        await asyncio.wait([serving], timeout=CLOSING_SECONDS)
        log.info("stopped", failed=failed)
        return failed

    def _listen_to_signals(self) -> None:
        def on_signal() -> None:
            (self._hurry if self.stopping.is_set() else self.stopping).set()

        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, on_signal)
        loop.add_signal_handler(signal.SIGINT, on_signal)

    def _start_all(self, listening: socket.socket | None) -> EmbeddedServer | None:
        for task in self._tasks.values():
            if self._runs(task.part):
                self._running[task.name] = asyncio.create_task(self._whole(task.name, task.run), name=task.name)
        if self._app is None or listening is None:
            return None
        http = server(
            self._app, drain_seconds=self.settings.drain_seconds - 1, trusted_proxies=self.settings.trusted_proxies
        )
        self._running[_HTTP] = asyncio.create_task(self._whole(_HTTP, lambda: _serve(http, listening)), name=_HTTP)
        return http

    async def _whole(self, name: str, run: Run) -> None:
        try:
            await run()
        except asyncio.CancelledError as error:  # also of a future that a library gave up, which nobody asked for
            if not self.stopping.is_set():
                raise TaskEnded(f"{name} was cancelled, and nobody stops") from error
            raise
        if not self.stopping.is_set():
            raise TaskEnded(f"{name} came to its end by itself")

    async def _started(self, http: EmbeddedServer | None) -> None:
        if http is not None:
            accepting = asyncio.create_task(http.accepting.wait())
            await asyncio.wait([accepting, self._running[_HTTP]], return_when=asyncio.FIRST_COMPLETED)
            accepting.cancel()
        self._ready = True

    async def _until_stop(self) -> None:
        """Until a signal came or any part ended."""
        stop = asyncio.create_task(self.stopping.wait())
        await asyncio.wait([stop, *self._running.values()], return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        self._ready = False
        self.stopping.set()

    async def _drain(self, http: EmbeddedServer | None) -> bool:
        """Lets all parts finish what they have in hand; whether one of them failed, now or before."""
        if http is not None:
            http.should_exit = True
        for name, task in self._running.items():
            if name != _HTTP:
                task.cancel()
        pending = await self._wait_for_all()
        if pending:
            log.warning("drain_cut_short", tasks=sorted(task.get_name() for task in pending))
            for task in pending:
                task.cancel()
            await asyncio.wait(pending, timeout=CLOSING_SECONDS)
        failed = {name: task for name, task in self._running.items() if _error_of(task) is not None}
        for name, task in failed.items():
            metrics.TASK_FAILURES.labels(name).inc()
            log.error("task_failed", task=name, exc_info=_error_of(task))
        return bool(failed)

    async def _wait_for_all(self) -> set[asyncio.Task[None]]:
        """Until all ended, the drain's time is up, or a second signal; who is still at it."""
        hurry = asyncio.create_task(self._hurry.wait())
        working = set(self._running.values())
        deadline = asyncio.get_running_loop().time() + self.settings.drain_seconds
        while working and not hurry.done() and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait([hurry, *working], timeout=left, return_when=asyncio.FIRST_COMPLETED)
            working = {task for task in working if not task.done()}
        hurry.cancel()
        return working

    async def _close(self) -> None:
        for name, close in reversed(self._closing):
            await _last(name, close)
        if "engine" in self.__dict__:
            await _last("database", self.engine.dispose)
        await _last("telemetry", lambda: asyncio.to_thread(telemetry.stop))

    def _liveness(self) -> dict[str, bool]:
        return {name: not task.done() and self._is_alive(name) for name, task in self._running.items()}

    def _is_alive(self, name: str) -> bool:
        return name == _HTTP or self._tasks[name].alive()


async def _serve(http: EmbeddedServer, listening: socket.socket) -> None:
    try:
        await http.serve(sockets=[listening])
    except SystemExit:  # uvicorn's way to say that the application's lifespan failed; it logged why
        raise TaskEnded("the application did not start") from None


async def _measure_loop() -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + _BEAT_SECONDS
        await asyncio.sleep(_BEAT_SECONDS)
        metrics.LOOP_LAG_SECONDS.set(loop.time() - due)


async def _last(name: str, close: Run) -> None:
    try:
        async with asyncio.timeout(CLOSING_SECONDS):
            await close()
    except Exception:
        log.warning("closing_failed", step=name, exc_info=True)


def _error_of(task: asyncio.Task[None]) -> BaseException | None:
    return None if not task.done() or task.cancelled() else task.exception()


def _ports(sockets: tuple[socket.socket, socket.socket | None]) -> dict[str, int]:
    management, http = sockets
    return {"management_port": port_of(management)} | ({} if http is None else {"port": port_of(http)})


def _in_use(engine: AsyncEngine) -> float:
    pool = engine.pool
    return pool.checkedout() if isinstance(pool, QueuePool) else 0
