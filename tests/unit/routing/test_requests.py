"""What people ask for: each request ends in an effect that names it, or in a refusal in plain words."""

import pytest

from contracts.events.base import Event
from contracts.events.routing import (
    ClockStarted,
    ClockStopped,
    IncidentAssigned,
    IncidentClosed,
    IncidentResolved,
    ProposalRejected,
    RequestRefused,
)
from contracts.events.ticketing import (
    AssignmentRequested,
    CloseRequested,
    HandOffRequested,
    ProposalAcceptRequested,
    ProposalRejectRequested,
    PublishRequested,
    ResolveRequested,
    TakeBackRequested,
    TriageRequested,
    VendorAnswerRequested,
)
from contracts.events.vendor_bridge import VendorInformationRequested, VendorResolutionProposed
from routing.domain.state import Incident
from tests.support.routing_life import (
    COORDINATOR,
    EKBACKEN,
    NETWORK,
    PLATFORM,
    SAMORDNARE,
    TEKNIKER,
    Life,
    names,
    of_type,
)

SOLVED = {"sv": "Nu fungerar det."}


@pytest.fixture
def life() -> Life:
    return Life()


def refusal(stated: list[Event]) -> str:
    [refused] = stated
    assert isinstance(refused, RequestRefused)
    assert refused.reason["sv"]
    assert refused.reason["en"]
    return refused.code


def test_an_assignment_moves_the_ball_with_its_clocks(life: Life) -> None:
    incident = life.file("login")
    request = life.request(AssignmentRequested, incident.id, party="team:it-enheten", note={"sv": "Ser ut som AD."})
    stated = life.tell(request)
    assigned = of_type(stated, IncidentAssigned)[0]
    assert (assigned.party, assigned.previous, assigned.rule) == ("team:it-enheten", EKBACKEN, "request")
    assert (assigned.request_id, assigned.by) == (request.request_id, SAMORDNARE)
    assert assigned.note == {"sv": "Ser ut som AD."}
    assert assigned.reason["sv"] == "Samordnaren för skolornas IT lade det där."
    stopped = of_type(stated, ClockStopped)
    assert {(clock.party, clock.reason) for clock in stopped} == {(EKBACKEN, "handed_over")}
    assert {clock.party for clock in of_type(stated, ClockStarted)} == {"team:it-enheten"}
    assert {clock.stopped_at for clock in stopped} == {clock.started_at for clock in of_type(stated, ClockStarted)}
    assert incident.state == "in_progress"


def test_whoever_takes_a_case_has_acknowledged_it(life: Life) -> None:
    incident = life.file("login")
    life.ask(AssignmentRequested, incident, by=SAMORDNARE, party=COORDINATOR)
    assert (COORDINATOR, "acknowledge") not in life.running(incident)
    assert (COORDINATOR, "resolve") in life.running(incident)


def test_a_hand_off_makes_the_vendor_lead_and_the_case_wait(life: Life) -> None:
    incident = life.file("login")
    stated = life.ask(HandOffRequested, incident, vendor=NETWORK, note={"sv": "Switchen i B-huset."})
    assert names(stated)[:2] == ["incident.assigned", "incident.state_changed"]
    assert (incident.lead, incident.state, incident.waiting_on) == (NETWORK, "waiting", "vendor")
    assert {party for party, _ in life.running(incident)} == {NETWORK}


def test_a_hand_off_from_vendor_to_vendor_names_the_one_before(life: Life) -> None:
    incident = life.file("learning_platform")
    assigned = of_type(life.ask(HandOffRequested, incident, vendor=NETWORK), IncidentAssigned)[0]
    assert (assigned.previous, assigned.party) == (PLATFORM, NETWORK)
    assert incident.state == "waiting"


def test_a_parallel_vendor_works_beside_the_lead_with_clocks_of_its_own(life: Life) -> None:
    incident = life.file("login")
    life.ask(HandOffRequested, incident, by=TEKNIKER, vendor=NETWORK, role="parallel")
    assert (incident.lead, incident.parallel, incident.state) == (EKBACKEN, [NETWORK], "new")
    assert {party for party, _ in life.running(incident)} == {EKBACKEN, NETWORK}
    stated = life.ask(TakeBackRequested, incident, vendor=NETWORK)
    ended = of_type(stated, IncidentAssigned)[0]
    assert (ended.role, ended.previous, ended.party, ended.rule) == ("parallel", NETWORK, EKBACKEN, "taken_back")
    assert incident.parallel == []
    assert {party for party, _ in life.running(incident)} == {EKBACKEN}


