"""Words that only the dots of a letter tell apart: `läsa` (to read) and `låsa` (to lock).

Words are compared without dots, since many write `natet` for `nätet`. Where somebody wrote the dots of one, the other
is not meant.
"""

import unicodedata
from collections.abc import Iterable

from grouping.terms import Hit

Pairs = tuple[tuple[str, str], ...]
"""Stems, with their dots."""


def stem_of(term: str, pairs: Pairs) -> str:
    """The stem of a term as the lexicon writes it; empty for most, and where it has both."""
    return next((stem for pair in pairs for stem, other in _both_ways(pair) if stem in term and other not in term), "")


def meant(hits: Iterable[Hit], text: str, pairs: Pairs) -> list[Hit]:
    """Those hits that the text, as it was written, can mean."""
    written = unicodedata.normalize("NFC", text).casefold()
    never = {other for pair in pairs for stem, other in _both_ways(pair) if stem in written and other not in written}
    return [hit for hit in hits if hit.meaning.stem not in never]


def _both_ways(pair: tuple[str, str]) -> tuple[tuple[str, str], tuple[str, str]]:
    return pair, (pair[1], pair[0])
