"""Rules that tie: equally specific, and both hold for some case that no more specific rule takes from them."""

from collections.abc import Iterator
from itertools import combinations, islice

from contracts.directory.model import Directory
from contracts.directory.rules import Condition

Box = dict[str, frozenset[str | int]]
"""The cases for which something holds: the values of each field that is bound."""

MOST_TOLD = 20
"""Ties that are told at once: who mends them sees the rest the next time."""


def ties(directory: Directory) -> Iterator[tuple[int, int, str]]:
    """Positions of two tying rules, the earlier first, and the cases they share, in words; the first `MOST_TOLD`."""
    return islice(_ties(directory), MOST_TOLD)


def _ties(directory: Directory) -> Iterator[tuple[int, int, str]]:
    boxes = [_box(rule.when) for rule in directory.matrix]
    stronger = {size: [box for box in boxes if len(box) > size] for size in {len(box) for box in boxes}}
    for (i, one), (j, other) in combinations(enumerate(boxes), 2):
        if len(one) != len(other):
            continue
        overlap = _overlap(directory, one, other)
        if overlap is not None and not _is_taken(directory, stronger[len(one)], overlap):
            yield i, j, _in_words(overlap)


def _box(when: Condition) -> Box:
    return {field: frozenset(values) for field, values in when.written.items()}


def _overlap(directory: Directory, one: Box, other: Box) -> Box | None:
    """The cases that fit both; None where there are none."""
    box = {**one, **other, **{field: one[field] & other[field] for field in one.keys() & other.keys()}}
    if "school" in box and "form" in box:
        box["school"] = frozenset(s for s in box["school"] if _forms(directory, frozenset({s})) <= box["form"])
    return box if all(box.values()) else None


def _is_taken(directory: Directory, stronger: list[Box], overlap: Box) -> bool:
    """Whether one of the more specific rules holds for every case of the box."""
    if "form" not in overlap and "school" in overlap:
        overlap = {**overlap, "form": _forms(directory, overlap["school"])}
    return any(all(field in overlap and overlap[field] <= values for field, values in box.items()) for box in stronger)


def _forms(directory: Directory, schools: frozenset[str | int]) -> frozenset[str | int]:
    known = (directory.schools_by_id.get(str(school)) for school in schools)
    return frozenset(school.form for school in known if school)


def _in_words(box: Box) -> str:
    parts = (f"{field} {' or '.join(sorted(str(value) for value in values))}" for field, values in box.items())
    return ", ".join(parts) or "every case"
