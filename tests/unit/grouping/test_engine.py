"""The engine from outside: facts in, decisions out."""

from datetime import UTC, datetime, timedelta

import pytest

from grouping import (
    Candidate,
    Ended,
    Engine,
    Fact,
    Link,
    Linked,
    Open,
    Opened,
    Reopened,
    Report,
    Resolved,
    Service,
    Suggest,
    Surroundings,
    Unlinked,
)

NOON = datetime(2026, 10, 5, 10, tzinfo=UTC)
AROUND = Surroundings("v1", services=(Service("wifi", ("Trådlöst nät", "wifi")),))


def report(ticket: str, minutes: float = 0, **fields: str | None) -> Report:
    given: dict[str, str | None] = {"school": "ek", "service": "wifi", "kind": "incident"} | fields
    return Report(
        ticket=ticket,
        reporter=f"person-{ticket}",
        title="Hemligt namn",
        occurred_at=NOON + timedelta(minutes=minutes),
        **given,  # type: ignore[arg-type]  # the kind is one of four words
    )


def engine(*facts: Fact) -> Engine:
    made = Engine(AROUND)
    for fact in facts:
        made.observe(fact)
    return made


OUTAGE = (Opened("in_1", "incident", "wifi", "ek"), Linked("in_1", report("tk_1")))


def test_the_same_place_within_two_hours_is_the_same_cause() -> None:
    outcome = engine(*OUTAGE).decide(report("tk_2", 120)).outcome
    assert isinstance(outcome, Link)
    assert outcome.incident == "in_1"
    assert 0 < outcome.score <= 1


@pytest.mark.parametrize("minutes", [121, -121])
def test_further_than_two_hours_from_the_newest_report_is_another_cause(minutes: float) -> None:
    assert isinstance(engine(*OUTAGE).decide(report("tk_2", minutes)).outcome, Open)


def test_the_window_moves_along_with_the_newest_report_and_back_when_it_leaves() -> None:
    later = engine(*OUTAGE, Linked("in_1", report("tk_2", 110)))
    assert isinstance(later.decide(report("tk_3", 200)).outcome, Link)
    later.observe(Unlinked("in_1", "tk_2"))
    assert isinstance(later.decide(report("tk_3", 200)).outcome, Open)


def test_of_two_incidents_the_one_closest_in_time_is_chosen() -> None:
    both = engine(*OUTAGE, Opened("in_2", "incident", "wifi", "ek"), Linked("in_2", report("tk_2", 100)))
    assert isinstance(outcome := both.decide(report("tk_3", 90)).outcome, Link)
    assert outcome.incident == "in_2"
    assert isinstance(outcome := both.decide(report("tk_3", 10)).outcome, Link)
    assert outcome.incident == "in_1"


@pytest.mark.parametrize(
    "fields",
    [{"school": "sjo"}, {"service": "email"}, {"service": None}, {"kind": "request"}, {"kind": "idea"}],
)
def test_another_place_kind_or_no_service_is_another_cause(fields: dict[str, str | None]) -> None:
    assert isinstance(engine(*OUTAGE).decide(report("tk_2", 1, **fields)).outcome, Open)


def test_requests_are_never_joined() -> None:
    asked = engine(Opened("in_1", "request", "wifi", "ek"), Linked("in_1", report("tk_1", kind="request")))
    assert isinstance(asked.decide(report("tk_2", 1)).outcome, Open)


@pytest.mark.parametrize("end", [Resolved("in_1", NOON), Ended("in_1")])
def test_what_is_resolved_or_ended_is_not_joined(end: Fact) -> None:
    assert isinstance(engine(*OUTAGE, end).decide(report("tk_2", 1)).outcome, Open)


def test_what_was_reopened_is_joined_again() -> None:
    again = engine(*OUTAGE, Resolved("in_1", NOON), Reopened("in_1"))
    assert isinstance(again.decide(report("tk_2", 1)).outcome, Link)


def test_a_ticket_is_on_one_incident_at_a_time() -> None:
    moved = engine(*OUTAGE, Opened("in_2", "incident", "wifi", "ek"), Linked("in_2", report("tk_1")))
    assert isinstance(outcome := moved.decide(report("tk_2", 1)).outcome, Link)
    assert outcome.incident == "in_2", "the first has no report left"


def test_facts_observed_twice_or_about_strangers_change_nothing() -> None:
    strangers: tuple[Fact, ...] = (
        Ended("in_9"),
        Resolved("in_9", NOON),
        Linked("in_9", report("tk_9")),
        Unlinked("in_9", "tk_9"),
    )
    once, twice = engine(*OUTAGE), engine(*OUTAGE, *OUTAGE, *strangers)
    assert len(once) == len(twice) == 1
    assert once.decide(report("tk_2", 30)) == twice.decide(report("tk_2", 30))


def test_a_decision_says_why_in_two_languages_without_quoting_and_by_which_versions() -> None:
    decision = engine(*OUTAGE).decide(report("tk_2", 6))
    assert isinstance(decision.outcome, Link)
    said = [reason["sv"] for reason in decision.outcome.reasons]
    assert said == ["Samma tjänst: Trådlöst nät.", "Samma skola.", "6 minuter isär."]
    assert all(reason["en"] for reason in decision.outcome.reasons)
    assert "Hemligt" not in str(decision)
    assert (decision.service, decision.engine_version, decision.directory_version) == ("wifi", Engine.version, "v1")


def test_deciding_changes_nothing() -> None:
    one = engine(*OUTAGE)
    assert one.decide(report("tk_2", 100)) == one.decide(report("tk_2", 100))
    assert isinstance(one.decide(report("tk_3", 180)).outcome, Open)


def test_a_new_directory_is_named_from_its_next_decision_on() -> None:
    one = engine(*OUTAGE)
    one.adopt(Surroundings("v2"))
    decision = one.decide(report("tk_2", 1))
    assert decision.directory_version == "v2"
    assert isinstance(decision.outcome, Link)


def test_a_suggestion_has_one_to_three_candidates() -> None:
    candidate = Candidate("in_1", 0.5, ())
    Suggest((candidate,) * 3, ())
    for wrong in ((), (candidate,) * 4):
        with pytest.raises(ValueError, match="one to 3"):
            Suggest(wrong, ())


def test_a_storm_of_one_cause_is_decided_in_microseconds_each() -> None:
    storm = engine(*OUTAGE)
    for nth in range(5000):
        outcome = storm.decide(report(f"tk_{nth + 2}", nth / 20)).outcome
        assert isinstance(outcome, Link)
        storm.observe(Linked(outcome.incident, report(f"tk_{nth + 2}", nth / 20)))
    assert len(storm) == 1
