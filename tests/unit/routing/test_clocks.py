"""Promises against time: what counts, what stands still, what a hand-off and another urgency keep."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from contracts.directory import Directory, add_working_time, working_time_between
from contracts.events.base import Event
from contracts.events.routing import (
    ClockBreached,
    ClockPaused,
    ClockRescheduled,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    IncidentAssigned,
)
from contracts.events.ticketing import (
    AcknowledgeRequested,
    AssignmentRequested,
    HandOffRequested,
    NoteWritten,
    ReopenRequested,
    ResolveRequested,
    TicketAnswered,
    TicketConfirmedFixed,
    TicketWithdrawn,
    UrgencyRequested,
)
from contracts.events.vendor_bridge import VendorInformationRequested
from routing.domain.context import Context, Due
from routing.domain.due import on_due
from routing.domain.state import Incident, Timer
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
OFFICE = MALARVIK.calendars_by_id["kontorstid"]
TEXT = {"sv": "Text."}
HOUR = timedelta(hours=1)


@pytest.fixture
def life() -> Life:
    return Life()


def at(day: int, clock: str) -> datetime:
    """In October 2026; the 5th is a Monday."""
    return datetime.fromisoformat(f"2026-10-{day:02d}T{clock}").replace(tzinfo=STOCKHOLM)


def ask_reporter(life: Life, incident: Incident, nth: int = 0, question: str = "qu_1") -> None:
    ticket = life.ticket_of(incident, nth)
    life.hear(VendorInformationRequested, incident, NETWORK, question=question, text=TEXT, ticket=ticket)


def answer(life: Life, incident: Incident, nth: int = 0, question: str = "qu_1") -> list[Event]:
    ticket = life.ticket_of(incident, nth)
    return life.tell(life.make(TicketAnswered, ticket=ticket, by=LARARE, text=TEXT, question=question))


def test_a_promise_that_is_not_kept_in_time_is_breached_once_and_runs_on(life: Life) -> None:
    incident = life.file("login")
    due = life.running(incident)[EKBACKEN, "acknowledge"].due_at
    stated = life.wait(due + timedelta(days=3))
    breaches = [e for e in of_type(stated, ClockBreached) if e.promise == "acknowledge"]
    assert [(e.party, e.due_at) for e in breaches] == [(EKBACKEN, due)]
    assert (EKBACKEN, "acknowledge") in life.running(incident)
    stopped = of_type(life.ask(AcknowledgeRequested, incident, by=TEKNIKER), ClockStopped)
    assert [(e.promise, e.reason) for e in stopped] == [("acknowledge", "missed")]


def test_a_hand_off_keeps_the_sum_of_what_was_used_of_the_promise_to_resolve(life: Life) -> None:
    incident = life.file("login", urgency=2)  # 12 h to resolve
    began = life.running(incident)[EKBACKEN, "resolve"].started_at
    life.at = at(5, "14:00")
    stated = life.ask(AssignmentRequested, incident, party="team:it-enheten", note=None)
    handed = life.at
    used = working_time_between(OFFICE, began, handed)
    stopped = next(e for e in of_type(stated, ClockStopped) if e.promise == "resolve")
    started = next(e for e in of_type(stated, ClockStarted) if e.promise == "resolve")
    assert (stopped.used, started.used) == (used, used)
    assert working_time_between(OFFICE, handed, started.due_at) == 12 * HOUR - used
    acknowledge = next(e for e in of_type(stated, ClockStarted) if e.promise == "acknowledge")
    assert working_time_between(OFFICE, handed, acknowledge.due_at) == timedelta(minutes=30), "each holder's own"


def test_wall_times_of_the_lead_holders_add_up_to_the_whole(life: Life) -> None:
    incident = life.file("login", urgency=2)
    began = life.running(incident)[EKBACKEN, "resolve"].started_at
    for day, party in ((5, "team:it-enheten"), (6, COORDINATOR), (7, EKBACKEN)):
        life.at = at(day, "11:20")
        life.ask(AssignmentRequested, incident, party=party)
    life.at = at(8, "09:00")
    life.ask(ResolveRequested, incident, public_text=TEXT)
    started = [e for e in of_type(life.history, ClockStarted) if e.promise == "resolve"]
    stopped = [e for e in of_type(life.history, ClockStopped) if e.promise == "resolve"]
    walls = [end.stopped_at - start.started_at for start, end in zip(started, stopped, strict=True)]
    assert sum(walls, timedelta()) == life.at - began
    assert sum((e.used for e in stopped), timedelta()) == working_time_between(OFFICE, began, life.at)
    assert incident.resolving == sum((e.used for e in stopped), timedelta())


def test_who_takes_over_late_is_not_told_of_the_same_breach_again(life: Life) -> None:
    incident = life.file("login", urgency=1)  # 4 h
    life.wait(at(6, "15:00"))
    before = [e for e in of_type(life.history, ClockBreached) if e.promise == "resolve"]
    assert len(before) == 1
    life.ask(AssignmentRequested, incident, party=COORDINATOR if incident.lead != COORDINATOR else EKBACKEN)
    life.wait(at(9, "15:00"))
    assert [e for e in of_type(life.history, ClockBreached) if e.promise == "resolve"] == before


def test_another_urgency_keeps_what_has_passed(life: Life) -> None:
    incident = life.file("login", urgency=3)
    began = life.running(incident)[EKBACKEN, "resolve"].started_at
    life.at = at(5, "10:00")
    stated = life.ask(UrgencyRequested, incident, urgency=2, reason=TEXT)
    moved = {e.promise: e for e in of_type(stated, ClockRescheduled)}
    used = working_time_between(OFFICE, began, life.at)
    assert moved["resolve"].used == used
    assert working_time_between(OFFICE, life.at, moved["resolve"].due_at) == 12 * HOUR - used
    assert incident.urgency == 2


def test_an_urgency_whose_time_has_passed_already_is_late_at_once_and_told_once(life: Life) -> None:
    incident = life.file("login", urgency=3)
    life.at = at(7, "16:00")
    life.ask(UrgencyRequested, incident, urgency=1, reason=TEXT)
    stated = life.wait(life.at + timedelta(minutes=1))
    assert [e.promise for e in of_type(stated, ClockBreached)].count("resolve") == 1
    assert life.running(incident)[incident.lead or "", "resolve"].breached


def test_an_urgency_that_promises_no_solution_ends_that_clock_and_one_that_does_starts_it(life: Life) -> None:
    incident = life.file("login", urgency=4)
    assert (EKBACKEN, "resolve") not in life.running(incident)
    life.ask(UrgencyRequested, incident, urgency=2, reason=TEXT)
    assert (EKBACKEN, "resolve") in life.running(incident)
    life.ask(UrgencyRequested, incident, urgency=4, reason=TEXT)
    assert (EKBACKEN, "resolve") not in life.running(incident)


def test_r8_the_promise_to_resolve_stands_still_while_all_wait_on_their_reporters_and_no_other_does(life: Life) -> None:
    incident = life.file("wifi", urgency=2)
    due = life.running(incident)[NETWORK, "resolve"].due_at
    ask_reporter(life, incident)
    paused = of_type(life.history, ClockPaused)
    assert [(e.promise, e.reason) for e in paused] == [("resolve", "reporter")]
    asked = life.at
    life.at += timedelta(minutes=90)
    resumed = of_type(answer(life, incident), ClockResumed)
    assert [e.promise for e in resumed] == ["resolve"]
    assert resumed[0].due_at == due + (life.at - asked), "the vendor's agreement counts day and night"


def test_r8_one_reporter_who_is_not_asked_keeps_it_going(life: Life) -> None:
    incident = life.shared(2)
    life.ask(HandOffRequested, incident, vendor=NETWORK)
    ask_reporter(life, incident)
    assert of_type(life.history, ClockPaused) == []
    ask_reporter(life, incident, 1, "qu_2")
    assert len(of_type(life.history, ClockPaused)) == 1
    life.voice(TicketWithdrawn, life.ticket_of(incident, 1))
    assert of_type(life.history, ClockResumed) == [], "the only one left is still asked"
    answer(life, incident)
    assert len(of_type(life.history, ClockResumed)) == 1


def test_a_paused_clock_is_not_breached_however_long_it_stands(life: Life) -> None:
    incident = life.file("wifi", urgency=1)
    ask_reporter(life, incident)
    stated = life.wait(life.at + timedelta(days=10))
    assert [e for e in of_type(stated, ClockBreached) if e.promise == "resolve"] == []
    assert [e for e in of_type(stated, ClockBreached) if e.promise == "next_update"], "N8: that promise goes on"


def test_n8_words_that_reporters_can_read_are_the_promised_update_whoever_holds_it(life: Life) -> None:
    incident = life.file("wifi", urgency=2)
    before = life.running(incident)[NETWORK, "next_update"]
    life.tell(life.make(NoteWritten, incident=incident.id, by=SAMORDNARE, audience=("internal",)))
    assert life.running(incident)[NETWORK, "next_update"] is before
    life.tell(life.make(NoteWritten, incident=incident.id, by=SAMORDNARE, audience=("reporters",)))
    assert life.running(incident)[NETWORK, "next_update"].started_at == life.at


def test_a_note_of_its_holder_says_that_it_has_the_case(life: Life) -> None:
    incident = life.file("login")
    life.tell(life.make(NoteWritten, incident=incident.id, by=TEKNIKER, audience=("internal",)))
    assert (EKBACKEN, "acknowledge") not in life.running(incident)


def test_a_reopened_case_goes_on_with_what_was_left(life: Life) -> None:
    incident = life.file("login", urgency=2)
    began = life.running(incident)[EKBACKEN, "resolve"].started_at
    life.at = at(5, "12:00")
    life.ask(ResolveRequested, incident, public_text=TEXT)
    used = working_time_between(OFFICE, began, life.at)
    life.at = at(6, "12:00")
    stated = life.ask(ReopenRequested, incident, reason=TEXT)
    assert of_type(stated, IncidentAssigned)[0].party == SAMORDNARE.party
    started = next(e for e in of_type(stated, ClockStarted) if e.promise == "resolve")
    assert started.used == used


def test_time_counts_across_the_night_on_which_clocks_change(life: Life) -> None:
    life.at = datetime(2026, 10, 23, 15, 0, tzinfo=STOCKHOLM)  # Friday before the change, and before the autumn break
    incident = life.file("login", urgency=1)  # 4 h
    due = life.running(incident)[EKBACKEN, "resolve"].due_at.astimezone(STOCKHOLM)
    # An hour and a half less a minute on Friday; the break opens at 8 on Monday.
    assert due == datetime(2026, 10, 26, 10, 31, tzinfo=STOCKHOLM)


def test_an_event_of_the_past_takes_no_time_back_from_a_clock(life: Life) -> None:
    incident = life.file("login")
    running = dict(life.running(incident))
    early = life.make(NoteWritten, incident=incident.id, by=TEKNIKER, audience=("reporters",))
    early = early.model_copy(update={"at": life.at - timedelta(days=2)})
    stopped = {clock.promise: clock for clock in of_type(life.tell(early), ClockStopped)}
    assert set(stopped) == {"acknowledge", "next_update"}
    for promise, clock in stopped.items():
        assert clock.reason == "kept"
        assert clock.used == timedelta(0)
        assert clock.stopped_at == running[EKBACKEN, promise].started_at
    assert life.running(incident)[EKBACKEN, "resolve"].due_at == running[EKBACKEN, "resolve"].due_at


def test_an_event_that_comes_late_counts_from_when_it_happened(life: Life) -> None:
    """Routing was down meanwhile: what was kept in time is kept."""
    incident = life.file("login")
    note = life.make(NoteWritten, incident=incident.id, by=TEKNIKER, audience=("internal",))
    life.at += timedelta(days=3)
    [stopped] = of_type(life.tell(note), ClockStopped)
    assert (stopped.promise, stopped.reason, stopped.stopped_at) == ("acknowledge", "kept", note.at)


def test_r8_what_stood_still_uses_no_time_of_the_promise_whoever_holds_it(life: Life) -> None:
    incident = life.file("login", urgency=2)
    life.at = at(5, "10:00")
    ask_reporter(life, incident)
    used = life.running(incident)[EKBACKEN, "resolve"].spent
    assert used == working_time_between(OFFICE, life.running(incident)[EKBACKEN, "resolve"].started_at, life.at)
    life.at = at(5, "14:00")
    stated = life.ask(AssignmentRequested, incident, party="team:it-enheten")
    assert [clock.used for clock in of_type(stated, ClockStopped) if clock.promise == "resolve"] == [used]
    life.at = at(5, "15:00")
    [resumed] = [event for event in answer(life, incident) if isinstance(event, ClockResumed)]
    promised = MALARVIK.agreements_by_id["skolavtal"].at(2).resolve
    assert promised is not None
    assert resumed.due_at == add_working_time(OFFICE, resumed.resumed_at, promised - used)


def test_a_promise_that_was_late_stays_late_through_a_pause(life: Life) -> None:
    incident = life.file("login", urgency=2)
    life.wait(at(7, "08:00"))
    late = life.running(incident)[incident.lead or "", "resolve"]
    assert late.breached
    due_at = late.due_at
    ask_reporter(life, incident)
    [resumed] = [event for event in answer(life, incident) if isinstance(event, ClockResumed)]
    assert resumed.due_at == due_at
    ask_reporter(life, incident, question="qu_2")
    stopped = of_type(life.voice(TicketConfirmedFixed, life.ticket_of(incident)), ClockStopped)
    assert [clock.reason for clock in stopped if clock.promise == "resolve"] == ["missed"]


def test_what_is_solved_while_it_waits_on_its_reporter_is_kept_however_long_that_took(life: Life) -> None:
    incident = life.file("login", urgency=2)
    ask_reporter(life, incident)
    life.wait(at(16, "08:00"))
    stopped = of_type(life.voice(TicketConfirmedFixed, life.ticket_of(incident)), ClockStopped)
    assert [clock.reason for clock in stopped if clock.promise == "resolve"] == ["kept"]


def fired(life: Life, timer: Timer, now: datetime) -> list[object]:
    """What a replica states that looks at a timer by then, whatever has happened since it was found."""
    context = Context(cause=Due("late", now, timer.municipality), now=now)
    return list(on_due(life.world, timer, context))


def test_r18_a_replica_that_comes_second_or_early_finds_nothing_to_do(life: Life) -> None:
    incident, much_later = life.file("login", urgency=2), at(30, "08:00")
    running, found = life.running(incident), timers(life.world)
    answering, solving = (found[f"clock/{running[EKBACKEN, promise].id}"] for promise in ("acknowledge", "resolve"))
    step = next(timer for timer in found.values() if timer.kind == "step")
    assert fired(life, answering, life.at) == fired(life, step, life.at) == [], "not due yet"
    life.wait(at(5, "09:00"))
    assert running[EKBACKEN, "acknowledge"].breached
    assert fired(life, answering, much_later) == [], "told already"
    ask_reporter(life, incident)
    assert fired(life, solving, much_later) == [], "stands still"
    answer(life, incident)
    life.ask(ResolveRequested, incident, public_text=TEXT)
    silence = next(timer for timer in timers(life.world).values() if timer.kind == "close")
    assert fired(life, step, much_later) == [], "solved"
    life.ask(ReopenRequested, incident, reason=TEXT)
    assert incident.state == "in_progress"
    assert fired(life, silence, much_later) == [], "open again"


def test_r19_what_stands_still_follows_another_promise_when_it_goes_on(life: Life) -> None:
    incident = life.file("login", urgency=2)
    ask_reporter(life, incident)
    content = MALARVIK.model_dump(mode="json")
    content["agreements"][0]["promises"][1]["resolve"] = "PT2H"
    stated = life.tell(life.directory(Directory.model_validate(content)))
    assert "resolve" not in [clock.promise for clock in of_type(stated, ClockRescheduled)]
    used = life.running(incident)[EKBACKEN, "resolve"].spent
    [resumed] = [event for event in answer(life, incident) if isinstance(event, ClockResumed)]
    assert resumed.due_at == add_working_time(OFFICE, resumed.resumed_at, 2 * HOUR - used)
