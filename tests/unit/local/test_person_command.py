"""`eskalera person erase`: what it says of somebody whom the people file in force still has."""

from typing import Any

import pytest
from typer.testing import CliRunner, Result

from eskalera.cli import build
from eskalera.commands import person
from eskalera.instances import Instance


def erased(monkeypatch: pytest.MonkeyPatch, *options: str, listed: bool, answer: str | None = None) -> Result:
    def erase(*_: object, **__: object) -> dict[str, Any]:
        return {"erased": True, "in_people_file": listed, "tickets": [], "written_by_others": []}

    monkeypatch.setattr(person, "erase", erase)
    monkeypatch.setattr(person, "find", lambda _: Instance(pid=1, data="/nowhere", port_base=1))
    words = ["person", "erase", "asta", "-m", "lillby", "--reason", "asked", *options]
    return CliRunner().invoke(build(words), words, input=answer)


def test_who_still_stands_in_the_people_file_is_told_with_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    said = erased(monkeypatch, "--yes", listed=True)
    assert said.stdout == "Erased, with 0 of their tickets.\n"
    assert "they stood in the people file that is in force" in said.stderr
    assert "out of the file, `directory apply`, then `person erase`" in said.stderr
    assert "asta" not in said.stderr


def test_who_was_taken_out_before_is_erased_without_a_word_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert erased(monkeypatch, "--yes", listed=False).stderr == ""
    assert '"in_people_file": true' in erased(monkeypatch, "--json", listed=True).stdout


def test_the_order_stands_before_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = erased(monkeypatch, listed=True, answer="n\n")
    assert asked.exit_code == 1
    order, question = "First take them out of the people file", "It cannot be undone"
    assert asked.output.index(order) < asked.output.index("eskalera directory apply") < asked.output.index(question)
    assert "Erased" not in asked.output
