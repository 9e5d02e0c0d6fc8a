"""The engine of one municipality: it observes facts, and decides about one report at a time.

Deterministic: the same facts and the same report give the same decision. No I/O, no clock, no randomness.
"""

from grouping import deciding, weights
from grouping.around import CHANCE
from grouping.decision import Decision, Understanding
from grouping.facts import Fact
from grouping.index import Index
from grouping.knowledge import Knowledge
from grouping.reading import Reader
from grouping.report import Report, Surroundings
from grouping.scope import scope_of

VERSION = weights.load().engine
"""Stored with every decision. A new version never regroups what an old one decided."""
_AS_LIKELY = 0.5
"""As a share of the likeliest service's odds: where the words speak for none by far, several may be it."""


class Engine:
    """State of one municipality. A decision changes nothing: what came of it is observed afterwards."""

    version = VERSION
    """Of the weights it runs with: the engine's own, unless it was given others."""

    def __init__(self, surroundings: Surroundings, numbers: weights.Weights | None = None) -> None:
        self.surroundings = surroundings
        self._weights = numbers or weights.load()
        self.version = self._weights.engine
        self._reader = Reader(surroundings)
        self._index = Index(self._reader)

    def __len__(self) -> int:
        """How many incidents a report is compared with at most."""
        return len(self._index)

    def adopt(self, surroundings: Surroundings) -> None:
        """Go on with a new version of the directory; what was decided by the old one stays."""
        self.surroundings = surroundings
        self._reader = Reader(surroundings)
        self._index.adopt(self._reader)

    def observe(self, fact: Fact) -> None:
        """Take in a fact; a second time changes nothing."""
        self._index.observe(fact)

    def decide(self, report: Report) -> Decision:
        """Which incident the report belongs to. Never fails, whatever the report says."""
        return deciding.decide(self._knowledge, report, self.version)

    def understand(self, report: Report) -> Understanding:
        """What the report is about, without a decision."""
        reading = self._reader.read(report)
        scope = scope_of(reading, self._reader.services)
        usual = self._reader.services.usual
        times = {service: share / usual[service] for service, share in reading.services.items()}
        least = min(CHANCE, max(times.values(), default=0.0) * _AS_LIKELY)
        networks = self._reader.services.networks
        near = networks if networks & (reading.called | {reading.service}) else frozenset[str]()
        return Understanding(
            service=reading.service,
            scope=scope,
            engine_version=self.version,
            directory_version=self.surroundings.version,
            named=reading.called,
            may_be=reading.called | near | {service for service, often in times.items() if often >= least},
            near=near - reading.called,
            own=reading.own,
        )

    @property
    def _knowledge(self) -> Knowledge:
        return Knowledge(self._index, self._reader, self.surroundings, self._weights)
