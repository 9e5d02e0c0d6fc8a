"""A text's clauses, and whether a thing that one names is the place or the means there and not what it is about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from grouping.lexicon import Lexicon
from grouping.services import Services
from grouping.terms import Hit
from grouping.text import MOST_CHARACTERS, fold

_PART = re.compile(r"[a-z0-9]+|[.,;:!?\n]")
_MOST = 24
_BEFORE = 2
"""Words before a device among which a preposition makes it what somebody sits at, not what is broken."""


@dataclass(slots=True)
class Clause:
    """Its words are the text's from `start` to `end` (exclusive)."""

    start: int
    end: int
    words: list[str] = field(default_factory=list)

    def holds(self, hit: Hit) -> bool:
        """Whether the term is said in it."""
        return self.start <= hit.start and hit.end <= self.end


def clauses_of(text: str, lexicon: Lexicon) -> Iterator[Clause]:
    """Those of the text's beginning: between stops and the words that join."""
    clause = Clause(0, 0)
    for count, part in enumerate(_PART.finditer(fold(text[:MOST_CHARACTERS]))):
        word = part[0]
        if count > 40 * _MOST:
            break
        if word.isalnum() and word not in lexicon.grammar.joining:
            clause.words.append(word)
            clause.end += 1
            continue
        yield clause
        after = clause.end + word.isalnum()
        clause = Clause(after, after)
    yield clause


def is_means(clause: Clause, hit: Hit, lexicon: Lexicon, services: Services) -> bool:
    """`On my laptop`, `from the tablets`: there it shows."""
    at = hit.start - clause.start
    before = clause.words[max(0, at - _BEFORE) : at]
    return services.is_thing(hit.meaning) and not lexicon.grammar.prepositions.isdisjoint(before)
