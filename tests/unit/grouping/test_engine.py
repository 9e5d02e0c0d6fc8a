"""The engine from outside: facts in, decisions out."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grouping import (
    Candidate,
    Ended,
    Engine,
    Fact,
    Link,
    Linked,
    Open,
    Opened,
    Refused,
    Reopened,
    Resolved,
    ScopeRaised,
    Suggest,
    Suggested,
    Surroundings,
    Touched,
    Triaged,
    Unlinked,
)
from tests.support.classrooms import NOON, alone, engine, report

WIFI = "Trådlösa nätet nere i hela skolan, ingen kommer ut"
OUTAGE: tuple[Fact, ...] = (
    Opened("in_1", "incident", "wifi", "skola-a"),
    *(Linked("in_1", report(f"tk_{nth}", WIFI, nth, service="wifi")) for nth in range(4)),
)
NEXT = report("tk_9", "Wifi funkar inte för någon i hela huset", 6, service="wifi")


def named(outcome: Any) -> set[str]:
    match outcome:
        case Link(incident=incident):
            return {incident}
        case Suggest(candidates=candidates):
            return {one.incident for one in candidates}
    return set()


def test_one_more_report_of_an_outage_is_linked_to_it() -> None:
    outcome = engine(OUTAGE).decide(NEXT).outcome
    assert isinstance(outcome, Link)
    assert outcome.incident == "in_1"
    assert 0 < outcome.score <= 1


@pytest.mark.parametrize("kind", ["request", "need", "idea"])
def test_requests_needs_and_ideas_are_never_joined_with_faults(kind: str) -> None:
    assert isinstance(engine(OUTAGE).decide(report("tk_9", WIFI, 6, kind=kind, service="wifi")).outcome, Open)
    wish = engine(*alone(report("tk_1", WIFI, kind=kind, service="wifi")))
    assert isinstance(wish.decide(NEXT).outcome, Open)


def test_what_ended_is_not_joined_and_what_is_resolved_not_by_itself() -> None:
    assert isinstance(engine(OUTAGE, Ended("in_1")).decide(NEXT).outcome, Open)
    assert not isinstance(engine(OUTAGE, Resolved("in_1", NOON)).decide(NEXT).outcome, Link)
    assert isinstance(engine(OUTAGE, Resolved("in_1", NOON), Reopened("in_1")).decide(NEXT).outcome, Link)


def test_a_ticket_is_on_one_incident_at_a_time() -> None:
    moved = engine(OUTAGE, Opened("in_2", "incident", "wifi", "skola-a"))
    for nth in range(4):
        moved.observe(Linked("in_2", report(f"tk_{nth}", WIFI, nth, service="wifi")))
    assert named(moved.decide(NEXT).outcome) == {"in_2"}, "the first has no report left"


def test_a_ticket_that_went_on_where_nothing_is_compared_is_here_no_more() -> None:
    gone = [Linked("in_ended", report(f"tk_{nth}", WIFI, nth, service="wifi")) for nth in range(4)]
    assert isinstance(engine(OUTAGE, *gone).decide(NEXT).outcome, Open)


def test_what_people_say_of_its_reports_makes_an_incident_likelier_or_less_likely_many_peoples() -> None:
    def score(*facts: Fact, words: str = "Projektorn i sal B12 är svart") -> float:
        outcome = engine(*alone(report("tk_1", words)), *facts).decide(report("tk_9", "Projektorn blinkar", 5)).outcome
        assert isinstance(outcome, Suggest)
        return outcome.candidates[0].score

    two = [report(f"tk_{nth}", "Projektorn i sal B12 är svart", nth) for nth in (2, 3)]
    by_engine = score(*(Linked("in_tk_1", one) for one in two))
    by_person = score(*(Linked("in_tk_1", one, by_person=True) for one in two))
    assert by_engine < by_person
    assert score(Refused("in_tk_1", "tk_7"), Refused("in_tk_1", "tk_8")) < score()


def test_facts_observed_twice_or_about_strangers_change_nothing() -> None:
    strangers: tuple[Fact, ...] = (
        Ended("in_9"),
        Resolved("in_9", NOON),
        Linked("in_9", report("tk_8")),
        Unlinked("in_9", "tk_8"),
        Triaged("in_9", "wifi", "school"),
        Refused("in_9", "tk_8"),
        Suggested("in_9", "tk_8"),
        Touched("in_9"),
        ScopeRaised("in_9", "schools"),
    )
    once, twice = engine(OUTAGE), engine(OUTAGE, OUTAGE, *strangers)
    assert len(once) == len(twice) == 1
    assert once.decide(NEXT) == twice.decide(NEXT)


def test_the_order_of_facts_about_different_incidents_does_not_matter() -> None:
    pieces = [
        OUTAGE,
        alone(report("tk_5", "Mejlen hänger sig", 3)),
        alone(report("tk_6", "wifi borta", 4, school="skola-b")),
    ]
    decisions = {str(engine(*order).decide(NEXT)) for order in permutations(pieces)}
    assert len(decisions) == 1


def test_a_refused_suggestion_is_never_asked_again() -> None:
    unsure = engine(*alone(report("tk_1", "wifi krånglar", 0)))
    again = report("tk_2", "wifi krånglar", 50)
    assert named(unsure.decide(again).outcome) == {"in_tk_1"}
    unsure.observe(Refused("in_tk_1", "tk_2"))
    assert isinstance(unsure.decide(again).outcome, Open)


def test_a_person_unlinking_is_remembered() -> None:
    corrected = engine(OUTAGE, Linked("in_1", NEXT), Unlinked("in_1", "tk_9"), Refused("in_1", "tk_9"))
    assert isinstance(corrected.decide(NEXT).outcome, Open)


def test_what_comes_back_from_its_end_is_compared_again_and_nothing_that_was_refused_is_forgotten() -> None:
    other = replace(NEXT, ticket="tk_10")
    there = engine(OUTAGE)
    assert isinstance(there.decide(NEXT).outcome, Link)
    there.observe(Refused("in_1", "tk_9"))
    there.observe(Ended("in_1"))
    assert isinstance(there.decide(other).outcome, Open)
    there.observe(Refused("in_1", "tk_8"))
    for fact in (*OUTAGE, Reopened("in_1")):
        there.observe(fact)
    assert isinstance(there.decide(other).outcome, Link)
    assert isinstance(there.decide(NEXT).outcome, Open)
    rebuilt = engine(OUTAGE, Refused("in_1", "tk_9"), Refused("in_1", "tk_8"), Reopened("in_1"))
    assert there.decide(other) == rebuilt.decide(other), "how often it was refused counts too"


def test_triage_is_believed_at_the_very_next_decision() -> None:
    first = report("tk_1", "Det funkar inte", 0)
    vague = report("tk_2", "Trådlösa nätet är nere för hela skolan", 4)
    told = engine(*alone(first), Triaged("in_tk_1", "wifi", "school"))
    assert isinstance(told.decide(vague).outcome, Link)
    personal = engine(*alone(first), Triaged("in_tk_1", "wifi", "person"))
    assert not isinstance(personal.decide(vague).outcome, Link)


def test_incidents_that_triage_shows_to_be_one_cause_are_suggested_once_never_joined_by_itself() -> None:
    early = alone(report("tk_1", "Lärnavet nere för alla", 0))
    other = alone(report("tk_2", "Lärnavet går inte att nå, ingen kommer in", 3, school="skola-b"))
    desk = engine(
        *early,
        *other,
        Triaged("in_tk_1", "learning_platform", "municipality"),
        Triaged("in_tk_2", "learning_platform", "municipality"),
    )
    third = report("tk_3", "Lärnavet ligger nere, alla lärare drabbade", 25, school="skola-c")
    (join,) = desk.decide(third).joins
    assert (join.incident, join.into, join.by_itself) == ("in_tk_2", "in_tk_1", False)
    assert not [said for said in join.reasons if "visar nu" in said["sv"]], "a question shows nothing yet"
    desk.observe(Suggested("in_tk_1", "tk_2"))
    assert desk.decide(third).joins == ()


def test_a_decision_says_why_in_two_languages_without_quoting_and_by_which_versions() -> None:
    decision = engine(OUTAGE).decide(NEXT)
    assert isinstance(decision.outcome, Link)
    said = [reason["sv"] for reason in decision.outcome.reasons]
    assert said[:2] == ["Samma tjänst: Trådlöst nät.", "Samma skola."]
    assert "4 har redan anmält det." in said
    assert all(reason["en"] for reason in decision.outcome.reasons)
    assert "någon" not in str(decision)
    assert (decision.service, decision.engine_version, decision.directory_version) == ("wifi", Engine.version, "v1")


def test_deciding_changes_nothing() -> None:
    one = engine(OUTAGE)
    assert one.decide(NEXT) == one.decide(NEXT)
    assert one.decide(NEXT) == engine(OUTAGE).decide(NEXT)


def test_a_new_directory_is_named_from_its_next_decision_on_and_regroups_nothing() -> None:
    one = engine(OUTAGE)
    one.adopt(Surroundings("v2"))
    decision = one.decide(NEXT)
    assert decision.directory_version == "v2"
    assert named(decision.outcome) == {"in_1"}


def test_a_suggestion_has_one_to_three_candidates() -> None:
    candidate = Candidate("in_1", 0.5, ())
    Suggest((candidate,) * 3, ())
    for wrong in ((), (candidate,) * 4):
        with pytest.raises(ValueError, match="one to 3"):
            Suggest(wrong, ())


@settings(max_examples=60, deadline=None)
@given(
    title=st.text(max_size=200),
    description=st.text(max_size=400),
    room=st.none() | st.text(max_size=20),
    asset=st.none() | st.text(max_size=20),
    service=st.none() | st.text(max_size=10),
    minutes=st.floats(-1e6, 1e6),
    zone=st.text(max_size=12),
)
def test_no_report_whatever_it_says_makes_the_engine_fail(
    title: str, description: str, room: str | None, asset: str | None, service: str | None, minutes: float, zone: str
) -> None:
    odd = report("tk_9", title, minutes, description=description, room=room, asset=asset, service=service)
    one = engine(OUTAGE)
    one.decide(odd)
    for fact in alone(odd):
        one.observe(fact)
    one.decide(NEXT)
    engine(OUTAGE, around=Surroundings("bare", time_zone=zone)).decide(odd)


@pytest.mark.parametrize("text", ["", "🙈🙈🙈", "a" * 10_000, "nie działa internet " * 500, "ÅÄÖ" * 3000, "1 " * 5000])
def test_odd_texts_have_an_outcome(text: str) -> None:
    assert engine(OUTAGE).decide(report("tk_9", text, 5, description=text)).outcome


def test_a_storm_of_one_cause_is_one_incident() -> None:
    storm = engine(OUTAGE)
    for nth in range(10, 400):
        again = report(f"tk_{nth}", WIFI, nth / 80, service="wifi")
        outcome = storm.decide(again).outcome
        assert isinstance(outcome, Link)
        storm.observe(Linked(outcome.incident, again))
    assert len(storm) == 1
