"""Which keys there are at a place of a file, as its model says it: what was meant by one that there is not."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

Schema = Mapping[str, Any]


def keys_at(model: type[BaseModel], loc: Iterable[int | str]) -> list[str]:
    """Of the objects that may stand at `loc`, a path of pydantic's: with the names of alternatives in it."""
    root = _schema(model)
    here: list[Schema] = [root]
    for part in loc:
        tagged = [each["discriminator"]["mapping"].get(part) for each in here if "discriminator" in each]
        if any(tagged):
            here = [{"$ref": ref} for ref in tagged if ref]
            continue
        here = [inner for each in _whole(root, here) for inner in _below(each, part)] or here
    return sorted({name for each in _whole(root, here) for name in each.get("properties", {})})


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _whole(root: Schema, some: Iterable[Schema]) -> Iterator[Schema]:
    """Each, and each of its alternatives."""
    for each in some:
        yield each
        if "$ref" in each:
            yield from _whole(root, [root["$defs"][str(each["$ref"]).rpartition("/")[2]]])
        for how in ("anyOf", "oneOf", "allOf"):
            yield from _whole(root, each.get(how, ()))


def _below(schema: Schema, part: int | str) -> Iterator[Schema]:
    found = schema.get("items") if isinstance(part, int) else schema.get("properties", {}).get(part)
    if found is None and isinstance(part, str):
        found = schema.get("additionalProperties")
    if isinstance(found, dict):
        yield found
