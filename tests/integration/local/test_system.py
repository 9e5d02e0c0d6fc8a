"""The supervisor on a tiny topology of real processes: what people run into when they start and stop a system."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from eskalera.ports import free_port
from tests.support.servers import ROOT

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def port_base() -> int:
    """Ports of two systems of two parts."""
    return free_port(following=3)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "PYTHONPATH": str(ROOT)}


@pytest.fixture
def start(tmp_path: Path, port_base: int, environment: dict[str, str]) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def begin(*traits: str, data: str = "data", base: int = port_base) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.fake_system", str(tmp_path / data), str(base), *traits],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"never said {words!r}: {said}")


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def left(processes: list[psutil.Process], within: float = 2.0) -> list[psutil.Process]:
    _, alive = psutil.wait_procs(processes, timeout=within)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def eskalera(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "eskalera.cli", *arguments], env=environment, capture_output=True, text=True
    )


def test_parts_start_after_what_they_lean_on_and_status_shows_them(
    start: Start, environment: dict[str, str], port_base: int
) -> None:
    said = read_until(start(), "welcome")
    assert [line.split()[1] for line in said.splitlines() if "✓" in line] == ["one", "step", "two"]
    status = json.loads(eskalera(environment, "status", "--json").stdout)
    assert status["ready"] is True
    assert status["port_base"] == port_base
    assert set(status["services"]) == {"one", "two"}
    assert all(service["ready"] and service["pid"] for service in status["services"].values())
    assert status["services"]["two"]["url"] == f"http://127.0.0.1:{port_base + 1}"
    assert status["rss_mb"] >= status["pss_mb"] > 10


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_ends_even_stubborn_parts_and_their_children_within_ten_seconds(
    start: Start, signum: signal.Signals
) -> None:
    system = start("stubborn", "family")
    read_until(system, "welcome")
    processes = family(system)
    assert len(processes) == 3
    began = time.monotonic()
    system.send_signal(signum)
    assert system.wait(10) == 0
    assert time.monotonic() - began < 10
    assert left(processes) == []


def test_parts_have_stopped_before_what_they_lean_on_is_asked_to(start: Start, tmp_path: Path) -> None:
    system = start("slow")
    read_until(system, "welcome")
    system.send_signal(signal.SIGINT)
    assert system.wait(10) == 0
    two, one = ((tmp_path / "data" / "logs" / f"{name}.log").read_text().splitlines() for name in ("two", "one"))
    assert float(two[-1].removeprefix("stopped at ")) <= float(one[1].removeprefix("asked to stop at "))


def test_a_stop_while_starting_leaves_no_process(start: Start) -> None:
    system = start("slow")
    read_until(system, "✓ one")
    processes = family(system)
    system.send_signal(signal.SIGINT)
    assert system.wait(10) == 0
    assert left(processes) == []


def test_a_killed_supervisor_leaves_no_process(start: Start) -> None:
    system = start("stubborn")
    read_until(system, "welcome")
    processes = family(system)
    assert len(processes) == 2
    system.kill()
    assert left(processes) == []


def test_a_part_that_dies_is_told_of_and_started_again_and_a_stop_still_leaves_nothing(
    start: Start, environment: dict[str, str]
) -> None:
    system = start()
    read_until(system, "welcome")
    pid = json.loads(eskalera(environment, "status", "--json").stdout)["services"]["two"]["pid"]
    os.kill(pid, signal.SIGKILL)
    said = read_until(system, "✓ two")
    assert "two was killed by signal 9; starting it again in 0.5 s." in said
    assert "    up\n" in said
    status = json.loads(eskalera(environment, "status", "--json").stdout)
    assert status["ready"] is True
    assert status["services"]["two"]["restarts"] == 1
    processes = family(system)
    psutil.Process(status["services"]["one"]["pid"]).kill()
    system.send_signal(signal.SIGINT)
    assert system.wait(10) == 0
    assert left(processes) == []


def test_a_part_that_does_not_come_up_ends_the_start_with_a_sentence_and_its_last_lines(
    start: Start, tmp_path: Path
) -> None:
    system = start("fails")
    out, _ = system.communicate(timeout=20)
    assert system.returncode == 1
    assert f"two ended with code 1 while starting; its log is {tmp_path}/data/logs/two.log." in out
    assert "FAKE_SETTING is missing: say how." in out
    assert "Traceback" not in out


def test_a_port_in_use_is_named_and_nothing_is_started(start: Start, tmp_path: Path, port_base: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port_base + 1))
        other.listen()
        out, _ = (system := start()).communicate(timeout=20)
    assert system.returncode == 1
    assert out.rstrip().splitlines() == [
        f"Port {port_base + 1} (two) is in use by another program: stop that, or choose other ports with `--port-base`."
    ]
    assert not (tmp_path / "data").exists()


def test_a_second_start_on_the_same_data_is_refused_and_the_first_goes_on(
    start: Start, environment: dict[str, str], port_base: int
) -> None:
    first = start()
    read_until(first, "welcome")
    second = start(base=port_base + 2)
    out, _ = second.communicate(timeout=20)
    assert second.returncode == 1
    assert f"(process {first.pid}, http://127.0.0.1:{port_base}); stop it with `eskalera down`" in out
    assert json.loads(eskalera(environment, "status", "--json").stdout)["ready"] is True


def test_a_second_start_unknown_to_the_first_user_is_refused_by_the_lock(
    start: Start, environment: dict[str, str], tmp_path: Path, port_base: int
) -> None:
    read_until(start(), "welcome")
    environment["XDG_STATE_HOME"] = str(tmp_path / "another-users")
    out, _ = (second := start(base=port_base + 2)).communicate(timeout=20)
    assert second.returncode == 1
    assert "Eskalera already runs on" in out


def test_down_stops_the_system_and_then_there_is_none(start: Start, environment: dict[str, str]) -> None:
    system = start()
    read_until(system, "welcome")
    done = eskalera(environment, "down")
    assert done.returncode == 0, done.stderr
    assert system.wait(10) == 0
    again = eskalera(environment, "down")
    assert again.returncode == 1
    assert again.stderr == "eskalera: Eskalera is not running; start it with `eskalera up`.\n"


def test_logs_shows_one_part_or_says_which_there_are(start: Start, environment: dict[str, str]) -> None:
    read_until(start(), "welcome")
    assert eskalera(environment, "logs", "two").stdout == "up\n"
    assert eskalera(environment, "logs").stdout == "one | up\ntwo | up\n"
    unknown = eskalera(environment, "logs", "three")
    assert unknown.returncode == 2
    assert "there are logs of one, two" in unknown.stderr


def test_status_of_a_system_with_a_dead_part_exits_1(start: Start, environment: dict[str, str]) -> None:
    system = start()
    read_until(system, "welcome")
    one = json.loads(eskalera(environment, "status", "--json").stdout)["services"]["one"]
    os.kill(one["pid"], signal.SIGSTOP)
    done = eskalera(environment, "status", "--json")
    os.kill(one["pid"], signal.SIGCONT)
    assert done.returncode == 1
    assert json.loads(done.stdout)["services"]["one"]["ready"] is False
