"""A text's clauses, and whether a thing that one names is the place or the means there and not what it is about."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grouping.lexicon import Lexicon
from grouping.services import Services
from grouping.terms import Hit
from grouping.text import MOST_CHARACTERS, fold

_PART = re.compile(r"[a-z0-9]+|[.,;:!?\n]|(?<=\s)[-–—&+/](?=\s)")
_MOST = 24
_SHORTEST_VERB, _ENDINGS = 3, ("er", "ar", "ade", "dde")
_BEFORE = 2
"""Words before a device among which a preposition makes it what somebody sits at, not what is broken."""


@dataclass(slots=True)
class Clause:
    """Its words are the text's from `start` to `end` (exclusive); `opener`: what joins it to what was before."""

    start: int
    end: int
    words: list[str] = field(default_factory=list)
    opener: str = ""

    def holds(self, hit: Hit) -> bool:
        """Whether the term is said in it."""
        return self.start <= hit.start and hit.end <= self.end

    def says(self, phrases: frozenset[str]) -> bool:
        """Whether one of the phrases is in it."""
        plain = f" {' '.join(self.words)} "
        return any(f" {phrase} " in plain for phrase in phrases)


def clauses_of(text: str, lexicon: Lexicon) -> Iterator[Clause]:
    """Those of the text's beginning: between stops and the words that join."""
    clause = Clause(0, 0)
    parts = [part[0] for part in _PART.finditer(fold(text[:MOST_CHARACTERS]))][: 40 * _MOST + 1]
    for at, word in enumerate(parts):
        if word.isalnum() and not _joins(parts, at, lexicon):
            clause.words.append(word)
            clause.end += 1
            continue
        yield clause
        after = clause.end + word.isalnum()
        clause = Clause(after, after, opener=word)
    yield clause


def _joins(parts: Sequence[str], at: int, lexicon: Lexicon) -> bool:
    grammar = lexicon.grammar
    if parts[at] in grammar.joining:
        return True
    return parts[at] in grammar.turning and at + 1 < len(parts) and is_verb(parts[at + 1], lexicon)


def is_verb(word: str, lexicon: Lexicon) -> bool:
    """Whether a word is written like a verb of a sentence: `låter`, `sprakade`."""
    if word in lexicon.grammar.verbs or word in lexicon.grammar.neutral:
        return True
    return len(word) > _SHORTEST_VERB and word.endswith(_ENDINGS) and word not in lexicon.grammar.no_verbs


def is_means(clause: Clause, hit: Hit, lexicon: Lexicon, services: Services) -> bool:
    """`On my laptop`, `from the tablets`: there it shows."""
    at = hit.start - clause.start
    before = clause.words[max(0, at - _BEFORE) : at]
    return services.is_thing(hit.meaning) and not lexicon.grammar.prepositions.isdisjoint(before)
