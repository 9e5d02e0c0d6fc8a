"""The recorder: which facts a reader sees, on which timeline, read by whom (R2, N4, N5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts import timeline
from contracts.disclosure import REPORTER, REPORTERS, Reporter, Staff, Vendor, may_read, to_party
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.timeline import Entry

from .story import AT, Story

NETWORK = "vendor:network"
PRINT = "vendor:print"
NETWORK_READS = to_party(NETWORK)


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
    assert "Vi skickar ärendet till" in entry.text["sv"]
    assert "We are sending the case to" in entry.text["en"]


@pytest.mark.parametrize("rule", ["matrix", "request", "escalated"])
@pytest.mark.parametrize("role", ["lead", "parallel"])
def test_that_a_case_is_on_its_way_to_a_vendor_does_not_say_that_anything_has_arrived(rule: str, role: str) -> None:
    for story in (Story().filed("tk_1").opened("in_1", "tk_1"), handed_over()):
        entry = story.assigned("in_1", PRINT, rule, role=role).chain("in_1")[-1]
        assert "får allt som är skrivet" in entry.text["sv"]
        assert "everything that was written" in entry.text["en"]
        for early in ("har fått", "skickade", "has everything", "have everything", "sent the case"):
            assert early not in f"{entry.text['sv']} {entry.text['en']}"


def test_what_a_vendor_beside_the_lead_says_is_done_is_its_part_in_the_history_too() -> None:
    story = handed_over().offered("in_1", NETWORK).proposed("in_1", NETWORK, "pr_1")
    assert story.chain("in_1")[-1].facts == {"proposal": "pr_1"}
    story.assigned("in_1", PRINT, "request", role="parallel").offered("in_1", PRINT, "parallel")
    assert story.proposed("in_1", PRINT, "pr_2").chain("in_1")[-1].facts == {"proposal": "pr_2", "part": "true"}


SUPPORT = "team:samordnare"


def handed_over() -> Story:
    return Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", SUPPORT).assigned("in_1", NETWORK)


def told_to_reporters(story: Story) -> list[str]:
    return [entry.kind for entry in story.chain("in_1") if may_read(entry, Reporter(own=True))]


@pytest.mark.parametrize("rule", ["taken_back", "request"])
def test_a_case_that_is_taken_back_and_solved_reads_in_that_order_however_late_the_bridge_states_it(rule: str) -> None:
    story = handed_over().acknowledged("in_1", NETWORK).assigned("in_1", SUPPORT, rule).resolved("in_1")
    story.ended(v.HandoffTakenBack, "in_1", NETWORK)

    assert told_to_reporters(story) == ["assigned", "handed_over", "acknowledged", "taken_back", "resolved"]
    taken_back = story.chain("in_1")[3]
    assert taken_back.text["sv"].startswith(
        f"Vi har tagit tillbaka ärendet från {NETWORK}. Det ligger nu hos {SUPPORT}."
    )
    assert ("De sköter nätet." in taken_back.text["sv"]) == (rule != "taken_back")
    assert taken_back.facts == {"party": SUPPORT, "rule": rule}


def test_a_hand_over_arrives_when_the_vendor_has_the_story_and_no_reader_is_told() -> None:
    story = handed_over().offered("in_1", NETWORK)
    [handoff] = story.world.handoffs.values()
    before = len(story.chain("in_1"))
    story.delivered("in_1", NETWORK, "updated", minutes=1)
    assert (handoff.state, handoff.delivered_at) == ("offered", None)
    story.delivered("in_1", NETWORK, minutes=2).delivered("in_1", NETWORK, minutes=3)
    assert (handoff.state, handoff.delivered_at) == ("delivered", AT + timedelta(minutes=2))
    assert len(story.chain("in_1")) == before
    story.acknowledged("in_1", NETWORK)
    assert handoff.state == "acknowledged"


def test_a_vendor_may_acknowledge_or_be_left_before_we_hear_that_the_story_arrived() -> None:
    acknowledged = handed_over().offered("in_1", NETWORK).acknowledged("in_1", NETWORK)
    left = handed_over().offered("in_1", NETWORK).ended(v.HandoffTakenBack, "in_1", NETWORK)
    for story, state in ((acknowledged, "acknowledged"), (left, "taken_back")):
        story.delivered("in_1", NETWORK, minutes=4)
        [handoff] = story.world.handoffs.values()
        assert (handoff.state, handoff.delivered_at) == (state, AT + timedelta(minutes=4))


def test_a_number_of_the_vendors_own_is_kept_with_whatever_it_comes() -> None:
    story = handed_over().offered("in_1", NETWORK).acknowledged("in_1", NETWORK)
    [handoff] = story.world.handoffs.values()
    assert handoff.vendor_reference is None
    story.told_status("in_1", NETWORK, vendor_reference="INC-1")
    assert handoff.vendor_reference == "INC-1"
    story.wrote("in_1", NETWORK, "Vi tittar.")
    assert handoff.vendor_reference == "INC-1"


@pytest.mark.parametrize("kind", [v.VendorEntryAdded, v.VendorInformationRequested, v.VendorResolutionProposed])
def test_a_number_of_the_vendors_own_comes_with_words_a_question_or_a_solution_too(kind: type[v.HandoffEvent]) -> None:
    story = handed_over().offered("in_1", NETWORK)
    [handoff] = story.world.handoffs.values()
    more = {"question": "qu_1"} if kind is v.VendorInformationRequested else {}
    more |= {"proposal": "pr_1"} if kind is v.VendorResolutionProposed else {}
    story.ended(kind, "in_1", NETWORK, message="m1", text={"sv": "Vi tittar."}, vendor_reference="INC-1", **more)
    assert handoff.vendor_reference == "INC-1"


def test_a_case_that_goes_on_to_another_vendor_says_so_where_it_goes_on() -> None:
    story = handed_over().assigned("in_1", PRINT).resolved("in_1").ended(v.HandoffReleased, "in_1", NETWORK)

    assert told_to_reporters(story) == ["assigned", "handed_over", "handed_over", "resolved"]
    assert story.chain("in_1")[2].text["sv"].startswith(f"Vi skickar ärendet vidare från {NETWORK} till {PRINT}.")


def test_a_part_that_is_taken_back_leaves_the_case_where_it_is() -> None:
    story = handed_over().assigned("in_1", PRINT, "request", role="parallel")
    assert story.chain("in_1")[-1].kind == "handed_over"
    story.assigned("in_1", SUPPORT, "taken_back", role="parallel", previous=PRINT)

    assert story.chain("in_1")[-1].text["sv"] == f"Vi har tagit tillbaka den del av ärendet som {PRINT} hade."


def test_a_part_that_is_accepted_is_told_as_done_and_nobody_reads_that_the_case_is_solved() -> None:
    def accepted(text: str | None = None) -> Entry:
        story = handed_over().assigned("in_1", PRINT, "request", role="parallel").offered("in_1", PRINT, "parallel")
        story.proposed("in_1", PRINT, "pr_1").part_accepted("in_1", SUPPORT, PRINT, "pr_1", text)
        incident, proposal = story.world.incidents["in_1"], story.world.proposals["pr_1"]
        assert (incident.holder, incident.state, proposal.accepted) == (NETWORK, "new", True)
        assert story.replayed() == story.world
        entry = story.chain("in_1")[-1]
        story.ended(v.HandoffCompleted, "in_1", PRINT, proposal="pr_1")
        assert story.chain("in_1")[-1] == entry, "told once"
        assert not [said for each in story.chain("in_1") for said in each.text.values() if "löst" in said]
        return entry

    told = accepted()
    assert told.text["sv"] == f"{PRINT} är klara med sin del. Ärendet ligger kvar hos {NETWORK}."
    assert told.text["en"].lower() == f"{PRINT} has done its part. The case is still with {NETWORK}.".lower()
    assert (told.audience, told.person) == ((REPORTERS,), None)
    said = accepted("Kabeln är dragen.")
    assert said.text["sv"] == f"{PRINT} är klara med sin del. Ärendet ligger kvar hos {NETWORK}. Kabeln är dragen."
    assert (said.party, said.person) == ("team:samordnare", "samordnare")


@pytest.mark.parametrize("rule", ["returned", "failed", "reopened"])
def test_what_a_vendor_gave_up_by_itself_is_not_taken_back(rule: str) -> None:
    story = handed_over().assigned("in_1", SUPPORT, rule).ended(v.HandoffTakenBack, "in_1", NETWORK)

    assert told_to_reporters(story) == ["assigned", "handed_over", "assigned"]


def test_a_cancelled_case_is_taken_back_from_its_vendor() -> None:
    story = handed_over().cancelled("in_1").ended(v.HandoffTakenBack, "in_1", NETWORK)

    assert told_to_reporters(story)[-1] == "taken_back"


LATE = {
    "taken back": lambda story: story.assigned("in_1", SUPPORT, "taken_back"),
    "released": lambda story: story.assigned("in_1", PRINT, "request"),
    "solved": lambda story: story.resolved("in_1"),
    "completed": lambda story: story.resolved("in_1").closed("in_1"),
    "went on in another case": lambda story: story.filed("tk_2").opened("in_2", "tk_2").joined("tk_1", "in_2"),
}


@pytest.mark.parametrize("ended", list(LATE))
@pytest.mark.parametrize(
    "kind", [v.HandoffAcknowledged, v.HandoffReturned, v.HandoffFailed], ids=lambda kind: kind.TYPE
)
def test_what_comes_of_a_vendor_too_late_is_kept_for_staff(kind: type[v.HandoffEvent], ended: str) -> None:
    more = {"heads": {}} if kind is v.HandoffAcknowledged else {"webhook_id": "m", "reason": {"sv": "Nås inte."}}
    story = handed_over().offered("in_1", NETWORK)
    LATE[ended](story)
    before = told_to_reporters(story)
    story.ended(kind, "in_1", NETWORK, **(more if kind is not v.HandoffReturned else {}))

    assert told_to_reporters(story) == before
    kept = story.chain("in_1")[-1]
    assert kept.kind == kind.TYPE.split(".")[1]
    assert may_read(kept, Staff())
    assert not may_read(kept, Vendor(PRINT, earlier_leads=frozenset({NETWORK})))


def test_a_vendors_words_on_a_case_that_went_on_in_another_reach_no_reporter_there() -> None:
    story = handed_over().offered("in_1", NETWORK).filed("tk_2").opened("in_2", "tk_2").joined("tk_1", "in_2")
    before = texts(story, "tk_1"), texts(story, "tk_2"), texts(story, "in_2")
    story.wrote("in_1", NETWORK, "Vi letar vidare.")

    assert (texts(story, "tk_1"), texts(story, "tk_2"), texts(story, "in_2")) == before
    kept = story.chain("in_1")[-1]
    assert (kept.text, kept.audience) == ({"sv": "Vi letar vidare."}, (NETWORK_READS,))
    assert may_read(kept, Staff())


def test_a_vendor_beside_the_lead_takes_its_part_on_before_all_reporters() -> None:
    story = handed_over().assigned("in_1", PRINT, "request", role="parallel").offered("in_1", PRINT, "parallel")

    assert told_to_reporters(story.acknowledged("in_1", PRINT))[-1] == "acknowledged"


def test_a_vendor_beside_the_lead_is_told_as_one_more_and_its_end_moves_the_case_to_nobody() -> None:
    def beside() -> Story:
        return handed_over().assigned("in_1", PRINT, "request", role="parallel").offered("in_1", PRINT, "parallel")

    def last(story: Story) -> str:
        assert story.world.incidents["in_1"].holder == NETWORK
        return story.chain("in_1")[-1].text["sv"]

    sent = last(beside())
    assert sent.startswith(f"Vi skickar ärendet också till {PRINT}, vid sidan av {NETWORK}. {PRINT} får allt")
    english = beside().chain("in_1")[-1].text["en"]
    assert f"We are also sending the case to {PRINT}" in english
    assert ". vendor:" not in english, "a sentence that begins with a party's name begins small: the network supplier"
    assert last(beside().acknowledged("in_1", PRINT)) == f"{PRINT} har också tagit emot ärendet."
    failed = beside().ended(v.HandoffFailed, "in_1", PRINT, webhook_id="m", reason={"sv": "Nås inte."})
    assert "som skulle hjälpa till vid sidan av" in last(failed)
    back = beside().ended(v.HandoffReturned, "in_1", PRINT, text={"sv": "Klart hos oss."})
    assert last(back) == f"{PRINT} har lämnat tillbaka sin del av ärendet."
    for story in (failed, back):
        before = texts(story, "in_1")
        rule = "failed" if story is failed else "returned"
        assert texts(story.assigned("in_1", SUPPORT, rule, role="parallel", previous=PRINT), "in_1") == before


def test_that_a_vendor_gives_a_case_back_is_told_and_so_is_that_it_did_not_say_why() -> None:
    story = handed_over().ended(v.HandoffReturned, "in_1", NETWORK, text=None)

    assert story.chain("in_1")[-1].text["sv"] == f"{NETWORK} har lämnat tillbaka ärendet utan att säga varför."
    assert told_to_reporters(story)[-1] == "returned"


def test_r2_why_a_vendor_gives_a_case_back_is_its_words_to_a_lone_reporter_else_to_staff() -> None:
    why = {"sv": "Lena har glömt sitt lösenord."}
    lone = handed_over().ended(v.HandoffReturned, "in_1", NETWORK, text=why)
    assert lone.chain("in_1")[-1].text["sv"] == f"{NETWORK} har lämnat tillbaka ärendet."
    said = lone.chain("tk_1")[-1]
    assert (said.kind, said.party, said.audience, said.text) == ("vendor_entry", NETWORK, (REPORTER,), why)

    shared = handed_over().filed("tk_2").linked("in_1", "tk_2").ended(v.HandoffReturned, "in_1", NETWORK, text=why)
    step, said = shared.chain("in_1")[-2:]
    assert (step.text["sv"], said.text) == (f"{NETWORK} har lämnat tillbaka ärendet.", why)
    assert (may_read(step, Reporter(own=False)), may_read(said, Reporter(own=False))) == (True, False)


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
        .offered("in_1", NETWORK)
        .delivered("in_1", NETWORK, minutes=2)
        .wrote("in_1", NETWORK, "Vi byter switchen")
    )

    entry = story.chain("tk_1")[-1]
    assert (entry.kind, entry.party, entry.audience) == ("vendor_entry", NETWORK, (REPORTER,))


def test_n5_who_is_linked_later_does_not_read_what_a_vendor_said_to_the_only_reporter_before() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK)
    story.wrote("in_1", NETWORK, "Hej Lena, ditt konto är upplåst").told_status("in_1", NETWORK)
    story.filed("tk_2").linked("in_1", "tk_2")

    later = [entry for entry in story.chain("in_1") if may_read(entry, Reporter(own=False))]
    assert [entry.kind for entry in later] == ["handed_over", "vendor_status"]
    assert [entry.kind for entry in story.chain("tk_1")][:1] == ["vendor_entry"]


def test_r2_how_far_a_vendor_has_come_is_a_step_for_all_who_reported_it_and_what_it_writes_is_not() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").filed("tk_2").linked("in_1", "tk_2").assigned("in_1", NETWORK)
    story.told_status("in_1", NETWORK, text={"sv": "Lenas dator är gammal."})

    step, said = story.chain("in_1")[-2:]
    assert (step.kind, step.text["sv"]) == ("vendor_status", f"{NETWORK} arbetar med ärendet.")
    assert may_read(step, Reporter(own=False))
    assert (said.kind, said.party, may_read(said, Reporter(own=False))) == ("vendor_entry", NETWORK, False)


def test_r2_how_far_a_vendor_has_come_with_one_report_is_told_to_that_one() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").filed("tk_2").linked("in_1", "tk_2").assigned("in_1", NETWORK)
    before = texts(story, "in_1")
    story.told_status("in_1", NETWORK, ticket="tk_2", text={"sv": "Din dator är hos oss."})

    assert texts(story, "in_1") == before
    assert texts(story, "tk_2")[-2:] == [f"{NETWORK} arbetar med ärendet.", "Din dator är hos oss."]


def test_when_a_vendor_expects_to_be_done_is_told_as_people_say_it_before_its_own_words() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK)
    words = {"sv": "En tekniker är på väg."}
    story.told_status("in_1", NETWORK, expected_at="2026-12-24T21:30:00Z", text=words)

    entry = story.chain("in_1")[-1]
    assert (entry.kind, entry.audience) == ("vendor_status", (REPORTERS,))
    assert entry.text == {
        "sv": f"{NETWORK} arbetar med ärendet. De räknar med att vara klara torsdag 24 december 2026 kl. 22:30.",
        "en": f"{NETWORK} is working on the case. They expect to be done on Thursday 24 December 2026 at 22:30.",
    }
    said = story.chain("tk_1")[-1]
    assert (said.kind, said.audience, said.text) == ("vendor_entry", (REPORTER,), words)


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


def test_a_question_waits_on_the_reporter_and_their_answer_ends_the_wait() -> None:
    story = (
        Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK).asked("in_1", NETWORK, "qu_1", "tk_1")
    )
    assert story.world.tickets["tk_1"].state == "waiting_on_reporter"
    assert story.chain("tk_1")[-1].facts == {"question": "qu_1"}

    story.answered("tk_1", "in_1", "qu_1", "Lampan är röd")
    ticket = story.world.tickets["tk_1"]
    assert ticket.state == "open"
    assert story.chain("tk_1")[-1].kind == "answer"


def test_a_rejected_proposal_opens_the_question_again_that_it_had_closed() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK).offered("in_1", NETWORK)
    story.asked("in_1", NETWORK, "qu_1", "tk_1").proposed("in_1", NETWORK, "pr_1")
    assert story.world.tickets["tk_1"].state == "open"
    assert story.world.questions["qu_1"].answered_at is not None

    story.rejected("in_1", "pr_1")
    ticket, question = story.world.tickets["tk_1"], story.world.questions["qu_1"]
    assert ticket.state == "waiting_on_reporter"
    assert question.answered_at is None
    story.answered("tk_1", "in_1", "qu_1", "Lampan är röd")
    assert story.world.tickets["tk_1"].state == "open"


def test_a_proposal_that_the_vendor_takes_back_is_decided_and_opens_the_question_again() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK).offered("in_1", NETWORK)
    story.asked("in_1", NETWORK, "qu_1", "tk_1").proposed("in_1", NETWORK, "pr_1")
    story.told_status("in_1", NETWORK, withdraws=("pr_1",), text={"sv": "Öppnat igen."})
    proposal = story.world.proposals["pr_1"]
    assert (proposal.accepted, proposal.decided_at is not None) == (False, True)
    assert story.world.tickets["tk_1"].state == "waiting_on_reporter"
    told = story.chain("in_1")[-1]
    assert (told.kind, told.audience) == ("vendor_status", (f"party:{NETWORK}",)), "no reporter has read the proposal"


def test_that_a_vendor_does_not_stand_by_what_was_accepted_is_read_by_staff_and_no_reporter() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK).offered("in_1", NETWORK)
    story.proposed("in_1", NETWORK, "pr_1").resolved("in_1")
    story.world.proposals["pr_1"].decided_at, story.world.proposals["pr_1"].accepted = AT, True
    before = len(story.chain("tk_1"))
    story.told_status("in_1", NETWORK, withdraws=("pr_1",), text={"sv": "Ärendet är öppnat igen."})
    assert len(story.chain("tk_1")) == before
    assert story.chain("in_1")[-1].audience == (f"party:{NETWORK}",)
    assert story.world.proposals["pr_1"].accepted is True


def test_staffs_answer_to_a_reporters_question_stands_on_the_ticket_once_and_ends_the_wait() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK).offered("in_1", NETWORK)
    story.asked("in_1", NETWORK, "qu_1", "tk_1")
    story.answered_by_staff("in_1", NETWORK, "qu_1", "tk_1", "Lampan är grön, vi har tittat")
    answer = story.chain("tk_1")[-1]
    assert (answer.kind, answer.party, answer.audience) == ("answer", "team:samordnaren", ("reporter",))
    assert answer.text == {"sv": "Lampan är grön, vi har tittat"}
    assert story.world.tickets["tk_1"].state == "open"

    again = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK).offered("in_1", NETWORK)
    again.asked("in_1", NETWORK, "qu_1", "tk_1").answered("tk_1", "in_1", "qu_1", "Röd")
    before = len(again.chain("tk_1"))
    again.answered_by_staff("in_1", NETWORK, "qu_1", "tk_1", "Röd", request_id=None)  # the reporter's own, on its way
    assert len(again.chain("tk_1")) == before


@pytest.mark.parametrize("is_heard_first", [True, False], ids=["solved, then asked", "asked, then solved"])
def test_r8_a_question_that_met_what_is_solved_is_answered_by_that_and_nobody_waits(is_heard_first: bool) -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK).offered("in_1", NETWORK)
    if is_heard_first:
        story.resolved("in_1")
    story.asked("in_1", NETWORK, "qu_1", "tk_1").asked("in_1", NETWORK, "qu_2", None)
    if not is_heard_first:
        story.resolved("in_1")
    for question, ticket in (("qu_1", "tk_1"), ("qu_2", None)):
        story.answered_by_the_solution("in_1", NETWORK, question, ticket, "Ärendet är löst.")
    assert all(question.answered_at is not None for question in story.world.questions.values())
    assert story.world.tickets["tk_1"].state == "open"
    told = [(case, story.chain(case)[-1]) for case in ("tk_1", "in_1")]
    assert [(case, each.kind, each.party, each.audience) for case, each in told] == [
        ("tk_1", "answer", "eskalera", ("reporter",)),
        ("in_1", "answer", "eskalera", (f"party:{NETWORK}",)),
    ]


def test_what_lapses_together_is_told_once_to_who_was_asked() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK).offered("in_1", NETWORK)
    story.asked("in_1", NETWORK, "qu_1", "tk_1").asked("in_1", NETWORK, "qu_2", "tk_1")
    for question in ("qu_1", "qu_2"):
        story.answered_by_the_solution("in_1", NETWORK, question, "tk_1", "Ärendet är löst.")
    assert [entry.facts for entry in story.chain("tk_1") if entry.kind == "answer"] == [{"question": "qu_2"}]
    assert all(question.answered_at is not None for question in story.world.questions.values())


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
    assert again.handoffs == story.world.handoffs
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


def test_what_reporters_are_promised_is_the_next_word_not_the_earliest_of_all_promises() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").clock("in_1", "cl_1", 30, "acknowledge")
    assert story.world.incidents["in_1"].next_update_at is None

    story.clock("in_1", "cl_2", 60, "next_update").clock("in_1", "cl_3", 90)
    incident = story.world.incidents["in_1"]
    assert incident.next_update_at == story.world.clocks["cl_2"].due_at
    assert incident.next_due_at == story.world.clocks["cl_1"].due_at


def test_facts_about_unknown_cases_change_nothing() -> None:
    story = Story()
    before = repr(story.world)
    events = story.take(
        r.IncidentClosed(id="ev_x", at=AT, municipality="malarvik", incident="in_9", version=3),
        v.HandoffTakenBack(id="ev_y", at=AT, municipality="malarvik", handoff="ho_9", incident="in_9", vendor=NETWORK),
    )
    assert events == []
    assert repr(story.world) == before


def test_who_is_linked_to_what_is_solved_reads_that_and_when_and_not_that_it_is_being_solved() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1").resolved("in_1").filed("tk_2").linked("in_1", "tk_2")

    told = texts(story, "tk_2")[-1]
    assert told.startswith("Samma problem är redan anmält, och det löstes ")
    assert told.endswith(" Fungerar det nu? Svara här på sidan.")
    assert " kl. " in told
