"""`eskalera vendor check` and `sandbox`: what is asked wrongly is said in a sentence."""

import json
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from contracts.directory import Connection
from eskalera.cli import build
from eskalera.commands.vendor.control import Bridge
from eskalera.errors import LocalError, UsageError
from eskalera.layout import Layout
from eskalera.ports import free_port
from eskalera.vendor_tools import conformance, tmf621
from eskalera.vendor_tools.conformance import Finding

SECRET = "whsec_ZXNrYWxlcmEtZXhhbXBsZS1zZWNyZXQtb2YtMzItYnl0ZXM="


def run(*arguments: str) -> Result:
    words = ["vendor", *arguments]
    return CliRunner().invoke(build(words), words)


def test_an_address_without_its_secret_is_half_a_question() -> None:
    result = run("check", "nat", "--url", "https://nat.example/")
    assert isinstance(result.exception, UsageError)
    assert "--secrets-file" in str(result.exception)


def test_a_secret_that_cannot_be_read_is_named() -> None:
    result = run("check", "nat", "--url", "https://nat.example/", "--secrets-file", "/no/such/file")
    assert isinstance(result.exception, UsageError)
    assert "/no/such/file" in str(result.exception)


def test_a_vendor_that_does_not_answer_fails_each_check_by_exit_code_and_in_json(tmp_path: Path) -> None:
    file = tmp_path / "secret.txt"
    file.write_text(SECRET + "\n", encoding="utf-8")
    url = f"http://127.0.0.1:{free_port()}/"
    result = run("check", "nat", "--url", url, "--secrets-file", str(file), "--json")
    assert result.exit_code == 1
    content = json.loads(result.stdout)
    assert content["ok"] is False
    assert len(content["findings"]) > 10


@pytest.mark.parametrize(
    ("must", "mark", "exit_code"), [(True, "✗", 1), (False, "–", 0)], ids=["has to", "would better"]
)
def test_each_check_is_a_line_and_only_what_has_to_hold_fails_the_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, must: bool, mark: str, exit_code: int
) -> None:
    asked: list[tuple[str, ...]] = []

    def found(*arguments: str) -> list[Finding]:
        asked.append(arguments)
        return [Finding("takes it", True, "200 after 0.01 s"), Finding("refuses it", False, "500", must)]

    monkeypatch.setattr(conformance, "check", found)
    file = tmp_path / "secret.txt"
    file.write_text(SECRET + "\n", encoding="utf-8")
    result = run("check", "nat", "--url", "https://nat.example/", "--secrets-file", str(file))
    assert asked == [("https://nat.example/", SECRET, "nat")]
    assert result.stdout.splitlines() == [
        "✓ takes it: 200 after 0.01 s",
        f"{mark} refuses it: 500",
        "https://nat.example/: 1 of 2 hold.",
    ]
    assert result.exit_code == exit_code


def test_a_port_in_use_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("sandbox", "--port", str(taken.getsockname()[1]))
    assert isinstance(result.exception, LocalError)


@pytest.mark.parametrize("command", ["check", "sandbox"])
def test_each_has_help(command: str) -> None:
    assert run(command, "--help").exit_code == 0


def test_who_is_invited_in_no_language_of_ours_is_not_invited() -> None:
    who = ("--name", "Anna", "--email", "anna@nat.example", "--language", "de")
    result = run("invite", "nat", "-m", "malarvik", *who)
    assert isinstance(result.exception, UsageError)
    assert "write sv or en" in str(result.exception)


@pytest.mark.parametrize("command", ["check", "test"])
def test_of_a_system_that_comes_itself_no_address_is_asked_for(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Connection(name="nat", profile="tmf621")
    monkeypatch.setattr("eskalera.instances.find", lambda _port: None)
    monkeypatch.setattr("eskalera.known.require_connection", lambda *_: own)
    monkeypatch.setattr(Bridge, "of", lambda _port: Bridge("", None, "", {}))
    monkeypatch.setattr(Bridge, "way", lambda *_: (SimpleNamespace(connection=own), None))
    result = run(command, "nat")
    told = result.stdout + str(result.exception)
    assert "There is nothing to" in told
    assert "the system behind nat reads and writes here, with its token" in told
    assert "--url" not in told


def test_a_vendor_that_takes_no_webhooks_is_asked_for_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Connection(name="nat", profile="portal")
    monkeypatch.setattr("eskalera.instances.find", lambda _port: None)
    monkeypatch.setattr("eskalera.known.require_connection", lambda *_: own)
    result = run("check", "nat")
    assert isinstance(result.exception, LocalError)
    assert "its profile is portal" in str(result.exception)
    assert "--url" not in str(result.exception)


def test_an_address_may_be_a_tmf621_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[Connection, str]] = []

    def found(way: Connection, token: str) -> list[Finding]:
        asked.append((way, token))
        return [Finding("opens a ticket", True, "201")]

    monkeypatch.setattr(tmf621, "check", found)
    file = tmp_path / "token.txt"
    file.write_text("a-token\n", encoding="utf-8")
    result = run("check", "nat", "--url", "https://nat.example/tmf", "--secrets-file", str(file), "--tmf621", "v5")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "https://nat.example/tmf: 1 of 1 hold."
    assert [(way.url, way.version, token) for way, token in asked] == [("https://nat.example/tmf", "v5", "a-token")]
    alone = run("check", "nat", "--tmf621", "v4")
    assert "--tmf621 goes with --url" in str(alone.exception)


