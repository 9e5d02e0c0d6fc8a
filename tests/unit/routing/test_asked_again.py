"""Who asks that a case goes further moves it once, and no way that only others may go (V5, V8, N7)."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.directory import Directory
from contracts.events.base import Event
from contracts.events.routing import AskedAgain, IncidentAssigned, IncidentEscalated
from contracts.events.ticketing import (
    AssignmentRequested,
    ReopenRequested,
    ResolveRequested,
    TicketEscalationRequested,
)
from routing.domain.state import Incident
from tests.support.directories import shipped
from tests.support.escalation_life import IT_UNIT, ON, TELL, TEXT, UNSEEN, done, steps, with_policy
from tests.support.routing_life import COORDINATOR, EKBACKEN, LARARE, Life, of_type

GOES_ON = [{"when": "asked", "do": [ON]}]
HOURS = timedelta(hours=1)
ATEA = "vendor:atea"


def ask(life: Life, incident: Incident, nth: int = 0) -> list[Event]:
    ticket = life.ticket_of(incident, nth)
    return life.tell(life.make(TicketEscalationRequested, ticket=ticket, by=LARARE, reason=TEXT))


def test_v5_many_who_ask_move_it_one_party_and_are_told_that_it_is_known() -> None:
    life = Life()
    title = {"title": "Elevdatorerna laddar inte", "asset": "EKB-EL-0012"}
    incident = life.file("pupil_computer", **title)
    for nth in range(3):
        life.file("pupil_computer", reporter=f"larare-{nth}", same_as=incident.id, **title)
    first, *others = [ask(life, incident, nth) for nth in range(4)]
    assert [e.party for e in of_type(first, IncidentAssigned)] == [incident.lead] == [COORDINATOR]
    for stated in others:
        [noted] = stated
        assert isinstance(noted, AskedAgain)
        assert noted.again_at == of_type(first, IncidentEscalated)[0].at + 4 * HOURS
    assert [e.ticket for e in of_type(life.history, AskedAgain)] == [life.ticket_of(incident, n) for n in (1, 2, 3)]
    assert done(life, "asked") == [("notify", (EKBACKEN,)), ("next_party", (COORDINATOR,))], "each hears of it once"


def test_in_the_same_second_it_moves_once_and_after_four_hours_again() -> None:
    life = steps(UNSEEN, occasions=GOES_ON)
    incident = life.file("login", urgency=2)
    ticket = life.ticket_of(incident)
    asks = [life.make(TicketEscalationRequested, ticket=ticket, by=LARARE, reason=TEXT) for _ in range(3)]
    for event in asks:
        life.tell(event.model_copy(update={"at": asks[0].at}))
    assert incident.lead == IT_UNIT
    life.wait(life.at + 4 * HOURS)
    ask(life, incident)
    assert incident.lead == COORDINATOR


def test_who_has_just_got_it_has_four_hours_too_once_somebody_has_asked() -> None:
    life = steps(occasions=[{"when": "asked", "do": [TELL]}])
    incident = life.file("login", urgency=2)
    ask(life, incident)
    life.wait(life.at + 3 * HOURS)
    life.ask(AssignmentRequested, incident, party=IT_UNIT)
    life.wait(life.at + 2 * HOURS)
    assert [type(e) for e in ask(life, incident)] == [AskedAgain]
    life.wait(life.at + 2 * HOURS)
    assert [e.measure.parties for e in of_type(ask(life, incident), IncidentEscalated)] == [(IT_UNIT, COORDINATOR)]


def test_the_first_to_ask_is_followed_however_new_the_case_is_and_so_is_the_first_after_it_came_back() -> None:
    life = steps(UNSEEN, occasions=GOES_ON)
    incident = life.file("login", urgency=2)
    assert of_type(ask(life, incident), IncidentEscalated)
    life.ask(ResolveRequested, incident, public_text=TEXT)
    life.ask(ReopenRequested, incident, reason=TEXT)
    assert of_type(ask(life, incident), IncidentEscalated)


@pytest.mark.parametrize("service", ["pupil_computer", "staff_computer"])
def test_v8_asking_is_no_way_round_whom_the_agreement_lets_call_the_vendor(service: str) -> None:
    life = Life("vasteras", directory=shipped("vasteras"))
    incident = life.file(service, school="lovhagsskolan")
    for _ in range(5):
        ask(life, incident)
        life.wait(life.at + timedelta(hours=4, minutes=1))
        asked = [e for e in of_type(life.history, IncidentEscalated) if e.trigger == "asked"]
        assert not any(party.startswith("vendor:") for e in asked for party in e.measure.parties)
    assert incident.lead == shipped("vasteras").coordinator


def test_v8_it_goes_past_the_vendor_to_the_next_who_may_be_reached_so() -> None:
    life = Life("vasteras", directory=shipped("vasteras"))
    incident = life.file("staff_computer", school="stenviksskolan")
    assert incident.path[1] == "vendor:cgi"
    ask(life, incident)
    assert incident.lead == shipped("vasteras").coordinator


def test_v8_where_whoever_reports_may_call_asking_takes_it_there() -> None:
    life = Life("vasteras", directory=_reporters_may(shipped("vasteras")))
    incident = life.file("staff_computer", school="stenviksskolan")
    ask(life, incident)
    assert incident.lead == "vendor:cgi"


@pytest.mark.parametrize("reporters", [False, True])
def test_a_policy_that_hands_it_over_when_asked_does_so_only_by_that_lane(reporters: bool) -> None:
    content = shipped("vasteras").model_dump(mode="json")
    policy = next(each for each in content["policies"] if each["id"] == "utan-lovad-tid")
    policy["occasions"] = [{"when": "asked", "do": [{"do": "hand_over", "vendor": ATEA}]}]
    directory = Directory.model_validate(content)
    life = Life("vasteras", directory=_reporters_may(directory) if reporters else directory)
    incident = life.file("pupil_computer", school="stenviksskolan")
    local = incident.lead
    ask(life, incident)
    assert incident.lead == (ATEA if reporters else local)


def test_l2_an_order_does_not_reach_a_vendor_by_asking() -> None:
    content = with_policy(steps=[UNSEEN], occasions=GOES_ON).model_dump(mode="json")
    for rule in content["matrix"]:
        rule["path"] = ["coordinator", "vendor:devices"]
    life = Life(directory=Directory.model_validate(content))
    order = life.file("staff_computer", kind="request")
    ask(life, order)
    assert order.lead == COORDINATOR


def _reporters_may(directory: Directory) -> Directory:
    content: dict[str, Any] = directory.model_dump(mode="json")
    for agreement in content["agreements"]:
        agreement["called_by"] = ["reporter"]
    return Directory.model_validate(content)
