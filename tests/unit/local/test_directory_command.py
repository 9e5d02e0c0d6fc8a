"""`eskalera directory`: check, diff, explain on files; diff and apply against a real HTTP server."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from contracts.directory import load_people
from contracts.directory.rules import RequireAcknowledgement
from eskalera.api_client import Refused
from eskalera.cli import build
from eskalera.commands.directory import apply_file
from eskalera.errors import LocalError, UsageError
from eskalera.furnish import Municipalities
from eskalera.instances import Instance, hold, publish, withdraw
from tests.support.directories import MUNICIPALITIES, SHIPPED, SMALL, changed, line_of, shipped, small
from ticketing.tokens import Tokens


def run(*arguments: str | Path | int) -> Result:
    words = ["directory", *map(str, arguments)]
    return CliRunner().invoke(build(words), words)


@pytest.fixture(autouse=True)
def nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever runs on this machine is not asked."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "nothing"))


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
    assert json.loads(run("check", lillby, "--json").stdout) == {"ok": True, "errors": [], "advice": []}
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
    assert result.stdout == "  rule 'resten', path: [local] becomes [coordinator]\n1 change.\n"
    assert run("diff", lillby, "--against", lillby).stdout == "Nothing would change.\n"
    assert json.loads(run("diff", other, "--against", lillby, "--json").stdout)[0]["kind"] == "changed"
    other.write_text(changed("path: [local]", "path: [coordinator]").replace("prefix: LIL", "prefix: LBY"), "utf-8")
    assert run("diff", other, "--against", lillby).stdout.endswith("\n2 changes.\n")


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
        "1. Hoppas över, för ingen tid är lovad för lösningen: Samordnaren får veta det, det går vidare till",
        "det lämnas till Nätbolaget och stegen börjar om, 2 gånger till.",
    ):
        assert words in result.stdout


def test_explain_says_what_is_promised_apart_from_what_is_to_follow() -> None:
    printed = run("explain", "-m", "malarvik", "--service", "wifi", "--urgency", 1).stdout
    promised, to_follow = printed.split("Policy      ")
    assert "Promised to the reporter at urgency 1, in that calendar, from when a party gets the case:" in promised
    assert "acknowledgement: 10 min" in promised
    assert "1. Efter 10 min utan svar: Samordnaren för skolornas IT får veta det." in to_follow
    assert "2. Efter 3 h utan lösning (75 % av det som är lovat): Samordnaren" in to_follow
    assert "3. Efter 4 h utan lösning: det går vidare till Samordnaren" in to_follow


@pytest.mark.parametrize(("urgency", "beside"), [(1, " (lovat är 10 min)"), (3, "")])
def test_explain_tells_a_time_that_is_no_promise_from_the_promise(urgency: int, beside: str) -> None:
    printed = run("explain", "-m", "hallsberg", "--urgency", urgency).stdout
    then = "IT-strategen får veta det och stegen börjar om, 2 gånger till."
    assert f"3. Om den som har det då inte svarar inom 1 h{beside}: {then}\n" in printed


def test_the_shipped_municipalities_go_on_no_sooner_than_the_first_answer_is_promised() -> None:
    """What a policy does first counts on the promise: a time of its own would ask before it is due."""
    for name in SHIPPED:
        for policy in shipped(name).policies:
            assert not isinstance(next(iter(policy.steps), None), RequireAcknowledgement), policy.id


def test_explain_takes_the_device_class_from_the_asset_tag(lillby: Path) -> None:
    """V5."""
    result = run("explain", "-m", lillby, "--asset", "ALS-EL-0001", "--json")
    found = json.loads(result.stdout)
    assert (found["device_class"], found["agreement"], found["promises"]["resolve"]) == ("elev", "utan", None)


def test_explain_answers_of_a_device_alone_as_a_report_of_it_goes() -> None:
    result = run("explain", "-m", "malarvik", "--school", "ekbacken", "--asset", "EKB-EL-0042")
    assert "elevdator (" in result.stdout.partition("Rule")[2].partition("\n")[0]
    chosen = run("explain", "-m", "malarvik", "--school", "ekbacken", "--asset", "EKB-EL-0042", "--service", "wifi")
    assert "elevdator (" not in chosen.stdout, "a service that is named counts"


def test_explain_knows_the_shipped_municipalities_by_id() -> None:
    """V8: the direct lane, as the page shows it."""
    found = json.loads(run("explain", "--municipality", "malarvik", "--service", "wifi", "--json").stdout)
    assert found["holder"] == "vendor:network"
    assert found["rule"] == "natet-direkt"


def test_explain_tells_occasions_and_major_incidents() -> None:
    """V4: what happens by itself, in words that everybody understands."""
    printed = run("explain", "-m", "vasteras", "--school", "stenviksskolan", "--service", "wifi", "--urgency", 1).stdout
    for words in (
        "told        IT-stödet på Stenviksskolan (team:it-stenviksskolan, local)",
        "Direkt till leverantören får vända sig: den som anmäler, IT-stödet på Stenviksskolan och Samordnaren",
        "Beställningar och ändringar i avtalet gör bara Stadens IT-enhet IKT/ITF.",
        "- Om nästa besked inte har kommit i tid: Samordnaren för skolornas IT på BUF får veta det.",
        "Major       Det är en stor störning när tjänsten är viktig för undervisningen, om minst 2 skolor är drabbade",
        "Vid en stor störning ska alla kunna läsa vad som har hänt inom 30 min.",
    ):
        assert words in printed


def test_explain_gives_scripts_the_same_sentences_in_both_languages() -> None:
    found = json.loads(run("explain", "-m", "vasteras", "--service", "wifi", "--urgency", 1, "--json").stdout)
    assert found["steps"][0] == {
        "sv": "Efter 10 min utan svar: Samordnaren för skolornas IT på BUF får veta det.",
        "en": "After 10 min without an answer: we tell the coordinator of school IT at BUF.",
    }
    assert [len(found[part]) for part in ("steps", "occasions", "major", "agreed")] == [3, 2, 2, 2]


def test_explain_says_that_nothing_follows_by_itself() -> None:
    """V16: needs are gathered and decided."""
    printed = run("explain", "-m", "malarvik", "--kind", "need").stdout
    assert "in order:\n            nothing by itself\n" in printed
    assert "Major" not in printed


@pytest.mark.parametrize("kind", ["need", "idea"])
def test_explain_promises_no_time_for_what_has_no_clocks(kind: str) -> None:
    """R10, V16: whatever the policy of the rule says."""
    words: list[str | int] = ["explain", "-m", "vasteras", "--service", "wifi", "--urgency", 1, "--kind", kind]
    printed = run(*words).stdout
    assert "Inga tider är lovade: behov och idéer samlas och får ett beslut." in printed
    assert "acknowledgement" not in printed
    found = json.loads(run(*words, "--json").stdout)
    assert set(found["promises"].values()) == {None}
    assert (found["steps"], found["occasions"], found["major"]) == ([], [], [])


@pytest.mark.parametrize(("impact", "urgency"), [("one_person", 2), ("whole_school", 1)])
def test_explain_takes_the_urgency_from_need_and_impact(lillby: Path, impact: str, urgency: int) -> None:
    result = run("explain", "-m", lillby, "--need", "lesson_now", "--impact", impact, "--json")
    assert json.loads(result.stdout)["urgency"] == urgency


@pytest.mark.parametrize(
    "arguments", [["--need", "lesson_now"], ["--impact", "class"], ["--need", "x", "--impact", "y"]]
)
def test_explain_wants_a_need_and_an_impact_of_the_directorys_table(lillby: Path, arguments: list[str]) -> None:
    result = run("explain", "-m", lillby, *arguments)
    assert isinstance(result.exception, UsageError)
    assert "Give --need (one of lesson_now, exam, work_around, when_time) and --impact (one of one_person, class" in (
        result.exception.sentence
    )


def test_explain_knows_the_unit_that_is_not_connected_yet() -> None:
    """L5."""
    unit = ["--school", "linneagymnasiet", "--unit", "linnea-yrkes"]
    printed = run("explain", "-m", "lund", "--service", "wifi", *unit).stdout
    assert "Held by     IKT-samordningen (team:ikt-samordningen, central)" in printed
    assert "Rule        not_connected" in printed


def test_check_points_out_what_is_hardly_meant_and_lets_it_pass(lillby: Path) -> None:
    lillby.write_text(changed("{agreement: vanlig, policy", "{agreement: utan, policy"), encoding="utf-8")
    result = run("check", lillby)
    assert result.exit_code == 0
    assert (
        f"{lillby}:{line_of(SMALL, '{do: wait')}:9: look again: policies[0].steps[0]: this step never" in result.stderr
    )
    assert json.loads(run("check", lillby, "--json").stdout)["advice"][0]["path"] == "policies[0].steps[0]"


PERSONS = """\
municipality: lillby
people:
  - {id: anna, name: Anna Al, role: teacher, schools: [alskolan]}
