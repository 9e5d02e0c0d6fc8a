"""What grouping learns from what routing states: who is on what, who said so, and whose hands were on it."""

from typing import Any

import pytest

from contracts.events.base import Event
from contracts.events.routing import IncidentEscalated, IncidentTouched, LinkSuggested
from contracts.events.ticketing import (
    AcknowledgeRequested,
    AssignmentRequested,
    LinkRequested,
    ResolveRequested,
    TicketReopened,
    TriageRequested,
    UnlinkRequested,
)
from grouping import Ended, Fact, Linked, Opened, Refused, Suggested, Touched, Triaged, Unlinked
from routing.domain.observed import facts
from routing.domain.state import World
from tests.support.routing_life import COORDINATOR, SAMORDNARE, TEKNIKER, Life, of_type, timers


@pytest.fixture
def life() -> Life:
    return Life()


def learned(life: Life, stated: list[Event]) -> list[Fact]:
    return [fact for event in stated for fact in facts(life.world, event)]


def test_a_report_by_itself_is_an_incident_with_one_link_that_nobody_has_touched(life: Life) -> None:
    ticket = life.filed("login")
    first, second = learned(life, life.tell(ticket))
    incident = life.incident_of(ticket.ticket)
    assert isinstance(first, Opened)
    assert isinstance(second, Linked)
    assert (first.incident, second.incident, second.report.ticket) == (incident, incident, ticket.ticket)
    assert not second.by_person


def test_what_a_person_takes_off_was_wrong_there_and_both_have_been_touched(life: Life) -> None:
    incident = life.shared(2)
    ticket = life.ticket_of(incident, 1)
    told = learned(life, life.ask(UnlinkRequested, incident, ticket=ticket))
    assert told[1:4] == [Unlinked(incident.id, ticket), Refused(incident.id, ticket), Touched(incident.id)]
    assert isinstance(told[4], Linked)
    assert told[4].by_person


def test_a_persons_link_is_theirs_and_what_it_empties_ends_in_the_other(life: Life) -> None:
    former, into = life.file("login"), life.file("email")
    told = learned(life, life.ask(LinkRequested, into, by=TEKNIKER, ticket=life.ticket_of(former)))
    assert [fact.by_person for fact in told if isinstance(fact, Linked)] == [True]
    assert Ended(former.id, into.id) in told


def test_a_reporters_no_not_solved_is_no_word_against_where_the_ticket_was(life: Life) -> None:
    incident = life.shared(4)
    ticket = life.ticket_of(incident, 1)
    life.ask(ResolveRequested, incident, public_text={"sv": "Lagat."})
    told = learned(life, life.voice(TicketReopened, ticket))
    assert [fact.report.ticket for fact in told if isinstance(fact, Linked)] == [ticket]
    assert not [fact for fact in told if isinstance(fact, Unlinked | Refused)]


def test_a_question_to_staff_is_known_of_each_of_its_tickets(life: Life) -> None:
    asked = life.make(
        LinkSuggested, incident="in_1", version=1, suggestion="su_1", candidate="in_2", tickets=("tk_1", "tk_2"),
        score=0.5, reasons=(), engine_version="1", directory_version="v1",
    )  # fmt: skip
    assert list(facts(World(), asked)) == [Suggested("in_2", "tk_1"), Suggested("in_2", "tk_2")]


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        (AssignmentRequested, {"party": COORDINATOR}),
        (AcknowledgeRequested, {}),
        (TriageRequested, {"service": "email"}),
        (TriageRequested, {"public_title": {"sv": "Inloggningen", "en": "Signing in"}}),
    ],
)
def test_whose_hands_were_on_it_is_joined_by_no_machine(life: Life, step: type[Any], fields: dict[str, Any]) -> None:
    incident = life.file("login")
    told = learned(
        life, life.ask(step, incident, by=TEKNIKER if step is AcknowledgeRequested else SAMORDNARE, **fields)
    )
    assert [fact for fact in told if isinstance(fact, Touched | Triaged)]


def test_what_goes_further_by_its_policy_has_been_in_nobodys_hands(life: Life) -> None:
    incident = life.file("login")
    stated = life.wait(min(timer.due_at for timer in timers(life.world).values() if timer.due_at))
    assert of_type(stated, IncidentEscalated)
    assert not [fact for fact in learned(life, stated) if isinstance(fact, Touched)]
    assert learned(life, [life.make(IncidentTouched, incident=incident.id, version=9)]) == [Touched(incident.id)]
