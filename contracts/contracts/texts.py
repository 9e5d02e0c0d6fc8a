"""What a line of text may hold that many will read, whoever wrote it."""

import re

_PERSONNUMMER = re.compile(r"\b(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[67-9]\d)[-+ ]?\d{4}\b")

_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
"""White space, control characters, and those that turn the direction of what follows them."""


def names_a_person(title: str) -> bool:
    """Whether a personal identity number stands in it: many read titles."""
    return bool(_PERSONNUMMER.search(title))


def one_line(text: str) -> str:
    """Line breaks and other control characters as one space: a title stands in mails' headers, lists and logs."""
    return _CONTROL.sub(" ", text).strip()


def folded(word: str) -> str:
    """A name or a word as it is looked up: whatever its case, with single spaces and none around it."""
    return " ".join(word.casefold().split())


def says_something(text: str) -> bool:
    """Whether there is anything to see: spaces and invisible characters alone are no title."""
    return any(character.isprintable() and not character.isspace() for character in text)
