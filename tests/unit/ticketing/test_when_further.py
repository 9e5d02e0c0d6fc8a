"""When a case goes further, as ticketing hears of it: clocks, the next step, what a person stopped or asked."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.disclosure import INTERNAL, REPORTER, REPORTERS
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events.base import Event
from contracts.values import REPORTER_PARTY, Actor, Words
from tests.support.directories import shipped
from tests.unit.ticketing.story import AT, Story
from ticketing import next_steps, rendering
from ticketing.domain import further, status
from ticketing.domain.state import Incident

SUPPORT = "team:it-ekbacken"
COORDINATOR = "team:samordnaren"
NO_TIME = timedelta(0)
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
        self.say(r.EscalationScheduled, policy="standard", step=0, round=1, since=AT, due_at=due, then=then)


def after(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


GOES_ON = r.Measure(action="next_party", parties=(COORDINATOR,))


def test_a_clock_that_stands_still_is_not_waited_for() -> None:
    case = Case()
    case.started(60, "cl_1", "resolve")
    case.started(90, "cl_2", "next_update")
    assert case.incident.next_due_at == after(60)
    case.tick(r.ClockPaused, paused_at=after(10), used=NO_TIME, reason="reporter")
    assert (case.incident.next_due_at, case.world.clocks["cl_1"].pause_reason) == (after(90), "reporter")
    case.tick(r.ClockResumed, resumed_at=after(30), due_at=after(80))
    assert (case.incident.next_due_at, case.world.clocks["cl_1"].paused_at) == (after(80), None)


def test_a_breached_clock_runs_on_and_one_with_a_new_time_is_breached_no_more() -> None:
    case = Case()
    case.started(60)
    case.tick(r.ClockBreached, due_at=after(60))
    assert case.world.clocks["cl_1"].breached_at == after(60)
    assert case.incident.next_due_at == after(60)
    case.tick(r.ClockRescheduled, since=after(70), used=NO_TIME, due_at=after(240))
    clock = case.world.clocks["cl_1"]
    assert (clock.breached_at, case.incident.turns_at) == (None, after(240))


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
    incident = case.incident
    assert (incident.stopped_at, incident.stopped_reason) == (None, {})


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
    case.tick(r.ClockPaused, "cl_1", "acknowledge", paused_at=after(10), used=NO_TIME, reason="planned")
    case.say(r.PolicyStopped, reason={"sv": "De kommer i morgon."}, by=STAFF)
    by = Actor(party=REPORTER_PARTY, person="larare")
    asked = {"ticket": "tk_1", "incident": "in_1", "by": by, "reason": {"sv": "Provet börjar."}}
    case.take(t.TicketEscalationRequested.model_validate(case._envelope() | asked))
    again = case.replayed()
    assert again.incidents == case.world.incidents
    assert again.clocks == case.world.clocks
    assert again.tickets == case.world.tickets
    assert again.tickets["tk_1"].asked_further_at is not None


# What is told of it, and to whom (R2)


def told(case: Case, chain: str = "in_1", last: int = 1) -> list[tuple[str, tuple[str, ...], str]]:
    return [(entry.kind, entry.audience, entry.text["sv"]) for entry in case.chain(chain)[-last:]]


def escalated(case: Case, action: str = "next_party", trigger: str = "step", **values: Any) -> None:
    measure = {"action": action, "parties": (COORDINATOR,)}
    reason = {"reason": {"sv": "Ingen hade svarat i tid.", "en": "Nobody had answered in time."}}
    case.say(r.IncidentEscalated, **{"measure": measure, "trigger": trigger, **reason, **values})


def test_reporters_read_that_it_went_further_and_why_once() -> None:
    case = Case()
    escalated(case)
    case.assigned("in_1", COORDINATOR, "escalated")
    assert told(case) == [
        ("escalated", (REPORTERS,), f"Ärendet gick vidare till {COORDINATOR}. Ingen hade svarat i tid.")
    ]
    assert [entry.kind for entry in case.chain("in_1")] == ["assigned", "escalated"]


def test_a_vendor_that_it_went_to_or_left_is_named_without_saying_it_twice() -> None:
    case = Case()
    escalated(case, "hand_over", measure={"action": "hand_over", "parties": ("vendor:network",)})
    case.assigned("in_1", "vendor:network", "escalated")
    assert told(case) == [("handed_over", (REPORTERS,), "vendor:network får allt som är skrivet.")]
    escalated(case)
    case.assigned("in_1", COORDINATOR, "escalated")
    assert told(case) == [("taken_back", (REPORTERS,), "Vi har tagit tillbaka ärendet från vendor:network.")]


def test_a_persons_reason_to_send_it_further_is_for_staff() -> None:
    case = Case()
    escalated(case, trigger="person", by=STAFF, reason={"sv": "Vi kommer inte åt switchen."})
    assert told(case, last=2) == [
        ("escalated", (REPORTERS,), f"Ärendet gick vidare till {COORDINATOR}."),
        ("escalated", (INTERNAL,), "Vi kommer inte åt switchen."),
    ]
    assert case.chain("in_1")[-1].person == "samordnare"


def test_n5_what_one_reporter_wrote_is_not_told_to_the_others() -> None:
    case = Case()
    by, words = Actor(party=REPORTER_PARTY, person="larare"), {"sv": "Provet börjar klockan ett."}
    asked = {"ticket": "tk_1", "incident": "in_1", "by": by, "reason": words}
    case.take(t.TicketEscalationRequested.model_validate(case._envelope() | asked))
    escalated(case, "notify", trigger="asked", reason=words)
    escalated(case, trigger="asked", reason=words)
    case.say(r.UrgencyChanged, urgency=1, previous=2, reason=words)
    assert told(case, "tk_1") == [
        ("escalation_requested", (REPORTER,), "Jag ber att ärendet går vidare. Provet börjar klockan ett.")
    ]
    telling = [entry.audience for entry in case.chain("in_1") if words["sv"] in entry.text["sv"]]
    assert telling == [(INTERNAL,)], "that it is more urgent; why it was asked stands on the ticket"
    assert f"Ärendet gick vidare till {COORDINATOR}, för att skolan bad om det." in [
        entry.text["sv"] for entry in case.chain("in_1") if entry.audience == (REPORTERS,)
    ]


@pytest.mark.parametrize("action", ["notify", "require_acknowledgement"])
def test_who_was_only_told_or_asked_is_for_staff(action: str) -> None:
    case = Case()
    escalated(case, action)
    [(kind, audience, text)] = told(case)
    assert (kind, audience) == ("escalated", (INTERNAL,))
    assert text.startswith(COORDINATOR)
    assert text.endswith("Ingen hade svarat i tid.")


def test_a_change_of_urgency_is_told_in_words_once_and_the_reason_to_staff() -> None:
    case = Case()
    escalated(case, "raise_urgency", measure={"action": "raise_urgency", "urgency": 1})
    case.say(r.UrgencyChanged, urgency=1, previous=2, reason={"sv": "Nationella prov."}, by=STAFF)
    assert [entry.kind for entry in case.chain("in_1")] == ["assigned", "urgency_changed", "urgency_changed"]
    assert told(case, last=2) == [
        ("urgency_changed", (REPORTERS,), "Brådskan är ändrad från ”svårt att arbeta” till ”lektionen står still”."),
        ("urgency_changed", (INTERNAL,), "Ändrade brådskan: Nationella prov."),
    ]


def test_who_stopped_it_and_why_is_for_staff() -> None:
    case = Case()
    case.say(r.PolicyStopped, reason={"sv": "De kommer i morgon."}, by=STAFF)
    [(kind, audience, text)] = told(case)
    assert (kind, audience) == ("policy_stopped", (INTERNAL,))
    assert text.endswith("De kommer i morgon.")
    assert case.chain("in_1")[-1].person == "samordnare"


def test_reporters_read_that_nothing_comes_by_itself_any_more_without_the_persons_reason() -> None:
    case = Case()
    case.say(r.PolicyStopped, reason={"sv": "De kommer i morgon."}, by=STAFF)
    assert told(case, last=2)[0] == (
        "policy_stopped",
        (REPORTERS,),
        f"Ärendet går inte vidare av sig självt just nu; {SUPPORT} har det.",
    )


def test_a_major_one_is_told_to_all_who_reported_it() -> None:
    case = Case()
    case.say(r.MajorDeclared, reasons=({"sv": "5 skolor är drabbade.", "en": "5 schools are hit."},))
    [(kind, audience, text)] = told(case)
    assert (kind, audience) == ("major_declared", (REPORTERS,))
    assert text.endswith("5 skolor är drabbade.")


@pytest.mark.parametrize("promise", ["acknowledge", "next_update", "resolve", "public_sentence"])
def test_a_breach_is_for_staff_with_the_promise_and_its_time(promise: str) -> None:
    case = Case()
    case.tick(r.ClockBreached, promise=promise, due_at=after(60))
    [(kind, audience, text)] = told(case)
    assert (kind, audience) == ("breached", (INTERNAL,))
    assert text.endswith("senast måndag 5 oktober 2026 kl. 10:30.")


def test_that_time_stands_still_is_told_once_of_all_the_holders_clocks() -> None:
    case = Case()
    for clock, promise in (("cl_1", "resolve"), ("cl_2", "acknowledge")):
        case.started(60, clock, promise)
        case.tick(r.ClockPaused, clock, promise, paused_at=after(10), used=NO_TIME, reason="planned")
    for clock, promise in (("cl_1", "resolve"), ("cl_2", "acknowledge")):
        case.tick(r.ClockResumed, clock, promise, resumed_at=after(20), due_at=after(70))
    assert [entry.kind for entry in case.chain("in_1")] == ["assigned", "paused", "resumed"]
    assert {entry.audience for entry in case.chain("in_1")} == {(REPORTERS,)}


def test_that_time_goes_on_standing_still_for_the_next_holder_is_no_news() -> None:
    """Handed over while an answer is awaited: the clock ends, and the next holder's stands still at once."""
    case = Case()
    case.started(60, "cl_1")
    case.tick(r.ClockPaused, "cl_1", paused_at=after(10), used=NO_TIME, reason="reporter")
    for former, clock, minute in (("cl_1", "cl_2", 20), ("cl_2", "cl_3", 30)):
        case.tick(r.ClockStopped, former, stopped_at=after(minute), reason="handed_over", used=NO_TIME)
        case.started(90, clock)
        case.tick(r.ClockPaused, clock, paused_at=after(minute), used=NO_TIME, reason="reporter")
    case.tick(r.ClockResumed, "cl_3", resumed_at=after(40), due_at=after(90))
    case.tick(r.ClockPaused, "cl_3", paused_at=after(50), used=NO_TIME, reason="reporter")
    assert [entry.kind for entry in case.chain("in_1")] == ["assigned", "paused", "resumed", "paused"]


