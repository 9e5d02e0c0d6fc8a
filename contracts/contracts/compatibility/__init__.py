"""May the new schema replace the old one? Compares JSON Schemas and names every breaking change.

Two things must go on working: readers of the version before, on new data, and new readers, on data written before
(rolling deploys; replay from the outboxes). So a field may be added with a default, and what is allowed may be widened
(readers are rolled out first); whatever was promised or accepted may not shrink. Something else is a new version of the
type, beside the old one.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

Schema = Mapping[str, Any]

_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_EXACT: Final = ("pattern", "format", "multipleOf", "uniqueItems")
_DESCENDS: Final = ("items", "propertyNames", "additionalProperties")
_SAYS_NOTHING: Final = frozenset(
    (
        "$schema",
        "$id",
        "$defs",
        "$comment",
        "title",
        "description",
        "default",
        "examples",
        "deprecated",
        "discriminator",
    )
)
_COMPARED: Final = frozenset(
    (
        *_LOWER,
        *_UPPER,
        *_EXACT,
        *_DESCENDS,
        "prefixItems",
        "properties",
        "required",
        "$ref",
        "type",
        "enum",
        "const",
        "anyOf",
        "oneOf",
    )
)
_INTEGER_IS_A_NUMBER: Final = frozenset({("integer", "number")})


class Breaking(NamedTuple):
    """One change that a reader or old data would not survive."""

    where: str
    """The field, as a path: `entry/disclosures/*/salt`; `` is the whole."""
    what: str

    def __str__(self) -> str:
        return f"{self.where or 'the data'}: {self.what}"


class _Side(NamedTuple):
    """A place in one of the two documents, with the document's definitions."""

    schema: Schema
    defs: Mapping[str, Schema]

    def at(self, schema: Any) -> "_Side":
        """Another place of the same document, its reference followed; `true` is the schema that allows all."""
        if schema is True or schema is False:
            return _Side({} if schema else {"enum": []}, self.defs)
        while "$ref" in schema:
            schema = self.defs[schema["$ref"].removeprefix("#/$defs/")]
        return _Side(schema, self.defs)


def compare(old: Schema, new: Schema) -> list[Breaking]:
    """Every breaking change from `old` to `new`; empty where `new` may replace it."""
    return list(_compare(_side(old), _side(new), "", frozenset()))


def compare_all(old: Mapping[str, Schema], new: Mapping[str, Schema]) -> dict[str, list[Breaking]]:
    """Breaking changes by the name of the schema; a schema that is gone is one."""
    found = {
        name: compare(schema, new[name]) if name in new else [Breaking("", "the type is gone")]
        for name, schema in sorted(old.items())
    }
    return {name: breaking for name, breaking in found.items() if breaking}


def _side(document: Schema) -> _Side:
    return _Side({}, document.get("$defs", {})).at(document)


def _compare(old: _Side, new: _Side, where: str, seen: frozenset[tuple[int, int]]) -> Iterator[Breaking]:
    pair = (id(old.schema), id(new.schema))
    if pair in seen:  # a model that contains itself
        return
    seen |= {pair}
    before, after = _alternatives(old), _alternatives(new)
    if len(before) == len(after) == 1:
        yield from _compare_one(before[0], after[0], where, seen)
        return
    for alternative in before:
        attempts = {n: list(_compare_one(alternative, candidate, where, seen)) for n, candidate in enumerate(after)}
        if all(attempts.values()):
            alike = [attempts[n] for n, candidate in enumerate(after) if _name(candidate) == _name(alternative)]
            yield from min(alike, key=len) if alike else [Breaking(where, f"no longer {_name(alternative)}")]


def _alternatives(side: _Side) -> list[_Side]:
    """A union's members; anything else is a union of one."""
    for keyword in ("anyOf", "oneOf"):
        if keyword in side.schema:
            return [part for member in side.schema[keyword] for part in _alternatives(side.at(member))]
    types = side.schema.get("type")
    if isinstance(types, list):
        return [side.at({**side.schema, "type": one}) for one in types]
    return [side]


