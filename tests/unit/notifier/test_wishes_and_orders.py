"""Decisions are sent back to who asked, changes of an order to who ordered: one mail each (V11, V16, N7)."""

from datetime import date
from typing import Any, get_args

import pytest

from contracts.events.base import Event
from contracts.events.routing import IncidentDecided, StageChanged
from contracts.events.ticketing import TicketConfirmedFixed, TicketWithdrawn
from contracts.values import Actor, Decision, Language, NextStage
from notifier.domain import letters, wording
from notifier.domain.letters import Letter
from notifier.domain.state import Notification, Person
from tests.support.notifier_life import LENA, Telling
from tests.support.routing_life import COORDINATOR, MALARVIK, NETWORK, SAMORDNARE

TEXT = {"sv": "Modellen är slut, ni får efterföljaren."}


@pytest.fixture
def life() -> Telling:
    life = Telling()
    life.tell(*life.beginning())
    return life


@pytest.fixture
def case(life: Telling) -> str:
    filed = life.filed(kind="request")
    incident, opened = life.opened(filed)
    life.tell(filed, *opened)
    return incident


def ticket_of(life: Telling) -> str:
    return next(iter(life.world.tickets))


def stage(life: Telling, incident: str, to: str, **fields: Any) -> Event:
    return life.make(StageChanged, incident=incident, version=1, stage=to, **{"by": SAMORDNARE} | fields)


def decided(life: Telling, incident: str, decision: str = "yes") -> Event:
    return life.make(IncidentDecided, incident=incident, version=1, decision=decision, reason=TEXT, by=SAMORDNARE)


def letter(life: Telling, notification: Notification, language: Language = "sv") -> Letter:
    person = life.world.people["malarvik", LENA]
    reader = Person(person.municipality, person.id, person.name, person.email, language, placeholder=False)
    tickets = [life.world.tickets[id_] for id_ in notification.tickets]
    return letters.compose(notification, reader, tickets, MALARVIK, "https://arenden.example")


def test_v16_who_asked_is_told_of_the_decision_once_with_its_reason(life: Telling, case: str) -> None:
    event = decided(life, case)
    (told,) = life.tell(event)
    assert (told.person, told.occasion, told.detail, told.text) == (LENA, "decided", "yes", TEXT)
    assert life.tell(event) == []
    assert [again.detail for again in life.tell(decided(life, case, "no"))] == ["no"]
    changed = decided(life, case, "no").model_copy(update={"changed_from": "yes"})
    assert [again.detail for again in life.tell(changed)] == ["no.changed"]
    assert "hade fått ja" in wording.OPENINGS["decided.no.changed"]["sv"]
    same = decided(life, case, "no").model_copy(update={"changed_from": "no"})
    assert [again.detail for again in life.tell(same)] == ["no.stands"]
    assert wording.SUBJECTS["decided.no.stands"]["sv"].startswith("Beslutet står fast")


def test_v11_every_change_of_an_order_is_one_mail(life: Telling, case: str) -> None:
    events = [stage(life, case, to, text=TEXT) for to in ("approved", "changed", "changed", "approved", "shipped")]
    assert [told.detail for told in life.tell(*events)] == ["approved", "changed", "changed", "approved", "shipped"]
    assert life.tell(*events) == []


def test_that_an_order_came_is_one_mail_not_two(life: Telling, case: str) -> None:
    assert [told.occasion for told in life.tell(stage(life, case, "received"), life.resolved(case))] == ["stage"]
    again = life.tell(stage(life, case, "discrepancy", text=TEXT), life.reopened(case), life.resolved(case))
    assert [told.occasion for told in again] == ["stage", "resolved"]


def test_what_somebody_said_themselves_is_no_news_to_them(life: Telling, case: str) -> None:
    own = Actor(party="reporter", person=LENA)
    assert life.tell(stage(life, case, "received", by=own)) == []
    assert life.tell(stage(life, case, "discrepancy", by=own)) == []


@pytest.mark.parametrize("over", [TicketWithdrawn, TicketConfirmedFixed])
def test_who_is_done_with_it_hears_no_more(life: Telling, case: str, over: type[Event]) -> None:
    life.tell(life.says(over, ticket_of(life)))
    assert life.tell(stage(life, case, "shipped"), decided(life, case)) == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_decision_and_stage_has_its_words(life: Telling, case: str, language: Language) -> None:
    events = [decided(life, case, decision) for decision in get_args(Decision)]
    events += [stage(life, case, to, text=TEXT, expected_at=date(2026, 10, 16)) for to in get_args(NextStage)]
    told = [letter(life, notification, language) for notification in life.tell(*events)]
    assert len({each.subject for each in told}) == len(events)
    assert all("MAL-2026-000001" in each.subject and each.quote == TEXT["sv"] for each in told)
    assert all("2026-10-16" in each.opening for each in told[3:])


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_decision_that_replaces_one_has_its_words(life: Telling, case: str, language: Language) -> None:
    ways = [("yes", "no"), ("no", "yes"), ("later", "yes"), ("later", "no"), ("yes", "yes"), ("no", "no")]
    for nth, (decision, before) in enumerate(ways):
        first = letter(life, life.tell(decided(life, case, decision))[0], language)
        again = decided(life, case, decision).model_copy(update={"changed_from": before})
        told = letter(life, life.tell(again)[0], language)
        assert "MAL-2026-000001" in told.subject, nth
        assert told.subject != first.subject
        assert told.opening != first.opening
        assert told.quote == TEXT["sv"]


@pytest.mark.parametrize(
    ("fields", "who"),
    [
        ({"changed_by": NETWORK}, "Nätleverantören"),
        ({}, "Samordnaren för skolornas IT"),
        ({"changed_by": "reporter"}, "dig"),
        ({"by": Actor(party="reporter", person="administrator")}, "kommunens IT-stöd"),
        ({"changed_by": "team:borta"}, "Leverantören"),
    ],
)
def test_a_change_names_who_changed_it(life: Telling, case: str, fields: dict[str, Any], who: str) -> None:
    (told,) = life.tell(stage(life, case, "changed", text=TEXT, **fields))
    assert f"ändrad av {who}." in letter(life, told).opening
    assert COORDINATOR not in letter(life, told).opening
