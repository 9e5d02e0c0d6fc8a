"""Everyday words for a fault: said of a thing they are its damage, of what is no thing that it does not work."""

from dataclasses import replace
from typing import Any

import pytest

from grouping import Service, lexicon
from grouping.reading import Reader
from tests.support.classrooms import AROUND, report
from tests.support.grouping_life import Life

MORE = ("door_access", "office365", "phone", "wired_network")
WIDER = replace(AROUND, services=(*AROUND.services, *(Service(id_, ()) for id_ in MORE)))
READER = Reader(WIDER)
TEACHERS = 8

OF_A_SERVICE = {
    "wifi": [
        "Wifi trasigt",
        "Wifit är sönder",
        "trådlösa nätet paj",
        "wifi dött",
        "wifi e trasit",
        "WIFI KAPUTT",
        "wifin har pajat",
        "the wifi is broken",
        "wifi is dead",
        "Wifi är kass idag",
    ],
    "internet": ["Internet sönder", "Internet trasigt", "internet broke", "Internetuppkopplingen har dött"],
    "login": ["Inloggningen trasig", "inlogningen är sönder", "Login is broken", "AD nere", "AD:t är paj"],
    "learning_platform": ["Lärplattformen är sönder", "lärnavet paj", "classroom funkar inte", "the LMS is broken"],
    "email": ["Mejlen trasig", "outlook har pajat", "E-posten är kaputt", "email is broken"],
    "schedule_absence": ["Tidvis trasigt", "frånvaroanmälan sönder", "schemat är paj"],
}


def incidents(text: str) -> set[str]:
    """Those of as many teachers of one school, a minute apart."""
    life = Life(WIDER)
    life.file(*(report(f"{nth}", text, nth, reporter_role="teacher") for nth in range(TEACHERS)))
    return life.incidents()


def wrong(text: str, **fields: Any) -> frozenset[str]:
    return READER.read(report("1", text, **fields)).symptoms


@pytest.mark.parametrize(
    ("service", "text"), [(service, text) for service in OF_A_SERVICE for text in OF_A_SERVICE[service]]
)
def test_what_is_no_thing_and_broken_does_not_work_for_many(service: str, text: str) -> None:
    assert READER.read(report("1", text)).service == service
    assert "broken" not in wrong(text)
    assert len(incidents(text)) == 1


@pytest.mark.parametrize("text", ["Nätet är sönder", "nätet funkar inte", "Nätverket är trasigt", "uppkopplingen paj"])
def test_the_net_is_a_network_whichever(text: str) -> None:
    assert len(incidents(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Projektorn trasig",
        "Skrivaren är sönder",
        "paddan är kaputt",
        "min telefon är paj",
        "Telefonen i receptionen är trasig",
        "accesspunkten i taket är sönder",
        "Trasig nätverkskabel",
        "laddaren är pajad",
        "The printer is broken",
        "En elevs chromebook är trasig",
        "Trasigt i G1",
    ],
)
def test_a_broken_thing_is_damaged_and_its_own(text: str) -> None:
    read = READER.read(report("1", text))
    assert "broken" in read.symptoms
    assert read.own
    assert len(incidents(text)) > 1


@pytest.mark.parametrize("text", ["Wifi trasigt", "Inloggningen är sönder"])
def test_damage_that_is_no_everyday_word_is_a_things_whatever_is_named(text: str) -> None:
    assert "broken" in wrong(f"{text}, skärmen är sprucken")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Datorn är trasig, wifi funkar", "broken"),
        ("Wifi är trasigt på datorn", "down"),
        ("Wifi funkar men skärmen är sönder", "broken"),
        ("Telefonin är död", "down"),
        ("Telefonen är död", "power"),
        ("Lärplattformen laddar inte", "not_opening"),
        ("Sidan laddar inte", "not_opening"),
        ("Datorn laddar inte", "power"),
        ("Teams startar inte", "not_opening"),
        ("Projektorn startar inte", "power"),
        ("Skrivaren trasslar", "jam"),
        ("Mejlen trasslar", "down"),
        ("Utskriftskön har dött", "down"),
        ("Passersystemet är trasigt", "down"),
        ("Dörrlåset är trasigt", "broken"),
    ],
)
def test_a_word_is_said_of_what_is_named_nearest_to_it(text: str, said: str) -> None:
    assert said in wrong(text)


@pytest.mark.parametrize(
    ("fields", "said"), [({"service": "wifi"}, "down"), ({"service": "printing"}, "broken"), ({}, "broken")]
)
def test_where_nothing_is_named_it_is_said_of_what_was_picked_and_else_of_a_thing(
    fields: dict[str, str], said: str
) -> None:
    assert wrong("Trasigt igen", **fields) == {said}


def test_a_tag_names_a_thing_whatever_was_picked() -> None:
    assert "broken" in wrong("Trasigt igen", service="wifi", asset="SKA-PC-0001")


def test_what_a_person_dropped_is_damaged_and_what_a_network_dropped_is_not() -> None:
    assert "broken" in wrong("Jag tappade datorn")
    assert "broken" not in wrong("Wifi tappade alla i salen")
    assert wrong("We lost the connection") == {"drops"}


def test_a_service_of_the_municipality_alone_is_no_thing() -> None:
    reader = Reader(replace(AROUND, services=(*AROUND.services, Service("meals", ("Matkollen", "matkollen")))))
    assert reader.read(report("1", "Matkollen är trasig")).symptoms == {"down"}


def test_every_everyday_word_leads_to_classes_that_there_are_and_every_exception_is_a_word_of_its_service() -> None:
    known = lexicon.load()
    for word in known.everyday.values():
        assert {word.of_thing, word.of_service} - {None} <= known.symptoms.keys()
    for service in known.services.values():
        terms = {meaning.term for meaning in known.meanings if meaning.sort == "service" and meaning.id == service.id}
        assert service.otherwise <= terms
