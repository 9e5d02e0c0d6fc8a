"""A municipality's reports as routing lives through them: each is decided on, and what follows is observed."""

from collections.abc import Iterable

from grouping import (
    Decision,
    Ended,
    Engine,
    Link,
    Linked,
    Opened,
    Refused,
    Report,
    ScopeRaised,
    Suggest,
    Suggested,
    Surroundings,
    Unlinked,
)
from tests.support.classrooms import AROUND

Question = tuple[str, str]
"""Of which incident, and which other one it may belong to."""


class Life:
    """What became of each ticket, and what staff were asked."""

    def __init__(self, around: Surroundings = AROUND) -> None:
        self.engine = Engine(around)
        self.on: dict[str, str] = {}
        """The incident of each ticket."""
        self.asked: dict[Question, float] = {}
        """With the score of the question; those that were refused are among them."""
        self.decisions: dict[str, Decision] = {}
        self._reports: dict[str, Report] = {}

    def file(self, *reports: Report) -> Decision:
        """One after the other; the last one's decision."""
        for report in reports:
            self._file(report)
        return self.decisions[reports[-1].ticket]

    def incidents(self, tickets: Iterable[str] = ()) -> set[str]:
        """Those that these tickets, or all, are on."""
        return {self.on[ticket] for ticket in tickets or self.on}

    def refuse(self, of: str, candidate: str) -> None:
        """Staff say no to a question."""
        for ticket in self._tickets(of):
            self.engine.observe(Refused(candidate, ticket))

    def split(self, *tickets: str) -> str:
        """Staff take tickets off their incident, to go on in one of their own."""
        former, into = self.on[tickets[0]], f"in_{tickets[0]}_again"
        first = self._reports[tickets[0]]
        self.engine.observe(Opened(into, first.kind, "other", first.school))
        for ticket in tickets:
            for fact in (Unlinked(former, ticket), Refused(former, ticket)):
                self.engine.observe(fact)
            self.engine.observe(Linked(into, self._reports[ticket], by_person=True))
            self.on[ticket] = into
        return into

    def move(self, incident: str, into: str, *, by_person: bool = False) -> None:
        """All of an incident's tickets go on in another one."""
        for ticket in self._tickets(incident):
            self.engine.observe(Linked(into, self._reports[ticket], by_person))
            self.on[ticket] = into
        self.engine.observe(Ended(incident, into))

    def _file(self, report: Report) -> None:
        decision = self.decisions[report.ticket] = self.engine.decide(report)
        outcome, own = decision.outcome, f"in_{report.ticket}"
        self._reports[report.ticket] = report
        self.on[report.ticket] = outcome.incident if isinstance(outcome, Link) else own
        if not isinstance(outcome, Link):
            self.engine.observe(Opened(own, report.kind, decision.service, report.school, decision.scope))
        self.engine.observe(Linked(self.on[report.ticket], report))
        if isinstance(outcome, Suggest):
            for candidate in outcome.candidates:
                self._ask(own, candidate.incident, (report.ticket,), candidate.score)
        if decision.raised is not None:
            self.engine.observe(ScopeRaised(decision.raised.incident, decision.raised.scope))
        for join in decision.joins:
            if join.by_itself:
                self.move(join.incident, join.into)
            else:
                self._ask(join.incident, join.into, join.tickets, join.score)

    def _ask(self, of: str, candidate: str, tickets: Iterable[str], score: float) -> None:
        self.asked[of, candidate] = score
        for ticket in tickets:
            self.engine.observe(Suggested(candidate, ticket))

    def _tickets(self, incident: str) -> list[str]:
        return [ticket for ticket, on in self.on.items() if on == incident]
