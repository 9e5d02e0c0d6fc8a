"""What staff have set alike is asked about, whatever is reported next."""

from datetime import timedelta

from grouping import Engine, Fact, Linked, Refused, Report, Resolved, Suggested, Triaged
from tests.support.classrooms import NOON, alone, engine, report

EARLIER = report("1", "Lärnavet är segt", 0, school="skola-a")
LATER = report("2", "Tidvis hittar inte klasserna", 40, school="skola-b")
OF_SOMETHING_ELSE = report("9", "Skrivaren i personalrummet tuggar papper", 200, school="skola-j")


def told(*said: Fact, scope: str = "municipality", service: str = "learning_platform") -> Engine:
    set_alike = (Triaged("in_1", "learning_platform", "municipality"), Triaged("in_2", service, scope))
    return engine(alone(EARLIER), alone(LATER), *set_alike, *said)


def joined(known: Engine) -> list[tuple[str, str, bool]]:
    return [(join.incident, join.into, join.by_itself) for join in known.decide(OF_SOMETHING_ELSE).joins]


def joined_beside(known: Engine) -> list[tuple[str, str, bool]]:
    """With a report that is about nothing that has been reported."""
    light = report("x", "Belysningen i trapphuset blinkar", 90, school="skola-j")
    return [(join.incident, join.into, join.by_itself) for join in known.decide(light).joins]


def test_staff_are_asked_about_two_that_they_set_alike_after_the_last_report_of_the_cause() -> None:
    assert joined(told()) == [("in_2", "in_1", False)]


def test_what_was_set_differently_is_not_asked_about() -> None:
    assert joined(told(service="schedule_absence")) == []
    assert joined(told(scope="person")) == []


def test_two_schools_own_faults_are_not_asked_about_as_one() -> None:
    each = [Triaged(f"in_{nth}", "learning_platform", "school") for nth in (1, 2)]
    assert joined(engine(alone(EARLIER), alone(LATER), *each)) == []


def test_nobody_is_asked_twice_nor_about_what_is_solved() -> None:
    assert joined(told(Suggested("in_1", "2"))) == []
    assert joined(told(Refused("in_1", "2"))) == []
    assert joined(told(Resolved("in_1", NOON))) == []


def test_the_order_in_which_staff_said_it_makes_no_difference() -> None:
    said = [Triaged(f"in_{nth}", "learning_platform", "municipality") for nth in (1, 2)]
    forth, back = (engine(alone(EARLIER), alone(LATER), *facts) for facts in (said, said[::-1]))
    assert forth.decide(OF_SOMETHING_ELSE) == back.decide(OF_SOMETHING_ELSE)


def copier(ticket: str, minutes: float, school: str = "skola-a") -> Report:
    return report(ticket, "Kopiatorn drar inget papper", minutes, school=school)


def set_to_one_school(*numbers: int) -> list[Fact]:
    return [Triaged(f"in_{nth}", "printing", "school") for nth in numbers]


def test_another_schools_larger_incident_stands_in_no_ones_way() -> None:
    larger = (*alone(copier("3", 6, "skola-b")), Linked("in_3", copier("4", 7, "skola-b")))
    known = engine(alone(copier("1", 0)), alone(copier("2", 5)), larger, *set_to_one_school(1, 2, 3))
    assert joined_beside(known) == [("in_2", "in_1", False)]


def test_nor_does_a_larger_one_that_is_solved() -> None:
    larger = (*alone(copier("1", 0)), Linked("in_1", copier("4", 1)))
    solved = Resolved("in_1", NOON + timedelta(minutes=50))
    known = engine(larger, alone(copier("2", 5)), alone(copier("3", 6)), *set_to_one_school(1, 2, 3), solved)
    assert joined_beside(known) == [("in_3", "in_2", False)]
