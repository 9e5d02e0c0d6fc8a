"""Which words of an incident are for who reported a ticket on it: none that follow once that has left it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from contracts.timeline import Entry
from vendor_bridge.domain.reports import Report


@dataclass(frozen=True, slots=True)
class Joined:
    """Which incident a report is on, since when, and when it was withdrawn or erased: its link outlives that."""

    incident: str
    at: datetime | None = None
    left: datetime | None = None

    def is_before(self, entry: Entry) -> bool:
        """Whether the entry is about others than this report."""
        return entry.case == self.incident and self.at is not None and entry.at <= self.at

    def is_after(self, entry: Entry) -> bool:
        """Whether it is said to those whose reports are still there (N5). What is said on the report itself is not."""
        if self.left is None or entry.case != self.incident:
            return False
        return entry.at > self.left or (self.at is not None and self.at > self.left)


def joined(report: Report | None, *, shared: bool) -> Joined | None:
    """As it is now; None where it is on none. `shared`: others are, or were, on the incident too.

    What nobody else has reported is this report's own story to its end, and after it.
    """
    if report is None or report.incident is None:
        return None
    return Joined(report.incident, report.linked_at, report.withdrawn_at if shared else None)