"""
TABLE = "id;name;role;schools;team\nanna;Anna Al;teacher;alskolan;\n"


def test_check_reads_a_table_of_people_beside_the_file(lillby: Path) -> None:
    """L6."""
    people = lillby.with_name("lillby.people.csv")
    people.write_text(TABLE.replace("teacher", "king"), encoding="utf-8")
    result = run("check", lillby)
    assert result.exit_code == 1
    assert f"{people}:2:3: role: unknown role 'king'" in result.stderr


def test_people_as_a_table_and_as_a_document_are_one_too_many(lillby: Path) -> None:
    for ending in ("csv", "yaml"):
        lillby.with_name(f"lillby.people.{ending}").write_text(TABLE, encoding="utf-8")
    result = run("check", lillby)
    assert isinstance(result.exception, LocalError)
    assert "are there both: keep the one that is right" in result.exception.sentence


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--unit", "x"], "has no unit at that school 'x'; there is none."),
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
    assert "hallsberg, lund, malarvik, varmdo, vasteras" in result.exception.sentence


@dataclass
class Ticketing:
    """A server in the place of ticketing's API: keeps what it was asked, answers what it is told."""

    instance: Instance
    status: int = 200
    of_reads: int | None = None
    """The status of a GET, where it is another."""
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
            self.send_response((self.command == "GET" and served.of_reads) or served.status)
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


