"""What the engine understands of one report, worked out once: what about, how many are hit, where, what is wrong."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from grouping import directory_words, entities, lexicon
from grouping.entities import Named
from grouping.lexicon import Phrase
from grouping.report import Report, Surroundings
from grouping.services import Services
from grouping.text import root, tokens
from grouping.vocabulary import Hit, apart

_MOST_SHARED = 4.5
_HALF_FROM = 2
"""The strongest two phrases of a direction count in full, the rest by half: a long text is no better witness."""
_SYMPTOMS_SPEAK = 0.7
_WEAK_WORD = 0.8
_TAG_OF_THING, _TAG, _ROOM_OF_THING = -1.2, -0.6, -0.4
_MOST_WORDS = 60
_WORD_FROM = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """Probabilities add up to one; log-odds are natural."""

    report: Report
    services: Mapping[str, float]
    """How likely each service is the cause, from the report alone; the unlikely are left out."""
    shared: float
    """Log-odds that others are hit by the same cause."""
    width: str | None
    """The scope that the words claim, where they claim one."""
    symptoms: frozenset[str]
    words: frozenset[str]
    """What else the text is about: content words in their roots."""
    named: Named

    @property
    def service(self) -> str:
        """The likeliest."""
        return next(iter(self.services))


class Reader:
    """Reads reports with one municipality's vocabulary."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._lexicon = lexicon.load()
        self._vocabulary = directory_words.vocabulary(self._lexicon, surroundings)
        self.services = Services(self._lexicon, surroundings)

    def read(self, report: Report) -> Reading:
        """Understand the report. Never fails, whatever it says."""
        text = f"{report.title}\n{report.description}"
        words = tokens(text)
        hits = self._vocabulary.find(words)
        named = entities.named(text, report.room, report.asset, self._lexicon.places)
        symptoms = {hit.meaning.id for hit in hits if hit.meaning.sort == "symptom"}
        services = self.services.infer(hits, symptoms, report.service, named.device_codes)
        reach = list(apart(hit for hit in hits if hit.meaning.sort == "reach"))
        return Reading(
            report=report,
            services=services,
            shared=self._shared(services, reach, symptoms, named),
            width=self._width(reach),
            symptoms=frozenset(symptoms),
            words=self._content(words),
            named=named,
        )

    def _shared(self, services: Mapping[str, float], reach: list[Hit], symptoms: set[str], named: Named) -> float:
        before = sum(share * self.services.shared(service) for service, share in services.items())
        said = _weigh([hit.weight for hit in reach])
        wrong = _weigh([self._lexicon.symptoms[symptom].shared for symptom in sorted(symptoms)])
        thing = sum(share for service, share in services.items() if self.services.kind(service) == "thing")
        where = 0.0
        if named.assets:
            where += _TAG + thing * (_TAG_OF_THING - _TAG)
        if named.rooms:
            where += thing * _ROOM_OF_THING
        total = math.log(before / (1 - before)) + said + _SYMPTOMS_SPEAK * wrong + where
        return max(-_MOST_SHARED, min(_MOST_SHARED, total))

    def _width(self, reach: list[Hit]) -> str | None:
        phrases: list[Phrase] = [self._lexicon.phrases[hit.meaning.id] for hit in reach]
        return next((phrase.width for phrase in phrases if phrase.width), None)

    def _content(self, words: tuple[str, ...]) -> frozenset[str]:
        content = (
            root(word) for word in words if len(word) >= _WORD_FROM and word.isalpha() and word not in self._lexicon.common
        )
        return frozenset(list(dict.fromkeys(content))[:_MOST_WORDS])


def _weigh(said: list[float]) -> float:
    """Sum of what is said for and against; of the weak words only one each way."""
    total = 0.0
    for sign in (1, -1):
        ranked = sorted((abs(value) for value in said if value * sign > 0), reverse=True)
        strong = [value for value in ranked if value >= _WEAK_WORD]
        weak = [value for value in ranked if value < _WEAK_WORD][:1]
        counted = strong[:_HALF_FROM] + [value / 2 for value in strong[_HALF_FROM : 2 * _HALF_FROM]] + weak
        total += sign * sum(counted)
    return total
