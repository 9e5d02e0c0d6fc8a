"""The state that a ticket shows follows from what was said and done, in every order in which that can happen."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.directory import Connection
from contracts.events import vendor_bridge as v
from vendor_bridge.domain.fold import fold
from vendor_bridge.domain.lapse_words import SOLVED
from vendor_bridge.domain.state import Handoff, Incident, World
from vendor_bridge.tmf.seen import Move, Seen, changes
from vendor_bridge.tmf.states import MEANS, status_of

START = datetime(2026, 11, 30, 8, tzinfo=UTC)
STEPS = (
    "acknowledge",
    "accept",
    "work",
    "hold",
    "ask",
    "answer",
    "propose",
    "judge_well",
    "judge_ill",
    "end",
    "return",
)


def handoff() -> Handoff:
    return Handoff("ho_1", "malarvik", "in_1", "vendor:network", "c", "lead", "ev_0", START)


class Life:
    """The bridge's facts in the order in which they were stated, and what its vendor was told of them."""

    def __init__(self) -> None:
        self.world = World(START)
        self.world.handoffs["ho_1"] = handoff()
        self.said: list[v.HandoffEvent] = []
        self.moves: list[Move] = []
        self.number = 0

    @property
    def handoff(self) -> Handoff:
        return self.world.handoffs["ho_1"]

    def state(self, kind: type[Any], **more: Any) -> Any:
        event = kind(
            id=f"ev_{self.number}", at=self.at, municipality="malarvik", caused_by=None,
            handoff="ho_1", incident="in_1", vendor="vendor:network", **more,
        )  # fmt: skip
        fold(self.world, event)
        return event

    @property
    def at(self) -> datetime:
        return START + timedelta(minutes=self.number)

    def say(self, kind: type[Any], **more: Any) -> None:
        self.said.append(self.state(kind, **more))

    def do(self, step: str) -> None:
        self.number += 1
        if not self.handoff.is_held:
            return
        words = {"message": f"m_{self.number}", "text": {"sv": step}}
        match step:
            case "acknowledge" if self.handoff.acknowledged_at is None:
                self.say(v.HandoffAcknowledged, heads={})
            case "accept" | "work" | "hold":
                status = {"accept": "accepted", "work": "in_progress", "hold": "pending"}[step]
                self.say(v.VendorStatusChanged, status=status, **words)
            case "ask":
                self.say(v.VendorInformationRequested, question=f"qu_{self.number}", **words)
            case "propose":
                self.say(v.VendorResolutionProposed, proposal=f"pr_{self.number}", **words)
            case "return":
                self.say(v.HandoffReturned, text=None)
            case "answer":
                asked = next((id_ for id_, each in self.handoff.questions.items() if each["open"]), None)
                if asked is not None:
                    by = {"party": "team:x"}
                    self.state(v.HandoffAnswered, question=asked, text={"sv": "Svar"}, by=by)
                    self.moves.append(
                        Move("answered", self.at, {"answer": {"question": asked, "text": {"sv": "Svar"}}})
                    )
            case "judge_well" | "judge_ill":
                self.judge("accepted" if step == "judge_well" else "rejected")
            case "end":
                self.state(v.HandoffTakenBack)
                self.moves.append(Move("taken_back", self.at, {}))

    def judge(self, verdict: str) -> None:
        proposal = next((id_ for id_, state in self.handoff.proposals.items() if state == "open"), None)
        if proposal is None:
            return
        if verdict == "accepted":
            self.state(v.HandoffAccepted, proposal=proposal)
        else:
            self.state(v.HandoffRejected, proposal=proposal, reason={"sv": "Nej"})
        self.moves.append(Move(verdict, self.at, {"verdict": {"proposal": proposal, "reason": {"sv": verdict}}}))

    def seen(self) -> Seen:
        incident = Incident("in_1", "malarvik", "incident", "wifi", 2, START, ["ekbacken"])
        return Seen(
            handoff=self.handoff,
            incident=incident,
            title="",
            connection=Connection(name="c", profile="tmf621"),
            directory=None,
            last_update=self.at,
            tickets={},
            said=self.said,
            moves=self.moves,
        )


@given(st.lists(st.sampled_from(STEPS), max_size=12))
def test_the_last_change_is_the_state_and_each_is_another_or_another_question(steps: list[str]) -> None:
    life = Life()
    for step in steps:
        life.do(step)
        found = changes(life.seen())
        assert found[0].status == "pending"
        assert found[-1].status == status_of(life.handoff)
        assert [each.at for each in found] == sorted(each.at for each in found)
        assert all(each.reason for each in found)
        twice = [one for one, two in itertools.pairwise(found) if one.status == two.status]
        assert all(each.status == "pending" for each in twice)


def test_what_ended_without_a_word_to_the_vendor_shows_that_it_ended() -> None:
    life = Life()
    life.state(v.HandoffReleased, unsent=True)
    assert [each.status for each in changes(life.seen())] == ["pending", "cancelled"]


def test_every_state_of_a_hand_off_is_one_that_a_vendor_could_have_set() -> None:
    for ended in (None, "returned", "taken_back", "released", "completed", "failed"):
        for acknowledged in (None, START):
            shown = status_of(replace(handoff(), ended=ended, acknowledged_at=acknowledged))
            assert shown in MEANS


def test_a_question_that_is_closed_without_an_answer_is_not_told_as_answered() -> None:
    for text, reason in (
        ("Vi hittade det.", "Frågan behöver inget svar. / The question needs no answer. Vi hittade det."),
        (SOLVED["sv"], SOLVED["sv"]),
    ):
        life = Life()
        life.do("acknowledge")
        life.do("ask")
        (asked,) = life.handoff.questions
        closing = {"question": asked, "text": {"sv": text}, "unanswered": True}
        life.state(v.HandoffAnswered, by={"party": "team:x"}, **closing)
        life.moves.append(Move("answered", life.at, {"answer": closing}))
        assert changes(life.seen())[-1].reason == reason
