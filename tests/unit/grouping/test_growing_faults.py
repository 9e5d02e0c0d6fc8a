"""A fault begins as one classroom's: raised, settled, joined as evidence grows, and never over a person's head."""

from dataclasses import replace
from datetime import timedelta

import pytest

from grouping import (
    Engine,
    Fact,
    Join,
    Link,
    Linked,
    Refused,
    Report,
    Resolved,
    ScopeRaised,
    Suggested,
    Touched,
    Triaged,
    Unlinked,
)
from tests.support.classrooms import SCHOOLS, alone, engine, report
from tests.support.grouping_life import Life

WIFI = "Trådlösa nätet är nere i hela skolan, ingen kommer ut"
PLATFORM = "Lärnavet ligger nere för alla lärare på skolan"


def everywhere(words: str, service: str, schools: int) -> list[Report]:
    return [
        report(f"{nth}", words, nth, school=school.id, service=service) for nth, school in enumerate(SCHOOLS[:schools])
    ]


def lone(reports: list[Report]) -> list[Fact]:
    return [fact for one in reports for fact in alone(one)]


def joins_of(known: Engine, last: Report) -> tuple[Join, ...]:
    return known.decide(last).joins


def test_a_network_fault_that_several_schools_report_at_once_is_raised_and_says_why() -> None:
    reports = everywhere(WIFI, "wifi", 6)
    before = engine(*lone(reports[:2])).decide(reports[2])
    assert before.raised is None
    decision = engine(*lone(reports[:5])).decide(reports[5])
    assert decision.raised is not None
    assert decision.raised.scope == "schools"
    assert "skolor har anmält samma sak" in decision.raised.reasons[0]["sv"]


def test_the_same_schools_over_a_whole_day_are_not_raised() -> None:
    slow = [report(f"{nth}", WIFI, 90 * nth, school=SCHOOLS[nth].id, service="wifi") for nth in range(6)]
    assert engine(*lone(slow[:5])).decide(slow[5]).raised is None


def test_what_was_raised_takes_reports_of_other_schools() -> None:
    first = alone(report("0", WIFI, 0, service="wifi"))
    other = report("9", WIFI, 6, school="skola-b", service="wifi")
    assert not isinstance(engine(*first).decide(other).outcome, Link)
    raised = engine(
        *first,
        *(Linked("in_0", report(f"{n}", WIFI, n, service="wifi")) for n in (1, 2)),
        ScopeRaised("in_0", "schools"),
    )
    outcome = raised.decide(other).outcome
    assert isinstance(outcome, Link)
    assert outcome.incident == "in_0"


def test_a_burst_does_not_overrule_how_far_staff_have_said_that_it_reaches() -> None:
    reports = [report(f"{nth}", WIFI, nth, service="wifi") for nth in range(3)]
    set_ = [*alone(reports[0]), *(Linked("in_0", one) for one in reports[1:]), Triaged("in_0", "wifi", "school")]
    other = report("9", WIFI, 6, school="skola-b", service="wifi")
    assert not isinstance(engine(*set_, ScopeRaised("in_0", "schools")).decide(other).outcome, Link)


def test_a_lone_untouched_incident_settles_into_what_has_grown_beside_it_and_is_told_why() -> None:
    first, *others, last = [report(f"{nth}", WIFI, nth, service="wifi") for nth in range(7)]
    grown = [*alone(others[0]), *(Linked("in_1", one) for one in others[1:])]
    (join,) = joins_of(engine(*alone(first), *grown), last)
    assert (join.incident, join.into, join.by_itself) == ("in_0", "in_1", True)
    assert "orsaken är gemensam" in join.reasons[0]["sv"]


