"""When a case goes further, as ticketing hears of it: clocks, the next step, what a person stopped or asked."""

from datetime import datetime, timedelta
from typing import Any

from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events.base import Event
from contracts.values import REPORTER_PARTY, Actor
from tests.unit.ticketing.story import AT, Story
from ticketing.domain.state import Incident

SUPPORT = "team:it-ekbacken"
COORDINATOR = "team:samordnaren"
STAFF = Actor(party=COORDINATOR, person="samordnare")


class Case(Story):
    """One ticket on one incident that local support holds."""

    def __init__(self, holder: str = SUPPORT) -> None:
        super().__init__()
        self.filed("tk_1").opened("in_1", "tk_1").assigned("in_1", holder)

    @property
    def incident(self) -> Incident:
        return self.world.incidents["in_1"]

    def say(self, kind: type[Event], **values: Any) -> list[Event]:
        return self.take(kind.model_validate(self._changed("in_1") | values))

    def tick(self, kind: type[Event], clock: str = "cl_1", promise: str = "resolve", **values: Any) -> list[Event]:
        of = {"incident": "in_1", "clock": clock, "promise": promise, "party": SUPPORT}
        return self.take(kind.model_validate(self._envelope() | of | values))

    def started(self, minutes: int, clock: str = "cl_1", promise: str = "resolve") -> None:
        times = {"started_at": AT, "due_at": after(minutes), "agreement": "vanlig"}
        self.tick(r.ClockStarted, clock, promise, **times)

    def scheduled(self, minutes: int | None, *then: r.Measure) -> None:
        due = None if minutes is None else after(minutes)
        self.say(r.EscalationScheduled, policy="standard", step=0, round=1, due_at=due, then=then)


def after(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


GOES_ON = r.Measure(action="next_party", parties=(COORDINATOR,))


def test_a_clock_that_stands_still_is_not_waited_for() -> None:
    case = Case()
    case.started(60, "cl_1", "resolve")
    case.started(90, "cl_2", "next_update")
    assert case.incident.next_due_at == after(60)
    case.tick(r.ClockPaused, paused_at=after(10), reason="reporter")
    assert (case.incident.next_due_at, case.world.clocks["cl_1"].pause_reason) == (after(90), "reporter")
    case.tick(r.ClockResumed, resumed_at=after(30), due_at=after(80))
    assert (case.incident.next_due_at, case.world.clocks["cl_1"].paused_at) == (after(80), None)


def test_a_breached_clock_runs_on_and_one_with_a_new_time_is_breached_no_more() -> None:
    case = Case()
    case.started(60)
    case.tick(r.ClockBreached, due_at=after(60))
    assert case.world.clocks["cl_1"].breached_at == after(60)
    assert case.incident.next_due_at == after(60)
    case.tick(r.ClockRescheduled, due_at=after(240))
    assert (case.world.clocks["cl_1"].breached_at, case.incident.turns_at) == (None, after(240))


def test_the_day_is_sorted_by_what_comes_first_a_promise_or_the_next_step() -> None:
    case = Case()
    case.started(60)
    assert case.incident.turns_at == after(60)
    case.scheduled(30, GOES_ON)
    assert case.incident.turns_at == after(30)
    assert case.incident.step_then == [{"action": "next_party", "parties": [COORDINATOR]}]
    case.scheduled(None)
    assert (case.incident.turns_at, case.incident.step_then) == (after(60), [])


def test_what_a_person_stopped_stays_so_until_another_holds_it() -> None:
    case = Case()
    case.scheduled(30, GOES_ON)
    case.say(r.PolicyStopped, reason={"sv": "De kommer i morgon."}, by=STAFF)
    assert case.incident.stopped_at is not None
    assert case.incident.step_due_at is None
    case.assigned("in_1", SUPPORT, role="parallel")
    assert case.incident.stopped_at is not None
    case.assigned("in_1", COORDINATOR)
    assert (case.incident.stopped_at, case.incident.stopped_reason) == (None, {})


def test_a_holder_has_answered_until_it_is_asked_again_or_another_has_it() -> None:
    case = Case()
    case.started(60, "cl_1", "acknowledge")
    assert case.incident.acknowledged_at is None
    case.tick(r.ClockStopped, "cl_1", "acknowledge", stopped_at=after(5), reason="kept")
    assert case.incident.acknowledged_at == after(5)
    case.started(120, "cl_2", "acknowledge")
    assert case.incident.acknowledged_at is None
    case.tick(r.ClockStopped, "cl_2", "acknowledge", stopped_at=after(70), reason="missed")
    assert case.incident.acknowledged_at == after(70)
    case.assigned("in_1", COORDINATOR)
    assert case.incident.acknowledged_at is None


def test_a_clock_that_was_handed_over_is_no_answer() -> None:
    case = Case()
    case.started(60, "cl_1", "acknowledge")
    case.tick(r.ClockStopped, "cl_1", "acknowledge", stopped_at=after(5), reason="handed_over")
    assert case.incident.acknowledged_at is None


def test_urgency_and_a_major_one_are_kept_and_nothing_comes_by_itself_once_it_is_solved() -> None:
    case = Case()
    case.scheduled(30, GOES_ON)
    case.say(r.UrgencyChanged, urgency=1, previous=2, reason={"sv": "Prov."}, by=STAFF)
    case.say(r.MajorDeclared, reasons=({"sv": "5 skolor är drabbade."},))
    assert case.incident.urgency == 1
    assert case.incident.major_at is not None
    case.resolved("in_1")
    assert (case.incident.step_due_at, case.incident.step_then, case.incident.turns_at) == (None, [], None)


def test_a_replay_knows_the_same() -> None:
    case = Case()
    case.started(60, "cl_1", "acknowledge")
    case.scheduled(30, GOES_ON, r.Measure(action="require_acknowledgement", within=timedelta(hours=1)))
    case.tick(r.ClockPaused, "cl_1", "acknowledge", paused_at=after(10), reason="planned")
    case.say(r.PolicyStopped, reason={"sv": "De kommer i morgon."}, by=STAFF)
    by = Actor(party=REPORTER_PARTY, person="larare")
    asked = {"ticket": "tk_1", "incident": "in_1", "by": by, "reason": {"sv": "Provet börjar."}}
    case.take(t.TicketEscalationRequested.model_validate(case._envelope() | asked))
    again = case.replayed()
    assert again.incidents == case.world.incidents
    assert again.clocks == case.world.clocks
    assert again.tickets == case.world.tickets
    assert again.tickets["tk_1"].asked_further_at is not None
