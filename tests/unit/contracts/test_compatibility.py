"""A change that readers in the field, or old events, would not survive is named; growth is let pass."""

import copy
from typing import Any

import pytest

from contracts.compatibility import compare, compare_all
from contracts.schemas import event_schemas

BEFORE: dict[str, Any] = {
    "type": "object",
    "required": ["case", "count", "who", "state"],
    "properties": {
        "case": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 20},
        "count": {"type": "integer", "minimum": 1, "maximum": 4},
        "score": {"type": "number"},
        "state": {"enum": ["new", "closed"], "type": "string"},
        "always": {"const": "cases", "type": "string"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        "free": {},
        "who": {"$ref": "#/$defs/Actor"},
        "heads": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Head"}},
        "words": {
            "type": "object",
            "propertyNames": {"enum": ["sv", "en"]},
            "additionalProperties": {"type": "string"},
        },
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
        "step": {"oneOf": [{"$ref": "#/$defs/Wait"}, {"$ref": "#/$defs/Notify"}]},
        "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
        "due": {"type": "string", "format": "date-time"},
    },
    "$defs": {
        "Actor": {"type": "object", "required": ["party"], "properties": {"party": {"type": "string"}}},
        "Head": {"type": "object", "required": ["seq"], "properties": {"seq": {"type": "integer"}}},
        "Part": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}}},
        },
        "Wait": {"type": "object", "title": "Wait", "properties": {"do": {"const": "wait"}}},
        "Notify": {"type": "object", "title": "Notify", "properties": {"do": {"const": "notify"}}},
    },
}


def after(*path: str, **change: Any) -> dict[str, Any]:
    """BEFORE with the schema at `path` changed; a value of None removes the keyword."""
    schema = copy.deepcopy(BEFORE)
    place = schema
    for step in path:
        place = place[step]
    for keyword, value in change.items():
        if value is None:
            del place[keyword]
        else:
            place[keyword] = value
    return schema


def prop(name: str, **change: Any) -> dict[str, Any]:
    return after("properties", name, **change)


BREAKING = {
    "a removed field": (after("properties", score=None), ["score: the field is gone"]),
    "a removed field of a shared part": (
        after("$defs", "Actor", "properties", party=None),
        ["who/party: the field is gone"],
    ),
    "a narrowed type": (prop("score", type="integer"), ["score: was number, is integer"]),
    "another type": (prop("case", type="integer"), ["case: was string, is integer"]),
    "a type where anything went": (prop("free", type="string"), ["free: was anything, is string"]),
    "no longer null": (after("properties", note={"type": "string"}), ["note: no longer null"]),
    "a removed value": (prop("state", enum=["new"]), ["state: no longer 'closed'"]),
    "listed values where any string went": (prop("due", enum=["now"]), ["due: allows only ['now']"]),
    "another constant": (prop("always", const="case"), ["always: no longer 'cases'"]),
    "a pattern": (prop("due", pattern="Z$"), ["due: pattern is Z$, was none"]),
    "another pattern": (prop("case", pattern="^[a-z]$"), ["case: pattern is ^[a-z]$, was ^[a-z]+$"]),
    "another format": (prop("due", format="date"), ["due: format is date, was date-time"]),
    "a higher minimum": (prop("count", minimum=2), ["count: minimum is 2, was 1"]),
    "a lower maximum": (prop("count", maximum=3), ["count: maximum is 3, was 4"]),
    "a new bound": (prop("parts", minItems=1), ["parts: minItems is 1, was none"]),
    "a shorter text": (prop("case", maxLength=19), ["case: maxLength is 19, was 20"]),
    "only once each": (prop("parts", uniqueItems=True), ["parts: uniqueItems is True, was none"]),
    "a new required field": (
        after(required=["case", "count", "who", "state", "school"]) | {},
        ["school: is required, was not"],
    ),
    "a field that became required": (
        after(required=["case", "count", "who", "state", "note"]),
        ["note: is required, was not"],
    ),
    "a field that readers rely on became optional": (
        after(required=["case", "who", "state"]),
        ["count: is no longer sure to be there"],
    ),
    "required inside a map's values": (
        after("$defs", "Head", required=["seq", "hash"]),
        ["heads/*/hash: is required, was not"],
    ),
    "a language less": (
        after("properties", "words", propertyNames={"enum": ["sv"]}),
        ["words/(names): no longer 'en'"],
    ),
    "a closed object": (after(additionalProperties=False), ["/*: allows nothing else any more"]),
    "inside a part that contains itself": (
        after("$defs", "Part", "properties", "name", type="integer"),
        ["parts/*/name: was string, is integer"],
    ),
    "one alternative less": (
        after("properties", step={"oneOf": [{"$ref": "#/$defs/Wait"}]}),
        ["step: no longer Notify"],
    ),
    "an alternative that changed": (
        after("$defs", "Wait", "properties", "do", const="pause"),
        ["step/do: no longer 'wait'"],
    ),
    "a place of a pair": (
        after("properties", "pair", prefixItems=[{"type": "string"}, {"type": "string"}]),
        ["pair/1: was integer, is string"],
    ),
    "what the check does not understand": (
        after(dependentRequired={"note": ["who"]}),
        ["the data: dependentRequired changed, which this check does not understand"],
    ),
}


