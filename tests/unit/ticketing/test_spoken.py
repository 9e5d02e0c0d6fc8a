"""Times are said as people say them, exact in the markup."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chassis.look import spoken
from contracts.disclosure import INTERNAL, Staff
from contracts.events.routing import IncidentResolved
from contracts.timeline import Draft, append
from contracts.values import REPORTER_PARTY, SYSTEM_PARTY, Actor
from tests.support.directories import shipped
from tests.unit.ticketing.story import Story
from ticketing import rendering, sentences
from ticketing.views.parts import EntryKind
from ticketing.web import present

NOW = datetime(2026, 10, 8, 8, 20, tzinfo=UTC)  # a Thursday, 10:20 in Stockholm


@pytest.mark.parametrize(
    ("away", "swedish", "english"),
    [
        (timedelta(), "i dag 10:20", "today 10:20"),
        (timedelta(days=-1), "i går 10:20", "yesterday 10:20"),
        (timedelta(days=1), "i morgon 10:20", "tomorrow 10:20"),
        (timedelta(days=4), "måndag 10:20", "Monday 10:20"),
        (timedelta(days=-4), "4 oktober 10:20", "4 October 10:20"),
        (timedelta(days=60), "7 december 09:20", "7 December 09:20"),
        (timedelta(days=120), "5 februari 2027 09:20", "5 February 2027 09:20"),
    ],
)
def test_a_moment_is_said_from_today_and_in_local_time(away: timedelta, swedish: str, english: str) -> None:
    assert spoken.moment("sv", NOW + away, NOW).striptags() == swedish
    assert spoken.moment("en", NOW + away, NOW).striptags() == english


def test_the_exact_time_stays_in_the_markup() -> None:
    assert spoken.moment("sv", NOW, NOW) == (
        '<time datetime="2026-10-08T10:20:00+02:00" title="torsdag 8 oktober 2026 kl. 10:20">i dag 10:20</time>'
    )


def test_midnight_divides_the_days_where_people_live_not_in_utc() -> None:
    late = datetime(2026, 10, 7, 22, 30, tzinfo=UTC)
    assert spoken.day("sv", late, NOW) == "i dag"


def test_times_are_said_in_the_municipalitys_zone() -> None:
    helsinki, late = ZoneInfo("Europe/Helsinki"), datetime(2026, 10, 8, 21, 30, tzinfo=UTC)
    assert spoken.moment("sv", late, NOW).striptags() == "i dag 23:30"
    assert spoken.moment("sv", late, NOW, helsinki) == (
        '<time datetime="2026-10-09T00:30:00+03:00" title="fredag 9 oktober 2026 kl. 00:30">i morgon 00:30</time>'
    )
    assert spoken.clock_time("sv", late, helsinki).striptags() == "00:30"
    sentence = sentences.escalates(late, {"sv": "IT-enheten"})
    assert rendering.say(sentence, "sv", NOW, helsinki).startswith("Händer inget till i morgon 00:30")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "1 min"),
        (45, "45 min"),
        (80, "1 h 20 min"),
        (120, "2 h"),
        (-35, "35 min"),
        (1500, "1 dygn 1 h"),
        (4320, "3 dygn"),
    ],
)
def test_a_duration_has_at_most_two_units(minutes: int, said: str) -> None:
    assert spoken.duration("sv", timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "1 min"), (-80, "1 h 20 min"), (2850, "47 h 30 min"), (4800, "80 h")]
)
def test_agreed_time_is_said_in_hours_of_work(minutes: int, said: str) -> None:
    assert spoken.worked(timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("minutes", "said"), [(20, "om 20 min"), (-120, "för 2 h sedan"), (0, "nu"), (2000, "i morgon 19:40")]
)
def test_near_moments_are_said_from_now(minutes: int, said: str) -> None:
    assert spoken.away("sv", NOW + timedelta(minutes=minutes), NOW).striptags() == said


def test_a_sentence_says_its_times_and_names_in_its_language() -> None:
    sentence = sentences.escalates(NOW + timedelta(hours=1), {"sv": "IT-enheten", "en": "the IT unit"})
    assert rendering.say(sentence, "sv", NOW) == "Händer inget till 11:20 går ärendet vidare till IT-enheten."
    assert rendering.say(sentence, "en", NOW) == "If nothing happens by 11:20, the case goes on to the IT unit."


@pytest.mark.parametrize(
    ("person", "said"),
    [("per_1", "Sara Nordvall, the coordinator of school IT"), (None, "The coordinator of school IT")],
)
def test_after_a_name_a_role_has_a_small_letter(person: str | None, said: str) -> None:
    directory, reader = shipped("malarvik"), Staff()
    words = {"sv": "Kopplade anmälan hit.", "en": "Linked it here."}
    draft = Draft(
        kind="linked", at=NOW, party="team:samordnaren", person=person, audience=(INTERNAL,), text=words, caused_by="e1"
    )
    entry = append("in_1", None, draft)
    (item,) = present.timeline_items(
        directory,
        [entry],
        {"in_1": reader},
        {"per_1": "Sara Nordvall"},
        person="per_2",
        language="en",
        files_at=present.files_of,
    )
    assert item.author == said


@pytest.mark.parametrize(
    ("kind", "party", "facts", "said", "accepted"),
    [
        ("resolved", "team:samordnaren", {}, EntryKind.SOLVED, False),
        ("resolved", "team:samordnaren", {"proposal": "pr_1"}, EntryKind.SOLVED, True),
        ("resolved", SYSTEM_PARTY, {}, EntryKind.STEP, False),
        ("answer", "team:samordnaren", {"question": "qu_1"}, EntryKind.ANSWER, False),
        ("answer", SYSTEM_PARTY, {"question": "qu_1"}, EntryKind.STEP, False),
        ("reopened", SYSTEM_PARTY, {}, EntryKind.STEP, False),
        ("proposal_rejected", "team:samordnaren", {"proposal": "pr_1"}, EntryKind.ANSWER, False),
        ("escalation_requested", SYSTEM_PARTY, {}, EntryKind.STEP, False),
    ],
)
def test_nobody_solves_or_answers_what_happened_by_itself_and_who_accepts_a_proposal_did_not_solve_it(
    kind: Any, party: str, facts: dict[str, str], said: EntryKind, accepted: bool
) -> None:
    person = None if party == SYSTEM_PARTY else "per_1"
    words = {"sv": "Det fungerar igen.", "en": "It works again."}
    draft = Draft(
        kind=kind, at=NOW, party=party, person=person, audience=(INTERNAL,), text=words, caused_by="e1", facts=facts
    )
    (item,) = present.timeline_items(
        shipped("malarvik"),
        [append("in_1", None, draft)],
        {"in_1": Staff()},
        {"per_1": "Sara Nordvall"},
        person="per_2",
        language="sv",
        files_at=present.files_of,
    )
    assert (item.kind, item.accepted) == (said, accepted)
    assert item.rejected == (kind == "proposal_rejected")


def test_that_a_reporters_word_solved_it_is_a_step_of_nobody() -> None:
    story = Story().filed("tk_1").opened("in_1", "tk_1")
    by = Actor(party=REPORTER_PARTY, person="larare")
    changed = {"id": "ev_solved", "at": NOW, "municipality": "malarvik", "incident": "in_1", "version": 9, "by": by}
    story.take(IncidentResolved.model_validate(changed))
    entry = story.chain("in_1")[-1]
    assert (entry.kind, entry.party, entry.person) == ("resolved", SYSTEM_PARTY, None)
    assert entry.text["sv"] == "Det fungerar igen, så ärendet är löst."


def test_who_reads_a_line_has_a_small_letter() -> None:
    assert present.said_within(shipped("malarvik"), "team:samordnaren", "en") == "the coordinator of school IT"
    assert present.said_within(shipped("malarvik"), "team:samordnaren", "sv").startswith("Samordnaren")
