"""What people may say of a case that goes further: take it on, send it on, stop it, ask for it, make it more urgent."""

from typing import Any

import pytest

from contracts.events.base import Request
from contracts.events.routing import (
    ClockBreached,
    EscalationScheduled,
    IncidentAssigned,
    IncidentEscalated,
    PolicyStopped,
    RequestRefused,
    UrgencyChanged,
)
from contracts.events.ticketing import (
    AcknowledgeRequested,
    AssignmentRequested,
    EscalateRequested,
    PolicyStopRequested,
    ReopenRequested,
    ResolveRequested,
    TicketEscalationRequested,
    UrgencyRequested,
)
from contracts.values import Actor
from routing.domain.context import Context, Due
from routing.domain.due import on_due
from tests.support.escalation_life import IT_UNIT, ON, TELL, TEXT, UNSEEN, at, done, planned, steps
from tests.support.routing_life import COORDINATOR, EKBACKEN, LARARE, TEKNIKER, Life, of_type, timers


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


def test_what_is_sent_twice_goes_one_step_and_not_on_to_whom_nobody_was_shown() -> None:
    life = steps(UNSEEN, ON)
    incident = life.file("login", urgency=2)
    seen = incident.version
    for code in (None, "other_turn", "other_turn"):
        stated = life.ask(EscalateRequested, incident, by=TEKNIKER, reason=TEXT, to=IT_UNIT, seen_version=seen)
        assert [refused.code for refused in of_type(stated, RequestRefused)] == ([code] if code else [])
        assert incident.lead == IT_UNIT


def test_where_the_path_ends_who_named_a_goal_is_told_that_it_has_gone_there_already() -> None:
    life = steps(UNSEEN, ON)
    incident = life.file("login", urgency=2)
    for to in (IT_UNIT, COORDINATOR):
        life.ask(EscalateRequested, incident, reason=TEXT, to=to)
    for goal, code in ((COORDINATOR, "other_turn"), (None, "last_of_path")):
        [refused] = of_type(life.ask(EscalateRequested, incident, reason=TEXT, to=goal), RequestRefused)
        assert (refused.code, incident.lead) == (code, COORDINATOR)


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
    told: list[IncidentAssigned | UrgencyChanged] = [
        *of_type(life.history, IncidentAssigned),
        *of_type(life.history, UrgencyChanged),
    ]
    for event in told:
        assert event.reason != secret, event.TYPE


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


def test_what_a_person_has_stopped_goes_no_further_by_an_occasion_either() -> None:
    life = steps(UNSEEN, TELL, occasions=[{"when": "breach", "clock": "acknowledge", "do": [TELL]}])
    incident = life.file("login", urgency=2)
    life.ask(PolicyStopRequested, incident, reason=TEXT)
    stated = life.wait(at(5, "10:00"))
    assert "acknowledge" in [clock.promise for clock in of_type(stated, ClockBreached)], "the promise stands"
    assert done(life) == done(life, "breach") == []


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        (AcknowledgeRequested, {}),
        (EscalateRequested, {"reason": TEXT}),
        (PolicyStopRequested, {"reason": TEXT}),
        (UrgencyRequested, {"reason": TEXT, "urgency": 1}),
    ],
)
def test_what_is_solved_is_not_taken_on_sent_on_stopped_or_made_urgent(
    command: type[Request], fields: dict[str, Any]
) -> None:
    life = steps(UNSEEN, ON)
    incident = life.file("login", urgency=2)
    life.ask(ResolveRequested, incident, public_text=TEXT)
    [refused] = of_type(life.ask(command, incident, **fields), RequestRefused)
    assert refused.code == "wrong_state"


def test_only_what_has_ended_is_opened_again_and_a_need_has_no_urgency() -> None:
    life = Life()
    incident, need = life.file("login"), life.file("email", kind="need")
    [refused] = of_type(life.ask(ReopenRequested, incident, reason=TEXT), RequestRefused)
    assert refused.code == "wrong_state"
    [refused] = of_type(life.ask(UrgencyRequested, need, reason=TEXT, urgency=1), RequestRefused)
    assert refused.code == "wrong_state"


def test_a_policy_at_its_end_is_not_stopped() -> None:
    life = steps({"do": "wait", "time": "1 h"}, TELL)
    incident = life.file("login", urgency=2)
    life.wait(at(5, "10:00"))
    [refused] = of_type(life.ask(PolicyStopRequested, incident, reason=TEXT), RequestRefused)
    assert refused.code == "no_policy"


def test_what_an_administrator_opens_again_is_with_the_first_team() -> None:
    life = Life()
    incident = life.file("login")
    life.ask(ResolveRequested, incident, public_text=TEXT)
    life.ask(ReopenRequested, incident, by=Actor(party="reporter", person="administrator"), reason=TEXT)
    assert (incident.state, incident.lead) == ("in_progress", EKBACKEN)


def test_a_reporter_who_asks_for_what_is_solved_is_told_nothing_of_steps() -> None:
    life = steps(UNSEEN, ON)
    incident = life.file("login")
    life.ask(ResolveRequested, incident, public_text=TEXT)
    asks = life.make(TicketEscalationRequested, ticket=life.ticket_of(incident), by=LARARE, reason=TEXT)
    assert life.tell(asks) == []


def test_r18_a_step_that_comes_late_after_a_person_stopped_it_is_not_taken() -> None:
    life = steps(UNSEEN, ON)
    incident = life.file("login", urgency=2)
    step = next(timer for timer in timers(life.world).values() if timer.kind == "step")
    life.ask(PolicyStopRequested, incident, reason=TEXT)
    context = Context(cause=Due("late", at(7, "12:00"), step.municipality), now=at(7, "12:00"))
    assert list(on_due(life.world, step, context)) == []