def _name(side: _Side) -> str:
    schema = side.schema
    return str(schema.get("title") or schema.get("format") or schema.get("type") or "this value")


def _compare_one(old: _Side, new: _Side, where: str, seen: frozenset[tuple[int, int]]) -> Iterator[Breaking]:
    yield from _compare_type(old.schema, new.schema, where)
    yield from _compare_values(old.schema, new.schema, where)
    yield from _compare_bounds(old.schema, new.schema, where)
    yield from _compare_fields(old, new, where, seen)
    for keyword in _DESCENDS:
        if keyword in new.schema:
            place = f"{where}/*" if keyword != "propertyNames" else f"{where}/(names)"
            yield from _compare(old.at(old.schema.get(keyword, True)), new.at(new.schema[keyword]), place, seen)
    yield from _compare_tuples(old, new, where, seen)
    for keyword in sorted({*old.schema, *new.schema} - _COMPARED - _SAYS_NOTHING):
        if old.schema.get(keyword) != new.schema.get(keyword):
            yield Breaking(where, f"{keyword} changed, which this check does not understand")


def _compare_type(old: Schema, new: Schema, where: str) -> Iterator[Breaking]:
    before, after = old.get("type"), new.get("type")
    if after is not None and before != after and (before, after) not in _INTEGER_IS_A_NUMBER:
        yield Breaking(where, f"was {before or 'anything'}, is {after}")


def _compare_values(old: Schema, new: Schema, where: str) -> Iterator[Breaking]:
    before, after = _values(old), _values(new)
    if after is None:
        return
    if before is None:
        yield Breaking(where, f"allows only {after}" if after else "allows nothing else any more")
        return
    for value in before:
        if value not in after:
            yield Breaking(where, f"no longer {value!r}")


def _values(schema: Schema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _compare_bounds(old: Schema, new: Schema, where: str) -> Iterator[Breaking]:
    for keyword in _LOWER:
        if keyword in new and (keyword not in old or new[keyword] > old[keyword]) and new[keyword] != 0:
            yield Breaking(where, f"{keyword} is {new[keyword]}, was {old.get(keyword, 'none')}")
    for keyword in _UPPER:
        if keyword in new and (keyword not in old or new[keyword] < old[keyword]):
            yield Breaking(where, f"{keyword} is {new[keyword]}, was {old.get(keyword, 'none')}")
    for keyword in _EXACT:
        if new.get(keyword) not in (None, False, old.get(keyword)):
            yield Breaking(where, f"{keyword} is {new[keyword]}, was {old.get(keyword, 'none')}")


def _compare_fields(old: _Side, new: _Side, where: str, seen: frozenset[tuple[int, int]]) -> Iterator[Breaking]:
    before, after = old.schema.get("properties", {}), new.schema.get("properties", {})
    for name, schema in before.items():
        place = f"{where}/{name}" if where else name
        if name not in after:
            yield Breaking(place, "the field is gone")
        else:
            yield from _compare(old.at(schema), new.at(after[name]), place, seen)
    promised, needed = set(old.schema.get("required", ())), set(new.schema.get("required", ()))
    for name in sorted(needed - promised):
        yield Breaking(f"{where}/{name}" if where else name, "is required, was not")
    for name in sorted((promised - needed) & after.keys()):
        yield Breaking(f"{where}/{name}" if where else name, "is no longer sure to be there")


def _compare_tuples(old: _Side, new: _Side, where: str, seen: frozenset[tuple[int, int]]) -> Iterator[Breaking]:
    before, after = old.schema.get("prefixItems", []), new.schema.get("prefixItems", [])
    for number, schema in enumerate(after):
        earlier = before[number] if number < len(before) else True
        yield from _compare(old.at(earlier), new.at(schema), f"{where}/{number}", seen)