def test_reporters_read_that_the_holder_has_taken_it_on_once() -> None:
    case = Case()
    case.started(60, "cl_1", "acknowledge")
    case.say(r.IncidentAcknowledged, party=SUPPORT, by=STAFF)
    case.tick(r.ClockStopped, "cl_1", "acknowledge", stopped_at=after(5), reason="missed")
    assert told(case) == [("acknowledged", (REPORTERS,), f"{SUPPORT} har tagit sig an ärendet.")]
    assert case.incident.acknowledged_at is not None
    assert len(case.chain("in_1")) == 2


def test_staff_who_open_it_again_tell_staff_why() -> None:
    case = Case()
    case.resolved("in_1")
    case.say(r.IncidentReopened, reason={"sv": "Nätet i hus B."}, by=STAFF)
    assert told(case, last=2) == [
        ("reopened", (REPORTERS,), f"{COORDINATOR} har öppnat ärendet igen."),
        ("reopened", (INTERNAL,), "Öppnade ärendet igen: Nätet i hus B."),
    ]
    case.assigned("in_1", COORDINATOR, "reopened", reason={"sv": "Nätet i hus B."})
    assert told(case) == [("assigned", (REPORTERS,), f"Ärendet ligger nu hos {COORDINATOR}.")]
    case.resolved("in_1")
    case.say(r.IncidentReopened, reason={"sv": "x"}, by=Actor(party=REPORTER_PARTY, person="larare"))
    assert told(case)[0][1] == (REPORTERS,)


