"""When a case goes further, and to whom: the policy's steps, what else makes it go, and what people may say."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from contracts.directory import Directory, working_time_between
from contracts.directory.rules import Policy
from contracts.events.routing import (
    ClockBreached,
    ClockRescheduled,
    ClockStarted,
    ClockStopped,
    EscalationScheduled,
    IncidentAcknowledged,
    IncidentAssigned,
    IncidentClosed,
    IncidentEscalated,
    MajorDeclared,
    PolicyStopped,
    RequestRefused,
    UrgencyChanged,
)
from contracts.events.ticketing import (
    AcknowledgeRequested,
    AssignmentRequested,
    EscalateRequested,
    NoteWritten,
    PolicyStopRequested,
    ReopenRequested,
    ResolveRequested,
    TakeBackRequested,
    TicketAnswered,
    TicketEscalationRequested,
    TicketReopened,
    TriageRequested,
    UrgencyRequested,
)
from contracts.events.vendor_bridge import VendorInformationRequested
from contracts.values import Actor
from routing.domain.state import Incident
from tests.support.routing_life import (
    COORDINATOR,
    EKBACKEN,
    LARARE,
    MALARVIK,
    NETWORK,
    SAMORDNARE,
    TEKNIKER,
    Life,
    of_type,
    timers,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
IT_UNIT = "team:it-enheten"
TEXT = {"sv": "Text."}


def with_policy(**fields: Any) -> Directory:
    """Mälarvik, all of whose cases go further like that."""
    policy = Policy.model_validate({"id": "prov", "name": "Prov", **fields})
    content = MALARVIK.model_dump(mode="json")
    content["policies"].append(policy.model_dump(mode="json"))
    content["defaults"]["policy"] = "prov"
    for rule in content["matrix"]:
        rule["policy"] = None
    return Directory.model_validate(content)


def at(day: int, clock: str) -> datetime:
    """In October 2026; the 5th is a Monday."""
    return datetime.fromisoformat(f"2026-10-{day:02d}T{clock}").replace(tzinfo=STOCKHOLM)


def steps(*each: dict[str, Any], **fields: Any) -> Life:
    return Life(directory=with_policy(steps=each, **fields))


def planned(life: Life, incident: Incident) -> EscalationScheduled:
    return [e for e in of_type(life.history, EscalationScheduled) if e.incident == incident.id][-1]


def done(life: Life, trigger: str = "step") -> list[tuple[str, tuple[str, ...]]]:
    told = [e for e in of_type(life.history, IncidentEscalated) if e.trigger == trigger]
    return [(e.measure.action, e.measure.parties) for e in told]


UNSEEN = {"do": "wait", "clock": "acknowledge", "share": 100}
LATE = {"do": "wait", "clock": "resolve", "share": 75}
BROKEN = {"do": "wait", "clock": "resolve", "share": 100}
TELL = {"do": "notify", "parties": ["coordinator"]}
ON = {"do": "next_party"}


def test_the_next_step_and_its_time_are_stated_from_the_beginning() -> None:
    life = steps(UNSEEN, TELL, ON)
    incident = life.file("login", urgency=2)
    next_ = planned(life, incident)
    assert next_.due_at == life.running(incident)[EKBACKEN, "acknowledge"].due_at
    assert [(m.action, m.parties) for m in next_.then] == [("notify", (COORDINATOR,)), ("next_party", (IT_UNIT,))]
    assert (next_.policy, next_.step, next_.round) == ("prov", 0, 1)


def test_a_step_whose_time_has_come_is_taken_once_with_its_reason() -> None:
    life = steps(UNSEEN, TELL)
    incident = life.file("login", urgency=2)
    life.wait(life.at + timedelta(days=9))
    assert done(life) == [("notify", (COORDINATOR,))]
    [escalated] = of_type(life.history, IncidentEscalated)
    assert escalated.reason["sv"] == "IT-stödet på Ekbackens skola hade inte tagit emot ärendet i tid."
    assert (planned(life, incident).due_at, planned(life, incident).then) == (None, ())
    assert incident.lead == EKBACKEN


def test_who_takes_it_on_in_time_is_not_escalated_over_and_the_next_wait_begins() -> None:
    life = steps(UNSEEN, TELL, LATE, TELL)
    incident = life.file("login", urgency=2)
    stated = life.ask(AcknowledgeRequested, incident, by=TEKNIKER)
    assert of_type(stated, IncidentAcknowledged)[0].party == EKBACKEN
    assert (planned(life, incident).step, planned(life, incident).round) == (2, 1)
    life.wait(at(5, "12:00"))
    assert done(life) == []


def test_the_case_moves_to_the_next_party_of_its_path_with_clocks_of_its_own() -> None:
    life = steps(UNSEEN, ON)
    incident = life.file("login", urgency=2)
    life.wait(at(5, "08:45"))
    assert incident.lead == IT_UNIT
    assigned = of_type(life.history, IncidentAssigned)[-1]
    assert (assigned.rule, assigned.previous, assigned.by) == ("escalated", EKBACKEN, None)
    assert (IT_UNIT, "acknowledge") in life.running(incident)


def test_steps_walk_the_whole_path_and_end_at_the_coordinator() -> None:
    life = steps(UNSEEN, ON, {"do": "repeat", "times": 5})
    incident = life.file("login", urgency=2)
    life.wait(at(16, "12:00"))
    holders = [e.party for e in of_type(life.history, IncidentAssigned)]
    assert holders == [EKBACKEN, IT_UNIT, COORDINATOR]
    assert done(life)[-1] == ("notify", (COORDINATOR,)), "nobody comes after the coordinator: it is told"
    assert incident.lead == COORDINATOR


def test_a_later_step_of_one_clock_waits_for_its_share() -> None:
    life = steps(LATE, TELL, BROKEN, ON)
    incident = life.file("login", urgency=2)  # 12 h
    life.ask(AcknowledgeRequested, incident, by=TEKNIKER)
    began = life.running(incident)[EKBACKEN, "resolve"].started_at
    due = planned(life, incident).due_at
    assert due is not None
    assert working_time_between(MALARVIK.calendars_by_id["kontorstid"], began, due) == timedelta(hours=9)
    life.wait(at(6, "08:00"))
    assert done(life) == [("notify", (COORDINATOR,))]
    assert planned(life, incident).due_at == life.running(incident)[EKBACKEN, "resolve"].due_at


def test_after_a_long_stop_each_promise_is_told_once_and_steps_do_not_come_in_a_burst() -> None:
    life = steps(UNSEEN, TELL, LATE, TELL, BROKEN, ON, {"do": "repeat", "times": 3})
    incident = life.file("login", urgency=1)
    back = life.at + timedelta(days=2)
    for timer in [t for t in timers(life.world).values() if t.due_at and t.due_at <= back]:
        life.fire(timer, back)
    assert len(done(life)) == 1, "one step, and the next one gets its time"
    next_ = planned(life, incident).due_at
    assert next_ is not None
    assert next_ > back + timedelta(minutes=30)


def test_a_share_that_an_earlier_step_waited_out_is_counted_anew_and_never_comes_at_once() -> None:
    half = {"do": "wait", "clock": "acknowledge", "share": 50}
    life = steps(UNSEEN, TELL, half, TELL, UNSEEN, TELL)
    incident = life.file("login", urgency=2)
    stated = life.wait(at(5, "08:33"))
    assert len(of_type(stated, IncidentEscalated)) == 1
    assert planned(life, incident).due_at == planned(life, incident).since + timedelta(minutes=15)
    life.wait(at(5, "08:48"))
    assert planned(life, incident).due_at == planned(life, incident).since + timedelta(minutes=15), "50 to 100 %"


def test_that_the_steps_begin_again_is_said_beforehand_and_is_no_step_when_it_comes() -> None:
    hour, more = {"do": "wait", "time": "1 h"}, {"do": "wait", "time": "2 h"}
    life = steps(hour, TELL, more, {"do": "repeat", "times": 1})
    incident = life.file("login", urgency=2)
    life.wait(at(5, "09:05"))
    assert [measure.action for measure in planned(life, incident).then] == ["repeat"]
    assert planned(life, incident).due_at is not None
    life.wait(at(5, "11:10"))
    assert (planned(life, incident).round, planned(life, incident).then[0].action) == (2, "notify")
    assert done(life) == [("notify", (COORDINATOR,))]
    life.wait(at(6, "16:00"))
    assert done(life) == [("notify", (COORDINATOR,))] * 2
    assert planned(life, incident).due_at is None, "at its end"


def test_a_wait_by_time_counts_working_time() -> None:
    life = steps({"do": "wait", "time": "10 h"}, TELL)
    incident = life.file("login", urgency=3)
    due = planned(life, incident).due_at
    assert due is not None
    assert due.astimezone(STOCKHOLM).day == 6, "the desk closes at 16:30"


def test_the_holder_is_asked_to_say_that_it_has_the_case_and_passed_over_when_it_does_not() -> None:
    life = steps(UNSEEN, {"do": "require_acknowledgement", "within": "1 h"}, ON)
    incident = life.file("login", urgency=2)
    life.wait(at(5, "09:00"))
    assert done(life) == [("require_acknowledgement", (EKBACKEN,))]
    life.wait(at(5, "10:00"))
    assert incident.lead == IT_UNIT
    assert "har inte sagt att de har ärendet" in of_type(life.history, IncidentEscalated)[-1].reason["sv"]


def test_a_holder_that_says_so_in_time_keeps_it() -> None:
    life = steps(UNSEEN, {"do": "require_acknowledgement", "within": "1 h"}, ON)
    incident = life.file("login", urgency=2)
    life.wait(at(5, "09:00"))
    life.ask(AcknowledgeRequested, incident, by=TEKNIKER)
    life.wait(at(9, "10:00"))
    assert incident.lead == EKBACKEN


def test_a_paused_clock_holds_its_step_back_and_a_resumed_one_sets_its_time() -> None:
    life = steps(BROKEN, TELL)
    incident = life.file("wifi", urgency=1)
    ticket = life.ticket_of(incident)
    life.hear(VendorInformationRequested, incident, NETWORK, question="qu_1", text=TEXT, ticket=ticket)
    assert planned(life, incident).due_at is None
    assert planned(life, incident).then, "what would follow is still told"
    life.wait(at(8, "12:00"))
    assert done(life) == []
    life.tell(life.make(TicketAnswered, ticket=ticket, by=LARARE, text=TEXT, question="qu_1"))
    assert planned(life, incident).due_at == life.running(incident)[NETWORK, "resolve"].due_at


def test_another_holder_begins_the_policy_anew() -> None:
    life = steps(UNSEEN, TELL, LATE, TELL)
    incident = life.file("login", urgency=2)
    life.ask(AcknowledgeRequested, incident, by=TEKNIKER)
    life.ask(AssignmentRequested, incident, party=IT_UNIT)
    assert (planned(life, incident).step, planned(life, incident).round) == (0, 1)


def test_a_solved_case_goes_no_further() -> None:
    life = steps(UNSEEN, ON)
    incident = life.file("login", urgency=2)
    life.ask(ResolveRequested, incident, public_text=TEXT)
    assert life.world.escalations[incident.id].due_at is None
    assert of_type(life.wait(at(30, "12:00")), IncidentEscalated) == []


def test_a_person_stops_it_with_a_reason_until_it_has_another_holder() -> None:
    life = steps(UNSEEN, ON)
    incident = life.file("login", urgency=2)
    stated = life.ask(PolicyStopRequested, incident, reason=TEXT)
    assert of_type(stated, PolicyStopped)[0].reason == TEXT
    life.wait(at(7, "12:00"))
    assert (incident.lead, done(life)) == (EKBACKEN, [])
    [refused] = of_type(life.ask(PolicyStopRequested, incident, reason=TEXT), RequestRefused)
    assert refused.code == "no_policy"
    life.ask(AssignmentRequested, incident, party=IT_UNIT)
    assert planned(life, incident).due_at is not None


def test_a_person_escalates_by_hand_with_a_reason() -> None:
    life = steps(UNSEEN, ON)
    incident = life.file("login", urgency=2)
    stated = life.ask(EscalateRequested, incident, by=TEKNIKER, reason={"sv": "Jag kommer inte åt servern."})
    [escalated] = of_type(stated, IncidentEscalated)
    assert (escalated.trigger, escalated.reason["sv"]) == ("person", "Jag kommer inte åt servern.")
    assert escalated.by == TEKNIKER
    assert incident.lead == IT_UNIT
    assert (IT_UNIT, "acknowledge") in life.running(incident), "the next one has to take it on itself"
    for party in (COORDINATOR,):
        life.ask(EscalateRequested, incident, reason=TEXT)
        assert incident.lead == party
    [refused] = of_type(life.ask(EscalateRequested, incident, reason=TEXT), RequestRefused)
    assert refused.code == "last_of_path"


def test_a_case_that_was_taken_on_is_not_taken_on_again() -> None:
    life = Life()
    incident = life.file("login")
    life.ask(AcknowledgeRequested, incident, by=TEKNIKER)
    [refused] = of_type(life.ask(AcknowledgeRequested, incident, by=TEKNIKER), RequestRefused)
    assert refused.code == "acknowledged"


def test_the_same_urgency_is_refused() -> None:
    life = Life()
    incident = life.file("login", urgency=2)
    [refused] = of_type(life.ask(UrgencyRequested, incident, urgency=2, reason=TEXT), RequestRefused)
    assert refused.code == "same_urgency"


def test_a_reporter_who_asks_is_heard_by_holder_and_coordinator_and_the_policy_says_what_follows() -> None:
    life = steps(UNSEEN, ON, occasions=[{"when": "asked", "do": [{"do": "raise_urgency", "to": 1}]}])
    incident = life.file("login", urgency=3)
    asks = life.make(
        TicketEscalationRequested, ticket=life.ticket_of(incident), by=LARARE, reason={"sv": "Prov i dag."}
    )
    stated = life.tell(asks)
    told = of_type(stated, IncidentEscalated)
    assert [(e.measure.action, e.measure.parties) for e in told] == [
        ("notify", (EKBACKEN, COORDINATOR)),
        ("raise_urgency", ()),
    ]
    assert {e.trigger for e in told} == {"asked"}
    assert of_type(stated, UrgencyChanged)[0].urgency == 1
    assert incident.urgency == 1


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


def test_v8_the_centre_is_told_at_once_when_a_school_has_a_direct_lane_to_the_vendor() -> None:
    life = Life()
    stated = life.tell(life.filed("wifi"))
    [told] = of_type(stated, IncidentEscalated)
    assert (told.trigger, told.measure.action) == ("matrix", "notify")
    assert told.measure.parties == (COORDINATOR, EKBACKEN)


def test_silence_after_solved_closes_it_and_a_no_keeps_it_open() -> None:
    life = Life()
    incident, other = life.file("login"), life.file("email", school="sjobo")
    for each in (incident, other):
        life.ask(ResolveRequested, each, public_text=TEXT)
    life.voice(TicketReopened, life.ticket_of(other))
    stated = life.wait(life.at + timedelta(hours=169))
    assert [e.incident for e in of_type(stated, IncidentClosed)] == [incident.id]
    assert incident.state == "closed"
    assert other.unfinished


def test_needs_and_ideas_have_no_clocks_and_go_nowhere_by_themselves() -> None:
    life = Life()
    incident = life.file("login", kind="idea")
    assert life.running(incident) == {}
    assert of_type(life.history, EscalationScheduled) == []
    life.wait(life.at + timedelta(days=30))
    assert of_type(life.history, IncidentEscalated) == []


def test_a_policy_that_the_directory_has_no_more_gives_way_to_the_default_one() -> None:
    life = steps(UNSEEN, ON)
    incident = life.file("login", urgency=2)
    life.tell(life.directory(MALARVIK))
    assert (planned(life, incident).policy, planned(life, incident).step) == ("standard", 0)
    life.wait(at(5, "09:30"))
    assert (incident.lead, done(life)) == (EKBACKEN, [("notify", (COORDINATOR,))])


def test_r19_a_holder_that_is_gone_gives_way_at_once_to_the_next_who_is_left() -> None:
    life = Life()
    incident, other = life.file("login"), life.file("printing", school="sjobo")
    assert incident.lead == EKBACKEN
    content = MALARVIK.model_dump(mode="json")
    content["teams"] = [team for team in content["teams"] if team["id"] != "it-ekbacken"]
    stated = life.tell(life.directory(Directory.model_validate(content)))
    assert [(e.incident, e.party, e.rule) for e in of_type(stated, IncidentAssigned)] == [
        (incident.id, IT_UNIT, "gone")
    ]
    assert of_type(stated, ClockStarted)
    assert "finns inte längre" in of_type(stated, IncidentAssigned)[0].reason["sv"]
    assert other.lead == "vendor:print"


def test_r19_a_next_step_that_is_gone_is_planned_anew() -> None:
    life = steps(UNSEEN, ON)
    incident = life.file("login", urgency=2)
    assert planned(life, incident).then[0].parties == (IT_UNIT,)
    content = with_policy(steps=[UNSEEN, ON]).model_dump(mode="json")
    content["teams"] = [team for team in content["teams"] if team["id"] != "it-enheten"]
    life.tell(life.directory(Directory.model_validate(content)))
    assert planned(life, incident).then[0].parties == (COORDINATOR,)


def test_r19_the_cases_of_a_school_that_left_the_directory_go_on_with_somebody_clocks_and_a_next_step() -> None:
    life = Life()
    own, of_vendor = life.file("login", urgency=2), life.file("wifi", title="Nätet är borta i hela B-huset")
    content = MALARVIK.model_dump(mode="json")
    content["schools"] = [school for school in content["schools"] if school["id"] != "ekbacken"]
    content["teams"] = [team for team in content["teams"] if team["id"] != "it-ekbacken"]
    left = Directory.model_validate(content)
    life.tell(life.directory(left))
    assert (own.lead, of_vendor.lead) == (IT_UNIT, NETWORK), "who has it keeps it, or gives way"
    for incident in (own, of_vendor):
        assert {promise for party, promise in life.running(incident) if party == incident.lead} >= {"resolve"}
        then = planned(life, incident)
        assert then.due_at is not None
        assert all(party in left.parties for measure in then.then for party in measure.parties)
    [assigned] = of_type(life.tell(life.filed("login", title="Kontot är låst")), IncidentAssigned)
    assert assigned.party == COORDINATOR
    assert assigned.reason["sv"].startswith("Skolan finns inte i kommunens katalog")


def test_r19_an_agreement_that_is_gone_strands_no_case() -> None:
    life = Life()
    incident = life.file("staff_computer", urgency=2)
    assert incident.agreement == "datoravtal"
    content = MALARVIK.model_dump(mode="json")
    content["agreements"] = [each for each in content["agreements"] if each["id"] != "datoravtal"]
    for device in content["device_classes"]:
        device["agreement"] = None
    life.tell(life.directory(Directory.model_validate(content)))
    assert planned(life, incident).due_at == at(5, "08:32"), "goes further as the default agreement says"

    started = of_type(life.ask(AssignmentRequested, incident, party=COORDINATOR), ClockStarted)
    assert {(clock.promise, clock.agreement) for clock in started} == {
        ("acknowledge", "skolavtal"),
        ("next_update", "skolavtal"),
        ("resolve", "skolavtal"),
    }
    assert planned(life, incident).due_at is not None


def test_r19_what_a_directory_promises_otherwise_holds_for_clocks_and_steps_alike() -> None:
    life = Life()
    incident = life.file("login", urgency=2)
    life.ask(AcknowledgeRequested, incident, by=TEKNIKER)
    life.wait(at(5, "10:02"))
    content = MALARVIK.model_dump(mode="json")
    content["agreements"][0]["promises"][1]["resolve"] = "PT2H"
    stated = life.tell(life.directory(Directory.model_validate(content)))

    (other,) = of_type(stated, ClockRescheduled)
    assert (other.promise, other.used, other.due_at) == ("resolve", timedelta(hours=2, minutes=1), other.since)
    assert planned(life, incident).due_at == other.since + timedelta(hours=1, minutes=30), "counted anew: no burst"
    assert [clock.promise for clock in of_type(life.wait(at(5, "10:05")), ClockBreached)] == ["resolve"]
    assert not of_type(life.tell(life.directory(Directory.model_validate(content))), ClockRescheduled), "told once"
    content["agreements"][0]["promises"][1]["resolve"] = "PT1H"
    assert not of_type(life.tell(life.directory(Directory.model_validate(content))), ClockRescheduled), "late as before"


def test_r19_a_calendar_that_opens_longer_gives_a_clock_its_new_time_and_keeps_what_has_passed() -> None:
    life = Life()
    incident = life.file("login", urgency=2)
    life.wait(at(5, "20:01"))
    content = MALARVIK.model_dump(mode="json")
    content["calendars"][0]["hours"][0]["closes"] = "22:00"
    life.tell(life.directory(Directory.model_validate(content)))
    used = life.running(incident)[EKBACKEN, "resolve"].spent
    assert used == timedelta(hours=8, minutes=28), "until 16.30, by the hours that held until now"


def test_nobody_is_the_actor_of_what_goes_further_by_itself() -> None:
    life = steps(UNSEEN, ON)
    life.file("login", urgency=2)
    stated = life.wait(at(5, "10:00"))
    own = [e for e in stated if isinstance(e, IncidentEscalated | IncidentAssigned | EscalationScheduled)]
    assert own
    assert {e.by for e in own} == {None}
    assert {e.caused_by for e in own} == {None}
    assert len({e.id for e in stated}) == len(stated)


def test_a_refused_request_states_nothing_else_in_its_name() -> None:
    life = steps(UNSEEN, ON)
    incident = life.file("login", urgency=2)
    stranger = Actor(party="team:it-pedagogerna", person="nagon")
    stated = life.ask(UrgencyRequested, incident, by=stranger, urgency=2, reason=TEXT)
    assert [type(e) for e in stated] == [RequestRefused]


def test_n5_what_people_wrote_as_a_reason_is_not_why_others_have_the_case() -> None:
    life = steps(UNSEEN, ON, occasions=[{"when": "asked", "do": [{"do": "raise_urgency", "to": 1}, ON]}])
    incident = life.file("login", urgency=3)
    secret = {"sv": "Elevens namn är hemligt."}
    life.ask(EscalateRequested, incident, by=TEKNIKER, reason=secret)
    ticket = life.ticket_of(incident)
    life.tell(life.make(TicketEscalationRequested, ticket=ticket, by=LARARE, reason=secret))
    life.ask(ResolveRequested, incident, public_text=TEXT)
    life.ask(ReopenRequested, incident, reason=secret)
    for event in (*of_type(life.history, IncidentAssigned), *of_type(life.history, UrgencyChanged)):
        assert event.reason != secret, event.TYPE


def test_another_urgency_begins_the_policy_anew_so_that_what_was_never_promised_comes() -> None:
    life = steps(UNSEEN, TELL, LATE, TELL, BROKEN, ON)
    incident = life.file("login", urgency=4)  # no time to resolve is promised
    life.ask(AcknowledgeRequested, incident, by=TEKNIKER)
    assert planned(life, incident).due_at is None
    life.ask(UrgencyRequested, incident, urgency=1, reason=TEXT)
    assert planned(life, incident).due_at is not None
    life.wait(at(5, "13:00"))
    assert incident.lead == IT_UNIT


def test_a_policy_that_has_moved_the_case_and_run_out_begins_anew_for_its_new_holder() -> None:
    life = steps({"do": "wait", "time": "1 h"}, ON)
    incident = life.file("login", urgency=2)
    life.wait(at(5, "09:30"))
    assert (incident.lead, planned(life, incident).holder) == (IT_UNIT, IT_UNIT)
    assert planned(life, incident).due_at is not None
    life.wait(at(5, "15:00"))
    assert incident.lead == COORDINATOR
    life.wait(at(20, "15:00"))
    assert planned(life, incident).due_at is None, "it has come to rest where it ends"


def test_nobody_gets_the_same_case_twice_by_itself() -> None:
    life = steps({"do": "wait", "time": "1 h"}, ON, {"do": "repeat", "times": 9})
    incident = life.file("staff_computer", urgency=2)  # local, coordinator, then the vendor
    life.wait(at(23, "15:00"))
    got = [e.party for e in of_type(life.history, IncidentAssigned) if e.rule == "escalated"]
    assert got == [COORDINATOR, "vendor:devices"]
    assert incident.lead == "vendor:devices"


def test_a_changed_policy_begins_anew_and_never_goes_on_in_the_middle() -> None:
    life = steps(UNSEEN, TELL, LATE, TELL)
    incident = life.file("login", urgency=2)
    life.wait(at(5, "09:00"))
    assert planned(life, incident).step == 2
    life.tell(life.directory(with_policy(steps=[{"do": "wait", "time": "2 h"}, TELL, LATE, ON])))
    assert planned(life, incident).step == 0
    life.tell(life.directory(with_policy(steps=[UNSEEN, TELL, LATE, TELL])))
    assert planned(life, incident).step == 0


def test_n7_of_one_step_and_of_one_wish_everybody_is_told_once() -> None:
    require = {"do": "require_acknowledgement", "within": "1 h"}
    tell_all = {"do": "notify", "parties": ["local", "coordinator"]}
    life = steps(UNSEEN, ON, require, TELL, occasions=[{"when": "asked", "do": [TELL]}])
    incident = life.file("login", urgency=2)
    life.wait(at(5, "08:45"))
    assert done(life) == [("next_party", (IT_UNIT,))]
    assert planned(life, incident).step == 2, "and it is waited for their word"
    ticket = life.ticket_of(incident)
    life.tell(life.make(TicketEscalationRequested, ticket=ticket, by=LARARE, reason=TEXT))
    assert done(life, "asked") == [("notify", (IT_UNIT, COORDINATOR))]
    life = steps(UNSEEN, tell_all, require, TELL)
    life.file("login", urgency=2)
    life.wait(at(5, "08:45"))
    assert done(life) == [("notify", (COORDINATOR,)), ("require_acknowledgement", (EKBACKEN,))]


def test_what_waits_for_planned_work_or_has_no_clocks_is_not_called_taken_on() -> None:
    life = Life()
    need = life.file("login", kind="need")
    [refused] = of_type(life.ask(AcknowledgeRequested, need, by=TEKNIKER), RequestRefused)
    assert refused.code == "wrong_state"


def test_an_administrator_who_sends_it_on_is_not_called_its_reporter() -> None:
    life = Life()
    incident = life.file("login", urgency=2)
    nobodys = Actor(party="reporter", person="administrator")
    life.ask(EscalateRequested, incident, by=nobodys, reason=TEXT)
    assert of_type(life.history, IncidentAssigned)[-1].reason["sv"] == "Kommunens personal skickade det vidare."


def test_a_policy_leaves_out_what_would_change_nothing() -> None:
    """A vendor that cannot be reached (R19) or has had the case, and an urgency that it has already."""
    hand_over, lower = {"do": "hand_over", "vendor": NETWORK}, {"do": "raise_urgency", "to": 3}
    life = steps(UNSEEN, lower, hand_over, TELL)
    incident = life.file("login", urgency=2)
    assert [measure.action for measure in planned(life, incident).then] == ["hand_over", "notify"]
    content = with_policy(steps=[UNSEEN, lower, hand_over, TELL]).model_dump(mode="json")
    for vendor in content["vendors"]:
        vendor["connection"] = None
    life.tell(life.directory(Directory.model_validate(content)))
    assert [measure.action for measure in planned(life, incident).then] == ["notify"]


def test_a_share_of_the_promise_to_resolve_counts_what_the_former_holder_used() -> None:
    half = {"do": "wait", "clock": "resolve", "share": 50}
    life = steps(half, TELL)
    incident = life.file("login", urgency=2)
    life.at = at(5, "11:00")
    life.ask(AssignmentRequested, incident, party=IT_UNIT)
    clock = life.running(incident)[IT_UNIT, "resolve"]
    assert clock.used > timedelta(hours=2)
    twelve = timedelta(hours=12)
    office = MALARVIK.calendars_by_id["kontorstid"]
    due = planned(life, incident).due_at
    assert due is not None
    assert working_time_between(office, clock.started_at, due) == twelve / 2 - clock.used


def test_a_vendor_that_gave_it_back_does_not_get_it_again_by_itself() -> None:
    life = steps(UNSEEN, {"do": "hand_over", "vendor": NETWORK}, TELL)
    incident = life.file("login", urgency=2)
    life.wait(at(5, "09:00"))
    assert incident.lead == NETWORK
    life.ask(TakeBackRequested, incident)
    life.ask(AssignmentRequested, incident, party=IT_UNIT)
    assert [measure.action for measure in planned(life, incident).then] == ["notify"], "begins anew, without the vendor"


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


def test_what_a_person_has_stopped_goes_no_further_by_an_occasion_either() -> None:
    life = steps(UNSEEN, TELL, occasions=[{"when": "breach", "clock": "acknowledge", "do": [TELL]}])
    incident = life.file("login", urgency=2)
    life.ask(PolicyStopRequested, incident, reason=TEXT)
    stated = life.wait(at(5, "10:00"))
    assert "acknowledge" in [clock.promise for clock in of_type(stated, ClockBreached)], "the promise stands"
    assert done(life) == done(life, "breach") == []


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
