"""The recorder: which facts a reader sees, on which timeline, read by whom (R2, N4, N5)."""

from __future__ import annotations

from datetime import timedelta

from contracts import timeline
from contracts.disclosure import REPORTER, REPORTERS, Reporter, Staff, Vendor, may_read
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v

from .story import AT, Story

NETWORK = "vendor:network"
PRINT = "vendor:print"


def texts(story: Story, case: str) -> list[str]:
    return [entry.text["sv"] for entry in story.chain(case)]


def test_n4_every_case_has_one_gapless_chain_that_verifies() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK).acknowledged("in_1", NETWORK)

    for case in ("tk_1", "in_1"):
        assert timeline.verify(story.chain(case)) == []
    assert [entry.seq for entry in story.chain("in_1")] == [1, 2]


def test_a_hand_over_is_told_to_all_reporters_in_plain_words() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK)

    [entry] = story.chain("in_1")
    assert entry.audience == (REPORTERS,)
    assert entry.kind == "handed_over"
    assert "Vi skickade ärendet till" in entry.text["sv"]
    assert "We sent the case to" in entry.text["en"]


def test_r2_a_note_to_the_party_is_read_by_it_and_staff_only() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK, note="Nyckeln finns i receptionen")

    note = story.chain("in_1")[-1]
    assert may_read(note, Vendor(NETWORK))
    assert may_read(note, Staff())
    assert not may_read(note, Vendor(PRINT))
    assert not may_read(note, Reporter(own=True))


def test_r2_a_vendors_word_on_a_lone_incident_reaches_its_reporter() -> None:
    story = (
        Story()
        .filed("tk_1")
        .opened("in_1", "tk_1")
        .assigned("in_1", NETWORK)
        .wrote("in_1", NETWORK, "Vi byter switchen")
    )

    entry = story.chain("in_1")[-1]
    assert (entry.kind, entry.party, entry.audience) == ("vendor_entry", NETWORK, (REPORTERS,))


def test_when_a_vendor_expects_to_be_done_is_told_as_people_say_it_before_its_own_words() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK)
    words = {"sv": "En tekniker är på väg."}
    story.told_status("in_1", NETWORK, expected_at="2026-12-24T21:30:00Z", text=words)

    entry = story.chain("in_1")[-1]
    assert (entry.kind, entry.audience) == ("vendor_status", (REPORTERS,))
    assert entry.text == {
        "sv": f"{NETWORK} arbetar med ärendet. De räknar med att vara klara torsdag 24 december 2026 kl. 22:30. "
        "En tekniker är på väg.",
        "en": f"{NETWORK} is working on the case. They expect to be done on Thursday 24 December 2026 at 22:30. "
        "En tekniker är på väg.",
    }


def test_a_time_that_was_over_when_we_heard_of_it_is_told_as_past() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK)
    story.told_status("in_1", NETWORK, expected_at=AT - timedelta(days=2))

    assert story.chain("in_1")[-1].text == {
        "sv": f"{NETWORK} arbetar med ärendet. De räknade med att vara klara lördag 3 oktober 2026 kl. 09:30.",
        "en": f"{NETWORK} is working on the case. They expected to be done on Saturday 3 October 2026 at 09:30.",
    }


def test_r2_a_vendors_word_on_a_shared_incident_waits_for_staff() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").filed("tk_2").linked("in_1", "tk_2").assigned("in_1", NETWORK)
    story.wrote("in_1", NETWORK, "Felet sitter i lärarens inställningar")

    entry = story.chain("in_1")[-1]
    assert not may_read(entry, Reporter(own=False))
    assert may_read(entry, Staff())


def test_r2_a_vendors_word_that_names_a_ticket_is_for_that_reporter() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").filed("tk_2").linked("in_1", "tk_2").assigned("in_1", NETWORK)
    story.wrote("in_1", NETWORK, "Starta om din dator", ticket="tk_2")

    assert "Starta om din dator" in texts(story, "tk_2")
    assert "Starta om din dator" not in texts(story, "in_1")
    assert story.chain("tk_2")[-1].audience == (REPORTER,)


def test_a_private_vendor_note_is_not_for_reporters_even_when_it_is_alone() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK)
    story.wrote("in_1", NETWORK, "Vårt eget ärende 77", private=True)

    entry = story.chain("in_1")[-1]
    assert entry.private
    assert not may_read(entry, Reporter(own=True))
    assert not may_read(entry, Vendor(PRINT, earlier_leads=frozenset({NETWORK})))


def told(story: Story, incident: str = "in_1") -> list[str]:
    """The kinds of what a reporter reads of it."""
    return [entry.kind for entry in story.chain(incident) if may_read(entry, Reporter(own=False))]


