"""Whose turn it is once more is known: what it is about was set, several schools report it, a school has left it."""

from typing import Any

import pytest

from contracts.directory import responsibility
from contracts.events.base import Event
from contracts.events.routing import (
    ClockStarted,
    ClockStopped,
    EscalationScheduled,
    IncidentAssigned,
    IncidentOpened,
    IncidentRerouted,
    ScopeRaised,
)
from contracts.events.ticketing import (
    AcknowledgeRequested,
    AssignmentRequested,
    LinkRequested,
    NoteWritten,
    SplitRequested,
    TicketWithdrawn,
    TriageRequested,
    UnlinkRequested,
)
from contracts.events.vendor_bridge import VendorEntryAdded
from routing.domain.observed import facts
from routing.domain.state import Incident
from tests.support.escalation_life import IT_UNIT, ON, UNSEEN, at, steps
from tests.support.routing_life import EKBACKEN, MALARVIK, NETWORK, TEKNIKER, Life, of_type

SJOBO = responsibility(MALARVIK, service="office365", school="sjobo").holder
SCREEN = {"service": "classroom_display", "title": "Projektorn är svart", "room": "G8"}


def triage(life: Life, incident: Incident, **fields: Any) -> list[Event]:
    return life.ask(TriageRequested, incident, by=fields.pop("by", TEKNIKER), **fields)


def by_matrix(incident: Incident, **case: Any) -> tuple[Any, ...]:
    asked = {"service": incident.service, "school": "ekbacken", "scope": incident.scope, "urgency": incident.urgency}
    found = responsibility(MALARVIK, kind="incident", **asked | case)
    return found.rule, found.path, found.agreement, found.policy


def held(incident: Incident) -> tuple[Any, ...]:
    return incident.rule, tuple(incident.path), incident.agreement, incident.policy


# What it is about


def test_a_case_that_nobody_has_begun_with_goes_where_its_true_service_is_looked_after() -> None:
    life = Life()
    incident = life.file(**SCREEN)
    assert incident.lead == EKBACKEN
    stated = triage(life, incident, service="wifi", scope="school")
    [assigned] = of_type(stated, IncidentAssigned)
    assert (assigned.party, assigned.by, assigned.request_id) == (NETWORK, None, None)
    assert (incident.lead, held(incident)) == (NETWORK, by_matrix(incident, service="wifi", scope="school"))
    assert {clock.agreement for clock in life.world.clocks_of(incident)} == {"driftavtal"}
    assert of_type(stated, EscalationScheduled)[-1].policy == "direkt-till-leverantor"


def test_who_said_what_it_is_may_say_it_again_and_the_case_follows() -> None:
    life = Life()
    incident = life.file("wifi")
    triage(life, incident, service="classroom_display")
    assert incident.lead == EKBACKEN
    triage(life, incident, service="door_access", scope="room")
    assert held(incident) == by_matrix(incident)
    assert incident.lead == incident.path[0] == "team:fastighet"


@pytest.mark.parametrize("begun", ["acknowledged", "written", "assigned"])
def test_who_has_begun_with_it_keeps_it_and_what_comes_after_is_the_true_services(begun: str) -> None:
    life = Life()
    incident = life.file(**SCREEN)
    if begun == "acknowledged":
        life.ask(AcknowledgeRequested, incident, by=TEKNIKER)
    elif begun == "written":
        triage(life, incident, scope="room")
        note = {"incident": incident.id, "by": TEKNIKER, "audience": ("internal",)}
        life.tell(life.make(NoteWritten, **note))
    else:
        life.ask(AssignmentRequested, incident, party=IT_UNIT)
    holder = incident.lead
    stated = triage(life, incident, service="wifi", scope="school")
    assert of_type(stated, IncidentAssigned) == []
    [rerouted] = of_type(stated, IncidentRerouted)
    rule, path, agreement, policy = by_matrix(incident)
    assert holder not in path
    assert (incident.lead, held(incident)) == (holder, (rule, (holder, *path), agreement, policy))
    assert "arbetar redan med ärendet och har det kvar." in rerouted.reason["sv"]
    assert of_type(stated, EscalationScheduled)[-1].policy == policy


def test_a_vendor_that_has_begun_with_it_keeps_it_too() -> None:
    life = Life()
    incident = life.file("wifi")
    life.hear(VendorEntryAdded, incident, NETWORK, text={"sv": "Vi tittar."})
    triage(life, incident, service="door_access", scope="room")
    assert (incident.lead, incident.path[:2]) == (NETWORK, [NETWORK, "team:fastighet"])


def test_another_agreement_of_the_same_holder_begins_what_it_still_owes_and_the_sum_stays() -> None:
    life = Life()
    incident = life.file("pupil_computer", urgency=3)
    life.ask(AcknowledgeRequested, incident, by=TEKNIKER)
    assert set(life.running(incident)) == {(EKBACKEN, "next_update")}, "no time is promised to solve it"
    stated = triage(life, incident, service="classroom_display")
    assert incident.lead == EKBACKEN
    assert {(c.promise, c.reason) for c in of_type(stated, ClockStopped)} == {("next_update", "handed_over")}
    assert {c.promise for c in of_type(stated, ClockStarted)} == {"next_update", "resolve"}
    assert {clock.agreement for clock in life.world.clocks_of(incident)} == {incident.agreement}


