"""When a case goes further by its policy's steps, and to whom."""

from datetime import timedelta

from contracts.directory import Directory, working_time_between
from contracts.events.routing import (
    EscalationScheduled,
    IncidentAcknowledged,
    IncidentAssigned,
    IncidentEscalated,
)
from contracts.events.ticketing import (
    AcknowledgeRequested,
    AssignmentRequested,
    ResolveRequested,
    TakeBackRequested,
    TicketAnswered,
    UrgencyRequested,
)
from contracts.events.vendor_bridge import VendorInformationRequested
from tests.support.escalation_life import (
    BROKEN,
    IT_UNIT,
    LATE,
    ON,
    STOCKHOLM,
    TELL,
    TEXT,
    UNSEEN,
    at,
    done,
    planned,
    steps,
    with_policy,
)
from tests.support.routing_life import (
    COORDINATOR,
    EKBACKEN,
    LARARE,
    MALARVIK,
    NETWORK,
    TEKNIKER,
    Life,
    of_type,
    timers,
)


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


def test_the_last_in_turn_is_asked_by_name_and_not_again_once_it_has_said_so() -> None:
    require = {"do": "require_acknowledgement", "within": "1 h"}
    life = steps(LATE, ON, require, TELL)
    incident = life.file("login", urgency=2)
    life.ask(AssignmentRequested, incident, party=COORDINATOR, by=TEKNIKER)
    assert [(m.action, m.parties) for m in planned(life, incident).then] == [
        ("require_acknowledgement", (COORDINATOR,))
    ]
    life.ask(AcknowledgeRequested, incident)
    assert [(m.action, m.parties) for m in planned(life, incident).then] == [("notify", (COORDINATOR,))]
    due = planned(life, incident).due_at
    assert due is not None
    life.wait(due)
    assert done(life) == [("notify", (COORDINATOR,))], "what it has said is not asked for"


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


def test_needs_and_ideas_have_no_clocks_and_go_nowhere_by_themselves() -> None:
    life = Life()
    incident = life.file("login", kind="idea")
    assert life.running(incident) == {}
    assert of_type(life.history, EscalationScheduled) == []
    life.wait(life.at + timedelta(days=30))
    assert of_type(life.history, IncidentEscalated) == []


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


def test_what_the_coordinator_gave_away_by_hand_comes_back_once_where_nobody_acts() -> None:
    life = steps({"do": "wait", "time": "1 h"}, ON, {"do": "repeat", "times": 9})
    incident = life.file("login", urgency=2)
    for party in (COORDINATOR, IT_UNIT):
        life.ask(AssignmentRequested, incident, party=party)
    life.wait(at(23, "15:00"))
    got = [e.party for e in of_type(life.history, IncidentAssigned) if e.rule == "escalated"]
    assert (got, incident.lead) == ([COORDINATOR], COORDINATOR)


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


def test_a_step_before_the_promise_is_late_says_how_much_of_it_has_passed() -> None:
    life = steps(LATE, TELL)
    life.file("login", urgency=2)
    life.wait(at(6, "09:00"))
    [escalated] = [event for event in of_type(life.history, IncidentEscalated) if event.trigger == "step"]
    assert "75 procent" in escalated.reason["sv"]
