"""Whom the matrix tells of a case at once is told for each of its schools, once (V7, V8, N7)."""

from typing import Any

import pytest

from contracts.events.base import Event
from contracts.events.routing import IncidentEscalated
from contracts.events.ticketing import LinkRequested
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
