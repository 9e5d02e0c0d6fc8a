"""What makes a case go further beside its policy's steps: it grows, its holder is silent, a promise is not kept."""

import pytest

from contracts.events.routing import (
    ClockBreached,
    IncidentAssigned,
    IncidentEscalated,
)
from contracts.events.ticketing import AcknowledgeRequested, HandOffRequested
from tests.support.escalation_life import IT_UNIT, TELL, UNSEEN, at, done, steps
from tests.support.routing_life import COORDINATOR, EKBACKEN, NETWORK, TEKNIKER, Life, of_type


def test_a_silent_holder_makes_it_go_further() -> None:
    life = steps(UNSEEN, occasions=[{"when": "holder_silent", "do": [TELL]}])
    incident = life.file("login", urgency=2)
    life.ask(AcknowledgeRequested, incident, by=TEKNIKER)
    life.wait(at(5, "16:00"))
    assert done(life, "holder_silent") == [("notify", (COORDINATOR,))]
    assert incident.lead == EKBACKEN


def test_a_breach_may_have_a_consequence_of_its_own() -> None:
    life = steps(occasions=[{"when": "breach", "clock": "resolve", "do": [{"do": "hand_over", "vendor": NETWORK}]}])
    incident = life.file("login", urgency=1)
    life.wait(at(5, "16:00"))
    assert incident.lead == NETWORK
    assert done(life, "breach") == [("hand_over", (NETWORK,))]


def test_a_case_that_has_grown_goes_further_once() -> None:
    grown = {"when": "impact_grown", "tickets": 3, "do": [{"do": "raise_urgency", "to": 2}, TELL]}
    life = steps(UNSEEN, occasions=[grown])
    incident = life.shared(2)
    assert done(life, "impact_grown") == []
    life.file("printing", reporter="larare-3", asset="EKB-PR-0007", title="Skrivaren skriver inte ut")
    life.file("printing", reporter="larare-4", asset="EKB-PR-0007", title="Skrivaren skriver inte ut")
    assert incident.linked == 4
    assert done(life, "impact_grown") == [("raise_urgency", ()), ("notify", (COORDINATOR,))]
    assert incident.urgency == 2


def test_what_reaches_several_schools_leaves_a_school_that_has_not_begun_with_it() -> None:
    life = Life()
    schools = ("ekbacken", "sjobo", "norrgarden", "vasterangen", "hasselbacken", "lindangsskolan")
    title = "Ingen på skolan kan logga in på sina konton"
    for nth, school in enumerate(schools):
        for reporter in range(2):
            life.file("login", school=school, title=title, reporter=f"larare-{nth}-{reporter}")
    incident = next(i for i in life.world.incidents.values() if len(i.schools) >= 5)
    assert incident.raised_scope in ("schools", "municipality")
    assert incident.lead == IT_UNIT
    assert "flera skolor" in of_type(life.history, IncidentAssigned)[-1].reason["sv"]


def test_v8_the_centre_is_told_at_once_when_a_school_has_a_direct_lane_to_the_vendor() -> None:
    life = Life()
    stated = life.tell(life.filed("wifi"))
    [told] = of_type(stated, IncidentEscalated)
    assert (told.trigger, told.measure.action) == ("matrix", "notify")
    assert told.measure.parties == (COORDINATOR, EKBACKEN)


def test_a_promise_that_is_not_kept_makes_it_go_further_only_where_it_is_the_one_asked_for() -> None:
    life = steps(occasions=[{"when": "breach", "clock": "resolve", "do": [TELL]}])
    life.file("login", urgency=2)
    stated = life.wait(at(5, "15:00"))
    assert {clock.promise for clock in of_type(stated, ClockBreached)} == {"acknowledge", "next_update"}
    assert done(life, "breach") == []
    life.wait(at(7, "08:00"))
    assert done(life, "breach") == [("notify", (COORDINATOR,))]


def test_a_case_of_several_schools_has_grown_however_few_report_it() -> None:
    life = steps(UNSEEN, occasions=[{"when": "impact_grown", "schools": 3, "do": [TELL]}])
    schools = ("ekbacken", "sjobo", "norrgarden", "vasterangen", "hasselbacken", "lindangsskolan")
    for nth, school in enumerate(schools):
        for reporter in range(2):
            title = "Ingen på skolan kan logga in på sina konton"
            life.file("login", school=school, title=title, reporter=f"larare-{nth}-{reporter}")
    incident = next(i for i in life.world.incidents.values() if len(i.schools) >= 3)
    told = [e for e in of_type(life.history, IncidentEscalated) if e.trigger == "impact_grown"]
    assert [(e.incident, e.measure.parties) for e in told] == [(incident.id, (COORDINATOR,))]


@pytest.mark.parametrize("begun", [True, False])
def test_what_reaches_several_schools_stays_with_who_has_begun_with_it(begun: bool) -> None:
    life = Life()
    title = "Ingen på skolan kan logga in på sina konton"
    incident = life.file("login", title=title, reporter="larare-0")
    if begun:
        life.ask(AcknowledgeRequested, incident, by=TEKNIKER)
    else:
        life.ask(HandOffRequested, incident, vendor=NETWORK, role="parallel")
    for nth, school in enumerate(("ekbacken", "sjobo", "norrgarden", "vasterangen", "hasselbacken", "lindangsskolan")):
        for reporter in range(2):
            life.file("login", school=school, title=title, reporter=f"larare-{nth}-{reporter}")
    assert incident.raised_scope in ("schools", "municipality")
    assert incident.lead == EKBACKEN
