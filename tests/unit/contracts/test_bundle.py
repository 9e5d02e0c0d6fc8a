"""A bundle is provably whole, for every reader, also in parts and after an erasure (N4, R3, R15)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.bundle import Bundle, digest_of, make, prove
from contracts.disclosure import Vendor
from contracts.timeline import Disclosure, Entry, head_of
from contracts.values import Head
from tests.support.histories import INCIDENT, OTHER_TICKET, SUBJECT, TICKET, VENDOR, histories, told

READER = Vendor(party=VENDOR)
stories = st.fixed_dictionaries(
    {INCIDENT: histories(case=INCIDENT)},
    optional={TICKET: histories(case=TICKET), OTHER_TICKET: histories(case=OTHER_TICKET)},
)
Story = dict[str, list[Entry]]


def bundle(story: Story, known: dict[str, Head] | None = None, **more: Any) -> Bundle:
    return make("ho_1", "malarvik", SUBJECT, story, READER, known=known, **more)


def edited(whole: Bundle, **fields: Any) -> Bundle:
    """The bundle with its digest made to fit, as a forger would."""
    changed = whole.model_copy(update=fields)
    return changed.model_copy(update={"digest": digest_of(changed.chains)})


@given(stories)
def test_a_bundle_as_made_is_whole_also_after_it_travelled(story: Story) -> None:
    made = bundle(story)
    assert prove(made) == []
    assert prove(Bundle.model_validate_json(made.model_dump_json())) == []
    assert made.chains[0].case == INCIDENT
    assert made.heads == {case: head_of(entries[-1]) for case, entries in story.items()}


@given(stories, st.data())
def test_a_delta_proves_with_the_heads_that_are_known_and_only_with_them(story: Story, data: st.DataObject) -> None:
    had = {case: data.draw(st.integers(0, len(entries))) for case, entries in story.items()}
    known = {case: head_of(story[case][count - 1]) for case, count in had.items() if count}
    delta = bundle(story, known)

    assert prove(delta, known) == []
    assert {chain.case for chain in delta.chains} == {case for case in story if had[case] < len(story[case])}
    if known:
        assert prove(delta) != []
        elsewhere = {case: Head(seq=head.seq, hash="0" * 64) for case, head in known.items()}
        assert prove(delta, elsewhere) != []


@given(stories, st.data())
def test_an_entry_left_out_is_found_wherever_it_was(story: Story, data: st.DataObject) -> None:
    whole = bundle(story)
    number = data.draw(st.integers(0, len(whole.chains) - 1))
    chain = whole.chains[number]
    gone = data.draw(st.integers(0, len(chain.entries) - 1))
    shorter = chain.model_copy(update={"entries": chain.entries[:gone] + chain.entries[gone + 1 :]})
    chains = tuple(shorter if n == number else other for n, other in enumerate(whole.chains))
    assert prove(edited(whole, chains=chains)) != []


@given(stories, st.data())
def test_a_chain_left_out_is_found(story: Story, data: st.DataObject) -> None:
    whole = bundle(story)
    gone = data.draw(st.sampled_from(whole.chains))
    assert prove(edited(whole, chains=tuple(chain for chain in whole.chains if chain != gone))) != []


@given(stories, st.data())
def test_a_chain_cut_at_its_end_is_found_though_its_links_hold(story: Story, data: st.DataObject) -> None:
    whole = bundle(story)
    chain = data.draw(st.sampled_from(whole.chains))
    kept = data.draw(st.integers(0, len(chain.entries) - 1))
    cut = tuple(
        other.model_copy(update={"entries": other.entries[:kept]}) if other == chain else other
        for other in whole.chains
    )
    assert prove(edited(whole, chains=cut)) != []


@given(histories(case=INCIDENT), histories(case=TICKET))
def test_chains_that_changed_cases_are_found(first: list[Entry], second: list[Entry]) -> None:
    whole = bundle({INCIDENT: first, TICKET: second})
    one, other = whole.chains
    swapped = (one.model_copy(update={"case": TICKET}), other.model_copy(update={"case": INCIDENT}))
    heads = {TICKET: whole.heads[INCIDENT], INCIDENT: whole.heads[TICKET]}
    assert prove(edited(whole, chains=swapped, heads=heads)) != []


@given(stories, st.data())
def test_a_forged_word_is_found(story: Story, data: st.DataObject) -> None:
    whole = bundle(story)
    places = [
        (c, e, name)
        for c, chain in enumerate(whole.chains)
        for e, entry in enumerate(chain.entries)
        for name in entry.disclosures
    ]
    if not places:
        return
    at_chain, at_entry, name = data.draw(st.sampled_from(places))
    chain = whole.chains[at_chain]
    entry = chain.entries[at_entry]
    forged = Disclosure(salt=entry.disclosures[name].salt, value={"sv": "Leverantören har inget fel gjort."})
    entries = list(chain.entries)
    entries[at_entry] = entry.model_copy(update={"disclosures": entry.disclosures | {name: forged}})
    chains = list(whole.chains)
    chains[at_chain] = chain.model_copy(update={"entries": tuple(entries)})
    assert prove(edited(whole, chains=tuple(chains))) != []


@given(stories)
def test_withheld_and_erased_disclosures_leave_digest_and_proof_as_they_are(story: Story) -> None:
    whole = bundle(story)
    blank = tuple(
        chain.model_copy(
            update={"entries": tuple(entry.model_copy(update={"disclosures": {}}) for entry in chain.entries)}
        )
        for chain in whole.chains
    )
    redacted = whole.model_copy(update={"chains": blank, "files": ()})
    assert prove(redacted) == []
    assert digest_of(redacted.chains) == whole.digest
    assert make("ho_2", "malarvik", SUBJECT, story, Vendor(party="vendor:annan")).digest == whole.digest


def test_a_wrong_digest_is_found() -> None:
    broken = prove(bundle(told()).model_copy(update={"digest": "0" * 64}))
    assert [fault.why for fault in broken] == ["the digest is not that of the entries"]


def test_a_bundle_of_nothing_proves_nothing() -> None:
    empty = bundle({})
    assert [fault.why for fault in prove(empty)] == ["the incident's own chain is missing"]


def test_a_partial_bundle_says_so_and_its_rest_follows_as_a_delta() -> None:
    story = told()
    early = {case: entries[:2] for case, entries in story.items()}
    partial = bundle(early, partial=True)
    assert partial.partial
    assert prove(partial) == []
    rest = bundle(story, known=partial.heads)
    assert prove(rest, partial.heads) == []
    assert [len(chain.entries) for chain in rest.chains] == [6, 1]


def test_a_partial_bundle_may_come_before_the_incidents_first_entry() -> None:
    assert prove(bundle({TICKET: told()[TICKET]}, partial=True)) == []


@pytest.mark.parametrize("party", ["vendor:natleverantoren", "vendor:datorleverantoren"])
def test_no_internal_word_is_in_a_bundle(party: str) -> None:
    made = make("ho_1", "malarvik", SUBJECT, told(), Vendor(party=party, earlier_leads=frozenset({VENDOR})))
    text = made.model_dump_json()
    assert "Samma switch som i mars" not in text
    assert "tekniker" not in text
    assert "larare" not in text


def test_numbers_stand_beside_the_tickets_they_name() -> None:
    made = bundle(told(), numbers={TICKET: "MAL-2026-000123"})
    assert {chain.case: chain.number for chain in made.chains}[TICKET] == "MAL-2026-000123"
