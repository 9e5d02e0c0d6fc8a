"""Outages and what is none of them, as teachers write of them in everyday words: how many incidents come of it."""

from collections.abc import Sequence

import pytest

from tests.support.classrooms import SCHOOLS, report
from tests.support.grouping_life import Life
from tests.unit.grouping.test_everyday_words import WIDER

HERE = ("skola-a",)
SCHOOLS_OF_TEN = tuple(school.id for school in SCHOOLS)
WIFI = (
    "Wifi trasigt",
    "nätet är sönder",
    "trådlösa nätet paj",
    "kommer inte ut på nätet",
    "wifi dött",
    "Internet funkar inte",
    "inget nät i hela korridoren",
    "wifin har lagt av",
    "the students can't connect to wifi",
    "nätverket nere",
)
PORTAL = (
    "Lärnavet trasigt",
    "lärnavet sönder",
    "Lärnavet dog",
    "Kommer inte in i lärnavet",
    "Lärnavet paj",
    "lärplattformen funkar inte",
    "Lärnavet laddar inte",
    "Lärnavet snurrar bara",
)
LOGIN = (
    "Inloggningen trasig",
    "kan inte logga in",
    "AD nere?",
    "Kommer inte in någonstans",
    "inloggningen är sönder",
    "login funkar inte",
    "Ingen kan logga in på datorerna",
)
CERTIFICATE = (
    "Wifi varnar för certifikat",
    "Certifikatfel på elevnätet",
    "datorerna vill inte ansluta till elevnätet",
    "wifi säger att nätet inte är betrott",
    "Kan inte ansluta till wifi, vill ha certifikat",
)
OWN = (
    "Projektorn trasig i A1",
    "Skrivaren sönder i korridoren",
    "Min dator är paj",
    "Paddan är kaputt",
    "Laddaren trasig",
    "Tangentbordet sönder",
    "Glömt lösenord",
    "En elev har glömt koden",
)


def groups(words: Sequence[str], schools: Sequence[str] = HERE) -> list[int]:
    """How many reports each incident has, the largest first; a report a minute, each of another teacher."""
    life = Life(WIDER)
    for nth, said in enumerate(words):
        life.file(report(f"{nth}", said, nth, school=schools[nth % len(schools)], reporter_role="teacher"))
    on = list(life.on.values())
    return sorted((on.count(incident) for incident in set(on)), reverse=True)


def by_turns(*words: Sequence[str]) -> list[str]:
    return [said for each in zip(*words, strict=True) for said in each]


@pytest.mark.parametrize("words", [WIFI, PORTAL, LOGIN, CERTIFICATE], ids=["wifi", "portal", "login", "certificate"])
def test_an_outage_of_one_school_is_one_however_it_is_told(words: Sequence[str]) -> None:
    assert groups(words) == [len(words)]


@pytest.mark.parametrize(
    "words", [WIFI, ("Nätet funkar inte",) * 5, ("Wifi trasigt",) * 5], ids=["many", "net", "wifi"]
)
def test_two_schools_networks_are_two_though_the_words_are_the_same(words: Sequence[str]) -> None:
    assert groups(by_turns(words, words), ("skola-a", "skola-b")) == [len(words)] * 2


def test_a_cloud_service_is_one_for_several_schools() -> None:
    assert groups(PORTAL, ("skola-a", "skola-b", "skola-c", "skola-d")) == [len(PORTAL)]


def test_a_network_that_is_broken_at_most_schools_is_one() -> None:
    assert groups(["Wifi trasigt"] * 16, SCHOOLS_OF_TEN[:8]) == [16]


@pytest.mark.parametrize("outage", [WIFI[:8], ("Inloggningen trasig",) * 8], ids=["wifi", "login"])
def test_what_is_ones_own_in_the_middle_of_an_outage_stays_its_own(outage: Sequence[str]) -> None:
    assert groups(by_turns(outage, OWN)) == [len(outage)] + [1] * len(OWN)


def test_what_is_broken_in_each_room_is_each_rooms() -> None:
    assert groups([f"Projektorn trasig i B{200 + nth}" for nth in range(8)]) == [1] * 8


@pytest.mark.parametrize(
    ("one", "other"),
    [("Wifi ligger nere", "Lärnavet ligger nere"), ("Tidvis trasigt", "Lärnavet trasigt"), ("Wifi paj", "Mejlen paj")],
)
def test_two_services_in_the_same_words_are_not_joined_by_themselves(one: str, other: str) -> None:
    life = Life(WIDER)
    said = by_turns([one] * 4, [other] * 4)
    life.file(*(report(f"{nth}", text, nth, reporter_role="teacher") for nth, text in enumerate(said)))
    first, second = ({life.on[f"{nth}"] for nth in range(start, 8, 2)} for start in (0, 1))
    assert first.isdisjoint(second)
    assert len(first) < 4
