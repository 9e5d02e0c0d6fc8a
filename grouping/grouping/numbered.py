"""Things that people tell apart by a number: `Elevdator 14`, `printer no 2`, `paddorna 3 och 5`."""

import re

from grouping.lexicon import Places
from grouping.text import forms

_NUMBERED = re.compile(
    r"\b([a-z]{2,})[ -]?(?:(?:nr|no|nummer|number)\b\.? ?|# ?)?"
    r"(\d{1,4}[a-f]?(?:(?: ?, ?| (?:och|and|samt|&) )\d{1,4}[a-f]?)*)\b(?![:.-]\d| \d|%)(?= ?([a-z]*))"
)
"""A word, the numbers after it, and the word after these; a time, a date or a telephone's number is none."""
_NUMBER = re.compile(r"\d+[a-f]?")


def things(plain: str, places: Places) -> frozenset[str]:
    """The numbers, without zeros before them; `plain` is folded. A number of times, days or people is no name."""
    return frozenset(
        number.lstrip("0") or "0"
        for word, numbers, after in _NUMBERED.findall(plain)
        if _is_device(word, places) and not after.startswith(places.measures) and after not in places.parts
        for number in _NUMBER.findall(numbers)
    )


def _is_device(word: str, places: Places) -> bool:
    return any(form.endswith(places.numbered) for form in forms(word))
