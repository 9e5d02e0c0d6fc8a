"""A whole Eskalera for tests: the real processes on free ports, put together by the topology that `eskalera up` runs.

async with running_system(folder, postgres=url, kafka=brokers) as system:      # servers of the test run
async with running_system(folder) as system:                                   # with servers of its own
    async with system.api("malarvik", "larare") as http: …
    system.arm("routing", "consumer.after_commit")      # it dies there, soon
    await system.died("routing")
    await system.start("routing")
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx

from eskalera import api_client, children, instances
from eskalera import layout as at
from eskalera.commands.directory import apply_file
from eskalera.errors import StartError
from eskalera.furnish import DEMO_FILES
from eskalera.instances import Instance
from eskalera.layout import LAST, Layout
from eskalera.parts import Part, PythonProgram, Step
from eskalera.ports import free_port
from eskalera.preparation import SERVICES, TOPIC, create_topics
from eskalera.topology import topology
from tests.support import servers
from tests.support.databases import clone
from tests.support.postgres_rows import Rows

PARTITIONS = 4
_SERVERS = ("postgres", "kafka")
_PLAIN: dict[str, Any] = {"timeout": 20, "trust_env": False, "verify": False}
"""No TLS on this machine: reading the certificates would take a tenth of a second for each client."""
_START = 60.0  # seconds until every part must be ready


@dataclass
class System:
    """The running parts by name: services, `mail-catcher`, `demo-vendor`, and the servers where they are its own."""

    home: Layout
    parts: dict[str, Part | Step]
    databases: dict[str, str]
    brokers: str
    prefix: str = ""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _rows: Rows = field(default_factory=Rows)

    @property
    def instance(self) -> Instance:
        """As the commands of `eskalera` know it."""
        return Instance(
            pid=os.getpid(),
            data=str(self.home.data),
            port_base=self.home.port_base,
            databases=self.databases,
            brokers=self.brokers,
            topic=self.topic,
        )

    @property
    def topic(self) -> str:
        return self.prefix + TOPIC

    @property
    def services(self) -> tuple[str, ...]:
        return tuple(name for name in SERVICES if name in self.parts)

    def url(self, offset: int) -> str:
        return self.home.url(offset)

    def database(self, service: str) -> str:
        return self.databases[service.replace("-", "_")]

    async def rows(self, service: str, query: str, *values: Any) -> list[dict[str, Any]]:
        """What a service's database says."""
        return await self._rows.of(self.database(service), query, *values)

    # ---- processes

    async def start(self, *names: str) -> None:
        """Start these parts (all that do not run, without names), each after those it leans on."""
        wanted = [name for name in (names or self.parts) if not self.is_running(name)]
        async with asyncio.TaskGroup() as starting:
            done = {name: asyncio.Event() for name in wanted}
            for name in wanted:
                starting.create_task(self._start_one(name, done))

    async def _start_one(self, name: str, done: Mapping[str, asyncio.Event]) -> None:
        part = self.parts[name]
        for other in part.after:
            if other in done:
                await done[other].wait()
        if isinstance(part, Step):
            await asyncio.to_thread(part.run)
        else:
            await self._start_program(part)
        done[name].set()

    async def _start_program(self, part: Part) -> None:
        await asyncio.to_thread(part.program.prepare)
        self.processes[part.name] = process = children.spawn(part.program, self.log(part.name))
        deadline = time.monotonic() + _START
        while not await asyncio.to_thread(part.program.is_ready):
            if process.poll() is not None:
                raise StartError(part.name, f"ended with code {process.returncode}", self.log(part.name))
            if time.monotonic() > deadline:
                raise StartError(part.name, f"was not ready within {_START:.0f} s", self.log(part.name))
            await asyncio.sleep(0.05)

    def is_running(self, name: str) -> bool:
        return name in self.processes and self.processes[name].poll() is None

    def log(self, name: str) -> Path:
        return self.home.logs / f"{name}.log"

    async def stop(self, *names: str, grace: float = 10.0) -> None:
        """As `eskalera up` stops them: a signal, then, after `grace` seconds, death."""
        stopping = [name for name in names if name in self.processes]
        await asyncio.gather(
            *(
                asyncio.to_thread(children.stop, self.processes[name], self._program(name).stop_signal, grace=grace)
                for name in stopping
            )
        )

    def _program(self, name: str) -> children.Program:
        part = self.parts[name]
        assert isinstance(part, Part)
        return part.program

    async def stop_all(self) -> None:
        """Services first, then what they lean on."""
        await self._rows.close()
        await self.stop(*(name for name in self.processes if name not in _SERVERS), grace=5.0)
        await self.stop(*(name for name in self.processes if name in _SERVERS), grace=5.0)

    # ---- deaths

    def kill(self, name: str) -> None:
        """SIGKILL, now."""
        process = self.processes[name]
        children.kill_group(process)
        process.wait()

    def arm(self, service: str, point: str) -> None:
        """The running service dies at its next passage of this crash point (`point:3`: the third)."""
        file = self._crash_file(service)
        unfinished = file.with_suffix(".new")
        unfinished.write_text(point)
        unfinished.rename(file)

    def disarm(self, service: str) -> None:
        self._crash_file(service).unlink(missing_ok=True)

    async def died(self, service: str, within: float = 60.0) -> None:
        """Wait for the death that `arm` announced; AssertionError when it does not come, or is another."""
        process = self.processes[service]
        deadline = time.monotonic() + within
        while process.poll() is None:
            assert time.monotonic() < deadline, f"{service} never came to its crash point"
            await asyncio.sleep(0.02)
        assert process.returncode == -signal.SIGKILL, f"{service} ended with code {process.returncode}"

    def _crash_file(self, service: str) -> Path:
        return self.home.data / f"{service}.crash"

    # ---- speaking with it

    async def command(self, *arguments: str, code: int = 0) -> str:
        """What `eskalera ARGUMENTS` prints about this system; AssertionError unless it ends with `code`."""
        state = self.home.data / "state"
        described = state / "eskalera" / f"{self.home.port_base}.json"
        described.parent.mkdir(parents=True, exist_ok=True)
        described.write_text(json.dumps(asdict(self.instance)))
        with instances.hold(self.home.data):
            done = await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-m", "eskalera.cli", *arguments, "--port-base", str(self.home.port_base)],
                env={**os.environ, "XDG_STATE_HOME": str(state)},
                capture_output=True,
                text=True,
                timeout=300,
            )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def token(self, municipality: str, person: str | None = None, *scopes: str) -> str:
        return api_client.token(self.instance, municipality, person, ttl=timedelta(hours=2), scopes=frozenset(scopes))

    def api(self, municipality: str, person: str | None = None, *scopes: str) -> httpx.AsyncClient:
        """The JSON API as a person, or as the installation's administrator."""
        bearer = self.token(municipality, person, *scopes)
        return httpx.AsyncClient(
            base_url=f"{self.url(at.TICKETING)}/api/v1",
            headers={"Authorization": f"Bearer {bearer}"},
            **_PLAIN,
        )

    def vendor(self) -> httpx.AsyncClient:
        """The demo vendor."""
        return httpx.AsyncClient(base_url=self.url(at.DEMO_VENDOR), **_PLAIN)

    def mails(self) -> httpx.AsyncClient:
        """The mail catcher."""
        return httpx.AsyncClient(base_url=self.url(at.MAIL_PAGE), **_PLAIN)

    async def apply(self, *files: Path) -> None:
        """Put directories with their people in force."""
        for file in files:
            await asyncio.to_thread(apply_file, file, self.instance)


