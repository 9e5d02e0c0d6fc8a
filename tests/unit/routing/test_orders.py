"""Orders: stages that follow on one another, every change told, a day on which they are to be there (V11)."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.base import Event
from contracts.events.routing import (
    ClockStopped,
    IncidentEscalated,
    IncidentReopened,
    IncidentResolved,
    RequestRefused,
    StageChanged,
)
from contracts.events.ticketing import (
    AssignmentRequested,
    CloseRequested,
    HandOffRequested,
    ProposalAcceptRequested,
    ResolveRequested,
    StageRequested,
    TicketConfirmedFixed,
    TicketReopened,
)
from contracts.events.vendor_bridge import VendorInformationRequested, VendorResolutionProposed
from contracts.stages import NEXT
from contracts.values import Actor, NextStage, Stage
from routing.domain import stages
from routing.domain.state import Incident
from tests.support.routing_life import COORDINATOR, NETWORK, SAMORDNARE, TEKNIKER, Life, names, of_type

TEXT = {"sv": "Modellen är slut, ni får efterföljaren."}
FRIDAY = date(2026, 10, 9)


@pytest.fixture
def life() -> Life:
    return Life()


@pytest.fixture
def order(life: Life) -> Incident:
    return life.file("tablet", title="Tio paddor till 4B", kind="request")


def stage(life: Life, order: Incident, to: str, **fields: object) -> list[Event]:
    return life.ask(StageRequested, order, by=SAMORDNARE, stage=to, **fields)


def through(life: Life, order: Incident, *to: str) -> None:
    for each in to:
        assert of_type(stage(life, order, each), StageChanged), each


def code(events: list[Event]) -> str:
    (refused,) = of_type(events, RequestRefused)
    assert len(events) == 1
    return refused.code


def test_n8_where_an_order_is_is_the_word_that_was_promised(life: Life, order: Incident) -> None:
    party = order.lead or ""
    assert not order.worked
    promised = life.running(order)[party, "next_update"].due_at
    life.wait(life.at + timedelta(minutes=30))
    stage(life, order, "approved")
    assert order.worked, "it is joined to no other by itself any more (R11)"
    again = life.running(order)[party, "next_update"].due_at
    assert again > promised
    life.wait(life.at + timedelta(minutes=30))
    life.ask(StageRequested, order, by=Actor(party=party, person="larare"), stage="shipped", text=TEXT)
    assert life.running(order)[party, "next_update"].due_at > again
    assert (party, "acknowledge") not in life.running(order), "whoever sends it has seen it"


def test_v11_an_order_goes_from_ordered_to_received_and_is_then_resolved(life: Life, order: Incident) -> None:
    assert order.stage == "ordered"
    through(life, order, "approved", "shipped")
    stated = stage(life, order, "received", text=TEXT)
    assert [type(event) for event in stated[:2]] == [StageChanged, IncidentResolved]
    assert of_type(stated, IncidentResolved)[0].public_text == TEXT
    assert (order.stage, order.state) == ("received", "resolved")
    assert life.running(order) == {}
    assert of_type(stated, ClockStopped)


@pytest.mark.parametrize(
    ("done", "to", "why"),
    [
        ((), "shipped", "not_approved"),
        ((), "received", "not_approved"),
        ((), "discrepancy", "not_received"),
        (("approved",), "approved", "stage_passed"),
        (("approved", "shipped"), "approved", "stage_passed"),
        (("approved", "changed"), "shipped", "change_not_approved"),
        (("approved", "changed"), "received", "change_not_approved"),
        (("approved", "shipped"), "discrepancy", "not_received"),
        (("approved", "received"), "changed", "stage_passed"),
        (("approved", "received", "discrepancy"), "discrepancy", "stage_passed"),
    ],
)
def test_a_stage_that_may_not_follow_is_refused_with_the_reason(
    life: Life, order: Incident, done: tuple[str, ...], to: str, why: str
) -> None:
    through(life, order, *done)
    assert code(stage(life, order, to)) == why


def test_every_pair_of_stages_is_allowed_or_has_a_reason() -> None:
    for now, to in product(get_args(Stage), get_args(NextStage)):
        assert (stages.refusal(now, to) is None) is (to in NEXT[now])


@given(st.lists(st.sampled_from(get_args(NextStage)), max_size=20))
def test_whatever_is_asked_a_changed_order_is_never_shipped_without_approval(asked: list[NextStage]) -> None:
    now: Stage = "ordered"
    for to in asked:
        if stages.refusal(now, to) is None:
            assert not (now in ("ordered", "changed", "declined") and to in ("shipped", "received", "discrepancy"))
            now = to


def test_v11_a_change_says_who_changed_it_and_several_are_several(life: Life, order: Incident) -> None:
    (own,) = of_type(stage(life, order, "changed", text=TEXT), StageChanged)
    assert (own.changed_by, own.text) == (COORDINATOR, TEXT)
    (theirs,) = of_type(stage(life, order, "changed", text=TEXT, changed_by=NETWORK), StageChanged)
    assert theirs.changed_by == NETWORK
    (more,) = of_type(stage(life, order, "changed", text=TEXT, changed_by="reporter"), StageChanged)
    assert more.changed_by == "reporter"


def test_the_day_holds_until_another_is_named_or_it_came(life: Life, order: Incident) -> None:
    stage(life, order, "approved", expected_at=FRIDAY)
    (shipped,) = of_type(stage(life, order, "shipped"), StageChanged)
    assert shipped.expected_at == order.expected_at == FRIDAY
    (received,) = of_type(stage(life, order, "received"), StageChanged)
    assert received.expected_at is order.expected_at is None


def test_staff_say_that_what_came_is_not_what_was_ordered(life: Life, order: Incident) -> None:
    through(life, order, "approved", "received")
    stated = stage(life, order, "discrepancy", text=TEXT)
    assert [event.text for event in of_type(stated, StageChanged)] == [TEXT]
    assert of_type(stated, IncidentReopened)
    assert (order.stage, order.state) == ("discrepancy", "in_progress")
    through(life, order, "shipped", "received")
    assert order.state == "resolved"


@pytest.mark.parametrize("closed", [False, True])
def test_whoever_ordered_says_that_what_came_is_not_what_was_ordered(life: Life, order: Incident, closed: bool) -> None:
    through(life, order, "approved", "received")
    if closed:
        life.ask(CloseRequested, order)
    stated = life.voice(TicketReopened, life.ticket_of(order))
    assert [(event.stage, event.by.party) for event in of_type(stated, StageChanged) if event.by] == [
        ("discrepancy", "reporter")
    ]
    assert of_type(stated, IncidentReopened)[0].reason["sv"] == "Leveransen stämmer inte med beställningen."


def test_whoever_ordered_says_that_it_came(life: Life, order: Incident) -> None:
    stated = life.voice(TicketConfirmedFixed, life.ticket_of(order))
    assert names(stated)[:2] == ["incident.stage_changed", "incident.resolved"]
    assert (order.stage, order.state) == ("received", "closed")


def test_an_order_is_declined_with_the_reason_and_nobody_is_asked_whether_it_came(life: Life, order: Incident) -> None:
    stated = stage(life, order, "declined", text=TEXT)
    (declined,) = of_type(stated, StageChanged)
    assert (declined.stage, declined.text, declined.expected_at) == ("declined", TEXT, None)
    assert not of_type(stated, IncidentResolved)
    assert (order.stage, order.state, life.running(order)) == ("declined", "closed", {})
    assert code(stage(life, order, "approved")) == "wrong_state"


def test_whoever_ordered_asks_that_a_refusal_is_looked_at_again_and_it_is_decided_anew(
    life: Life, order: Incident
) -> None:
    stage(life, order, "declined", text=TEXT)
    stated = life.voice(TicketReopened, life.ticket_of(order))
    assert "avslaget prövas igen" in of_type(stated, IncidentReopened)[0].reason["sv"]
    assert of_type(stated, StageChanged) == []
    assert (order.stage, order.state) == ("declined", "in_progress")
    assert code(stage(life, order, "shipped")) == "not_approved"
    through(life, order, "approved", "received")


def test_what_a_vendor_has_is_not_declined_before_it_is_taken_back(life: Life, order: Incident) -> None:
    life.ask(HandOffRequested, order, vendor=NETWORK)
    assert code(stage(life, order, "declined", text=TEXT)) == "held_by_vendor"


def test_that_an_order_is_solved_means_that_it_was_delivered(life: Life, order: Incident) -> None:
    assert code(life.ask(ResolveRequested, order, public_text=TEXT)) == "not_approved"
    through(life, order, "approved")
    stated = life.ask(ResolveRequested, order, public_text=TEXT)
    assert [(event.stage, event.text) for event in of_type(stated, StageChanged)] == [("received", TEXT)]
    assert (order.stage, order.state) == ("received", "resolved")


def test_what_a_vendor_proposes_of_an_order_is_its_delivery_and_may_differ(life: Life, order: Incident) -> None:
    through(life, order, "approved", "shipped")
    life.ask(HandOffRequested, order, vendor=NETWORK)
    life.hear(VendorResolutionProposed, order, NETWORK, proposal="pr_1", text=TEXT)
    stated = life.ask(ProposalAcceptRequested, order, proposal="pr_1", public_text=TEXT)
    assert [(event.stage, event.text) for event in of_type(stated, StageChanged)] == [("received", TEXT)]
    assert of_type(stated, IncidentResolved)[0].proposal == "pr_1"
    stated = life.voice(TicketReopened, life.ticket_of(order))
    assert of_type(stated, IncidentReopened)[0].reason["sv"] == "Leveransen stämmer inte med beställningen."
    assert order.stage == "discrepancy"


def test_l2_only_who_has_an_order_or_the_coordinator_says_how_it_goes_on(life: Life, order: Incident) -> None:
    assert order.lead == COORDINATOR
    assert code(life.ask(StageRequested, order, by=TEKNIKER, stage="approved")) == "not_the_holder"
    assert code(life.ask(ResolveRequested, order, by=TEKNIKER, public_text=TEXT)) == "not_the_holder"
    life.ask(AssignmentRequested, order, party=TEKNIKER.party)
    assert of_type(life.ask(StageRequested, order, by=TEKNIKER, stage="approved"), StageChanged)
    assert of_type(stage(life, order, "shipped"), StageChanged), "the coordinator, whoever has it"
    life.ask(HandOffRequested, order, vendor=NETWORK)
    assert code(life.ask(StageRequested, order, by=TEKNIKER, stage="received")) == "not_the_holder"
    administrator = Actor(party="eskalera", person="admin")
    assert of_type(life.ask(StageRequested, order, by=administrator, stage="received"), StageChanged)


def test_it_is_not_received_while_a_question_is_open(life: Life, order: Incident) -> None:
    life.ask(HandOffRequested, order, vendor=NETWORK)
    through(life, order, "approved")
    life.hear(VendorInformationRequested, order, NETWORK, question="qu_1", text=TEXT)
    assert code(stage(life, order, "received")) == "open_questions"


def test_only_orders_have_stages(life: Life) -> None:
    for kind in ("incident", "need", "idea"):
        assert code(stage(life, life.file(kind=kind), "approved")) == "not_an_order"


def test_v11_an_order_that_is_late_goes_to_the_top_once_its_day_is_over(life: Life, order: Incident) -> None:
    stage(life, order, "approved", expected_at=FRIDAY)
    midnight = datetime(2026, 10, 9, 22, 0, tzinfo=UTC)  # in Mälarvik, in summer time
    before = [e for e in of_type(life.wait(midnight - timedelta(seconds=1)), IncidentEscalated) if late(e)]
    assert before == []
    (escalated,) = [e for e in of_type(life.wait(midnight + timedelta(days=30)), IncidentEscalated) if late(e)]
    assert (escalated.measure.action, escalated.measure.parties) == ("notify", (COORDINATOR,))


def test_another_day_gives_it_another_time(life: Life, order: Incident) -> None:
    stage(life, order, "approved", expected_at=FRIDAY)
    stage(life, order, "changed", text=TEXT, expected_at=FRIDAY + timedelta(days=7))
    assert [e for e in of_type(life.wait(datetime(2026, 10, 16, 21, tzinfo=UTC)), IncidentEscalated) if late(e)] == []
    assert [e for e in of_type(life.wait(datetime(2026, 10, 17, 21, tzinfo=UTC)), IncidentEscalated) if late(e)]


def late(event: IncidentEscalated) -> bool:
    return event.occasion == "order_late"


def test_an_order_without_a_day_or_one_that_came_is_never_late(life: Life, order: Incident) -> None:
    stage(life, order, "approved", expected_at=FRIDAY)
    stage(life, order, "received")
    assert [e for e in of_type(life.wait(datetime(2026, 11, 9, tzinfo=UTC)), IncidentEscalated) if late(e)] == []
