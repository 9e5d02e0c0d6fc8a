"""The topic and its messages as an AsyncAPI 3.0 document."""

from importlib.metadata import version
from typing import Any, Final

from contracts.envelope import CONTENT_TYPE, SOURCE_PREFIX
from contracts.events.readers import READERS
from contracts.events.registry import PRODUCER_OF, PRODUCERS, TYPES

Document = dict[str, Any]

KAFKA_BINDING: Final = "0.5.0"
SCHEMA_FORMAT: Final = "application/schema+json;version=draft-2020-12"
RETENTION_DAYS: Final = 7
PARTITIONS: Final = 4
"""The default; fixed when the topic is created."""

HEADERS: Final[Document] = {
    "type": "object",
    "description": "CloudEvents 1.0, Kafka binary mode: the attributes as headers, the data as the value.",
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "content-type"],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "description": "The event's id: a reader that has seen it does nothing."},
        "ce_source": {"enum": [SOURCE_PREFIX + producer for producer in PRODUCERS]},
        "ce_type": {"type": "string", "description": "The message's name."},
        "ce_time": {"type": "string", "format": "date-time", "description": "When it happened, in UTC."},
        "ce_subject": {"type": "string", "description": "The first case it touches, else the municipality."},
        "ce_sequence": {
            "type": "string",
            "pattern": "^[0-9]{1,18}$",
            "description": "Its number among its source's events, in the order they were made.",
        },
        "content-type": {"const": CONTENT_TYPE},
        "traceparent": {"type": "string", "description": "W3C trace context of what caused it."},
    },
}
DEAD_LETTER: Final[Document] = {
    "type": "object",
    "description": "That a message was given up; the message itself stays in the service's database (R20).",
    "required": ["id", "type", "reason"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "description": "The event's id; empty where none could be read."},
        "type": {"type": "string", "description": "The event's type; empty where none could be read."},
        "reason": {"type": "string", "description": "Why, without a word of the content."},
    },
}


def document() -> Document:
    """The whole document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Eskalera",
            "version": version("eskalera-contracts"),
            "description": "What the services of Eskalera tell each other: one topic, four producers, one order for "
            "each municipality. Every type's data is in schemas/, an example of each in examples/.",
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "variables": {"bootstrap": {"description": "KAFKA_BOOTSTRAP_SERVERS", "default": "127.0.0.1:9092"}},
            }
        },
        "channels": {"cases": _cases()} | {f"cases.dlq.{service}": _dead_letters(service) for service in PRODUCERS},
        "operations": _operations(),
        "components": {
            "messages": {name: _message(name) for name in sorted(TYPES)} | {"deadLetter": _dead_letter_message()},
            "messageTraits": {
                "cloudEvent": {
                    "contentType": CONTENT_TYPE,
                    "headers": HEADERS,
                    "bindings": _key("The municipality's id."),
                }
            },
        },
    }


def _prefix() -> Document:
    return {"prefix": {"description": "KAFKA_TOPIC_PREFIX; empty unless several installations share a cluster."}}


def _cases() -> Document:
    return {
        "address": "{prefix}cases",
        "title": "Cases",
        "description": "Every fact about cases, directories and persons. What is caused lies after its cause.",
        "parameters": _prefix(),
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in sorted(TYPES)},
        "bindings": {
            "kafka": {
                "partitions": PARTITIONS,
                "topicConfiguration": {
                    "cleanup.policy": ["delete"],
                    "retention.ms": RETENTION_DAYS * 24 * 3600 * 1000,
                },
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _dead_letters(service: str) -> Document:
    return {
        "address": f"{{prefix}}cases.dlq.{service}",
        "title": f"Dead letters of {service}",
        "description": f"Announces what {service} could not handle.",
        "parameters": _prefix(),
        "messages": {"deadLetter": {"$ref": "#/components/messages/deadLetter"}},
    }


def _operations() -> Document:
    operations: Document = {}
    for service in PRODUCERS:
        operations[f"{service}.states"] = {
            "action": "send",
            "summary": f"What {service} states",
            "channel": {"$ref": "#/channels/cases"},
            "messages": [
                {"$ref": f"#/channels/cases/messages/{name}"} for name in sorted(TYPES) if PRODUCER_OF[name] == service
            ],
        }
        operations[f"{service}.reads"] = {
            "action": "receive",
            "summary": f"What {service} takes in",
            "channel": {"$ref": "#/channels/cases"},
            "messages": [{"$ref": f"#/channels/cases/messages/{name}"} for name in sorted(READERS[service])],
            "bindings": {"kafka": {"groupId": {"const": service}, "bindingVersion": KAFKA_BINDING}},
        }
        operations[f"{service}.gives-up"] = {
            "action": "send",
            "summary": f"What {service} could not handle",
            "channel": {"$ref": f"#/channels/cases.dlq.{service}"},
        }
    return operations


def _message(name: str) -> Document:
    event = TYPES[name]
    return {
        "name": name,
        "title": event.__name__,
        "summary": (event.__doc__ or "").strip().splitlines()[0],
        "traits": [{"$ref": "#/components/messageTraits/cloudEvent"}],
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"./schemas/{name}.json"}},
        "tags": [{"name": PRODUCER_OF[name]}],
    }


def _dead_letter_message() -> Document:
    return {
        "name": "message.dead_lettered.v1",
        "title": "Dead letter",
        "contentType": CONTENT_TYPE,
        "headers": {
            "type": "object",
            "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject"],
            "properties": {
                "ce_specversion": {"const": "1.0"},
                "ce_id": {"type": "string"},
                "ce_source": {"type": "string"},
                "ce_type": {"const": "message.dead_lettered.v1"},
                "ce_time": {"type": "string", "format": "date-time"},
                "ce_subject": {"type": "string", "description": "The id of the event that was given up."},
            },
        },
        "payload": DEAD_LETTER,
        "bindings": _key("The id of the event that was given up."),
    }


def _key(what: str) -> Document:
    return {
        "kafka": {
            "key": {"type": "string", "description": what},
            "bindingVersion": KAFKA_BINDING,
        }
    }
