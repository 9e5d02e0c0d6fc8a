"""N5: staff show an incident to others as a known problem, however few have reported it."""

import pytest

from contracts.events.base import Event
from contracts.events.routing import IncidentPublished, RequestRefused
from contracts.events.ticketing import PublishRequested, ResolveRequested, TriageRequested
from tests.support.routing_life import TEKNIKER, Life, of_type


@pytest.fixture
def life() -> Life:
    return Life()


def refused(stated: list[Event]) -> str:
    [refusal] = of_type(stated, RequestRefused)
    return refusal.code


def test_it_is_shown_and_no_longer_shown(life: Life) -> None:
    incident = life.file("login")
    version = incident.version
    [shown] = of_type(life.ask(PublishRequested, incident, by=TEKNIKER), IncidentPublished)
    assert (shown.published, shown.by, incident.published) == (True, TEKNIKER, True)
    assert (incident.version, incident.touched) == (version + 1, True)
    assert refused(life.ask(PublishRequested, incident)) == "unchanged"
    [hidden] = of_type(life.ask(PublishRequested, incident, published=False), IncidentPublished)
    assert (hidden.published, incident.published) == (False, False)


def test_what_a_title_shows_to_others_is_hidden_by_hand_and_shown_again(life: Life) -> None:
    incident = life.file("login")
    life.ask(TriageRequested, incident, public_title={"sv": "Inloggningen krånglar"})
    assert incident.is_published
    [hidden] = of_type(life.ask(PublishRequested, incident, published=False), IncidentPublished)
    assert (hidden.published, incident.is_published) == (False, False)
    assert refused(life.ask(PublishRequested, incident, published=False)) == "unchanged"
    life.ask(TriageRequested, incident, public_title={"sv": "Inloggningen är långsam"})
    assert not incident.is_published, "another title is no yes"
    life.ask(PublishRequested, incident)
    assert incident.is_published


def test_what_is_solved_or_no_fault_is_shown_to_nobody(life: Life) -> None:
    solved, wish = life.file("login"), life.file("login", kind="idea")
    life.ask(ResolveRequested, solved, public_text={"sv": "Löst."})
    assert refused(life.ask(PublishRequested, solved)) == "wrong_state"
    assert refused(life.ask(PublishRequested, wish)) == "wrong_state"
