"""A wait that nothing follows on when it is over is no step: neither its time nor words of it are told."""

from datetime import datetime, timedelta

from contracts.events import routing as r
from tests.unit.ticketing.story import AT, Story
from ticketing.domain import further

GOES_ON = r.Measure(action="next_party", parties=("team:samordnaren",))


def told(*then: r.Measure, then_at: datetime | None = None) -> tuple[datetime | None, further.NextStep | None]:
    """What turns first of a case whose wait ends in half an hour, and its next step."""
    story = Story()
    story.filed("tk_1").opened("in_1", "tk_1").assigned("in_1", "team:it-ekbacken")
    due_at = AT + timedelta(minutes=30)
    of = {"policy": "standard", "step": 0, "round": 1, "since": AT, "due_at": due_at, "then": then, "then_at": then_at}
    story.take(r.EscalationScheduled.model_validate(story._changed("in_1") | of))
    incident = story.world.incidents["in_1"]
    return incident.turns_at, further.next_step(incident, AT)


def test_where_nothing_comes_there_is_no_time_either() -> None:
    assert told() == (None, None)


def test_what_comes_after_it_is_told_with_its_own_time() -> None:
    later = AT + timedelta(hours=2)
    assert told(GOES_ON, then_at=later) == (later, further.NextStep(later, (GOES_ON,), "team:it-ekbacken"))
