"""`eskalera directory`: check, diff, explain on files; diff and apply against a real HTTP server."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from contracts.directory import load
from contracts.directory.rules import RequireAcknowledgement
from eskalera.cli import build
from eskalera.commands.directory import apply_file
from eskalera.errors import LocalError, UsageError
from eskalera.instances import Instance, hold, publish, withdraw
from tests.support.directories import MUNICIPALITIES, SMALL, changed, line_of, small
from ticketing.tokens import Tokens


def run(*arguments: str | Path) -> Result:
    words = ["directory", *map(str, arguments)]
    return CliRunner().invoke(build(words), words)


@pytest.fixture
def lillby(tmp_path: Path) -> Path:
    file = tmp_path / "lillby.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file


def test_check_says_what_a_right_file_holds(lillby: Path) -> None:
    result = run("check", lillby)
    assert result.exit_code == 0
    assert "Lillby kommun" in result.stdout
    assert small().version in result.stdout


def test_check_names_each_error_with_file_line_and_column_and_fails(lillby: Path) -> None:
    text = changed("path: [local]", "path: [team:x]", changed("{do: next_party}", "{do: nap}"))
    lillby.write_text(text, encoding="utf-8")
    result = run("check", lillby)
    assert result.exit_code == 1
    assert f"{lillby}:{line_of(text, '{do: nap}')}:" in result.stderr
    assert f"{lillby}:{line_of(text, '[team:x]')}:12: matrix[1].path[0]: unknown party 'team:x'" in result.stderr


def test_check_reads_the_people_beside_the_file(lillby: Path) -> None:
    people = lillby.with_name("lillby.people.yaml")
    people.write_text("municipality: lillby\npeople:\n  - {id: a, name: A, role: king}\n", encoding="utf-8")
    result = run("check", lillby)
    assert result.exit_code == 1
    assert f"{people}:3:28: people[0].role: unknown role 'king'" in result.stderr


def test_check_finds_what_two_municipalities_of_an_installation_must_not_share(lillby: Path) -> None:
    """I3, N9: number prefixes and connections are the installation's."""
    storby = lillby.with_name("storby.yaml")
    storby.write_text(changed("  id: lillby", "  id: storby"), encoding="utf-8")
    result = run("check", lillby, storby)
    assert result.exit_code == 1
    assert f"the number prefix 'LIL' is {lillby}'s already" in result.stderr
    assert f"the connection 'nat' is {lillby}'s already" in result.stderr


def test_check_answers_scripts_in_json(lillby: Path) -> None:
    assert json.loads(run("check", lillby, "--json").stdout) == {"ok": True, "errors": []}
    lillby.write_text(changed("role", "rolle", "role: 1\n" + SMALL[:0]), encoding="utf-8")
    answer = run("check", lillby, "--json")
    found = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert found["ok"] is False
    assert {"file", "line", "column", "path", "message"} == set(found["errors"][0])


def test_check_names_the_line_of_a_byte_that_is_no_utf_8(lillby: Path) -> None:
    lillby.write_bytes(b"municipality:\n  id: l\xf6vby\n")
    result = run("check", lillby)
    assert result.exit_code == 1
    assert f"{lillby}:2:8: no UTF-8" in result.stderr


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    result = run("check", tmp_path / "none.yaml")
    assert isinstance(result.exception, LocalError)
    assert "can't be read" in result.exception.sentence


def test_diff_says_in_words_what_would_change(lillby: Path) -> None:
    other = lillby.with_name("new.yaml")
    other.write_text(changed("path: [local]", "path: [coordinator]"), encoding="utf-8")
    result = run("diff", other, "--against", lillby)
    assert result.stdout == "  rule 'resten', path: [local] becomes [coordinator]\n1 changes.\n"
    assert run("diff", lillby, "--against", lillby).stdout == "Nothing would change.\n"
    assert json.loads(run("diff", other, "--against", lillby, "--json").stdout)[0]["kind"] == "changed"


