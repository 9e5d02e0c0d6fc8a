"""Timelines to test with: one told story with fixed salts, and any history that hypothesis thinks of."""

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from contracts.bundle import Subject
from contracts.timeline import Draft, Entry, EntryKind, FileRef, append, head_of

INCIDENT, TICKET, OTHER_TICKET = "in_1", "tk_1", "tk_2"
VENDOR, RIVAL = "vendor:natleverantoren", "vendor:datorleverantoren"
LOCAL = "team:ekbacken"
START = datetime(2026, 10, 5, 7, 52, 14, 120000, tzinfo=UTC)
SUBJECT = Subject(
    incident=INCIDENT,
    kind="incident",
    title="Trådlöst nät, Ekbackens skola",
    service="wifi",
    schools=("ekbacken",),
    tickets=2,
    urgency=2,
    opened_at=START,
)


def fixed_salts() -> Callable[[], str]:
    """Salts 00…00, 00…01, 00…02 in place of random ones."""
    numbers = itertools.count()
    return lambda: f"{next(numbers):032x}"


def chain(case: str, drafts: Sequence[Draft], salt: Callable[[], str] | None = None) -> list[Entry]:
    entries: list[Entry] = []
    for draft in drafts:
        head = head_of(entries[-1]) if entries else None
        entries.append(append(case, head, draft, salt) if salt else append(case, head, draft))
    return entries


def _draft(minute: int, party: str, kind: EntryKind, audience: str, text: str, **more: Any) -> Draft:
    return Draft(
        at=START + timedelta(minutes=minute),
        party=party,
        kind=kind,
        audience=tuple(audience.split()),
        caused_by=f"ev_{kind}_{minute}",
        text={"sv": text},
        **more,
    )


def told() -> dict[str, list[Entry]]:
    """One incident, two tickets; every audience, a private note, a file, a question, an answer."""
    salt = fixed_salts()
    photo = FileRef(sha256="ab" * 32, name="lampa.jpg", media_type="image/jpeg", size=48213)
    return {
        INCIDENT: chain(
            INCIDENT,
            [
                _draft(0, LOCAL, "assigned", "reporters", "Ärendet ligger nu hos IT-stödet på Ekbackens skola."),
                _draft(5, LOCAL, "note", "internal", "Samma switch som i mars.", person="tekniker"),
                _draft(6, LOCAL, "handed_over", "reporters", "Vi skickade ärendet till Nätleverantören."),
                _draft(6, LOCAL, "note", f"party:{VENDOR}", "Switchen svarar inte.", person="tekniker"),
                _draft(9, VENDOR, "vendor_entry", f"party:{VENDOR}", "Tekniker bokad.", person="pe_vendor"),
                _draft(10, VENDOR, "vendor_entry", f"party:{VENDOR}", "Avtalsfråga, internt.", private=True),
                _draft(12, RIVAL, "vendor_entry", f"party:{RIVAL}", "Våra datorer är hela."),
                _draft(15, "eskalera", "resolved", "reporters", "Löst."),
            ],
            salt,
        ),
        TICKET: chain(
            TICKET,
            [
                _draft(0, "reporter", "filed", "reporter", "Inget nät i hus B", person="larare", files=(photo,)),
                _draft(20, VENDOR, "question", "reporter", "Blinkar lampan rött?", facts={"question": "qu_1"}),
                _draft(25, "reporter", "answer", "reporter", "Ja, rött.", person="larare", facts={"question": "qu_1"}),
            ],
            salt,
        ),
        OTHER_TICKET: chain(
            OTHER_TICKET, [_draft(3, "reporter", "filed", "reporter", "Inget internet", person="larare-2")], salt
        ),
    }


AUDIENCES = ("reporter", "reporters", "internal", f"party:{VENDOR}", f"party:{RIVAL}", f"party:{LOCAL}")
PARTIES = ("reporter", "eskalera", LOCAL, VENDOR, RIVAL)
words = st.dictionaries(st.sampled_from(["sv", "en"]), st.text(max_size=6), min_size=1)
files = st.builds(
    FileRef,
    sha256=st.sampled_from(["ab" * 32, "cd" * 32]),
    name=st.sampled_from(["bild.png", "å ä ö.png"]),
    media_type=st.just("image/png"),
    size=st.integers(0, 2**40),
)
drafts = st.builds(
    Draft,
    at=st.integers(0, 10**15).map(lambda microseconds: START + timedelta(microseconds=microseconds)),
    party=st.sampled_from(PARTIES),
    kind=st.sampled_from(get_args(EntryKind)),
    audience=st.lists(st.sampled_from(AUDIENCES), min_size=1, max_size=3, unique=True).map(tuple),
    caused_by=st.sampled_from(["ev_1", "ev_2"]),
    text=words,
    person=st.none() | st.sampled_from(["larare", "tekniker"]),
    facts=st.dictionaries(st.sampled_from(["question", "proposal"]), st.sampled_from(["qu_1", ""])),
    files=st.lists(files, max_size=1).map(tuple),
    private=st.booleans(),
)


def histories(min_size: int = 1, case: str = INCIDENT) -> st.SearchStrategy[list[Entry]]:
    """Whole chains of one case, with random salts."""
    return st.lists(drafts, min_size=min_size, max_size=4).map(lambda found: chain(case, found))