def test_a_report_whose_reporter_said_that_it_works_goes_on_with_what_staff_open_again() -> None:
    case = Case()
    for ticket in ("tk_2", "tk_3"):
        case.filed(ticket).linked("in_1", ticket)
    case.resolved("in_1")
    by = Actor(party=REPORTER_PARTY, person="larare")
    case.say(t.TicketConfirmedFixed, ticket="tk_1", by=by)
    case.say(t.TicketWithdrawn, ticket="tk_3", by=by)
    case.closed("in_1")
    now = case._envelope()["at"]
    case.say(r.IncidentReopened, reason={"sv": "Nätet i hus B."}, by=STAFF, doubts=now)
    first, second, gone = (case.world.tickets[id_] for id_ in ("tk_1", "tk_2", "tk_3"))
    assert (first.state, first.confirmed_at, second.state, gone.state) == ("open", None, "open", "withdrawn")
    assert status.status_of(first, case.incident) == status.status_of(second, case.incident) == "reopened"
    case.resolved("in_1")
    assert status.status_of(first, case.incident) == "resolved"
    assert case.replayed().tickets == case.world.tickets


def test_english_names_in_sentences_have_a_small_article_and_several_are_told() -> None:
    directory = shipped("malarvik")

    def step(*parties: str) -> str:
        told = further.NextStep(AT, (r.Measure(action="notify", parties=parties),))
        return rendering.say(next_steps.to_reporters(directory, told, {"sv": "x", "en": "x"}), "en", AT)

    assert step(COORDINATOR).endswith("the coordinator of school IT is told.")
    assert step(SUPPORT, COORDINATOR).endswith("IT support at Ekbacken and the coordinator of school IT are told.")
    case = Case(COORDINATOR)
    case.world.directories["malarvik"] = directory
    escalated(case, "notify")
    assert case.chain("in_1")[-1].text["en"].startswith("The coordinator of school IT was told.")
    escalated(case, "notify", measure={"action": "notify", "parties": (SUPPORT, COORDINATOR)})
    assert "and the coordinator of school IT were told." in case.chain("in_1")[-1].text["en"]
    case.say(r.PolicyStopped, reason={"sv": "De kommer."}, by=STAFF)
    assert case.chain("in_1")[-2].text["en"].endswith("for now; the coordinator of school IT has it.")
    case.say(r.IncidentAcknowledged, party=COORDINATOR, by=STAFF)
    assert case.chain("in_1")[-1].text["en"] == "The coordinator of school IT has taken on the case."


