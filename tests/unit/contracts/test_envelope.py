"""What comes off the topic is an event of ours, or is refused with a reason that quotes none of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import envelope
from contracts.envelope import Malformed, Received, UnknownType, decode
from contracts.examples import EXAMPLES, STORY

SECRET = "Personnummer19121212"
FILED = EXAMPLES["ticket.filed.v1"]
DATA: dict[str, Any] = json.loads(envelope.data(FILED))


def headers(**changed: str | bytes | None) -> list[tuple[str, bytes]]:
    """The headers of the filed ticket; a changed one replaces, None removes."""
    all_of_them: dict[str, Any] = envelope.attributes(FILED) | {"ce_sequence": "7"} | changed
    return [(k, v if isinstance(v, bytes) else v.encode()) for k, v in all_of_them.items() if v is not None]


def data(**changed: Any) -> bytes:
    return json.dumps(DATA | changed).encode()


def refusal(head: list[tuple[str, bytes]], value: bytes | None) -> str:
    with pytest.raises(Malformed) as refused:
        decode(head, value)
    return str(refused.value)


def test_an_event_is_read_with_what_surrounds_it() -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    received = decode(headers(traceparent=trace), data())
    assert received == Received(event=FILED, source="/eskalera/ticketing", sequence=7, traceparent=trace)
    assert (received.id, received.type) == (FILED.id, "ticket.filed.v1")
    assert received.keys == FILED.cases


def test_an_event_without_cases_is_ordered_by_its_municipality() -> None:
    event = EXAMPLES["directory.changed.v1"]
    sent = [(name, value.encode()) for name, value in envelope.attributes(event).items()]
    assert decode(sent, envelope.data(event)).keys == ("municipality:malarvik",)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_what_an_outbox_takes_of_an_event_is_what_a_reader_of_the_record_gets(name: str) -> None:
    event = EXAMPLES[name]
    row = envelope.row(event)
    received = decode([(header, value.encode()) for header, value in row["headers"].items()], row["value"])
    assert received.event == event
    assert (row["id"], row["type"], row["keys"]) == (received.id, received.type, received.keys)
    assert (row["key"], row["subject"], row["caused_by"]) == (event.municipality, event.subject, event.caused_by)
    assert row["keys"]


def test_time_travels_in_utc() -> None:
    assert envelope.attributes(FILED)["ce_time"] == "2026-10-05T07:52:14.120000Z"


@pytest.mark.parametrize("name", ["ce_id", "ce_source", "ce_type", "ce_time"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_or_empty_attribute_is_named(name: str, value: str | None) -> None:
    assert refusal(headers(**{name: value}), data()) == f"the header {name} is missing"


def test_a_type_of_tomorrow_is_unknown_not_broken() -> None:
    with pytest.raises(UnknownType, match=r"unknown type 'ticket.filed.v2'"):
        decode(headers(ce_type="ticket.filed.v2"), data())


@pytest.mark.parametrize("source", ["/eskalera/routing", "ticketing", "https://evil.example/", "/eskalera/ticketing/"])
def test_only_its_own_producer_states_a_type(source: str) -> None:
    assert "is not stated by" in refusal(headers(ce_source=source), data())


def test_another_version_of_cloud_events_is_refused() -> None:
    assert refusal(headers(ce_specversion="0.3"), data()) == "the CloudEvents version is not 1.0"


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"\xff\xfe\x00",
        b"\xc3\x28",
        json.dumps(DATA).encode("utf-16"),
        b'{"municipality": "malarvik"',
        b'{"score": NaN}',
        b'{"text": "\\ud800"}',
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"1" * 100_000,
    ],
)
def test_bytes_that_are_no_json_are_refused(value: bytes | None) -> None:
    assert refusal(headers(), value) == "the data is not JSON"


@pytest.mark.parametrize("value", [b"[]", b"null", b'"text"', b"17"])
def test_json_that_is_no_object_is_refused(value: bytes) -> None:
    assert refusal(headers(), value) == "the data is not a JSON object"


def test_a_header_that_is_not_utf_8_is_refused() -> None:
    assert refusal(headers(ce_subject=b"\xff"), data()) == "a header is not UTF-8"


def test_a_header_without_a_value_is_as_none() -> None:
    head = [*headers(), ("traceparent", None)]
    assert decode(head, data()).event == FILED  # type: ignore[arg-type]  # a client hands on Kafka's null as None


@pytest.mark.parametrize("sequence", ["", "-1", "1.5", "x", "9" * 19, "9" * 10_000])
def test_a_sequence_that_is_no_outbox_id_is_none(sequence: str) -> None:
    assert decode(headers(ce_sequence=sequence), data()).sequence is None


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"ticket": None}, "ticket.filed.v1: ticket: string type"),
        ({"urgency": 9}, "ticket.filed.v1: urgency: less than equal"),
        ({"kind": SECRET}, "ticket.filed.v1: kind: literal error"),
        ({"occurred_at": "2026-10-05T09:00:00"}, "ticket.filed.v1: occurred_at: timezone aware"),
        ({"occurred_at": SECRET}, "ticket.filed.v1: occurred_at: datetime from date parsing"),
        ({"cases": {SECRET: 1}}, "ticket.filed.v1: cases: tuple type"),
    ],
)
def test_a_refusal_names_the_field_and_the_kind_of_fault(changed: dict[str, Any], reason: str) -> None:
    assert refusal(headers(), data(**changed)) == reason


@pytest.mark.parametrize("time", ["yesterday", "2026-10-05T09:00:00", "2026-13-45T00:00:00Z"])
def test_a_time_that_is_none_is_refused(time: str) -> None:
    assert refusal(headers(ce_time=time), data()).startswith("ticket.filed.v1: at: ")


def test_a_key_of_a_map_is_content_and_is_not_quoted() -> None:
    event = EXAMPLES["ticket.answered.v1"]
    sent = [(name, value.encode()) for name, value in envelope.attributes(event).items()]
    value = json.loads(envelope.data(event)) | {"text": {SECRET: SECRET}}
    assert refusal(sent, json.dumps(value).encode()) == "ticket.answered.v1: text: literal error"


def test_a_fault_deep_in_a_directory_quotes_nothing_of_it() -> None:
    event = EXAMPLES["directory.changed.v1"]
    sent = [(name, value.encode()) for name, value in envelope.attributes(event).items()]
    value = json.loads(envelope.data(event))
    value["directory"]["calendars"][0]["time_zone"] = SECRET
    assert refusal(sent, json.dumps(value).encode()) == "directory.changed.v1: directory: value error"


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.just(SECRET) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.just(SECRET) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(STORY), json_values, st.data())
def test_no_refusal_ever_quotes_the_content(event: Any, junk: Any, draw: st.DataObject) -> None:
    whole = json.loads(envelope.data(event))
    field = draw.draw(st.sampled_from(sorted(whole)))
    sent = [(name, value.encode()) for name, value in envelope.attributes(event).items()]
    reason = ""
    try:
        decode(sent, json.dumps(whole | {field: junk}).encode())
    except Malformed as refused:
        reason = str(refused)
    assert SECRET not in reason


@given(st.lists(st.tuples(st.text(max_size=12), st.binary(max_size=12))), st.none() | st.binary(max_size=200))
def test_noise_is_refused_and_never_crashes(head: list[tuple[str, bytes]], value: bytes | None) -> None:
    with pytest.raises(Malformed):
        decode(head, value)


@given(st.binary(max_size=200))
def test_noise_under_honest_headers_is_refused_and_never_crashes(value: bytes) -> None:
    with pytest.raises(Malformed):
        decode(headers(), value)


def test_a_huge_event_is_read_like_any_other() -> None:
    received = decode(headers(), data(description="å" * 2_000_000))
    assert received.event.cases == FILED.cases


def test_the_data_cannot_pretend_to_be_another_event() -> None:
    assert decode(headers(), data(id="ev_forged", at="2020-01-01T00:00:00Z")).event == FILED
