"""Child processes that never outlive us: each in a group of its own, tied to our life, with its output in a file.

On Linux the kernel kills a child when the thread that started it ends (`PR_SET_PDEATHSIG`, set by util-linux'
`setpriv`), so that even SIGKILL on the supervisor leaves no process. Therefore: call `spawn` from the main thread.
Elsewhere only the group is killed. No Python runs between fork and exec: with threads about, that may hang for ever.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from eskalera.errors import StartError


class Program(Protocol):
    """What it takes to run one program of the local system."""

    @property
    def name(self) -> str: ...
    @property
    def user(self) -> str | None:
        """Run as this user instead of ours (needs root)."""

    @property
    def env(self) -> Mapping[str, str] | None: ...
    @property
    def stop_signal(self) -> signal.Signals: ...
    @property
    def death_signal(self) -> signal.Signals:
        """What the kernel sends when we die without stopping it."""

    def prepare(self) -> None:
        """Everything before the start (blocking; may run in a thread)."""

    def command(self) -> Sequence[str]: ...
    def is_ready(self) -> bool:
        """Blocking, quick."""


def spawn(program: Program, log: Path) -> subprocess.Popen[bytes]:
    """Start a prepared program in its own process group, output appended to `log`."""
    user = program.user
    with log.open("ab") as output:
        return subprocess.Popen(
            [*_tied_to_us(program.death_signal), *program.command()],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if program.env is None else dict(program.env),
            user=user,
            group=None if user is None else pwd.getpwnam(user).pw_gid,
            extra_groups=None if user is None else [],
            process_group=0,
        )


def _tied_to_us(death_signal: signal.Signals) -> tuple[str, ...]:
    setpriv = shutil.which("setpriv")
    return () if setpriv is None else (setpriv, "--pdeathsig", death_signal.name.removeprefix("SIG"), "--")


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL `process` and whatever it started; nothing happens when they are gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def stop(process: subprocess.Popen[bytes], signum: signal.Signals, *, grace: float = 5.0) -> int:
    """Ask `process` to end, after `grace` seconds kill its whole group; return its exit code."""
    if process.poll() is None:
        process.send_signal(signum)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace)
    kill_group(process)
    return process.wait()


def start(program: Program, log: Path, *, timeout: float = 60.0) -> subprocess.Popen[bytes]:
    """Prepare, spawn and wait until ready; raise `StartError` (and leave nothing) when that fails."""
    program.prepare()
    process = spawn(program, log)
    try:
        _wait_until_ready(program, process, log, timeout)
    except BaseException:
        stop(process, signal.SIGKILL)
        raise
    return process


def _wait_until_ready(program: Program, process: subprocess.Popen[bytes], log: Path, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while not program.is_ready():
        if process.poll() is not None:
            raise StartError(program.name, f"ended with code {process.returncode} while starting", log)
        if time.monotonic() > deadline:
            raise StartError(program.name, f"was not ready within {timeout:.0f} s", log)
        time.sleep(0.02)


@contextlib.contextmanager
def running(program: Program, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The program, ready; stopped at the end."""
    process = start(program, log)
    try:
        yield process
    finally:
        stop(process, program.stop_signal)
