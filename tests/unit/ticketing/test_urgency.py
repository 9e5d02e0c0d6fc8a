"""How urgent a report is: by the municipality's table, or a number; never both, never half."""

from __future__ import annotations

from dataclasses import replace
from typing import TypedDict, Unpack

import pytest

from contracts.directory import load
from contracts.values import Language
from tests.support.directories import changed, shipped
from ticketing import rendering
from ticketing.domain import filing, urgency
from ticketing.domain.access import Identity
from ticketing.domain.state import Incident, Ticket
from ticketing.web.reporting import urgent

from .story import AT

WHO = Identity("malarvik", "larare", "Lena", "teacher", "reporter")
REPORT = filing.Report(title="Projektorn startar inte", school="ekbacken", reporter="larare")
TICKET = Ticket(
    "tk_1", "malarvik", "MAL-2026-000001", "incident", "larare", "teacher", "Nät", "", "sv", "ekbacken", None, None,
    "wifi", None, 3, AT, AT, None, None, None, state="open",
)  # fmt: skip
TABLE = sorted((need, impact, number) for (need, impact), number in shipped("malarvik").urgencies.table.items())


class Answers(TypedDict, total=False):
    need: str
    impact: str
    urgency: int


def faults(**answers: Unpack[Answers]) -> list[tuple[str, str]]:
    report = replace(REPORT, **answers)
    return [(fault.field, fault.code) for fault in filing.check(report, WHO, shipped("malarvik"), AT)]


@pytest.mark.parametrize(("need", "impact", "number"), TABLE)
def test_v14_the_answers_make_the_urgency_and_are_kept(need: str, impact: str, number: int) -> None:
    report = replace(REPORT, need=need, impact=impact)
    assert faults(need=need, impact=impact) == []
    event, _ = filing.file(report, directory=shipped("malarvik"), number="MAL-2026-000001", now=AT)
    assert (event.urgency, event.need, event.impact) == (number, need, impact)


@pytest.mark.parametrize(("given", "number"), [(None, 3), (1, 1), (4, 4)])
def test_a_report_may_bring_a_number_instead_or_nothing(given: int | None, number: int) -> None:
    event, _ = filing.file(
        replace(REPORT, urgency=given), directory=shipped("malarvik"), number="MAL-2026-000001", now=AT
    )
    assert (event.urgency, event.need, event.impact) == (number, None, None)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"need": "lesson_now"}, [("impact", "missing")]),
        ({"impact": "class"}, [("need", "missing")]),
        ({"need": "lesson_now", "urgency": 1}, [("impact", "missing")]),
        ({"need": "panic", "impact": "class"}, [("need", "unknown")]),
        ({"need": "lesson_now", "impact": "Class"}, [("impact", "unknown")]),
        ({"need": "", "impact": ""}, [("need", "unknown"), ("impact", "unknown")]),
        ({"need": "panic"}, [("need", "unknown"), ("impact", "missing")]),
        ({"need": "lesson_now", "impact": "class", "urgency": 2}, [("urgency", "contradicts")]),
        ({"need": "lesson_now", "impact": "class", "urgency": 1}, []),
        ({"urgency": 5}, [("urgency", "unknown")]),
        ({"urgency": 0}, [("urgency", "unknown")]),
    ],
)
def test_half_an_answer_an_unknown_one_or_another_number_is_a_fault(
    fields: Answers, wrong: list[tuple[str, str]]
) -> None:
    assert faults(**fields) == wrong


def test_what_is_wrong_names_what_would_be_right() -> None:
    directory = shipped("malarvik")
    [(_, _, needs)] = urgency.mistakes(directory, None, "panic", "class")
    [(_, _, number)] = urgency.mistakes(directory, 4, "lesson_now", "class")
    assert needs["en"] == "Answer with one of: lesson_now, exam, hard_to_work, work_around, when_time."
    assert number["en"] == "The answers make it 1. Send the answers or a number, not both."


def told(of: Ticket, on: Incident | None = None, language: Language = "sv") -> str:
    found = urgent.why(shipped("malarvik"), of, on)
    return rendering.say(found, language, AT) if found else ""


@pytest.mark.parametrize(
    ("need", "impact", "number", "sv", "en"),
    [
        ("lesson_now", "class", 1, "Lektionen står still, och det gäller en klass eller grupp. Därför går det först.",
         "The lesson has stopped, for a class or group. So it goes first."),
        ("hard_to_work", "one_person", 2,
         "Det går knappt att arbeta, och det gäller en person. Därför går det före det mesta.",
         "It is hard to work, for one person. So it goes before most other things."),
        ("work_around", "class", 3,
         "Går att jobba runt, och det gäller en klass eller grupp. Därför tar vi det i tur och ordning.",
         "It can be worked around, for a class or group. So we take it in turn."),
        ("when_time", "one_person", 4, "När ni hinner, och det gäller en person. Därför tar vi det när vi hinner.",
         "When you have time, for one person. So we take it when there is time."),
    ],
)  # fmt: skip
def test_how_urgent_it_is_and_why_is_said_in_plain_words(need: str, impact: str, number: int, sv: str, en: str) -> None:
    of = replace(TICKET, need=need, impact=impact, urgency=number)
    assert (told(of), told(of, language="en")) == (sv, en)


ANSWERED = replace(TICKET, need="lesson_now", impact="class", urgency=1)
ON = Incident("in_1", "malarvik", "incident", "wifi", "ekbacken", 1, None, AT, 1, state="in_progress")


def test_where_it_counts_as_something_else_by_now_that_is_said_instead() -> None:
    assert told(ANSWERED, ON).endswith("Därför går det först.")
    assert told(ANSWERED, replace(ON, urgency=2)).endswith("Nu räknas det som ”svårt att arbeta”.")


@pytest.mark.parametrize(
    "of",
    [
        TICKET,
        replace(ANSWERED, kind="need"),
        replace(ANSWERED, need="no_longer_there"),
        replace(ANSWERED, impact="no_longer_there"),
        replace(ANSWERED, state="closed"),
        replace(ANSWERED, state="withdrawn"),
    ],
    ids=["a number", "no fault", "a need that left the table", "an impact that left it", "closed", "withdrawn"],
)
def test_nothing_is_said_where_nobody_answered_or_it_is_over(of: Ticket) -> None:
    assert told(of) == ""
    assert told(ANSWERED, replace(ON, state="resolved")) == ""


def test_an_abbreviation_keeps_its_capitals_within_a_sentence() -> None:
    table = """\
urgencies:
  needs: [{id: stop, name: Det står still}]
  impacts: [{id: sfi, name: SFI-elever}, {id: all, name: Alla}]
  rows: [{need: stop, impact: [sfi, all], urgency: 1}]
roles:
"""
    directory = load(changed("roles:\n", table))
    assert [
        rendering.say(found, "sv", AT)
        for impact in ("sfi", "all")
        if (found := urgent.why(directory, replace(TICKET, need="stop", impact=impact, urgency=1), None))
    ] == [f"Det står still, och det gäller {who}. Därför går det först." for who in ("SFI-elever", "alla")]
