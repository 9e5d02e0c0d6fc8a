"""What a reporter writes is told to the people of the team that has the case, once an hour (V2)."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.events.ticketing import TicketAttachmentAdded
from contracts.values import Actor
from notifier.domain import wording
from tests.support.notifier_life import LENA, Telling
from tests.support.routing_life import EKBACKEN, NETWORK

TEK, OTHER = "tekniker", "tekniker-2"


@pytest.fixture
def life() -> Telling:
    life = Telling()
    team = [life.person(who, teams=("it-ekbacken",)) for who in (TEK, OTHER)]
    life.tell(*life.beginning(), *team)
    return life


def on_incident(life: Telling, holder: str = EKBACKEN, **fields: Any) -> str:
    """The ticket."""
    ticket = life.filed(**fields)
    incident, opened = life.opened(ticket)
    tier = "vendor" if holder.startswith("vendor:") else "local"
    life.tell(ticket, *opened, life.assigned(incident, holder, tier=tier))
    return ticket.ticket


def test_v2_who_has_the_case_is_told_and_reads_no_word_of_it_in_the_mail(life: Telling) -> None:
    told = life.tell(life.wrote(on_incident(life)))
    assert {(each.person, each.occasion, each.party) for each in told} == {
        (TEK, "wrote", EKBACKEN),
        (OTHER, "wrote", EKBACKEN),
    }
    assert all(each.text is None for each in told)
    assert "wrote" in wording.TO_STAFF, "the mail leads to the desk's page"


def test_however_many_write_it_is_one_mail_an_hour(life: Telling) -> None:
    ticket = on_incident(life)
    first = life.wrote(ticket)
    assert len(life.tell(first)) == 2
    assert life.tell(life.wrote(ticket), life.wrote(ticket)) == []
    soon = first.at.replace(minute=59), first.at.replace(minute=59) + timedelta(minutes=2)
    other = on_incident(life)
    assert [len(life.tell(life.wrote(other, at=at))) for at in soon] == [2, 0], "also where a new hour strikes"
    later = life.wrote(ticket, at=first.at + timedelta(hours=1))
    assert len(life.tell(later)) == 2


def test_a_file_and_an_answer_are_words_too(life: Telling) -> None:
    by = Actor(party="reporter", person=LENA)
    file = {"sha256": "0" * 64, "name": "bild.png", "size": 4, "media_type": "image/png"}
    added = {"by": by, "audience": ("reporter",), "files": (file,)}
    assert len(life.tell(life.make(TicketAttachmentAdded, ticket=on_incident(life), **added))) == 2
    assert len(life.tell(life.wrote(on_incident(life), question="qu_1"))) == 2


@pytest.mark.parametrize("case", ["a vendor's", "staff", "an import", "their own"])
def test_nobody_is_told_of(life: Telling, case: str) -> None:
    ticket = on_incident(life, holder=NETWORK if case == "a vendor's" else EKBACKEN)
    said = life.wrote(ticket)
    if case == "staff":
        said = life.wrote(ticket, TEK, EKBACKEN)
    elif case == "an import":
        old = life.filed()
        occurred = old.model_copy(update={"occurred_at": old.at - timedelta(days=3)})
        incident, opened = life.opened(occurred)
        life.tell(occurred, *opened, life.assigned(incident, EKBACKEN, tier="local"))
        said = life.wrote(occurred.ticket)
    elif case == "their own":
        assert {each.person for each in life.tell(life.wrote(ticket, TEK))} == {OTHER}
        return
    assert life.tell(said) == []


def test_who_wrote_it_themselves_is_told_when_another_writes(life: Telling) -> None:
    ticket = on_incident(life)
    assert [each.person for each in life.tell(life.wrote(ticket, TEK))] == [OTHER]
    assert [each.person for each in life.tell(life.wrote(ticket))] == [TEK], "the other knows"
