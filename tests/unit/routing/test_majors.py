"""Major incidents: what makes a case one, who is alerted, and the public sentence that is owed."""

from datetime import timedelta

from contracts.events.routing import (
    ClockStopped,
    MajorDeclared,
)
from contracts.events.ticketing import (
    AssignmentRequested,
    NoteWritten,
    TriageRequested,
    UrgencyRequested,
)
from tests.support.escalation_life import IT_UNIT, TELL, TEXT, UNSEEN, done, steps
from tests.support.routing_life import (
    COORDINATOR,
    EKBACKEN,
    SAMORDNARE,
    of_type,
)


def test_the_coordinator_of_a_major_incident_is_not_told_beside_that_it_has_grown() -> None:
    """N7: the alert says it already; who else is to know of it is told."""
    major = {"criticality": "normal", "tickets": 3, "public_sentence": "30 min"}
    both = {"do": "notify", "parties": ["local", "coordinator"]}
    grown = {"when": "impact_grown", "tickets": 3, "do": [both, TELL, {"do": "raise_urgency", "to": 2}]}
    life = steps(UNSEEN, occasions=[grown], major=major)
    incident = life.shared(3)
    assert done(life, "major") == [("notify", (COORDINATOR,))]
    assert done(life, "impact_grown") == [("notify", (EKBACKEN,)), ("raise_urgency", ())]
    assert incident.urgency == 2


def test_a_major_incident_alerts_the_coordinator_and_owes_a_public_sentence() -> None:
    life = steps(UNSEEN, major={"criticality": "normal", "tickets": 3, "public_sentence": "30 min"})
    incident = life.shared(3)
    [declared] = of_type(life.history, MajorDeclared)
    assert declared.reasons[0]["sv"] == "3 anmälningar har kommit."
    assert done(life, "major") == [("notify", (COORDINATOR,))]
    owed = life.running(incident)[COORDINATOR, "public_sentence"]
    assert owed.due_at - owed.started_at == timedelta(minutes=30)
    life.ask(AssignmentRequested, incident, party=IT_UNIT)
    assert (COORDINATOR, "public_sentence") in life.running(incident), "whoever holds it"
    stated = life.ask(TriageRequested, incident, public_title={"sv": "Skrivaren i B-huset står still."})
    assert next((e.promise, e.reason) for e in of_type(stated, ClockStopped)) == ("public_sentence", "kept")
    life.file("printing", reporter="larare-9", asset="EKB-PR-0007", title="Skrivaren skriver inte ut")
    assert len(of_type(life.history, MajorDeclared)) == 1


def test_the_public_sentence_stays_owed_by_the_coordinator_through_another_urgency_and_holder() -> None:
    life = steps(UNSEEN, major={"criticality": "normal", "tickets": 3, "public_sentence": "30 min"})
    incident = life.shared(3)
    owed = life.running(incident)[COORDINATOR, "public_sentence"].due_at
    life.ask(AssignmentRequested, incident, party=COORDINATOR)
    life.ask(UrgencyRequested, incident, urgency=1, reason=TEXT)
    life.ask(AssignmentRequested, incident, party=IT_UNIT)
    assert life.running(incident)[COORDINATOR, "public_sentence"].due_at == owed


def test_words_to_all_reporters_are_a_public_sentence_too() -> None:
    life = steps(major={"criticality": "normal", "tickets": 2, "public_sentence": "30 min"})
    incident = life.shared(2)
    life.tell(life.make(NoteWritten, incident=incident.id, by=SAMORDNARE, audience=("reporters",)))
    assert (COORDINATOR, "public_sentence") not in life.running(incident)


def test_lessons_that_stand_still_make_it_major_and_a_service_that_matters_little_does_not() -> None:
    life = steps(major={"criticality": "high", "lessons": 2})
    life.shared(3, urgency=1)  # printing matters normally
    assert of_type(life.history, MajorDeclared) == []
    life = steps(major={"criticality": "normal", "lessons": 2})
    life.shared(3, urgency=1)
    assert of_type(life.history, MajorDeclared)[0].reasons[0]["sv"] == "2 lektioner står still."


def test_a_case_that_others_can_read_of_already_owes_no_public_sentence_when_it_turns_major() -> None:
    life = steps(UNSEEN, major={"criticality": "normal", "tickets": 3, "public_sentence": "30 min"})
    incident = life.shared(2)
    life.ask(TriageRequested, incident, public_title={"sv": "Skrivaren i B-huset står still."})
    life.file("printing", reporter="larare-9", asset="EKB-PR-0007", title="Skrivaren skriver inte ut")
    assert len(of_type(life.history, MajorDeclared)) == 1
    assert (COORDINATOR, "public_sentence") not in life.running(incident)


def test_as_many_schools_as_the_policy_says_are_enough_for_a_major_incident() -> None:
    life = steps(UNSEEN, major={"criticality": "normal", "schools": 5, "public_sentence": "30 min"})
    for nth, school in enumerate(("ekbacken", "sjobo", "norrgarden", "vasterangen", "hasselbacken", "lindangsskolan")):
        title = "Ingen på skolan kan logga in på sina konton"
        for reporter in range(2):
            life.file("login", school=school, title=title, reporter=f"larare-{nth}-{reporter}")
    [declared] = of_type(life.history, MajorDeclared)
    hit = len(life.world.incidents[declared.incident].schools)
    assert hit >= 5
    assert declared.reasons[0]["sv"] == "5 skolor är drabbade."
