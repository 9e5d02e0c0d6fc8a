"""Needs and ideas: received, gathered, decided with a reason; no clocks, ever (R10, V4, V16)."""

import pytest

from contracts.directory import Directory
from contracts.events.base import Event
from contracts.events.routing import (
    ClockEvent,
    IncidentAssigned,
    IncidentDecided,
    IncidentGathered,
    IncidentResolved,
    RequestRefused,
)
from contracts.events.ticketing import (
    AssignmentRequested,
    DecideRequested,
    GatherRequested,
    HandOffRequested,
    ProposalAcceptRequested,
    ResolveRequested,
    TakeBackRequested,
    TicketConfirmedFixed,
    TicketWithdrawn,
)
from contracts.events.vendor_bridge import VendorResolutionProposed
from routing.domain.state import Incident
from tests.support.routing_life import EKBACKEN, MALARVIK, NETWORK, TEKNIKER, Life, names, of_type

WHY = {"sv": "Det ryms i nästa års budget."}


@pytest.fixture
def life() -> Life:
    return Life()


@pytest.fixture(params=["need", "idea"])
def wish(life: Life, request: pytest.FixtureRequest) -> Incident:
    return life.file("tablet", title="Hörlurar till alla paddor", kind=request.param)


def code(events: list[Event]) -> str:
    (refused,) = of_type(events, RequestRefused)
    assert len(events) == 1
    return refused.code


def decide(life: Life, wish: Incident, decision: str, reason: dict[str, str] = WHY) -> list[Event]:
    return life.ask(DecideRequested, wish, decision=decision, reason=reason)


def test_v16_a_need_is_gathered_with_a_priority_and_decided_with_a_reason(life: Life, wish: Incident) -> None:
    (gathered,) = of_type(life.ask(GatherRequested, wish, priority="amber"), IncidentGathered)
    assert (gathered.priority, wish.state, wish.priority) == ("amber", "gathered", "amber")
    (decided,) = of_type(decide(life, wish, "yes"), IncidentDecided)
    assert (decided.decision, decided.reason, decided.version) == ("yes", WHY, wish.version)
    assert (wish.state, wish.decision) == ("decided", "yes")


def test_r10_what_is_gathered_and_decided_never_has_a_clock(life: Life, wish: Incident) -> None:
    life.ask(GatherRequested, wish, priority="red")
    for decision in ("later", "no", "yes"):
        decide(life, wish, decision)
    assert [event for event in life.history if isinstance(event, ClockEvent)] == []
    assert life.running(wish) == {}


def test_another_decision_names_the_one_that_it_replaces(life: Life, wish: Incident) -> None:
    named = []
    for decision, why in (("later", "a"), ("yes", "b"), ("no", "c"), ("no", "d"), ("later", "e"), ("yes", "f")):
        [event] = of_type(decide(life, wish, decision, {"sv": why}), IncidentDecided)
        named.append(event.changed_from)
    assert named == [None, None, "yes", "no", "no", None], "what was put off is decided, not changed"


def test_a_clear_case_is_decided_without_the_agenda(life: Life, wish: Incident) -> None:
    assert names(decide(life, wish, "no")) == ["incident.decided"]


def test_it_gets_another_priority_and_the_same_one_is_refused(life: Life, wish: Incident) -> None:
    life.ask(GatherRequested, wish, priority="green")
    assert code(life.ask(GatherRequested, wish, priority="green")) == "unchanged"
    assert names(life.ask(GatherRequested, wish, priority="red")) == ["incident.gathered"]


def test_a_decision_is_changed_with_a_new_reason_and_the_same_one_is_refused(life: Life, wish: Incident) -> None:
    decide(life, wish, "later")
    decide(life, wish, "no")
    assert code(decide(life, wish, "no")) == "unchanged"
    assert names(decide(life, wish, "no", {"sv": "Leverantören säljer dem inte längre."})) == ["incident.decided"]
    assert names(decide(life, wish, "yes")) == ["incident.decided"]
    assert wish.decision == "yes"


