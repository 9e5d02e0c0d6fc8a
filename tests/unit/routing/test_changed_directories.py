"""A new directory strands no open case: holders, next steps, promises and policies follow it (R19)."""

from datetime import timedelta

from contracts.directory import Directory
from contracts.events.routing import ClockBreached, ClockRescheduled, ClockStarted, IncidentAssigned
from contracts.events.ticketing import AcknowledgeRequested, AssignmentRequested, HandOffRequested, ResolveRequested
from tests.support.escalation_life import IT_UNIT, LATE, ON, TELL, TEXT, UNSEEN, at, done, planned, steps, with_policy
from tests.support.routing_life import COORDINATOR, EKBACKEN, MALARVIK, NETWORK, TEKNIKER, Life, of_type


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


def test_a_changed_policy_begins_anew_and_never_goes_on_in_the_middle() -> None:
    life = steps(UNSEEN, TELL, LATE, TELL)
    incident = life.file("login", urgency=2)
    life.wait(at(5, "09:00"))
    assert planned(life, incident).step == 2
    life.tell(life.directory(with_policy(steps=[{"do": "wait", "time": "2 h"}, TELL, LATE, ON])))
    assert planned(life, incident).step == 0
    life.tell(life.directory(with_policy(steps=[UNSEEN, TELL, LATE, TELL])))
    assert planned(life, incident).step == 0


def test_r19_what_is_solved_stays_with_who_had_it() -> None:
    life = Life()
    incident = life.file("login")
    life.ask(ResolveRequested, incident, public_text=TEXT)
    content = MALARVIK.model_dump(mode="json")
    content["teams"] = [team for team in content["teams"] if team["id"] != "it-ekbacken"]
    assert of_type(life.tell(life.directory(Directory.model_validate(content))), IncidentAssigned) == []
    assert incident.lead == EKBACKEN


def test_r19_a_path_forgets_who_is_gone() -> None:
    life = steps(UNSEEN, ON)
    life.file("login", urgency=2)
    content = with_policy(steps=[UNSEEN, ON]).model_dump(mode="json")
    content["teams"] = [team for team in content["teams"] if team["id"] != "it-ekbacken"]
    [assigned] = of_type(life.tell(life.directory(Directory.model_validate(content))), IncidentAssigned)
    assert EKBACKEN not in assigned.path


def promising(urgency: int, time: str) -> Directory:
    """Mälarvik, whose usual agreement solves what is so urgent in that time; nothing moves by itself."""
    content = with_policy(steps=[UNSEEN]).model_dump(mode="json")
    content["agreements"][0]["promises"][urgency - 1]["resolve"] = time
    return Directory.model_validate(content)


def test_r19_what_is_late_stays_late_by_a_shorter_promise_and_gets_a_longer_ones_time() -> None:
    life = steps(UNSEEN)
    incident = life.file("login", urgency=2)
    life.wait(at(7, "12:00"))
    assert life.running(incident)[EKBACKEN, "resolve"].breached
    stated = life.tell(life.directory(promising(2, "PT6H")))
    assert "resolve" not in [clock.promise for clock in of_type(stated, ClockRescheduled)]
    stated = life.tell(life.directory(promising(2, "PT60H")))
    [longer] = [clock for clock in of_type(stated, ClockRescheduled) if clock.promise == "resolve"]
    assert longer.due_at > life.at


def test_r19_what_was_not_promised_before_is_promised_from_now_on() -> None:
    life = steps(UNSEEN)
    incident = life.file("login", urgency=4)
    assert (EKBACKEN, "resolve") not in life.running(incident)
    [started] = of_type(life.tell(life.directory(promising(4, "PT80H"))), ClockStarted)
    assert started.promise == "resolve"


def test_r19_a_vendor_beside_that_is_gone_ends_its_part_and_one_that_stays_keeps_it() -> None:
    life = Life()
    incident = life.file("login")
    life.ask(HandOffRequested, incident, vendor=NETWORK, role="parallel")
    assert of_type(life.tell(life.directory(MALARVIK)), IncidentAssigned) == []
    content = MALARVIK.model_dump(mode="json")
    content["vendors"] = [vendor for vendor in content["vendors"] if f"vendor:{vendor['id']}" != NETWORK]
    for rule in content["matrix"]:
        rule["path"] = [party for party in rule["path"] if party != NETWORK] or ["coordinator"]
    without = Directory.model_validate(content)
    [ended] = of_type(life.tell(life.directory(without)), IncidentAssigned)
    assert (ended.role, ended.rule, ended.previous) == ("parallel", "gone", NETWORK)
    assert not incident.parallel
