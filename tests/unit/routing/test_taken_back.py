"""N6: a link that is taken back takes along what it alone had caused; and how urgent the reports make a case."""

import pytest

from contracts.events.routing import (
    ClockRescheduled,
    ImpactChanged,
    IncidentAssigned,
    IncidentRerouted,
    ScopeLowered,
    UrgencyChanged,
)
from contracts.events.ticketing import (
    AcknowledgeRequested,
    AssignmentRequested,
    LinkRequested,
    ReopenRequested,
    ResolveRequested,
    TicketConfirmedFixed,
    TicketWithdrawn,
    TriageRequested,
    UnlinkRequested,
    UrgencyRequested,
)
from routing.domain.observed import facts
from routing.domain.state import Incident
from tests.support.escalation_life import IT_UNIT
from tests.support.routing_life import EKBACKEN, NETWORK, TEKNIKER, Life, of_type

WORD = {"service": "office365", "title": "Word kraschar"}
TEXT = {"sv": "Text."}


@pytest.fixture
def life() -> Life:
    return Life()


def same(life: Life, incident: Incident, school: str = "sjobo", urgency: int = 3) -> str:
    """Another school says "the same" of it: the ticket."""
    life.file("office365", school=school, same_as=incident.id, reporter=f"larare-{school}", urgency=urgency)
    return life.ticket_of(incident, -1)


# Which schools


@pytest.mark.parametrize("hand", ["same_as", "link"])
def test_n6_a_mistaken_link_that_is_taken_back_leaves_the_case_as_it_was(life: Life, hand: str) -> None:
    incident = life.file(**WORD)
    before = (incident.scope, incident.lead, incident.path, incident.agreement, incident.policy, incident.rule)
    assert (incident.state, incident.lead) == ("new", EKBACKEN)
    if hand == "same_as":
        ticket = same(life, incident)
    else:
        other = life.file("office365", school="sjobo", title="Kan inte skicka kalkylarket", reporter="larare-s")
        ticket = life.ticket_of(other)
        life.ask(LinkRequested, incident, ticket=ticket)
    assert (incident.scope, incident.lead, incident.state) == ("schools", IT_UNIT, "new")
    stated = life.ask(UnlinkRequested, incident, ticket=ticket)
    assert [(e.tickets, e.schools) for e in of_type(stated, ImpactChanged) if e.incident == incident.id] == [
        (1, ("ekbacken",))
    ]
    [lowered] = of_type(stated, ScopeLowered)
    assert (lowered.scope, lowered.request_id) == (before[0], None)
    assert list(facts(life.world, lowered)) == [], "grouping knows its schools"
    after = (incident.scope, incident.lead, incident.path, incident.agreement, incident.policy, incident.rule)
    assert (after, incident.state) == (before, "new")
    [assigned] = [e for e in of_type(stated, IncidentAssigned) if e.incident == incident.id]
    assert assigned.reason["sv"].startswith("En anmälan från en annan skola hör inte hit längre. ")


def test_a_report_that_its_own_reporter_takes_back_does_the_same(life: Life) -> None:
    incident = life.file(**WORD)
    ticket = same(life, incident)
    assert [e.scope for e in of_type(life.voice(TicketWithdrawn, ticket), ScopeLowered)] == [incident.scope]
    assert incident.lead == EKBACKEN


def test_what_still_reaches_several_schools_stays_so_and_so_does_what_a_person_said(life: Life) -> None:
    incident = life.file(**WORD)
    first, _second = same(life, incident), same(life, incident, "hasselbacken")
    assert not of_type(life.ask(UnlinkRequested, incident, ticket=first), ScopeLowered)
    said = life.file("office365", title="Teams startar inte", school="tallbacken")
    ticket = same(life, said)
    life.ask(TriageRequested, said, by=TEKNIKER, scope="schools")
    assert not of_type(life.ask(UnlinkRequested, said, ticket=ticket), ScopeLowered)
    assert (said.scope, said.lead) == ("schools", IT_UNIT)


