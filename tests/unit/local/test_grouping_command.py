"""`eskalera grouping evaluate`, over small files."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from eskalera.cli import build
from eskalera.errors import LocalError, UsageError

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


def run(file: Path, *more: str | Path) -> Result:
    words = ["grouping", "evaluate", str(file), "--directory", "malarvik", *map(str, more)]
    return CliRunner().invoke(build(words), words, catch_exceptions=True)


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


@pytest.mark.parametrize("name", ["granvik", "solhamra"])
def test_the_directories_of_the_measurements_are_right(name: str) -> None:
    file = Path(__file__).parents[2] / f"directories/{name}.yaml"
    words = ["directory", "check", str(file)]
    assert CliRunner().invoke(build(words), words).exit_code == 0