def test_explain_answers_from_what_is_in_force_and_says_so(ticketing: Ticketing, lillby: Path) -> None:
    """As the page does: a shipped file may be another one by now."""
    known = shipped("malarvik")
    wifi = next(service for service in known.services if service.id == "wifi")
    others = tuple(service for service in known.services if service.id != "wifi")
    renamed = wifi.model_copy(update={"id": "natet"})
    ticketing.answer = {"directory": known.model_copy(update={"services": (*others, renamed)}).model_dump(mode="json")}
    asks = ("explain", "-m", "malarvik", "--service", "natet")
    base = ticketing.instance.port_base
    assert run(*asks).stdout.startswith(f"From        what is in force (port base {base}), version ")
    assert json.loads(run(*asks, "--json").stdout)["answered_from"] == f"what is in force (port base {base})"
    assert run("explain", "-m", lillby).stdout.startswith(f"From        {lillby}, version {small().version}\n")
    ticketing.status = 404
    assert ", which is not in force, version " in run("explain", "-m", "malarvik").stdout.partition("\n")[0]


def test_apply_puts_file_and_people_with_the_installations_token(ticketing: Ticketing, lillby: Path) -> None:
    ticketing.answer = {"municipality": "lillby", "version": "abc", "changed": True}
    people = lillby.with_name("lillby.people.yaml")
    people.write_text(PERSONS, encoding="utf-8")
    result = run("apply", lillby)
    assert result.stdout == f"{lillby}: in force, version abc.\n"
    [(method, path, authorization, body)] = ticketing.asked
    assert (method, path) == ("PUT", "/api/v1/directories/lillby")
    assert body == {"directory": SMALL, "people": PERSONS}
    claims = Tokens(ticketing.instance.layout.secret("ticketing")).read(authorization.removeprefix("Bearer "))
    assert (claims.municipality, claims.person) == ("lillby", None)


