"""One person tells of a second thing, place or sort of fault: a person sees to it. Of the same one it is sent twice."""

import pytest

from grouping import Link, Suggest
from grouping.decision import Outcome
from grouping.reading import Reader
from tests.support.classrooms import AROUND, report
from tests.support.grouping_life import Life

READER = Reader(AROUND)
NUMBERS = (
    ("Elevdator 14 i vagnen startar inte", "Elevdator 22 laddar inte"),
    ("Chromebook nr 7 startar inte", "Chromebook nr. 9 startar inte"),
    ("Padda nummer 3 laddar inte", "Padda nummer 5 laddar inte"),
    ("Elevdatorn 14 hänger sig", "Elevdatorn 15 hänger sig"),
    ("Skrivare 1 har papperstrassel", "Skrivare 2 har papperstrassel"),
    ("Paddorna 3 och 4 laddar inte", "Paddorna 5, 6 och 7 laddar inte"),
    ("Laptop 12 is broken", "Laptop #31 is broken"),
    ("iPad number 3 does not charge", "iPad number 8 does not charge"),
    ("Printer no 1 has a paper jam", "Printer no 2 has a paper jam"),
)
PLACES = (
    ("Skrivaren på plan 1 har papperstrassel", "Skrivaren på plan 3 har papperstrassel"),
    ("Kopiatorn i A-huset krånglar", "Kopiatorn i B-huset krånglar"),
    ("Kopiatorn på plan 2 krånglar", "Kopiatorn i B-huset krånglar"),
    ("The printer in building B is jammed", "The printer in building C is jammed"),
    ("The copier on the second floor is jammed", "The copier on the third floor is jammed"),
)
FAULTS = (
    ("Kopiatorn tuggar papper, papperstrassel", "Skrivaren är slut på toner"),
    ("Skrivaren har slut på toner", "Papperstrassel i kopiatorn"),
    ("The copier is jammed", "The printer is out of toner"),
    ("kopiatorn plan 2 papperstrassel", "Skrivaren i B-huset är slut på toner"),
    ("The copier on the second floor is jammed", "The printer in building C is out of toner"),
)
TWICE = (
    ("Elevdator 14 i vagnen startar inte", "Elevdator 14 i vagnen startar inte"),
    ("Elevdator 14 i vagnen startar inte", "Elevdatorn laddar inte"),
    ("Elevdator 14 startar inte", "Elevdator nr 014 startar fortfarande inte"),
    ("Elevdatorerna 14 och 22 startar inte", "Elevdator 22 laddar inte"),
    ("Laptop 12 does not charge", "Laptop no. 12 still does not charge"),
    ("Skrivaren på plan 2 har papperstrassel", "Papperstrassel i skrivaren på plan 2 igen"),
    ("Skrivaren på plan 2 har papperstrassel", "Papperstrassel i skrivaren"),
    ("Skrivaren på plan 2 har papperstrassel", "Skrivaren på plan 2 är slut på toner"),
    ("Skrivaren på plan 2 har papperstrassel", "Papperstrassel i skrivaren vid sal 214"),
    ("The printer in building B is jammed", "The printer in building B is jammed again"),
    ("The copier is jammed", "The copier is jammed!!"),
    ("Datorn hängde sig 2 gånger", "Datorn hänger sig 5 gånger om dagen"),
    ("Datorn 2 gånger har hängt sig", "Datorn 5 gånger har hängt sig"),
)


def second(first: str, again: str, *, minutes: float = 1) -> Outcome:
    life, anna = Life(), {"reporter": "anna", "reporter_role": "teacher"}
    life.file(report("1", first, 0, **anna))
    return life.file(report("2", again, minutes, **anna)).outcome


@pytest.mark.parametrize(("first", "again"), [*NUMBERS, *PLACES, *FAULTS])
def test_another_thing_place_or_sort_of_fault_of_one_person_is_asked_about_at_most(first: str, again: str) -> None:
    assert not isinstance(second(first, again), Link)
    assert not isinstance(second(again, first, minutes=0.2), Link)


@pytest.mark.parametrize(("first", "again"), TWICE)
def test_the_same_one_or_no_other_is_one_that_is_sent_twice(first: str, again: str) -> None:
    assert isinstance(second(first, again), Link)


def test_the_question_says_which_two_they_are() -> None:
    outcome = second(*NUMBERS[0])
    assert isinstance(outcome, Suggest)
    (first, *_) = outcome.candidates
    assert first.score < 0.2
    assert first.reasons[0] == {"sv": "Olika enheter: 14 och 22.", "en": "Different devices: 14 and 22."}


def test_nor_does_a_report_without_a_number_bring_two_together() -> None:
    life = Life()
    for nth, words in enumerate(("Elevdator 14 startar inte", "Elevdatorn startar inte", "Elevdator 22 startar inte")):
        life.file(report(str(nth), words, nth, reporter="anna"))
    assert life.on["0"] == life.on["1"] != life.on["2"]


def test_two_teachers_of_one_room_tell_of_two_computers() -> None:
    life = Life()
    life.file(report("1", "Elevdator 14 startar inte", 0, room="B204"))
    assert not isinstance(life.file(report("2", "Elevdator 22 startar inte", 3, room="B204")).outcome, Link)
    assert isinstance(life.file(report("3", "Elevdator 14 startar inte", 5, room="B204")).outcome, Link)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Elevdator 14", {"14"}),
        ("skrivarna 2, 3 och 5 krånglar", {"2", "3", "5"}),
        ("Lånedator14 och lånedator 15b", {"14", "15b"}),
        ("Tablet no. 7, tablet #08", {"7", "8"}),
        ("Datorn 8:30 idag", set()),
        ("Telefonen 0123 45 67 89", set()),
        ("Datorn 2 av 5 gånger", set()),
        ("datorn 10 minuter, skrivaren 3 dagar", set()),
        ("Office 365 på elever 25 i klass 7", set()),
        ("SKA-PC-0312", set()),
    ],
)
def test_a_number_after_a_device_names_it_unless_it_counts_or_tells_the_time(text: str, numbers: set[str]) -> None:
    assert READER.read(report(text, text)).named.numbered == numbers