def test_what_may_as_well_belong_to_another_is_asked_about_and_not_joined_by_itself() -> None:
    first, *two, rival, last = [report(f"{nth}", WIFI, nth, service="wifi") for nth in range(5)]
    grown = [*alone(first), *alone(two[0]), Linked("in_1", two[1])]
    (joined,) = joins_of(engine(*grown), last)
    assert (joined.incident, joined.into, joined.by_itself) == ("in_0", "in_1", True)
    asked = {join.incident: join for join in joins_of(engine(*grown, *alone(rival)), last)}
    assert not asked["in_0"].by_itself


def test_what_people_touched_is_never_joined_by_itself() -> None:
    first, *others, last = [report(f"{nth}", WIFI, nth, service="wifi") for nth in range(7)]
    grown = [*alone(others[0]), *(Linked("in_1", one) for one in others[1:])]
    for touch in (Touched("in_0"), Linked("in_0", replace(first, ticket="moved"), by_person=True)):
        (opened, own), moved = alone(first), isinstance(touch, Linked)
        (join,) = joins_of(engine(opened, *(() if moved else (own,)), touch, *grown), last)
        assert not join.by_itself, "staff are asked instead"


def test_what_several_have_reported_is_never_joined_by_itself() -> None:
    reports = [report(f"{nth}", WIFI, nth, service="wifi") for nth in range(8)]
    two = [*alone(reports[0]), Linked("in_0", reports[1])]
    grown = [*alone(reports[2]), *(Linked("in_2", one) for one in reports[3:7])]
    (join,) = joins_of(engine(*two, *grown), reports[7])
    assert (join.incident, join.into, join.tickets) == ("in_0", "in_2", ("0", "1"))
    assert not join.by_itself, "staff are asked about both at once"


def test_another_schools_network_is_asked_about_once_and_never_joined_by_itself() -> None:
    reports = [report(f"{nth}", WIFI, nth, service="wifi") for nth in range(4)]
    grown = [*alone(reports[0]), *(Linked("in_0", one) for one in reports[1:3])]
    known = engine(*alone(report("lone", WIFI, 0, school="skola-b")), *grown)
    (join,) = joins_of(known, reports[3])
    assert (join.incident, join.into, join.by_itself) == ("in_lone", "in_0", False)
    known.observe(Suggested("in_0", "lone"))
    assert joins_of(known, reports[3]) == ()


def test_what_is_solved_is_neither_joined_nor_asked_about() -> None:
    first, *others, last = [report(f"{nth}", WIFI, nth, service="wifi") for nth in range(7)]
    grown = [*alone(others[0]), *(Linked("in_1", one) for one in others[1:])]
    solved = Resolved("in_0", first.occurred_at + timedelta(minutes=1))
    assert joins_of(engine(*alone(first), *grown, solved), last) == ()
    set_ = [Triaged(f"in_{nth}", "wifi", "school") for nth in (0, 1)]
    assert joins_of(engine(*alone(first), *grown, *set_), last)
    assert joins_of(engine(*alone(first), *grown, *set_, solved), last) == ()


@pytest.mark.parametrize("scope", ["person", "asset", "room"])
def test_what_staff_have_set_as_one_persons_or_rooms_is_not_asked_into_what_grows_beside_it(scope: str) -> None:
    words = "Ingen kan logga in, inloggningen nere för alla"
    first, *others, last = [report(f"{nth}", words, nth, service="login") for nth in range(6)]
    grown = [*alone(others[0]), *(Linked("in_1", one) for one in others[1:])]
    assert joins_of(engine(*alone(first), *grown), last)
    assert joins_of(engine(*alone(first), *grown, Triaged("in_0", "login", scope)), last) == ()


@pytest.mark.parametrize(("other", "asked"), [("printing", True), ("classroom_display", False)])
def test_what_staff_have_set_to_two_services_is_not_asked_about_though_it_is_one_device(
    other: str, asked: bool
) -> None:
    same = {"asset": "SKA-PR-0007", "room": "B12"}
    first, second, last = [report(f"{nth}", "Skrivaren drar inget papper", nth, **same) for nth in range(3)]
    set_ = [Triaged("in_0", "printing", "school"), Triaged("in_1", other, "school")]
    assert bool(joins_of(engine(*alone(first), *alone(second), *set_), last)) == asked


