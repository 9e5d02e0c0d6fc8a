"""A vendor's words and ours, both ways; what means nothing is kept."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.directory.mapping import Mapping
from contracts.webhooks import message_of
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
    [
        ("Ny", "acknowledged"),
        ("Arbetas", "in_progress"),
        ("held", "pending"),
        ("resolved", "closed"),
        ("?", None),
        ("ny", "acknowledged"),
        (" PÅGÅR ", "in_progress"),
        ("RESOLVED", "closed"),
    ],
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
    assert (mapping.service_of(WORDS, "wlan"), mapping.urgency_of(WORDS, "akut")) == ("wifi", 1)


@given(st.text(max_size=80))
def test_what_means_nothing_is_kept_as_it_came(word: str) -> None:
    for what in ("state", "category", "priority"):
        kept = mapping.kept(what, word)
        assert kept["sv"].endswith(f": {word}")
        assert kept["en"].endswith(f": {word}")
    assert mapping.kept("state", "Parked")["sv"] == "Status hos leverantören: Parked"


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        ({"status": "Pågår", "text": "På väg."}, "status_changed", {"status": "in_progress", "text": "På väg."}),
        ({"status": "Pågår", "expected_at": "2026-12-01T12:00:00Z"}, "status_changed", {
            "status": "in_progress", "expected_at": "2026-12-01T12:00:00Z"}),
        ({"status": "Ny"}, "status_changed", {"status": "accepted"}),
        ({"status": "pågår"}, "status_changed", {"status": "in_progress"}),
        ({"status": "ACCEPTED"}, "returned", {}),
        ({"status": "pending"}, "status_changed", {"status": "pending"}),
        ({"status": "accepted"}, "returned", {}),
        ({"status": "accepted", "ticket": "tk_1", "text": "Inte vår."}, "returned", {"text": "Inte vår."}),
        ({"status": "Löst"}, "resolution_proposed", {"text": "Leverantören säger att felet är löst."}),
        ({"status": "Löst", "language": "en"}, "resolution_proposed", {
            "language": "en", "text": "The vendor says that it is solved."}),
        ({"status": "Fråga", "ticket": "tk_1", "text": "Vilken sal?"}, "information_requested", {
            "ticket": "tk_1", "text": "Vilken sal?"}),
        ({"status": "Fråga"}, "information_requested", {"text": "Leverantören väntar på svar (Fråga)."}),
        ({"status": "Fråga", "withdraws": True}, "information_requested", {
            "text": "Leverantören väntar på svar (Fråga)."}),
        ({"status": "Löst", "withdraws": False}, "resolution_proposed", {
            "text": "Leverantören säger att felet är löst."}),
        ({"status": "pågår", "withdraws": True}, "status_changed", {"status": "in_progress", "withdraws": True}),
        ({"status": "resolved"}, "entry_added", {"text": "Status hos leverantören: resolved", "private": True}),
        ({"status": "resolved", "text": "Klart."}, "entry_added", {"text": "Klart."}),
        ({"status": "Parkerad", "text": "Väntar på reservdel.", "expected_at": "2026-12-01"}, "entry_added", {
            "text": "Status hos leverantören: Parkerad. Väntar på reservdel. Beräknat klart: 2026-12-01",
            "private": True}),
    ],
)  # fmt: skip
def test_a_state_said_in_the_vendors_own_word_becomes_the_message_that_it_means(
    data: dict[str, Any], kind: str, said: dict[str, Any]
) -> None:
    own = WORDS.states | {"accepted": "returned", "Löst": "resolved", "Fråga": "information_requested"}
    words = WORDS.model_copy(update={"states": own})
    assert mapping.in_ours(words, {"handoff": "ho_1", **data}) == (kind, {"handoff": "ho_1", **said})


@pytest.mark.parametrize("status", [None, 7, "", " ", "x" * 101, "a\nb"])
def test_what_is_no_word_is_left_to_be_refused(status: Any) -> None:
    assert mapping.in_ours(WORDS, {"status": status}) == ("status_changed", {"status": status})


@pytest.mark.parametrize(
    ("field", "value"), [("language", ["sv"]), ("language", None), ("text", 7), ("text", ["x"]), ("withdraws", 7)]
)
def test_what_is_wrong_beside_a_word_is_refused_and_not_the_word(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        message_of(*mapping.in_ours(WORDS, {"handoff": "ho_1", "status": "Ny", field: value}))
    assert {fault["loc"][-1] for fault in refused.value.errors()} == {field}
