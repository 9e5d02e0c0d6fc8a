"""What vendors do with a case: taken on, heard from, asked, solved, given back, out of reach."""

import pytest

from contracts.directory import Directory
from contracts.events.base import Event
from contracts.events.routing import ClockStarted, ClockStopped, IncidentAssigned, IncidentResolved, RequestRefused
from contracts.events.ticketing import (
    HandOffRequested,
    ProposalAcceptRequested,
    ProposalRejectRequested,
    ResolveRequested,
    TakeBackRequested,
    TicketAnswered,
)
from contracts.events.vendor_bridge import (
    HandoffAcknowledged,
    HandoffAnswered,
    HandoffFailed,
    HandoffReturned,
    VendorEntryAdded,
    VendorInformationRequested,
    VendorResolutionProposed,
    VendorStatusChanged,
)
from routing.domain.state import Incident
from tests.support.routing_life import (
    COORDINATOR,
    EKBACKEN,
    LARARE,
    MALARVIK,
    NETWORK,
    PLATFORM,
    SAMORDNARE,
    Life,
    names,
    of_type,
)

TEXT = {"sv": "Vi tittar på det."}
SOLVED = {"sv": "Nu fungerar det."}


@pytest.fixture
def life() -> Life:
    return Life()


def test_an_acknowledgement_in_time_keeps_the_promise(life: Life) -> None:
    incident = life.file("learning_platform")
    stopped, _ = life.hear(HandoffAcknowledged, incident, heads={})
    assert isinstance(stopped, ClockStopped)
    assert (stopped.party, stopped.promise, stopped.reason) == (PLATFORM, "acknowledge", "kept")


def test_an_acknowledgement_after_its_time_missed_the_promise(life: Life) -> None:
    incident = life.file("learning_platform")
    life.at = life.running(incident)[PLATFORM, "acknowledge"].due_at
    stopped, _ = life.hear(HandoffAcknowledged, incident, heads={})
    assert isinstance(stopped, ClockStopped)
    assert stopped.reason == "missed"


@pytest.mark.parametrize(
    ("event_type", "fields"),
    [
        (VendorEntryAdded, {"text": TEXT}),
        (VendorStatusChanged, {"status": "in_progress"}),
        (VendorInformationRequested, {"question": "qu_1", "text": TEXT}),
        (VendorResolutionProposed, {"proposal": "pr_1", "text": TEXT}),
    ],
)
def test_every_word_of_the_vendor_is_the_promised_update_and_promises_the_next(
    life: Life, event_type: type[Event], fields: dict[str, object]
) -> None:
    incident = life.file("learning_platform")
    stated = life.hear(event_type, incident, PLATFORM, **fields)
    assert names(stated) == ["incident.touched", "clock.stopped", "clock.started"]
    assert of_type(stated, ClockStopped)[0].promise == "next_update"
    assert of_type(stated, ClockStarted)[0].started_at == life.at


def test_r7_what_a_vendor_takes_back_is_nobodys_to_accept_and_its_question_is_open_again(life: Life) -> None:
    incident = life.file("learning_platform")
    life.hear(VendorInformationRequested, incident, PLATFORM, question="qu_1", text=TEXT)
    life.hear(VendorResolutionProposed, incident, PLATFORM, proposal="pr_1", text=TEXT)
    life.hear(VendorStatusChanged, incident, PLATFORM, status="in_progress", withdraws=("pr_1", "pr_other"))
    assert [question.id for question in life.world.open_questions(incident)] == ["qu_1"]
    [refused] = life.ask(ProposalAcceptRequested, incident, proposal="pr_1")
    assert isinstance(refused, RequestRefused)
    assert refused.code == "wrong_state"
    assert incident.state != "resolved"


def test_words_of_a_vendor_that_no_longer_has_the_case_move_nothing(life: Life) -> None:
    incident = life.file("learning_platform")
    life.ask(TakeBackRequested, incident)
    assert life.hear(VendorEntryAdded, incident, text=TEXT) == []
    assert life.hear(HandoffReturned, incident) == []
    assert life.hear(HandoffFailed, incident, webhook_id="msg_1", reason=TEXT) == []
    assert incident.lead == COORDINATOR


