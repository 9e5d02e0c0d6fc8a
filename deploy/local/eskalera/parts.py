"""What a topology is made of: programs that run, and steps that are done once in between."""

import http.client
import os
import signal
import sys
import urllib.request
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from eskalera.children import Program


@dataclass(frozen=True)
class Part:
    """A program kept running; it starts once the parts named in `after` are ready."""

    program: Program
    after: tuple[str, ...] = ()
    url: str | None = None  # what a person opens, or a client connects to

    @property
    def name(self) -> str:
        return self.program.name

    def without(self, names: Collection[str]) -> "Part":
        """The same, waiting for none of `names`."""
        return replace(self, after=tuple(name for name in self.after if name not in names))


@dataclass(frozen=True)
class Step:
    """Something done once (blocking, in a thread), such as creating the topic."""

    name: str
    run: Callable[[], None]
    after: tuple[str, ...] = ()

    def without(self, names: Collection[str]) -> "Step":
        return replace(self, after=tuple(name for name in self.after if name not in names))


@dataclass(frozen=True)
class Topology:
    """All parts, and what commands beside them use: {package: database URL}, Kafka's brokers, the cases' topic."""

    parts: Sequence["Part | Step"]
    databases: Mapping[str, str] = field(default_factory=dict)
    brokers: str = ""
    topic: str = "cases"


@dataclass(frozen=True)
class PythonProgram:
    """`python -m MODULE ARGUMENTS` with settings in the environment, ready when `ready_url` answers 200."""

    name: str
    module: str
    ready_url: str
    arguments: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    niceness: int = 0
    """How far it stands back for others where the processor is short; as nice(1) has it."""

    @property
    def env(self) -> Mapping[str, str]:
        return {**os.environ, **self.settings}

    def prepare(self) -> None:
        """Nothing to prepare."""

    def command(self) -> Sequence[str]:
        stands_back = ("nice", "-n", str(self.niceness)) if self.niceness else ()
        return [*stands_back, sys.executable, "-m", self.module, *self.arguments]

    def is_ready(self) -> bool:
        return answers_ok(self.ready_url)


def answers_ok(url: str, timeout: float = 1.0) -> bool:
    """Whether a GET of `url` (http, this machine) answers 200 within `timeout` seconds."""
    try:
        with _direct.open(url, timeout=timeout) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, http.client.HTTPException):  # the latter: perhaps this very question, come back
        return False


# A proxy named in the environment is not asked for pages of this machine.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
