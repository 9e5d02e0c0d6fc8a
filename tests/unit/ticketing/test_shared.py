"""What others than who reported it read of a case, and the word for a service."""

from datetime import UTC, datetime

import pytest

from ticketing.domain.shared import Faults, Health, health, reaches
from ticketing.domain.state import Incident


def incident(**values: object) -> Incident:
    usual = {"id": "in_1", "municipality": "malarvik", "kind": "incident", "service": "wifi", "school": "sjobo"}
    rest = {"urgency": 2, "scope": "school", "opened_at": datetime(2026, 3, 2, tzinfo=UTC), "version": 1}
    return Incident(**{**usual, **rest, "schools": ["sjobo"], **values})  # type: ignore[arg-type]


def faults(told: int, here: int, single: int, unplanned: int, **values: object) -> Faults:
    return Faults(incident(**values), told, here, single, unplanned)


@pytest.mark.parametrize(
    ("found", "works", "word"),
    [
        (None, False, "ok"),
        (None, True, "planned"),
        (faults(0, 0, 3, 0), False, "single"),
        (faults(0, 0, 3, 0), True, "planned"),
        (faults(1, 0, 3, 1), False, "elsewhere"),
        (faults(2, 1, 0, 2), False, "trouble"),
        (faults(2, 1, 0, 2, urgency=1), False, "down"),
        (faults(2, 1, 0, 2, urgency=1, scope="room"), False, "trouble"),
        (faults(1, 0, 0, 1, urgency=1), False, "elsewhere"),
        (faults(1, 1, 0, 0), True, "planned"),
        (faults(2, 2, 0, 1), True, "trouble"),
    ],
)
def test_the_word_for_a_service(found: Faults | None, works: bool, word: Health) -> None:
    assert health(found, works=works) == word


@pytest.mark.parametrize(
    ("scope", "school", "hits"),
    [("school", "sjobo", True), ("school", "ekbacken", False), ("school", "", True), ("schools", "ekbacken", True)],
)
def test_what_a_disturbance_reaches(scope: str, school: str, hits: bool) -> None:
    assert reaches(incident(scope=scope), school) is hits
