"""Who of the staff is told when a case goes further: once a person, incident and step."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.directory import Directory
from contracts.events.routing import IncidentEscalated
from contracts.values import Actor
from tests.support.notifier_life import LENA, Telling
from tests.support.routing_life import COORDINATOR, EKBACKEN, MALARVIK, NETWORK

SAM, TEK = "samordnare", "tekniker"


@pytest.fixture
def life() -> Telling:
    life = Telling()
    people = (life.person(SAM, teams=("samordnaren",)), life.person(TEK, teams=("it-ekbacken",)), life.person())
    life.tell(*life.beginning(), *people)
    return life


def on_incident(life: Telling, **fields: Any) -> str:
    ticket = life.filed(**fields)
    incident, opened = life.opened(ticket)
    life.tell(ticket, *opened, life.assigned(incident, EKBACKEN, tier="local"))
    return incident


def escalated(
    life: Telling, incident: str, *parties: str, action: str = "notify", trigger: str = "step", **fields: Any
) -> IncidentEscalated:
    reason = {"sv": "Ingen hade tagit emot ärendet i tid.", "en": "Nobody had taken it on in time."}
    basis = {"incident": incident, "version": 2, "measure": {"action": action, "parties": parties}, "reason": reason}
    return life.make(IncidentEscalated, **basis | {"trigger": trigger} | fields)


@pytest.mark.parametrize(
    ("action", "trigger", "occasion"),
    [
        ("notify", "step", "reminded"),
        ("next_party", "step", "passed_on"),
        ("require_acknowledgement", "step", "acknowledge"),
        ("notify", "matrix", "informed"),
        ("notify", "asked", "asked_further"),
        ("notify", "major", "major"),
        ("notify", "holder_silent", "reminded"),
        ("next_party", "person", "passed_on"),
    ],
)
def test_the_people_of_the_team_are_told_what_it_means_for_them(
    life: Telling, action: str, trigger: str, occasion: str
) -> None:
    incident = on_incident(life)
    event = escalated(life, incident, COORDINATOR, action=action, trigger=trigger)
    assert life.told(event) == [(SAM, occasion)]


def test_v8_the_centre_is_told_at_once_when_a_case_goes_straight_to_a_vendor(life: Telling) -> None:
    incident = on_incident(life)
    told = life.tell(escalated(life, incident, COORDINATOR, EKBACKEN, trigger="matrix"))
    assert {(each.person, each.occasion) for each in told} == {(SAM, "informed"), (TEK, "informed")}


def test_n7_the_same_event_again_tells_nobody(life: Telling) -> None:
    incident = on_incident(life)
    event = escalated(life, incident, COORDINATOR)
    assert len(life.tell(event)) == 1
    assert life.tell(event) == []


def test_who_did_it_is_not_told_of_it(life: Telling) -> None:
    incident = on_incident(life)
    by = Actor(party=COORDINATOR, person=SAM)
    assert life.told(escalated(life, incident, COORDINATOR, action="next_party", trigger="person", by=by)) == []


def test_a_team_of_nobody_is_reached_by_its_shared_mailbox_and_one_of_people_by_them() -> None:
    life = Telling()
    life.tell(*life.beginning(), life.person(TEK, teams=("it-ekbacken",)), life.person("ny", teams=("it-unit",)))
    incident = on_incident(life)
    [told] = life.tell(escalated(life, incident, COORDINATOR))
    assert told.person == COORDINATOR
    assert life.world.people["malarvik", COORDINATOR].address == "samordnare@malarvik.example"
    assert life.told(escalated(life, incident, COORDINATOR, EKBACKEN)) == [(COORDINATOR, "reminded"), (TEK, "reminded")]
    life.tell(life.person(SAM, teams=("samordnaren",)))
    assert life.told(escalated(life, incident, COORDINATOR)) == [(SAM, "reminded")]
    unreachable = life.person(SAM, teams=("samordnaren",), email=None)
    life.tell(unreachable)
    assert life.told(escalated(life, incident, COORDINATOR)) == [(COORDINATOR, "reminded")]


def test_a_mailbox_that_leaves_the_directory_is_written_to_no_more() -> None:
    life = Telling()
    life.tell(*life.beginning())
    content = MALARVIK.model_dump(mode="json")
    for team in content["teams"]:
        team["contact"] = None
    life.tell(life.directory(Directory.model_validate(content)))
    assert life.told(escalated(life, on_incident(life), COORDINATOR)) == []


def test_n5_what_a_person_wrote_as_the_reason_is_in_no_mail(life: Telling) -> None:
    incident = on_incident(life)
    for trigger in ("person", "asked"):
        words = {"sv": "Elevens namn är hemligt."}
        [told] = life.tell(escalated(life, incident, COORDINATOR, trigger=trigger, reason=words))
        assert told.text is None
    [told] = life.tell(escalated(life, incident, COORDINATOR))
    assert told.text is not None


def test_vendors_reporters_and_other_teams_get_no_mail_of_staff(life: Telling) -> None:
    incident = on_incident(life)
    assert life.told(escalated(life, incident, NETWORK, action="hand_over")) == []
    assert LENA not in [person for person, _ in life.told(escalated(life, incident, COORDINATOR))]
    assert life.told(escalated(life, incident, "team:fastighet")) == [("team:fastighet", "reminded")]


def test_r22_history_from_an_import_reminds_nobody(life: Telling) -> None:
    incident = on_incident(life, occurred_at=life.at - timedelta(days=3))
    assert life.told(escalated(life, incident, COORDINATOR)) == []
