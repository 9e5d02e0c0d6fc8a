"""A yes or no is about one incident beside another: about all reports that it has when it is answered."""

from typing import Any

import pytest

from contracts.events.base import Event
from contracts.events.routing import IncidentSuperseded, LinkSuggested, RequestRefused, SuggestionRefused, TicketLinked
from contracts.events.ticketing import (
    LinkRequested,
    SplitRequested,
    SuggestionAcceptRequested,
    SuggestionRefuseRequested,
    UnlinkRequested,
)
from grouping import Decision, Join, Open, Words
from routing.domain import answering
from routing.domain.state import Incident, Refusal
from tests.support.routing_life import Life, of_type
from tests.support.routing_stream import Stream

WHY: tuple[Words, ...] = ({"sv": "Samma sak.", "en": "The same."},)


@pytest.fixture
def life() -> Life:
    return Life()


@pytest.fixture
def ask(life: Life, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Grouping asks, with the next report, whether the incident is the other's cause."""

    def asked(incident: Incident, into: Incident) -> LinkSuggested:
        join = Join(incident.id, tuple(on(life, incident)), into.id, 0.7, WHY, by_itself=False)
        decision = Decision(Open(WHY), "login", None, "cause-test", "v1", joins=(join,))
        with monkeypatch.context() as patched:
            patched.setattr(life.engine, "decide", lambda _report: decision)
            return of_type(life.tell(life.filed("login")), LinkSuggested)[0]

    return asked


def on(life: Life, incident: Incident) -> list[str]:
    return [ticket.id for ticket in life.world.tickets.values() if ticket.incident == incident.id]


def joined(life: Life, incident: Incident, count: int, reporter: str = "kollega") -> list[str]:
    """So many more report the same."""
    reports = [life.filed("login", same_as=incident.id, reporter=f"{reporter}-{n}") for n in range(count)]
    for report in reports:
        life.tell(report)
    return [report.ticket for report in reports]


def yes(life: Life, incident: Incident, question: LinkSuggested) -> list[Event]:
    return life.ask(SuggestionAcceptRequested, incident, suggestion=question.suggestion)


def moved(stated: list[Event]) -> set[str]:
    return {event.ticket for event in of_type(stated, TicketLinked)}


def refused(stated: list[Event]) -> str:
    [event] = of_type(stated, RequestRefused)
    return event.code


def test_a_yes_moves_all_that_the_incident_has_by_then(life: Life, ask: Any) -> None:
    incident, into = life.file("login"), life.file("email")
    joined(life, into, 2)
    question = ask(incident, into)
    later = joined(life, incident, 2, "senare")
    assert question.tickets == (life.ticket_of(incident),), "it was asked of the first alone"
    stated = yes(life, incident, question)
    assert moved(stated) == {*question.tickets, *later}
    assert {event.suggestion for event in of_type(stated, TicketLinked)} == {question.suggestion}
    assert (incident.state, incident.linked, into.linked) == ("superseded", 0, 6)
    [over] = of_type(stated, IncidentSuperseded)
    assert over.successor == into.id


def test_it_can_be_undone_at_one_go(life: Life, ask: Any) -> None:
    incident, into = life.file("login"), life.file("email")
    question = ask(incident, into)
    joined(life, incident, 2, "senare")
    gone = moved(yes(life, incident, question))
    life.ask(SplitRequested, into, tickets=sorted(gone))
    [again] = {life.incident_of(ticket) for ticket in gone}
    assert (life.world.incidents[again].linked, into.linked) == (3, 1)


def test_what_a_person_linked_there_goes_along_with_what_it_was_put_with(life: Life, ask: Any) -> None:
    """Whoever linked it said that it is of the incident's cause: that is where that is."""
    incident, into, other = life.file("login"), life.file("email"), life.file("wifi")
    question = ask(incident, into)
    life.ask(LinkRequested, incident, ticket=life.ticket_of(other))
    assert len(moved(yes(life, incident, question))) == 2
    assert incident.state == "superseded"


def test_what_a_person_said_does_not_belong_there_stays(life: Life, ask: Any) -> None:
    incident, into = life.file("login"), life.file("email")
    [taken, _] = joined(life, into, 2)
    question = ask(incident, into)
    later = joined(life, incident, 1, "senare")
    life.ask(LinkRequested, incident, ticket=taken)
    assert moved(yes(life, incident, question)) == {*question.tickets, *later}
    assert (life.incident_of(taken), incident.linked, incident.state) == (incident.id, 1, "new")


def test_a_no_to_what_went_on_there_is_kept_too(life: Life, ask: Any) -> None:
    incident, middle, last = life.file("login"), life.file("email"), life.file("wifi")
    [taken, *_] = joined(life, middle, 2)
    question = ask(incident, last)
    life.ask(LinkRequested, incident, ticket=taken)
    yes(life, middle, ask(middle, last))
    assert moved(yes(life, incident, question)) == set(question.tickets)
    assert life.incident_of(taken) == incident.id


def test_a_question_stands_while_any_report_that_it_was_asked_of_is_there(life: Life, ask: Any) -> None:
    incident, into = life.file("login"), life.file("email")
    joined(life, into, 3)
    [second] = joined(life, incident, 1, "senare")
    question = ask(incident, into)
    life.ask(UnlinkRequested, incident, ticket=question.tickets[0])
    assert moved(yes(life, incident, question)) == {second}


def test_it_stands_no_more_when_none_of_them_is(life: Life, ask: Any) -> None:
    incident, into = life.file("login"), life.file("email")
    question = ask(incident, into)
    joined(life, incident, 1, "senare")
    life.ask(UnlinkRequested, incident, ticket=question.tickets[0])
    assert refused(yes(life, incident, question)) == "not_there"


def test_of_two_who_answer_at_once_the_first_is_heard(life: Life, ask: Any) -> None:
    incident, into = life.file("login"), life.file("email")
    question = ask(incident, into)
    joined(life, incident, 2, "senare")
    both = [life.request(SuggestionAcceptRequested, incident.id, suggestion=question.suggestion) for _ in "ab"]
    assert len(moved(life.tell(both[0]))) == 3
    assert refused(life.tell(both[1])) == "unknown_suggestion"


def test_who_reports_the_same_just_after_a_yes_is_where_the_others_went(life: Life, ask: Any) -> None:
    incident, into = life.file("login"), life.file("email")
    yes(life, incident, ask(incident, into))
    [late] = joined(life, incident, 1)
    assert life.incident_of(late) == into.id


def test_a_no_is_about_all_of_them_too(life: Life, ask: Any) -> None:
    """Taken off later, none of them is asked about again."""
    incident, into = life.file("login"), life.file("email")
    question = ask(incident, into)
    later = joined(life, incident, 2, "senare")
    [said] = of_type(life.ask(SuggestionRefuseRequested, incident, suggestion=question.suggestion), SuggestionRefused)
    assert said.tickets == (*question.tickets, *later)
    for ticket in said.tickets:
        assert (Refusal, f"{ticket}/{into.id}") in life.world.changed
    life.ask(UnlinkRequested, incident, ticket=later[1])
    decision = life.engine.decide(life.world.tickets[later[1]].report)
    assert into.id not in [one.incident for one in getattr(decision.outcome, "candidates", ())]


def test_whatever_happened_before_a_yes_leaves_nothing_but_what_a_person_kept_off() -> None:
    moves = 0
    for seed in range(4):
        stream = Stream(seed=seed)
        world = stream.life.world
        for _ in range(400):
            [told] = stream.take(1)
            links = [event for event in of_type(told.stated, TicketLinked) if event.suggestion]
            if not links:
                continue
            into, former = world.incidents[links[0].incident], world.incidents[links[0].previous or ""]
            left = [world.tickets[ticket] for ticket in on(stream.life, former)]
            assert answering.going(world, [ticket for ticket in left if ticket.state != "erased"], into) == []
            assert bool(former.linked) != (former.state == "superseded")
            moves += len(links)
    assert moves > 5