def test_explain_prints_holder_path_rule_reason_and_promises(lillby: Path) -> None:
    """V4, L1: everyone can see who has what, who is next, when it goes further, and why."""
    result = run("explain", "-m", lillby, "--school", "bokskolan", "--service", "elevdator", "--urgency", 2)
    assert result.exit_code == 0
    for words in (
        "Held by     Tekniken (team:teknik, local)",
        "then        Samordnaren (team:samordnare, central)",
        "Rule        resten",
        "Bokskolan har ingen egen tekniker",
        "Utan avtal (utan), Kontorstid, device class elev",
        "acknowledgement: 40 min",
        "resolving: no time is promised",
        "1. wait until 75 % of the time for resolving is used, for which none is promised here",
        "4. hand to vendor:nat",
        "5. the same again, 2 times",
    ):
        assert words in result.stdout


def test_explain_says_what_is_promised_apart_from_what_is_to_follow() -> None:
    printed = run("explain", "-m", "malarvik", "--service", "wifi", "--urgency", 1).stdout
    promised, to_follow = printed.split("Policy      ")
    assert "Promised to the reporter at urgency 1, in that calendar, from when a party gets the case:" in promised
    assert "acknowledgement: 10 min" in promised
    assert "1. wait until 100 % of the time for acknowledgement is used: 10 min" in to_follow
    assert "3. wait until 75 % of the time for resolving is used: 3 h" in to_follow


@pytest.mark.parametrize(("urgency", "beside"), [(1, "; the promise stays 10 min"), (3, "")])
def test_explain_tells_a_time_that_is_no_promise_from_the_promise(urgency: int, beside: str) -> None:
    printed = run("explain", "-m", "hallsberg", "--urgency", urgency).stdout
    assert f"5. if the holder has not acknowledged 1 h later, go on{beside}\n" in printed


def test_the_shipped_municipalities_go_on_no_sooner_than_the_first_answer_is_promised() -> None:
    """What a policy does first counts on the promise: a time of its own would ask before it is due."""
    for name in ("malarvik", "hallsberg"):
        for policy in load((MUNICIPALITIES / f"{name}.yaml").read_text()).policies:
            assert not isinstance(next(iter(policy.steps), None), RequireAcknowledgement), policy.id


def test_explain_takes_the_device_class_from_the_asset_tag(lillby: Path) -> None:
    """V5."""
    result = run("explain", "-m", lillby, "--asset", "ALS-EL-0001", "--json")
    found = json.loads(result.stdout)
    assert (found["device_class"], found["agreement"], found["promises"]["resolve"]) == ("elev", "utan", None)


def test_explain_knows_the_shipped_municipalities_by_id() -> None:
    """V8: the direct lane, as the page shows it."""
    found = json.loads(run("explain", "--municipality", "malarvik", "--service", "wifi", "--json").stdout)
    assert found["holder"] == "vendor:network"
    assert found["rule"] == "natet-direkt"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--school", "bokskola"], "has no school 'bokskola'; did you mean 'bokskolan'?"),
        (["--service", "wify"], "did you mean 'wifi'?"),
        (["--kind", "wish"], "has no kind 'wish'; there are incident, request, need, idea."),
        (["--scope", "skool"], "did you mean 'school'?"),
        (["--device-class", "x"], "has no device class 'x'"),
    ],
)
def test_explain_doubts_what_the_directory_does_not_know(lillby: Path, arguments: list[str], words: str) -> None:
    result = run("explain", "-m", lillby, *arguments)
    assert isinstance(result.exception, UsageError)
    assert words in result.exception.sentence


def test_explain_names_the_shipped_municipalities_when_there_is_no_such_file() -> None:
    result = run("explain", "-m", "nowhere")
    assert isinstance(result.exception, UsageError)
    assert "hallsberg, malarvik" in result.exception.sentence


@dataclass
class Ticketing:
    """A server in the place of ticketing's API: keeps what it was asked, answers what it is told."""

    instance: Instance
    status: int = 200
    answer: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str, str, Any]] = field(default_factory=list)