@pytest.mark.parametrize(
    ("event_type", "fields", "rule", "word"),
    [
        (HandoffReturned, {"text": TEXT}, "returned", "lämnade tillbaka"),
        (HandoffFailed, {"webhook_id": "msg_1", "reason": TEXT}, "failed", "gick inte att nå"),
    ],
)
def test_n8_what_a_vendor_gives_back_or_never_got_is_the_coordinators(
    life: Life, event_type: type[Event], fields: dict[str, object], rule: str, word: str
) -> None:
    incident = life.file("learning_platform")
    assigned = of_type(life.hear(event_type, incident, PLATFORM, **fields), IncidentAssigned)[0]
    assert (assigned.party, assigned.previous, assigned.rule) == (COORDINATOR, PLATFORM, rule)
    assert word in assigned.reason["sv"]
    assert incident.state == "in_progress"
    assert {party for party, _ in life.running(incident)} == {COORDINATOR}


def test_a_parallel_vendor_that_gives_back_leaves_the_lead_where_it_is(life: Life) -> None:
    incident = life.file("learning_platform")
    life.ask(HandOffRequested, incident, vendor=NETWORK, role="parallel")
    life.hear(HandoffReturned, incident, NETWORK)
    assert (incident.lead, incident.parallel) == (PLATFORM, [])
    assert {party for party, _ in life.running(incident)} == {PLATFORM}


def asked(life: Life) -> str:
    incident = life.file("learning_platform")
    ticket = life.ticket_of(incident)
    life.hear(VendorInformationRequested, incident, question="qu_1", ticket=ticket, text=TEXT)
    assert life.world.open_questions(incident)
    return incident.id


def test_the_reporters_answer_to_the_question_closes_it(life: Life) -> None:
    incident = life.world.incidents[asked(life)]
    ticket = life.ticket_of(incident)
    life.tell(life.make(TicketAnswered, ticket=ticket, by=LARARE, text=TEXT))
    assert life.world.open_questions(incident), "an answer to something else"
    life.tell(life.make(TicketAnswered, ticket=ticket, by=LARARE, text=TEXT, question="qu_1"))
    assert not life.world.open_questions(incident)
    assert of_type(life.ask(ResolveRequested, incident, public_text=SOLVED), IncidentResolved)


def test_the_answer_that_the_bridge_carries_closes_the_question(life: Life) -> None:
    incident = life.world.incidents[asked(life)]
    life.hear(HandoffAnswered, incident, question="qu_1", text=TEXT, by=SAMORDNARE)
    assert not life.world.open_questions(incident)


def test_a_proposal_closes_the_askers_own_questions_only(life: Life) -> None:
    incident = life.world.incidents[asked(life)]
    life.ask(HandOffRequested, incident, vendor=NETWORK, role="parallel")
    life.hear(VendorInformationRequested, incident, NETWORK, question="qu_2", text=TEXT)
    life.hear(VendorResolutionProposed, incident, proposal="pr_1", text=TEXT)
    assert [question.id for question in life.world.open_questions(incident)] == ["qu_2"]


def test_a_rejected_proposal_opens_the_askers_question_again_and_resolving_waits_for_it(life: Life) -> None:
    incident = life.world.incidents[asked(life)]
    life.hear(VendorResolutionProposed, incident, proposal="pr_1", text=TEXT)
    assert not life.world.open_questions(incident)
    life.ask(ProposalRejectRequested, incident, proposal="pr_1", reason=TEXT)
    assert [question.id for question in life.world.open_questions(incident)] == ["qu_1"]
    (refused,) = of_type(life.ask(ResolveRequested, incident, public_text=SOLVED), RequestRefused)
    assert refused.code == "open_questions"
    paused = [clock.promise for clock in life.world.clocks_of(incident) if clock.paused == "reporter"]
    assert paused == ["resolve"]


def test_what_was_answered_stays_closed_when_a_proposal_is_rejected(life: Life) -> None:
    incident = life.world.incidents[asked(life)]
    life.hear(VendorResolutionProposed, incident, proposal="pr_1", text=TEXT)
    life.hear(HandoffAnswered, incident, question="qu_1", text=TEXT, by=SAMORDNARE)
    life.ask(ProposalRejectRequested, incident, proposal="pr_1", reason=TEXT)
    assert not life.world.open_questions(incident)


def test_a_question_asked_twice_stays_closed_once_it_was_answered(life: Life) -> None:
    incident = life.world.incidents[asked(life)]
    life.hear(HandoffAnswered, incident, question="qu_1", text=TEXT, by=SAMORDNARE)
    life.hear(VendorInformationRequested, incident, question="qu_1", text=TEXT)
    assert not life.world.open_questions(incident)


