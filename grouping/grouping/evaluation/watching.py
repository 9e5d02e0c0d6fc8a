"""An engine that is looked into while it decides: what it read, and what it weighed."""

from collections.abc import Callable

from grouping.decision import Decision
from grouping.engine import Engine
from grouping.knowledge import Knowledge
from grouping.report import Report, Surroundings
from grouping.weights import Weights

Watcher = Callable[[Knowledge, Report], None]


class Watched(Engine):
    """Decides as any other; the watcher sees what it knows before each decision, and must not change it."""

    def __init__(self, surroundings: Surroundings, watcher: Watcher, weights: Weights | None = None) -> None:
        super().__init__(surroundings, weights)
        self._watcher = watcher

    def decide(self, report: Report) -> Decision:
        """Which incident the report belongs to."""
        self._watcher(self._knowledge, report)
        return super().decide(report)

    def without_watcher(self, report: Report) -> Decision:
        """The same decision, unseen."""
        return super().decide(report)
