"""Whom the matrix tells of a case at once is told for each of its schools, once (V7, V8, N7)."""

from typing import Any

import pytest

from contracts.events.base import Event
from contracts.events.routing import IncidentEscalated, IncidentRerouted
from contracts.events.ticketing import (
    AcknowledgeRequested,
    AssignmentRequested,
    LinkRequested,
    ResolveRequested,
    TriageRequested,
)
from contracts.values import Actor
from routing.domain.state import Incident
from tests.support.routing_life import COORDINATOR, EKBACKEN, Life, of_type

BJORKSKOLAN, GYMNASIET = "team:it-bjorkskolan", "team:it-gymnasiet"


def exam(life: Life, school: str, first: Incident | None = None, **fields: Any) -> tuple[Incident, list[Event]]:
    """An exam that stands still at a school, said to be the same as the first one's."""
    named = {"same_as": first.id} if first else {}
    event = life.filed("digital_exam", school=school, urgency=1, need="exam", impact="whole_school", **named, **fields)
    stated = life.tell(event)
    return life.world.incidents[life.incident_of(event.ticket)], stated


def told(stated: list[Event]) -> list[str]:
    """The parties, as they were told at once."""
    matrix = [event for event in of_type(stated, IncidentEscalated) if event.trigger == "matrix"]
    return [party for event in matrix for party in event.measure.parties]


@pytest.fixture
def life() -> Life:
    return Life()


def test_v7_the_support_of_each_school_is_told_when_its_school_comes_and_the_coordinator_once(life: Life) -> None:
    incident, stated = exam(life, "ekbacken")
    assert set(told(stated)) | {incident.lead} >= {EKBACKEN, COORDINATOR}
    _, second = exam(life, "bjorkskolan", incident)
    _, third = exam(life, "kungsgymnasiet", incident)
    assert (told(second), told(third)) == ([BJORKSKOLAN], [GYMNASIET])
    assert told(exam(life, "almgymnasiet", incident)[1]) == [], "its support is the same, and knows"
    assert told(exam(life, "bjorkskolan", incident)[1]) == [], "one more of the school is no news"


def test_n7_who_was_told_of_a_case_is_not_told_again_when_it_goes_on_in_another(life: Life) -> None:
    incident, _ = exam(life, "ekbacken")
    other, stated = exam(life, "bjorkskolan")
    assert other is not incident
    assert BJORKSKOLAN in told(stated)
    moved = life.ask(LinkRequested, incident, ticket=life.ticket_of(other))
    assert told(moved) == []


def test_who_comes_to_a_case_that_tells_nobody_tells_nobody(life: Life) -> None:
    incident = life.file("login", urgency=3)
    event = life.filed("login", school="bjorkskolan", same_as=incident.id)
    assert told(life.tell(event)) == []


def test_v7_what_turns_out_to_be_an_exam_is_told_to_the_support_of_all_its_schools(life: Life) -> None:
    incident = life.file("login", urgency=1, need="exam", impact="whole_school")
    for school in ("bjorkskolan", "kungsgymnasiet"):
        same = life.filed("login", school=school, same_as=incident.id, urgency=1, need="exam", impact="whole_school")
        assert told(life.tell(same)) == []
    stated = life.ask(TriageRequested, incident, service="digital_exam", scope=incident.scope or "schools")
    assert set(told(stated)) == {EKBACKEN, BJORKSKOLAN, GYMNASIET, COORDINATOR}, "its holder has it still"
    back = life.ask(TriageRequested, incident, service="login")
    assert told(back) == []
    again = life.ask(TriageRequested, incident, service="digital_exam")
    assert (len(of_type(again, IncidentRerouted)), told(again)) == (1, []), "they know of it (N7)"


def test_n7_who_was_told_by_one_line_of_the_matrix_is_not_told_by_the_next(life: Life) -> None:
    incident = life.file("printing", urgency=1, need="exam", impact="whole_school")
    life.ask(AcknowledgeRequested, incident, by=Actor(party=incident.lead or "", person="nagon"))
    stated = life.ask(TriageRequested, incident, service="wifi", scope="school")
    assert of_type(stated, IncidentRerouted)
    assert told(stated) == [COORDINATOR], "the school's support knows of it by the line before"


def test_v7_who_is_linked_to_it_by_hand_brings_its_schools_support_along(life: Life) -> None:
    incident, _ = exam(life, "ekbacken")
    alone = life.file("login", school="bjorkskolan", urgency=3)
    moved = life.ask(LinkRequested, incident, ticket=life.ticket_of(alone))
    assert told(moved) == [BJORKSKOLAN]


def test_who_has_the_case_is_not_told_of_it_when_its_own_school_comes(life: Life) -> None:
    incident, _ = exam(life, "ekbacken")
    life.ask(AssignmentRequested, incident, party=BJORKSKOLAN)
    assert told(exam(life, "bjorkskolan", incident)[1]) == []


def test_of_what_is_solved_nobody_is_told_when_a_school_comes_late(life: Life) -> None:
    incident, _ = exam(life, "ekbacken")
    life.ask(ResolveRequested, incident, public_text={"sv": "Löst."})
    late, stated = exam(life, "bjorkskolan", incident)
    assert (late is incident, told(stated)) == (True, [])


def test_n2_a_report_that_is_heard_twice_tells_nobody_twice(life: Life) -> None:
    incident, _ = exam(life, "ekbacken")
    again = life.filed("digital_exam", school="bjorkskolan", urgency=1, same_as=incident.id)
    assert (told(life.tell(again)), told(life.tell(again))) == ([BJORKSKOLAN], [])
