"""CloudEvents 1.0 in Kafka's binary mode: attributes as `ce_*` headers, the data as the record's value.

The key is the municipality, so that one municipality's events have one order. Source: CloudEvents Kafka protocol
binding 1.0.2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypedDict

from pydantic import ValidationError
from pydantic_core import from_json

from contracts.events.base import Event
from contracts.events.registry import PRODUCER_OF, TYPES

SOURCE_PREFIX = "/eskalera/"
CONTENT_TYPE = "application/json"


class Malformed(ValueError):
    """A record that is no event of ours; the message is the reason, without the record's content."""


class UnknownType(Malformed):
    """A well-formed event of a type that this version does not know."""


@dataclass(frozen=True, slots=True)
class Received:
    """An event as it came off the topic."""

    event: Event
    source: str
    sequence: int | None
    traceparent: str | None

    @property
    def id(self) -> str:
        return self.event.id

    @property
    def type(self) -> str:
        return self.event.TYPE

    @property
    def keys(self) -> tuple[str, ...]:
        return keys(self.event)

    @property
    def partition_key(self) -> str:
        return self.event.municipality


def source_of(event: Event) -> str:
    """The CloudEvents source: `/eskalera/<service>`."""
    return SOURCE_PREFIX + PRODUCER_OF[event.TYPE]


def attributes(event: Event) -> dict[str, str]:
    """The CloudEvents attributes as Kafka headers, without `ce_sequence`, which the outbox gives."""
    return {
        "ce_specversion": "1.0",
        "ce_id": event.id,
        "ce_source": source_of(event),
        "ce_type": event.TYPE,
        "ce_time": _time(event.at),
        "ce_subject": event.subject,
        "content-type": CONTENT_TYPE,
    }


def _time(at: datetime) -> str:
    in_utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return f"{in_utc.isoformat()[:-6]}Z"


class Row(TypedDict):
    """What an outbox takes of an event, under the names of its fields there."""

    id: str
    type: str
    key: str
    subject: str
    value: bytes
    headers: dict[str, str]
    keys: tuple[str, ...]
    caused_by: str | None


def row(event: Event) -> Row:
    """An event on its way out."""
    return {
        "id": event.id,
        "type": event.TYPE,
        "key": event.municipality,
        "subject": event.subject,
        "value": data(event),
        "headers": attributes(event),
        "keys": keys(event),
        "caused_by": event.caused_by,
    }


def keys(event: Event) -> tuple[str, ...]:
    """What orders it: the cases it touches, else its municipality's configuration."""
    return event.cases or (f"municipality:{event.municipality}",)


def data(event: Event) -> bytes:
    """The record's value."""
    return event.model_dump_json().encode()


def decode(headers: Iterable[tuple[str, bytes]], value: bytes | None) -> Received:
    """The event of a record. Malformed with the reason, or UnknownType, for anything else."""
    try:
        found = {name: (raw or b"").decode() for name, raw in headers}  # Kafka allows a header without a value
    except UnicodeDecodeError as error:
        raise Malformed("a header is not UTF-8") from error
    missing = [name for name in ("ce_id", "ce_source", "ce_type", "ce_time") if not found.get(name)]
    if missing:
        raise Malformed(f"the header {missing[0]} is missing")
    if found.get("ce_specversion", "1.0") != "1.0":
        raise Malformed("the CloudEvents version is not 1.0")
    event_type = TYPES.get(found["ce_type"])
    if event_type is None:
        raise UnknownType(f"unknown type {found['ce_type'][:80]!r}")
    if found["ce_source"] != SOURCE_PREFIX + PRODUCER_OF[event_type.TYPE]:
        raise Malformed(f"{event_type.TYPE} is not stated by {found['ce_source'][:80]!r}")
    event = _event(event_type, _json(value), found)
    return Received(
        event=event,
        source=found["ce_source"],
        sequence=_sequence(found.get("ce_sequence", "")),
        traceparent=found.get("traceparent"),
    )


def _sequence(text: str) -> int | None:
    """An outbox id; None for what is none, and for what would not fit into one."""
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def _json(value: bytes | None) -> dict[str, Any]:
    try:
        content = from_json(value or b"", allow_inf_nan=False)
    except ValueError as error:
        raise Malformed("the data is not JSON") from error
    if not isinstance(content, dict):
        raise Malformed("the data is not a JSON object")
    return content


def _event(event_type: type[Event], content: dict[str, Any], found: Mapping[str, str]) -> Event:
    try:
        # A reader takes the fields it knows, also inside models that refuse unknown keys in a file that a person wrote.
        return event_type.model_validate(content | {"id": found["ce_id"], "at": found["ce_time"]}, extra="ignore")
    except ValidationError as error:
        # Only the field's name and the kind of fault: places deeper inside and messages may quote the content.
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = first["loc"][0] if first["loc"] else "data"
        raise Malformed(f"{event_type.TYPE}: {where}: {first['type'].replace('_', ' ')}") from error
