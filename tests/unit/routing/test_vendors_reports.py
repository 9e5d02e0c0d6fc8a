"""A ticket that a vendor reported is routed, grouped and moved like any other; nobody is asked to write for it."""

from typing import Any

import pytest

from contracts.events.routing import (
    ClockPaused,
    ClockResumed,
    IncidentAssigned,
    IncidentClosed,
    IncidentStateChanged,
    QuestionClosed,
)
from contracts.events.ticketing import (
    LinkRequested,
    TicketAnswered,
    TicketConfirmedFixed,
    TicketQuestionAsked,
    TicketWithdrawn,
    UnlinkRequested,
)
from contracts.values import NO_SCHOOL, Actor
from tests.support.routing_life import COORDINATOR, NETWORK, SAMORDNARE, Life, names, of_type

OUTAGE = {"reporter": NETWORK, "title": "Nätet är nere på hela skolan", "description": "Wifi ligger nere."}


@pytest.fixture
def life() -> Life:
    return Life()


def test_what_is_of_no_one_school_is_the_coordinators_and_hits_no_school(life: Life) -> None:
    event = life.filed("wifi", **OUTAGE | {"school": NO_SCHOOL})
    stated = life.tell(event)
    [assigned] = of_type(stated, IncidentAssigned)
    assert assigned.party == COORDINATOR
    assert "inte sagt vilken skola" in assigned.reason["sv"]
    incident = life.world.incidents[life.incident_of(event.ticket)]
    assert (incident.linked, incident.schools) == (1, {})


def test_others_join_the_incident_that_a_vendor_reported(life: Life) -> None:
    first = life.file("wifi", **OUTAGE)
    later = life.filed("wifi", title="Nätet är nere på hela skolan", reporter="larare-2")
    life.tell(later)
    on = life.world.incidents[life.incident_of(later.ticket)]
    if on is not first:  # grouping may ask staff instead: their yes is enough
        life.ask(LinkRequested, first, ticket=later.ticket)
    assert life.incident_of(later.ticket) == first.id
    assert (first.linked, first.schools) == (2, {"ekbacken": 2})
    taken_off = life.ask(UnlinkRequested, first, ticket=later.ticket)
    assert "incident.opened" in names(taken_off)
    assert first.linked == 1


def test_a_vendor_that_withdraws_its_only_report_takes_the_incident_along(life: Life) -> None:
    incident = life.file("wifi", **OUTAGE)
    ticket = life.ticket_of(incident)
    stated = life.tell(life.make(TicketWithdrawn, ticket=ticket, by=Actor(party=NETWORK)))
    [changed] = of_type(stated, IncidentStateChanged)
    assert (changed.state, incident.linked) == ("cancelled", 0)


def test_staffs_word_that_it_works_ends_it(life: Life) -> None:
    incident = life.file("wifi", **OUTAGE)
    stated = life.tell(life.make(TicketConfirmedFixed, ticket=life.ticket_of(incident), by=SAMORDNARE))
    assert of_type(stated, IncidentClosed)


@pytest.mark.parametrize("answers", [True, False])
def test_r8_asked_of_another_eskalera_time_stands_still_until_it_answers_or_takes_its_case_back(
    life: Life, answers: bool
) -> None:
    incident = life.file("login", **OUTAGE)
    about: dict[str, Any] = {"ticket": life.ticket_of(incident), "incident": incident.id, "text": {"sv": "Text."}}
    stated = life.tell(life.make(TicketQuestionAsked, **about, by=SAMORDNARE, question="qu_1"))
    assert [event.promise for event in of_type(stated, ClockPaused)] == ["resolve"]
    other = Actor(party=NETWORK)
    assert of_type(life.tell(life.make(TicketAnswered, **about, by=other)), ClockResumed) == [], "words"
    if answers:
        stated = life.tell(life.make(TicketAnswered, **about, by=other, question="qu_1"))
        assert [event.promise for event in of_type(stated, ClockResumed)] == ["resolve"]
    else:
        stated = life.tell(life.make(TicketWithdrawn, ticket=about["ticket"], by=other))
        assert [event.question for event in of_type(stated, QuestionClosed)] == ["qu_1"]
