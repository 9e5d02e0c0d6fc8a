"""What a request asks of a list: `fields`, `offset`, `limit`, `sort`, and filters by the attributes of its summary."""

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from vendor_bridge.tmf.errors import Refused

USUAL_LIMIT: Final = 50
LARGEST_LIMIT: Final = 200
MOST_FILTERS: Final = 20
_DATES: Final = frozenset({"creationDate", "lastUpdate", "timeRaised", "timeChanged"})
_SAME: Final[Mapping[str, str]] = {"externalIdentifier.id": "externalId"}
_UNSERVED: Final = frozenset({"filter", "before", "after"})
_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}

Summary = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition; several values mean one of them."""

    attribute: str
    how: str
    values: tuple[str, ...]

    def holds(self, summary: Summary) -> bool:
        value = summary.get(self.attribute)
        if self.how == "eq" and self.attribute not in _DATES:
            return value in self.values
        if value is None:
            return False
        return any(_OPERATORS[self.how](_time(value), _time(wanted)) for wanted in self.values)


@dataclass(frozen=True, slots=True)
class Query:
    fields: frozenset[str] | None = None
    offset: int = 0
    limit: int = USUAL_LIMIT
    sort: tuple[str, bool] = ("creationDate", False)
    """(attribute, whether the largest comes first)"""
    filters: tuple[Filter, ...] = ()

    def matches(self, summary: Summary) -> bool:
        return all(condition.holds(summary) for condition in self.filters)


def parse_list(given: Iterable[tuple[str, str]], attributes: Collection[str], filterable: Collection[str]) -> Query:
    """Raises Refused for what is no attribute, no number, no time; nothing is silently ignored."""
    fields: frozenset[str] | None = None
    numbers = {"offset": 0, "limit": USUAL_LIMIT}
    sort = ("creationDate", False)
    filters: list[Filter] = []
    for name, value in given:
        if name == "fields":
            fields = parse_fields(value, attributes)
        elif name in numbers:
            numbers[name] = _number(name, value)
        elif name == "sort":
            sort = (_attribute(value.removeprefix("-"), filterable), value.startswith("-"))
        elif name in _UNSERVED:
            raise Refused(501, f"{name} is not served here: filter by attributes, page by offset and limit.")
        else:
            filters.append(_filter(name, value, filterable))
    if len(filters) > MOST_FILTERS:
        raise Refused(400, f"More than {MOST_FILTERS} filters.")
    return Query(fields, numbers["offset"], min(numbers["limit"], LARGEST_LIMIT), sort, tuple(filters))


def parse_one(given: Iterable[tuple[str, str]], attributes: Collection[str]) -> frozenset[str] | None:
    """The `fields` of a request for one resource, None for all of it."""
    fields = None
    for name, value in given:
        if name != "fields":
            raise Refused(400, f"{_shown(name)} is no parameter here.")
        fields = parse_fields(value, attributes)
    return fields


def parse_filters(given: Iterable[tuple[str, str]], filterable: Collection[str]) -> tuple[Filter, ...]:
    """Conditions alone, as a listener gives them."""
    return tuple(_filter(name, value, filterable) for name, value in given)


def parse_fields(value: str, attributes: Collection[str]) -> frozenset[str]:
    """The first-level attributes that are named."""
    names = frozenset(name.strip() for name in value.split(",") if name.strip())
    if not names:
        raise Refused(400, "fields names no attribute: leave it out for all of them.")
    for name in sorted(names):
        if name not in attributes:
            raise Refused(400, f"fields: {_shown(name)} is no attribute of this resource.")
    return names


def chosen(resource: Mapping[str, Any], fields: frozenset[str] | None, mandatory: frozenset[str]) -> dict[str, Any]:
    """Exactly the attributes that were asked for, and those that are never left out."""
    if fields is None:
        return dict(resource)
    return {name: value for name, value in resource.items() if name in fields | mandatory}


def _filter(name: str, value: str, filterable: Collection[str]) -> Filter:
    base, _, last = name.rpartition(".")
    how = last if base and last in _OPERATORS else "eq"
    attribute = base if base and how == last else name
    if attribute[-1:] in "<>":  # creationDate>=…
        attribute, how = attribute[:-1], "gte" if attribute.endswith(">") else "lte"
    attribute = _attribute(_SAME.get(attribute, attribute), filterable)
    values = tuple(part.strip() for part in value.split(","))
    if how != "eq" and attribute not in _DATES:
        raise Refused(400, f"{attribute} is compared by equality only.")
    if attribute in _DATES:
        for part in values:
            _time(part)
    return Filter(attribute, how, values)


def _attribute(name: str, filterable: Collection[str]) -> str:
    if name not in filterable:
        possible = ", ".join(sorted(filterable))
        raise Refused(400, f"{_shown(name)} is nothing to filter or sort by. Possible: {possible}.")
    return name


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= 9):
        raise Refused(400, f"{name} is no whole number of 0 or more.")
    return int(value)


def _time(value: str) -> datetime:
    try:
        at = datetime.fromisoformat(value.strip().replace(" ", "+"))  # a plus sign that was not encoded
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(400, f"{_shown(value)} is no time such as 2026-10-05T07:33:35Z.") from None


def _shown(text: str) -> str:
    """What was sent, short and in quotes."""
    return repr(text[:60])
