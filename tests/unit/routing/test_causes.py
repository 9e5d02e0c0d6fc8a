"""What staff say about causes, and what grouping shows of incidents that are there (R11, R12, N6)."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.events.base import Event, Request
from contracts.events.routing import (
    ClockStarted,
    ClockStopped,
    ImpactChanged,
    IncidentAssigned,
    IncidentEscalated,
    IncidentOpened,
    IncidentSuperseded,
    IncidentTouched,
    IncidentTriaged,
    LinkSuggested,
    RequestRefused,
    ScopeRaised,
    SuggestionRefused,
    TicketLinked,
)
from contracts.events.ticketing import (
    LinkRequested,
    NoteWritten,
    SplitRequested,
    SuggestionAcceptRequested,
    SuggestionRefuseRequested,
    TicketAnswered,
    TicketConfirmedFixed,
    TicketReopened,
    TicketWithdrawn,
    TriageRequested,
    UnlinkRequested,
)
from grouping import Candidate, Decision, Join, Open, Raise, Suggest, Words
from routing.consumer import REACTIONS
from routing.domain.context import Context
from routing.domain.fold import fold
from routing.domain.state import Incident, Refusal
from tests.support.routing_life import EKBACKEN, LARARE, SAMORDNARE, TEKNIKER, Life, names, of_type

WHY: tuple[Words, ...] = ({"sv": "Samma sak.", "en": "The same."},)


@pytest.fixture
def life() -> Life:
    return Life()


def refused(stated: list[Event]) -> str:
    [event] = of_type(stated, RequestRefused)
    assert stated == [event]
    return event.code


def decides(life: Life, monkeypatch: pytest.MonkeyPatch, **shown: Any) -> list[Event]:
    """The next report is alone, and has shown this of other incidents."""
    decision = Decision(Open(WHY), "login", None, "cause-test", "v1", **shown)
    monkeypatch.setattr(life.engine, "decide", lambda _report: decision)
    return life.tell(life.filed("login"))


def asked(life: Life, monkeypatch: pytest.MonkeyPatch, incident: Incident, into: Incident) -> LinkSuggested:
    """Staff are asked whether the incident's tickets belong to the other."""
    tickets = tuple(ticket.id for ticket in life.world.tickets.values() if ticket.incident == incident.id)
    join = Join(incident.id, tickets, into.id, 0.7, WHY, by_itself=False)
    return of_type(decides(life, monkeypatch, joins=(join,)), LinkSuggested)[0]


def test_a_persons_link_moves_the_ticket_and_its_lone_incident_is_superseded(life: Life) -> None:
    former, into = life.file("login"), life.file("email")
    ticket = life.ticket_of(former)
    stated = life.ask(LinkRequested, into, by=TEKNIKER, ticket=ticket)
    assert names(stated)[:3] == ["incident.ticket_linked", "incident.impact_changed", "incident.superseded"]
    [linked] = of_type(stated, TicketLinked)
    assert (linked.ticket, linked.previous, linked.by, linked.request_id is not None) == (
        ticket, former.id, TEKNIKER, True,
    )  # fmt: skip
    assert linked.reasons[0]["sv"] == "IT-stödet på Ekbackens skola kopplade ärendet hit."
    [over] = of_type(stated, IncidentSuperseded)
    assert (over.successor, former.state, former.linked, into.linked) == (into.id, "superseded", 0, 2)
    assert {clock.reason for clock in of_type(stated, ClockStopped) if clock.incident == former.id} == {"ended"}
    assert life.running(into)
    assert not life.running(former)


