"""An engine that is looked into while it decides: what it read, and what it weighed against what.

It notes what the engine's own code compares, and compares nothing by itself, so that it shows the engine as it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from grouping.decision import Decision
from grouping.engine import Engine
from grouping.judging import NEAREST, Judged, rank
from grouping.knowledge import Knowledge
from grouping.profile import Profile
from grouping.reading import Reading
from grouping.report import Report, Surroundings
from grouping.weights import Weights


@dataclass(frozen=True, slots=True)
class Sight:
    """One decision, and what led to it. Candidates are ranked as they were; looked at before anything is observed."""

    knowledge: Knowledge
    reading: Reading
    candidates: Sequence[Judged]
    decision: Decision
    _more: tuple[Any, ...]

    def parts(self, judged: Judged) -> list[Judged]:
        """An incident's reports compared one by one, as the engine does where nobody has triaged it."""
        profile, knowledge = judged.profile, self.knowledge
        if profile.triaged or profile.lone:
            return [judged]
        at, usual = self.reading.report.occurred_at.timestamp(), knowledge.reader.services.usual
        near = profile.nearest(at, NEAREST, usual)
        return [Knowledge.judge(knowledge, self.reading, part, *self._more) for part in near]


Watcher = Callable[[Sight], None]


@dataclass(frozen=True, slots=True)
class _Noting(Knowledge):
    """Notes each incident's first comparison with each report."""

    noted: dict[tuple[str, str], Judged] = field(default_factory=dict)
    given: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """What else the engine went by: the same for all candidates of a report."""

    def judge(self, reading: Reading, profile: Profile, *more: Any) -> Judged:
        judged = Knowledge.judge(self, reading, profile, *more)
        self.noted.setdefault((reading.report.ticket, profile.incident), judged)
        self.given.setdefault(reading.report.ticket, more)
        return judged


class Watched(Engine):
    """Decides as any other; the watcher sees each decision, and must not change what it sees."""

    def __init__(self, surroundings: Surroundings, watcher: Watcher, weights: Weights | None = None) -> None:
        super().__init__(surroundings, weights)
        self._watcher = watcher
        self._noting = self._new()

    def decide(self, report: Report) -> Decision:
        """Which incident the report belongs to."""
        self._noting = self._new()
        decision = super().decide(report)
        ranked = rank(judged for (ticket, _), judged in self._noting.noted.items() if ticket == report.ticket)
        more = self._noting.given.get(report.ticket, ())
        self._watcher(Sight(self._noting, self._reader.read(report), ranked, decision, more))
        return decision

    @property
    def _knowledge(self) -> Knowledge:
        return self._noting

    def _new(self) -> _Noting:
        return _Noting(self._index, self._reader, self.surroundings, self._weights)
