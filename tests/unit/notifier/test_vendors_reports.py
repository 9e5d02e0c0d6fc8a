"""A vendor that reports has no mailbox here: nothing is owed for its tickets, and all others are told as ever."""

from datetime import timedelta

import pytest

from contracts.events.ticketing import TicketWithdrawn
from contracts.values import Actor
from tests.support.notifier_life import LENA, Telling
from tests.support.routing_life import NETWORK


@pytest.fixture
def life() -> Telling:
    life = Telling()
    life.tell(*life.beginning(LENA))
    return life


def test_a_vendors_ticket_owes_no_mail_from_its_filing_to_its_end(life: Telling) -> None:
    ticket = life.filed(reporter=NETWORK)
    incident, opened = life.opened(ticket)
    assert life.told(ticket, *opened, life.assigned(incident), life.resolved(incident)) == []
    withdrawn = life.make(TicketWithdrawn, ticket=ticket.ticket, by=Actor(party=NETWORK))
    assert life.told(withdrawn) == []


def test_who_joins_a_vendors_incident_is_told_of_it_alone(life: Telling) -> None:
    theirs, hers = life.filed(reporter=NETWORK), life.filed(reporter=LENA)
    incident, opened = life.opened(theirs)
    life.tell(theirs, hers, *opened, life.linked(incident, hers.ticket))
    assert life.told(life.assigned(incident), life.resolved(incident)) == [(LENA, "handed_over"), (LENA, "resolved")]


def test_a_receipt_that_waits_for_planned_work_waits_for_nobody(life: Telling) -> None:
    work = life.planned("wifi", minutes=60)
    ticket = life.filed("wifi", reporter=NETWORK, occurred_at=life.at + timedelta(minutes=1))
    _incident, opened = life.opened(ticket)
    assert life.told(work, ticket, *opened) == []