def test_n6_an_unlinked_ticket_goes_on_alone_with_clocks_from_its_arrival(life: Life) -> None:
    incident = life.shared(3)
    ticket = life.ticket_of(incident, 1)
    filed_at = life.world.tickets[ticket].filed_at
    stated = life.ask(UnlinkRequested, incident, ticket=ticket)
    [opened] = of_type(stated, IncidentOpened)
    [linked] = of_type(stated, TicketLinked)
    assert (linked.incident, linked.previous, linked.by) == (opened.incident, incident.id, SAMORDNARE)
    assert {clock.started_at for clock in of_type(stated, ClockStarted)} == {filed_at}
    assert of_type(stated, ImpactChanged)[-1].tickets == incident.linked == 2
    assert life.world.incidents[opened.incident].service == "printing"
    # and back again: an undone unlink is a link
    life.ask(LinkRequested, incident, ticket=ticket)
    assert life.incident_of(ticket) == incident.id
    assert life.world.incidents[opened.incident].state == "superseded"


def test_what_staff_took_off_is_never_linked_there_again_by_itself(life: Life) -> None:
    incident = life.shared(2)
    ticket = life.ticket_of(incident, 1)
    life.ask(UnlinkRequested, incident, ticket=ticket)
    report = life.world.tickets[ticket].report
    decision = life.engine.decide(report)
    assert getattr(decision.outcome, "incident", None) != incident.id
    assert incident.id not in [one.incident for one in getattr(decision.outcome, "candidates", ())]


def test_a_split_takes_several_tickets_to_one_new_incident(life: Life) -> None:
    incident = life.shared(4)
    tickets = [life.ticket_of(incident, nth) for nth in (1, 2)]
    stated = life.ask(SplitRequested, incident, tickets=tickets[::-1])
    [opened] = of_type(stated, IncidentOpened)
    assert opened.ticket == tickets[0], "whose clocks count from its first report, in whatever order they are named"
    new = life.world.incidents[opened.incident]
    assert (new.linked, incident.linked) == (2, 2)
    assert {life.incident_of(ticket) for ticket in tickets} == {new.id}


@pytest.mark.parametrize(("voice", "state"), [(TicketConfirmedFixed, "closed"), (TicketWithdrawn, "cancelled")])
def test_n6_what_its_reporter_is_done_with_comes_out_as_it_was_and_is_nobodys_work(
    life: Life, voice: type[Event], state: str
) -> None:
    incident = life.shared(3)
    ticket = life.ticket_of(incident)
    life.voice(voice, ticket)
    running = life.running(incident)
    stated = life.ask(UnlinkRequested, incident, ticket=ticket)
    left = life.world.incidents[life.incident_of(ticket)]
    assert (left.state, left.lead, life.running(left)) == (state, None, {})
    assert not of_type(stated, IncidentAssigned)
    assert not of_type(stated, ClockStarted)
    assert (incident.unfinished, life.running(incident)) == (True, running)


def test_n7_who_was_informed_of_a_vendors_case_is_not_informed_of_the_part_that_staff_take_off_it(life: Life) -> None:
    incident = life.file("wifi", title="Nätet är nere i A1")
    life.tell(life.filed("wifi", reporter="larare-2", same_as=incident.id))
    informed = [e for e in of_type(life.history, IncidentEscalated) if e.trigger == "matrix"]
    assert informed
    stated = life.ask(UnlinkRequested, incident, ticket=life.ticket_of(incident, 1))
    assert of_type(stated, IncidentAssigned)[0].rule == incident.rule
    assert not [e for e in of_type(stated, IncidentEscalated) if e.trigger == "matrix"]


def test_n6_of_several_that_are_split_off_the_open_ones_are_work_and_count_from_their_arrival(life: Life) -> None:
    incident = life.shared(3)
    done, still = (life.ticket_of(incident, nth) for nth in range(2))
    life.voice(TicketConfirmedFixed, done)
    stated = life.ask(SplitRequested, incident, tickets=(done, still))
    assert life.incident_of(done) == life.incident_of(still)
    assert {event.started_at for event in of_type(stated, ClockStarted)} == {life.world.tickets[still].filed_at}


