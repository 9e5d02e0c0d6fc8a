"""A wait that nothing follows on when it is over, as one for a word that was said meanwhile: what is stated is true."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.directory import working_time_between
from contracts.events.ticketing import AcknowledgeRequested
from contracts.events.vendor_bridge import VendorInformationRequested
from routing.domain.state import Incident
from tests.support.escalation_life import BROKEN, IT_UNIT, LATE, ON, TELL, TEXT, at, done, planned, steps
from tests.support.routing_life import EKBACKEN, MALARVIK, TEKNIKER, Life

HOUR: dict[str, Any] = {"do": "wait", "time": "1 h"}
REQUIRE: dict[str, Any] = {"do": "require_acknowledgement", "within": "30 min"}


def taken_on(*policy: dict[str, Any]) -> tuple[Life, Incident]:
    """A case whose holder has said so before the first wait is over."""
    life = steps(*policy)
    incident = life.file("login", urgency=2)
    assert planned(life, incident).then[0].action == "require_acknowledgement"
    life.ask(AcknowledgeRequested, incident, by=TEKNIKER)
    return life, incident


def test_after_a_wait_that_nobody_has_to_answer_the_next_step_is_stated_with_its_own_time() -> None:
    life, incident = taken_on(HOUR, REQUIRE, TELL, HOUR, ON)
    stated = planned(life, incident)
    assert [(measure.action, measure.parties) for measure in stated.then] == [("next_party", (IT_UNIT,))]
    assert stated.due_at is not None
    assert stated.then_at == stated.due_at + timedelta(hours=1), "of both waits"
    life.wait(stated.due_at)
    assert done(life) == [], "nothing comes when the first one is over"
    again = planned(life, incident)
    assert (again.step, again.due_at, again.then_at, again.then) == (3, stated.then_at, None, stated.then)
    life.wait(stated.then_at)
    assert done(life) == [("next_party", (IT_UNIT,))]


@pytest.mark.parametrize("more", [1, 2])
def test_waits_in_a_row_are_one_to_whoever_reads_it(more: int) -> None:
    life = steps(HOUR, *[HOUR] * more, TELL)
    stated = planned(life, life.file("login", urgency=2))
    assert stated.due_at is not None
    assert (stated.then_at, stated.then[0].action) == (stated.due_at + timedelta(hours=more), "notify")
    nothing = steps(HOUR, HOUR)
    stated = planned(nothing, nothing.file("login", urgency=2))
    assert (stated.then, stated.then_at) == ((), None)


def test_where_nothing_comes_after_it_nothing_is_stated() -> None:
    life, incident = taken_on(HOUR, REQUIRE, TELL)
    assert (planned(life, incident).then, planned(life, incident).then_at) == ((), None)
    life.wait(at(9, "12:00"))
    assert (done(life), incident.lead) == ([], EKBACKEN)


def test_a_share_that_stands_still_holds_back_what_comes_after_it() -> None:
    life, incident = taken_on(LATE, REQUIRE, TELL, BROKEN, ON)
    assert planned(life, incident).then_at == life.running(incident)[EKBACKEN, "resolve"].due_at
    ticket = life.ticket_of(incident)
    life.hear(VendorInformationRequested, incident, EKBACKEN, question="qu_1", text=TEXT, ticket=ticket)
    assert (planned(life, incident).due_at, planned(life, incident).then) == (None, ())


def test_a_share_that_stands_still_does_not_hold_back_a_wait_that_has_begun() -> None:
    life, incident = taken_on(LATE, REQUIRE, TELL, {"do": "wait", "time": "3 h"}, ON)
    stated = planned(life, incident)
    assert stated.due_at is not None
    assert stated.then_at is not None
    office = MALARVIK.calendars_by_id["kontorstid"]
    assert working_time_between(office, stated.due_at, stated.then_at) == timedelta(hours=3)
    life.wait(stated.due_at)
    ticket = life.ticket_of(incident)
    life.hear(VendorInformationRequested, incident, EKBACKEN, question="qu_1", text=TEXT, ticket=ticket)
    assert planned(life, incident).due_at == stated.then_at