def test_a_case_whose_policy_is_gone_goes_on_when_asked_as_the_default_one_says() -> None:
    case = Case()
    assert shipped("lund").defaults.policy == "samordnad"
    case.incident.policy = "borta"
    assert further.goes_on_when_asked(shipped("lund"), case.incident)


def test_that_the_steps_begin_again_is_a_next_step_in_words() -> None:
    case = Case()
    case.scheduled(30, r.Measure(action="repeat"))
    step = further.next_step(case.incident, AT)
    assert step is not None
    for said in (next_steps.to_staff, next_steps.to_reporters):
        words = rendering.say(said(shipped("malarvik"), step, {"sv": "14.30", "en": "14:30"}), "sv", AT)
        assert words == "Händer inget till 14.30 börjar stegen om från början."
    assert not further.stays(case.incident)


def test_who_has_a_case_is_reminded_of_it_and_others_are_told() -> None:
    case = Case()
    case.scheduled(30, r.Measure(action="notify", parties=(SUPPORT, COORDINATOR)))
    for holder, staff in ((SUPPORT, "påminns IT-stödet"), (COORDINATOR, "påminns samordnaren")):
        case.incident.holder = holder
        step = further.next_step(case.incident, AT)
        assert step is not None
        words: Words = {"sv": "14.30", "en": "14:30"}
        read = [rendering.say(said(shipped("malarvik"), step, words), "sv", AT) for said in (
            next_steps.to_reporters, next_steps.to_staff,
        )]  # fmt: skip
        assert all(staff.casefold() in each.casefold() for each in read)
        assert "veta det" not in read[0]
        assert "veta det" in read[1]


