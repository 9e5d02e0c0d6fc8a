"""The examples are what really travels."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from contracts import envelope, generate, schemas
from contracts.events.base import Event
from contracts.events.registry import TYPES
from contracts.events.ticketing import EntryRecorded
from contracts.examples import EXAMPLES, STORY
from contracts.timeline import verify

NAMES = sorted(TYPES)


def headers(event: Event) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in envelope.attributes(event).items()]


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


@pytest.mark.parametrize("name", NAMES)
def test_an_example_comes_off_the_topic_as_it_went_on(name: str) -> None:
    event = EXAMPLES[name]
    received = envelope.decode([*headers(event), ("ce_sequence", b"17")], envelope.data(event))
    assert received.event == event
    assert received.sequence == 17
    assert received.partition_key == event.municipality


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_valid_against_its_schema(name: str) -> None:
    data = json.loads(envelope.data(EXAMPLES[name]))
    assert list(validator(schemas.event_schema(TYPES[name])).iter_errors(data)) == []
    assert "id" not in data
    assert "at" not in data


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_refuses_data_without_any_of_its_required_fields(name: str) -> None:
    schema = schemas.event_schema(TYPES[name])
    data = json.loads(envelope.data(EXAMPLES[name]))
    for field in schema["required"]:
        assert not validator(schema).is_valid({key: value for key, value in data.items() if key != field}), field


def with_unknown_fields(value: Any) -> Any:
    """The same data with a new field in every object; in a map (words, heads, digests) a new key would be content."""
    if isinstance(value, dict):
        known = {key: item if key == "value" else with_unknown_fields(item) for key, item in value.items()}
        return known if _is_map(value) else known | {"added_later": {"a": 1}}
    return [with_unknown_fields(item) for item in value] if isinstance(value, list) else value


def _is_map(value: dict[str, Any]) -> bool:
    keys = value.keys()
    return keys <= {"sv", "en"} or {"author", "audience"} <= keys or all(key.startswith(("in_", "tk_")) for key in keys)


@pytest.mark.parametrize("name", NAMES)
def test_fields_that_a_reader_does_not_know_are_ignored(name: str) -> None:
    event = EXAMPLES[name]
    grown = with_unknown_fields(json.loads(envelope.data(event)))
    assert "added_later" in grown
    assert envelope.decode(headers(event), json.dumps(grown).encode()).event == event
    assert validator(schemas.event_schema(TYPES[name])).is_valid(grown)


def test_the_story_is_told_in_order_and_every_effect_lies_after_its_cause() -> None:
    told: set[str] = set()
    for event in STORY:
        if event.caused_by is not None:
            assert event.caused_by in told, event.TYPE
        told.add(event.id)
    assert len(told) == len(STORY) == len(TYPES)


def test_the_recorded_entry_of_the_story_verifies() -> None:
    recorded = EXAMPLES["timeline.entry_recorded.v1"]
    assert isinstance(recorded, EntryRecorded)
    assert verify([recorded.entry]) == []


def test_a_committed_example_is_a_whole_cloud_event() -> None:
    text = (generate.CHECKOUT / "contracts/examples/ticket.filed.v1.json").read_text()
    event = json.loads(text)
    assert {"specversion", "id", "source", "type", "time", "subject", "datacontenttype", "data"} == event.keys()
    assert event["source"] == "/eskalera/ticketing"


def test_a_directory_file_is_closed_where_the_event_that_carries_it_is_open() -> None:
    assert schemas.file_schema("directory")["additionalProperties"] is False
    assert "additionalProperties" not in schemas.event_schema(TYPES["directory.changed.v1"])["$defs"]["Directory"]
