"""Of two things that are known to be two the question is no likely one, and says what differs."""

from typing import Any

import pytest

from grouping import Link, Suggest
from grouping.decision import Candidate
from tests.support.classrooms import report
from tests.support.grouping_life import Life

LIKELY = 0.15
"""From which the desk shows a question without being asked for the unlikely ones."""


def asked(words: str, one: dict[str, Any], other: dict[str, Any], *, again: str | None = None) -> Candidate | None:
    life = Life()
    life.file(report("1", words, 0, **one))
    outcome = life.file(report("2", again or words, 6, **other)).outcome
    assert not isinstance(outcome, Link)
    return outcome.candidates[0] if isinstance(outcome, Suggest) else None


@pytest.mark.parametrize(
    ("words", "one", "other", "swedish", "english"),
    [
        (
            "Kopiatorn tuggar papper", {"asset": "SKA-PR-0011"}, {"asset": "ska-pr-44"},
            "Olika enheter: SKA-PR-0011 och SKA-PR-0044.", "Different devices: SKA-PR-0011 and SKA-PR-0044.",
        ),
        (
            "Kanonen startar inte", {"room": "C 310"}, {"room": "Sal C311"},
            "Olika rum: C310 och C311.", "Different rooms: C310 and C311.",
        ),
        (
            "Min dator är trasig", {"asset": "SKA-PC-0100", "room": "B2"}, {"asset": "SKA-PC-0200", "room": "B2"},
            "Olika enheter: SKA-PC-0100 och SKA-PC-0200.", "Different devices: SKA-PC-0100 and SKA-PC-0200.",
        ),
    ],
)  # fmt: skip
def test_two_tags_or_rooms_are_hardly_one_and_the_reasons_say_so_first(
    words: str, one: dict[str, Any], other: dict[str, Any], swedish: str, english: str
) -> None:
    candidate = asked(words, one, other)
    assert candidate is not None
    assert candidate.score < LIKELY
    assert candidate.reasons[0] == {"sv": swedish, "en": english}


def test_rooms_in_the_text_count_like_those_of_the_form() -> None:
    candidate = asked("Paddan i sal 9 laddar inte", {}, {}, again="Paddan i sal 14 laddar inte")
    assert candidate is not None
    assert candidate.score < LIKELY
    assert candidate.reasons[0]["sv"] == "Olika rum: 9 och 14."


@pytest.mark.parametrize(
    ("where", "elsewhere", "swedish", "english"),
    [
        ("på plan 2", "på plan 3", "Olika våningar: 2 och 3.", "Different floors: 2 and 3."),
        ("på våning 2", "on the third floor", "Olika våningar: 2 och 3.", "Different floors: 2 and 3."),
        ("i A-huset", "i b huset", "Olika hus: A och B.", "Different buildings: A and B."),
        ("i A-huset", "i B204", "Olika hus: A och B.", "Different buildings: A and B."),
    ],
)
def test_two_floors_or_buildings_are_hardly_one_printer(where: str, elsewhere: str, swedish: str, english: str) -> None:
    words = "Papperstrassel i skrivaren {}"
    teacher = {"reporter_role": "teacher"}
    candidate = asked(words.format(where), teacher, teacher, again=words.format(elsewhere))
    assert candidate is not None
    assert candidate.score < LIKELY
    assert candidate.reasons[0] == {"sv": swedish, "en": english}


def test_what_all_of_two_floors_have_is_still_one_outage() -> None:
    life = Life()
    life.file(report("1", "Wifi nere på hela plan 2, ingen kommer ut"), report("2", "Wifi nere på plan 3 för alla", 3))
    assert len(life.incidents()) == 1


@pytest.mark.parametrize("room", ["hos Kalle Berg", "biblioteket"])
def test_what_people_write_in_a_rooms_field_is_not_quoted(room: str) -> None:
    candidate = asked("Projektorn är svart", {"room": room}, {"room": "B12"})
    assert candidate is not None
    assert candidate.reasons[0] == {"sv": "Olika rum.", "en": "Different rooms."}


def test_a_device_that_several_have_reported_is_no_likelier_anothers() -> None:
    life = Life()
    life.file(*(report(f"{nth}", "Skrivaren drar inte papper", nth, asset="SKA-PR-0011") for nth in range(4)))
    assert life.incidents() == {"in_0"}
    outcome = life.file(report("x", "Skrivaren drar inte papper", 6, asset="SKA-PR-0044")).outcome
    assert not isinstance(outcome, Link)
    assert all(score < LIKELY for score in life.asked.values())


def test_a_network_that_fails_in_two_rooms_is_no_matter_of_things() -> None:
    life = Life()
    life.file(report("1", "Wifi är nere", 0, room="B204"))
    outcome = life.file(report("2", "Trådlösa nätet är borta", 6, room="C310")).outcome
    assert isinstance(outcome, Link)
    assert "Olika" not in str(outcome.reasons)


def test_nor_are_displays_that_go_black_in_all_the_house() -> None:
    life = Life()
    life.file(report("1", "Ingen bild på skärmarna i hela huset, gäller alla", 0, room="B204"))
    decision = life.file(report("2", "Alla skärmar är svarta på hela skolan", 6, room="C310"))
    scores = [decision.outcome.score] if isinstance(decision.outcome, Link) else list(life.asked.values())
    assert max(scores) > LIKELY