@pytest.mark.parametrize("parties", [(), (COORDINATOR,)], ids=["as older events have it", "named"])
def test_who_must_say_that_it_has_the_case_is_named(parties: tuple[str, ...]) -> None:
    case = Case(COORDINATOR)
    words: Words = {"sv": "14.30", "en": "14:30"}
    case.scheduled(30, r.Measure(action="require_acknowledgement", parties=parties, within=timedelta(hours=1)))
    case.incident.holder = COORDINATOR
    step = further.next_step(case.incident, AT)
    assert step is not None
    for said in (next_steps.to_staff, next_steps.to_reporters):
        read = said(shipped("malarvik"), step, words)
        assert rendering.say(read, "sv", AT) == (
            "Händer inget till 14.30 ska Samordnaren för skolornas IT säga att de har ärendet."
        )
        assert "14:30, the coordinator of school IT must say that they" in rendering.say(read, "en", AT)


def test_v11_that_the_day_of_an_order_passes_is_its_next_step_with_its_time() -> None:
    case, directory = Case(SUPPORT), shipped("malarvik")
    assert further.comes_next(directory, case.incident, AT) is None
    case.incident.expected_at = AT.date() + timedelta(days=3)
    step = further.comes_next(directory, case.incident, AT)
    assert step is not None
    assert step.due_at.isoformat() == "2026-10-09T00:00:00+02:00"
    said = rendering.say(next_steps.to_reporters(directory, step, {"sv": "x", "en": "x"}), "sv", AT)
    assert said.endswith("får Samordnaren för skolornas IT veta det.")
    case.scheduled(30, r.Measure(action="next_party", parties=(COORDINATOR,)))
    sooner = further.comes_next(directory, case.incident, AT)
    assert sooner is not None
    assert sooner.measures[0].action == "next_party"
    case.incident.state = "resolved"
    assert further.comes_next(directory, case.incident, AT) is None


def test_who_asks_again_reads_that_it_is_known_and_staff_that_one_more_asks() -> None:
    case = Case()
    escalated(case, "notify", trigger="asked", reason={"sv": "Provet börjar."})
    asked_at = case.incident.asked_at
    assert asked_at is not None
    case.say(r.AskedAgain, ticket="tk_1", again_at=asked_at + further.AGAIN)
    [told] = case.chain("tk_1")[-1:]
    assert (told.kind, told.audience) == ("escalation_requested", (REPORTER,))
    assert told.text["sv"] == (
        "Det är antecknat. Någon har redan bett att ärendet går vidare. "
        f"De som ska veta det har fått veta det. {SUPPORT} har ärendet kvar."
    )
    [noted] = case.chain("in_1")[-1:]
    assert (noted.audience, noted.text["sv"][:35]) == ((INTERNAL,), "En skola bad igen att ärendet går v")
    assert case.incident.asked_at == asked_at
    assert further.noted_only_until(case.incident, asked_at) == asked_at + further.AGAIN
    assert further.noted_only_until(case.incident, asked_at + further.AGAIN) is None
    case.resolved("in_1")
    case.say(r.IncidentReopened, reason={"sv": "x"}, by=STAFF)
    assert further.noted_only_until(case.incident, asked_at) is None