def test_apply_sends_a_table_of_people_as_the_document_that_the_api_takes(ticketing: Ticketing, lillby: Path) -> None:
    """L6."""
    lillby.with_name("lillby.people.csv").write_text(TABLE, encoding="utf-8")
    apply_file(lillby, ticketing.instance)
    sent = load_people(ticketing.asked[0][3]["people"], small())
    assert [(person.id, person.schools) for person in sent.people] == [("anna", ("alskolan",))]


def test_apply_sends_nothing_where_the_people_have_errors(ticketing: Ticketing, lillby: Path) -> None:
    lillby.with_name("lillby.people.csv").write_text(TABLE.replace("alskolan", "x"), encoding="utf-8")
    result = run("apply", lillby)
    assert isinstance(result.exception, LocalError)
    assert "lillby.people.csv has 1 error." in result.exception.sentence
    assert ticketing.asked == []


@pytest.mark.parametrize(
    ("ending", "text", "words"),
    [
        ("yaml", "", "write keys and values here"),
        ("yaml", "municipality: lillby\n", "names nobody, and with it everybody would have left"),
        ("yaml", "municipality: lillby\npeople: []\n", "names nobody, and with it everybody would have left"),
        ("csv", "", "'id' is missing"),
        ("csv", TABLE.splitlines()[0], "names nobody, and with it everybody would have left"),
    ],
)
def test_apply_sends_nothing_where_the_people_file_has_nobody(
    ticketing: Ticketing, lillby: Path, ending: str, text: str, words: str
) -> None:
    """It would have everybody leave: an export that failed is likelier."""
    lillby.with_name(f"lillby.people.{ending}").write_text(text, encoding="utf-8")
    applied = run("apply", lillby)
    assert isinstance(applied.exception, LocalError)
    assert words in str(applied.exception.details)
    assert ticketing.asked == []
    checked = run("check", lillby)
    assert checked.exit_code == 1
    assert words in checked.stderr


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


def test_the_system_starts_with_the_directory_in_force_where_the_file_would_leave_open_cases_behind(
    ticketing: Ticketing, lillby: Path
) -> None:
    """R19: what an operator put in force since is no reason not to start."""
    ticketing.status, ticketing.of_reads = 409, 200
    ticketing.answer = {
        "detail": "no",
        "errors": [{"detail": "team:x holds 3"}],
        "directory": small().model_dump(mode="json"),
    }
    said: list[str] = []
    Municipalities((lillby,)).before_opening(ticketing.instance, said.append)
    assert said == [f"{lillby} is not in force, the former one stays: team:x holds 3"]
    ticketing.of_reads = 404
    with pytest.raises(Refused, match="no"):
        Municipalities((lillby,)).before_opening(ticketing.instance, said.append)


IN_FORCE = ["Directory lillby is in force."]


def test_the_next_start_leaves_what_the_operator_put_in_force_unless_the_file_itself_changed(
    ticketing: Ticketing, lillby: Path
) -> None:
    ticketing.answer = {"directory": small().model_dump(mode="json"), "version": small().version}

    def start() -> list[str]:
        said: list[str] = []
        before = len(ticketing.asked)
        Municipalities((lillby,)).before_opening(ticketing.instance, said.append)
        assert any(method == "PUT" for method, *_ in ticketing.asked[before:]) is (said == IN_FORCE)
        return said

    assert start() == IN_FORCE
    assert start() == [f"{lillby} is as it was when it was put in force; what is in force now stays."]
    lillby.write_text(changed("number_prefix: LIL", "number_prefix: LBY"), encoding="utf-8")
    assert start() == IN_FORCE
    assert start() != IN_FORCE
    ticketing.of_reads = 404  # another database: nothing is in force there
    assert start() == IN_FORCE


def test_diff_compares_with_what_is_in_force(ticketing: Ticketing, lillby: Path) -> None:
    ticketing.answer = {"directory": small().model_dump(mode="json"), "version": small().version}
    assert run("diff", lillby).stdout == "Nothing would change.\n"
    lillby.write_text(changed("number_prefix: LIL", "number_prefix: LBY"), encoding="utf-8")
    assert "municipality.number_prefix: LIL becomes LBY" in run("diff", lillby).stdout
    assert ticketing.asked[0][:2] == ("GET", "/api/v1/directories/lillby")