def test_reporters_are_told_once_that_a_case_moved_on_by_the_assignment_itself() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK).acknowledged("in_1", NETWORK)
    story.assigned("in_1", "team:samordnare").resolved("in_1").ended(v.HandoffTakenBack, "in_1", NETWORK)
    assert told(story) == ["handed_over", "acknowledged", "assigned", "resolved"]
    assert story.chain("in_1")[-1].kind == "taken_back"
    assert may_read(story.chain("in_1")[-1], Vendor(NETWORK))

    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK).assigned("in_1", PRINT)
    story.ended(v.HandoffReleased, "in_1", NETWORK)
    assert told(story) == ["handed_over", "handed_over"]
    assert not may_read(story.chain("in_1")[-1], Vendor(PRINT))


def test_what_a_vendor_does_after_the_case_went_on_is_no_news_for_reporters() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK)
    story.assigned("in_1", "team:samordnare").acknowledged("in_1", NETWORK)
    assert told(story) == ["handed_over", "assigned"]
    story.resolved("in_1").returned("in_1", NETWORK, "Inte vår")
    assert told(story) == ["handed_over", "assigned", "resolved"]

    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK).returned("in_1", NETWORK, "Inte vår")
    assert told(story) == ["handed_over", "returned"]


def test_a_question_waits_on_the_reporter_and_their_answer_ends_the_wait() -> None:
    story = (
        Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK).asked("in_1", NETWORK, "qu_1", "tk_1")
    )
    assert story.world.tickets["tk_1"].state == "waiting_on_reporter"
    assert story.chain("tk_1")[-1].facts == {"question": "qu_1"}

    story.answered("tk_1", "in_1", "qu_1", "Lampan är röd")
    assert story.world.tickets["tk_1"].state == "open"
    assert story.chain("tk_1")[-1].kind == "answer"


def test_an_incident_that_closes_closes_its_tickets_once() -> None:
    story = (
        Story()
        .filed("tk_1")
        .opened("in_1", "tk_1")
        .filed("tk_2")
        .linked("in_1", "tk_2")
        .resolved("in_1")
        .closed("in_1")
    )

    closed = [event for event in story.own if isinstance(event, t.TicketClosed)]
    assert sorted(event.ticket for event in closed) == ["tk_1", "tk_2"]
    assert {story.world.tickets[each].state for each in ("tk_1", "tk_2")} == {"closed"}


def test_a_request_ends_as_done_by_its_effect_or_refused_with_its_reason() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1")
    story.asked_owner("in_1", "rq_1").assigned("in_1", NETWORK, request_id="rq_1")
    story.asked_owner("in_1", "rq_2").refused("in_1", "rq_2")

    assert story.world.commands["rq_1"].state == "done"
    assert story.world.commands["rq_2"].state == "refused"
    assert story.world.commands["rq_2"].reason["sv"]


def test_the_same_facts_in_a_replay_give_the_same_state_without_recording_anew() -> None:
    story = (
        Story()
        .filed("tk_1")
        .opened("in_1", "tk_1")
        .assigned("in_1", NETWORK)
        .wrote("in_1", NETWORK, "Klart")
        .resolved("in_1")
    )

    again = story.replayed()
    assert again.tickets == story.world.tickets
    assert again.incidents == story.world.incidents
    assert again.entries == story.world.entries


def test_the_holder_before_the_vendor_answers_for_the_hand_over() -> None:
    story = (
        Story()
        .filed("tk_1")
        .opened("in_1", "tk_1")
        .assigned("in_1", "team:samordnare")
        .assigned("in_1", NETWORK)
        .assigned("in_1", PRINT)
    )

    assert story.world.incidents["in_1"].handed_over_by == "team:samordnare"
    assert story.world.incidents["in_1"].holder == PRINT


def test_the_earliest_running_promise_is_what_the_queue_sorts_by() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").clock("in_1", "cl_1", 60).clock("in_1", "cl_2", 30)
    assert story.world.incidents["in_1"].next_due_at == story.world.clocks["cl_2"].due_at

    story.clock_stopped("in_1", "cl_2")
    assert story.world.incidents["in_1"].next_due_at == story.world.clocks["cl_1"].due_at


def test_facts_about_unknown_cases_change_nothing() -> None:
    story = Story()
    before = repr(story.world)
    events = story.take(
        r.IncidentClosed(id="ev_x", at=AT, municipality="malarvik", incident="in_9", version=3),
        v.HandoffTakenBack(id="ev_y", at=AT, municipality="malarvik", handoff="ho_9", incident="in_9", vendor=NETWORK),
    )
    assert events == []
    assert repr(story.world) == before
