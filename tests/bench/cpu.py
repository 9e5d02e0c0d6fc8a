"""The CPU of a running system's parts, the servers of the test run and the measuring process itself."""

import os
from collections.abc import Mapping

import psutil

from tests.support import servers
from tests.support.system import System


def seconds(system: System) -> dict[str, float]:
    """CPU seconds so far by part. A process that ended takes its seconds with it."""
    return of({name: process.pid for name, process in system.processes.items()})


def of(processes: Mapping[str, int]) -> dict[str, float]:
    """The same for processes by their id."""
    whole = {name: psutil.Process(id_) for name, id_ in processes.items()}
    folder = str(servers.run_folder())
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if "tests.support.keeper" in line and folder in line:
            whole[line[line.index("tests.support.keeper") + 1]] = process
    return {
        name: _with_children(process) for name, process in {**whole, "measuring": psutil.Process(os.getpid())}.items()
    }


def each(before: Mapping[str, float], after: Mapping[str, float], number: int) -> dict[str, float]:
    """Milliseconds for each of a number of things done in between, with their sum."""
    parts = {name: round((after[name] - before[name]) * 1000 / number, 2) for name in before}
    return {**parts, "all": round(sum(parts.values()), 2)}


def _with_children(process: psutil.Process) -> float:
    own = process.children(recursive=True) if process.pid != os.getpid() else []
    return sum(_own(one) for one in (process, *own))


def _own(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