def test_n8_a_case_with_a_vendor_can_always_be_taken_back(life: Life) -> None:
    incident = life.file("learning_platform")
    assigned = of_type(life.ask(TakeBackRequested, incident), IncidentAssigned)[0]
    assert (assigned.party, assigned.previous, assigned.rule) == (COORDINATOR, PLATFORM, "taken_back")
    assert (incident.state, incident.waiting_on) == ("in_progress", None)
    assert {party for party, _ in life.running(incident)} == {COORDINATOR}


def test_n8_taking_back_needs_neither_a_directory_nor_the_vendor_in_it(life: Life) -> None:
    incident = life.file("learning_platform")
    life.world.directories.clear()
    assert of_type(life.ask(TakeBackRequested, incident, by=TEKNIKER), IncidentAssigned)[0].party == EKBACKEN


def test_resolving_ends_the_clocks_and_closing_follows(life: Life) -> None:
    incident = life.file("login")
    stated = life.ask(ResolveRequested, incident, public_text=SOLVED)
    assert of_type(stated, IncidentResolved)[0].public_text == SOLVED
    assert {clock.promise: clock.reason for clock in of_type(stated, ClockStopped)} == {
        "acknowledge": "ended",
        "next_update": "ended",
        "resolve": "kept",
    }
    assert not life.running(incident)
    assert of_type(life.ask(CloseRequested, incident), IncidentClosed)
    assert incident.state == "closed"


def test_an_open_question_keeps_the_case_from_being_resolved(life: Life) -> None:
    incident = life.file("learning_platform")
    life.hear(VendorInformationRequested, incident, question="qu_1", text={"sv": "Vilken webbläsare?"})
    assert refusal(life.ask(ResolveRequested, incident, public_text=SOLVED)) == "open_questions"


def propose(life: Life, incident: Incident) -> None:
    life.hear(VendorResolutionProposed, incident, proposal="pr_1", text={"sv": "Omstartad."})


def test_an_accepted_proposal_resolves_the_incident_and_names_the_proposal(life: Life) -> None:
    incident = life.file("learning_platform")
    propose(life, incident)
    resolved = of_type(life.ask(ProposalAcceptRequested, incident, proposal="pr_1"), IncidentResolved)[0]
    assert resolved.proposal == "pr_1"
    assert refusal(life.ask(ProposalAcceptRequested, incident, proposal="pr_1")) == "wrong_state"


def test_a_rejected_proposal_leaves_the_case_with_the_vendor(life: Life) -> None:
    incident = life.file("learning_platform")
    propose(life, incident)
    version = incident.version
    stated = life.ask(ProposalRejectRequested, incident, proposal="pr_1", reason={"sv": "Det är lika trögt."})
    assert of_type(stated, ProposalRejected)[0].reason == {"sv": "Det är lika trögt."}
    assert (incident.lead, incident.state, incident.version) == (PLATFORM, "waiting", version + 1)
    assert refusal(life.ask(ProposalRejectRequested, incident, proposal="pr_1", reason={"sv": "Nej."})) == "wrong_state"


def test_a_proposal_of_a_vendor_that_lost_the_case_is_not_decided(life: Life) -> None:
    incident = life.file("learning_platform")
    propose(life, incident)
    life.ask(TakeBackRequested, incident)
    assert refusal(life.ask(ProposalAcceptRequested, incident, proposal="pr_1")) == "not_held"


def test_an_unknown_proposal_is_refused(life: Life) -> None:
    incident = life.file("learning_platform")
    assert refusal(life.ask(ProposalAcceptRequested, incident, proposal="pr_9")) == "unknown_proposal"


def test_a_request_made_on_an_older_version_is_refused_and_one_without_version_is_not(life: Life) -> None:
    incident = life.file("login")
    seen = incident.version
    life.ask(AssignmentRequested, incident, party=COORDINATOR, by=TEKNIKER)
    assert refusal(life.ask(HandOffRequested, incident, vendor=NETWORK, seen_version=seen)) == "stale"
    assert of_type(life.ask(HandOffRequested, incident, vendor=NETWORK), IncidentAssigned)


def test_r5_ones_own_changes_do_not_make_what_one_has_seen_stale(life: Life) -> None:
    """The second thing that one does on a page, or before the first is decided."""
    incident = life.file("login")
    seen = incident.version
    life.ask(TriageRequested, incident, scope="room", public_title={"sv": "Inloggningen"}, seen_version=seen)
    assert incident.version > seen
    assert of_type(life.ask(AssignmentRequested, incident, party=COORDINATOR, seen_version=seen), IncidentAssigned)
    between = incident.version
    life.ask(PublishRequested, incident, published=True, by=TEKNIKER)
    assert refusal(life.ask(AssignmentRequested, incident, seen_version=between, party=EKBACKEN)) == "stale"
    read = incident.version
    assert refusal(life.ask(AssignmentRequested, incident, seen_version=seen, by=TEKNIKER, party=EKBACKEN)) == "stale"
    assert (
        refusal(life.ask(AssignmentRequested, incident, seen_version=read + 1, by=TEKNIKER, party=EKBACKEN)) == "stale"
    )
    assert of_type(
        life.ask(AssignmentRequested, incident, seen_version=between, by=TEKNIKER, party=EKBACKEN), IncidentAssigned
    )
    assert refusal(life.ask(AssignmentRequested, incident, seen_version=read, party=EKBACKEN)) == "stale"


