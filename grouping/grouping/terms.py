"""Terms: what they stand for, where they were found in a text, and what may be a part of a compound."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Sort = Literal["service", "symptom", "reach"]
_HEAD_FROM, _MODIFIER_FROM = 6, 5
TELLING = 2.0
"""A word that is only a hint is none in a compound or misspelt."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a term stands for, and how strongly."""

    sort: Sort
    id: str
    weight: float
    term: str
    stem: str = ""
    """Of a word that has a twin: its own stem, with its dots."""


Found = tuple[tuple[Meaning, float], ...]
"""Meanings with the share of their weight that the way they were found leaves."""


@dataclass(slots=True)
class Hit:
    """A term found at words `start` to `end` (exclusive)."""

    meaning: Meaning
    share: float
    start: int
    end: int

    @property
    def weight(self) -> float:
        """What it says, weakened where it was found in a compound or misspelt."""
        return self.meaning.weight * self.share

    def is_in(self, other: "Hit") -> bool:
        """Whether it is one of the words of another, or all of them."""
        return other.start <= self.start and self.end <= other.end

    def rank(self) -> tuple[int, float, int, str, str]:
        """Long phrases before words, strong before weak; then a fixed order."""
        return (self.start - self.end, -abs(self.weight), self.start, self.meaning.id, self.meaning.term)


@dataclass(frozen=True, slots=True)
class Parts:
    """What may be a part of a compound. Short words hide in others by chance: `ingen` in every `-ningen`."""

    short: frozenset[str] = frozenset()
    """Short words that do make compounds."""
    never: frozenset[str] = frozenset()
    """Longer ones that don't, or that end other words by chance."""

    def may_end(self, meaning: Meaning) -> bool:
        """Whether it may be what a compound is."""
        return self._may(meaning, _HEAD_FROM)

    def may_begin(self, meaning: Meaning) -> bool:
        """Whether it may be what a compound is about."""
        return self._may(meaning, _MODIFIER_FROM)

    def _may(self, meaning: Meaning, shortest: int) -> bool:
        term = meaning.term
        if meaning.sort == "service" and meaning.weight < TELLING:
            return False
        long = len(term) >= max(shortest, _HEAD_FROM if meaning.sort == "reach" else 0)
        return term in self.short or (long and " " not in term and term not in self.never)


def may_be_misspelt(meaning: Meaning) -> bool:
    """Phrases about people are of common words, which are close to one another."""
    return meaning.sort == "symptom" or (meaning.sort == "service" and meaning.weight >= TELLING)


def apart(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Of hits in their rank, those that share no word with an earlier one; a word said twice counts once."""
    taken: set[int] = set()
    said: set[str] = set()
    for hit in hits:
        words = range(hit.start, hit.end)
        if hit.meaning.term not in said and taken.isdisjoint(words):
            said.add(hit.meaning.term)
            taken.update(words)
            yield hit
