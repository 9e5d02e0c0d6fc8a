"""The progress rail: it tells where a case has been, never where it might have been."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.events.routing import IncidentState
from contracts.values import TicketKind, Tier
from tests.support.directories import shipped
from ticketing.domain.state import Incident, Ticket
from ticketing.domain.status import incident_status, status_of
from ticketing.web import courses, present

from .story import Story

AT = datetime(2026, 10, 5, 7, 30, tzinfo=UTC)
LOCAL, CENTRAL, NETWORK, PRINT = "team:it-ekbacken", "team:samordnaren", "vendor:network", "vendor:print"
FAULT = {"municipality": "malarvik", "kind": "incident", "service": "wifi", "school": "ekbacken", "urgency": 3}
TICKET = Ticket(
    "tk_1", "malarvik", "MAL-2026-000001", "incident", "larare", "teacher", "Nät", "", "sv", "ekbacken", None, None,
    "wifi", None, 3, AT, AT, None, None, None, state="open",
)  # fmt: skip


def incident(holder: str, *path: str, state: IncidentState = "in_progress") -> Incident:
    tier: Tier = "vendor" if holder.startswith("vendor:") else "central" if holder == CENTRAL else "local"
    fault: Any = FAULT
    return Incident(
        "in_1", **fault, scope=None, opened_at=AT, version=1, state=state, holder=holder, holder_tier=tier,
        holder_since=AT, path=list(path or (holder,)), held=[*path[:1], holder],
    )  # fmt: skip


def told(of: Incident | None, ticket: Ticket | None = TICKET) -> str:
    end = present.end_of(ticket, of)
    marks = {"done": "+", "now": "*", "todo": "-"}
    return " ".join(
        marks[step.state.value] + step.place for step in present.rail(shipped("malarvik"), AT, of, "sv", end)
    )


@pytest.mark.parametrize(
    ("of", "rail"),
    [
        (None, "*received -local -resolved"),
        (incident(LOCAL, LOCAL, CENTRAL, NETWORK), "+received *local -vendor -resolved"),
        (incident(LOCAL, LOCAL, CENTRAL), "+received *local -resolved"),
        (incident(CENTRAL, LOCAL, CENTRAL, NETWORK), "+received +local *central -vendor -resolved"),
        (incident(NETWORK, LOCAL, CENTRAL, NETWORK), "+received +local *vendor -resolved"),
        (incident(PRINT, LOCAL, CENTRAL), "+received +local *vendor -resolved"),
        (incident(NETWORK, NETWORK, CENTRAL, LOCAL), "+received *vendor -resolved"),
        (incident(CENTRAL, NETWORK, CENTRAL, LOCAL), "+received +vendor *central -resolved"),
        (incident(PRINT, NETWORK, CENTRAL, LOCAL), "+received *vendor -resolved"),
    ],
)
def test_the_rail_goes_the_way_the_case_went(of: Incident | None, rail: str) -> None:
    assert told(of) == rail


def test_what_is_solved_has_no_stops_ahead_and_its_line_ends() -> None:
    solved = incident(LOCAL, LOCAL, CENTRAL, NETWORK, state="resolved")
    assert told(solved) == "+received +local *resolved"
    assert told(replace(solved, state="closed"), replace(TICKET, state="closed")) == "+received +local +resolved"


def test_what_was_taken_back_by_its_reporter_was_never_solved() -> None:
    withdrawn = incident(NETWORK, NETWORK, CENTRAL, state="cancelled")
    assert told(withdrawn, replace(TICKET, state="withdrawn")) == "+received +vendor +withdrawn"
    assert told(withdrawn, None) == "+received +vendor +withdrawn"
    assert told(None, replace(TICKET, state="withdrawn")) == "+received +withdrawn"


@pytest.mark.parametrize("kind", ["incident", "need", "request"])
def test_what_went_on_in_another_case_is_with_nobody_and_has_nothing_ahead(kind: TicketKind) -> None:
    moved = replace(incident(NETWORK, LOCAL, CENTRAL, NETWORK, state="superseded"), kind=kind)
    steps = courses.rail(shipped("malarvik"), kind, AT, moved, "sv", present.end_of(None, moved))
    assert (steps[-1].place, steps[-1].state.value) == ("moved", "done")
    assert {step.state.value for step in steps} == {"done"}


@pytest.mark.parametrize(
    ("state", "own", "somebody"),
    [("in_progress", "open", True), ("resolved", "open", True), ("closed", "closed", False),
     ("cancelled", "withdrawn", False), ("superseded", "open", False), ("in_progress", "withdrawn", False)],
)  # fmt: skip
def test_nobody_has_what_is_over(state: IncidentState, own: Any, somebody: bool) -> None:
    line = present.holder_line(
        shipped("malarvik"), replace(TICKET, state=own), incident(NETWORK, NETWORK, state=state), "sv"
    )
    assert (line is not None) == somebody


def test_v10_what_waits_for_planned_work_has_been_with_nobody_who_comes_before_on_its_path() -> None:
    waits = replace(incident(LOCAL, NETWORK, LOCAL, CENTRAL, state="waiting"), waiting_on="planned", work="wk_1")
    assert told(waits) == "+received *local -vendor -resolved"


def test_who_stands_between_the_vendor_and_who_took_it_back_has_not_had_it() -> None:
    back = replace(incident(CENTRAL, NETWORK, LOCAL, CENTRAL), held=[NETWORK, CENTRAL], rule="taken_back")
    assert told(back) == "+received +vendor *central -resolved"
    ahead = replace(back, path=[LOCAL, CENTRAL, NETWORK], held=[LOCAL, NETWORK, CENTRAL])
    assert told(ahead) == "+received +local +vendor *central -resolved"
    assert told(replace(back, held=[NETWORK, LOCAL, CENTRAL])) == "+received +vendor +local *central -resolved"


def test_who_was_passed_by_when_a_school_asked_has_not_had_it() -> None:
    """Who reports may not turn to that vendor: the case went past it to the next of its path."""
    story = Story()
    story.filed("tk_1").opened("in_1", "tk_1").assigned("in_1", LOCAL, tier="local")
    of = story.assigned("in_1", LOCAL, tier="local").assigned("in_1", CENTRAL, "escalated").world.incidents["in_1"]
    assert of.held == [LOCAL, CENTRAL]
    assert told(replace(of, path=[LOCAL, NETWORK, CENTRAL])) == "+received +local *central -resolved"


def test_who_has_had_it_stands_there_whatever_its_path_is_by_now() -> None:
    """Another service is another path; who gave it on by hand had it as well."""
    triaged = replace(incident(NETWORK, NETWORK, CENTRAL), held=[LOCAL, NETWORK])
    assert told(triaged) == "+received +local *vendor -resolved"
    by_hand = replace(incident(PRINT, LOCAL, CENTRAL, PRINT), held=[LOCAL, CENTRAL, PRINT])
    assert told(by_hand) == "+received +local +central *vendor -resolved"


def test_r19_who_had_it_and_has_left_the_directory_is_still_the_schools_own_support() -> None:
    gone, story = "team:it-borta", Story()
    assert gone not in shipped("malarvik").parties
    story.filed("tk_1").opened("in_1", "tk_1").assigned("in_1", gone, tier="local")
    of = story.assigned("in_1", CENTRAL, "gone").world.incidents["in_1"]
    assert told(replace(of, path=[CENTRAL])) == "+received +local *central -resolved"


def test_only_the_coordinator_is_called_so() -> None:
    directory, unit = shipped("malarvik"), "team:it-enheten"
    assert directory.tier(unit) == "central"
    theirs = replace(incident(unit, LOCAL, unit), holder_tier="central")
    mine = incident(CENTRAL, LOCAL, CENTRAL)
    assert told(theirs) == "+received +local *municipal -resolved"
    assert (
        present.incident_pill(directory, theirs) == present.status(directory, TICKET, theirs, own=True) == "municipal"
    )
    assert present.incident_pill(directory, mine) == present.status(directory, TICKET, mine, own=True) == "central"
    assert incident_status(theirs) == "central"  # as the API says it


@pytest.mark.parametrize(
    ("held", "rail"),
    [
        (["team:it-enheten", NETWORK], "+received +municipal *vendor -resolved"),
        (["team:it-enheten", CENTRAL], "+received +municipal *central -resolved"),
        ([CENTRAL, "team:it-enheten"], "+received +central *municipal -resolved"),
        (["team:it-enheten", "team:fastighet", NETWORK], "+received +municipal *vendor -resolved"),
    ],
)
def test_a_central_team_that_has_had_it_is_the_municipality_and_no_coordinator(held: list[str], rail: str) -> None:
    directory, holder = shipped("malarvik"), held[-1]
    been = replace(incident(holder, CENTRAL), held=held, holder_tier=directory.tier(holder))
    assert told(been) == rail


@pytest.mark.parametrize(
    ("state", "solved", "said"),
    [
        ("resolved", -5, "reopened"),  # what is solved gets its "no": its owner has yet to open it again
        ("in_progress", None, "reopened"),
        ("resolved", 5, "resolved"),
        ("closed", 5, "closed"),
        ("cancelled", None, "cancelled"),
        ("superseded", None, "moved"),
    ],
)
def test_r9_a_no_is_told_until_what_it_was_about_is_solved_anew(
    state: IncidentState, solved: int | None, said: str
) -> None:
    no = replace(TICKET, reopened_at=AT + timedelta(minutes=10))
    of = incident(LOCAL, state=state)
    of.resolved_at = no.reopened_at + timedelta(minutes=solved) if solved and no.reopened_at else None
    assert status_of(no, of) == said


@pytest.mark.parametrize("state", ["resolved", "closed"])
def test_r9_until_a_no_is_answered_the_way_does_not_end_with_the_solution(state: IncidentState) -> None:
    no = replace(TICKET, reopened_at=AT + timedelta(minutes=10))
    of = replace(incident(NETWORK, LOCAL, NETWORK, state=state), resolved_at=AT + timedelta(minutes=5))
    assert told(of, no) == "+received +local +vendor -resolved"
    assert told(of, TICKET) == f"+received +local +vendor {'*' if state == 'resolved' else '+'}resolved"
    order = replace(of, kind="request", stage="received", state=state)
    steps = courses.rail(shipped("malarvik"), "request", AT, order, "sv", present.end_of(no, order))
    assert (steps[-1].place, steps[-1].state.value) == ("arrived", "now")


def test_what_was_decided_stays_so_whoever_takes_it_back_after() -> None:
    back = replace(TICKET, state="withdrawn")
    assert status_of(back, incident(LOCAL, state="decided")) == "decided"
    assert status_of(back, incident(LOCAL, state="cancelled")) == "withdrawn"
    assert status_of(back, None) == "withdrawn"


def test_times_of_a_report_that_came_to_what_somebody_had_already_do_not_run_backwards() -> None:
    of, filed_at = incident(LOCAL), AT + timedelta(hours=1)
    of.holder_since = AT
    times = [step.at for step in present.rail(shipped("malarvik"), filed_at, of, "sv", None) if step.at]
    assert times == [filed_at, filed_at]