@pytest.fixture
def ticketing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ticketing]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            served.asked.append((self.command, self.path, self.headers["Authorization"], body))
            self.send_response(served.status)
            self.end_headers()
            self.wfile.write(json.dumps(served.answer).encode())

        do_GET = do_PUT  # noqa: N815  (the handler's names)

        def log_request(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    instance = Instance(pid=1, data=str(tmp_path / "data"), port_base=server.server_port, ready=True)
    served = Ticketing(instance)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with hold(Path(instance.data)):
        instance.layout.make()
        publish(instance)
        yield served
        withdraw(instance)
    server.shutdown()
    thread.join()
    server.server_close()


def test_apply_puts_file_and_people_with_the_installations_token(ticketing: Ticketing, lillby: Path) -> None:
    ticketing.answer = {"municipality": "lillby", "version": "abc", "changed": True}
    people = lillby.with_name("lillby.people.yaml")
    people.write_text("municipality: lillby\n", encoding="utf-8")
    result = run("apply", lillby)
    assert result.stdout == f"{lillby}: in force, version abc.\n"
    [(method, path, authorization, body)] = ticketing.asked
    assert (method, path) == ("PUT", "/api/v1/directories/lillby")
    assert body == {"directory": SMALL, "people": "municipality: lillby\n"}
    claims = Tokens(ticketing.instance.layout.secret("ticketing")).read(authorization.removeprefix("Bearer "))
    assert (claims.municipality, claims.person) == ("lillby", None)


def test_apply_sends_no_people_where_there_are_none(ticketing: Ticketing, lillby: Path) -> None:
    apply_file(lillby, ticketing.instance)
    assert ticketing.asked[0][3] == {"directory": SMALL}


def test_apply_sends_nothing_that_has_errors(ticketing: Ticketing, lillby: Path) -> None:
    lillby.write_text(changed("path: [local]", "path: [team:x]"), encoding="utf-8")
    result = run("apply", lillby)
    assert isinstance(result.exception, LocalError)
    assert "unknown party 'team:x'" in result.exception.details
    assert ticketing.asked == []


def test_apply_tells_why_the_system_refused(ticketing: Ticketing, lillby: Path) -> None:
    """R19: what ticketing's replica knows to break is refused, and the reason comes to the terminal."""
    ticketing.status = 409
    ticketing.answer = {
        "detail": "team:teknik holds 3 cases.",
        "errors": [{"pointer": "/directory", "detail": "line 14"}],
    }
    result = run("apply", lillby)
    assert isinstance(result.exception, LocalError)
    assert result.exception.sentence == "team:teknik holds 3 cases."
    assert result.exception.details == "/directory line 14"


def test_diff_compares_with_what_is_in_force(ticketing: Ticketing, lillby: Path) -> None:
    ticketing.answer = {"directory": small().model_dump(mode="json"), "version": small().version}
    assert run("diff", lillby).stdout == "Nothing would change.\n"
    lillby.write_text(changed("number_prefix: LIL", "number_prefix: LBY"), encoding="utf-8")
    assert "municipality.number_prefix: LIL becomes LBY" in run("diff", lillby).stdout
    assert ticketing.asked[0][:2] == ("GET", "/api/v1/directories/lillby")


def test_a_system_that_does_not_answer_is_one_sentence(ticketing: Ticketing, lillby: Path) -> None:
    silent = Instance(pid=1, data=ticketing.instance.data, port_base=1)
    with pytest.raises(LocalError, match="does not answer"):
        apply_file(lillby, silent)


def test_apply_without_a_running_system_says_how_to_start_one(
    lillby: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    result = run("apply", lillby)
    assert isinstance(result.exception, LocalError)
    assert "eskalera up" in result.exception.sentence


def test_the_shipped_files_are_right_as_one_installation() -> None:
    """I3: several municipalities share one installation."""
    files = sorted(file for file in MUNICIPALITIES.glob("*.yaml") if "." not in file.stem)
    result = run("check", *files)
    assert (result.exit_code, result.stderr) == (0, "")
