"""What people refused holds both ways and goes on where the tickets go; nobody is asked the same thing twice."""

import pytest

from grouping import Ended, Engine, Fact, Linked, Refused, Report, Suggested, Triaged
from tests.support.classrooms import SCHOOLS, alone, engine, report
from tests.support.grouping_life import Life

FIRST = report("1", "Kopiatorn drar inget papper", 0, asset="SKA-PR-0011")
SECOND = report("2", "Kopiatorn drar inte papper", 15, asset="SKA-PR-0044")
THIRD = report("5", "Kopiatorn vid aulan är trasig", 30, asset="SKA-PR-0051")
PLATFORM = ("Lärnavet är nere för alla", "Ingen lärare kommer in i lärnavet", "Lärnavet visar bara fel för hela skolan")


def set_alike(*numbers: int) -> list[Fact]:
    return [Triaged(f"in_{nth}", "printing", "school") for nth in numbers]


def asked_of(known: Engine) -> set[tuple[str, str]]:
    """The questions that come with a report of something else."""
    other = report("x", "Belysningen i trapphuset blinkar", 90, school="skola-j")
    return {(join.incident, join.into) for join in known.decide(other).joins}


@pytest.mark.parametrize("said", [Refused, Suggested])
@pytest.mark.parametrize(("incident", "ticket"), [("in_1", "2"), ("in_2", "1")])
def test_what_was_asked_or_refused_one_way_is_not_asked_the_other_way(
    said: type[Refused | Suggested], incident: str, ticket: str
) -> None:
    known = engine(alone(FIRST), alone(SECOND), *set_alike(1, 2))
    assert asked_of(known) == {("in_2", "in_1")}
    known.observe(said(incident, ticket))
    assert asked_of(known) == set()


@pytest.mark.parametrize("refused", [True, False])
def test_two_incidents_are_asked_about_once_also_when_the_smaller_has_become_the_larger(refused: bool) -> None:
    life = Life()
    life.file(FIRST, SECOND)
    assert list(life.asked) == [("in_2", "in_1")]
    if refused:
        life.refuse("in_2", "in_1")
    life.file(report("3", "Kopiatorn SKA-PR-0044 skrynklar papper", 20))
    assert life.on["3"] == "in_2"
    assert list(life.asked) == [("in_2", "in_1")]


def test_who_is_left_after_a_split_is_not_asked_into_what_was_split_off() -> None:
    life = Life()
    life.file(*(report(str(nth), PLATFORM[nth % 3], nth) for nth in range(4)))
    assert life.incidents() == {"in_0"}
    apart = life.split("1", "2", "3")
    life.file(*(report(f"9{nth}", PLATFORM[nth % 3], 10 + nth) for nth in range(4)))
    assert not {("in_0", apart), (apart, "in_0")} & life.asked.keys()
    assert life.on["0"] == "in_0", "nor is it joined by itself"


@pytest.mark.parametrize("refused", [Refused("in_1", "2"), Refused("in_2", "1")], ids=["of the second", "of the first"])
@pytest.mark.parametrize(("moved", "stays"), [(FIRST, "in_2"), (SECOND, "in_1")], ids=["first", "second"])
@pytest.mark.parametrize("early", [True, False], ids=["refused before", "refused after"])
def test_a_refusal_goes_on_where_the_tickets_go(refused: Refused, moved: Report, stays: str, early: bool) -> None:
    gone: list[Fact] = [Linked("in_5", moved), Ended(f"in_{moved.ticket}", "in_5")]
    facts = [refused, *gone] if early else [*gone, refused]
    known = engine(alone(FIRST), alone(SECOND), alone(THIRD), *facts, *set_alike(5, int(stays[-1])))
    assert asked_of(known) == set()


def test_what_was_refused_of_one_that_ended_holds_for_a_later_successors_successor() -> None:
    gone = (Ended("in_2", "in_5"), Linked("in_6", SECOND), Linked("in_6", THIRD), Ended("in_5", "in_6"))
    last = alone(report("6", "Kopiatorn i biblioteket tuggar papper", 40))
    known = engine(*map(alone, (FIRST, SECOND, THIRD)), last, Refused("in_2", "1"), *gone, *set_alike(1, 6))
    assert asked_of(known) == set()


def test_what_staff_have_set_for_a_school_takes_its_next_reports_also_in_the_midst_of_a_storm() -> None:
    life = Life()
    words = (
        "Inget nät i hela skolan",
        "Nätet nere för alla",
        "Ingen kommer ut på nätet",
        "Internet ligger nere, alla klasser",
    )
    life.file(*(report(f"{nth}", words[nth % 4], nth, school=SCHOOLS[1 + nth % 6].id) for nth in range(18)))
    storm = life.on["17"]
    assert len({life.on[f"{nth}"] for nth in range(12, 18)}) == 1
    life.file(report("own", "Lampan på dosan i korridoren blinkar gult", 19))
    assert life.on["own"] != storm
    life.engine.observe(Triaged(life.on["own"], "wifi", "school"))
    life.file(*(report(f"next-{nth}", words[nth], 20 + nth) for nth in range(4)))
    assert life.incidents([f"next-{nth}" for nth in range(4)]) == {life.on["own"]}
    life.file(report("other", words[0], 25, school=SCHOOLS[3].id))
    assert life.on["other"] == storm, "elsewhere the storm goes on"


def test_of_a_school_that_staff_took_off_a_wide_fault_the_next_reports_are_of_its_own() -> None:
    life = Life()
    words = (
        "Wifi nere",
        "Nätet nere, ingen kommer ut",
        "Trådlösa nätet funkar inte för någon",
        "Inget internet i skolan",
    )
    life.file(*(report(f"{nth}", words[nth % 4], nth, school=SCHOOLS[nth % 6].id) for nth in range(24)))
    wide = life.on["23"]
    theirs = [ticket for ticket in (f"{nth}" for nth in range(24)) if int(ticket) % 6 == 2]
    assert {life.on[ticket] for ticket in theirs} == {wide}
    own = life.split(*theirs)
    life.file(*(report(f"next-{nth}", words[nth], 26 + nth, school=SCHOOLS[2].id) for nth in range(4)))
    assert life.incidents([f"next-{nth}" for nth in range(4)]) == {own}
    life.file(report("other", words[0], 31, school=SCHOOLS[4].id))
    assert life.on["other"] == wide, "the others' goes on"
    life.file(report("projector", "Projektorn i A12 är svart", 32, school=SCHOOLS[2].id))
    assert life.on["projector"] == "in_projector"
