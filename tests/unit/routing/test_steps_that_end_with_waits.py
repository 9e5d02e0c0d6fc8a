"""Steps that end with waits have run out before them: for the next holder they begin anew at once, as is stated."""

from datetime import datetime, timedelta

import pytest

from routing.domain.state import Incident
from tests.support.escalation_life import IT_UNIT, ON, TELL, UNSEEN, at, done, planned, steps
from tests.support.routing_life import COORDINATOR, EKBACKEN, Life, timers

IDLE = ({"do": "wait", "time": "1 min"}, {"do": "wait", "time": "3 min"})


def test_who_gets_a_case_by_the_last_step_has_the_next_one_stated_at_once() -> None:
    life = steps(UNSEEN, TELL, {"do": "wait", "time": "10 min"}, ON, *IDLE)
    incident = life.file("login", urgency=2)
    for _ in range(2):
        due_at = planned(life, incident).due_at
        assert due_at is not None
        life.wait(due_at + timedelta(seconds=1))
    assert done(life)[-1] == ("next_party", (IT_UNIT,))
    next_ = planned(life, incident)
    assert (next_.holder, next_.step) == (IT_UNIT, 0)
    assert next_.due_at is not None
    assert [measure.action for measure in next_.then] == ["notify"]


def test_where_the_holder_is_the_same_nothing_comes_and_that_is_stated() -> None:
    life = steps(UNSEEN, TELL, *IDLE)
    incident = life.file("login", urgency=2)
    life.wait(at(9, "12:00"))
    assert done(life) == [("notify", (COORDINATOR,))]
    assert (planned(life, incident).due_at, planned(life, incident).then, incident.lead) == (None, (), EKBACKEN)


@pytest.mark.parametrize("waits", [1, 2])
def test_where_the_last_step_changes_nothing_it_is_stated_what_comes_when_the_steps_begin_anew(waits: int) -> None:
    """The case is that urgent already: nothing is done after those waits, and for the next holder all begins anew."""
    soon = {"do": "wait", "time": "10 min"}
    life = steps(soon, TELL, soon, ON, *(soon, {"do": "raise_urgency", "to": 2}) * waits)
    incident = life.file("login", urgency=2)
    for _ in range(2):
        life.wait(due(life, incident) + timedelta(seconds=1))
    assert incident.lead == IT_UNIT
    stated, told = planned(life, incident), done(life)
    assert ([measure.action for measure in stated.then], stated.step) == (["notify"], 4)
    assert stated.then_at == due(life, incident) + timedelta(minutes=10 * waits)
    for _ in range(waits):
        fire_late(life, incident)
    anew = planned(life, incident)
    assert (anew.holder, anew.step, anew.due_at) == (IT_UNIT, 0, stated.then_at), "as it was stated"
    assert done(life) == told
    life.wait(stated.then_at + timedelta(seconds=1))
    assert done(life) == [*told, ("notify", (COORDINATOR,))]


def due(life: Life, incident: Incident) -> datetime:
    due_at = planned(life, incident).due_at
    assert due_at is not None
    return due_at


def fire_late(life: Life, incident: Incident) -> None:
    """Its step, four seconds after its time."""
    step = next(timer for timer in timers(life.world).values() if timer.kind == "step")
    life.fire(step, due(life, incident) + timedelta(seconds=4))
