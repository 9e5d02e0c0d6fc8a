"""Golden files: the hash, and what travels, as vendors already hold it.

A difference means that chains recorded before no longer verify, or that vendors receive another shape. Only then, and
on purpose: `UPDATE_GOLDEN=1 pytest tests/contract/test_golden.py`.
"""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.bundle import Bundle, make, prove
from contracts.disclosure import Reader, Reporter, Staff, Vendor, disclose
from contracts.handover import Clock, Facts, Report, Stay, around, subject_of
from contracts.timeline import Entry, verify
from contracts.values import Head
from tests.support.handoff_life import directory
from tests.support.histories import INCIDENT, LOCAL, OTHER_TICKET, RIVAL, START, SUBJECT, TICKET, VENDOR, told

GOLDEN = Path(__file__).parent / "golden"
READERS: dict[str, Reader] = {
    "staff": Staff(),
    "own_reporter": Reporter(own=True),
    "other_reporter": Reporter(own=False),
    "vendor": Vendor(party=VENDOR),
    "vendor_that_sees_persons": Vendor(party=VENDOR, contact="person"),
    "next_lead": Vendor(party=RIVAL, earlier_leads=frozenset({VENDOR})),
    "parallel_vendor": Vendor(party=RIVAL),
}


def golden(name: str, value: Any) -> Any:
    """The golden file's content, to compare `value` with."""
    path = GOLDEN / f"{name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_timeline_is_recorded_as_it_always_was() -> None:
    recorded = {case: [entry.model_dump(mode="json") for entry in entries] for case, entries in told().items()}
    assert recorded == golden("timeline", recorded)


def test_the_timeline_recorded_then_still_verifies() -> None:
    stored = json.loads((GOLDEN / "timeline.json").read_text(encoding="utf-8"))
    for entries in stored.values():
        assert verify([Entry.model_validate(entry) for entry in entries]) == []


@pytest.mark.parametrize("name", READERS)
def test_each_reader_is_shown_what_they_always_were(name: str) -> None:
    shown = {
        case: [disclose(entry, READERS[name]).model_dump(mode="json") for entry in entries]
        for case, entries in told().items()
    }
    assert shown == golden(f"disclosure_{name}", shown)


def _bundles() -> dict[str, Bundle]:
    story, reader = told(), Vendor(party=VENDOR)
    numbers = {TICKET: "MAL-2026-000123"}
    early = {case: entries[:2] for case, entries in story.items()}
    partial = make("ho_1", "malarvik", SUBJECT, early, reader, numbers=numbers, partial=True)
    return {
        "whole": make("ho_1", "malarvik", SUBJECT, story, reader, numbers=numbers),
        "partial": partial,
        "delta": make("ho_1", "malarvik", SUBJECT, story, reader, numbers=numbers, known=partial.heads),
    }


def _facts() -> Facts:
    later = START + timedelta(hours=3)
    return Facts(
        incident=INCIDENT,
        kind="incident",
        service="wifi",
        urgency=2,
        opened_at=START,
        schools=("ekbacken",),
        reports=(
            Report(TICKET, "ekbacken", "B204", "pe_1"),
            Report(OTHER_TICKET, "ekbacken", "hos Bo", "pe_2", "EKB-PR-0012"),
        ),
        clocks=(Clock(RIVAL, "resolve", "leverantor", later), Clock(LOCAL, "next_update", "intern", later)),
        stays=(Stay(VENDOR, "lead", START, later, "released"),),
    )


@pytest.mark.parametrize("contact", ["person", "school"])
def test_what_is_told_beside_the_history_is_what_it_always_was(contact: Any) -> None:
    """The page's preview and the bridge's message are both made by these two functions."""
    reader = Vendor(party=RIVAL, earlier_leads=frozenset({VENDOR}), contact=contact)
    made = {
        "subject": subject_of(_facts(), None).model_dump(mode="json"),
        "around": around(_facts(), None, reader, {"pe_1": "Anna Lund"}).model_dump(mode="json"),
    }
    assert made == golden(f"around_{contact}", made)


def test_n5_of_rooms_and_devices_only_what_names_nobody_goes_to_whoever_is_shown_no_people() -> None:
    reader = Vendor(party=RIVAL, contact="none")
    made = around(_facts(), directory(), reader, {"pe_1": "Anna Lund"}).model_dump(mode="json")
    assert "hos Bo" not in str(made)
    assert made == golden("around_none", made)


@pytest.mark.parametrize("name", ["whole", "partial", "delta"])
def test_a_bundle_travels_as_it_always_did(name: str) -> None:
    made = _bundles()[name].model_dump(mode="json")
    assert made == golden(f"bundle_{name}", made)


def test_the_bundles_sent_then_still_prove() -> None:
    sent = {
        name: Bundle.model_validate_json((GOLDEN / f"bundle_{name}.json").read_text(encoding="utf-8"))
        for name in ("whole", "partial", "delta")
    }
    known: dict[str, Head] = sent["partial"].heads
    assert prove(sent["whole"]) == prove(sent["partial"]) == prove(sent["delta"], known) == []
    assert sent["delta"].heads == sent["whole"].heads
    assert INCIDENT in known
