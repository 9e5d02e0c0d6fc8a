"""Findings of the checks, and what most of them look for: names that are not known, or there twice."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.directory.errors import Loc
from contracts.texts import folded


@dataclass(frozen=True, slots=True)
class Finding:
    """One error, at a path of the document."""

    loc: Loc
    message: str


@dataclass(frozen=True)
class Names:
    """The ids one may refer to."""

    schools: frozenset[str]
    services: frozenset[str]
    device_classes: frozenset[str]
    calendars: frozenset[str]
    agreements: frozenset[str]
    policies: frozenset[str]
    administrations: frozenset[str]
    parties: frozenset[str]


def refer(what: str, loc: Loc, name: str, known: Iterable[str]) -> Iterator[Finding]:
    """A finding where `name` is not known, with the nearest one that is."""
    options = sorted(known)
    if name in options:
        return
    near = difflib.get_close_matches(name, options, n=1)
    yield Finding(loc, f"unknown {what} {name!r}" + (f", did you mean {near[0]!r}?" if near else ""))


def twice(found: Iterable[tuple[Loc, str]], what: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for loc, name in found:
        if folded(name) in seen:
            yield Finding(loc, f"{what} {name!r} is there already")
        seen.add(folded(name))
