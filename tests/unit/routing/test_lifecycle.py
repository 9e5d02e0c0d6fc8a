"""How incidents end and come back by what their reporters say (R9)."""

from datetime import timedelta

import pytest

from contracts.events.routing import (
    ClockStopped,
    IncidentAssigned,
    IncidentClosed,
    IncidentOpened,
    IncidentReopened,
    RequestRefused,
    TicketLinked,
    UrgencyChanged,
)
from contracts.events.ticketing import (
    HandOffRequested,
    ReopenRequested,
    ResolveRequested,
    TicketConfirmedFixed,
    TicketReopened,
    TicketWithdrawn,
    TriageRequested,
    UrgencyRequested,
)
from contracts.values import Actor
from routing.domain.state import Incident
from tests.support.escalation_life import UNSEEN, steps
from tests.support.routing_life import EKBACKEN, NETWORK, Life, names, of_type

SOLVED = {"sv": "Nu fungerar det."}


@pytest.fixture
def life() -> Life:
    return Life()


def resolved(life: Life, n: int) -> Incident:
    incident = life.shared(n)
    life.ask(ResolveRequested, incident, public_text=SOLVED)
    return incident


def test_it_works_now_said_of_a_lone_incident_resolves_and_closes_it(life: Life) -> None:
    incident = life.file("learning_platform")
    stated = life.voice(TicketConfirmedFixed, life.ticket_of(incident))
    assert names(stated)[0] == "incident.resolved"
    assert names(stated)[-1] == "incident.closed"
    assert not life.running(incident)


def test_it_works_now_said_by_one_of_several_closes_nothing_until_all_say_so(life: Life) -> None:
    incident = resolved(life, 2)
    assert life.voice(TicketConfirmedFixed, life.ticket_of(incident, 0)) == []
    assert names(life.voice(TicketConfirmedFixed, life.ticket_of(incident, 1))) == ["incident.closed"]


def test_an_incident_whose_reporters_all_said_so_before_closes_when_it_is_resolved(life: Life) -> None:
    incident = life.shared(2)
    for nth in range(2):
        life.voice(TicketConfirmedFixed, life.ticket_of(incident, nth))
    assert incident.unfinished
    assert names(life.ask(ResolveRequested, incident, public_text=SOLVED))[-1] == "incident.closed"


def test_still_broken_said_of_a_lone_incident_reopens_it_with_the_municipalitys_own(life: Life) -> None:
    incident = life.file("login")
    life.ask(HandOffRequested, incident, vendor=NETWORK)
    life.ask(ResolveRequested, incident, public_text=SOLVED)
    stated = life.voice(TicketReopened, life.ticket_of(incident))
    assert of_type(stated, IncidentReopened)
    assigned = of_type(stated, IncidentAssigned)[0]
    assert (assigned.party, assigned.previous, assigned.rule) == (EKBACKEN, NETWORK, "reopened")
    assert incident.state == "in_progress"
    assert {promise for _, promise in life.running(incident)} == {"acknowledge", "next_update", "resolve"}


def test_a_closed_lone_incident_reopens_too(life: Life) -> None:
    incident = life.file("login")
    life.voice(TicketConfirmedFixed, life.ticket_of(incident))
    life.voice(TicketReopened, life.ticket_of(incident))
    assert (incident.state, incident.confirmed) == ("in_progress", 0)


@pytest.mark.parametrize("reports", [1, 2])
def test_what_staff_open_again_waits_for_its_reporters_word_again_once_it_is_solved(reports: int) -> None:
    life = Life()
    incident = resolved(life, reports)
    tickets = [life.ticket_of(incident, nth) for nth in range(reports)]
    for ticket in tickets:
        life.voice(TicketConfirmedFixed, ticket)
    assert incident.ended
    life.ask(ReopenRequested, incident, reason=SOLVED)
    assert incident.confirmed == 0
    assert "incident.closed" not in names(life.ask(ResolveRequested, incident, public_text=SOLVED))
    assert not incident.ended
    for ticket in tickets:
        life.voice(TicketConfirmedFixed, ticket)
    assert incident.ended


