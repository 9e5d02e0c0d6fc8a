"""R8: what is asked between two Eskaleras crosses as a question, and its answer says what it answers."""

from typing import Any

import pytest
from pydantic import ValidationError

from contracts.bundle import Bundle
from contracts.disclosure import REPORTER, to_party
from contracts.events import vendor_bridge as v
from contracts.webhooks import Answer, Outgoing, message_of
from tests.support.handoff_life import WIFI, Case
from tests.support.histories import INCIDENT, TICKET, VENDOR
from tests.unit.vendor_bridge.test_peers import STORY, TEAM, Said, a_case, bundled, entries, message, said
from tests.unit.vendor_bridge.test_planning import arrived, asked, heard, one, pending, says
from vendor_bridge.domain import peers
from vendor_bridge.domain.fold import fold

ANSWER = Answer(question="qu_7", vendor_question="qu_b", text={"sv": "Den är grön."})


def answered_in(case: str = INCIDENT) -> Bundle:
    """A's history once it has answered what B asked of its team."""
    question: Said = (5, VENDOR, "question", to_party(VENDOR), "Vilken färg?")
    return bundled(entries(case, question, (6, TEAM, "answer", to_party(VENDOR), "Den är grön.")), STORY[1])


def answers_in(sent: Outgoing, ours: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    told = sent.data.bundle
    new = peers.news(told, {}) if told is not None else ()
    own = [each for each in peers.changed(sent, new or (), "msg_1", ours) if each.name.split("/")[1] == "answer"]
    return [dict(one.data) for one in own]


def test_what_we_asked_is_seen_in_the_others_history_and_what_it_asks_its_own_reporter_is_not() -> None:
    its_own = entries(TICKET, (1, TEAM, "question", REPORTER, "Lyser lampan?"))
    told = bundled(STORY[0], its_own)
    assert peers.asked(message("updated", told), peers.news(told, {}) or ()) == []
    told = answered_in()
    assert peers.asked(message("updated", told), peers.news(told, {}) or ()) == ["qu_7"]


def test_the_answer_is_told_by_its_message_and_never_by_its_entry_whichever_comes_first() -> None:
    assert answers_in(message("updated", answered_in()), ("qu_7",)) == []
    closes = {"text": "Den är grön.", "answers": "qu_b"}
    assert answers_in(message("answered", answered_in(), answer=ANSWER)) == [closes]
    assert answers_in(message("answered", None, answer=ANSWER)) == [closes]


def test_an_answer_to_what_has_no_name_here_is_words_and_one_that_was_erased_closes_all_the_same() -> None:
    unnamed = ANSWER.model_copy(update={"vendor_question": None})
    assert answers_in(message("answered", None, answer=unnamed)) == [{"text": "Den är grön."}]
    erased = ANSWER.model_copy(update={"text": {"sv": ""}})
    assert answers_in(message("answered", None, answer=erased)) == [{"text": "Svaret är raderat.", "answers": "qu_b"}]


def test_an_answer_that_is_too_long_for_one_text_closes_once() -> None:
    long = ANSWER.model_copy(update={"text": {"sv": "å" * (peers.LONGEST + 1)}})
    assert [each.get("answers") for each in answers_in(message("answered", None, answer=long))] == ["qu_b", None]


def test_what_our_staff_ask_goes_under_its_name_and_what_needs_no_answer_closes_it() -> None:
    case = a_case()
    [asked] = said(case, (1, TEAM, "question", REPORTER, "Vilken sal?"))
    [closed] = said(case, (2, TEAM, "answer", REPORTER, "Vi hittade felet."))
    assert (asked[0], asked[1]["question"]) == ("information_requested", "qu_7")
    assert (closed[0], closed[1]["closes"]) == ("entry_added", "qu_7")
    assert said(case, (3, case.vendor, "answer", REPORTER, "Sal 12.")) == [], "its own"


def test_only_words_that_reporters_read_answer_anything() -> None:
    report: dict[str, Any] = {"ticket": TICKET, "answers": "qu_b"}
    assert message_of("ticket_changed", report | {"text": "Sal 12."})
    for more in ({}, {"text": "Sal 12.", "private": True}, {"text": "Inte löst.", "unsolved": True}):
        with pytest.raises(ValidationError):
            message_of("ticket_changed", report | more)


@pytest.mark.parametrize("of_reporter", [True, False])
def test_a_vendor_takes_its_question_back_by_its_own_name_and_hears_nothing_of_it(of_reporter: bool) -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    arrived(world)
    ticket = {"ticket": case.tickets[0]} if of_reporter else {}
    question, beside = asked(world, "vm_1", question="Q-7", **ticket), asked(world, "vm_2", question="Q-8")
    [closed] = says(world, one(world), "entry_added", "vm_3", text="Vi hittade felet.", closes="Q-7")
    assert isinstance(closed, v.HandoffAnswered)
    assert (closed.question, closed.ticket, closed.by.party) == (question, ticket.get("ticket"), WIFI)
    fold(world, closed)
    assert {id_: each["open"] for id_, each in one(world).questions.items()} == {question: False, beside: True}
    assert pending(world) == []
    [words] = says(world, one(world), "entry_added", "vm_4", text="Vi hittade felet.", closes="Q-7")
    assert isinstance(words, v.VendorEntryAdded)
    assert words.private, "who reported it has not read the question, or has answered it"
