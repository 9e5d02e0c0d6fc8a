"""What vendors and other municipalities report: by no person, and often of no school that is known."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from grouping import Link
from grouping.report import Filed, report_of
from tests.support.classrooms import alone, engine, report

NOWHERE = {"school": ""}


def linked_to(outcome: Any) -> str | None:
    return outcome.incident if isinstance(outcome, Link) else None


def filed(ticket: str, reporter: str, **fields: Any) -> Filed:
    given = {
        "id": ticket, "kind": "incident", "reporter": reporter, "title": "Skrivaren krånglar", "school": "skola-a",
        "occurred_at": datetime(2026, 10, 5, 10, tzinfo=UTC), "description": "", "language": "sv",
        "reporter_role": None, "unit": None, "room": None, "service": None, "asset": None, "urgency": 3,
    }  # fmt: skip
    return cast(Filed, SimpleNamespace(**given | fields))


def test_a_vendors_reports_are_not_one_persons() -> None:
    first, second = (report_of(filed(f"tk_{nth}", "vendor:grannkommunen")) for nth in (1, 2))
    assert first.reporter != second.reporter


def test_a_persons_reports_are() -> None:
    first, second = (report_of(filed(f"tk_{nth}", "larare-1")) for nth in (1, 2))
    assert first.reporter == second.reporter == "larare-1"


def test_two_faults_that_a_neighbour_passes_on_stay_two() -> None:
    first, second, third = (
        report_of(filed(ticket, "vendor:grannkommunen", title=title))
        for ticket, title in (
            ("tk_1", "Skrivaren krånglar i Q1"),
            ("tk_2", "Skrivaren krånglar i Q2"),
            ("tk_3", "Datorn är seg"),
        )
    )
    assert linked_to(engine(*alone(first)).decide(second).outcome) is None
    assert linked_to(engine(*alone(first)).decide(third).outcome) is None


def test_a_network_of_no_known_school_is_not_another_ones_of_none() -> None:
    words = "Trådlösa nätet är nere i hela skolan, ingen kommer ut"
    first = engine(*alone(report("1", words, 0, **NOWHERE)))
    decided = first.decide(report("2", words, 5, **NOWHERE))
    assert linked_to(decided.outcome) is None
    assert not decided.joins


def test_a_room_of_no_known_school_is_not_another_ones() -> None:
    first = engine(*alone(report("1", "Projektorn är svart", 0, room="B204", **NOWHERE)))
    decided = first.decide(report("2", "Projektorn är svart", 5, room="B204", **NOWHERE))
    assert linked_to(decided.outcome) is None


def test_what_runs_for_all_is_one_cause_wherever_it_is_reported() -> None:
    words = "Lärnavet ligger nere för alla, ingen kommer in"
    first = engine(
        *(fact for nth in range(3) for fact in alone(report(f"{nth}", words, nth, school=f"skola-{'abc'[nth]}")))
    )
    assert linked_to(first.decide(report("9", words, 5, **NOWHERE)).outcome) is not None


def test_no_known_school_is_none_of_those_that_are_hit() -> None:
    words = "Lärnavet ligger nere för alla, ingen kommer in"
    facts = [fact for nth in range(6) for fact in alone(report(f"{nth}", words, nth, school="skola-a"))]
    decided = engine(*facts).decide(report("9", words, 7, **NOWHERE))
    assert linked_to(decided.outcome) is not None
    assert decided.raised is None


def test_the_reason_says_that_no_school_is_known() -> None:
    words = "Lärnavet ligger nere för alla, ingen kommer in"
    facts = [fact for nth in range(3) for fact in alone(report(f"{nth}", words, nth, school=f"skola-{'abc'[nth]}"))]
    outcome = engine(*facts).decide(report("9", words, 5, **NOWHERE)).outcome
    assert isinstance(outcome, Link)
    assert "Det är inte sagt vilken skola det gäller." in [words["sv"] for words in outcome.reasons]
