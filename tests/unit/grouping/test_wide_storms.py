"""What stands in each school and fails in many of them within minutes, of all in each, is one cause."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from grouping import Report, School, Service, Suggest
from tests.support.classrooms import AROUND, report
from tests.support.grouping_life import Life

PRINTING = ("Inga skrivare fungerar i hela huset", "Ingen kan skriva ut", "Det går inte att skriva ut för någon av oss")
DOORS = (
    "Inga passerkort fungerar på hela skolan",
    "Alla dörrar är låsta, ingen kommer in",
    "Taggarna är döda för alla",
)
INTERNET = ("Internet är borta i hela skolan", "Ingen kommer ut på internet", "Uppkopplingen är död för alla")
NETWORK = ("Nätverket är nere i hela huset", "Nätet är dött för alla klasser", "Hela nätverket nere, ingen kan arbeta")
WIRED = (
    "Datauttagen är döda i hela skolan",
    "Ingen fast dator kommer ut på nätet",
    "Nätverket fungerar inte för någon",
)
EVERYWHERE = {"printing": PRINTING, "doors": DOORS, "internet": INTERNET, "network": NETWORK, "wired": WIRED}
SERVICES = (*AROUND.services, Service("door_access", ("Dörrar",)), Service("wired_network", ("Fast nät",)))


def municipality(schools: int) -> Life:
    named = tuple(School(f"skola-{nth}", (f"Skola nummer {nth}",)) for nth in range(schools))
    return Life(replace(AROUND, services=SERVICES, schools=named))


def burst(words: Sequence[str], count: int, schools: int, minutes: float = 1.0) -> list[Report]:
    """So many reports, one after the other at as many schools, in turning words."""
    return [
        report(f"{nth}", words[(nth + nth // schools) % len(words)], nth * minutes, school=f"skola-{nth % schools}")
        for nth in range(count)
    ]


@pytest.mark.parametrize("schools", [7, 12, 25, 60])
@pytest.mark.parametrize("of", EVERYWHERE)
def test_as_many_schools_as_report_it_of_all_in_them_are_one_incident(of: str, schools: int) -> None:
    life = municipality(schools)
    life.file(*burst(EVERYWHERE[of], 24, min(schools, 24)))
    assert len(life.incidents()) == 1
    raised = [decision.raised.scope for decision in life.decisions.values() if decision.raised]
    assert raised == ["schools"], "said once"


@pytest.mark.parametrize("of", ["printing", "network"])
def test_a_few_schools_are_as_many_faults_and_so_are_many_over_a_day(of: str) -> None:
    few, slow = municipality(12), municipality(12)
    few.file(*burst(EVERYWHERE[of], 4, 4))
    slow.file(*burst(EVERYWHERE[of], 12, 12, minutes=60))
    assert (len(few.incidents()), len(slow.incidents())) == (4, 12)


@pytest.mark.parametrize(("schools", "few"), [(8, 4), (15, 5), (18, 7), (60, 7)])
def test_how_many_schools_are_many_depends_on_how_many_there_are(schools: int, few: int) -> None:
    life = municipality(schools)
    life.file(*burst(INTERNET, few, few))
    assert len(life.incidents()) == few
    life.file(report("more", INTERNET[0], few, school=f"skola-{few}"))
    assert len(life.incidents()) == 1


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("Skrivaren drar inte papper", {}),
        ("Ingen kan skriva ut på skrivaren", {"room": "B12"}),
        ("Ingen kan skriva ut på den här", {"asset": "SKA-PR-0007"}),
        ("Vår kopiator är trasig", {"reporter_role": "principal"}),
    ],
)
def test_single_things_at_many_schools_are_no_storm(words: str, fields: dict[str, str]) -> None:
    life = municipality(12)
    life.file(*(report(f"{n}", words, n, school=f"skola-{n}", **fields) for n in range(12)))
    assert len(life.incidents()) == 12


def test_one_broken_printer_in_the_midst_of_it_is_asked_about_and_not_linked() -> None:
    life = municipality(12)
    life.file(*burst(PRINTING, 20, 12))
    own = report("own", "Skrivaren i B12 har papperstrassel", 21, school="skola-3", room="B12")
    assert isinstance(life.file(own).outcome, Suggest)
    life.file(report("last", PRINTING[0], 22, school="skola-4"))
    assert life.on["own"] == "in_own"


def test_two_outages_at_one_time_stay_two() -> None:
    life = municipality(12)
    prints, networks = burst(PRINTING, 24, 12), burst(NETWORK, 24, 12)
    for nth, (one, other) in enumerate(zip(prints, networks, strict=True)):
        life.file(one, replace(other, ticket=f"n{nth}", reporter=f"person-n{nth}"))
    assert len(life.incidents([one.ticket for one in prints])) == 1
    assert len(life.incidents()) == 2
