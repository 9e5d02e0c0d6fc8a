"""What says nothing of any service is about none: the most usual one is no guess, and silence is like nothing."""

from typing import Any

import pytest

from grouping import Link, Open
from tests.support.classrooms import engine, report
from tests.support.grouping_life import Life

NOTHING = (
    "",
    "🙈🙈🙈",
    "???",
    "Hej!",
    "Hjälp mig snälla",
    "Testar",
    "Jag provar bara",
    "Det fungerar inte",
    "please help",
    "Компьютер сломался",
    "الطابعة معطلة",
    "打印机坏了",
    "Der Bildwerfer geht heute nicht",
    "Tulostin ei toimi",
)


@pytest.mark.parametrize("text", NOTHING)
def test_its_service_is_other_and_its_scope_unknown(text: str) -> None:
    understood = engine().understand(report("1", text))
    assert (understood.service, understood.scope) == ("other", None)


@pytest.mark.parametrize(
    "text",
    [
        "Apparaten i G1 funkar inte",
        "Apparaten funkar inte",
        "Det låter konstigt",
        "Något är fel med systemet",
        "Annat",
    ],
)
def test_a_hint_makes_no_usual_service_the_one(text: str) -> None:
    """The hint is for another one, or for too little: then the most usual would come out on top."""
    understood, decided = engine().understand(report("1", text)), engine().decide(report("1", text))
    assert (understood.service, understood.scope) == ("other", None)
    assert (decided.service, decided.scope) == ("other", None)


@pytest.mark.parametrize(
    ("text", "fields", "service"),
    [
        ("Hjälp mig", {"service": "printing"}, "printing"),
        ("Det fungerar inte", {"asset": "SKA-PR-0007"}, "printing"),
        ("Kommer inte in", {}, "login"),
        ("Das Internet geht nicht", {}, "internet"),
        ("Der Drucker sagt: paper jam", {}, "printing"),
    ],
)
def test_what_speaks_for_a_service_is_believed_however_little_it_is(
    text: str, fields: dict[str, Any], service: str
) -> None:
    assert engine().understand(report("1", text, **fields)).service == service


@pytest.mark.parametrize("text", ["Apparaten i G1 funkar inte", "Apparaten är sönder", "Annat"])
def test_a_room_the_hour_or_damage_makes_it_no_persons(text: str) -> None:
    understood = engine().understand(report("1", text, 180, room="G1", reporter_role="teacher"))
    assert (understood.service, understood.scope) == ("other", None)


def test_what_is_said_of_people_is_believed_whatever_it_is_about() -> None:
    understand = engine().understand
    assert understand(report("1", "Inget fungerar i hela skolan")).scope == "school"
    assert understand(report("2", "Det funkar bara inte för mig, bara jag")).scope == "person"


def test_nobody_is_asked_whether_two_that_say_nothing_are_one() -> None:
    life = Life()
    life.file(*(report(f"{nth}", text, nth) for nth, text in enumerate(NOTHING)))
    assert len(life.incidents()) == len(NOTHING)
    assert life.asked == {}
    assert isinstance(life.decisions["5"].outcome, Open)


def test_nor_is_anything_linked_to_them_or_they_to_anything_by_itself() -> None:
    life = Life()
    life.file(report("wifi", "Wifi är nere i hela skolan", 0), report("silent", "Hjälp!!", 1))
    life.file(report("more", "Ingen kommer ut på wifi", 2), report("again", "Akut!", 3))
    assert life.on["more"] == "in_wifi"
    assert not isinstance(life.decisions["silent"].outcome, Link)
    assert not isinstance(life.decisions["again"].outcome, Link)
    assert not {of for of, into in life.asked if into == "in_silent"}


def test_the_same_words_in_another_language_are_asked_about_and_one_person_sending_twice_is_one() -> None:
    life = Life()
    life.file(report("1", "Der Drucker druckt nicht", 0), report("2", "Unser Drucker druckt wieder nicht", 5))
    assert ("in_2", "in_1") in life.asked
    life.file(
        report("3", "Tulostin on rikki", 10, reporter="aino"), report("4", "Tulostin on rikki!", 12, reporter="aino")
    )
    assert life.on["4"] == "in_3"