def test_a_reporters_no_takes_no_other_reporters_word_back() -> None:
    life = steps(UNSEEN, reopen_after_noes=2)
    incident = resolved(life, 4)
    works, *others = (life.ticket_of(incident, nth) for nth in range(4))
    life.voice(TicketConfirmedFixed, works)
    for ticket in others[:2]:
        life.voice(TicketReopened, ticket)
    assert (incident.state, incident.linked, incident.confirmed) == ("in_progress", 4, 1)


def test_what_comes_back_is_compared_with_new_reports_again(life: Life) -> None:
    about = {"asset": "EKB-PR-0007", "title": "Skrivaren skriver inte ut"}
    incident = life.file("printing", reporter="larare", **about)
    life.voice(TicketConfirmedFixed, life.ticket_of(incident))
    assert incident.state == "closed"
    meanwhile = life.file("printing", reporter="larare-2", **about | {"asset": "EKB-PR-0008"})
    assert meanwhile is not incident
    life.voice(TicketReopened, life.ticket_of(incident))
    assert incident.ordinal > meanwhile.ordinal, "grouping meets it anew"
    assert life.file("printing", reporter="larare-3", **about) is incident


def test_the_first_no_of_several_opens_a_recurrence_and_later_ones_join_it(life: Life) -> None:
    incident = resolved(life, 3)
    first, second, third = (life.ticket_of(incident, nth) for nth in range(3))
    stated = life.voice(TicketReopened, first)
    opened = of_type(stated, IncidentOpened)[0]
    assert (opened.recurrence_of, opened.ticket, opened.service) == (incident.id, first, "printing")
    linked = of_type(stated, TicketLinked)[0]
    assert linked.by is not None
    assert names(stated)[-2:] == ["incident.impact_changed", "incident.escalation_scheduled"]
    assert (incident.linked, incident.state) == (2, "resolved")
    stated = life.voice(TicketReopened, second)
    assert names(stated) == ["incident.ticket_linked", "incident.impact_changed", "incident.impact_changed"]
    assert life.world.incidents[opened.incident].linked == 2
    assert names(life.voice(TicketConfirmedFixed, third)) == ["incident.closed"]
    assert incident.state == "closed"


def test_r9_a_vendors_no_to_what_it_did_not_report_is_said_of_the_whole(life: Life) -> None:
    """It had handed the case over from its own municipality, and does not accept how it was solved here."""
    incident = resolved(life, 3)
    tickets = [life.ticket_of(incident, nth) for nth in range(3)]
    by = Actor(party=NETWORK)
    stated = [name for ticket in tickets for name in names(life.tell(life.make(TicketReopened, ticket=ticket, by=by)))]
    assert stated.count("incident.reopened") == 1
    assert "incident.opened" not in stated
    assert (incident.state, incident.linked) == ("in_progress", 3)


def test_a_moved_tickets_former_link_stays_as_history(life: Life) -> None:
    incident = resolved(life, 2)
    ticket = life.ticket_of(incident)
    before = life.world.links[ticket]
    life.voice(TicketReopened, ticket)
    after = life.world.links[ticket]
    assert before.unlinked_at == after.linked_at
    assert (before.incident, after.incident) == (incident.id, life.incident_of(ticket))


def test_still_broken_said_of_an_unfinished_incident_changes_nothing_but_the_voice(life: Life) -> None:
    incident = life.shared(2)
    ticket = life.ticket_of(incident)
    life.voice(TicketConfirmedFixed, ticket)
    assert incident.confirmed == 1
    assert life.voice(TicketReopened, ticket) == []
    assert incident.confirmed == 0


