"""A ticket that a vendor reported is routed, grouped and moved like any other; nobody is asked to write for it."""

import pytest

from contracts.events.routing import IncidentAssigned, IncidentClosed, IncidentStateChanged
from contracts.events.ticketing import (
    LinkRequested,
    TicketConfirmedFixed,
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
