"""What is left of events and entries after an erasure: valid, in their place, without anybody's words (N11, R20)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts import envelope, erasure, timeline
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.examples import EXAMPLES, cast
from contracts.timeline import Draft, Entry
from contracts.values import SYSTEM, Actor

AT = datetime(2026, 10, 5, 10, tzinfo=UTC)
WORD = "zebrafink"
ABOUT: dict[str, Any] = {"at": AT, "municipality": "malarvik"}


def chain() -> list[Entry]:
    entries: list[Entry] = []
    for n in range(3):
        head = timeline.head_of(entries[-1]) if entries else None
        draft = Draft(
            at=AT,
            party="reporter",
            kind="reply",
            audience=("reporter",),
            caused_by=f"ev_{n}",
            text={"sv": f"{WORD} {n}"},
            person="asta",
            files=(timeline.FileRef(sha256="ab", name=f"{WORD}.png", media_type="image/png", size=1),),
        )
        entries.append(timeline.append(cast.TICKET, head, draft))
    return entries


def erased(**other: Any) -> t.TicketErased:
    fields: dict[str, Any] = {
        "id": "ev_erased",
        **ABOUT,
        "ticket": cast.TICKET,
        "by": SYSTEM,
        "reason": "asked",
        "entries": {cast.TICKET: (1, 2, 3)},
        "causes": ("ev_0", "ev_1", "ev_2"),
        "since": AT,
    }
    return t.TicketErased.model_validate(fields | other)


def said_of_it() -> Iterator[Event]:
    """Every kind of fact that holds what somebody wrote of one ticket."""
    by, words = Actor(party="reporter", person="asta"), {"sv": WORD}
    ticket = {"ticket": cast.TICKET, "incident": cast.INCIDENT}
    handoff = {"handoff": cast.HANDOFF, "incident": cast.INCIDENT, "vendor": cast.VENDOR, "message": "vm"}
    report = {"vendor": cast.VENDOR, "connection": "demo", "message": "vm", "ticket": cast.TICKET}
    yield t.TicketFiled(
        id="ev_0", **ABOUT, ticket=cast.TICKET, number="MAL-2026-000001", kind="incident", reporter="asta",
        title=WORD, description=WORD, school="ekbacken", room=WORD, asset=WORD, occurred_at=AT,
    )  # fmt: skip
    yield t.TicketAnswered(id="ev_a", **ABOUT, **ticket, by=by, text=words)
    yield t.TicketReopened(id="ev_b", **ABOUT, **ticket, by=by, text=words)
    yield t.TicketEscalationRequested(id="ev_1", **ABOUT, **ticket, by=by, reason=words)
    for n, entry in enumerate(chain()):
        yield t.EntryRecorded(id=f"ev_r{n}", **ABOUT, case=cast.TICKET, entry=entry, caused_by=f"ev_{n}")
    yield v.VendorEntryAdded(id="ev_c", **ABOUT, **handoff, ticket=cast.TICKET, text=words)
    yield v.VendorEntryAdded(id="ev_2", **ABOUT, **handoff, text=words)  # of a lone incident: on its ticket's chain
    yield v.VendorStatusChanged(id="ev_d", **ABOUT, **handoff, ticket=cast.TICKET, status="pending", text=words)
    yield v.VendorInformationRequested(id="ev_e", **ABOUT, **handoff, ticket=cast.TICKET, question="q", text=words)
    answered = {key: value for key, value in handoff.items() if key != "message"}
    yield v.HandoffAnswered(id="ev_f", **ABOUT, **answered, ticket=cast.TICKET, question="q", text=words, by=by)
    yield v.VendorTicketReported(
        id="ev_g", **ABOUT, **report, external_id="1", title=WORD, description=WORD, category=WORD, place=WORD,
        priority=WORD, severity=WORD, named=(v.Named(what="party", id="1", name=WORD),), occurred_at=AT,
    )  # fmt: skip
    yield v.VendorTicketChanged(id="ev_h", **ABOUT, **report, title=WORD, description=WORD, text=words)
    yield r.IncidentEscalated(
        id="ev_i", **ABOUT, incident=cast.INCIDENT, version=2, caused_by="ev_1", trigger="asked", reason=words,
        measure=r.Measure(action="notify"),
    )  # fmt: skip


@pytest.mark.parametrize("event", list(said_of_it()), ids=lambda event: f"{event.TYPE} {event.id}")
def test_n11_nothing_that_was_written_of_a_ticket_is_left_in_a_fact_and_the_fact_stays_valid(event: Event) -> None:
    assert WORD in envelope.data(event).decode()
    kept = erasure.redacted(event, erased())
    assert WORD not in envelope.data(kept).decode()
    headers = [(name, value.encode()) for name, value in envelope.attributes(kept).items()]
    assert envelope.decode(headers, envelope.data(kept)).event == kept
    assert (kept.id, kept.cases, kept.caused_by, kept.TYPE) == (event.id, event.cases, event.caused_by, event.TYPE)
    assert erasure.redacted(kept, erased()) == kept


@pytest.mark.parametrize("event", list(said_of_it()), ids=lambda event: f"{event.TYPE} {event.id}")
def test_n9_an_erasure_of_another_municipality_or_ticket_changes_nothing(event: Event) -> None:
    assert erasure.redacted(event, erased(municipality="lund")) is event
    other = erased(ticket=cast.SECOND_TICKET, entries={cast.SECOND_TICKET: (1,)}, causes=("ev_x",))
    assert erasure.redacted(event, other) is event


def test_n11_an_erased_entry_keeps_its_place_and_no_salt_of_what_is_gone() -> None:
    entries = chain()
    forgotten = [timeline.forget(entry) for entry in entries]
    assert timeline.verify(forgotten) == []
    for before, after in zip(entries, forgotten, strict=True):
        assert after.disclosures.keys() == {"audience", "facts"}
        assert (after.hash, after.digests, after.audience) == (before.hash, before.digests, before.audience)
        salts = {before.disclosures[name].salt for name in ("text", "author", "file:0")}
        assert not [salt for salt in salts if salt in after.model_dump_json()]
    assert timeline.forget(forgotten[0]) is forgotten[0]


def test_n11_what_is_about_all_or_said_by_a_rule_stays() -> None:
    proposed = v.VendorResolutionProposed(
        id="ev_p", **ABOUT, handoff=cast.HANDOFF, incident=cast.INCIDENT, vendor=cast.VENDOR, message="vm",
        ticket=cast.TICKET, proposal="pr", text={"sv": "Switchen är bytt."},
    )  # fmt: skip
    by_rule = r.IncidentEscalated(
        id="ev_q", **ABOUT, incident=cast.INCIDENT, version=2, caused_by="ev_1", trigger="step",
        reason={"sv": "Tiden är ute."}, measure=r.Measure(action="notify"),
    )  # fmt: skip
    for event in (proposed, by_rule, *EXAMPLES.values()):
        assert erasure.redacted(event, erased(ticket="tk_other", entries={})) is event
    assert erasure.redacted(proposed, erased()) is proposed
    assert erasure.redacted(by_rule, erased()) is by_rule


def test_r20_one_entry_is_erased_with_the_facts_that_its_words_came_by() -> None:
    note = {"sv": WORD}
    asked = t.HandOffRequested(
        id="ev_1", **ABOUT, request_id="rq", incident=cast.INCIDENT, by=SYSTEM, vendor=cast.VENDOR, note=note
    )
    only = t.EntryErased(
        id="ev_x", **ABOUT, by=SYSTEM, reason="protected", entries={cast.TICKET: (2,)}, causes=("ev_1",), since=AT,
        audience=("internal",),
    )  # fmt: skip
    assert only.cases == (cast.TICKET,)
    assert WORD not in envelope.data(erasure.redacted(asked, only)).decode()
    kept = [erasure.redacted(t.EntryRecorded(id="ev", **ABOUT, case=cast.TICKET, entry=e), only) for e in chain()]
    assert [WORD in envelope.data(event).decode() for event in kept] == [True, False, True]


def test_n11_of_a_person_only_the_id_is_left() -> None:
    person = t.PersonChanged(
        id="ev", **ABOUT, person="asta", name=WORD, role="teacher", schools=("ekbacken",), email=f"{WORD}@x.example"
    )
    gone = t.PersonErased(id="ev_x", **ABOUT, person="asta", by=SYSTEM, reason="asked")
    kept = erasure.redacted(person, gone)
    assert isinstance(kept, t.PersonChanged)
    assert WORD not in envelope.data(kept).decode()
    assert (kept.person, kept.role, kept.placeholder, kept.email) == ("asta", "teacher", True, None)
    assert erasure.redacted(person, gone.model_copy(update={"person": "other"})) is person
    assert erasure.left_of(gone).name == ""


def test_a_stored_message_is_rewritten_only_where_it_holds_something() -> None:
    rewrite = erasure.rewriter(erased())
    filed = next(said_of_it())
    headers = [(name, value.encode()) for name, value in envelope.attributes(filed).items()]
    kept = rewrite(headers, envelope.data(filed))
    assert kept is not None
    assert json.loads(kept)["title"] == "Raderat ärende"
    assert rewrite(headers, kept) is None
    with pytest.raises(envelope.Malformed):
        rewrite(headers, b"{")
