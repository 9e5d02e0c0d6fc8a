"""What is named only as the occasion: `no network, in the middle of the national test` is about the network."""

from collections.abc import Sequence

from grouping.lexicon import Lexicon
from grouping.terms import Hit

_BEFORE = 2
"""Words before a name among which one makes it an occasion: `mitt i nationella provet`."""


def left_out(hits: Sequence[Hit], words: Sequence[str], lexicon: Lexicon) -> list[Hit]:
    """The hits without the names of occasions, where anything else is named; else all."""
    occasions = [hit for hit in hits if _is_occasion(hit, words, lexicon)]
    if not occasions:
        return list(hits)
    named = {hit.meaning.id for hit in hits if hit.meaning.sort == "service"}
    if named <= lexicon.occasions.services:
        return list(hits)
    return [hit for hit in hits if not any(_is_same(hit, occasion) for occasion in occasions)]


def _is_occasion(hit: Hit, words: Sequence[str], lexicon: Lexicon) -> bool:
    said = lexicon.occasions
    if hit.meaning.sort != "service" or hit.meaning.id not in said.services:
        return False
    before = words[max(0, hit.start - _BEFORE) : hit.start]
    return not said.before.isdisjoint(before) or words[hit.end : hit.end + 1] == ("om",)


def _is_same(hit: Hit, occasion: Hit) -> bool:
    """Itself, or a shorter name of it."""
    return hit.meaning.sort == "service" and hit.meaning.id == occasion.meaning.id and hit.is_in(occasion)
