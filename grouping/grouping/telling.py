"""What each clause of a text tells of: of which service or thing, and what is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grouping import entities, predicates
from grouping.clauses import Clause, is_means
from grouping.lexicon import Lexicon
from grouping.services import Services
from grouping.terms import Hit

_PLAIN = 3.0
"""Log-odds that a clause's own word gives its service: a strong word, also misspelt."""
_HINT = 2.0
"""What a word has to say to count at all."""
_OF_TAG = 3
"""Words of a tag: its school's, its kind's and its number."""


@dataclass(frozen=True, slots=True)
class Told:
    """A clause that names something and tells that something is wrong with it."""

    plain: bool
    """It names its service plainly."""
    known: bool
    """What is wrong is told in words that are known, or by what does not work."""
    apart: bool
    """What it names is its subject, or it is said to be another matter."""
    more: bool
    """It is said to be another matter."""
    bodily: bool
    """What is wrong is of a thing's body."""
    services: frozenset[str]
    names: frozenset[str]
    symptoms: frozenset[str]
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class Telling:
    """Reads the clauses one by one."""

    clauses: Sequence[Clause]
    hits: Sequence[Hit]
    lexicon: Lexicon
    services: Services

    def every(self) -> list[Told]:
        """Those that tell of something."""
        return [told for nth in range(len(self.clauses)) if (told := self._told(nth))]

    def _told(self, nth: int) -> Told | None:
        clause = self.clauses[nth]
        within = [hit for hit in self.hits if clause.holds(hit)]
        symptoms = frozenset(self._class_of(hit) for hit in within if hit.meaning.sort == "symptom")
        named = [hit for hit in within if hit.meaning.sort == "service"]
        named = [hit for hit in named if not is_means(clause, hit, self.lexicon, self.services)]
        tags = set(self._tagged(clause))
        known = bool(symptoms) or self._denies(clause)
        services = tags | {hit.meaning.id for hit in named if hit.weight >= _HINT}
        plain = bool(tags) or any(self._is_plain(hit) for hit in named)
        subjects = [hit for hit in named if hit.share == 1 and predicates.is_said_of(clause, hit, self.lexicon)]
        bodily = any(self.lexicon.symptoms[id_].bodily for id_ in symptoms if id_ in self.lexicon.symptoms)
        more = self._is_more(nth)
        plain = plain or (more and bool(symptoms and services))
        if not (plain and known):
            plain, known = self._is_told_otherwise(nth, subjects, wrong=bool(symptoms), other=bodily or more), False
            services |= {hit.meaning.id for hit in subjects if self.services.is_window(hit.meaning)}
        if not plain and not (symptoms and services):
            return None
        return Told(
            plain=plain,
            known=known,
            apart=bool(subjects) or more,
            more=more,
            bodily=bodily,
            services=frozenset(services),
            names=frozenset(hit.meaning.term for hit in named if hit.weight >= _HINT),
            symptoms=symptoms,
            places=entities.rooms_in(" ".join(clause.words), self.lexicon.places),
        )

    def _is_told_otherwise(self, nth: int, subjects: Sequence[Hit], *, wrong: bool, other: bool) -> bool:
        """Whether something is amiss in words that no list knows.

        What is said of a device that people see everything on may be anything's, unless it is of its body or another
        matter (`other`); and what stands beside a `but` may be what works.
        """
        clause, grammar = self.clauses[nth], self.lexicon.grammar
        after = self.clauses[nth + 1].opener if nth + 1 < len(self.clauses) else ""
        if not wrong and not grammar.contrasting.isdisjoint((clause.opener, after)):
            return False
        if any(self.services.is_window(hit.meaning) for hit in subjects):
            return other
        return any(self._is_plain(hit) and self.services.is_called(hit.meaning) for hit in subjects)

    def _is_plain(self, hit: Hit) -> bool:
        if hit.weight >= _PLAIN:
            return True
        return hit.share == 1 and hit.weight >= _HINT and (hit.meaning.id, hit.meaning.term) in self.lexicon.plain

    def _denies(self, clause: Clause) -> bool:
        return not self.lexicon.grammar.negations.isdisjoint(clause.words)

    def _is_more(self, nth: int) -> bool:
        """Whether the clause is said to be another matter than what was before."""
        grammar, clause = self.lexicon.grammar, self.clauses[nth]
        if clause.opener in grammar.more or clause.says(grammar.more_phrases):
            return True
        if clause.words and clause.words[0] in grammar.more:
            return True
        before = self.clauses[nth - 1] if nth else None
        return before is not None and (
            before.says(grammar.more_phrases) or (before.opener in grammar.more and not before.words)
        )

    def _class_of(self, hit: Hit) -> str:
        everyday = self.lexicon.everyday.get(hit.meaning.id)
        return everyday.of_thing if everyday else hit.meaning.id

    def _tagged(self, clause: Clause) -> Iterator[str]:
        """The services of devices that it names by their tags."""
        for at in range(len(clause.words) - _OF_TAG + 1):
            school, code, number = clause.words[at : at + _OF_TAG]
            service = self.services.of_device(code.upper())
            if service is not None and len(school) == _OF_TAG and school.isalpha() and number.isdigit():
                yield service