def test_what_came_out_closed_is_opened_again_with_a_path_and_clocks(life: Life) -> None:
    incident = life.shared(2)
    ticket = life.ticket_of(incident)
    life.voice(TicketConfirmedFixed, ticket)
    life.ask(UnlinkRequested, incident, ticket=ticket)
    life.voice(TicketReopened, ticket)
    again = life.world.incidents[life.incident_of(ticket)]
    assert (again.state, again.lead, again.path) == ("in_progress", EKBACKEN, incident.path)
    assert life.running(again)


def test_five_thousand_tickets_split_at_once_go_on_together(life: Life) -> None:
    incident = life.shared(2)
    first, other = life.ticket_of(incident), life.ticket_of(incident, 1)
    ticket, link = life.world.tickets[other], life.world.links[other]
    for _ in range(4999):  # as many as may be named at once, of a storm
        one = life.id("ticket")
        life.world.tickets[one], life.world.links[one] = replace(ticket, id=one), replace(link, ticket=one)
    incident.linked += 4999
    incident.schools[ticket.school] += 4999
    request = life.request(SplitRequested, incident.id, tickets=[one for one in life.world.tickets if one != first])
    context = Context(cause=request, now=request.at, understood=life.engine.understand(ticket.report))
    stated = []
    for event in REACTIONS[SplitRequested](life.world, request, context):
        fold(life.world, event)
        stated.append(event)
    [opened] = of_type(stated, IncidentOpened)
    linked = of_type(stated, TicketLinked)
    assert {one.ticket for one in linked} == {one.id for one in life.world.tickets.values() if one.id != first}
    assert len(linked) == 5000
    assert (incident.linked, life.world.incidents[opened.incident].linked) == (1, 5000)
    assert {impact.tickets for impact in of_type(stated, ImpactChanged)} == {1, 5000}, "told once of each"
    assert len(stated) - len(linked) < 20


def test_a_ticket_that_is_named_twice_is_taken_off_once(life: Life) -> None:
    incident = life.shared(2)
    ticket = life.ticket_of(incident, 1)
    [linked] = of_type(life.ask(SplitRequested, incident, tickets=[ticket, ticket]), TicketLinked)
    assert linked.ticket == ticket
    assert incident.linked == life.world.incidents[linked.incident].linked == 1


def test_not_everything_can_be_taken_off(life: Life) -> None:
    incident = life.shared(2)
    both = [life.ticket_of(incident, nth) for nth in (0, 1)]
    assert refused(life.ask(SplitRequested, incident, tickets=both)) == "alone"
    life.voice(TicketWithdrawn, both[1])
    assert refused(life.ask(UnlinkRequested, incident, ticket=both[0])) == "alone"


@pytest.mark.parametrize(
    ("event_type", "fields", "code"),
    [
        (LinkRequested, {"ticket": "tk_unknown"}, "unknown_ticket"),
        (UnlinkRequested, {"ticket": "tk_unknown"}, "unknown_ticket"),
        (SplitRequested, {"tickets": ["tk_unknown"]}, "unknown_ticket"),
        (SuggestionAcceptRequested, {"suggestion": "su_unknown"}, "unknown_suggestion"),
        (SuggestionRefuseRequested, {"suggestion": "su_unknown"}, "unknown_suggestion"),
        (TriageRequested, {"service": "fax"}, "unknown_service"),
    ],
)
def test_what_does_not_exist_is_refused_in_plain_words(
    life: Life, event_type: type[Request], fields: dict[str, Any], code: str
) -> None:
    assert refused(life.ask(event_type, life.shared(2), **fields)) == code


