"""Who reads what (R1, R2, N5)."""

from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from contracts.disclosure import Reader, Reporter, Staff, Vendor, disclose, may_read
from contracts.timeline import Entry, verify
from tests.support.histories import INCIDENT, RIVAL, TICKET, VENDOR, histories, told

outsiders = st.one_of(
    st.builds(Reporter, own=st.booleans()),
    st.builds(
        Vendor,
        party=st.sampled_from([VENDOR, RIVAL]),
        earlier_leads=st.frozensets(st.sampled_from([VENDOR, RIVAL])),
        contact=st.sampled_from(["person", "school", "none"]),
    ),
)
anyone = st.one_of(st.just(Staff()), outsiders)


def texts(entries: list[Entry], reader: Reader) -> list[str]:
    return [entry.text["sv"] for entry in entries if may_read(entry, reader)]


@given(histories(), anyone)
def test_a_disclosed_chain_verifies_whoever_reads_it(entries: list[Entry], reader: Reader) -> None:
    assert verify([disclose(entry, reader) for entry in entries]) == []


@given(histories(), outsiders)
def test_internal_is_for_staff_alone(entries: list[Entry], reader: Reader) -> None:
    for entry in entries:
        if "internal" in entry.audience:
            assert disclose(entry, reader).disclosures == {}
            assert not may_read(entry, reader)


@given(histories())
def test_staff_read_every_field(entries: list[Entry]) -> None:
    for entry in entries:
        assert disclose(entry, Staff()).disclosures == entry.disclosures


@given(histories(), st.booleans())
def test_a_reporter_never_reads_what_is_for_a_party_only(entries: list[Entry], own: bool) -> None:
    for entry in entries:
        if not {"reporter", "reporters"} & set(entry.audience):
            assert disclose(entry, Reporter(own=own)).disclosures == {}


@given(histories())
def test_a_reporter_reads_another_reporters_ticket_entries_never(entries: list[Entry]) -> None:
    for entry in entries:
        if "reporters" not in entry.audience:
            assert not may_read(entry, Reporter(own=False))
        shown = disclose(entry, Reporter(own=False)).disclosures
        assert "author" not in shown or entry.party != "reporter"


@given(histories())
def test_a_parallel_vendor_never_reads_anothers_notes(entries: list[Entry]) -> None:
    for entry in entries:
        readers = set(entry.audience)
        if not readers & {"reporter", "reporters", f"party:{RIVAL}"}:
            assert disclose(entry, Vendor(party=RIVAL)).disclosures == {}


@given(histories())
def test_the_next_lead_reads_the_former_leads_notes_unless_private(entries: list[Entry]) -> None:
    successor = Vendor(party=RIVAL, earlier_leads=frozenset({VENDOR}))
    for entry in entries:
        if set(entry.audience) == {f"party:{VENDOR}"}:
            assert may_read(entry, successor) is not entry.private


@given(histories(), st.sampled_from(["school", "none"]))
def test_a_vendor_sees_no_person_unless_its_connection_may(
    entries: list[Entry], contact: Literal["school", "none"]
) -> None:
    vendor = Vendor(party=VENDOR, contact=contact)
    for entry in entries:
        if entry.party != "eskalera":
            assert "author" not in disclose(entry, vendor).disclosures
        shown = disclose(entry, Vendor(party=VENDOR, contact="person")).disclosures
        assert ("author" in shown) is may_read(entry, Vendor(party=VENDOR))


@given(histories(), outsiders, st.data())
def test_an_entry_whose_audience_was_erased_is_internal(
    entries: list[Entry], reader: Reader, data: st.DataObject
) -> None:
    entry = data.draw(st.sampled_from(entries))
    kept = {name: value for name, value in entry.disclosures.items() if name != "audience"}
    assert disclose(entry.model_copy(update={"disclosures": kept}), reader).disclosures == {}


@given(histories(), anyone, st.sets(st.sampled_from(["author", "text", "facts", "audience", "file:0"])))
def test_an_erased_field_is_shown_to_nobody_and_the_rest_verifies(
    entries: list[Entry], reader: Reader, erased: set[str]
) -> None:
    redacted = [
        entry.model_copy(update={"disclosures": {n: d for n, d in entry.disclosures.items() if n not in erased}})
        for entry in entries
    ]
    shown = [disclose(entry, reader) for entry in redacted]
    assert verify(shown) == []
    assert not any(erased & entry.disclosures.keys() for entry in shown)


@given(histories(), anyone)
def test_a_placeholder_still_tells_when_by_which_party_and_what_kind(entries: list[Entry], reader: Reader) -> None:
    for entry in entries:
        shown = disclose(entry, reader)
        assert (shown.at, shown.party, shown.kind, shown.hash) == (entry.at, entry.party, entry.kind, entry.hash)


def test_each_reads_their_part_of_the_told_story() -> None:
    story = told()
    assert texts(story[INCIDENT], Reporter(own=True)) == [
        "Ärendet ligger nu hos IT-stödet på Ekbackens skola.",
        "Vi skickade ärendet till Nätleverantören.",
        "Löst.",
    ]
    assert texts(story[TICKET], Reporter(own=False)) == []
    assert len(texts(story[TICKET], Reporter(own=True))) == 3
    assert "Avtalsfråga, internt." in texts(story[INCIDENT], Vendor(party=VENDOR))
    assert "Avtalsfråga, internt." not in texts(story[INCIDENT], Vendor(party=RIVAL, earlier_leads=frozenset({VENDOR})))
    assert "Switchen svarar inte." in texts(story[INCIDENT], Vendor(party=RIVAL, earlier_leads=frozenset({VENDOR})))
    assert len(texts(story[INCIDENT], Staff())) == 8