@asynccontextmanager
async def running_system(
    folder: Path,
    *,
    postgres: str | None = None,
    kafka: str | None = None,
    directories: Sequence[Path] = DEMO_FILES,
    settings: Mapping[str, str] | None = None,
    standing_back: bool = False,
) -> AsyncIterator[System]:
    """A system in `folder`, its directories in force; stopped at the end.

    `postgres`, `kafka`: addresses of servers to use; the system has databases and a topic of its own there. Without
    them it runs its own. `settings` go to every service. `standing_back`: what sends mails and
    webhooks stands back for people, as in `eskalera up`; tests wait for both.
    """
    home = Layout(folder, free_port(following=LAST))
    home.make()
    home.data.chmod(0o711)  # as root, Postgres' user passes through
    system = await _put_together(home, postgres, kafka, directories, settings or {})
    if not standing_back:
        system.parts = {name: _at_the_front(part) for name, part in system.parts.items()}
    try:
        await system.start()
        await system.apply(*directories)
        yield system
    finally:
        await system.stop_all()


async def _put_together(
    home: Layout, postgres: str | None, kafka: str | None, directories: Iterable[Path], settings: Mapping[str, str]
) -> System:
    given = {"DATABASE_URL": postgres, "KAFKA_BOOTSTRAP_SERVERS": kafka}
    built = topology(home, directories, {name: value for name, value in given.items() if value})
    system = System(home, {part.name: part for part in built.parts}, dict(built.databases), built.brokers)
    own: dict[str, str] = {}
    if kafka is not None:
        system.prefix = own["KAFKA_TOPIC_PREFIX"] = f"test-{uuid.uuid4().hex[:12]}-"
        await create_topics(kafka, own)
        _forget(system, "topic")
    if postgres is not None:
        for package in system.databases:
            packages = ("chassis", package) if _has_migrations(package) else ("chassis",)
            system.databases[package] = await clone(postgres, packages, servers.run_folder())
        _forget(system, "databases", "migrations")
    for name in SERVICES:
        if not _is_written(name):  # not in this version yet
            _forget(system, name)
            continue
        part = system.parts[name]
        assert isinstance(part, Part)
        crash_at = {"ESKALERA_CRASH_AT": f"@{home.data / name}.crash", "DATABASE_URL": system.database(name)}
        system.parts[name] = _with_settings(part, {**own, **crash_at, **settings})
    return system


def _forget(system: System, *names: str) -> None:
    for name in names:
        del system.parts[name]
    system.parts = {name: part.without(names) for name, part in system.parts.items()}


def _at_the_front(part: Part | Step) -> Part | Step:
    if isinstance(part, Part) and isinstance(part.program, PythonProgram):
        return replace(part, program=replace(part.program, niceness=0))
    return part


def _with_settings(part: Part, settings: Mapping[str, str]) -> Part:
    assert isinstance(part.program, PythonProgram)
    return replace(part, program=replace(part.program, settings={**part.program.settings, **settings}))


def _is_written(service: str) -> bool:
    return find_spec(f"{service.replace('-', '_')}.main") is not None


def _has_migrations(package: str) -> bool:
    return find_spec(f"{package}.migrations") is not None