def test_a_link_to_where_it_is_or_of_another_kind_or_to_what_is_over_is_refused(life: Life) -> None:
    incident, order = life.file("login"), life.file("login", kind="request")
    assert refused(life.ask(LinkRequested, incident, ticket=life.ticket_of(incident))) == "already_there"
    assert refused(life.ask(LinkRequested, incident, ticket=life.ticket_of(order))) == "other_kind"
    assert refused(life.ask(LinkRequested, order, ticket=life.ticket_of(incident))) == "other_kind"
    over = life.file("email")
    life.voice(TicketConfirmedFixed, life.ticket_of(over))
    assert refused(life.ask(LinkRequested, over, ticket=life.ticket_of(incident))) == "wrong_state"
    assert refused(life.ask(LinkRequested, incident, ticket=life.ticket_of(over))) == "wrong_state"


def test_what_its_reporter_took_back_is_linked_nowhere(life: Life) -> None:
    incident, into = life.shared(2), life.file("login")
    ticket = life.ticket_of(incident, 1)
    life.voice(TicketWithdrawn, ticket)
    assert refused(life.ask(LinkRequested, into, ticket=ticket)) == "unknown_ticket"
    assert life.incident_of(ticket) == incident.id


def test_what_its_reporter_took_back_may_go_along_and_is_not_what_is_left(life: Life) -> None:
    incident = life.shared(3)
    back, live = (life.ticket_of(incident, nth) for nth in (1, 2))
    life.voice(TicketWithdrawn, back)
    life.ask(SplitRequested, incident, tickets=[back, live])
    assert life.incident_of(back) == life.incident_of(live) != incident.id
    assert incident.linked == 1


def test_a_foreign_ticket_does_not_exist(life: Life) -> None:
    foreign = Life("hallsberg")
    other = foreign.file("login")
    life.world.tickets |= foreign.world.tickets
    assert refused(life.ask(LinkRequested, life.file("login"), ticket=foreign.ticket_of(other))) == "unknown_ticket"


def test_a_ticket_that_has_left_meanwhile_is_not_moved(life: Life) -> None:
    incident, other = life.shared(2), life.file("login")
    ticket = life.ticket_of(incident, 1)
    life.ask(LinkRequested, other, ticket=ticket)
    assert refused(life.ask(UnlinkRequested, incident, ticket=ticket)) == "not_there"


def test_a_split_of_which_one_is_elsewhere_or_unknown_moves_none(life: Life) -> None:
    incident, other = life.shared(3), life.file("login")
    ticket = life.ticket_of(incident, 1)
    assert refused(life.ask(SplitRequested, incident, tickets=[ticket, life.ticket_of(other)])) == "not_there"
    assert refused(life.ask(SplitRequested, incident, tickets=[ticket, "tk_unknown"])) == "unknown_ticket"
    assert life.incident_of(ticket) == incident.id


def test_two_people_at_once_the_second_sees_that_the_first_was_there(life: Life) -> None:
    incident = life.shared(3)
    seen, ticket = incident.version, life.ticket_of(incident, 1)
    life.ask(UnlinkRequested, incident, ticket=ticket, seen_version=seen)
    late = life.ask(UnlinkRequested, incident, ticket=life.ticket_of(incident), by=TEKNIKER, seen_version=seen)
    assert refused(late) == "stale"


