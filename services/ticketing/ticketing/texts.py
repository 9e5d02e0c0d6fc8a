"""Every sentence of the pages, in Swedish and English: flat keys, named placeholders, one file each.

A key that differs by number has the forms `<key>.one` and `<key>.other`; a family of keys that follows an
enum (`status.received`, …) is named in `FAMILIES`, so that a test can prove every member has its word.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import get_args

import yaml
from markupsafe import Markup, escape

from contracts.directory.parties import Profile
from contracts.values import NextStage
from ticketing.views import (
    EFFECTS,
    FILTERS,
    KINDS,
    LANGUAGES,
    RAIL_PLACES,
    SPOKEN_KINDS,
    ClockState,
    Decided,
    Failure,
    HandOffState,
    Health,
    Language,
    Light,
    Promise,
    Reader,
    RequestState,
    Status,
    Tab,
    WayHealth,
    WorkState,
)


def _values(enum: type[StrEnum]) -> tuple[str, ...]:
    return tuple(member.value for member in enum)


FAMILIES: Mapping[str, Iterable[str]] = {
    "status": _values(Status),
    "reader_mark": _values(Reader),
    "health": _values(Health),
    "promise": _values(Promise),
    "clock": _values(ClockState),
    "request": _values(RequestState),
    "hand_off": _values(HandOffState),
    "tab": _values(Tab),
    "entry": SPOKEN_KINDS,
    "failure_title": _values(Failure),
    "failure_text": _values(Failure),
    "filter": FILTERS,
    "rail": RAIL_PLACES,
    "urgency_number": ("1", "2", "3", "4"),
    "kind": KINDS,
    "kind_hint": KINDS,
    "light": _values(Light),
    "decided": _values(Decided),
    "stage": get_args(NextStage),
    "stage_hint": get_args(NextStage),
    "effect": EFFECTS,
    "work_state": _values(WorkState),
    "way": _values(WayHealth),
    "way_means": _values(WayHealth),
    "vendor_profile": get_args(Profile),
}


@cache
def catalogue(language: Language) -> Mapping[str, Markup]:
    """All texts of a language, escaped once; placeholders stay and escape what is put into them."""
    raw = yaml.safe_load((files("ticketing") / "texts" / f"{language}.yaml").read_text("utf-8"))
    return {key: escape(text) for key, text in raw.items()}


def text(language: Language, key: str, /, **values: object) -> Markup:
    """One text, safe for HTML. KeyError: no such key, or a placeholder was not given."""
    found = catalogue(language)[key]
    if not values:
        return found
    # Markup.format walks the text in Python; the text is safe already, so only the values are escaped.
    return Markup(str.format(found, **{name: escape(value) for name, value in values.items()}))  # noqa: S704


def counted(language: Language, key: str, number: int, /, **values: object) -> Markup:
    """The form of a text for this number, which is its placeholder `n`."""
    return text(language, f"{key}.{'one' if number == 1 else 'other'}", n=number, **values)


def member(language: Language, family: str, value: str, /, **values: object) -> Markup:
    """The word of one member of a family: `status` and `received`."""
    return text(language, f"{family}.{value}", **values)


__all__ = ["FAMILIES", "LANGUAGES", "catalogue", "counted", "member", "text"]
