"""Who a page says gets a case that is not solved after all is who gets it: ticketing promises, routing decides (R9)."""

from typing import Any

import pytest

from contracts.events.base import Event
from contracts.events.ticketing import (
    AssignmentRequested,
    HandOffRequested,
    ProposalAcceptRequested,
    ResolveRequested,
    StageRequested,
    TicketReopened,
)
from contracts.events.vendor_bridge import VendorResolutionProposed
from routing.domain.state import Incident
from tests.support.routing_life import COORDINATOR, MALARVIK, NETWORK, PLATFORM, TEKNIKER, Life
from ticketing.domain.fold import fold
from ticketing.domain.state import World
from ticketing.web import present

SOLVED = {"sv": "Nu fungerar det."}


@pytest.fixture
def life() -> Life:
    return Life()


def promised(life: Life, incident: Incident) -> str:
    """What its reporter reads of what is solved."""
    world = World()
    for event in life.history:
        fold(world, event)
    ticket = world.tickets[life.ticket_of(incident)]
    line = present.holder_line(MALARVIK, ticket, world.incidents[incident.id], "sv")
    assert line is not None
    assert line.is_solved
    return str(line.name)


def local(life: Life) -> Incident:
    return life.file("login")


def to_the_coordinator(life: Life) -> Incident:
    incident = life.file("login")
    life.ask(AssignmentRequested, incident, by=TEKNIKER, party=COORDINATOR)
    return incident


def by_hand_to_a_vendor(life: Life) -> Incident:
    incident = life.file("login")
    life.ask(HandOffRequested, incident, vendor=NETWORK)
    return incident


def a_vendors(life: Life) -> Incident:
    return life.file("learning_platform")


def an_order(life: Life) -> Incident:
    return life.file("tablet", title="Tio paddor till 4B", kind="request")


def of_several(life: Life) -> Incident:
    return life.shared(3)


def of_several_at_a_vendor(life: Life) -> Incident:
    incident = life.file("learning_platform")
    for nth in range(2):
        life.file("learning_platform", reporter=f"larare-{nth}", same_as=incident.id)
    assert (incident.linked, incident.lead) == (3, PLATFORM)
    return incident


@pytest.mark.parametrize(
    "of",
    [local, to_the_coordinator, by_hand_to_a_vendor, a_vendors, an_order, of_several, of_several_at_a_vendor],
)
@pytest.mark.parametrize("by_proposal", [False, True])
def test_r9_who_is_said_to_get_it_back_gets_it_back(life: Life, of: Any, by_proposal: bool) -> None:
    incident = of(life)
    solve(life, incident, by_proposal=by_proposal)
    assert incident.state == "resolved"
    name, ticket = promised(life, incident), life.ticket_of(incident)
    life.voice(TicketReopened, ticket)
    now = life.world.incidents[life.incident_of(ticket)]
    assert now.unfinished
    assert MALARVIK.party_name(now.lead or "").sv == name
    assert (now.lead or "").startswith("team:")


def solve(life: Life, incident: Incident, *, by_proposal: bool) -> list[Event]:
    vendor = incident.lead or ""
    if by_proposal and vendor.startswith("vendor:"):
        life.hear(VendorResolutionProposed, incident, vendor, proposal="pr_1", text=SOLVED)
        return life.ask(ProposalAcceptRequested, incident, proposal="pr_1")
    if incident.stage is None:
        return life.ask(ResolveRequested, incident, public_text=SOLVED)
    return [e for stage in ("approved", "received") for e in life.ask(StageRequested, incident, stage=stage)]
