"""Reasons are true, and in each reader's language."""

import re
from dataclasses import replace
from typing import Any

import pytest

from grouping import Link, Linked, Opened, Service, Suggest, Words
from tests.support.classrooms import AROUND, alone, engine, report
from tests.support.grouping_life import Life


def test_a_service_is_called_by_its_english_name_in_english() -> None:
    around = replace(
        AROUND, services=(Service("printing", ("Utskrift", "Printing"), "Printing"), Service("wifi", ("Nät",)))
    )
    known = engine(*alone(report("1", "Skrivaren är död", 0)), around=around)
    asked = known.decide(report("2", "Skrivaren är borta", 9)).outcome
    assert isinstance(asked, Suggest)
    assert {"sv": "Samma tjänst: Utskrift.", "en": "Same service: Printing."} in asked.candidates[0].reasons
    assert around.service_name("wifi") == {"sv": "Nät", "en": "Nät"}
    assert around.service_name("gone") == {"sv": "gone", "en": "gone"}


def test_the_same_room_device_or_person_is_said() -> None:
    words = "Projektorn är svart"
    same: list[tuple[dict[str, Any], str]] = [
        ({"room": "B204"}, "Samma rum."),
        ({"asset": "SKA-PC-0100"}, "Samma utrustning."),
        ({"reporter": "anna"}, "Samma person har anmält."),
    ]
    for fields, said in same:
        known = engine(*alone(report("1", words, 0, **fields)))
        assert said in _reasons(known.decide(report("2", words, 9, **fields)).outcome)


def test_what_shows_in_another_service_is_not_said_to_be_of_the_same_one() -> None:
    words = "Trådlösa nätet är nere i hela skolan, ingen kommer ut"
    some = [report(f"{nth}", words, nth) for nth in range(6)]
    outage = engine(Opened("in_1", "incident", "wifi", "skola-a"), *(Linked("in_1", each) for each in some))
    reasons = _reasons(outage.decide(report("shown", "Lärnavet laddar inte, ingen kommer ut på nätet", 6)).outcome)
    assert reasons & {"Felet kan ligga i: Trådlöst nät.", "Felet kan ligga i: Internet."}
    assert not [said for said in reasons if said.startswith("Samma tjänst")]
    assert "Samma tjänst: Trådlöst nät." in _reasons(outage.decide(report("net", words, 6)).outcome)


@pytest.mark.parametrize("words", ["🙂", "x", "hjälp"])
@pytest.mark.parametrize("incident", ["Skrivaren skriver inte ut", "Ingen på skolan kommer ut på trådlösa nätet"])
def test_a_report_that_tells_of_no_service_has_none_for_a_reason(words: str, incident: str) -> None:
    known = engine(*alone(report("1", incident, 0)), *alone(report("2", incident, 1)))
    reasons = _reasons(known.decide(report("3", words, 2)).outcome)
    assert not [said for said in reasons if "tjänst" in said or "ligga i" in said]


def test_the_same_service_is_said_where_the_incident_is_about_what_the_report_tells_of() -> None:
    """Both may be about the Wi-Fi; the page says of the one that it is about the internet."""
    outage = engine(*alone(report("1", "Internet ligger nere för alla på skolan", 0, service="internet")))
    wifi = _reasons(outage.decide(report("2", "Wifi ligger nere för alla på skolan", 1)).outcome)
    assert "Felet kan ligga i: Internet." in wifi
    assert not [said for said in wifi if said.startswith("Samma tjänst")]
    assert "Samma tjänst: Internet." in _reasons(outage.decide(report("3", "Internet är nere", 2)).outcome)


def test_what_stands_beside_a_question_counts_nothing() -> None:
    """It stands there until it is answered, beside how many there are by then; why something was linked is of then."""
    words = "Trådlösa nätet är nere i hela skolan, ingen kommer ut"
    some = [Linked("in_1", report(f"{nth}", words, nth)) for nth in range(4)]
    outage = engine(Opened("in_1", "incident", "wifi", "skola-a"), *some)
    asked = outage.decide(report("there", words, 5, school="skola-b")).outcome
    assert isinstance(asked, Suggest)
    assert "Flera har redan anmält det." in _reasons(asked)
    assert not [said for said in _reasons(asked) if re.match(r"\d+ har|.*\d+ andra skolor", said)]
    linked = outage.decide(report("here", words, 5)).outcome
    assert isinstance(linked, Link)
    assert "4 har redan anmält det." in _reasons(linked)


def _reasons(outcome: object) -> set[str]:
    said: tuple[Words, ...] = ()
    if isinstance(outcome, Link):
        said = outcome.reasons
    elif isinstance(outcome, Suggest):
        said = tuple(words for one in outcome.candidates for words in one.reasons)
    return {words["sv"] for words in said}


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0.3, "At the same time."),
        (1, "1 minute apart."),
        (95, "95 minutes apart."),
        (180, "3 hours apart."),
        (72 * 60, "3 days apart."),
    ],
)
def test_how_far_apart_two_reports_are_is_said_in_words(minutes: float, said: str) -> None:
    life = Life()
    life.file(report("1", "Skrivaren skriver inte ut", asset="SKA-PR-0007"))
    outcome = life.file(report("2", "Skrivaren är trasig", minutes, asset="SKA-PR-0007")).outcome
    reasons = outcome.candidates[0].reasons if isinstance(outcome, Suggest) else outcome.reasons
    assert reasons[-1]["en"] == said
