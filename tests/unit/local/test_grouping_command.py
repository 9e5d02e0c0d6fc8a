"""`eskalera grouping`, over small files."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from eskalera.cli import build
from eskalera.errors import LocalError, UsageError
from grouping.evaluation.tuning import HeldOut

LINES: list[dict[str, Any]] = [
    {
        "id": f"t{n}",
        "filed_at": f"2026-10-05T09:0{n}:00+02:00",
        "school": "ekbacken",
        "reporter": f"p{n}",
        "kind": "incident",
        "service": "wifi",
        "title": "Trådlösa nätet nere i hela skolan, ingen kommer ut",
        "description": "",
        "truth": {"group": "g1", "service": "wifi", "scope": "school"},
    }
    for n in range(5)
]


def run(file: Path, *more: str | Path, command: str = "evaluate") -> Result:
    return call(command, file, "--directory", "malarvik", *more)


def call(*words: str | Path) -> Result:
    said = ["grouping", *map(str, words)]
    return CliRunner().invoke(build(said), said, catch_exceptions=True)


def written(tmp_path: Path, lines: list[Any]) -> Path:
    file = tmp_path / "stream.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def test_figures_and_predictions_are_written(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    result = run(written(tmp_path, LINES), "--json", "--assisted", "--predictions", out)
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert figures["tickets"] == figures["labelled"] == 5
    assert figures["pair_f1"] == figures["recall_at_3"] == 1
    assert {"clicks_per_100", "p50_ms", "p99_ms", "attach_precision", "b3_f1"} <= figures.keys()
    predictions = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [sorted(line) for line in predictions] == [
        ["group", "group_final", "id", "linked", "reasons", "suggested"] for _ in LINES
    ]
    assert len({line["group_final"] for line in predictions}) == 1


def test_without_labels_nothing_is_scored(tmp_path: Path) -> None:
    bare = [{name: value for name, value in line.items() if name != "truth"} for line in LINES]
    figures = json.loads(run(written(tmp_path, bare), "--json").stdout)
    assert figures["labelled"] == 0
    assert "pair_f1" not in figures


def test_bad_files_are_one_sentence(tmp_path: Path) -> None:
    assert isinstance(run(tmp_path / "none.jsonl").exception, UsageError)
    for wrong in ([{"id": "1"}], [LINES[0], LINES[0]], ["text"]):
        assert isinstance(run(written(tmp_path, wrong)).exception, LocalError)


def test_what_the_directory_does_not_know_is_told_with_its_line_and_run_all_the_same(tmp_path: Path) -> None:
    odd = [
        LINES[1] | {"school": "ekbaken"},
        LINES[2] | {"service": "fax", "truth": {"group": "g1", "service": "fakx", "scope": "school"}},
        LINES[3] | {"kind": "incdent"},
        LINES[4] | {"service": None, "school": ""},
    ]
    file = written(tmp_path, [LINES[0], *odd])
    result = run(file, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["tickets"] == 5
    assert result.stderr.splitlines() == [
        f"{file}:2: the school 'ekbaken' is not in the directory.",
        f"{file}:3: the service 'fax' is not in the directory.",
        f"{file}:3: the service 'fakx' is not in the directory.",
        f"{file}:4: 'incdent' is no kind of ticket: it is read as an incident.",
    ]


def test_of_a_wrong_directory_the_first_unknown_names_are_told_and_the_others_counted(tmp_path: Path) -> None:
    result = call("evaluate", written(tmp_path, days(5)), "--directory", "hallsberg", "--json")
    assert result.exit_code == 0, result.output
    said = result.stderr.splitlines()
    assert len(said) == 21
    assert said[-1].endswith("5 more like these. Is it the right directory?")


def days(number: int) -> list[dict[str, Any]]:
    """The lines again on each day, as causes of their own."""
    return [
        line
        | {
            "id": f"{day}-{line['id']}",
            "filed_at": line["filed_at"].replace("10-05", f"10-{day + 5:02}"),
            "truth": line["truth"] | {"group": f"g{day}"},
        }
        for day in range(number)
        for line in LINES
    ]


def test_tuning_shows_held_out_figures_and_writes_weights_that_the_engine_runs_with(tmp_path: Path) -> None:
    stream, out = written(tmp_path, days(4)), tmp_path / "own.toml"
    shown = run(
        stream, "--floor", "0.8", command="tune"
    )  # four days held out are 20 tickets: one wrong link weighs much
    assert shown.exit_code == 0, shown.exception
    assert [line.split("|")[1].strip() for line in shown.stdout.splitlines() if "by itself" in line] == [
        "before",
        "after",
    ]
    assert "give --out FILE.toml" in shown.stdout
    assert run(stream, "--floor", "0.8", "--out", out, command="tune").exit_code == 0
    assert out.read_text(encoding="utf-8").startswith("# Tuned to stream (20 tickets)")
    assert run(stream, "--weights", out, "--json").exit_code == 0


def test_what_is_refused_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HeldOut, "refusal", lambda *_: "precision would fall")
    out = tmp_path / "own.toml"
    refused = run(written(tmp_path, days(2)), "--out", out, command="tune")
    assert str(refused.exception) == "Nothing is written: precision would fall."
    assert isinstance(refused.exception, LocalError)
    assert "pair F1" in refused.stdout, "the figures are shown all the same"
    assert not out.exists()


def test_folds_are_a_table_and_the_reliability_of_each(tmp_path: Path) -> None:
    one, other = tmp_path / "tickets_one.jsonl", tmp_path / "tickets_other.jsonl"
    for file, number in ((one, 2), (other, 3)):
        written(tmp_path, days(number)).rename(file)
    pairs = [f"{file}=malarvik" for file in (one, other)]
    given = call("folds", *pairs, "--as-given")
    assert given.exit_code == 0, given.exception
    assert given.stdout.count("| as given |") == 4
    assert "Reliability at one, by itself, as given" in given.stdout
    fitted = call("folds", *pairs)
    assert fitted.stdout.count("| tuned on the others |") == 4
    assert "Reliability at other, assisted, tuned on the others" in fitted.stdout
    parts = call("folds", pairs[0], "--ablation")
    assert "| all parts " in parts.stdout
    assert parts.stdout.count("\n| – ") == 9
    for wrong, sentence in (([pairs[0]], "two municipalities"), ([str(one), pairs[0]], "is no pair")):
        failed = call("folds", *wrong)
        assert isinstance(failed.exception, UsageError)
        assert sentence in str(failed.exception)


def test_explain_says_what_was_read_compared_and_decided(tmp_path: Path) -> None:
    stream = written(tmp_path, LINES)
    said = call("explain", "t4", "--stream", stream, "--directory", "malarvik")
    assert said.exit_code == 0, said.exception
    for words in ("What the engine read", "Wireless network", "Compared with", "Decided: ", "By engine cause-"):
        assert words in said.stdout
    first = call("explain", "t0", "--stream", stream, "--directory", "malarvik", "--assisted")
    assert "Compared with nothing" in first.stdout
    for asked, sentence in (
        (("t9", "--stream", stream, "--directory", "malarvik"), "has no ticket 't9'"),
        (("t4", "--directory", "malarvik"), "Give both the ticket's stream and its directory"),
    ):
        failed = call("explain", *asked)
        assert isinstance(failed.exception, UsageError)
        assert sentence in str(failed.exception)


def test_bad_weights_floors_parts_and_streams_are_one_sentence(tmp_path: Path) -> None:
    stream = written(tmp_path, LINES)
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("version = 1", encoding="utf-8")
    for result, error, sentence in (
        (run(stream, "--weights", wrong), LocalError, "no version"),
        (run(stream, "--weights", tmp_path / "none.toml"), UsageError, "can't be read"),
        (run(stream, "--floor", "2", command="tune"), UsageError, "from 0 to 1"),
        (run(stream, "--parts", "1", command="tune"), UsageError, "from 2 to 10"),
        (run(stream, command="tune"), UsageError, "too few days"),
    ):
        assert isinstance(result.exception, error)
        assert sentence in str(result.exception)
    bare = written(tmp_path, [{name: value for name, value in line.items() if name != "truth"} for line in LINES])
    assert "no labels" in str(run(bare, command="tune").exception)


@pytest.mark.parametrize("name", ["granvik", "solhamra"])
def test_the_directories_of_the_measurements_are_right(name: str) -> None:
    file = Path(__file__).parents[2] / f"directories/{name}.yaml"
    words = ["directory", "check", str(file)]
    assert CliRunner().invoke(build(words), words).exit_code == 0
