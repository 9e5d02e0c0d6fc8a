"""What would change, in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, Literal

from pydantic_core import to_jsonable_python

from contracts.directory.model import Directory
from contracts.directory.phrases import length
from contracts.directory.urgency import Urgencies

_NOUNS = {
    "administrations": "administration",
    "schools": "school",
    "teams": "team",
    "vendors": "vendor",
    "services": "service",
    "device_classes": "device class",
    "calendars": "calendar",
    "agreements": "agreement",
    "policies": "policy",
    "matrix": "rule",
    "roles": "role",
}
_KEYS = ("id", "urgency")
"""Fields by which two lists' items are recognised as the same one."""

_NOTHING: tuple[object, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference."""

    kind: Literal["added", "removed", "changed"]
    what: str
    """The thing in words: "school 'ekbacken'", "vendor 'network', connection.url"."""
    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        match self.kind:
            case "added":
                return f"{self.what} is new" + (f": {self.after}" if self.after else "")
            case "removed":
                return f"{self.what} is removed" + (f" (was {self.before})" if self.before else "")
            case "changed":
                return f"{self.what}: {self.before} becomes {self.after}"


def diff(old: Directory, new: Directory) -> list[Change]:
    """Every difference of meaning from `old` to `new`; comments and order of named things do not count."""
    before, after = _plain(old.model_dump()), _plain(new.model_dump())
    changes: list[Change] = []
    for field in Directory.model_fields:
        noun = _NOUNS.get(field)
        if field == "urgencies":
            changes += _compare_urgencies(old.urgencies, new.urgencies)
        elif noun is None:
            changes += _compare(field, before[field], after[field])
        else:
            changes += _compare_named(noun, before[field], after[field])
    return changes


def diff_people(old: Iterable[dict[str, Any]], new: Iterable[dict[str, Any]]) -> list[Change]:
    """Who is new, who leaves, and what is another of whom; each has an `id`. Their order does not count."""
    return list(_compare_named("person", _plain(list(old)), _plain(list(new))))


def _plain(value: Any) -> Any:
    """As JSON has it, but a duration as the file writes it: "30 min"."""
    if isinstance(value, timedelta):
        return length(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else to_jsonable_python(value)


def _compare_urgencies(old: Urgencies, new: Urgencies) -> Iterator[Change]:
    """By need and impact, however the rows put them together."""
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    yield from _compare_named("need", before["needs"], after["needs"])
    yield from _compare_named("impact", before["impacts"], after["impacts"])
    for need, impact in {**old.table, **new.table}:
        what = f"urgency of {need!r} with {impact!r}"
        yield from _compare(what, old.table.get((need, impact)), new.table.get((need, impact)))


def _compare_named(noun: str, before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> Iterator[Change]:
    was, is_ = {item["id"]: item for item in before}, {item["id"]: item for item in after}
    for name, item in was.items():
        if name in is_:
            yield from _compare(f"{noun} {name!r}", item, is_[name])
        else:
            yield Change("removed", f"{noun} {name!r}")
    for name in is_:
        if name not in was:
            yield Change("added", f"{noun} {name!r}")


def _compare(what: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict) and _sort(before) == _sort(after):
        join = "." if "'" not in what or ", " in what else ", "
        for key in {**before, **after}:
            yield from _compare(f"{what}{join}{key}", before.get(key), after.get(key))
    elif (key := _key_of(before, after)) is not None:
        was, is_ = {item[key]: item for item in before}, {item[key]: item for item in after}
        for name in {**was, **is_}:
            yield from _compare(f"{what} {name}", was.get(name), is_.get(name))
    elif before and after and _are_objects(before) and _are_objects(after):
        yield from _compare_in_order(what, before, after)
    elif before in _NOTHING:
        yield Change("added", what, after=_shown(after))
    elif after in _NOTHING:
        yield Change("removed", what, before=_shown(before))
    else:
        yield Change("changed", what, _shown(before), _shown(after))


def _compare_in_order(what: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
    """Items without a name, such as a policy's steps: by their place, from 1, in the new list where it is there."""
    same = SequenceMatcher(None, [repr(item) for item in before], [repr(item) for item in after], autojunk=False)
    for tag, was_from, was_to, from_, to in same.get_opcodes():
        if tag == "equal":
            continue
        for was, is_ in zip_longest(range(was_from, was_to), range(from_, to)):
            place = was if is_ is None else is_
            old, new = (None if was is None else before[was]), (None if is_ is None else after[is_])
            yield from _compare(f"{what} {place + 1}", old, new)


def _sort(item: dict[str, Any]) -> list[Any]:
    """What kind of step or occasion it is: another one is told as a whole."""
    return [item[field] for field in ("do", "when") if isinstance(item.get(field), str)]


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _key_of(before: Any, after: Any) -> str | None:
    """The field that names the items of two lists of objects."""
    if not (isinstance(before, list) and isinstance(after, list)):
        return None
    items = [*before, *after]
    return next((k for k in _KEYS if items and all(isinstance(i, dict) and k in i for i in items)), None)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_shown(v)}" for k, v in value.items() if v not in _NOTHING) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    return str(value)
