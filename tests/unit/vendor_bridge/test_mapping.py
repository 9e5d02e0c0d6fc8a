"""A vendor's words and ours, both ways; what means nothing is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.directory.mapping import Mapping
from vendor_bridge.domain import mapping
from vendor_bridge.tmf.states import MEANS
from vendor_bridge.tmf.tickets import PRIORITY

WORDS = Mapping(
    states={"Ny": "acknowledged", "Pågår": "in_progress", "Arbetas": "in_progress", "resolved": "closed"},
    categories={"WLAN": "wifi", "WiFi": "wifi", "LMS": "learning_platform"},
    priorities={"P1": 1, "Akut": 1, "P3": 3},
)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("Ny", "acknowledged"), ("Arbetas", "in_progress"), ("held", "pending"), ("resolved", "closed"), ("?", None)],
)
def test_a_state_means_what_the_connection_says_else_what_the_protocol_says(word: str, meaning: str | None) -> None:
    assert mapping.state_of(WORDS, word, MEANS) == meaning


def test_the_first_word_is_the_one_that_is_sent() -> None:
    assert mapping.word_for_state(WORDS, "in_progress", MEANS) == "Pågår"
    assert mapping.word_for_state(WORDS, "pending", MEANS) == "held"
    assert mapping.word_for_state(WORDS, "pending", {}) is None
    assert mapping.word_for_service(WORDS, "wifi") == "WLAN"
    assert mapping.word_for_service(WORDS, "printing") == "printing"
    assert mapping.word_for_urgency(WORDS, 1, PRIORITY) == "P1"
    assert mapping.word_for_urgency(WORDS, 2, PRIORITY) == "High"


def test_categories_and_priorities_that_are_not_listed_mean_nothing() -> None:
    assert (mapping.service_of(WORDS, "WiFi"), mapping.service_of(WORDS, "VPN")) == ("wifi", None)
    assert (mapping.urgency_of(WORDS, "Akut"), mapping.urgency_of(WORDS, "P9")) == (1, None)


@given(st.text(max_size=80))
def test_what_means_nothing_is_kept_as_it_came(word: str) -> None:
    for what in ("state", "category", "priority"):
        kept = mapping.kept(what, word)
        assert kept["sv"].endswith(f": {word}")
        assert kept["en"].endswith(f": {word}")
    assert mapping.kept("state", "Parked")["sv"] == "Status hos leverantören: Parked"