def test_what_a_person_took_out_is_not_settled_back() -> None:
    reports = [report(f"{nth}", WIFI, nth, service="wifi") for nth in range(6)]
    together = [*alone(reports[0]), *(Linked("in_0", one) for one in reports[1:4])]
    apart = (Unlinked("in_0", "3"), Refused("in_0", "3"), *alone(reports[3]))
    for join in joins_of(engine(*together, *apart), reports[5]):
        assert (join.incident, join.into) != ("in_3", "in_0")


def test_a_refused_join_is_never_asked_again() -> None:
    reports = everywhere(PLATFORM, "learning_platform", 3)
    told = [Triaged(f"in_{nth}", "learning_platform", "municipality") for nth in (0, 1)]
    asked = engine(*lone(reports[:2]), *told)
    (join,) = joins_of(asked, reports[2])
    assert not join.by_itself
    for ticket in join.tickets:
        asked.observe(Refused(join.into, ticket))
    assert joins_of(asked, reports[2]) == ()


def test_one_persons_password_is_not_drawn_into_the_outage_that_grows_beside_it() -> None:
    own = alone(report("own", "Jag har glömt mitt lösenord", 1))
    reports = [
        report(f"{nth}", "Ingen kan logga in, inloggningen nere för alla", nth, service="login") for nth in range(6)
    ]
    growing = engine(*own, *alone(reports[0]), *(Linked("in_0", one) for one in reports[1:5]))
    assert not any("own" in join.tickets and join.by_itself for join in joins_of(growing, reports[5]))


def test_a_request_of_the_same_words_is_neither_joined_nor_taken_in() -> None:
    wish = report("wish", WIFI, 1, kind="request", service="wifi")
    reports = [report(f"{nth}", WIFI, nth, service="wifi") for nth in range(5)]
    known = engine(*alone(wish), *lone(reports[:4]))
    assert not any("wish" in join.tickets or join.into == "in_wish" for join in joins_of(known, reports[4]))
    assert known.decide(report("again", WIFI, 6, kind="idea")).joins == ()


SAYS = {
    "printing": "Skrivarna skriver inte ut, ingen kan skriva ut",
    "email": "Mejlen kommer inte fram till någon",
    "login": "Ingen i klassen kan logga in",
    "learning_platform": "Lärnavet går inte att öppna för någon",
    "wifi": "Wifi är nere i hela huset",
}


@pytest.mark.parametrize(("service", "other"), [(one, other) for one in SAYS for other in SAYS if one != other])
def test_triage_wins_the_very_next_decision_against_another_triaged_incident(service: str, other: str) -> None:
    """Both read alike before; what staff have since said of each decides, whichever was opened or triaged first."""
    vague = "Ingen i huset kan nå något, allt står stilla"
    told = engine(
        *alone(report("1", vague, 0)), *alone(report("2", vague, 5)),
        Triaged("in_1", other, "school"), Triaged("in_2", other, "school"),
    )  # fmt: skip
    following = report("9", SAYS[service], 40)
    before = told.decide(following).outcome
    assert not (isinstance(before, Link) and before.incident == "in_2"), "nothing speaks for it yet"
    told.observe(Triaged("in_2", service, "school"))
    after = told.decide(following).outcome
    assert isinstance(after, Link)
    assert after.incident == "in_2"


def test_the_largest_incident_is_found_among_any_number_of_lone_ones_of_its_minutes() -> None:
    life = Life()
    storm = "Trådlösa nätet är nere i hela skolan, ingen kommer ut"
    for nth in range(120):
        life.file(
            report(f"storm-{nth}", storm, nth / 60), report(f"lone-{nth}", "Min dator hittar inte nätet", nth / 60)
        )
    assert len(life.incidents(f"storm-{nth}" for nth in range(120))) == 1
