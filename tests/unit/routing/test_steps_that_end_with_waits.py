"""Steps that end with waits have run out before them: for the next holder they begin anew at once, as is stated."""

from datetime import timedelta

from tests.support.escalation_life import IT_UNIT, ON, TELL, UNSEEN, at, done, planned, steps
from tests.support.routing_life import COORDINATOR, EKBACKEN

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
