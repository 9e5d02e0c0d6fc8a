"""What the history and the notices say, in small: once, in whole sentences, and of nobody what they did not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts import ids
from contracts.disclosure import INTERNAL, REPORTERS
from contracts.events import routing as r
from contracts.events.base import Event
from contracts.values import Actor
from tests.support import page_samples as samples
from tests.support.directories import shipped
from ticketing import rendering, sentences, texts
from ticketing import views as v
from ticketing.api.administration import _cases
from ticketing.domain import names
from ticketing.domain.drafts import joined
from ticketing.domain.state import Incident, Question
from ticketing.store.stranded import Stranded
from ticketing.web.desk.incident import _waits
from ticketing.web.desk.meanwhile import Change, changes_of

from .story import AT, Story

COORDINATOR = Actor(party="team:samordnaren", person="samordnare")
LATER = AT + timedelta(hours=1)


def case(**fields: Any) -> Story:
    story = Story()
    story.world.directories["malarvik"] = shipped("malarvik")
    story.filed("tk_1").opened("in_1", "tk_1").assigned("in_1", "team:samordnaren")
    for name, value in fields.items():
        setattr(story.world.incidents["in_1"], name, value)
    return story


def say(story: Story, fact: type[Event], /, **values: Any) -> None:
    named = {"id": ids.new("event"), "at": LATER, "municipality": "malarvik", "incident": "in_1", "version": 9}
    story.take(fact.model_validate(named | values))


def said(story: Story) -> list[tuple[tuple[str, ...], str]]:
    return [(entry.audience, entry.text["sv"]) for entry in story.chain("in_1") if entry.at == LATER]


def test_one_change_is_one_notice_of_who_did_it() -> None:
    story = case()
    say(story, r.IncidentTriaged, scope="school", public_title={"sv": "Nätet svajar"}, by=COORDINATOR)
    say(
        story,
        r.UrgencyChanged,
        at=LATER + timedelta(minutes=1),
        urgency=1,
        previous=2,
        reason={"sv": "Prov"},
        by=COORDINATOR,
    )
    changes = [Change(told, None) for _, told in changes_of(story.chain("in_1")[-4:])]
    assert [(change.person, change.party) for change in changes] == [("samordnare", "team:samordnaren")] * 2
    assert [change.text("sv") for change in changes] == [
        "Störningen: Nätet svajar. Räckvidd: en skola.",
        "Brådskan är ändrad från ”svårt att arbeta” till ”lektionen står still”. Ändrade brådskan: Prov.",
    ]


def test_whose_words_a_line_for_staff_holds_stands_apart_from_them() -> None:
    item = v.TimelineItem(
        "k", AT, v.EntryKind.STEP, "Eva Holm", "Ändrade brådskan: prov", v.Audience(v.Reader.INTERNAL)
    )
    page = samples.incident(count=1)
    shown = rendering.render(
        "incident", replace(page, timeline=replace(page.timeline, items=(item,))),
        samples.frame("sv", "/storningar/i1", samples.TECHNICIAN),
    ).decode()  # fmt: skip
    assert 'prov <span class="soft">· Eva Holm</span>' in shown


@pytest.mark.parametrize(
    ("audience", "symbol"),
    [
        (v.Audience(v.Reader.INTERNAL), "lock"),
        (v.Audience(v.Reader.PARTY, ("Nätbolaget",)), "vendor"),
        (v.Audience(v.Reader.REPORTERS), "chat"),
        (None, "chat"),
    ],
)
def test_a_lock_stands_at_what_staff_alone_read(audience: v.Audience | None, symbol: str) -> None:
    item = v.TimelineItem("k", AT, v.EntryKind.NOTE, "Eva Holm", "Vi byter den.", audience)
    page = samples.incident(count=1)
    shown = rendering.render(
        "incident", replace(page, timeline=replace(page.timeline, items=(item,))),
        samples.frame("sv", "/storningar/i1", samples.TECHNICIAN),
    ).decode()  # fmt: skip
    assert f"#{symbol}" in shown.partition('class="entry-dot"')[2].partition("</span>")[0]


@pytest.mark.parametrize(
    ("first", "whole"),
    [
        ("Bara två hörlurar", "Bara två hörlurar. Väntas senast fredag."),
        ("Stämmer den?", "Stämmer den? Väntas senast fredag."),
        ("Störningen:", "Störningen: Väntas senast fredag."),
    ],
)
def test_what_somebody_wrote_ends_before_the_next_sentence_begins(first: str, whole: str) -> None:
    assert joined({"sv": first}, {"sv": "Väntas senast fredag."}) == {"sv": whole}


@pytest.mark.parametrize("by", [COORDINATOR, Actor(party="reporter", person="larare")])
def test_v11_that_a_delivery_differs_is_said_once(by: Actor) -> None:
    story, differs = (
        case(kind="request", stage="received", state="resolved"),
        "Leveransen stämmer inte med beställningen.",
    )
    again, stage = (r.IncidentReopened, {"reason": {"sv": differs}}), (r.StageChanged, {"stage": "discrepancy"})
    for kind, values in (stage, again) if by is COORDINATOR else (again, stage):
        say(story, kind, by=by, **values)
    back = {
        "party": "team:samordnaren",
        "previous": "team:samordnaren",
        "tier": "central",
        "path": ("team:samordnaren",),
    }
    say(story, r.IncidentAssigned, rule="reopened", reason={"sv": differs}, by=by, **back)
    assert [text for _, text in said(story) if differs in text] == [differs]


def test_what_was_split_off_was_linked_to_nothing_that_was_there() -> None:
    story = case()
    link = {"score": 1.0, "reasons": ({"sv": "Hör inte dit."},), "engine_version": "1", "directory_version": "1"}
    opened = {"ticket": "tk_1", "kind": "incident", "service": "wifi", "school": "ekbacken", "urgency": 2}
    say(story, r.IncidentOpened, incident="in_2", by=COORDINATOR, **opened)
    say(story, r.TicketLinked, incident="in_2", previous="in_1", ticket="tk_1", by=COORDINATOR, **link)
    number = story.world.tickets["tk_1"].number
    assert story.chain("in_2")[-1].text["sv"] == f"Bröt ut {number} hit ur en annan störning."
    assert (story.chain("in_1")[-1].audience, story.chain("in_1")[-1].text["sv"]) == (
        (INTERNAL,),
        f"Tog bort {number} härifrån.",
    )


def test_an_urgency_that_nobody_said_is_quoted_of_nobody() -> None:
    story = case()
    say(story, r.UrgencyChanged, urgency=2, previous=3, reason={"sv": "Fler skolor."})
    assert said(story) == [
        ((REPORTERS,), "Brådskan är ändrad till ”svårt att arbeta”."),
        ((INTERNAL,), "Fler skolor."),
    ]


def test_what_was_stopped_does_not_go_on_with_an_answer() -> None:
    about: dict[str, Any] = {"kind": "incident", "scope": None, "opened_at": AT, "version": 1, "urgency": 3}
    incident = Incident("in_1", "malarvik", service="wifi", school="ekbacken", **about)
    question = Question(
        "qu_1",
        "malarvik",
        incident="in_1",
        ticket="tk_1",
        text={"sv": "Vilken?"},
        asked_at=AT,
        handoff=None,
        asker="team:samordnaren",
    )
    assert _waits(incident, [question]) == sentences.WAITS_FOR_REPORTER
    incident.stopped_at = AT
    assert _waits(incident, [question]) is None


def test_what_setting_what_it_is_about_moves_is_said_where_it_is_done() -> None:
    """As routing follows it: to whose turn it is then, unless somebody has begun (services/routing, following)."""
    swedish, english = (texts.catalogue(language)["desk.triage_hint"] for language in ("sv", "en"))
    assert "går ärendet till den vars tur det är då, om ingen har börjat" in swedish
    assert "Ändrar inte vem som har det" not in swedish
    assert "goes to whose turn it is then, unless somebody has begun" in english
    assert "Does not change who has it" not in english


def test_the_cases_that_a_directory_would_leave_behind_are_named_by_number_five_at_most() -> None:
    numbers = tuple(f"MAL-2026-00000{n}" for n in range(1, 6))
    assert _cases(Stranded(8, numbers)) == f"8 open cases ({', '.join(numbers)} and 3 more)"
    assert _cases(Stranded(1, numbers[:1])) == "1 open case (MAL-2026-000001)"
    assert _cases(Stranded(2, ())) == "2 open cases"


def test_a_school_that_left_the_directory_is_said_to_be_gone_not_shown_as_an_id_alone() -> None:
    incident = case(schools=["ekbacken", "gamla-skolan"]).world.incidents["in_1"]
    directory = shipped("malarvik")
    assert names.school_name(directory, "gamla-skolan", "sv") == "En skola som inte finns kvar (gamla-skolan)"
    assert names.school_name(directory, "gamla-skolan", "en") == "A school that is gone (gamla-skolan)"
    assert names.school_name(directory, "ekbacken", "sv") == "Ekbackens skola"
    assert names.school_name(directory, "forskolan-solrosen", "en") == "Solrosen preschool"
    gone = replace(incident, schools=["gamla-skolan"], service="wifi")
    assert names.problem_name(directory, gone) == {
        "sv": "Trådlöst nät: störning på en skola som inte finns kvar (gamla-skolan)",
        "en": "Wireless network: disruption at a school that is gone (gamla-skolan)",
    }


def test_the_column_of_times_is_named_for_who_owes_them() -> None:
    """A row may say "Hos leverantören" while what is due is the coordinator's."""
    page = rendering.render(*samples.PAGES["day"]("sv")).decode()
    assert page.count("Vems tur") > 1
    assert ">Hos<" not in page
    assert 'data-label="Hos"' not in page