def test_the_last_ticket_withdrawn_cancels_the_incident_and_ends_its_clocks(life: Life) -> None:
    incident = life.shared(2)
    assert names(life.voice(TicketWithdrawn, life.ticket_of(incident, 0))) == ["incident.impact_changed"]
    stated = life.voice(TicketWithdrawn, life.ticket_of(incident, 1))
    assert names(stated)[0] == "incident.state_changed"
    assert incident.state == "cancelled"
    assert {clock.reason for clock in of_type(stated, ClockStopped)} == {"ended"}
    assert life.shared(1).id != incident.id


def test_a_resolved_incident_closes_when_the_last_doubter_withdraws(life: Life) -> None:
    incident = resolved(life, 2)
    life.voice(TicketConfirmedFixed, life.ticket_of(incident, 0))
    assert names(life.voice(TicketWithdrawn, life.ticket_of(incident, 1)))[-1] == "incident.closed"


def test_a_ticket_nobody_filed_is_passed_over(life: Life) -> None:
    for event_type in (TicketConfirmedFixed, TicketReopened, TicketWithdrawn):
        assert life.voice(event_type, "tk_unknown") == []


def test_r9_at_the_policys_k_all_noes_return_and_the_first_reopens(life: Life) -> None:
    incident = resolved(life, 5)
    tickets = [life.ticket_of(incident, nth) for nth in range(5)]
    opened = of_type(life.voice(TicketReopened, tickets[0]), IncidentOpened)[0]
    life.voice(TicketReopened, tickets[1])
    assert (incident.state, incident.linked) == ("resolved", 3)
    stated = life.voice(TicketReopened, tickets[2])  # the third: Mälarvik's k
    assert names(stated)[0] == "incident.reopened"
    assert (incident.state, incident.linked) == ("in_progress", 5)
    recurrence = life.world.incidents[opened.incident]
    assert (recurrence.state, recurrence.successor) == ("superseded", incident.id)
    assert not life.running(recurrence)
    assert {life.incident_of(ticket) for ticket in tickets} == {incident.id}


def test_a_no_long_after_the_end_is_something_new_that_names_it(life: Life) -> None:
    incident = resolved(life, 1)
    life.wait(life.at + timedelta(hours=170))
    assert incident.state == "closed"
    life.at += timedelta(hours=335)
    ticket = life.ticket_of(incident)
    opened = of_type(life.voice(TicketReopened, ticket), IncidentOpened)
    assert [event.recurrence_of for event in opened] == [incident.id]
    assert (incident.state, incident.successor) == ("superseded", life.incident_of(ticket))


def test_a_no_within_the_window_reopens_what_silence_has_closed(life: Life) -> None:
    incident = resolved(life, 1)
    life.wait(life.at + timedelta(hours=170))
    life.at += timedelta(hours=300)
    life.voice(TicketReopened, life.ticket_of(incident))
    assert incident.state == "in_progress"


def test_r9_so_many_noes_as_the_policy_says_are_enough() -> None:
    life = steps(UNSEEN, reopen_after_noes=2)
    incident = resolved(life, 4)
    life.voice(TicketReopened, life.ticket_of(incident))
    assert incident.state == "resolved"
    life.voice(TicketReopened, life.ticket_of(incident))
    assert (incident.state, incident.linked) == ("in_progress", 4)


def test_r9_the_last_two_noes_are_a_recurrence_and_what_nobody_is_left_on_is_over(life: Life) -> None:
    incident = resolved(life, 2)
    tickets = [life.ticket_of(incident, nth) for nth in range(2)]
    for ticket in tickets:
        life.voice(TicketReopened, ticket)
    assert len({life.incident_of(ticket) for ticket in tickets}) == 1
    assert life.incident_of(tickets[0]) != incident.id
    assert (incident.state, incident.successor) == ("superseded", life.incident_of(tickets[0]))
    assert not life.running(incident)
    (refused,) = of_type(life.ask(ReopenRequested, incident, reason=SOLVED), RequestRefused)
    assert refused.code == "went_on"
    assert "ett annat ärende" in refused.reason["sv"]


