"""R8: staff ask a ticket's reporter. To resolve waits for the answer, until it has come or staff need it no more."""

import pytest

from contracts.events.base import Event
from contracts.events.routing import ClockPaused, ClockResumed, ClockStopped, QuestionClosed, RequestRefused
from contracts.events.ticketing import (
    HandOffRequested,
    LinkRequested,
    QuestionCloseRequested,
    ReopenRequested,
    ResolveRequested,
    SplitRequested,
    TicketAnswered,
    TicketConfirmedFixed,
    TicketQuestionAsked,
    TicketWithdrawn,
)
from contracts.events.vendor_bridge import HandoffAnswered, VendorInformationRequested, VendorResolutionProposed
from contracts.values import SYSTEM, Actor
from routing.domain.state import Incident
from tests.support.routing_life import EKBACKEN, LARARE, NETWORK, TEKNIKER, Life, of_type

TEXT = {"sv": "Text."}


@pytest.fixture
def life() -> Life:
    return Life()


def ask(life: Life, incident: Incident, nth: int = 0, question: str = "qu_1", by: Actor = TEKNIKER) -> list[Event]:
    ticket = life.ticket_of(incident, nth)
    return life.tell(
        life.make(TicketQuestionAsked, ticket=ticket, incident=incident.id, by=by, question=question, text=TEXT)
    )


def answer(life: Life, incident: Incident, ticket: str, question: str = "qu_1") -> list[Event]:
    return life.tell(
        life.make(TicketAnswered, ticket=ticket, incident=incident.id, by=LARARE, text=TEXT, question=question)
    )


def close(life: Life, incident: Incident, ticket: str, question: str = "qu_1") -> list[Event]:
    return life.ask(QuestionCloseRequested, incident, by=TEKNIKER, ticket=ticket, question=question, reason=TEXT)


def refused(stated: list[Event]) -> str:
    [refusal] = of_type(stated, RequestRefused)
    return refusal.code


def resolve(life: Life, incident: Incident) -> list[Event]:
    return life.ask(ResolveRequested, incident, public_text=TEXT)


def test_only_the_promise_to_resolve_stands_still_until_the_answer_has_come(life: Life) -> None:
    incident = life.file("login")
    assert [(e.promise, e.reason) for e in of_type(ask(life, incident), ClockPaused)] == [("resolve", "reporter")]
    assert refused(resolve(life, incident)) == "open_questions"
    assert [e.promise for e in of_type(answer(life, incident, life.ticket_of(incident)), ClockResumed)] == ["resolve"]
    resolve(life, incident)
    assert incident.state == "resolved"


def test_who_asks_has_seen_the_case_and_its_reporter_has_heard_of_it(life: Life) -> None:
    incident = life.file("login")
    stopped = {clock.promise: clock.reason for clock in of_type(ask(life, incident), ClockStopped)}
    assert stopped == {"acknowledge": "kept", "next_update": "kept"}
    assert (EKBACKEN, "next_update") in life.running(incident), "the next one is promised anew, and counts"
    assert incident.touched


def test_n8_of_several_who_reported_one_hears_of_a_question_and_the_others_are_still_owed_a_word(life: Life) -> None:
    incident = life.file("login")
    assert life.file("login", same_as=incident.id, reporter="larare-2") is incident
    assert {clock.promise for clock in of_type(ask(life, incident), ClockStopped)} == {"acknowledge"}
    life.tell(life.make(TicketWithdrawn, ticket=life.ticket_of(incident, 1), incident=incident.id, by=LARARE))
    assert "next_update" in {clock.promise for clock in of_type(ask(life, incident, question="qu_2"), ClockStopped)}


def test_staff_close_their_question_with_a_reason_and_everything_goes_on(life: Life) -> None:
    incident = life.file("login")
    ask(life, incident)
    stated = close(life, incident, life.ticket_of(incident))
    [closed] = of_type(stated, QuestionClosed)
    assert (closed.question, closed.reason, closed.by, closed.ticket) == (
        "qu_1",
        TEXT,
        TEKNIKER,
        life.ticket_of(incident),
    )
    assert closed.request_id is not None
    assert [e.promise for e in of_type(stated, ClockResumed)] == ["resolve"]
    assert refused(close(life, incident, life.ticket_of(incident))) == "unknown_question", "it is closed already"
    resolve(life, incident)
    assert incident.state == "resolved"


def test_what_nobody_asked_or_a_vendor_did_is_not_closed(life: Life) -> None:
    incident, other = life.file("login"), life.file("platform")
    ticket = life.ticket_of(incident)
    life.hear(VendorInformationRequested, incident, NETWORK, question="qu_v", text=TEXT, ticket=ticket)
    ask(life, incident)
    assert refused(close(life, incident, ticket, "qu_v")) == "unknown_question"
    assert refused(close(life, incident, ticket, "qu_none")) == "unknown_question"
    assert refused(close(life, other, ticket)) == "unknown_question", "of another case"
    assert len(life.world.open_questions(incident)) == 2