def test_links_of_a_storm_do_not_make_a_seen_version_stale(life: Life) -> None:
    incident = life.shared(1)
    seen = incident.version
    assert life.shared(3) is incident
    assert of_type(life.ask(AssignmentRequested, incident, party=COORDINATOR, seen_version=seen), IncidentAssigned)


def test_a_foreign_or_unknown_incident_does_not_exist(life: Life) -> None:
    foreign = Life("hallsberg").file("login")
    life.world.incidents[foreign.id] = foreign
    assert refusal(life.ask(CloseRequested, foreign)) == "unknown_incident"
    assert refusal(life.tell(life.request(CloseRequested, "in_unknown"))) == "unknown_incident"


@pytest.mark.parametrize(
    ("event_type", "fields", "code"),
    [
        (AssignmentRequested, {"party": "team:finns-inte"}, "unknown_party"),
        (AssignmentRequested, {"party": NETWORK}, "unknown_party"),
        (AssignmentRequested, {"party": EKBACKEN}, "already_there"),
        (HandOffRequested, {"vendor": "vendor:finns-inte"}, "unknown_party"),
        (HandOffRequested, {"vendor": COORDINATOR}, "unknown_party"),
        (TakeBackRequested, {}, "not_held"),
        (TakeBackRequested, {"vendor": NETWORK}, "not_held"),
        (CloseRequested, {}, "wrong_state"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(
    life: Life, event_type: type[Event], fields: dict[str, str], code: str
) -> None:
    incident = life.file("login")
    version = incident.version
    assert refusal(life.ask(event_type, incident, by=SAMORDNARE, **fields)) == code
    assert (incident.version, incident.lead) == (version, EKBACKEN)


def test_a_vendor_that_has_it_is_not_handed_it_again(life: Life) -> None:
    incident = life.file("learning_platform")
    assert refusal(life.ask(HandOffRequested, incident, vendor=PLATFORM)) == "already_there"
    assert refusal(life.ask(HandOffRequested, incident, vendor=PLATFORM, role="parallel")) == "already_there"


def test_a_vendor_beside_the_lead_is_taken_back_before_it_can_lead(life: Life) -> None:
    incident = life.file("login")
    life.ask(HandOffRequested, incident, vendor=NETWORK, role="parallel")
    assert refusal(life.ask(HandOffRequested, incident, vendor=NETWORK)) == "works_beside"
    life.ask(TakeBackRequested, incident, vendor=NETWORK)
    life.ask(HandOffRequested, incident, vendor=NETWORK)
    assert sorted(life.running(incident)) == [(NETWORK, p) for p in ("acknowledge", "next_update", "resolve")]


@pytest.mark.parametrize(
    ("event_type", "fields"),
    [
        (AssignmentRequested, {"party": COORDINATOR}),
        (HandOffRequested, {"vendor": NETWORK}),
        (TakeBackRequested, {}),
        (ResolveRequested, {"public_text": SOLVED}),
    ],
)
def test_nothing_moves_a_resolved_incident(life: Life, event_type: type[Event], fields: dict[str, object]) -> None:
    incident = life.file("login")
    life.ask(ResolveRequested, incident, public_text=SOLVED)
    assert refusal(life.ask(event_type, incident, by=SAMORDNARE, **fields)) == "wrong_state"


def test_n2_a_repeated_request_has_no_second_effect(life: Life) -> None:
    incident = life.file("login")
    request = life.request(AssignmentRequested, incident.id, party=COORDINATOR)
    assert life.tell(request)
    again = life.make(AssignmentRequested, **request.model_dump(exclude={"id", "at", "municipality"}))
    assert life.tell(again) == []
    refused = life.request(CloseRequested, incident.id)
    assert life.tell(refused)
    assert life.tell(life.make(CloseRequested, **refused.model_dump(exclude={"id", "at", "municipality"}))) == []


def test_an_answer_to_a_vendor_is_the_bridges_to_decide(life: Life) -> None:
    incident = life.file("learning_platform")
    assert life.ask(VendorAnswerRequested, incident, question="qu_1", text={"sv": "Ja."}) == []
