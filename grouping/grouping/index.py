"""The incidents that a report may belong to, found by what they are about."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from grouping.facts import Ended, Fact, Linked, Opened, Reopened, Resolved, Unlinked
from grouping.report import Kind, Report

Place = tuple[str, str]
"""Service and school."""


@dataclass(slots=True)
class Known:
    """What the engine remembers of one incident."""

    incident: str
    kind: Kind
    service: str
    school: str
    order: int
    """Which incident was opened before which."""
    resolved_at: datetime | None = None
    reports: dict[str, datetime] = field(default_factory=dict)
    """When each linked report's fault occurred, by ticket."""
    newest: datetime | None = None
    """The newest of these: kept, since a storm has thousands of reports on one incident."""

    def add(self, ticket: str, occurred_at: datetime) -> None:
        self.reports[ticket] = occurred_at
        self.newest = occurred_at if self.newest is None else max(self.newest, occurred_at)

    def remove(self, ticket: str) -> None:
        if self.reports.pop(ticket, None) == self.newest:
            self.newest = max(self.reports.values(), default=None)


class Index:
    """Incidents that have not ended, by service and school. Rebuilt from facts; observing one twice is harmless."""

    def __init__(self) -> None:
        self._incidents: dict[str, Known] = {}
        self._by_place: dict[Place, dict[str, Known]] = {}
        self._incident_of: dict[str, str] = {}
        self._opened = 0

    def __len__(self) -> int:
        return len(self._incidents)

    def at(self, service: str, school: str) -> tuple[Known, ...]:
        """The incidents about a service at a school, in the order they were opened."""
        return tuple(self._by_place.get((service, school), {}).values())

    def observe(self, fact: Fact) -> None:
        """Take a fact in. Facts about incidents that ended or were never opened change nothing."""
        if isinstance(fact, Opened):
            self._open(fact)
            return
        known = self._incidents.get(fact.incident)
        if known is None:
            return
        match fact:
            case Linked():
                self._link(known, fact.report)
            case Unlinked():
                self._unlink(fact.incident, fact.ticket)
            case Resolved():
                known.resolved_at = fact.at
            case Reopened():
                known.resolved_at = None
            case Ended():
                self._forget(known)
            case _:
                assert_never(fact)

    def _open(self, fact: Opened) -> None:
        if fact.incident in self._incidents:
            return
        self._opened += 1
        known = Known(fact.incident, fact.kind, fact.service, fact.school, order=self._opened)
        self._incidents[fact.incident] = known
        self._by_place.setdefault((fact.service, fact.school), {})[fact.incident] = known

    def _link(self, known: Known, report: Report) -> None:
        former = self._incident_of.get(report.ticket)
        if former is not None and former != known.incident:  # a ticket is on one incident at a time
            self._unlink(former, report.ticket)
        known.add(report.ticket, report.occurred_at)
        self._incident_of[report.ticket] = known.incident

    def _unlink(self, incident: str, ticket: str) -> None:
        if self._incident_of.get(ticket) == incident:
            del self._incident_of[ticket]
            self._incidents[incident].remove(ticket)

    def _forget(self, known: Known) -> None:
        del self._incidents[known.incident]
        for ticket in known.reports:
            del self._incident_of[ticket]
        place = (known.service, known.school)
        self._by_place[place].pop(known.incident)
        if not self._by_place[place]:
            del self._by_place[place]
