"""V8 and L2: who takes a case to a vendor by hand is whom the agreement names; others are told whom, in words."""

from typing import Any

import pytest

from contracts.directory import Directory
from contracts.events.base import Event
from contracts.events.routing import IncidentAssigned, RequestRefused
from contracts.events.ticketing import EscalateRequested, HandOffRequested
from contracts.values import Actor
from routing.domain.state import Incident
from tests.support.directories import shipped
from tests.support.routing_life import COORDINATOR, MALARVIK, SAMORDNARE, TEKNIKER, Life, of_type

DEVICES = "vendor:devices"
IT_UNIT = Actor(party="team:it-enheten", person="it-enheten")
WHY = {"sv": "Den behöver lagas."}


def answer(stated: list[Event]) -> RequestRefused | None:
    refused = of_type(stated, RequestRefused)
    assert bool(refused) != bool(of_type(stated, IncidentAssigned))
    return refused[0] if refused else None


def lead(incident: Incident, *path: str) -> None:
    """It is with the first of them, and goes to the next."""
    incident.lead, incident.path = path[0], list(path)


def test_v8_whom_the_agreement_does_not_name_is_refused_a_hand_off_and_told_who_may() -> None:
    life = Life()
    incident = life.file("staff_computer")
    before = incident.version
    refused = answer(life.ask(HandOffRequested, incident, by=IT_UNIT, vendor=DEVICES))
    assert refused is not None
    assert refused.code == "not_their_call"
    assert refused.reason["sv"] == (
        "Direkt till leverantören får vända sig: IT-stödet på Ekbackens skola och Samordnaren för skolornas IT. "
        "Skicka ärendet till samordnaren i stället."
    )
    assert refused.reason["en"].endswith("Send the case to the coordinator instead.")
    assert incident.version == before


@pytest.mark.parametrize("role", ["lead", "parallel"])
@pytest.mark.parametrize("by", [TEKNIKER, SAMORDNARE])
def test_v8_whom_it_names_may_and_the_coordinator_always(by: Actor, role: str) -> None:
    life = Life()
    assert answer(life.ask(HandOffRequested, life.file("staff_computer"), by=by, vendor=DEVICES, role=role)) is None


def test_v8_where_whoever_reports_may_so_may_all_staff() -> None:
    life = Life()
    assert answer(life.ask(HandOffRequested, life.file("wifi"), by=IT_UNIT, vendor=DEVICES)) is None


def test_v8_sending_it_on_to_a_vendor_by_hand_is_no_way_round() -> None:
    life = Life()
    incident = life.file("staff_computer")
    lead(incident, "team:it-enheten", DEVICES, COORDINATOR)
    refused = answer(life.ask(EscalateRequested, incident, by=IT_UNIT, reason=WHY))
    assert refused is not None
    assert refused.code == "not_their_call"
    assert answer(life.ask(EscalateRequested, incident, by=SAMORDNARE, reason=WHY)) is None


def test_l2_an_order_reaches_a_vendor_only_by_who_opens_contracts() -> None:
    life = Life()
    order = life.file("staff_computer", kind="request")
    refused = answer(life.ask(HandOffRequested, order, by=TEKNIKER, vendor=DEVICES))
    assert refused is not None
    assert refused.code == "not_their_order"
    assert refused.reason["sv"] == (
        "Beställningar och ändringar i avtalet gör bara Samordnaren för skolornas IT. Låt dem beställa."
    )
    assert answer(life.ask(HandOffRequested, order, by=SAMORDNARE, vendor=DEVICES)) is None


def test_v16_where_the_contracts_are_anothers_the_coordinator_does_not_order_either() -> None:
    vasteras = shipped("vasteras")
    life = Life("vasteras", directory=vasteras)
    order = life.file("staff_computer", kind="request", school="stenviksskolan")
    assert vasteras.agreement_in_force(order.agreement).contracts_by == "team:ikt-itf"
    coordinator = Actor(party=vasteras.coordinator, person="vasteras-samordnare")
    itf = Actor(party="team:ikt-itf", person="vasteras-itf")
    refused = answer(life.ask(HandOffRequested, order, by=coordinator, vendor="vendor:atea"))
    assert refused is not None
    assert refused.code == "not_their_order"
    assert answer(life.ask(HandOffRequested, order, by=itf, vendor="vendor:atea")) is None


def test_a_vendor_without_connection_is_refused_and_the_case_stays() -> None:
    content: dict[str, Any] = MALARVIK.model_dump(mode="json")
    content["vendors"].append({"id": "tyst", "name": {"sv": "Tysta bolaget", "en": "Tysta bolaget"}})
    life = Life(directory=Directory.model_validate(content))
    incident = life.file("login")
    refused = answer(life.ask(HandOffRequested, incident, vendor="vendor:tyst"))
    assert refused is not None
    assert refused.code == "no_connection"
    assert incident.lead == "team:it-ekbacken"
