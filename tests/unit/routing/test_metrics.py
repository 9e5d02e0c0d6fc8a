"""What the figures count: each question to staff once, and its answer once."""

import pytest

from chassis.metrics import registry
from contracts.events.base import Event
from contracts.events.routing import LinkSuggested
from contracts.events.ticketing import SuggestionAcceptRequested, SuggestionRefuseRequested
from grouping import Decision, Join, Open, Words
from routing import metrics
from routing.domain.state import World
from tests.support.routing_life import Life, of_type

WHY: tuple[Words, ...] = ({"sv": "Samma sak.", "en": "The same."},)


def counted(outcome: str) -> float:
    return registry.get_sample_value("routing_suggestions_total", {"outcome": outcome}) or 0.0


@pytest.mark.parametrize(
    ("answer", "outcome"), [(SuggestionAcceptRequested, "accepted"), (SuggestionRefuseRequested, "refused")]
)
def test_a_question_about_several_tickets_is_one_and_so_is_its_answer(
    answer: type[Event], outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = Life()
    incident, into = life.shared(3), life.file("email")
    tickets = tuple(ticket.id for ticket in life.world.tickets.values() if ticket.incident == incident.id)
    join = Join(incident.id, tickets, into.id, 0.7, WHY, by_itself=False)
    decision = Decision(Open(WHY), "login", None, "cause-test", "v1", joins=(join,))
    monkeypatch.setattr(life.engine, "decide", lambda _report: decision)
    before = {name: counted(name) for name in ("asked", outcome)}

    asked = life.tell(life.filed("login"))
    [question] = of_type(asked, LinkSuggested)
    answered = life.ask(answer, incident, suggestion=question.suggestion)
    for event in (*asked, *answered):
        metrics.count(event, None, life.world)

    assert {name: counted(name) - before[name] for name in before} == {"asked": 1, outcome: 1}


def test_a_link_that_answers_no_question_is_no_answer() -> None:
    life, before = Life(), counted("accepted")
    for event in life.tell(life.filed("login")):
        metrics.count(event, None, World())
    assert counted("accepted") == before


def test_a_broken_promise_is_counted_for_its_municipality_and_party() -> None:
    """Two municipalities may call their parties alike."""
    life = Life()
    incident = life.file("login", urgency=2)
    labels = {"municipality": "malarvik", "party": "team:it-ekbacken", "promise": "acknowledge"}
    before = registry.get_sample_value("routing_clocks_breached_total", labels) or 0.0
    for event in life.wait(life.running(incident)["team:it-ekbacken", "acknowledge"].due_at):
        metrics.count(event, None, life.world)
    assert registry.get_sample_value("routing_clocks_breached_total", labels) == before + 1
