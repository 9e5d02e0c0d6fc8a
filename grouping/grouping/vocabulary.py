"""Words and what they stand for: found in a text whatever their ending, spacing, spelling or compound.

One vocabulary serves one municipality: the lexicon's words and those of its directory.
"""

from collections.abc import Iterable, Iterator

from grouping.terms import Found, Hit, Meaning, Parts, Sort, may_be_misspelt
from grouping.text import forms, tokens
from grouping.typos import one_edit_apart, shorter

_COMPOUND_FROM, _SHORTEST_PART = 7, 3
_TYPO_FROM = 6
_HEAD, _MODIFIER, _TYPO = 0.8, 0.5, 0.8
"""How much of a word's weight is left when it was found inside a compound or misspelt."""
_LONGEST_JOIN = 3
_JOINED_FROM = 4
_JOINED_PHRASE_FROM = 5
_INFLECTED_FROM = 5
"""Pronouns are not inflected: `sitter` is no `sitt`."""
_LONGEST_ENDING = 5
_GAP = 1
"""Words that may stand between a phrase's words: `går inte längre att öppna`."""


class Vocabulary:
    """Terms of one to many words. Built once, then only read; look-ups are remembered."""

    def __init__(self, meanings: Iterable[Meaning], common: frozenset[str], parts: Parts | None = None) -> None:
        self._single: dict[str, list[Meaning]] = {}
        self._sorts: dict[Sort, dict[str, list[Meaning]]] = {"service": {}, "symptom": {}, "reach": {}}
        self._phrases: dict[str, dict[str, list[tuple[tuple[str, ...], Meaning]]]] = {}
        """By their first and second words: hundreds begin with `kan`."""
        self._common = common
        self._parts = parts or Parts()
        for meaning in meanings:
            self._add(meaning)
        self._deletions = self._nearly()
        self._beginnings = frozenset(term[:end] for term in self._single for end in range(1, len(term) + 1))
        self._remembered: dict[str, Found] = {}

    def _add(self, meaning: Meaning) -> None:
        words = tokens(meaning.term)
        if not words:
            return
        joined = "".join(words)
        if len(words) == 1 or len(joined) >= _JOINED_PHRASE_FROM:  # a phrase is also found written as one word
            self._single.setdefault(joined, []).append(meaning)
            self._sorts[meaning.sort].setdefault(joined, []).append(meaning)
        if len(words) > 1:
            first, second, *rest = words
            self._phrases.setdefault(first, {}).setdefault(second, []).append((tuple(rest), meaning))

    def _nearly(self) -> dict[str, list[str]]:
        """Every term with one letter left out, for typos."""
        nearly: dict[str, list[str]] = {}
        for term in self._single:
            if len(term) >= _TYPO_FROM and term.isalpha() and term not in self._common:
                for left in shorter(term):
                    nearly.setdefault(left, []).append(term)
        return nearly

    def find(self, words: tuple[str, ...]) -> list[Hit]:
        """Every term in the text, the most telling first; overlapping ones too: what counts is the reader's choice."""
        found: list[Hit] = []
        every = [forms(word) for word in words]
        for at, word in enumerate(words):
            found += (Hit(meaning, share, at, at + 1) for meaning, share in self._word(word))
            joined = word
            for end in range(at + 2, min(at + _LONGEST_JOIN, len(words)) + 1):
                if joined not in self._beginnings:
                    break
                joined += words[end - 1]
                found += (Hit(meaning, share, at, end) for meaning, share in self._joined(joined))
            found += self._phrases_at(every, at)
        return sorted(found, key=Hit.rank)

    def _word(self, word: str) -> Found:
        known = self._remembered.get(word)
        if known is None:
            if len(self._remembered) > 100_000:  # words are endless, memory is not
                self._remembered.clear()
            known = self._remembered[word] = self._look_up(word)
        return known

    def _look_up(self, word: str) -> Found:
        if exact := self._exact(word):
            return tuple((meaning, 1.0) for meaning in exact)
        if word in self._common or not word.isalpha():
            return ()
        if inside := self._compound(word):
            return inside
        return tuple((meaning, _TYPO) for meaning in self._misspelt(word))

    def _exact(self, word: str) -> list[Meaning]:
        """Of each sort the surest form: a plural says how many are hit, its base form what it is about."""
        bases = [form for form in forms(word) if form in self._single]
        return [
            meaning
            for known in self._sorts.values()
            for meaning in next((known[form] for form in bases if form in known), ())
            if meaning.sort != "reach" or len(meaning.term) >= _INFLECTED_FROM or meaning.term == word
        ]

    def _joined(self, word: str) -> Found:
        """Särskrivning: two or three words that are one."""
        if len(word) < _JOINED_FROM or word[: max(2, len(word) - _LONGEST_ENDING)] not in self._beginnings:
            return ()
        if len(word) < _TYPO_FROM:
            return tuple((meaning, 1.0) for meaning in self._single.get(word, ()))
        return tuple((meaning, 1.0) for meaning in self._exact(word))

    def _compound(self, word: str) -> Found:
        """What a Swedish compound is (its end) and what it is about (its beginning)."""
        if len(word) < _COMPOUND_FROM:
            return ()
        heads = range(2, len(word) - _SHORTEST_PART + 1)
        head = next((hit for cut in heads if (hit := self._end(word[cut:]))), [])
        cuts = range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1)
        modifier = next((hit for cut in cuts if (hit := self._beginning(word[:cut]))), [])
        parts = {meaning.term: (meaning, _MODIFIER) for meaning in modifier}
        parts |= {meaning.term: (meaning, _HEAD) for meaning in head}
        return tuple(parts.values())

    def _end(self, part: str) -> list[Meaning]:
        return [meaning for meaning in self._exact(part) if self._parts.may_end(meaning)]

    def _beginning(self, part: str) -> list[Meaning]:
        """A compound's first word; Swedish often puts an s between, and a `skrivare` is `skrivar-` there."""
        known = self._single.get(part) or (self._single.get(part[:-1], []) if part.endswith("s") else [])
        if part.endswith("ar") and not known:
            known = [meaning for meaning in self._single.get(f"{part}e", ()) if meaning.sort != "reach"]
        return [meaning for meaning in known if self._parts.may_begin(meaning)]

    def _misspelt(self, word: str) -> list[Meaning]:
        """Terms one letter away: left out, doubled, swapped or wrong, but hardly ever the first."""
        for form in forms(word):
            if len(form) < _TYPO_FROM:
                continue
            for near in dict.fromkeys((form, *shorter(form))):
                for term in (*self._deletions.get(near, ()), *((near,) if near in self._single else ())):
                    if term[0] == form[0] and one_edit_apart(form, term):
                        return [meaning for meaning in self._single[term] if may_be_misspelt(meaning)]
        return []

    def _phrases_at(self, every: list[tuple[str, ...]], at: int) -> Iterator[Hit]:
        for first in every[at]:
            seconds = self._phrases.get(first)
            if seconds is None:
                continue
            seen: set[str] = set()
            for step in range(at + 1, min(at + 2 + _GAP, len(every))):
                for second in every[step]:
                    if second in seconds and second not in seen:
                        seen.add(second)
                        for rest, meaning in seconds[second]:
                            end = _follows(every, step + 1, rest)
                            if end:
                                yield Hit(meaning, 1.0, at, end)


def _follows(every: list[tuple[str, ...]], at: int, rest: tuple[str, ...]) -> int:
    """Where the phrase that begins before `at` ends; 0 where it does not go on."""
    for wanted in rest:
        near = next((step for step in range(at, min(at + _GAP + 1, len(every))) if wanted in every[step]), None)
        if near is None:
            return 0
        at = near + 1
    return at
