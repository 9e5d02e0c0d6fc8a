"""CloudEvents 1.0 in Kafka's binary mode: attributes as `ce_*` headers, the data as the record's value.

The key is the municipality, so that one municipality's events have one order. Source: CloudEvents Kafka protocol
binding 1.0.2.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from pydantic import ValidationError

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
        """What orders it: the cases it touches, else its municipality's configuration."""
        return self.event.cases or (f"municipality:{self.event.municipality}",)

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
        "ce_time": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_subject": event.subject,
        "content-type": CONTENT_TYPE,
    }


def data(event: Event) -> bytes:
    """The record's value."""
    return event.model_dump_json().encode()


def decode(headers: Iterable[tuple[str, bytes]], value: bytes | None) -> Received:
    """The event of a record. Malformed with the reason, or UnknownType, for anything else."""
    try:
        found = {name: raw.decode() for name, raw in headers}
    except UnicodeDecodeError as error:
        raise Malformed("a header is not UTF-8") from error
    missing = [name for name in ("ce_id", "ce_source", "ce_type", "ce_time") if not found.get(name)]
    if missing:
        raise Malformed(f"the header {missing[0]} is missing")
    event_type = TYPES.get(found["ce_type"])
    if event_type is None:
        raise UnknownType(f"unknown type {found['ce_type'][:80]!r}")
    if found["ce_source"] != SOURCE_PREFIX + PRODUCER_OF[event_type.TYPE]:
        raise Malformed(f"{event_type.TYPE} is not stated by {found['ce_source'][:80]!r}")
    event = _event(event_type, _json(value), found)
    sequence = found.get("ce_sequence", "")
    return Received(
        event=event,
        source=found["ce_source"],
        sequence=int(sequence) if sequence.isdecimal() else None,
        traceparent=found.get("traceparent"),
    )


def _json(value: bytes | None) -> dict[str, Any]:
    try:
        content = json.loads(value or b"")
    except (ValueError, RecursionError) as error:
        raise Malformed("the data is not JSON") from error
    if not isinstance(content, dict):
        raise Malformed("the data is not a JSON object")
    return content


def _event(event_type: type[Event], content: dict[str, Any], found: Mapping[str, str]) -> Event:
    try:
        return event_type.model_validate(content | {"id": found["ce_id"], "at": found["ce_time"]})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = "/".join(map(str, first["loc"]))
        raise Malformed(f"{event_type.TYPE}: {where}: {first['msg']}") from error
