"""What would stop a start is said before anything is touched."""

import shutil
import socket
import tempfile
from collections import namedtuple
from pathlib import Path

import pytest

from eskalera.errors import LocalError
from eskalera.furnish import MUNICIPALITIES, Municipalities
from eskalera.instances import Instance, find, hold, publish, running, temporary_data, withdraw
from eskalera.layout import Layout
from eskalera.parts import Topology
from eskalera.ports import free_port
from eskalera.system import System
from tests.support.fake_system import Bare

Usage = namedtuple("Usage", "total used free")


class Silent:
    """A `Teller` that tells nobody."""

    def _nothing(self, *_: object) -> None: ...

    waiting_for = is_ready = died = say = stopping = _nothing


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def system(data: Path, ports: dict[int, str] | None = None) -> System:
    return System(Layout(data, 8080), lambda _: Topology([]), ports or {}, Silent(), Bare())


def test_too_little_room_on_the_disk_is_said_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 300_000_000))
    with pytest.raises(LocalError, match=r"Only 300 MB are free where .*/data lies; Eskalera wants 1000 MB"):
        system(tmp_path / "data").run()
    assert not (tmp_path / "data").exists()


def test_a_directory_file_with_errors_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    wrong = tmp_path / "town.yaml"
    wrong.write_text("municipality: 7\n", encoding="utf-8")
    furnishing = Municipalities((wrong,))
    with pytest.raises(LocalError, match=r"town\.yaml has \d+ errors") as said:
        System(Layout(tmp_path / "data", 8080), lambda _: Topology([]), {}, Silent(), furnishing).run()
    assert "town.yaml:1:1: schools: is missing" in said.value.details
    assert not (tmp_path / "data").exists()


def test_two_directory_files_of_one_municipality_are_said(tmp_path: Path) -> None:
    files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    for file in files:
        shutil.copy(MUNICIPALITIES / "hallsberg.yaml", file)
    with pytest.raises(LocalError, match=r"b\.yaml can't be in force beside the others") as said:
        Municipalities(tuple(files)).check()
    assert "the id 'hallsberg' is" in said.value.details


def test_the_page_of_a_municipality_has_its_id_whatever_its_file_is_called(tmp_path: Path) -> None:
    file = tmp_path / "town.yaml"
    shutil.copy(MUNICIPALITIES / "hallsberg.yaml", file)
    pages = Municipalities((file,)).welcome(Instance(1, str(tmp_path), 8080))
    assert any(line.endswith("http://127.0.0.1:8080/hallsberg/") for line in pages)


def test_a_port_that_another_eskalera_holds_is_said_with_its_data(tmp_path: Path) -> None:
    port = free_port()
    with hold(tmp_path / "other"), socket.create_server(("127.0.0.1", port)):
        publish(Instance(1, str(tmp_path / "other"), 8080))
        with pytest.raises(LocalError, match=rf"Port {port} \(ticketing\) is in use by the Eskalera on .*/other"):
            system(tmp_path / "data", {port: "ticketing"}).check()


def test_a_system_whose_supervisor_died_is_no_longer_running(tmp_path: Path) -> None:
    instance = Instance(1, str(tmp_path / "data"), 8080)
    with hold(tmp_path / "data"):
        publish(instance)
        assert [one.port_base for one in running()] == [8080]
    assert running() == []


def test_one_of_several_is_found_by_its_port_base(tmp_path: Path) -> None:
    with hold(tmp_path / "a"), hold(tmp_path / "b"):
        publish(Instance(1, str(tmp_path / "a"), 8080))
        publish(Instance(2, str(tmp_path / "b"), 9090))
        with pytest.raises(LocalError, match=r"port bases 8080, 9090.*--port-base"):
            find()
        assert find(9090).pid == 2
        withdraw(find(9090))
        assert find().pid == 1


def test_what_a_killed_temporary_system_left_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    left, living = temporary_data(), temporary_data()
    (left / "lock").touch()
    with hold(living):
        fresh = temporary_data()
        assert fresh.exists()
        assert living.exists()
        assert not left.exists()


def test_only_its_owner_may_read_a_systems_file_with_database_addresses(tmp_path: Path) -> None:
    publish(Instance(1, str(tmp_path / "data"), 8080, databases={"ticketing": "postgresql://x:secret@h/ticketing"}))
    (file,) = (tmp_path / "state" / "eskalera").glob("*.json")
    assert file.stat().st_mode & 0o077 == 0
