"""JSON Schema 2020-12 of the events' data, of what travels to and from vendors, and of the files that people write.

An event's schema lets unknown fields pass, as readers do; a file's does not, so that an editor marks a misspelt key.
"""

from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from contracts.directory import Directory
from contracts.directory.people import People
from contracts.directory.recurring import WorkCalendar
from contracts.events.base import Event
from contracts.events.registry import TYPES
from contracts.webhooks import Outgoing, incoming_schema

Schema = dict[str, Any]

FILES: Final[dict[str, type[BaseModel]]] = {"directory": Directory, "people": People, "work": WorkCalendar}
"""The files of a municipality."""


class _WithoutFieldTitles(GenerateJsonSchema):
    """A field's name is its title; repeating it in words says nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def event_schema(event: type[Event]) -> Schema:
    """The data of one event type; `id` and `at` travel as CloudEvents attributes and are not in it."""
    schema = event.model_json_schema(mode="serialization", schema_generator=_WithoutFieldTitles)
    return _headed(f"urn:eskalera:event:{event.TYPE}", _open(schema))


def file_schema(name: str) -> Schema:
    """A file that people write: closed, so that an editor marks what it does not know."""
    schema = FILES[name].model_json_schema(mode="validation", schema_generator=_WithoutFieldTitles)
    return _headed(f"urn:eskalera:file:{name}", schema)


def event_schemas() -> dict[str, Schema]:
    """By event type, sorted."""
    return {name: event_schema(TYPES[name]) for name in sorted(TYPES)}


def vendor_schemas() -> dict[str, Schema]:
    """What the webhook profile sends, and what it takes."""
    outgoing = Outgoing.model_json_schema(mode="serialization", schema_generator=_WithoutFieldTitles)
    return {
        "vendor.outgoing": _headed("urn:eskalera:vendor:outgoing", outgoing),
        "vendor.incoming": _headed("urn:eskalera:vendor:incoming", incoming_schema()),
    }


def wire_schemas() -> dict[str, Schema]:
    """All that somebody outside this version reads or writes."""
    return event_schemas() | vendor_schemas()


def _headed(identity: str, schema: Schema) -> Schema:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": identity, **schema}


def _open(node: Any) -> Any:
    """The same schema with every closed object open."""
    if isinstance(node, dict):
        return {
            name: _open(value)
            for name, value in node.items()
            if not (name == "additionalProperties" and value is False)
        }
    return [_open(value) for value in node] if isinstance(node, list) else node
