"""`eskalera bundle verify`, over the golden bundles and over what was done to them."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from eskalera.cli import build
from eskalera.errors import UsageError

GOLDEN = Path(__file__).parents[2] / "contract/golden"
WHOLE, PARTIAL, DELTA = (GOLDEN / f"bundle_{name}.json" for name in ("whole", "partial", "delta"))


def run(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    words = ["bundle", "verify", *map(str, arguments)]
    return CliRunner().invoke(build(words), words, input=stdin)


def changed(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def whole() -> Any:
    return json.loads(WHOLE.read_text(encoding="utf-8"))


def test_a_whole_bundle_is_said_to_be_whole_with_its_chains() -> None:
    result = run(WHOLE)
    assert result.exit_code == 0
    assert "ticket MAL-2026-000123: 3 entries, 3 readable" in result.stdout
    assert "incident in_1: 8 entries, 6 readable" in result.stdout
    assert "whole, 3 chains" in result.stdout


def test_a_partial_bundle_says_that_more_follows() -> None:
    assert "partial" in run(PARTIAL).stdout


def test_a_continuation_is_proven_with_the_bundle_before_it_and_not_alone() -> None:
    assert run(DELTA, "--after", PARTIAL).exit_code == 0
    alone = run(DELTA)
    assert alone.exit_code == 1
    assert "does not begin where the receiver's copy ends" in alone.stderr


def test_every_broken_place_is_named(tmp_path: Path) -> None:
    content = whole()
    content["chains"][0]["entries"][0]["disclosures"]["text"]["value"] = {"sv": "Något annat."}
    del content["chains"][1]["entries"][1]
    result = run(changed(tmp_path, content))
    assert result.exit_code == 1
    assert "in_1 number 1: the text shown is not the one recorded" in result.stderr
    assert "tk_1 number 3: expected number 2" in result.stderr
    assert "the digest is not that of the entries" in result.stderr


def test_scripts_get_json(tmp_path: Path) -> None:
    content = whole() | {"digest": "0" * 64}
    result = run(changed(tmp_path, content), "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "ok": False,
        "broken": [{"case": "in_1", "seq": 0, "why": "the digest is not that of the entries"}],
    }


def test_the_whole_message_and_standard_input_are_taken_too(tmp_path: Path) -> None:
    message = {"specversion": "1.0", "id": "msg_1", "data": {"handoff": "ho_1", "bundle": whole()}}
    assert run(changed(tmp_path, message)).exit_code == 0
    assert run("-", stdin=WHOLE.read_bytes()).exit_code == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "is not JSON"),
        (b"", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"{}", "holds no bundle: /handoff is required"),
        (b"[]", "holds no bundle: the whole is no JSON object"),
        (b'{"data": {"bundle_link": {"url": "https://bridge.example/b"}}}', "fetch https://bridge.example/b"),
    ],
)
def test_what_is_no_bundle_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "bundle.json"
    path.write_bytes(content)
    result = run(path)
    assert isinstance(result.exception, UsageError)
    assert sentence in result.exception.sentence


def test_a_file_that_is_not_there_is_the_callers_mistake(tmp_path: Path) -> None:
    result = run(tmp_path / "none.json")
    assert isinstance(result.exception, UsageError)
    assert result.exception.exit_code == 2


def test_a_value_no_digest_is_computed_over_is_a_broken_place_and_no_crash(tmp_path: Path) -> None:
    content = whole()
    content["chains"][0]["entries"][0]["disclosures"]["text"]["value"] = 1.5
    assert "the text shown is not the one recorded" in run(changed(tmp_path, content)).stderr
