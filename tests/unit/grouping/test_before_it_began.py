"""What occurred long before an outage's first report is no part of it: time counts both ways."""

import pytest

from grouping import Link, Report, Triaged
from tests.support.classrooms import SCHOOLS, report
from tests.support.grouping_life import Life

PLATFORM = ("Lärnavet svarar inte för någon", "Ingen lärare kommer in på lärnavet", "Lärnavet är nere i hela skolan")
DAY = 24 * 60
EARLIER = [100.0, 5 * 60, 23 * 60, 5 * DAY]
AGO = pytest.mark.parametrize("minutes", EARLIER)


def outage(people: int, schools: int = 1) -> Life:
    life = Life()
    life.file(*(report(f"{nth}", PLATFORM[nth % 3], nth, school=SCHOOLS[nth % schools].id) for nth in range(people)))
    assert len(life.incidents()) == 1
    return life


def told_late(minutes: float, nth: int = 0) -> Report:
    return report(f"old-{nth}", PLATFORM[nth % 3], -minutes)


@AGO
@pytest.mark.parametrize(("people", "schools"), [(6, 1), (30, 1), (30, 5)])
def test_a_report_from_before_an_outage_is_not_linked_into_it(minutes: float, people: int, schools: int) -> None:
    life = outage(people, schools)
    assert not isinstance(life.file(told_late(minutes)).outcome, Link)


@AGO
def test_nor_into_one_that_staff_have_set(minutes: float) -> None:
    life = outage(8)
    life.engine.observe(Triaged("in_0", "learning_platform", "municipality"))
    assert not isinstance(life.file(told_late(minutes)).outcome, Link)


def test_a_report_from_just_before_the_first_one_or_told_late_from_the_midst_of_it_is_one_of_it() -> None:
    life = outage(12)
    life.file(told_late(20), told_late(-5, nth=1))
    assert life.incidents() == {"in_0"}


def test_the_history_of_a_week_imported_while_an_outage_is_open_joins_none_of_it() -> None:
    life = outage(20, schools=4)
    history = [told_late(7 * DAY - nth * 9 * 60, nth) for nth in range(18)]
    life.file(*history)
    assert "in_0" not in {life.on[one.ticket] for one in history}
    life.file(report("new", PLATFORM[0], 25))
    assert life.on["new"] == "in_0"


def test_reports_of_today_are_no_storm_for_one_of_last_week() -> None:
    """Six lone ones of today, whatever they say, are not within minutes of it."""
    life = Life()
    words = ("Lärnavet segar", "lärnavet strular", "Kommer inte in i Lärnavet", "Inga uppgifter i lärnavet")
    for nth in range(5):
        life.file(report(f"{nth}", words[nth % 4], 8 * nth, school=SCHOOLS[nth].id))
    decision = life.file(report("old", "Lärnavet nere för alla", -7 * DAY))
    assert not isinstance(decision.outcome, Link)
    assert decision.raised is None


@pytest.mark.parametrize("since", ["Sedan i måndags", "I flera dagar nu", "For days"])
def test_what_is_told_to_have_begun_days_ago_is_no_part_of_what_began_now(since: str) -> None:
    life = outage(3)
    assert not isinstance(life.file(report("since", f"{since}: {PLATFORM[0]}", 10)).outcome, Link)
    assert isinstance(life.file(report("now", PLATFORM[0], 11)).outcome, Link)


def test_of_what_was_reported_days_ago_it_is() -> None:
    life = outage(5)
    life.engine.observe(Triaged("in_0", "learning_platform", "school"))
    life.file(report("again", f"Fortfarande: {PLATFORM[1]}", 2 * DAY), report("more", PLATFORM[0], 2 * DAY + 4))
    decision = life.file(report("since", f"Sedan i måndags: {PLATFORM[0]}", 2 * DAY + 5))
    assert isinstance(decision.outcome, Link)
