"""V10: what is reported in a window of planned work waits for its end, and is an incident if it persists."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.events.base import Event
from contracts.events.routing import (
    ClockStarted,
    EscalationScheduled,
    IncidentAssigned,
    IncidentResolved,
    IncidentStateChanged,
    MajorDeclared,
    MatchedToWork,
    ReleasedFromWork,
    RequestRefused,
)
from contracts.events.ticketing import (
    AcknowledgeRequested,
    AssignmentRequested,
    HandOffRequested,
    TicketConfirmedFixed,
    TicketWithdrawn,
    TriageRequested,
    UnlinkRequested,
    UrgencyRequested,
)
from routing.domain.context import Context, Due
from routing.domain.due import on_due
from routing.domain.fold import fold
from routing.domain.state import Incident, Timer, Work
from tests.support.routing_life import COORDINATOR, EKBACKEN, NETWORK, Life, names, of_type

ALL_DOWN = {"title": "Ingen på skolan kommer in på Skolportalen"}


@pytest.fixture
def life() -> Life:
    return Life()


def plan(life: Life, *services: str, **fields: Any) -> Work:
    event = life.planned(*services, **fields)
    life.tell(event)
    return life.world.works[event.work]


def window_ends(life: Life, incident: Incident, at: datetime) -> list[Event]:
    """What routing states when the timer of the window fires at that time."""
    life.at = at
    due = Context(cause=Due(f"window/{incident.id}@{at}", at, incident.municipality), now=at)
    told = []
    for event in on_due(life.world, Timer(f"window/{incident.id}", incident.municipality, incident.id, at), due):
        fold(life.world, event)
        told.append(event)
    return told


def test_v10_a_report_in_the_window_waits_for_its_end_without_clocks_with_our_own_people(life: Life) -> None:
    work = plan(life, "learning_platform")
    event = life.filed("learning_platform", **ALL_DOWN)
    told = life.tell(event)
    assert names(told) == [
        "incident.opened",
        "incident.matched_to_work",
        "incident.state_changed",
        "incident.assigned",
        "incident.ticket_linked",
    ]
    incident = life.world.incidents[life.incident_of(event.ticket)]
    assert (incident.state, incident.waiting_on, incident.waits_for) == ("waiting", "planned", work.id)
    matched = of_type(told, MatchedToWork)[0]
    assert (matched.work, matched.until) == (work.id, work.ends_at)
    assigned = of_type(told, IncidentAssigned)[0]
    assert (assigned.party, assigned.rule) == (COORDINATOR, "planned"), "not the vendor, who is first on the path"
    assert life.running(incident) == {}


def test_v10_when_the_window_is_over_and_it_persists_it_is_an_incident_whose_clocks_count_from_there(
    life: Life,
) -> None:
    work = plan(life, "login")
    incident = life.file("login")
    told = window_ends(life, incident, work.ends_at + timedelta(seconds=3))
    assert names(told)[:3] == ["incident.released_from_work", "incident.state_changed", "incident.assigned"]
    assert (incident.state, incident.waiting_on, incident.lead) == ("new", None, EKBACKEN)
    assert of_type(told, IncidentAssigned)[0].rule == "konton-och-kontor"
    assert {clock.started_at for clock in of_type(told, ClockStarted)} == {work.ends_at}
    assert set(life.running(incident)) == {(EKBACKEN, p) for p in ("acknowledge", "next_update", "resolve")}


def test_a_vendors_fault_goes_to_the_vendor_at_the_windows_end(life: Life) -> None:
    work = plan(life, "learning_platform")
    incident = life.file("learning_platform", **ALL_DOWN)
    window_ends(life, incident, work.ends_at)
    assert (incident.state, incident.waiting_on, incident.lead) == ("waiting", "vendor", "vendor:platform")


def test_after_two_days_of_downtime_the_clocks_still_count_from_the_windows_end(life: Life) -> None:
    work = plan(life, "login")
    incident = life.file("login")
    told = window_ends(life, incident, work.ends_at + timedelta(days=2))
    assert {clock.started_at for clock in of_type(told, ClockStarted)} == {work.ends_at}


def test_who_says_before_the_end_that_it_works_has_it_solved(life: Life) -> None:
    work = plan(life, "login")
    incident = life.file("login")
    told = life.voice(TicketConfirmedFixed, life.ticket_of(incident))
    assert of_type(told, IncidentResolved)
    assert incident.state == "closed"
    assert window_ends(life, incident, work.ends_at) == []


def test_several_have_it_solved_when_the_last_of_them_says_so(life: Life) -> None:
    plan(life, "printing")
    incident = life.shared(2)
    assert incident.waits_for
    assert not of_type(life.voice(TicketConfirmedFixed, life.ticket_of(incident, 0)), IncidentResolved)
    assert of_type(life.voice(TicketConfirmedFixed, life.ticket_of(incident, 1)), IncidentResolved)


def test_reports_of_one_cause_in_one_window_are_one_incident(life: Life) -> None:
    plan(life, "printing")
    assert life.shared(3).linked == 3


@pytest.mark.parametrize(
    ("window", "report"),
    [
        ({"schools": ["sjobo"]}, {}),
        ({"effect": "none"}, {}),
        ({}, {"service": "email"}),
        ({}, {"kind": "request"}),
        ({}, {"kind": "idea"}),
        ({}, {"occurred_at": datetime.fromisoformat("2026-10-05T05:30:00Z")}),
    ],
    ids=["another school", "nothing should be noticed", "another service", "an order", "an idea", "before the window"],
)
def test_what_the_work_does_not_explain_goes_its_ordinary_way(
    life: Life, window: dict[str, Any], report: dict[str, Any]
) -> None:
    plan(life, "login", **window)
    incident = life.file(**{"service": "login"} | report)
    assert incident.waits_for is None
    assert incident.lead is not None


def test_a_work_that_is_over_or_not_begun_or_called_off_explains_nothing(life: Life) -> None:
    over = plan(life, "login", minutes=1)
    assert life.file("login").waits_for is None
    tomorrow = life.at + timedelta(days=1)
    plan(life, "login", starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=1))
    assert life.file("login", room="B204").waits_for is None
    life.tell(life.changed(over, minutes=90, cancelled=True))
    assert life.file("login", room="C101").waits_for is None


def test_a_report_late_after_the_window_of_what_happened_in_it_waits_for_nothing(life: Life) -> None:
    work = plan(life, "login", minutes=2)
    life.at = work.ends_at + timedelta(minutes=10)
    incident = life.file("login", occurred_at=work.starts_at)
    assert incident.waits_for is None


def test_of_overlapping_windows_it_waits_for_the_one_that_ends_last(life: Life) -> None:
    plan(life, "login", minutes=30)
    longer = plan(life, "login", "email", minutes=200)
    plan(life, "login", minutes=60)
    assert life.file("login").waits_for == longer.id


def test_at_the_end_of_one_window_it_goes_on_waiting_for_another_that_explains_it(life: Life) -> None:
    first = plan(life, "login", minutes=100)
    second = plan(life, "login", minutes=90)
    incident = life.file("login")
    assert incident.waits_for == first.id
    life.tell(life.changed(second, minutes=60))
    told = window_ends(life, incident, first.ends_at)
    assert names(told) == ["incident.matched_to_work"]
    assert incident.waits_for == second.id


def test_a_prolonged_work_keeps_what_waits_for_it_and_says_until_when(life: Life) -> None:
    work = plan(life, "login")
    incident, was = life.file("login"), work.ends_at
    told = life.tell(life.changed(work, minutes=90))
    assert names(told) == ["incident.matched_to_work"]
    assert of_type(told, MatchedToWork)[0].until == was + timedelta(minutes=90)
    assert window_ends(life, incident, was) == [], "a timer of the former end finds nothing to do"
    assert window_ends(life, incident, work.ends_at)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"cancelled": True}, "blev inte av"),
        ({"starts_at": "2026-10-06T06:00:00Z", "ends_at": "2026-10-06T08:00:00Z"}, "flyttats"),
        ({"starts_at": "2026-10-05T05:00:00Z", "ends_at": "2026-10-05T05:10:00Z"}, "är klart"),
    ],
    ids=["called off", "to another day", "over sooner"],
)
def test_what_waits_goes_on_when_the_work_does_not_run_any_more(life: Life, change: dict[str, Any], word: str) -> None:
    work = plan(life, "login")
    incident, other = life.file("login"), life.file("email")
    event = life.changed(work, **change)
    told = life.tell(event)
    assert word in of_type(told, ReleasedFromWork)[0].reason["sv"]
    assert {getattr(own, "incident", None) for own in told} == {incident.id}, "only those that wait for it"
    assert {clock.started_at for clock in of_type(told, ClockStarted)} == {event.at}
    assert other.state != "waiting"


def test_a_person_who_takes_it_or_hands_it_over_does_not_wait(life: Life) -> None:
    work = plan(life, "login", "wifi")
    taken, handed = life.file("login"), life.file("wifi", title="Hela klassen saknar nät")
    told = life.ask(AssignmentRequested, taken, party=COORDINATOR)
    assert taken.waits_for is None
    assert of_type(told, IncidentStateChanged)[0].state == "in_progress"
    assert of_type(told, ClockStarted)
    life.ask(HandOffRequested, handed, vendor=NETWORK)
    assert (handed.waits_for, handed.waiting_on) == (None, "vendor")
    assert window_ends(life, taken, work.ends_at) == window_ends(life, handed, work.ends_at) == []


def test_the_same_fault_at_a_school_beyond_the_work_is_something_else(life: Life) -> None:
    plan(life, "login", schools=["ekbacken"])
    incident = life.file("login")
    told = life.tell(life.filed("login", school="sjobo", same_as=incident.id))
    assert "större" in of_type(told, ReleasedFromWork)[0].reason["sv"]
    assert incident.waits_for is None
    assert life.running(incident)


def test_staff_who_set_another_service_end_the_waiting(life: Life) -> None:
    plan(life, "login")
    incident = life.file("login")
    assert not of_type(life.ask(TriageRequested, incident, scope="school"), ReleasedFromWork)
    assert of_type(life.ask(TriageRequested, incident, service="email"), ReleasedFromWork)


def test_what_staff_take_off_a_waiting_incident_waits_no_longer(life: Life) -> None:
    plan(life, "printing")
    incident = life.shared(2)
    ticket = life.ticket_of(incident, 1)
    life.ask(UnlinkRequested, incident, ticket=ticket)
    assert life.world.incidents[life.incident_of(ticket)].waits_for is None
    assert incident.waits_for


def test_n9_another_municipalitys_work_explains_nothing(life: Life) -> None:
    foreign = plan(life, "login")
    foreign.municipality = "hallsberg"
    assert life.file("login").waits_for is None
    assert life.tell(life.changed(foreign, cancelled=True)) == []


@pytest.mark.parametrize(
    ("starts", "ends", "inside", "outside"),
    [
        ("2027-03-28T01:00+01:00", "2027-03-28T04:00+02:00", "2027-03-28T03:59+02:00", "2027-03-28T04:00+02:00"),
        ("2026-10-25T02:00+02:00", "2026-10-25T03:00+01:00", "2026-10-25T02:59+01:00", "2026-10-25T03:00+01:00"),
    ],
    ids=["spring", "autumn"],
)
def test_a_window_over_the_night_on_which_the_clocks_change(
    life: Life, starts: str, ends: str, inside: str, outside: str
) -> None:
    life.at = datetime.fromisoformat(starts) - timedelta(hours=1)
    work = plan(life, "login", starts_at=starts, ends_at=ends)
    assert work.ends_at - work.starts_at == timedelta(hours=2)
    life.at = datetime.fromisoformat(inside) - timedelta(minutes=1)
    assert life.file("login").waits_for == work.id
    life.at = datetime.fromisoformat(outside) - timedelta(minutes=1)
    assert life.file("login", room="B204").waits_for is None


def test_v10_nothing_goes_further_by_itself_while_it_waits_and_all_of_it_from_the_windows_end(life: Life) -> None:
    work = plan(life, "printing", minutes=24 * 60)
    incident = life.shared(6)
    life.ask(UrgencyRequested, incident, urgency=1, reason={"sv": "Prov."})
    assert not of_type(life.history, ClockStarted)
    assert not of_type(life.history, EscalationScheduled)
    assert not of_type(life.history, MajorDeclared)
    assert life.wait(work.ends_at - timedelta(seconds=1)) == []
    told = life.wait(work.ends_at + timedelta(seconds=2))
    assert of_type(told, ReleasedFromWork)
    assert {clock.started_at for clock in of_type(told, ClockStarted)} == {work.ends_at}
    assert of_type(told, EscalationScheduled)


def test_a_window_timer_fires_once_and_moves_with_the_work(life: Life) -> None:
    work = plan(life, "login", minutes=30)
    incident, first = life.file("login"), work.ends_at
    life.tell(life.changed(work, minutes=60))
    assert life.wait(first + timedelta(minutes=1)) == []
    assert of_type(life.wait(work.ends_at + timedelta(minutes=1)), ReleasedFromWork)
    assert not of_type(life.wait(work.ends_at + timedelta(minutes=5)), ReleasedFromWork)
    assert incident.waits_for is None


def test_what_is_of_no_known_service_goes_on_waiting(life: Life) -> None:
    plan(life, "login")
    incident = life.file("login")
    assert not of_type(life.ask(TriageRequested, incident, service="other"), ReleasedFromWork)
    assert incident.waits_for


def test_what_all_who_are_left_say_works_is_solved_at_the_windows_end(life: Life) -> None:
    work = plan(life, "printing")
    incident = life.shared(2)
    life.voice(TicketConfirmedFixed, life.ticket_of(incident, 0))
    life.voice(TicketWithdrawn, life.ticket_of(incident, 1))
    assert incident.waits_for
    told = window_ends(life, incident, work.ends_at)
    assert of_type(told, IncidentResolved)
    assert not of_type(told, ReleasedFromWork)


def test_a_work_that_began_after_the_fault_does_not_explain_it_and_the_end_says_so(life: Life) -> None:
    work = plan(life, "login", minutes=60)
    incident = life.file("login")
    plan(life, "login", starts_at=life.at + timedelta(minutes=5), ends_at=life.at + timedelta(minutes=300))
    [released] = of_type(window_ends(life, incident, work.ends_at), ReleasedFromWork)
    assert "är klart" in released.reason["sv"]
    assert incident.waits_for is None


def test_what_waits_for_planned_work_is_not_called_taken_on(life: Life) -> None:
    plan(life, "login")
    [refused] = of_type(life.ask(AcknowledgeRequested, life.file("login")), RequestRefused)
    assert refused.code == "wrong_state"