def test_a_proposal_is_accepted_by_itself_only_where_the_agreement_says_so(life: Life) -> None:
    generous = MALARVIK.model_dump(mode="json")
    for agreement in generous["agreements"]:
        agreement["accepts_proposals"] = True
    other = Life(directory=Directory.model_validate(generous))
    for each, state in ((life, "waiting"), (other, "resolved")):
        incident = each.file("learning_platform")
        each.hear(VendorResolutionProposed, incident, proposal="pr_1", text=TEXT)
        assert incident.state == state


def beside(life: Life, service: str = "learning_platform") -> Incident:
    """A case that the network's vendor has a part of, and says that the part is done."""
    incident = life.file(service)
    life.ask(HandOffRequested, incident, vendor=NETWORK, role="parallel")
    life.hear(VendorResolutionProposed, incident, NETWORK, proposal="pr_1", text=TEXT)
    return incident


@pytest.mark.parametrize(("service", "lead"), [("learning_platform", PLATFORM), ("login", EKBACKEN)])
def test_a_part_beside_the_lead_is_accepted_alone_and_the_case_stays_where_it_is(
    life: Life, service: str, lead: str
) -> None:
    incident = beside(life, service)
    before = (incident.state, incident.waiting_on)
    stated = life.ask(ProposalAcceptRequested, incident, proposal="pr_1", public_text=SOLVED)
    (done,) = of_type(stated, IncidentAssigned)
    assert (done.role, done.previous, done.rule, done.proposal) == ("parallel", NETWORK, "accepted", "pr_1")
    assert (done.public_text, done.request_id is not None) == (SOLVED, True)
    assert "klara med sin del" in done.reason["sv"]
    assert not of_type(stated, IncidentResolved)
    assert (incident.lead, incident.parallel, incident.state, incident.waiting_on) == (lead, [], *before)
    assert {party for party, _ in life.running(incident)} == {lead}
    ended = {clock.promise: (clock.party, clock.reason) for clock in of_type(stated, ClockStopped)}
    assert ended["resolve"] == (NETWORK, "kept")
    assert {reason for party, reason in ended.values() if party == NETWORK} == {"kept", "ended"}
    assert life.world.proposals[incident.id]["pr_1"].state == "accepted"
    assert of_type(life.ask(ResolveRequested, incident, public_text=SOLVED), IncidentResolved), "the whole, by itself"


def test_a_part_waits_for_what_its_own_vendor_asked_since_and_for_no_other_question(life: Life) -> None:
    incident = beside(life)
    life.hear(VendorInformationRequested, incident, PLATFORM, question="qu_1", text=TEXT)
    life.hear(VendorInformationRequested, incident, NETWORK, question="qu_2", text=TEXT)
    (refused,) = of_type(life.ask(ProposalAcceptRequested, incident, proposal="pr_1"), RequestRefused)
    assert (refused.code, incident.parallel) == ("open_questions", [NETWORK])
    life.hear(HandoffAnswered, incident, NETWORK, question="qu_2", text=TEXT, by=SAMORDNARE)
    life.ask(ProposalAcceptRequested, incident, proposal="pr_1")
    assert incident.parallel == []
    assert [question.id for question in life.world.open_questions(incident)] == ["qu_1"]


def test_a_rejected_part_stays_with_its_vendor(life: Life) -> None:
    incident = beside(life)
    life.ask(ProposalRejectRequested, incident, proposal="pr_1", reason=TEXT)
    assert (incident.lead, incident.parallel) == (PLATFORM, [NETWORK])
    assert {party for party, _ in life.running(incident)} == {PLATFORM, NETWORK}


def test_an_agreement_that_accepts_by_itself_accepts_a_part_as_a_part() -> None:
    generous = MALARVIK.model_dump(mode="json")
    for agreement in generous["agreements"]:
        agreement["accepts_proposals"] = True
    life = Life(directory=Directory.model_validate(generous))
    incident = beside(life)
    assert (incident.lead, incident.parallel, incident.state) == (PLATFORM, [], "waiting")
    (done,) = [each for each in of_type(life.history, IncidentAssigned) if each.rule == "accepted"]
    assert (done.proposal, done.by) == ("pr_1", None)
