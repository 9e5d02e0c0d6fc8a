"""A report that leaves the case which a vendor has: what was asked of it ends, and how many are left is told."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.values import SYSTEM
from contracts.webhooks import OfHandoff, parse_incoming
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case, directory_changed, types
from vendor_bridge.consumer import take_in
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.fold import fold
from vendor_bridge.domain.receive import NotOfThisCase, receive
from vendor_bridge.domain.state import World

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)


class Two:
    """A case of two reports that a vendor has and has all of."""

    def __init__(self) -> None:
        self.case, self.world = Case(), World(NOW)
        self.hears(directory_changed(), *self.case.handed_over())
        self.hears(*self.case.filed("Samma"), self.case.linked(self.case.tickets[-1]))
        self.stays, self.goes = self.case.tickets
        self.handoff = next(iter(self.world.handoffs.values()))
        while self.arrives():
            pass

    def hears(self, *events: Event) -> list[Event]:
        return [stated for event in events for stated in take_in(self.world, event)]

    def says(self, kind: str, name: str, **data: Any) -> list[v.HandoffEvent]:
        handoff = self.handoff
        message = parse_incoming(json.dumps({"type": kind, "data": {"handoff": handoff.id, **data}}).encode())
        assert isinstance(message, OfHandoff)
        context = Context(f"{handoff.id}/{name}", handoff.municipality, NOW)
        facts = receive(self.world, handoff, message, name, context)
        for fact in facts:
            fold(self.world, fact)
        return facts

    def asks(self, name: str, **data: Any) -> str:
        (fact,) = self.says("information_requested", name, **({"text": "Vilken sal?"} | data))
        assert isinstance(fact, v.VendorInformationRequested)
        return fact.question

    def leaves(self, into: Case | None = None) -> list[Event]:
        """Staff take the second report off: the case's own entry of it is for them alone."""
        moved = [into.linked(self.goes)] if into else Case().opened_for(self.goes)
        said = self.case.entry("Tog bort den.", "internal", cause=moved[-1], kind="unlinked", party=COORDINATOR)
        return self.hears(*moved, said)

    def pending(self) -> list[str]:
        return [each.kind for each in self.world.deliveries.values() if each.state == "pending"]

    def arrives(self) -> str | None:
        """The vendor takes the next message, with all there is by then."""
        one = next((each for each in self.world.deliveries.values() if each.state == "pending"), None)
        if one is None:
            return None
        handoff = self.world.handoffs[one.handoff]
        heads = self.world.heads_of(self.world.incidents[one.incident])
        about = {"id": f"ev_{one.webhook_id}", "at": NOW, "municipality": handoff.municipality, "attempts": 1}
        about |= {"handoff": handoff.id, "incident": handoff.incident, "vendor": handoff.vendor}
        told = {"webhook_id": one.webhook_id, "message": one.kind, "heads": heads}
        fold(self.world, v.HandoffDelivered(**about, **told))
        return one.kind


@pytest.mark.parametrize("where", ["alone", "same vendor", "another vendor"])
def test_r8_what_was_asked_of_it_ends_and_its_asker_is_told_where_to_ask(where: str) -> None:
    two, into = Two(), Case()
    if where != "alone":
        two.hears(*into.handed_over(WIFI if where == "same vendor" else PLATFORM))
    goes, stays, team = two.asks("vm_1", ticket=two.goes), two.asks("vm_2", ticket=two.stays), two.asks("vm_3")
    (ended,) = two.leaves(None if where == "alone" else into)
    assert isinstance(ended, v.HandoffAnswered)
    assert (ended.question, ended.ticket, ended.by, ended.incident) == (goes, two.goes, SYSTEM, two.case.incident)
    assert ("som den som frågade också har" in ended.text["sv"]) is (where == "same vendor")
    assert [id_ for id_, each in two.handoff.questions.items() if each["open"]] == [stays, team]
    owed = [each for each in two.world.deliveries.values() if (each.kind, each.handoff) == ("answered", two.handoff.id)]
    assert [each.details["answer"]["question"] for each in owed] == [goes]
    assert types(two.hears(*two.case.answered(two.goes, goes))) == [], "words on her ticket, and no second answer"


def test_r8_what_a_proposal_had_set_aside_is_not_asked_again_of_a_report_that_left_meanwhile() -> None:
    two = Two()
    question = two.asks("vm_1", ticket=two.goes)
    two.says("resolution_proposed", "vm_2", text="Klart.")
    (ended,) = two.leaves()
    assert isinstance(ended, v.HandoffAnswered)
    two.handoff.drops(next(iter(two.handoff.proposals)), "rejected")
    assert not two.handoff.questions[question]["open"]


def test_r14_how_many_are_left_is_told_once_though_the_words_of_it_are_for_staff() -> None:
    two = Two()
    two.leaves()
    assert two.pending() == ["updated"]
    assert two.arrives() == "updated"
    assert (two.pending(), two.handoff.triggers) == ([], [])
    assert two.handoff.heads[two.case.incident] == two.world.chains[two.case.incident].head.model_dump()


def test_r14_an_answer_on_its_way_tells_it_too_and_nothing_follows() -> None:
    two = Two()
    two.asks("vm_1", ticket=two.goes)
    two.leaves()
    assert [two.arrives(), two.pending()] == ["answered", []]


def test_r14_a_thousand_that_leave_at_once_are_one_message() -> None:
    two = Two()
    for number in range(1000):
        two.hears(two.case.entry(f"Tog bort {number}.", "internal", kind="unlinked", party=COORDINATOR))
    assert two.pending() == ["updated"]
    assert [two.arrives(), two.pending()] == ["updated", []]


@pytest.mark.parametrize("kind", ["entry_added", "information_requested", "status_changed"])
def test_n5_of_a_report_that_left_its_case_a_vendor_says_nothing_any_more(kind: str) -> None:
    two, more = Two(), {"status": "in_progress"} if kind == "status_changed" else {}
    two.leaves()
    with pytest.raises(NotOfThisCase):
        two.says(kind, "vm_1", text="Till er.", ticket=two.goes, **more)
    assert two.says(kind, "vm_2", text="Till er.", ticket=two.stays, **more)
    two.hears(two.case.linked(two.goes))
    assert two.says(kind, "vm_3", text="Till er igen.", ticket=two.goes, **more), "it is back"


def test_r8_the_same_words_ask_anew_once_the_first_question_has_ended() -> None:
    two = Two()
    asked = [two.asks("vm_1", question="Q-1", ticket=two.goes)]
    assert two.says("information_requested", "vm_2", question="Q-1", text="Vilken sal?", ticket=two.goes) == []
    two.leaves()
    for number in range(3, 6):
        asked.append(two.asks(f"vm_{number}", question="Q-1", ticket=two.stays))
        assert two.says("information_requested", f"vm_{number}b", question="Q-1", text="Vilken sal?") == []
        two.hears(*two.case.answered(two.stays, asked[-1]))
    assert len(set(asked)) == 4