def test_what_is_decided_is_not_gathered_assigned_or_handed_over(life: Life, wish: Incident) -> None:
    decide(life, wish, "later")
    assert code(life.ask(GatherRequested, wish, priority="red")) == "wrong_state"
    assert code(life.ask(AssignmentRequested, wish, party=EKBACKEN)) == "wrong_state"
    assert code(life.ask(HandOffRequested, wish, vendor=NETWORK)) == "wrong_state"


def test_it_ends_with_a_decision_and_with_nothing_else(life: Life, wish: Incident) -> None:
    assert code(life.ask(ResolveRequested, wish, public_text=WHY)) == "to_be_decided"
    assert life.voice(TicketConfirmedFixed, life.ticket_of(wish)) == []


def test_a_vendor_gives_it_back_before_the_forum_takes_it_up(life: Life, wish: Incident) -> None:
    life.ask(HandOffRequested, wish, vendor=NETWORK)
    assert code(life.ask(GatherRequested, wish, priority="red")) == "held_by_vendor"
    assert code(decide(life, wish, "yes")) == "held_by_vendor"
    life.ask(TakeBackRequested, wish)
    assert names(life.ask(GatherRequested, wish, priority="red")) == ["incident.gathered"]


@pytest.mark.parametrize("by_itself", [False, True])
def test_r10_what_a_vendor_proposes_for_it_is_no_solution_it_comes_back_and_is_decided(
    by_itself: bool,
) -> None:
    directory = MALARVIK.model_dump(mode="json")
    for agreement in directory["agreements"]:
        agreement["accepts_proposals"] = by_itself
    life = Life(directory=Directory.model_validate(directory))
    wish = life.file("tablet", title="Hörlurar till alla paddor", kind="need")
    first = wish.lead
    life.ask(HandOffRequested, wish, vendor=NETWORK)
    stated = life.hear(VendorResolutionProposed, wish, NETWORK, proposal="pr_1", text=WHY)
    if not by_itself:
        stated = life.ask(ProposalAcceptRequested, wish, proposal="pr_1", public_text=WHY)
    (back,) = of_type(stated, IncidentAssigned)
    assert (back.party, back.previous, back.role, back.proposal) == (first, NETWORK, "lead", "pr_1")
    assert back.reason["sv"].endswith("är klara.")
    assert not of_type(life.history, IncidentResolved)
    assert (wish.lead, wish.state) == (first, "in_progress")
    assert life.world.proposals[wish.id]["pr_1"].state == "accepted"
    assert names(life.ask(GatherRequested, wish, priority="red")) == ["incident.gathered"]
    assert names(decide(life, wish, "yes")) == ["incident.decided"]


def test_only_needs_and_ideas_are_decided(life: Life) -> None:
    for kind in ("incident", "request"):
        other = life.file(kind=kind)
        assert code(decide(life, other, "yes")) == "not_a_need"
        assert code(life.ask(GatherRequested, other, priority="red")) == "not_a_need"


def test_a_need_that_is_withdrawn_leaves_the_agenda_and_what_is_decided_stays(life: Life) -> None:
    gathered, decided = (life.file("tablet", title=title, kind="need") for title in ("Hörlurar", "Pennor"))
    life.ask(GatherRequested, gathered, priority="red")
    decide(life, decided, "yes")
    for wish in (gathered, decided):
        life.voice(TicketWithdrawn, life.ticket_of(wish))
    assert (gathered.state, decided.state) == ("cancelled", "decided")
    assert code(decide(life, gathered, "yes")) == "wrong_state"


def test_a_stale_decision_is_refused(life: Life, wish: Incident) -> None:
    seen = wish.version
    life.ask(GatherRequested, wish, priority="red", by=TEKNIKER)
    assert code(life.ask(DecideRequested, wish, decision="yes", reason=WHY, seen_version=seen)) == "stale"