def test_a_vendors_proposal_does_not_answer_what_staff_asked(life: Life) -> None:
    incident = life.file("login")
    ask(life, incident)
    life.hear(VendorResolutionProposed, incident, NETWORK, proposal="pr_1", text=TEXT)
    assert refused(resolve(life, incident)) == "open_questions"


def test_of_many_the_clock_stands_still_only_while_all_are_asked(life: Life) -> None:
    incident = life.shared(2)
    assert of_type(ask(life, incident, 0, "qu_1"), ClockPaused) == []
    assert len(of_type(ask(life, incident, 1, "qu_2"), ClockPaused)) == 1
    assert len(of_type(answer(life, incident, life.ticket_of(incident, 0)), ClockResumed)) == 1


def test_a_question_goes_where_its_ticket_goes_and_its_answer_finds_it(life: Life) -> None:
    incident = life.shared(2)
    ticket = life.ticket_of(incident, 1)
    ask(life, incident, 1)
    life.ask(SplitRequested, incident, tickets=[ticket])
    alone = life.world.incidents[life.incident_of(ticket)]
    assert alone is not incident
    assert life.world.open_questions(incident) == []
    assert [question.incident for question in life.world.open_questions(alone)] == [alone.id]
    answer(life, incident, ticket)  # the form was drawn before the ticket was moved
    assert life.world.open_questions(alone) == []


def test_a_vendors_question_stays_with_its_case_and_ends_there_when_the_ticket_is_gone(life: Life) -> None:
    """What ends it the bridge states, which sees every order (0026); the vendor's case is held up by nothing then."""
    incident = life.shared(2)
    ticket = life.ticket_of(incident, 1)
    life.ask(HandOffRequested, incident, vendor=NETWORK)
    handed = {"handoff": "ho_1", "incident": incident.id, "vendor": NETWORK, "ticket": ticket, "text": TEXT}
    life.tell(life.make(VendorInformationRequested, message="msg_1", question="qu_1", **handed))
    life.ask(SplitRequested, incident, tickets=[ticket])
    alone = life.world.incidents[life.incident_of(ticket)]
    assert life.world.open_questions(alone) == []
    assert refused(resolve(life, incident)) == "open_questions"
    life.tell(life.make(HandoffAnswered, question="qu_1", by=SYSTEM, **handed))
    assert life.world.open_questions(incident) == []
    assert {clock.paused for clock in life.world.clocks_of(incident)} == {None}
    resolve(life, incident)
    assert incident.state == "resolved"


def test_a_question_that_crosses_its_tickets_move_is_asked_where_the_ticket_is(life: Life) -> None:
    incident, into = life.file("login"), life.file("login", school="hasselbacken")
    ticket = life.ticket_of(incident)
    life.ask(LinkRequested, into, ticket=ticket)
    question = {"question": "qu_1", "text": TEXT, "by": TEKNIKER}
    life.tell(life.make(TicketQuestionAsked, ticket=ticket, incident=incident.id, **question))
    assert [each.id for each in life.world.open_questions(into)] == ["qu_1"]
    close(life, into, ticket)
    assert life.world.open_questions(into) == []


@pytest.mark.parametrize("word", [TicketConfirmedFixed, TicketWithdrawn])
def test_a_question_ends_with_the_report_it_was_put_to(life: Life, word: type[Event]) -> None:
    incident = life.shared(2)
    ticket = life.ticket_of(incident, 1)
    ask(life, incident, 1)
    [closed] = of_type(life.voice(word, ticket), QuestionClosed)
    assert (closed.ticket, closed.by, closed.request_id) == (ticket, None, None)
    resolve(life, incident)
    assert incident.state == "resolved"


def test_a_question_ends_with_the_solution_and_one_that_comes_after_it_at_once(life: Life) -> None:
    incident = life.file("login")
    ask(life, incident)
    [closed] = of_type(life.voice(TicketConfirmedFixed, life.ticket_of(incident)), QuestionClosed)
    assert closed.by is None, "by the case itself, whoever said that it works"
    late = life.file("platform")
    resolve(life, late)
    assert [each.question for each in of_type(ask(life, late, question="qu_late"), QuestionClosed)] == ["qu_late"]
    life.ask(ReopenRequested, late, reason=TEXT)
    assert life.world.open_questions(late) == [], "staff ask again if they still have to know"


def test_a_question_that_is_heard_twice_is_one(life: Life) -> None:
    incident = life.file("login")
    ask(life, incident)
    answer(life, incident, life.ticket_of(incident))
    ask(life, incident)
    assert life.world.open_questions(incident) == []
