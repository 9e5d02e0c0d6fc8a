"""The municipality's own words, put beside the lexicon's: how strongly an alias of its directory speaks."""

from collections.abc import Iterator

from grouping.lexicon import STRENGTHS, Lexicon
from grouping.report import Surroundings
from grouping.text import fold
from grouping.vocabulary import Meaning, Vocabulary

_OWN_NAME = STRENGTHS["strong"]
_ELSEWHERE_TOO = STRENGTHS["medium"]
"""An alias that the lexicon knows for another service: both may be meant."""


def vocabulary(lexicon: Lexicon, surroundings: Surroundings) -> Vocabulary:
    """The lexicon's words and the directory's."""
    return Vocabulary([*lexicon.meanings, *_aliases(lexicon, surroundings)], lexicon.common)


def _aliases(lexicon: Lexicon, surroundings: Surroundings) -> Iterator[Meaning]:
    known: dict[str, set[str]] = {}
    for meaning in lexicon.meanings:
        if meaning.sort == "service":
            known.setdefault(meaning.term, set()).add(meaning.id)
    for service in surroundings.services:
        for name in dict.fromkeys(fold(name) for name in service.names):
            others = known.get(name, set())
            if service.id not in others and name not in lexicon.common:
                yield Meaning("service", service.id, _ELSEWHERE_TOO if others else _OWN_NAME, name)
