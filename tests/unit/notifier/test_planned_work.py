"""V10: whose case waits for planned work reads in the receipt which it is and until when; nobody else hears of it."""

from datetime import timedelta
from typing import TypedDict, Unpack

import pytest

from contracts.events.ticketing import WorkPlanned
from notifier.domain import letters
from tests.support.notifier_life import LENA, Telling
from tests.support.routing_life import MALARVIK

TEXT = {"sv": "Certifikaten byts.", "en": "The certificates are renewed."}


@pytest.fixture
def life() -> Telling:
    life = Telling()
    life.tell(*life.beginning(LENA, "larare-2"))
    return life


class Window(TypedDict, total=False):
    schools: list[str]
    effect: str
    minutes: float


def going_on(life: Telling, **window: Unpack[Window]) -> WorkPlanned:
    work = life.planned("login", text=TEXT, **window)
    life.tell(work)
    return work


def test_work_by_itself_is_mailed_to_nobody(life: Telling) -> None:
    work = life.planned("login")
    assert life.told(work) == []
    assert life.told(life.changed(life.world.works[work.work], minutes=30)) == []


def test_the_receipt_waits_for_routing_and_names_the_work_and_its_end(life: Telling) -> None:
    work = going_on(life)
    filed = life.filed()
    assert life.told(filed) == []
    incident, (opened, linked) = life.opened(filed)
    assert life.told(opened, *life.matched(incident, work)) == []
    (receipt,) = life.tell(linked)
    assert (receipt.occasion, receipt.text, receipt.until) == ("filed", TEXT, work.ends_at)
    person, ticket = life.world.people["malarvik", LENA], life.world.tickets[filed.ticket]
    letter = letters.compose(receipt, person, [ticket], MALARVIK, "https://arenden.example")
    assert letter.opening.startswith("Vi har fått ditt ärende. Det pågår ett planerat arbete till 2026-10-05 kl. ")
    assert letter.quote == "Certifikaten byts."
    assert "går ärendet vidare av sig självt" in letter.closing


def test_a_report_that_the_work_does_not_explain_gets_its_ordinary_receipt(life: Telling) -> None:
    going_on(life)
    filed = life.filed("email")
    incident, opened = life.opened(filed)
    (receipt,) = life.tell(filed, *opened)
    assert (receipt.occasion, receipt.text, receipt.until) == ("filed", None, None)
    assert life.told(life.linked(incident, filed.ticket)) == [], "once"


@pytest.mark.parametrize(
    "window",
    [{"schools": ["sjobo"]}, {"effect": "none"}, {"minutes": 0.5}],
    ids=["another school", "not noticed", "over"],
)
def test_a_receipt_does_not_wait_for_what_does_not_go_on_there(life: Telling, window: Window) -> None:
    going_on(life, **window)
    assert life.told(life.filed()) == [(LENA, "filed")]


def test_work_that_was_called_off_holds_no_receipt(life: Telling) -> None:
    work = going_on(life)
    life.tell(life.changed(life.world.works[work.work], cancelled=True))
    assert life.told(life.filed()) == [(LENA, "filed")]


def test_who_joins_what_waits_reads_of_the_work_and_who_joins_it_afterwards_does_not(life: Telling) -> None:
    work = going_on(life)
    first, second, third = life.filed(), life.filed(reporter="larare-2"), life.filed(reporter="larare-2")
    incident, opened = life.opened(first)
    life.tell(first, second, third, opened[0], *life.matched(incident, work), opened[1])
    (joined,) = life.tell(life.linked(incident, second.ticket))
    assert joined.until == work.ends_at
    life.tell(life.released(incident))
    (after,) = life.tell(life.linked(incident, third.ticket))
    assert (after.person, after.until) == ("larare-2", None)


def test_a_prolonged_work_is_no_mail_and_the_next_receipt_has_its_new_end(life: Telling) -> None:
    work = going_on(life)
    first = life.filed()
    incident, opened = life.opened(first)
    life.tell(first, opened[0], *life.matched(incident, work), opened[1])
    changed = life.changed(life.world.works[work.work], minutes=45)
    assert life.told(changed, *life.matched(incident, work)) == []
    late = life.filed(reporter="larare-2")
    life.tell(late)
    (receipt,) = life.tell(life.linked(incident, late.ticket))
    assert receipt.until == work.ends_at + timedelta(minutes=45)


def test_what_came_from_an_import_of_last_week_gets_no_receipt_then_either(life: Telling) -> None:
    going_on(life)
    filed = life.filed(occurred_at=life.at - timedelta(days=7))
    _, opened = life.opened(filed)
    assert life.told(filed, *opened) == []
