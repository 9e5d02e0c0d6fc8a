"""What an operator reads of a failed message before deciding what to do with it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from typer.testing import CliRunner

from chassis.deadletters import DeadLetter
from chassis.messages import Record
from eskalera.commands import dlq

FAILED = datetime(2026, 10, 5, 7, 30, tzinfo=UTC)
ID = "ev_" + "0" * 32
REASON = "LookupError in routing/domain/fold.py:120, " + "behind " * 30 + "the end"


class Listed(Protocol):
    """What `dlq list` prints of these."""

    def __call__(self, *letters: DeadLetter, arguments: tuple[str, ...] = ()) -> str: ...


def letter() -> DeadLetter:
    return DeadLetter(
        id=ID, type="ticket.filed.v1", keys=("tk_1", "in_1"), state="retrying", attempts=4,
        due_at=FAILED + timedelta(minutes=10), reason=REASON, detail="a text of somebody's",
        failed_at=FAILED, changed_at=FAILED, changed_by=None, record=Record("cases", 2, 4711, None, None),
    )  # fmt: skip


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Listed:
    def run(*letters: DeadLetter, arguments: tuple[str, ...] = ()) -> str:
        monkeypatch.setattr(dlq, "find", lambda _port: None)
        monkeypatch.setattr(dlq, "_databases", lambda _instance, _service: {"routing": "postgresql://unused"})
        monkeypatch.setattr(dlq, "_each", lambda _url, _work: list(letters))
        done = CliRunner().invoke(dlq.dlq, ["list", *arguments], env={"COLUMNS": "40"})
        assert done.exit_code == 0, done.output
        return done.output

    return run


def test_a_failed_message_is_told_whole_however_narrow_the_terminal(listed: Listed) -> None:
    assert listed(letter()).splitlines() == [
        f"{ID}  routing, retrying, 4 tries",
        f"    ticket.filed.v1: {REASON}",
        "    failed 2026-10-05 07:30:00Z, next try 2026-10-05 07:40:00Z",
        "    about tk_1, in_1; at cases/2/4711",
    ]


def test_who_gave_a_message_up_is_told_and_what_nobody_could_read_is_about_nothing_known(listed: Listed) -> None:
    given_up = replace(letter(), keys=(), state="dead", attempts=1, due_at=None, changed_by="anna")
    assert listed(given_up).splitlines()[0].endswith("dead, 1 try")
    assert listed(given_up).splitlines()[2:] == [
        "    failed 2026-10-05 07:30:00Z, last changed by anna",
        "    about nothing known; at cases/2/4711",
    ]


def test_the_list_and_its_json_show_nothing_of_the_content(listed: Listed) -> None:
    assert "somebody" not in listed(letter())
    (row,) = json.loads(listed(letter(), arguments=("--json",)))
    assert row["id"] == ID
    assert "detail" not in row
