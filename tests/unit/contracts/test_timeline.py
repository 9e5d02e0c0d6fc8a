"""The chain: whatever is changed, moved or left out is found (N4); what is withheld or erased is not missed (N11)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.timeline import GENESIS, Disclosure, Draft, Entry, append, digest, head_of, verify
from tests.support.histories import INCIDENT, START, TICKET, chain, drafts, fixed_salts, histories, told

DRAFT = Draft(at=START, party="reporter", kind="filed", audience=("reporter",), caused_by="ev_1", text={"sv": "Hej"})


@given(histories())
def test_a_chain_as_recorded_is_whole(entries: list[Entry]) -> None:
    assert verify(entries) == []
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert entries[0].prev == GENESIS


@given(histories())
def test_a_chain_is_still_whole_after_it_travelled_as_json(entries: list[Entry]) -> None:
    assert verify([Entry.model_validate_json(entry.model_dump_json()) for entry in entries]) == []


PLACED: dict[str, Any] = {
    "case": "in_2",
    "seq": 99,
    "prev": "f" * 64,
    "hash": "f" * 64,
    "at": START - timedelta(seconds=1),
    "party": "vendor:annan",
    "kind": "filed",
    "caused_by": "ev_other",
    "digests": {},
}


@given(histories(), st.data())
def test_a_changed_field_is_found(entries: list[Entry], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(sorted(PLACED)))
    if getattr(entries[number], field) == PLACED[field]:
        return
    entries[number] = entries[number].model_copy(update={field: PLACED[field]})
    assert verify(entries) != []


@given(histories(), st.data())
def test_a_changed_value_or_salt_of_a_disclosed_field_is_found(entries: list[Entry], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(entries) - 1))
    shown = entries[number].disclosures
    name = data.draw(st.sampled_from(sorted(shown)))
    forged = data.draw(
        st.sampled_from(
            [
                Disclosure(salt=shown[name].salt, value={"forged": True}),
                Disclosure(salt="0" * 32, value=shown[name].value),
                Disclosure(salt=shown[name].salt, value=1.5),
                Disclosure(salt=shown[name].salt, value="\ud800"),
            ]
        )
    )
    entries[number] = entries[number].model_copy(update={"disclosures": shown | {name: forged}})
    assert [broken.seq for broken in verify(entries)] == [number + 1]


@given(histories())
def test_swapped_salts_are_found(entries: list[Entry]) -> None:
    shown = entries[0].disclosures
    swapped = {
        "author": Disclosure(salt=shown["text"].salt, value=shown["author"].value),
        "text": Disclosure(salt=shown["author"].salt, value=shown["text"].value),
    }
    entries[0] = entries[0].model_copy(update={"disclosures": shown | swapped})
    assert len(verify(entries)) == 2


@given(histories())
def test_a_disclosure_that_was_never_recorded_is_found(entries: list[Entry]) -> None:
    for value in ("smuggled", 1.5):
        added = entries[0].disclosures | {"file:99": Disclosure(salt="0" * 32, value=value)}
        assert verify([entries[0].model_copy(update={"disclosures": added}), *entries[1:]]) != []


@given(histories(min_size=2), st.data())
def test_an_entry_left_out_before_the_end_is_found(entries: list[Entry], data: st.DataObject) -> None:
    del entries[data.draw(st.integers(0, len(entries) - 2))]
    assert verify(entries) != []


@given(histories(min_size=2), st.data())
def test_another_order_is_found(entries: list[Entry], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(entries))
    assert (verify(shuffled) == []) is (shuffled == entries)


@given(histories(), drafts)
def test_a_number_skipped_is_found_though_the_hashes_hold(entries: list[Entry], draft: Draft) -> None:
    head = head_of(entries[-1])
    later = append(INCIDENT, head.model_copy(update={"seq": head.seq + 1}), draft)
    assert [broken.why for broken in verify([*entries, later])] == [f"expected number {head.seq + 1}"]


@given(histories(), st.data())
def test_an_entry_told_twice_is_found(entries: list[Entry], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(entries) - 1))
    assert verify([*entries[: number + 1], *entries[number:]]) != []


@given(histories(case=INCIDENT), drafts)
def test_an_entry_of_another_case_does_not_fit_in(entries: list[Entry], draft: Draft) -> None:
    foreign = append(TICKET, head_of(entries[-1]), draft)
    moved = foreign.model_copy(update={"case": INCIDENT})
    assert verify([*entries, moved]) != []


@given(histories(min_size=2), st.data())
def test_the_rest_of_a_chain_verifies_from_the_head_that_is_known(entries: list[Entry], data: st.DataObject) -> None:
    known = data.draw(st.integers(1, len(entries) - 1))
    assert verify(entries[known:], head_of(entries[known - 1])) == []
    wrong = head_of(entries[known - 1]).model_copy(update={"hash": "0" * 64})
    assert verify(entries[known:], wrong) != []


@given(histories(), st.data())
def test_an_erased_field_is_not_missed(entries: list[Entry], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(entries) - 1))
    names = sorted(entries[number].disclosures)
    erased = data.draw(st.sets(st.sampled_from(names)))
    kept = {name: value for name, value in entries[number].disclosures.items() if name not in erased}
    entries[number] = entries[number].model_copy(update={"disclosures": kept})
    assert verify(entries) == []
    if "text" in erased:
        assert entries[number].text == {}
    if "audience" in erased:
        assert entries[number].audience == ("internal",)


def test_the_same_words_twice_have_different_digests() -> None:
    first, second = chain(TICKET, [DRAFT, DRAFT])
    assert first.digests["text"] != second.digests["text"]
    assert len(first.disclosures["text"].salt) == 32


def test_each_field_has_a_salt_of_its_own() -> None:
    entry = told()[TICKET][0]
    salts = [disclosure.salt for disclosure in entry.disclosures.values()]
    assert len(set(salts)) == len(salts) == 5


def test_an_entry_reads_back_what_was_drafted() -> None:
    entry = told()[TICKET][0]
    assert entry.text == {"sv": "Inget nät i hus B"}
    assert entry.person == "larare"
    assert entry.audience == ("reporter",)
    assert [file.name for file in entry.files] == ["lampa.jpg"]
    assert not entry.private


def test_a_moment_in_another_zone_has_the_same_hash() -> None:
    from zoneinfo import ZoneInfo

    local = DRAFT.model_copy(update={"at": START.astimezone(ZoneInfo("Europe/Stockholm"))})
    assert append(TICKET, None, DRAFT, fixed_salts()).hash == append(TICKET, None, local, fixed_salts()).hash


def test_a_digest_is_never_computed_over_a_float() -> None:
    with pytest.raises(TypeError):
        digest(Disclosure(salt="0", value={"score": 0.5}))