def test_a_report_that_may_be_another_cases_is_alone_and_staff_are_asked_about_each(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [life.file("email").id, life.file("wifi").id]
    candidates = tuple(Candidate(other, 0.6 - nth / 10, WHY) for nth, other in enumerate(others))
    decision = Decision(Suggest(candidates, WHY), "login", None, "cause-test", "v1")
    monkeypatch.setattr(life.engine, "decide", lambda _report: decision)
    late = life.filed("login")
    stated = life.tell(late)
    [opened] = of_type(stated, IncidentOpened)
    assert life.incident_of(late.ticket) == opened.incident
    asked = [(one.incident, one.candidate, one.tickets, one.score) for one in of_type(stated, LinkSuggested)]
    assert asked == [(opened.incident, other, (late.ticket,), 0.6 - nth / 10) for nth, other in enumerate(others)]


def test_an_accepted_suggestion_is_a_persons_link(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    incident, into = life.file("login"), life.file("email")
    question = asked(life, monkeypatch, incident, into)
    assert (question.incident, question.candidate, question.score) == (incident.id, into.id, 0.7)
    stated = life.ask(SuggestionAcceptRequested, incident, suggestion=question.suggestion)
    [linked] = of_type(stated, TicketLinked)
    assert (linked.incident, linked.suggestion) == (into.id, question.suggestion)
    assert incident.state == "superseded"
    again = life.request(SuggestionAcceptRequested, incident.id, suggestion=question.suggestion)
    assert refused(life.tell(again)) == "unknown_suggestion"


def test_an_accepted_suggestion_follows_the_candidates_successor(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    incident, middle, last = life.file("login"), life.file("email"), life.file("wifi")
    question = asked(life, monkeypatch, incident, middle)
    life.ask(LinkRequested, last, ticket=life.ticket_of(middle))
    life.ask(SuggestionAcceptRequested, incident, suggestion=question.suggestion)
    assert life.incident_of(question.tickets[0]) == last.id


def test_a_question_is_answered_on_the_case_that_it_is_about(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    question = asked(life, monkeypatch, life.file("login"), life.file("email"))
    other = life.file("wifi")
    for answer in (SuggestionAcceptRequested, SuggestionRefuseRequested):
        assert refused(life.ask(answer, other, suggestion=question.suggestion)) == "unknown_suggestion"


def test_nothing_is_put_on_what_was_closed_since_it_was_asked(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    incident, into = life.file("login"), life.file("email")
    question = asked(life, monkeypatch, incident, into)
    life.voice(TicketConfirmedFixed, life.ticket_of(into))
    assert into.state == "closed"
    assert refused(life.ask(SuggestionAcceptRequested, incident, suggestion=question.suggestion)) == "wrong_state"


def test_two_that_a_person_put_together_meanwhile_are_together(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    incident, into = life.file("login"), life.file("email")
    question = asked(life, monkeypatch, incident, into)
    life.ask(LinkRequested, incident, ticket=life.ticket_of(into))
    assert refused(life.ask(SuggestionAcceptRequested, incident, suggestion=question.suggestion)) == "already_there"


def test_a_refused_suggestion_is_not_asked_again(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    incident, into = life.file("login"), life.file("email")
    question = asked(life, monkeypatch, incident, into)
    [event] = of_type(life.ask(SuggestionRefuseRequested, incident, suggestion=question.suggestion), SuggestionRefused)
    assert event.version == incident.version
    monkeypatch.undo()
    decision = life.engine.decide(life.world.tickets[question.tickets[0]].report)
    assert into.id not in [one.incident for one in getattr(decision.outcome, "candidates", ())]
    assert (
        refused(life.ask(SuggestionRefuseRequested, incident, suggestion=question.suggestion)) == "unknown_suggestion"
    )


def test_a_no_to_a_candidate_that_went_on_in_another_is_a_no_to_that(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident, middle, last = life.file("login"), life.file("email"), life.file("login")
    question = asked(life, monkeypatch, incident, middle)
    monkeypatch.undo()
    report = life.world.tickets[question.tickets[0]].report
    life.ask(LinkRequested, last, ticket=life.ticket_of(middle))
    before = life.engine.decide(report)
    assert last.id in [one.incident for one in getattr(before.outcome, "candidates", ())]
    life.ask(SuggestionRefuseRequested, incident, suggestion=question.suggestion)
    decision = life.engine.decide(report)
    assert last.id not in [one.incident for one in getattr(decision.outcome, "candidates", ())]
    assert (Refusal, f"{report.ticket}/{last.id}") in life.world.changed


def test_settling_joins_a_lone_untouched_incident_by_itself(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    lone, into = life.file("login"), life.file("email")
    ticket = life.ticket_of(lone)
    stated = decides(life, monkeypatch, joins=(Join(lone.id, (ticket,), into.id, 0.9, WHY),))
    linked = next(event for event in of_type(stated, TicketLinked) if event.ticket == ticket)
    assert (linked.incident, linked.previous, linked.by, linked.reasons) == (into.id, lone.id, None, WHY)
    assert lone.state == "superseded"


def test_what_has_gone_to_one_cause_goes_to_no_other_by_the_same_report(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    lone, into, other = life.file("login"), life.file("email"), life.file("wifi")
    ticket = life.ticket_of(lone)
    joins = tuple(Join(lone.id, (ticket,), target.id, 0.9, WHY) for target in (into, other))
    stated = decides(life, monkeypatch, joins=joins)
    assert [event.incident for event in of_type(stated, TicketLinked) if event.ticket == ticket] == [into.id]
    assert (lone.successor, other.linked) == (into.id, 1)


def test_the_same_problem_as_a_superseded_incident_is_its_successors(life: Life) -> None:
    former, into = life.file("login"), life.file("email")
    life.ask(LinkRequested, into, ticket=life.ticket_of(former))
    late = life.filed("login", same_as=former.id)
    life.tell(late)
    assert life.incident_of(late.ticket) == into.id


def test_raising_states_how_far_it_reaches_and_why(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    incident = life.file("wifi")
    stated = decides(life, monkeypatch, raised=Raise(incident.id, "schools", WHY))
    [raised] = of_type(stated, ScopeRaised)
    assert (raised.scope, raised.reasons, incident.scope) == ("schools", WHY, "schools")


def test_triage_sets_what_it_is_about_and_is_not_overruled(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    incident = life.file("wifi")
    title = {"sv": "Nätet på Ekbackens skola"}
    stated = life.ask(TriageRequested, incident, service="wired_network", scope="school", public_title=title)
    assert of_type(stated, IncidentTriaged)[0].public_title == title
    assert (incident.service, incident.scope) == ("wired_network", "school")
    decides(life, monkeypatch, raised=Raise(incident.id, "schools", WHY))
    assert incident.scope == "school"


def test_triage_may_say_that_it_is_none_of_the_services(life: Life) -> None:
    incident = life.file("wifi")
    life.ask(TriageRequested, incident, service="other")
    assert (incident.service, incident.set_service) == ("other", "other")


def test_what_is_over_is_not_triaged_any_more(life: Life) -> None:
    incident = life.file("wifi")
    life.voice(TicketConfirmedFixed, life.ticket_of(incident))
    assert refused(life.ask(TriageRequested, incident, service="email")) == "wrong_state"


def test_a_removed_title_is_told_and_is_no_word_on_the_cause(life: Life) -> None:
    incident = life.file("wifi")
    [event] = of_type(life.ask(TriageRequested, incident, title_removed=True), IncidentTriaged)
    assert (event.title_removed, event.public_title) == (True, None)
    assert (incident.set_service, incident.set_scope, incident.touched) == (None, None, True)


def test_a_title_alone_is_no_word_on_the_cause(life: Life) -> None:
    incident = life.file("wifi")
    life.ask(TriageRequested, incident, public_title={"sv": "Nätet"})
    assert (incident.set_service, incident.set_scope, incident.touched) == (None, None, True)


@pytest.mark.parametrize("staff", [True, False], ids=["staff", "reporter"])
def test_who_writes_touches_the_incident_once(life: Life, staff: bool) -> None:
    incident = life.file("login")
    assert not incident.touched

    def write() -> list[Event]:
        if staff:
            return life.tell(life.make(NoteWritten, incident=incident.id, by=TEKNIKER, audience=["internal"]))
        ticket = life.ticket_of(incident)
        return life.tell(life.make(TicketAnswered, ticket=ticket, incident=incident.id, by=LARARE, text={"sv": "Hej"}))

    assert of_type(write(), IncidentTouched)
    assert incident.touched
    assert write() == []
