"""What is plainly said of all or nobody is believed, whatever the service is usually about and whoever says it."""

import pytest

from grouping import Surroundings
from grouping.reading import Reader, Reading
from grouping.scope import scope_of
from tests.support.classrooms import report

READER = Reader(Surroundings("v1"))
AFTERNOON = 180


def read(words: str, **fields: str) -> Reading:
    return READER.read(report(words, words, AFTERNOON, reporter_role="teacher", **fields))


@pytest.mark.parametrize(
    "words",
    [
        "Läs- och skrivstödet ligger nere på hela skolan",
        "Lässtödet startar inte för någon elev på hela skolan",
        "Ingen kommer in i talsyntesen",
        "Talsyntesen är tyst, den fungerar inte för någon",
        "Projektorn startar inte i någon sal på hela skolan",
        "Elevdatorerna startar inte för någon",
        "Telefonen är död på hela skolan",
        "Surfplattorna är trasiga, ingen kan använda dem",
        "The laptops don't start for anyone in the whole school",
    ],
)
def test_plain_words_about_all_or_nobody_are_of_a_whole_school_whatever_the_service(words: str) -> None:
    reading = read(words)
    assert reading.shared > 0.5
    assert scope_of(reading, READER.services) == "school"


@pytest.mark.parametrize(
    "words",
    [
        "Elevens talsyntes är tyst",
        "Min dator startar inte, ingen kan säga varför",
        "Talsyntesen startar inte för en elev, alla andra kommer in",
        "Projektorn startar inte",
    ],
)
def test_one_persons_or_things_trouble_is_still_its_own(words: str) -> None:
    assert scope_of(read(words), READER.services) in ("person", "asset")


@pytest.mark.parametrize(
    ("words", "scope"),
    [
        ("Wifi fungerar inte i sal B204 för klassen", "room"),
        ("Wifi fungerar inte i hus B", "building"),
        ("Mejlen fungerar inte för vår klass", "school"),
        ("Mejlen ligger nere för alla", "schools"),
        ("Wifi är nere i hela kommunen", "municipality"),
        ("Mejlen är nere i hela kommunen", "municipality"),
    ],
)
def test_a_fault_reaches_as_far_as_its_words_and_its_service(words: str, scope: str) -> None:
    assert scope_of(read(words), READER.services) == scope


def test_one_named_printer_stays_one_device_though_it_prints_for_nobody() -> None:
    assert read("Skrivaren skriver inte ut för någon på hela skolan", asset="SKA-PR-0007").shared < 0.5


@pytest.mark.parametrize(
    "words",
    [
        "Talsyntesen är tyst, det gäller alla",
        "Lässtödet startar inte, samma för alla",
        "The reader is silent, same for all",
    ],
)
def test_what_is_said_of_all_is_believed_wherever_they_are(words: str) -> None:
    reading = read(words)
    assert reading.many
    assert reading.shared > 0.6
    assert reading.width is None
