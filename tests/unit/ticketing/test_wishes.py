"""What reporters read of needs, ideas and orders: each step in plain words, with who changed it; and their own way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.disclosure import REPORTERS, Reporter, may_read
from contracts.events import routing as r
from contracts.events.base import Event
from contracts.events.ticketing import TicketConfirmedFixed
from contracts.stages import NEXT
from contracts.values import Actor
from tests.support.directories import shipped
from ticketing.domain.fold import fold
from ticketing.domain.state import Incident, World
from ticketing.domain.status import incident_status
from ticketing.web import courses, present

from .story import AT, Story

COORDINATOR = Actor(party="team:samordnaren", person="samordnare")
NETWORK = "vendor:network"
TEXT = {"sv": "Modellen är slut."}
BASE: dict[str, Any] = {"municipality": "malarvik", "service": "tablet", "school": "ekbacken", "urgency": 3}
NOON = datetime(2026, 10, 9, 10, 0, tzinfo=UTC)


def event(kind: type[Event], **fields: Any) -> Event:
    named = {"id": f"ev_{len(str(fields))}_{kind.__name__}", "at": AT, "municipality": "malarvik"}
    return kind.model_validate(named | {"incident": "in_1", "version": 3, "by": COORDINATOR} | fields)


@pytest.fixture
def story() -> Story:
    story = Story()
    story.world.directories["malarvik"] = shipped("malarvik")
    return story.filed("tk_1").opened("in_1", "tk_1")


def told(story: Story, fact: Event) -> str:
    story.take(fact)
    entry = story.chain("in_1")[-1]
    assert entry.audience == (REPORTERS,)
    assert may_read(entry, Reporter(own=True))
    assert set(entry.text) == {"sv", "en"}
    return entry.text["sv"]


def test_v16_who_asked_reads_the_decision_and_why(story: Story) -> None:
    assert told(story, event(r.IncidentGathered, priority="red")) == "Det tas upp i behovsforumet."
    assert told(story, event(r.IncidentDecided, decision="no", reason=TEXT)) == "Beslut: nej. Modellen är slut."
    for before, said in (("yes", "Beslutet är ändrat, det var ja."), ("no", "Beslutet står fast, med ett nytt skäl.")):
        again = event(r.IncidentDecided, decision="no", reason=TEXT, changed_from=before)
        assert told(story, again) == f"{said} Beslut: nej. Modellen är slut."


def test_what_was_decided_last_holds_with_its_reason_and_its_time(story: Story) -> None:
    for nth, (decision, why) in enumerate((("yes", "Ja."), ("no", "Den är slut."))):
        at = AT + timedelta(days=nth)
        story.take(event(r.IncidentDecided, decision=decision, reason={"sv": why}, at=at))
        of = story.world.incidents["in_1"]
        assert (of.decision, of.decision_reason, of.decided_at) == (decision, {"sv": why}, at)


def test_r10_what_a_vendor_did_for_a_need_is_told_and_that_it_waits_for_a_decision(story: Story) -> None:
    story.assigned("in_1", NETWORK, "request", previous="team:samordnaren").offered("in_1", NETWORK)
    story.proposed("in_1", NETWORK, "pr_1")
    more = {"tier": "central", "path": ("team:samordnaren",), "reason": TEXT, "proposal": "pr_1", "public_text": TEXT}
    back = event(
        r.IncidentAssigned, party="team:samordnaren", previous=NETWORK, rule="accepted", by=COORDINATOR, **more
    )
    words = told(story, back)
    assert words.startswith("Nätleverantören är klara. Ärendet ligger nu hos Samordnaren")
    assert words.endswith("och väntar på beslut. Modellen är slut.")
    assert story.world.proposals["pr_1"].accepted


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stage": "approved"}, "Beställningen är godkänd av Samordnaren för skolornas IT."),
        ({"stage": "shipped"}, "Beställningen är skickad."),
        ({"stage": "changed", "changed_by": NETWORK}, "Beställningen är ändrad av Nätleverantören."),
        ({"stage": "changed", "changed_by": "reporter"}, "Den som beställde har ändrat beställningen."),
        ({"stage": "received"}, "Leveransen är framme. Stämmer den?"),
        ({"stage": "discrepancy"}, "Leveransen stämmer inte med beställningen."),
        ({"stage": "declined"}, "Beställningen är avslagen av Samordnaren för skolornas IT."),
    ],
)
def test_v11_each_stage_is_told_with_who_changed_it(story: Story, fields: dict[str, Any], words: str) -> None:
    assert told(story, event(r.StageChanged, **fields)) == words
    assert told(story, event(r.StageChanged, **fields, text=TEXT)) == f"{words} Modellen är slut."


def test_the_day_is_told_as_a_day(story: Story) -> None:
    said = told(story, event(r.StageChanged, stage="shipped", expected_at="2026-10-16"))
    assert said == "Beställningen är skickad. Väntas senast fredag 16 oktober 2026."


def test_somebody_in_no_team_is_not_called_the_reporter(story: Story) -> None:
    nobody = Actor(party="reporter", person="administrator")
    assert told(story, event(r.StageChanged, stage="approved", by=nobody)) == "Beställningen är godkänd."


def test_that_an_order_came_is_told_once(story: Story) -> None:
    told(story, event(r.StageChanged, stage="received", text=TEXT))
    length = len(story.chain("in_1"))
    story.resolved("in_1")
    assert len(story.chain("in_1")) == length


def wish(**fields: Any) -> Incident:
    return Incident("in_1", kind="need", scope=None, opened_at=AT, version=1, **BASE | fields)


def order(**fields: Any) -> Incident:
    basis = BASE | {"stage": "ordered", "stage_at": AT, "state": "in_progress"}
    return Incident("in_1", kind="request", scope=None, opened_at=AT, version=1, **basis | fields)


def way(of: Incident) -> str:
    marks = {"done": "+", "now": "*", "todo": "-"}
    rail = courses.rail(shipped("malarvik"), of.kind, AT, of, "sv", present.end_of(None, of))
    return " ".join(marks[step.state.value] + step.place for step in rail)


@pytest.mark.parametrize(
    ("of", "rail"),
    [
        (wish(), "*received -gathered -decided"),
        (wish(state="gathered", priority="red"), "+received *gathered -decided"),
        (wish(state="decided", priority="red", decision="yes", decided_at=AT), "+received +gathered +decided"),
        (wish(state="decided", decision="yes", decided_at=AT), "+received +decided"),
        (wish(state="cancelled"), "+received +withdrawn"),
        (wish(state="resolved", resolved_at=AT), "+received +resolved"),
        (order(), "*ordered -approved -shipped -arrived"),
        (order(stage="shipped"), "+ordered +approved *shipped -arrived"),
        (order(stage="changed"), "+ordered *changed -approved -shipped -arrived"),
        (order(stage="received", state="resolved"), "+ordered +approved +shipped *arrived"),
        (order(stage="received", state="closed"), "+ordered +approved +shipped +arrived"),
        (order(stage="discrepancy"), "+ordered +approved +shipped +arrived *discrepancy"),
        (order(stage="declined", state="closed"), "+ordered +declined"),
        (order(stage="declined"), "+ordered *declined -approved -shipped -arrived"),
        (order(stage="approved", state="resolved", resolved_at=AT), "+ordered +approved +resolved"),
        (order(stage="approved", state="cancelled"), "+ordered +approved +withdrawn"),
    ],
)
def test_r10_v11_the_way_of_a_need_and_of_an_order(of: Incident, rail: str) -> None:
    assert way(of) == rail


def test_r10_a_need_is_received_until_it_is_gathered() -> None:
    """Whoever will gather it does not work with it."""
    assert incident_status(wish(holder="team:samordnaren", holder_tier="central")) == "received"
    assert incident_status(wish(holder=NETWORK, holder_tier="vendor")) == "vendor"


def test_who_ordered_says_that_it_came_and_not_that_it_works(story: Story) -> None:
    story.world.tickets["tk_1"].kind = "request"
    said = {"id": "ev_came", "at": AT, "municipality": "malarvik", "ticket": "tk_1", "incident": "in_1"}
    story.take(TicketConfirmedFixed.model_validate(said | {"by": {"party": "reporter", "person": "larare"}}))
    assert [entry.text for entry in story.chain("tk_1") if entry.kind == "confirmed"] == [
        {"sv": "Jag har fått allt.", "en": "I have got everything."}
    ]


def test_the_pill_says_gathered_decided_and_here() -> None:
    assert incident_status(wish(state="gathered")) == "gathered"
    assert incident_status(wish(state="decided")) == "decided"
    assert incident_status(order(stage="received", state="resolved")) == "arrived"
    assert incident_status(order(stage="approved", state="resolved")) == "resolved"


def test_v11_an_order_is_late_when_its_day_is_over_and_never_after_it_came() -> None:
    directory, late = shipped("malarvik"), order(expected_at=date(2026, 10, 8))
    for day, is_late in ((8, True), (9, False)):
        course = courses.course_of(directory, replace(late, expected_at=date(2026, 10, day)), "sv", NOON)
        assert course is not None
        assert course.late is is_late
    came = courses.course_of(directory, replace(late, state="resolved"), "sv", NOON)
    assert came is not None
    assert (came.late, came.expected_at) == (False, None)


def test_the_desk_is_offered_what_may_follow_and_nothing_of_what_is_over() -> None:
    for stage, after in NEXT.items():
        state = "resolved" if stage == "received" else "in_progress"
        assert tuple(option.value for option in courses.next_stages(order(stage=stage, state=state))) == after
        assert courses.next_stages(order(stage=stage, state="closed")) == ()
    assert courses.next_stages(order(stage="approved", state="resolved")) == ()
    assert courses.next_stages(wish()) == ()


def test_a_fact_about_a_case_that_is_not_loaded_changes_nothing() -> None:
    world = World()
    for fact in (
        event(r.IncidentGathered, priority="red"),
        event(r.IncidentDecided, decision="no", reason=TEXT),
        event(r.StageChanged, stage="approved"),
    ):
        fold(world, fact)
    assert world.incidents == {}
