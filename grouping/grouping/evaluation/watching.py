"""An engine that is looked into while it decides: what it read, and what it weighed against what.

It notes what the engine's own code compares, and compares nothing by itself, so that it shows the engine as it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from grouping.around import QUIET, Around
from grouping.decision import Decision
from grouping.engine import Engine
from grouping.judging import NEAREST, Judged, rank
from grouping.knowledge import Knowledge
from grouping.profile import Profile
from grouping.reading import Reading
from grouping.report import Report, Surroundings
from grouping.sought import Sought
from grouping.weights import Weights


@dataclass(frozen=True, slots=True)
class Sight:
    """One decision, and what led to it. Candidates are ranked as they were; looked at before anything is observed."""

    knowledge: Knowledge
    sought: Sought
    candidates: Sequence[Judged]
    decision: Decision

    def parts(self, judged: Judged) -> list[Judged]:
        """An incident's reports compared one by one, as the engine does where nobody has triaged it."""
        profile, knowledge = judged.profile, self.knowledge
        if profile.triaged or profile.lone:
            return [judged]
        near = profile.nearest(self.sought.at, NEAREST, knowledge.reader.services.usual)
        return [Knowledge.judge(knowledge, self.sought, part) for part in near]


Watcher = Callable[[Sight], None]


@dataclass(frozen=True, slots=True)
class _Noting(Knowledge):
    """Notes each incident's first comparison with each report."""

    noted: dict[tuple[str, str], Judged] = field(default_factory=dict)
    sought: dict[str, Sought] = field(default_factory=dict)

    def seek(self, reading: Reading, around: Around = QUIET) -> Sought:
        sought = Knowledge.seek(self, reading, around)
        return self.sought.setdefault(reading.report.ticket, sought)

    def judge(self, sought: Sought, profile: Profile) -> Judged:
        judged = Knowledge.judge(self, sought, profile)
        self.noted.setdefault((sought.reading.report.ticket, profile.incident), judged)
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
        self._watcher(Sight(self._noting, self._noting.sought[report.ticket], ranked, decision))
        return decision

    @property
    def _knowledge(self) -> Knowledge:
        return self._noting

    def _new(self) -> _Noting:
        return _Noting(self._index, self._reader, self.surroundings, self._weights)
