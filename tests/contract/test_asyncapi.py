"""The AsyncAPI document is valid and complete."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator

from contracts import asyncapi, envelope, generate
from contracts.events.registry import PRODUCER_OF, PRODUCERS, TYPES
from contracts.examples import EXAMPLES

META_SCHEMA = Path(__file__).parent / "vendored/asyncapi/3.0.0.json"


@pytest.fixture(scope="module")
def meta() -> Draft7Validator:
    return Draft7Validator(json.loads(META_SCHEMA.read_text()))


@pytest.fixture
def document() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((generate.CHECKOUT / "contracts/asyncapi.yaml").read_text())
    return read


def test_the_document_is_valid_asyncapi_3(meta: Draft7Validator, document: dict[str, Any]) -> None:
    assert [error.message[:200] for error in meta.iter_errors(document)] == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("operations", "routing.states", "action"), "shouts"),
        (("channels", "cases", "address"), 7),
        (("components", "messages", "ticket.filed.v1", "payload", "schemaFormat"), 7),
        (("asyncapi",), "2.6.0"),
    ],
)
def test_the_check_sees_a_wrong_document(
    meta: Draft7Validator, document: dict[str, Any], place: tuple[str, ...], value: object
) -> None:
    broken = copy.deepcopy(document)
    inner = broken
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    assert not meta.is_valid(broken)


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in references(value)]
    return [found for value in node for found in references(value)] if isinstance(node, list) else []


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in references(document):
        if reference.startswith("#/"):
            inner = document
            for step in reference[2:].split("/"):
                inner = inner[step]
        else:
            assert (generate.CHECKOUT / "contracts" / reference).exists(), reference


def test_every_type_is_a_message_that_its_producer_sends(document: dict[str, Any]) -> None:
    for name in TYPES:
        operation = document["operations"][f"{PRODUCER_OF[name]}.states"]
        assert {"$ref": f"#/channels/cases/messages/{name}"} in operation["messages"]
    assert sum(len(document["operations"][f"{producer}.states"]["messages"]) for producer in PRODUCERS) == len(TYPES)


@pytest.mark.parametrize("name", sorted(TYPES))
def test_the_headers_that_really_travel_are_those_described(name: str) -> None:
    assert list(Draft202012Validator(asyncapi.HEADERS).iter_errors(envelope.attributes(EXAMPLES[name]))) == []