def test_who_asks_reads_what_came_of_it_and_whoever_asks_after_that_it_has_moved() -> None:
    case = Case()
    escalated(case, "notify", trigger="asked", reason={"sv": "Provet börjar."})
    assert told(case) == [
        ("escalated", (REPORTERS,), f"{COORDINATOR} fick veta att skolan ber om att ärendet går vidare."),
    ]
    case.assigned("in_1", COORDINATOR, "escalated")
    asked_at = case.incident.asked_at
    assert asked_at is not None
    case.say(r.AskedAgain, ticket="tk_1", again_at=asked_at + further.AGAIN)
    said = case.chain("tk_1")[-1].text["sv"]
    assert said.endswith(f"Sedan dess har {COORDINATOR} fått det, så det flyttas inte en gång till nu.")


def test_r9_the_others_read_that_one_still_has_the_fault_and_staff_which_and_where() -> None:
    case = Case()
    case.filed("tk_2").linked("in_1", "tk_2").resolved("in_1")
    by = Actor(party=REPORTER_PARTY, person="larare")
    basis = {"kind": "incident", "service": "wifi", "school": "ekbacken", "urgency": 2, "recurrence_of": "in_1"}
    case.take(r.IncidentOpened.model_validate(case._changed("in_2") | {"ticket": "tk_2"} | basis))
    how = {"score": 1.0, "reasons": ({"sv": "Fel."},), "engine_version": "1", "directory_version": "1"}
    moved = {"ticket": "tk_2", "previous": "in_1", "by": by} | how
    case.take(r.TicketLinked.model_validate(case._changed("in_2") | moved))
    number = case.world.tickets["tk_2"].number
    assert told(case, last=2) == [
        (
            "unlinked",
            (REPORTERS,),
            "En av dem som anmält säger att det fortfarande är fel. Det löses i ett eget ärende.",
        ),
        ("unlinked", (INTERNAL,), f"{number} gick vidare i en ny störning, för att det fortfarande är fel där."),
    ]
    assert case.chain("in_1")[-1].facts == {"ticket": "tk_2", "successor": "in_2"}

    case.filed("tk_3").linked("in_1", "tk_3")
    case.take(r.TicketLinked.model_validate(case._changed("in_2") | moved | {"ticket": "tk_3"}))
    number = case.world.tickets["tk_3"].number
    went = f"{number} gick vidare i den störning som redan öppnats för att det fortfarande är fel."
    assert told(case) == [("unlinked", (INTERNAL,), went)], "the others have read it, and no disruption is new"


def test_a_promise_that_former_holders_had_used_up_is_late_from_its_beginning() -> None:
    case = Case()
    case.started(0)
    assert case.world.clocks["cl_1"].breached_at == AT
    case.started(5, "cl_2")
    assert case.world.clocks["cl_2"].breached_at is None


def test_v8_a_case_that_only_a_vendor_comes_after_is_not_said_to_go_on_when_asked() -> None:
    vasteras = shipped("vasteras")
    case = Case(vasteras.coordinator)
    case.incident.policy, case.incident.agreement = "utan-lovad-tid", "utan-serviceavtal"
    case.incident.path = ["team:it-stenvik", vasteras.coordinator, "vendor:atea"]
    assert not further.goes_on_when_asked(vasteras, case.incident)
    case.incident.holder = "team:it-stenvik"
    assert further.goes_on_when_asked(vasteras, case.incident)


def test_a_case_that_goes_another_way_stays_with_its_holder_and_staff_read_why() -> None:
    case = Case()
    since = case.incident.holder_since
    case.say(r.IncidentAcknowledged, party=SUPPORT, by=STAFF)
    way = {"path": (SUPPORT, COORDINATOR), "rule": "natet", "agreement": "driftavtal", "policy": "direkt"}
    case.say(r.IncidentRerouted, party=SUPPORT, reason={"sv": "De har det kvar."}, **way)
    [told] = case.chain("in_1")[-1:]
    assert (told.kind, told.audience, told.text) == ("assigned", (INTERNAL,), {"sv": "De har det kvar."})
    held = case.incident
    assert (held.holder, held.holder_since, held.reason) == (SUPPORT, since, {"sv": "De har det kvar."})
    assert (held.path, held.rule, held.agreement, held.policy) == ([*way["path"]], "natet", "driftavtal", "direkt")
    assert held.acknowledged_at is not None, "its holder is no other one"