def test_of_a_running_tmf621_connection_version_and_token_are_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[Connection, str]] = []

    def found(way: Connection, token: str) -> list[Finding]:
        asked.append((way, token))
        return []

    monkeypatch.setattr(tmf621, "check", found)
    own = Connection(name="nat", profile="tmf621", url="https://nat.example/tmf", version="v5", secret_ref="nat-token")
    monkeypatch.setattr("eskalera.instances.find", lambda _port: SimpleNamespace(layout=Layout(tmp_path, 8080)))
    monkeypatch.setattr("eskalera.known.require_connection", lambda *_: own)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "connections-of-bridge.json").write_text(json.dumps({"nat-token": SECRET}))
    assert run("check", "nat").exit_code == 0
    assert asked == [(own, SECRET)]


def test_of_a_running_connection_address_and_secret_are_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[str, ...]] = []

    def found(*arguments: str) -> list[Finding]:
        asked.append(arguments)
        return []

    monkeypatch.setattr(conformance, "check", found)
    own = Connection(name="nat", profile="webhook", url="https://nat.example/in", secret_ref="nat-secret")
    monkeypatch.setattr("eskalera.instances.find", lambda _port: SimpleNamespace(layout=Layout(tmp_path, 8080)))
    monkeypatch.setattr("eskalera.known.require_connection", lambda *_: own)
    nothing = run("check", "nat")
    assert "no secret of nat: give --url and --secrets-file" in str(nothing.exception)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "connections-of-bridge.json").write_text(json.dumps({"nat-secret": SECRET}))
    assert run("check", "nat").exit_code == 0
    assert asked == [("https://nat.example/in", SECRET, "nat")]


def test_a_first_secret_is_told_as_the_only_one_and_a_second_with_the_time_of_the_former(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secrets.json"
    file.write_text("{}", encoding="utf-8")
    own = SimpleNamespace(connection=Connection(name="nat", profile="webhook", secret_ref="nat"))
    monkeypatch.setattr(Bridge, "of", lambda _port: Bridge("", file, "", {}))
    monkeypatch.setattr(Bridge, "way", lambda *_: (own, None))
    first, second = run("rotate", "nat"), run("rotate", "nat")
    assert "the only one" in first.stdout
    assert "Until" not in first.stdout
    assert "the vendor may sign with either" in second.stdout
    assert "valid no more" not in first.stdout + second.stdout
    assert "The one before these two is valid no more." in run("rotate", "nat").stdout


def test_a_token_that_the_vendor_gave_is_not_changed_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text('{"nat": "the-vendors-own-token"}', encoding="utf-8")
    own = SimpleNamespace(
        connection=Connection(name="nat", profile="tmf621", url="https://nat.example/tmf", secret_ref="nat")
    )
    monkeypatch.setattr(Bridge, "of", lambda _port: Bridge("", file, "", {}))
    monkeypatch.setattr(Bridge, "way", lambda *_: (own, None))
    result = run("rotate", "nat")
    assert isinstance(result.exception, UsageError)
    assert f"Put the one that they give you under nat in {file}" in str(result.exception)
    assert file.read_text(encoding="utf-8") == '{"nat": "the-vendors-own-token"}'


def test_a_connection_of_another_municipality_is_not_named_as_one_that_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ways: list[Any] = [
        (SimpleNamespace(municipality=town, connection=SimpleNamespace(name=name)), None)
        for town, name in (("malarvik", "demo-vendor"), ("hallsberg", "hallsberg-plattform"))
    ]
    monkeypatch.setattr(Bridge, "run", lambda *_: ways)
    with pytest.raises(UsageError) as told:
        Bridge("", None, "", {}).way("demo-vendor", "hallsberg")
    assert str(told.value) == "There is no connection 'demo-vendor' of hallsberg; there are hallsberg-plattform."