def test_a_persons_word_of_how_far_it_reaches_is_back_once_the_school_that_came_after_it_has_left(life: Life) -> None:
    incident = life.file(**WORD)
    same(life, incident)
    life.ask(TriageRequested, incident, by=TEKNIKER, scope="room")
    ticket = same(life, incident, "hasselbacken")
    assert incident.scope == "schools"
    life.ask(UnlinkRequested, incident, ticket=ticket)
    assert (incident.scope, len(incident.schools)) == ("room", 2)


@pytest.mark.parametrize("begun", ["acknowledged", "assigned"])
def test_who_has_begun_with_it_since_keeps_it_and_what_comes_after_is_the_schools(life: Life, begun: str) -> None:
    incident = life.file(**WORD)
    ticket = same(life, incident)
    if begun == "assigned":
        life.ask(AssignmentRequested, incident, party="team:samordnaren")
    else:
        life.ask(AcknowledgeRequested, incident)
    holder = incident.lead
    stated = life.ask(UnlinkRequested, incident, ticket=ticket)
    assert incident.lead == holder
    assert incident.scope != "schools"
    [rerouted] = [e for e in of_type(stated, IncidentRerouted) if e.incident == incident.id]
    assert "arbetar redan med ärendet och har det kvar. En anmälan från en annan skola" in rerouted.reason["sv"]


def test_only_people_take_it_from_a_vendor(life: Life) -> None:
    incident = life.file("classroom_display", title="Projektorn är svart", room="G8")
    other = life.file("classroom_display", title="Duken går inte ner", room="A1", school="sjobo", reporter="larare-s")
    ticket = life.ticket_of(other)
    life.ask(LinkRequested, incident, ticket=ticket)
    life.ask(TriageRequested, incident, by=TEKNIKER, service="wifi")
    assert (incident.lead, incident.counted) == (NETWORK, 2)
    stated = life.ask(UnlinkRequested, incident, ticket=ticket)
    assert of_type(stated, ScopeLowered)
    assert incident.lead == NETWORK


# How urgent


def test_a_more_urgent_report_makes_the_case_as_urgent_and_its_link_taken_back_less(life: Life) -> None:
    incident = life.file(**WORD, urgency=3)
    version = incident.version
    life.file("office365", same_as=incident.id, reporter="larare-2", urgency=1)
    [changed] = of_type(life.history, UrgencyChanged)
    assert (changed.urgency, changed.previous, changed.counted, changed.by) == (1, 3, True, None)
    assert incident.version == version, "who looks at it is refused nothing (R5)"
    assert of_type(life.history, ClockRescheduled)
    ticket = life.ticket_of(incident, 1)
    [back] = of_type(life.ask(UnlinkRequested, incident, ticket=ticket), UrgencyChanged)
    assert (back.incident, back.urgency, incident.urgency) == (incident.id, 3, 3)


def test_how_urgent_a_person_said_it_is_stands(life: Life) -> None:
    incident = life.file(**WORD, urgency=3)
    life.ask(UrgencyRequested, incident, urgency=4, reason=TEXT)
    ticket = same(life, incident, urgency=1)
    assert incident.urgency == 4
    life.ask(UnlinkRequested, incident, ticket=ticket)
    assert incident.urgency == 4


def test_a_storm_of_reports_changes_the_urgency_three_times_at_most(life: Life) -> None:
    incident = life.file(**WORD, urgency=4)
    for nth in range(60):
        life.file("office365", same_as=incident.id, reporter=f"larare-{nth}", urgency=4 - nth % 4)
    assert len(of_type(life.history, UrgencyChanged)) == 3
    assert incident.urgency == 1


def test_a_report_that_is_solved_makes_no_case_less_urgent(life: Life) -> None:
    incident = life.file(**WORD, urgency=3)
    ticket = same(life, incident, "ekbacken", urgency=1)
    life.voice(TicketConfirmedFixed, ticket)
    assert (incident.urgency, incident.urgencies) == (1, {"3": 1})
    life.ask(ResolveRequested, incident, public_text=TEXT)
    life.ask(ReopenRequested, incident, reason=TEXT)
    assert (incident.urgency, incident.urgencies) == (1, {"3": 1, "1": 1})
