"""Runs a topology: starts what can start, in parallel; restarts what dies; stops everything, always."""

import asyncio
import contextlib
import subprocess
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psutil

from eskalera.children import kill_group, spawn, stop
from eskalera.errors import StartError, last_lines
from eskalera.parts import Part, Step

POLL = 0.1  # seconds
BACKOFF = (0.5, 1.0, 2.0, 5.0, 10.0)
HEALTHY_AFTER = 30.0  # seconds up, after which a crash counts as the first again
# A stop ends within 10 s: services first, then what they lean on, then whatever is left is killed.
GRACE = 5.0
GRACE_OF_FOUNDATIONS = 3.0


class Teller(Protocol):
    """Who is told what happens."""

    def waiting_for(self, names: Sequence[str]) -> None: ...
    def is_ready(self, name: str, seconds: float, url: str | None) -> None: ...
    def died(self, sentence: str, log_lines: str) -> None: ...
    def say(self, sentence: str) -> None: ...
    def stopping(self) -> None: ...


@dataclass
class Run:
    """How one part is doing."""

    process: subprocess.Popen[bytes] | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    restarts: int = 0


class Supervisor:
    """`run` ends only by cancellation or by the error of a part that did not come up, and leaves no process."""

    def __init__(
        self,
        topology: Sequence[Part | Step],
        logs: Path,
        teller: Teller,
        *,
        changed: Callable[[], None] = lambda: None,
        start_timeout: float = 90.0,
    ) -> None:
        self.topology = topology
        self.runs = {part.name: Run() for part in topology}
        self._logs = logs
        self._teller = teller
        self._changed = changed
        self._start_timeout = start_timeout
        self._began = time.monotonic()

    async def run(self, when_ready: Callable[[], Awaitable[None]]) -> None:
        """Start everything, call `when_ready`, keep everything up until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for part in self.topology:
                    tasks.create_task(self._keep(part), name=part.name)
                self._tell_waiting()
                for run in self.runs.values():
                    await run.ready.wait()
                await when_ready()
        except ExceptionGroup as errors:
            raise _first(errors) from None
        finally:
            await self._stop()

    @property
    def parts(self) -> list[Part]:
        return [part for part in self.topology if isinstance(part, Part)]

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    async def _keep(self, part: Part | Step) -> None:
        for name in part.after:
            await self.runs[name].ready.wait()
        if isinstance(part, Step):
            await asyncio.to_thread(part.run)
            self._is_ready(part)
            return
        await asyncio.to_thread(part.program.prepare)
        crashes = 0
        while True:
            started = time.monotonic()
            code = await self._live_once(part)
            crashes = 0 if time.monotonic() - started > HEALTHY_AFTER else crashes + 1
            pause = BACKOFF[min(max(crashes, 1), len(BACKOFF)) - 1]
            self._teller.died(
                f"{part.name} {_ending(code)}; starting it again in {pause:g} s.", last_lines(self.log(part.name), 5)
            )
            self.runs[part.name].restarts += 1
            self._changed()
            await asyncio.sleep(pause)

    async def _live_once(self, part: Part) -> int:
        """Start the part, wait until it is ready, wait until it ends; return its exit code.

        Raises StartError when it does not come up the first time.
        """
        run = self.runs[part.name]
        log = self.log(part.name)
        run.process = process = spawn(part.program, log)
        self._changed()
        first = not run.ready.is_set()
        deadline = time.monotonic() + self._start_timeout
        while process.poll() is None and not await asyncio.to_thread(part.program.is_ready):
            if time.monotonic() > deadline:
                if first:
                    raise StartError(part.name, f"was not ready within {self._start_timeout:.0f} s", log)
                kill_group(process)
            await asyncio.sleep(POLL)
        if process.poll() is None:
            self._is_ready(part)
        elif first:
            raise StartError(part.name, f"{_ending(process.returncode)} while starting", log)
        while (code := process.poll()) is None:  # noqa: ASYNC110  # a child's end is no event without a thread each
            await asyncio.sleep(POLL)
        kill_group(process)
        return code

    def _is_ready(self, part: Part | Step) -> None:
        self.runs[part.name].ready.set()
        url = part.url if isinstance(part, Part) else None
        self._teller.is_ready(part.name, time.monotonic() - self._began, url)
        self._tell_waiting()
        self._changed()

    def _tell_waiting(self) -> None:
        self._teller.waiting_for([name for name, run in self.runs.items() if not run.ready.is_set()])

    async def _stop(self) -> None:
        self._teller.stopping()
        foundations = {name for part in self.topology for name in part.after}
        try:
            await self._stop_all([part for part in self.parts if part.name not in foundations], GRACE)
            await self._stop_all([part for part in self.parts if part.name in foundations], GRACE_OF_FOUNDATIONS)
        finally:
            kill_descendants()  # also at a second Ctrl-C

    async def _stop_all(self, parts: Sequence[Part], grace: float) -> None:
        processes = [(part, run.process) for part in parts if (run := self.runs[part.name]).process]
        await asyncio.gather(
            *(
                asyncio.to_thread(stop, process, part.program.stop_signal, grace=grace)
                for part, process in processes
                if process is not None
            )
        )


def kill_descendants() -> None:
    """Kill what a preparation may have left running (Maven, initdb); our children take theirs along."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _ending(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"


def _first(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
