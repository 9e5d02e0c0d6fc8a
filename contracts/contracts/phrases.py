"""Sentences that the bridge writes in English, for logs and a vendor's engineer, put into Swedish by a table."""

import re
from collections.abc import Callable, Iterable

Phrases = tuple[tuple[re.Pattern[str], str], ...]


def phrases(*said: tuple[str, str]) -> Phrases:
    """Of (pattern of the English sentence, its Swedish with `{0}`, `{1}` for the pattern's groups)."""
    return tuple((re.compile(english), swedish) for english, swedish in said)


def in_swedish(
    sentence: str, known: Iterable[tuple[re.Pattern[str], str]], shown: Callable[[str], str] = str
) -> str | None:
    """By the first that fits the whole sentence; None where none does. `shown`: how what a group says stands there."""
    for english, swedish in known:
        if found := english.fullmatch(sentence):
            return swedish.format(*map(shown, found.groups()))
    return None
