"""A story as lines of a page: what is readable in full, what is not as a number in its place."""

from datetime import UTC, datetime, timedelta

from contracts import bundle
from contracts.disclosure import Vendor
from contracts.timeline import Draft, Entry, append, head_of
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, directory
from vendor_bridge.web.story import items
from vendor_bridge.web.views import Kind, Reader

AT = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
SUBJECT = bundle.Subject(
    incident="in_1",
    kind="incident",
    title="Nät",
    service="wifi",
    schools=("ekbacken",),
    tickets=1,
    urgency=2,
    opened_at=AT,
)


def history(*parts: tuple[str, str, str, str, bool]) -> list[Entry]:
    """(kind, party, audience, text, private) each a minute later."""
    made: list[Entry] = []
    for n, (kind, party, audience, text, private) in enumerate(parts):
        draft = Draft(
            at=AT + timedelta(minutes=n), party=party, kind=kind, audience=(audience,), caused_by=f"ev_{n}",
            text={"sv": text}, private=private,
        )  # fmt: skip
        made.append(append("in_1", head_of(made[-1]) if made else None, draft))
    return made


def shown(entries: list[Entry], reader: Vendor) -> list[tuple[Kind, str, Reader | None, bool, int]]:
    told = bundle.make("ho_1", "malarvik", SUBJECT, {"in_1": entries}, reader)
    found = items(told, directory(), reader.party, "sv")
    return [(item.kind, str(item.text), item.reader, item.own, item.count) for item in found]


def test_each_entry_is_what_it_is_to_this_vendor() -> None:
    entries = history(
        ("filed", "reporter", "reporter", "Wifi nere", False),
        ("handed_over", "eskalera", "reporters", "Vi skickar ärendet.", False),
        ("note", COORDINATOR, f"party:{WIFI}", "Nyckel i receptionen.", False),
        ("note", COORDINATOR, "internal", "Hemligt ett.", False),
        ("note", COORDINATOR, f"party:{PLATFORM}", "Hemligt två.", False),
        ("vendor_entry", WIFI, f"party:{WIFI}", "Mellan oss.", True),
        ("vendor_status", PLATFORM, "reporters", "Vi tittar.", False),
    )
    found = shown(entries, Vendor(WIFI))
    assert [(kind, reader, own) for kind, _, reader, own, _ in found] == [
        (Kind.STEP, None, False),
        (Kind.OWN, Reader.PRIVATE, True),
        (Kind.HIDDEN, None, False),
        (Kind.NOTE, Reader.YOU, False),
        (Kind.STEP, None, False),
        (Kind.WORDS, Reader.REPORTER, False),
    ]
    assert found[2][4] == 2
    assert "Hemligt" not in str(found)


def test_a_question_that_is_closed_without_an_answer_is_not_told_as_answered() -> None:
    about = {"question": "qu_1", "unanswered": "true"}
    draft = Draft(
        at=AT, party=COORDINATOR, kind="answer", audience=(f"party:{WIFI}",), caused_by="ev_1",
        text={"sv": "Vi hittade det."}, facts=about,
    )  # fmt: skip
    answered = draft.model_copy(update={"facts": {"question": "qu_1"}})
    kinds = [shown([append("in_1", None, each)], Vendor(WIFI))[0][0] for each in (draft, answered)]
    assert kinds == [Kind.CLOSED, Kind.ANSWER]


def test_a_later_lead_reads_the_earlier_ones_notes_but_not_the_private() -> None:
    entries = history(
        ("vendor_entry", WIFI, f"party:{WIFI}", "Öppet till nästa.", False),
        ("vendor_entry", WIFI, f"party:{WIFI}", "Privat.", True),
    )
    found = shown(entries, Vendor(PLATFORM, earlier_leads=frozenset({WIFI})))
    assert [(kind, reader) for kind, _, reader, *_ in found] == [(Kind.HIDDEN, None), (Kind.VENDOR, Reader.BEFORE_YOU)]


def test_an_erased_text_says_so() -> None:
    (entry,) = history(("filed", "reporter", "reporter", "Borttaget", False))
    kept = {name: value for name, value in entry.disclosures.items() if name != "text"}
    erased = entry.model_copy(update={"disclosures": kept})
    ((kind, *_),) = shown([erased], Vendor(WIFI))
    assert kind is Kind.ERASED
