"""What pydantic finds wrong, in plain words; its own name Python's classes, or repeat what was sent.

`fault` makes of one finding the place and the words that a caller is shown; the words follow the place:
"/title is required".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic import ValidationError

from chassis.problems import Fault, pointer

MOST: Final = 20
"""Findings shown of one input."""
NOT_JSON: Final = "is not JSON"
TOO_DEEP: Final = "is nested too deeply"
NOT_OBJECT: Final = "is no JSON object"
NUL: Final = "must not contain the character U+0000"
SURROGATE: Final = "contains half of a surrogate pair"
_OTHER: Final = "is not what is wanted here"

_WHOLE: Final = "is no whole number"
_NUMBER: Final = "is no number"
_TRUTH: Final = "is neither true nor false"
_LIST: Final = "is no list"
_TEXT: Final = "is no text"
_TIME: Final = "is no time such as 2026-10-05T07:33:35+02:00"
_DATE: Final = "is no date such as 2026-10-05"
_LENGTH: Final = "is no length of time such as PT2H"
_WORDS: Final[Mapping[str, str]] = {
    "missing": "is required",
    "extra_forbidden": "unknown field",
    "json_invalid": NOT_JSON,
    "json_type": NOT_JSON,
    "recursion_loop": TOO_DEEP,
    "recursion_depth_exceeded": TOO_DEEP,
    "model_type": NOT_OBJECT,
    "model_attributes_type": NOT_OBJECT,
    "dataclass_type": NOT_OBJECT,
    "dict_type": NOT_OBJECT,
    "mapping_type": NOT_OBJECT,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "iterable_type": _LIST,
    "too_short": "has fewer than {min_length} entries",
    "too_long": "has more than {max_length} entries",
    "union_tag_invalid": "is none of {expected_tags}",
    "union_tag_not_found": "is required",
    "literal_error": "is none of {expected}",
    "enum": "is none of {expected}",
    "none_required": "must be null",
    "string_type": _TEXT,
    "string_unicode": SURROGATE,
    "string_too_short": "has fewer than {min_length} characters",
    "string_too_long": "has more than {max_length} characters",
    "string_pattern_mismatch": "is not written in the form that is wanted here",
    "bytes_type": _TEXT,
    "bytes_too_short": "has fewer than {min_length} bytes",
    "bytes_too_long": "has more than {max_length} bytes",
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "is too large a number",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "datetime_from_date_parsing": _TIME,
    "timezone_aware": "has no offset from UTC, such as +02:00",
    "time_type": "is no time of day such as 07:33",
    "time_parsing": "is no time of day such as 07:33",
    "time_delta_type": _LENGTH,
    "time_delta_parsing": _LENGTH,
    "uuid_type": "is no UUID",
    "uuid_parsing": "is no UUID",
    "url_type": "is no address such as https://example.org/",
    "url_parsing": "is no address such as https://example.org/",
    "url_scheme": "is no address such as https://example.org/",
}
_PATTERNS: Final[Mapping[str, str]] = {r"^[^\x00]*$": NUL}
"""Patterns that have a meaning of their own."""
_DEPTH: Final = "recursion limit"
"""In pydantic's words of what cannot be read: it is JSON for all that."""
_OWN_WORDS: Final = frozenset({"value_error", "assertion_error"})


def words(entry: Mapping[str, Any]) -> str:
    """One of `ValidationError.errors()` as a sentence about its place, without what was sent."""
    kind, context = entry["type"], entry.get("ctx") or {}
    if kind == "json_invalid" and _DEPTH in str(context.get("error")):
        return TOO_DEEP
    if kind in _OWN_WORDS:  # a validator of ours said it
        return str(entry["msg"]).partition(", ")[2] or _OTHER
    if kind in ("string_too_short", "too_short") and context.get("min_length") == 1:
        return "is empty"
    if kind in ("literal_error", "enum") and " or " not in context["expected"]:
        return f"is not {context['expected']}"
    return _PATTERNS.get(context.get("pattern", "")) or _WORDS.get(kind, _OTHER).format_map(context)


def why_unread(error: ValueError) -> str:
    """Of bytes that are no JSON to `pydantic_core.from_json`."""
    return TOO_DEEP if _DEPTH in str(error) else NOT_JSON


def fault(entry: Mapping[str, Any]) -> Fault:
    """One of `ValidationError.errors()` as a caller is shown it."""
    place = list(entry["loc"])
    if place[:1] == ["body"]:
        del place[0]
    if place[-1:] == ["[key]"]:  # pydantic's mark of a name that is wrong itself
        del place[-1]
    if entry["type"] == "json_invalid":
        place = []  # pydantic gives the position in the text, which is no place in the document
    if entry["type"] in ("union_tag_invalid", "union_tag_not_found"):  # of a union: the field that tells its kind
        place.append(entry["ctx"]["discriminator"].strip("'"))
    return {"pointer": pointer(*place), "detail": words(entry)}


def faults(error: ValidationError, tags: Collection[str] = ()) -> list[Fault]:
    """The first of what is wrong with an input. `tags`: a union's alternatives, which are no part of its body."""
    found = error.errors(include_input=False, include_url=False)[:MOST]
    return [fault({**entry, "loc": _without_tag(entry["loc"], tags)}) for entry in found]


def _without_tag(place: tuple[int | str, ...], tags: Collection[str]) -> tuple[int | str, ...]:
    return place[1:] if place and place[0] in tags else place