def test_what_changes_nothing_of_whose_turn_it_is_states_nothing() -> None:
    life = Life()
    incident = life.file(**SCREEN)
    before = held(incident)
    stated = triage(life, incident, service="classroom_display", scope="room")
    assert not of_type(stated, IncidentAssigned)
    assert not of_type(stated, IncidentRerouted)
    assert (incident.lead, held(incident)) == (EKBACKEN, before)


def test_a_case_that_steps_have_taken_further_on_the_same_path_is_not_taken_back() -> None:
    life = steps(UNSEEN, ON)
    incident = life.file("classroom_display", urgency=2, title="Projektorn är svart")
    life.wait(at(5, "10:00"))
    holder = incident.lead
    assert holder in incident.path[1:]
    triage(life, incident, service="pupil_computer")
    assert incident.lead == (holder if holder in incident.path else incident.path[0])
    assert incident.lead != EKBACKEN


# Which schools it hits


def apart(life: Life, *schools: str, service: str = "office365") -> list[Incident]:
    """A case at each school, that nobody takes for the same."""
    titles = ("Word kraschar", "Kan inte skicka kalkylarket", "Mallarna är borta", "Teams startar inte")
    found = [
        life.file(service, school=school, title=title, reporter=f"larare-{school}")
        for school, title in zip(schools, titles, strict=False)
    ]
    assert len({incident.id for incident in found}) == len(schools)
    return found


def test_what_staff_put_together_of_several_schools_is_no_one_schools_turn() -> None:
    life = Life()
    first, second = apart(life, "ekbacken", "sjobo")
    assert (first.lead, second.lead) == (EKBACKEN, SJOBO)
    stated = life.ask(LinkRequested, first, ticket=life.ticket_of(second))
    [raised] = of_type(stated, ScopeRaised)
    assert (raised.scope, raised.counted, raised.reasons[0]["sv"]) == ("schools", True, "2 skolor är drabbade.")
    assert (first.scope, held(first)) == ("schools", by_matrix(first))
    assert first.lead == IT_UNIT
    again = life.file("office365", school="hasselbacken", same_as=first.id, reporter="larare-h")
    assert again is first
    assert len(of_type(life.history, ScopeRaised)) == 1
    assert [e.party for e in of_type(life.history, IncidentAssigned) if e.incident == first.id] == [EKBACKEN, IT_UNIT]


def test_adr_0020_who_has_begun_with_it_keeps_what_several_schools_report_with_the_true_path() -> None:
    life = Life()
    first, second = apart(life, "ekbacken", "sjobo")
    life.ask(AcknowledgeRequested, first, by=TEKNIKER)
    life.ask(LinkRequested, first, ticket=life.ticket_of(second))
    rule, path, agreement, policy = by_matrix(first)
    assert (first.lead, held(first)) == (EKBACKEN, (rule, (EKBACKEN, *path), agreement, policy))
    assert first.scope == "schools"


def test_what_is_split_off_of_several_schools_is_new_with_who_has_several_schools() -> None:
    life = Life()
    first, *others = apart(life, "ekbacken", "sjobo", "hasselbacken")
    for other in others:
        life.ask(LinkRequested, first, ticket=life.ticket_of(other))
    tickets = [life.ticket_of(first, nth) for nth in (1, 2)]
    stated = life.ask(SplitRequested, first, tickets=tickets)
    [opened] = of_type(stated, IncidentOpened)
    assert opened.scope == "schools"
    new = life.world.incidents[opened.incident]
    assert [e.party for e in of_type(stated, IncidentAssigned) if e.incident == new.id] == [new.lead] == [IT_UNIT]
    assert of_type(stated, ScopeRaised) == []
    assert (first.scope, first.lead) == (life.world.incidents[first.id].scope_before, EKBACKEN), "one school is left"


def test_a_case_that_its_first_school_has_left_is_the_schools_that_is_left() -> None:
    life = Life()
    first, second = apart(life, "ekbacken", "sjobo", service="printing")
    life.ask(TriageRequested, first, scope="room")
    life.ask(TriageRequested, second, scope="room")
    ticket = life.ticket_of(second)
    life.ask(LinkRequested, first, ticket=ticket)
    life.ask(TriageRequested, first, scope="room")
    life.ask(UnlinkRequested, first, ticket=life.ticket_of(first, 0))
    assert list(first.schools) == ["sjobo"] == [first.home]
    assert first.lead == by_matrix(first, school="sjobo")[1][0] == SJOBO


def test_a_withdrawn_report_takes_its_school_along_once() -> None:
    life = Life()
    first, second = apart(life, "ekbacken", "sjobo")
    life.ask(LinkRequested, first, ticket=life.ticket_of(second))
    triage(life, first, scope="school")
    assert first.lead == EKBACKEN, "a person's word of how far it reaches stands"
    stated = life.voice(TicketWithdrawn, life.ticket_of(first))
    assert [e.party for e in of_type(stated, IncidentAssigned)] == [first.lead] == [SJOBO]


def test_r11_grouping_is_not_told_what_it_knows() -> None:
    life = Life()
    first, second = apart(life, "ekbacken", "sjobo")
    life.ask(LinkRequested, first, ticket=life.ticket_of(second))
    assert (first.scope, first.raised_scope) == ("schools", None)
    [raised] = of_type(life.history, ScopeRaised)
    assert list(facts(life.world, raised)) == []
