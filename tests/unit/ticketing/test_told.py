"""For how long the desk says what became of what was asked."""

from datetime import UTC, datetime, timedelta

import pytest

from ticketing.domain.state import Command
from ticketing.web.desk.told import told

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def asked(type_: str, state: str, minutes: float) -> Command:
    at = NOW - timedelta(minutes=minutes)
    return Command(f"{type_}-{state}", "malarvik", "in_1", type_, "p", at, state, decided_at=at)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("commands", "shown"),
    [
        ([("hand_off", "done", 1)], ["hand_off-done"]),
        ([("hand_off", "done", 11)], []),
        ([("hand_off", "pending", 300)], ["hand_off-pending"]),
        ([("hand_off", "refused", 50)], ["hand_off-refused"]),
        ([("hand_off", "refused", 70)], []),
        ([("hand_off", "done", 1), ("hand_off", "refused", 2)], ["hand_off-done"]),
        ([("hand_off", "done", 11), ("hand_off", "refused", 12)], []),
        ([("take_back", "done", 11), ("hand_off", "refused", 12)], ["hand_off-refused"]),
        ([("hand_off", "done", 1), ("hand_off", "done", 2)], ["hand_off-done"]),
        ([("a", "done", 1), ("b", "done", 2), ("c", "done", 3), ("d", "done", 4)], ["a-done", "b-done", "c-done"]),
    ],
)
def test_a_success_is_said_for_a_while_and_a_refusal_until_it_is_done_or_an_hour_is_over(
    commands: list[tuple[str, str, float]], shown: list[str]
) -> None:
    assert [command.id for command in told([asked(*each) for each in commands], "p", NOW)] == shown


def test_a_refusal_is_told_to_who_asked_alone() -> None:
    commands = [asked("hand_off", "refused", 1), asked("take_back", "pending", 1), asked("close", "done", 1)]
    assert [command.id for command in told(commands, "another", NOW)] == ["take_back-pending", "close-done"]