@pytest.mark.parametrize("what", BREAKING)
def test_it_names(what: str) -> None:
    changed, expected = BREAKING[what]
    assert [str(breaking) for breaking in compare(BEFORE, changed)] == expected


GROWTH = {
    "nothing": BEFORE,
    "a new optional field": after("properties", school={"type": "string"}),
    "a new value": prop("state", enum=["new", "waiting", "closed"]),
    "a wider type": prop("count", type="number"),
    "also null": after("properties", due={"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}),
    "a list of types": prop("score", type=["number", "null"]),
    "wider bounds": prop("count", minimum=0, maximum=None),
    "no pattern any more": prop("case", pattern=None),
    "anything": after("properties", score={}),
    "another text about it": prop("case", description="Which case.", title="Case", default="a"),
    "another alternative": after(
        "properties", "note", anyOf=[{"type": "string"}, {"type": "null"}, {"type": "integer"}]
    ),
    "a renamed part": {
        **after("properties", who={"$ref": "#/$defs/Person"}),
        "$defs": BEFORE["$defs"] | {"Person": BEFORE["$defs"]["Actor"]},
    },
}


@pytest.mark.parametrize("what", GROWTH)
def test_it_lets_pass(what: str) -> None:
    assert compare(BEFORE, GROWTH[what]) == []


def test_a_type_that_is_gone_is_named_and_a_new_one_is_not() -> None:
    found = compare_all({"a.b.v1": BEFORE, "a.c.v1": BEFORE}, {"a.c.v1": BEFORE, "a.d.v1": BEFORE})
    assert {name: [str(change) for change in changes] for name, changes in found.items()} == {
        "a.b.v1": ["the data: the type is gone"]
    }


def test_the_real_schemas_are_compatible_with_themselves() -> None:
    schemas = event_schemas()
    assert compare_all(schemas, copy.deepcopy(schemas)) == {}


@pytest.mark.parametrize("name", sorted(event_schemas()))
def test_a_field_removed_from_a_real_schema_is_named(name: str) -> None:
    old = event_schemas()[name]
    for field in old["properties"]:
        new = copy.deepcopy(old)
        del new["properties"][field]
        assert f"{field}: the field is gone" in [str(change) for change in compare(old, new)]


def test_a_changed_salt_deep_in_an_entry_is_named() -> None:
    old = event_schemas()["timeline.entry_recorded.v1"]
    new = copy.deepcopy(old)
    new["$defs"]["Disclosure"]["properties"]["salt"]["type"] = "integer"
    assert [str(change) for change in compare(old, new)] == ["entry/disclosures/*/salt: was string, is integer"]
