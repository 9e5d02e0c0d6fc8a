"""What becomes of an incident when tickets of it are erased (R9, N11)."""

import pytest

from contracts.events.routing import ClockStopped, IncidentStateChanged
from contracts.events.ticketing import LinkRequested, ResolveRequested, TicketReopened
from grouping import Link
from routing.domain.observed import erased
from tests.support.routing_life import Life, names, of_type


@pytest.fixture
def life() -> Life:
    return Life()


def test_r9_the_last_ticket_erased_cancels_the_incident_and_one_of_several_does_not(life: Life) -> None:
    incident = life.shared(2)
    assert names(life.tell(life.erased(life.ticket_of(incident, 0)))) == ["incident.impact_changed"]
    assert (incident.state, incident.linked) == ("in_progress", 1) or incident.linked == 1
    stated = life.tell(life.erased(life.ticket_of(incident, 1)))
    assert [event.state for event in of_type(stated, IncidentStateChanged)] == ["cancelled"]
    assert {clock.reason for clock in of_type(stated, ClockStopped)} == {"ended"}
    assert life.tell(life.erased(life.ticket_of(incident, 1))) == []


def test_n11_routing_keeps_no_words_of_it_and_it_stays_where_it_was(life: Life) -> None:
    incident = life.file("login", title="Zebrafink", description="Zebrafink", room="Zebrafink", asset="Zebrafink")
    ticket = life.world.tickets[life.ticket_of(incident)]
    life.tell(life.erased(ticket.id))
    assert "Zebrafink" not in repr(ticket)
    assert (ticket.title, ticket.state, ticket.incident) == ("Raderat ärende", "erased", incident.id)
    assert life.voice(TicketReopened, ticket.id) == []
    assert names(life.ask(LinkRequested, life.file("login"), ticket=ticket.id)) == ["incident.request_refused"]


def test_n11_the_device_goes_from_the_incident_that_the_report_opened_wherever_the_report_is_now(life: Life) -> None:
    opened = life.file("login", asset="Zebrafink")
    ticket = life.ticket_of(opened)
    life.file("login", same_as=opened.id, reporter="larare-2")
    life.ask(LinkRequested, life.file("wifi", asset="EKB-PR-0007"), ticket=ticket)
    moved = life.world.incidents[life.incident_of(ticket)]
    assert moved is not opened
    assert life.world.incidents[opened.id].asset == "Zebrafink"
    life.tell(life.erased(ticket))
    assert (opened.asset, moved.asset) == (None, "EKB-PR-0007")
    assert "Zebrafink" not in repr(life.world)


def test_a_solved_incident_is_over_when_its_only_reporter_is_erased(life: Life) -> None:
    incident = life.file("learning_platform")
    life.ask(ResolveRequested, incident, public_text={"sv": "Klart."})
    assert names(life.tell(life.erased(life.ticket_of(incident))))[-1] == "incident.closed"


def test_n11_grouping_compares_with_an_erased_report_no_more(life: Life) -> None:
    about = {"asset": "EKB-PR-0007", "title": "Skrivaren skriver inte ut"}
    incident = life.shared(2)
    other = life.filed("printing", reporter="larare-9", **about)
    life.tell(other)
    assert life.incident_of(other.ticket) == incident.id
    for ticket in [ticket for ticket in life.world.tickets.values() if ticket.incident == incident.id]:
        for fact in erased(ticket):
            life.engine.observe(fact)
    again = life.engine.decide(life.world.tickets[other.ticket].report)
    assert not isinstance(again.outcome, Link)
    assert "skriver inte ut" not in repr(life.engine._index.profiles)
