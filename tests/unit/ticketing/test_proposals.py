"""What a vendor says is done is said in the words of what it is about: a fault, an order, a need or an idea."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.disclosure import Staff
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.values import Actor, TicketKind
from tests.support import page_samples as samples
from tests.support.directories import shipped
from ticketing import rendering
from ticketing import views as v
from ticketing.domain.state import Command, Handoff, Incident
from ticketing.web import courses, present
from ticketing.web.requested import about, request_mark

from .story import AT, Story

NETWORK, COORDINATOR = "vendor:network", "team:samordnaren"
FAULTY = ("löst", "fel,", "felet", "var fel", "anmält frågan")


def of_kind(kind: TicketKind) -> Story:
    story = Story()
    story.world.directories["malarvik"] = shipped("malarvik")
    story.filed("tk_1").opened("in_1", "tk_1")
    story.world.incidents["in_1"].kind = kind
    return story.assigned("in_1", NETWORK, "request", previous=COORDINATOR).offered("in_1", NETWORK)


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (v.ProposalOf.FAULT, ("Leverantören säger att det är löst", "vad var fel", "Inte löst än")),
        (v.ProposalOf.ORDER, ("säger att beställningen är levererad", "vad är levererat?", "Inte levererat än")),
        (v.ProposalOf.WISH, ("Leverantören har svarat", "kan beslutas", "Till den som frågade", "Inte klart än")),
    ],
)
def test_the_form_asks_in_the_words_of_what_it_is_about(of: v.ProposalOf, words: tuple[str, ...]) -> None:
    lone = replace(samples.incident().proposals[0], of=of)
    page = replace(
        samples.incident(), proposals=(lone, replace(lone, id="f2", beside="Samordnaren")), actions=v.Actions()
    )
    shown = rendering.render("incident", page, samples.frame("sv", "/storningar/i1", samples.TECHNICIAN)).decode()
    form = shown[shown.index('<section class="proposal"') : shown.rindex("</section>")]
    for word in words:
        assert word in form
    if of is not v.ProposalOf.FAULT:
        assert [word for word in FAULTY if word in form[: form.rindex("f2")]] == []


@pytest.mark.parametrize(
    ("kind", "verbs"),
    [
        ("incident", ["proposal", "rejected"]),
        ("request", ["proposal_order", "rejected_order"]),
        ("idea", ["proposal_wish", "rejected_wish"]),
    ],
)
def test_the_history_says_so_too(kind: TicketKind, verbs: list[str]) -> None:
    story = of_kind(kind).proposed("in_1", NETWORK, "pr_1").rejected("in_1", "pr_1")
    entries = [entry for entry in story.chain("in_1") if entry.kind in ("proposal", "proposal_rejected")]
    items = present.timeline_items(
        story.world.directories["malarvik"], entries, {"in_1": Staff()}, {},
        person="samordnare", language="sv", files_at=present.files_of,
    )  # fmt: skip
    assert [item.verb for item in items] == verbs
    assert set(verbs) <= set(v.SPOKEN_KINDS)
    own = [replace(item, own=True).own_verb for item in items]
    assert own == ["", verbs[1]], "of what a person wrote themselves"


@pytest.mark.parametrize("asked", [t.ProposalAcceptRequested, t.ProposalRejectRequested])
def test_what_became_of_the_answer_is_said_of_what_it_is_about(
    asked: type[t.ProposalAcceptRequested | t.ProposalRejectRequested],
) -> None:
    command = Command("rq_1", "malarvik", "in_1", asked.TYPE, "samordnare", AT)
    for kind, word in (("request", "leverans"), ("need", "svar"), ("idea", "svar")):
        said = rendering.say(request_mark(command, "sv", kind).what, "sv", AT)  # type: ignore[arg-type]
        assert said.endswith(word)
    assert "lösning" not in rendering.say(request_mark(command, "sv", "request").what, "sv", AT)


def test_a_solution_that_is_accepted_without_a_word_says_whose_it_is() -> None:
    story = of_kind("incident").proposed("in_1", NETWORK, "pr_1")
    by = Actor(party=COORDINATOR, person="samordnare")
    solved: dict[str, Any] = {"id": "ev_s", "at": AT, "municipality": "malarvik", "incident": "in_1", "version": 9}
    story.take(r.IncidentResolved.model_validate(solved | {"proposal": "pr_1", "by": by}))
    assert story.chain("in_1")[-1].text == {
        "sv": "Nätleverantören har löst felet.",
        "en": "The network operator has solved the fault.",
    }


def incident(**fields: Any) -> Incident:
    about: dict[str, Any] = {"kind": "need", "scope": None, "opened_at": AT, "version": 1, "municipality": "malarvik"}
    return Incident("in_1", **about | {"service": "tablet", "school": "ekbacken", "urgency": 3} | fields)


@pytest.mark.parametrize(
    ("fields", "before"),
    [
        ({}, True),
        ({"state": "gathered"}, True),
        ({"state": "decided", "decision": "later"}, True),
        ({"state": "decided", "decision": "no"}, False),
        ({"state": "cancelled"}, False),
        ({"state": "closed"}, False),
        ({"kind": "request"}, False),
    ],
)
def test_the_forum_has_before_it_what_is_to_be_decided(fields: dict[str, Any], before: bool) -> None:
    assert courses.is_before_the_forum(incident(**fields)) is before


def test_a_need_that_lies_with_a_vendor_is_decided_after() -> None:
    directory, ours = shipped("malarvik"), {"holder": COORDINATOR, "holder_tier": "central", "holder_since": AT}
    stay: dict[str, Any] = {"municipality": "malarvik", "incident": "in_1", "state": "offered", "offered_at": AT}
    stay["connection"] = "x"
    part = Handoff("ho_1", vendor=NETWORK, role="parallel", **stay)
    assert courses.held_by(directory, incident(**ours), [], "sv") is None
    assert courses.held_by(directory, incident(**ours), [part], "sv") == "Nätleverantören"
    assert courses.held_by(directory, incident(**ours), [replace(part, ended_at=AT)], "sv") is None
    assert courses.held_by(directory, incident(holder=NETWORK, holder_since=AT), [], "sv") == "Nätleverantören"


def test_of_a_delivered_order_it_is_said_where_it_goes_back_to_as_of_an_order() -> None:
    path: dict[str, Any] = {"holder": COORDINATOR, "path": [COORDINATOR], "state": "resolved", "resolved_at": AT}
    for kind, is_order in (("request", True), ("incident", False)):
        line = present.holder_line(shipped("malarvik"), None, incident(kind=kind, **path), "sv")
        assert line is not None
        assert (line.is_solved, line.is_order) == (True, is_order)


@pytest.mark.parametrize(
    ("of", "asking", "closing"),
    [
        (v.ProposalOf.FAULT, "kan inte markeras som löst förrän", "får inte frågan om det fungerar"),
        (v.ProposalOf.ORDER, "kan inte bli Framme eller Avslagen", "får inte frågan om leveransen stämmer"),
        (v.ProposalOf.WISH, "Det går att besluta utan det.", ""),
    ],
)
def test_what_a_question_holds_up_and_nobody_is_asked_is_said_of_the_kind(
    of: v.ProposalOf, asking: str, closing: str
) -> None:
    page = samples.incident()
    page = replace(page, about=of, actions=replace(page.actions, asks=v.Asks((v.Option("tk_1", "MAL-1"),))))
    shown = rendering.render("incident", page, samples.frame("sv", "/storningar/i1", samples.TECHNICIAN)).decode()
    assert asking in shown
    assert closing in shown


def test_each_kind_has_its_words() -> None:
    assert [about(kind).value for kind in ("incident", "request", "need", "idea")] == [
        "fault",
        "order",
        "wish",
        "wish",
    ]


@pytest.mark.parametrize("private", [True, False])
def test_what_a_vendor_wrote_to_the_municipality_alone_is_marked_as_that(private: bool) -> None:
    story = of_kind("incident").wrote("in_1", NETWORK, "Kunden har inte betalat.", private=private)
    [entry] = [entry for chain in ("in_1", "tk_1") for entry in story.chain(chain) if entry.kind == "vendor_entry"]
    [item] = present.timeline_items(
        story.world.directories["malarvik"], [entry], {entry.case: Staff()}, {},
        person="samordnare", language="sv", files_at=present.files_of, leads={"in_1": [NETWORK]},
    )  # fmt: skip
    assert item.audience is not None
    assert item.audience.private is private