def test_a_no_after_the_recurrence_was_solved_too_is_a_new_one(life: Life) -> None:
    incident = resolved(life, 4)
    first, second = (life.ticket_of(incident, nth) for nth in range(2))
    life.voice(TicketReopened, first)
    life.ask(ResolveRequested, life.world.incidents[life.incident_of(first)], public_text=SOLVED)
    assert of_type(life.voice(TicketReopened, second), IncidentOpened)
    assert life.incident_of(second) not in (incident.id, life.incident_of(first))


def test_noes_long_after_the_end_gather_in_one_recurrence(life: Life) -> None:
    incident = resolved(life, 3)
    tickets = [life.ticket_of(incident, nth) for nth in range(2)]
    life.wait(life.at + timedelta(hours=170))
    life.at += timedelta(hours=335)
    for ticket in tickets:
        life.voice(TicketReopened, ticket)
    assert len({life.incident_of(ticket) for ticket in tickets}) == 1
    assert incident.state == "closed"


def test_what_is_solved_keeps_its_promise_to_resolve_and_ends_the_others(life: Life) -> None:
    incident = life.file("login")
    stopped = of_type(life.ask(ResolveRequested, incident, public_text=SOLVED), ClockStopped)
    assert {clock.promise: clock.reason for clock in stopped} == {
        "acknowledge": "ended",
        "next_update": "ended",
        "resolve": "kept",
    }


def test_a_report_taken_back_after_the_solution_closes_the_case_and_after_the_end_changes_nothing(life: Life) -> None:
    incident = resolved(life, 1)
    life.voice(TicketWithdrawn, life.ticket_of(incident))
    assert incident.state == "closed"
    other = resolved(life, 2)
    life.wait(life.at + timedelta(hours=170))
    assert other.state == "closed"
    assert life.voice(TicketWithdrawn, life.ticket_of(other)) == []


def test_what_nothing_is_left_on_is_not_opened_again(life: Life) -> None:
    incident = resolved(life, 1)
    life.voice(TicketWithdrawn, life.ticket_of(incident))
    assert (incident.state, incident.linked) == ("closed", 0)
    (refused,) = of_type(life.ask(ReopenRequested, incident, reason=SOLVED), RequestRefused)
    assert (refused.code, life.running(incident)) == ("nothing_left", {})


def test_r9_what_was_not_solved_for_one_of_several_goes_on_as_urgently_and_with_the_title_that_others_read(
    life: Life,
) -> None:
    incident = life.shared(3)
    life.ask(UrgencyRequested, incident, urgency=1, reason=SOLVED)
    life.ask(TriageRequested, incident, scope="school", public_title={"sv": "Ingen skrivare fungerar"})
    life.ask(ResolveRequested, incident, public_text=SOLVED)
    stated = life.voice(TicketReopened, life.ticket_of(incident))
    recurrence = life.world.incidents[of_type(stated, IncidentOpened)[0].incident]
    assert (recurrence.urgency, recurrence.scope) == (1, "school")
    assert (recurrence.titled, recurrence.is_published) == (True, True)
    (raised,) = of_type(stated, UrgencyChanged)
    assert "lika bråttom" in raised.reason["sv"]
    assert names(stated).index("incident.urgency_changed") < names(stated).index("clock.started")
    later = life.voice(TicketReopened, life.ticket_of(incident))
    assert not of_type(later, UrgencyChanged)
    life.voice(TicketWithdrawn, life.ticket_of(recurrence))
    assert recurrence.urgency == 1


def test_silence_after_solved_closes_it_and_a_no_keeps_it_open(life: Life) -> None:
    incident, other = life.file("login"), life.file("email", school="sjobo")
    for each in (incident, other):
        life.ask(ResolveRequested, each, public_text=SOLVED)
    life.voice(TicketReopened, life.ticket_of(other))
    stated = life.wait(life.at + timedelta(hours=169))
    assert [e.incident for e in of_type(stated, IncidentClosed)] == [incident.id]
    assert incident.state == "closed"
    assert other.unfinished
