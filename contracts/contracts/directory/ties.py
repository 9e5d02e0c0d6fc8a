"""Rules that tie: equally specific, and both hold for some case that no more specific rule takes from them."""

from collections.abc import Iterator
from itertools import combinations

from contracts.directory.model import Directory
from contracts.directory.rules import Condition

Box = dict[str, frozenset[str | int]]
"""The cases for which something holds: the values of each field that is bound."""


def ties(directory: Directory) -> Iterator[tuple[int, int, str]]:
    """Positions of two tying rules, the earlier first, and the cases they share, in words."""
    for (i, one), (j, other) in combinations(enumerate(directory.matrix), 2):
        if one.when.specificity != other.when.specificity:
            continue
        overlap = _overlap(directory, one.when, other.when)
        if overlap is None:
            continue
        stronger = (rule.when for rule in directory.matrix if rule.when.specificity > one.when.specificity)
        if not any(_holds_for_all(directory, when, overlap) for when in stronger):
            yield i, j, _in_words(overlap)


def _overlap(directory: Directory, one: Condition, other: Condition) -> Box | None:
    """The cases that fit both; None where there are none."""
    box: Box = {}
    for condition in (one, other):
        for field, values in condition.written.items():
            box[field] = box[field] & frozenset(values) if field in box else frozenset(values)
    if "school" in box and "form" in box:
        box["school"] = frozenset(s for s in box["school"] if _forms(directory, frozenset({s})) <= box["form"])
    return box if all(box.values()) else None


def _holds_for_all(directory: Directory, when: Condition, box: Box) -> bool:
    """Whether a condition holds for every case of the box."""
    for field, values in when.written.items():
        bound = box.get(field)
        if bound is None and field == "form" and "school" in box:
            bound = _forms(directory, box["school"])
        if bound is None or not bound <= frozenset(values):
            return False
    return True


def _forms(directory: Directory, schools: frozenset[str | int]) -> frozenset[str | int]:
    known = (directory.schools_by_id.get(str(school)) for school in schools)
    return frozenset(school.form for school in known if school)


def _in_words(box: Box) -> str:
    parts = (f"{field} {' or '.join(sorted(str(value) for value in values))}" for field, values in box.items())
    return ", ".join(parts) or "every case"
