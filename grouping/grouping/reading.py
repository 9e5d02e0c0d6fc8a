"""What the engine understands of one report, worked out once: what about, how many are hit, where, what is wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from grouping import directory_words, entities, faults, lexicon, occasions, reach, said_of
from grouping.entities import Named, Tags
from grouping.lexicon import Phrase
from grouping.report import Report, Surroundings
from grouping.services import UNKNOWN, Services
from grouping.terms import Hit, apart
from grouping.text import MOST_CHARACTERS, fold, forms, tokens
from grouping.twins import meant

_MOST_WORDS = 60
_WORD_FROM = 4
_REMEMBERED = 2048
_NAME = re.compile(r"(?:^|(?<=[\w,] ))[A-ZÅÄÖÉ][a-zåäöéèü]{2,}")
"""Written like a name, first of all or within a sentence: what begins another one is written so whatever it is."""


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
    names: frozenset[str] = frozenset()
    """Words written like names that stand for nothing known: people's, mostly."""
    lasting: bool = False
    """It says that it has gone on for a while, or came back."""
    days: bool = False
    """It says that it began days ago."""
    own: bool = False
    """Its words speak of one person or one thing, whatever else speaks for many."""
    personal: bool = False
    """They speak of one person, whatever it is that is wrong."""
    told: bool = True
    """Something in it speaks for a service; else `services` are only how usual each of them is."""
    sure: bool = True
    """Enough speaks for the likeliest service to call it that."""
    many: bool = False
    """Its words speak of all, of nobody or of several, and of no single person or thing."""
    two: bool = False
    """It names two faults, of two services."""
    called: frozenset[str] = frozenset()
    """The services that it names as the directory does, or that were picked."""
    spoken_of: frozenset[str] = frozenset()
    """Those that it tells of in whatever words."""

    @property
    def service(self) -> str:
        """The likeliest; `other` where too little speaks for any."""
        return next(iter(self.services)) if self.told and self.sure else UNKNOWN

    @property
    def blank(self) -> bool:
        """It says nothing of what is wrong or of who is hit: what fits everything is about nothing."""
        return not (self.told or self.symptoms or self.many or self.width)

    @property
    def clear(self) -> bool:
        """It tells of one fault: of neither two nor none."""
        return not (self.two or self.blank)


class Reader:
    """Reads reports with one municipality's vocabulary."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._lexicon = lexicon.load()
        self._vocabulary = directory_words.vocabulary(surroundings.services)
        self.services = Services(self._lexicon, surroundings)
        self._tags = self._tagged(surroundings)
        self._zone = _zone(surroundings.time_zone)
        self._read: dict[str, Reading] = {}

    def read(self, report: Report) -> Reading:
        """Understand the report. Never fails, whatever it says. A report is decided on and then observed: read once."""
        known = self._read.get(report.ticket)
        if known is not None and known.report == report:
            return known
        if len(self._read) >= _REMEMBERED:
            self._read.clear()
        reading = self._read[report.ticket] = self._understand(report)
        return reading

    def _understand(self, report: Report) -> Reading:
        text = f"{report.title}\n{report.description}"
        words = tokens(text)
        hits = meant(self._vocabulary.find(words), text, self._lexicon.twins)
        hits = occasions.left_out(hits, words, self._lexicon)
        named = entities.named(text, report.room, report.asset, self._lexicon.places, self._tags)
        symptoms = said_of.symptoms(
            text, hits, self._lexicon, self.services, picked=report.service, tagged=bool(named.assets)
        )
        services = self.services.infer(hits, symptoms, report.service, named.device_codes)
        of_people = [hit for hit in hits if hit.meaning.sort == "reach"]
        said = list(apart(hit for hit in of_people if hit.meaning.weight))
        wrong = [self._lexicon.symptoms[id_] for id_ in sorted(symptoms)]
        return Reading(
            report=report,
            services=services,
            shared=reach.shared(
                self.services,
                services,
                said,
                wrong,
                named,
                report,
                self._zone,
                counted=entities.is_counted(words, self._lexicon.places, report.language),
            ),
            width=self._width(said),
            symptoms=frozenset(symptoms),
            words=self._content(words),
            named=named,
            names=self._names(text, words, hits),
            own=reach.is_own(said, wrong),
            personal=reach.is_own(said, ()),
            sure=self.services.tells(services),
            told=self.services.is_told(hits, symptoms, report.service, named.device_codes),
            many=reach.is_many(said),
            two=faults.are_two(text, hits, self._lexicon, self.services),
            called=self.services.named(hits, report.service),
            spoken_of=self.services.spoken_of(hits, symptoms, report.service, named.device_codes),
            lasting=any(self._lexicon.phrases[hit.meaning.id].lasting for hit in of_people),
            days=any(self._lexicon.phrases[hit.meaning.id].days for hit in of_people),
        )

    def _tagged(self, surroundings: Surroundings) -> Tags:
        prefixes = frozenset(fold(school.asset_prefix) for school in surroundings.schools if school.asset_prefix)
        return Tags(prefixes, frozenset(map(fold, self.services.device_codes)))

    def _width(self, said: list[Hit]) -> str | None:
        phrases: list[Phrase] = [self._lexicon.phrases[hit.meaning.id] for hit in said]
        return next((phrase.width for phrase in phrases if phrase.width), None)

    def _names(self, text: str, words: tuple[str, ...], hits: list[Hit]) -> frozenset[str]:
        written = _NAME.findall(text[:MOST_CHARACTERS])
        if not written:
            return frozenset()
        known = {word for hit in hits for word in words[hit.start : hit.end]}
        folded = {fold(word) for word in written} - known - self._lexicon.common
        return frozenset(word.removesuffix("s") for word in folded)

    def _content(self, words: tuple[str, ...]) -> frozenset[str]:
        content = (
            min(forms(word), key=len)
            for word in words
            if len(word) >= _WORD_FROM and word.isalpha() and word not in self._lexicon.common
        )
        return frozenset(list(dict.fromkeys(content))[:_MOST_WORDS])


def _zone(name: str) -> tzinfo:
    """A directory's zone is checked; an engine used alone may be given anything."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return UTC
