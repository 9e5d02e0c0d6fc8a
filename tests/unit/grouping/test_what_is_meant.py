"""Dots that are written are believed, and what a fault disturbs is not what it is of."""

from dataclasses import replace

import pytest

from grouping import Service, lexicon
from grouping.reading import Reader
from tests.support.classrooms import AROUND, report

EVERY = replace(AROUND, services=tuple(Service(id_, ()) for id_ in lexicon.load().services))
READER = Reader(EVERY)


def service_of(text: str) -> str:
    return READER.read(report(text, text)).service


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("Inlästa böckerna läser inte upp", "assistive_tools"),
        ("inläst läser inte upp texten", "assistive_tools"),
        ("Programmet läser inte in filen", "office365"),
        ("han läser inte", "other"),
        ("Dörren låser inte", "door_access"),
        ("Porten låser inte", "door_access"),
        ("Dörren till IT-skåpet låser inte", "door_access"),
        ("Chromebooken låser inte upp sig", "pupil_computer"),
        ("Wi-fi låser inte upp sidan", "wifi"),
        ("Skolportalen låser inte upp mitt konto, jag kommer inte in", "learning_platform"),
        ("Låst ute från datorn", "login"),
        ("dorren laser inte", "door_access"),
        ("Kortläsaren läser inte kortet", "door_access"),
        ("Vi är låsta ute", "door_access"),
        ("Jag är låst ute från mitt konto", "login"),
        ("Jag är låst ute från kontot", "login"),
    ],
)
def test_reading_is_not_locking_where_the_dots_are_written(text: str, service: str) -> None:
    assert service_of(text) == service


def test_decomposed_letters_have_their_dots_too() -> None:
    assert service_of("La\u0308ser inte upp inla\u0308sta bo\u0308cker") == "assistive_tools"


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("inget nät, elever mitt i nationella provet", {"wifi", "internet", "wired_network"}),
        ("wifi försvann mitt under nationella provet", {"wifi"}),
        ("datorn startar inte inför provet", {"staff_computer", "pupil_computer"}),
        ("Learning platform is down before the exam", {"learning_platform"}),
        ("lärplatformen går ej in i, prov om 5 min!!", {"learning_platform"}),
        ("Provet startar inte, 20 elever mitt i provet", {"digital_exam"}),
        ("Elevdatorerna kastas ut under provet i DigiExam", {"digital_exam"}),
        ("Exam.net hänger sig under provet", {"digital_exam"}),
        ("Fel inför nationella provet", {"digital_exam"}),
    ],
)
def test_an_exam_is_the_occasion_where_something_else_is_named(text: str, services: set[str]) -> None:
    assert service_of(text) in services
