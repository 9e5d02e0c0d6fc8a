"""The municipality's own words, put beside the lexicon's: how strongly an alias of its directory speaks."""

from collections.abc import Iterator
from functools import lru_cache

from grouping import lexicon
from grouping.lexicon import STRENGTHS, Lexicon
from grouping.report import Service
from grouping.terms import Meaning
from grouping.text import fold
from grouping.twins import stem_of
from grouping.vocabulary import Vocabulary

_OWN_NAME = STRENGTHS["strong"]
_ELSEWHERE_TOO = STRENGTHS["medium"]
"""An alias that the lexicon knows for another service: both may be meant."""


@lru_cache(maxsize=8)
def vocabulary(services: tuple[Service, ...]) -> Vocabulary:
    """The lexicon's words and the services' own. Only ever read, so engines of the same services share it."""
    known = lexicon.load()
    return Vocabulary([*known.meanings, *_aliases(known, services)], known.common, known.parts)


def _aliases(known: Lexicon, services: tuple[Service, ...]) -> Iterator[Meaning]:
    of_term: dict[str, set[str]] = {}
    for meaning in known.meanings:
        if meaning.sort == "service":
            of_term.setdefault(meaning.term, set()).add(meaning.id)
    for service in services:
        for name, written in {fold(name): name.casefold() for name in service.names}.items():
            others = of_term.get(name, set())
            if service.id not in others and name not in known.common:
                weight = _ELSEWHERE_TOO if others else _OWN_NAME
                yield Meaning("service", service.id, weight, name, stem_of(written, known.twins))
