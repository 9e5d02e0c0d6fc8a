"""`eskalera up` for real: the whole system as a newcomer starts it."""

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from eskalera import layout as at
from eskalera.layout import LAST, Layout
from eskalera.ports import free_port
from tests.support.directories import shipped
from tests.support.servers import ROOT

ESKALERA = ROOT / ".venv" / "bin" / "eskalera"
PROMISED_MEGABYTES = 1_500

Eskalera = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def port_base() -> int:
    return free_port(following=LAST)


@pytest.fixture(scope="module")
def eskalera(tmp_path_factory: pytest.TempPathFactory, port_base: int) -> Iterator[Eskalera]:
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path_factory.mktemp("state"))}
    environment.pop("DATABASE_URL", None)
    environment.pop("KAFKA_BOOTSTRAP_SERVERS", None)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([ESKALERA, *arguments], env=environment, capture_output=True, text=True, timeout=200)

    yield run
    run("down", "--port-base", str(port_base))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up") / "data"


@pytest.fixture(scope="module")
def up(eskalera: Eskalera, data: Path, port_base: int) -> str:
    """What a first detached start says."""
    done = eskalera("up", "--detach", "--empty", "--data", str(data), "--port-base", str(port_base))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE  # of a container's first process that reaps late
    except psutil.NoSuchProcess:
        return False


def get(url: str) -> str:
    with urllib.request.urlopen(url) as answer:
        return str(answer.read(), "utf-8")


def test_it_lists_the_pages_to_open_and_who_to_sign_in_as(up: str, port_base: int) -> None:
    assert "Eskalera is ready." in up
    assert f"http://127.0.0.1:{port_base}/malarvik/" in up
    assert f"http://127.0.0.1:{port_base + at.MAIL_PAGE}" in up
    assert "larare (teacher at Ekbacken)" in up


def test_every_part_is_ready_within_the_promised_memory(up: str, eskalera: Eskalera) -> None:
    status = json.loads(eskalera("status", "--json").stdout)
    assert status["ready"] is True
    wanted = {"postgres", "kafka", "ticketing", "routing", "notifier", "vendor-bridge", "mail-catcher", "demo-vendor"}
    assert wanted == set(status["services"])
    assert all(service["ready"] for service in status["services"].values())
    assert status["pss_mb"] <= PROMISED_MEGABYTES


def test_the_pages_it_lists_answer(up: str, port_base: int) -> None:
    home = Layout(Path(), port_base)
    assert "Mälarvik" in get(f"{home.url(at.TICKETING)}/malarvik/")
    for name in ("hallsberg", "vasteras", "lund", "varmdo"):  # I3: five municipalities, one installation
        assert shipped(name).municipality.name.sv in get(f"{home.url(at.TICKETING)}/{name}/")
    assert "mejl" in get(home.url(at.MAIL_PAGE))


def test_a_vendor_without_a_system_comes_in_by_a_mailed_link(up: str, eskalera: Eskalera, port_base: int) -> None:
    home = Layout(Path(), port_base)
    assert f"{home.url(at.VENDOR_BRIDGE)}/portal" in up
    assert "At the portal: nadja@novaschem.example" in up
    assert "Nadja Novak, invited by eskalera up" in eskalera("vendor", "people", "lund-novaschem", "-m", "lund").stdout
    again = eskalera(
        "vendor", "invite", "lund-novaschem", "-m", "lund", "--name", "N", "--email", "NADJA@novaschem.example"
    )
    assert (again.returncode, "may sign in for lund-novaschem already" in again.stderr) == (1, True)
    nobody = eskalera("vendor", "remove", "lund-novaschem", "-m", "lund", "--email", "x@novaschem.example")
    assert nobody.returncode == 1
    asked = urllib.request.Request(f"{home.url(at.VENDOR_BRIDGE)}/portal/in", b"email=nadja%40novaschem.example")
    assert "Titta i din e-post" in urllib.request.urlopen(asked).read().decode()
    deadline = time.monotonic() + 30
    while "Din länk till leverantörsportalen" not in get(home.url(at.MAIL_PAGE)):
        assert time.monotonic() < deadline, "no mail came"
        time.sleep(0.2)


def test_a_second_start_on_the_same_data_is_refused(up: str, eskalera: Eskalera, data: Path, port_base: int) -> None:
    done = eskalera("up", "--data", str(data), "--port-base", str(port_base + 20))
    assert done.returncode == 1
    assert done.stderr.startswith(f"eskalera: Eskalera already runs on {data}")


def test_down_leaves_no_process_and_the_data_serves_the_next_start(
    up: str, eskalera: Eskalera, data: Path, port_base: int
) -> None:
    status = json.loads(eskalera("status", "--json").stdout)
    processes = [psutil.Process(pid) for pid in [status["pid"], *(s["pid"] for s in status["services"].values())]]
    began = time.monotonic()
    assert eskalera("down").returncode == 0
    assert time.monotonic() - began < 11  # 10 s and the command's own start
    assert [process for process in processes if _lives(process)] == []
    secret = (data / "secrets" / "ticketing").read_text()
    again = eskalera("up", "--detach", "--empty", "--data", str(data), "--port-base", str(port_base))
    assert again.returncode == 0, again.stdout + again.stderr
    assert (data / "secrets" / "ticketing").read_text() == secret
    assert eskalera("down").returncode == 0