def test_diff_says_who_is_new_who_leaves_and_what_is_another(ticketing: Ticketing, lillby: Path) -> None:
    other = lillby.with_name("new.yaml")
    other.write_text(SMALL, encoding="utf-8")
    assert run("diff", other, "--against", lillby).stdout == "Nothing would change.\n"
    lillby.with_name("lillby.people.yaml").write_text(PERSONS + BO, encoding="utf-8")
    assert run("diff", other, "--against", lillby).stdout == "Nothing would change.\n", "nothing is said of people"
    changed_people = PERSONS.replace("[alskolan]", "[bokskolan]") + BO.replace("id: bo", "id: bosse")
    other.with_name("new.people.yaml").write_text(changed_people, encoding="utf-8")
    assert run("diff", other, "--against", lillby).stdout == (
        "  person 'anna', schools: [alskolan] becomes [bokskolan]\n"
        "  person 'bo' is removed\n"
        "  person 'bosse' is new\n"
        "3 changes.\n"
    )
    told = {"kind": "removed", "what": "person 'bo'", "before": None, "after": None}
    ticketing.answer = {"directory": small().model_dump(mode="json"), "version": small().version, "people": [told]}
    assert run("diff", lillby).stdout == "  person 'bo' is removed\n1 change.\n"
    assert json.loads(run("diff", lillby, "--json").stdout) == [told]


@pytest.mark.parametrize("as_json", [False, True])
def test_diff_of_a_file_that_would_be_refused_says_so_as_apply_does(
    ticketing: Ticketing, lillby: Path, as_json: bool
) -> None:
    places = [{"pointer": "/people", "detail": "entry 2 of the people is somebody who was erased"}]
    refusal = {"detail": "`bring_back` says that it is meant.", "errors": places}
    ticketing.answer = {"directory": small().model_dump(mode="json"), "version": "x", **refusal}
    ticketing.status, ticketing.of_reads = 409, 200
    lillby.with_name("lillby.people.yaml").write_text("municipality: lillby\npeople:\n" + BO, encoding="utf-8")
    lillby.write_text(changed("number_prefix: LIL", "number_prefix: LBY"), encoding="utf-8")
    looked = run("diff", lillby, *(["--json"] if as_json else []))
    applied = run("apply", lillby)
    assert "LIL" in looked.stdout
    assert looked.exit_code == applied.exit_code == 1
    for refused in (looked.exception, applied.exception):
        assert isinstance(refused, LocalError)
        assert (refused.exit_code, refused.sentence) == (1, "`directory apply --bring-back` says that it is meant.")
        assert "entry 2 of the people" in refused.details
    lillby.write_text(SMALL, encoding="utf-8")
    assert "Nothing would change" not in run("diff", lillby).stdout
    bodies = [body for method, _, _, body in ticketing.asked if method == "PUT"]
    assert [body.get("dry_run") for body in bodies] == [True, None, True]
    assert "people" in bodies[0]


BO = "  - {id: bo, name: Bo, role: teacher, schools: [alskolan]}\n"


def test_apply_asks_for_people_who_were_erased_only_when_that_is_said(ticketing: Ticketing, lillby: Path) -> None:
    assert run("apply", lillby).exit_code == 0
    assert run("apply", lillby, "--bring-back").exit_code == 0
    assert [body.get("bring_back") for _, _, _, body in ticketing.asked] == [None, True]


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


def test_explain_speaks_english_where_asked() -> None:
    """V4: who reads no Swedish is told the same."""
    asked = ("explain", "-m", "malarvik", "--school", "ekbacken", "--service", "wifi", "--urgency", 1)
    printed = run(*asked, "--language", "en").stdout
    assert "Held by     The network operator (vendor:network, vendor)" in printed
    assert "1. After 10 min without an answer: we tell the coordinator of school IT." in printed
    assert not re.search(r"Samordnaren|veta|Efter|Nätleverantören", printed)
    assert "Efter 10 min utan svar" in run(*asked).stdout
    assert run(*asked, "--language", "de").exit_code == 2
