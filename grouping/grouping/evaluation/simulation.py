"""A stream run through the engine, ticket by ticket, as the service does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Literal

from grouping.decision import Decision, Join, Link, Open, Outcome, Suggest
from grouping.engine import Engine
from grouping.evaluation.coordinator import Coordinator
from grouping.evaluation.stream import Labelled
from grouping.facts import Ended, Fact, Linked, Opened, Refused, ScopeRaised, Suggested
from grouping.report import Report, Words


@dataclass(slots=True)
class Grouped:
    """What became of one ticket. `group` as decided then, a confirmed suggestion included; `group_final` in the end."""

    id: str
    group: str
    group_final: str
    linked: bool
    suggested: tuple[str, ...]
    reasons: tuple[Words, ...]
    score: float
    found: bool = False
    """Linked to, or suggested, a group whose majority was the true one then (R23)."""
    follows: bool = False
    """An earlier ticket of the true group exists."""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of the engine: what kind, how sure it was, and whether most of the incident was of the true cause."""

    sort: Literal["link", "suggest", "join"]
    score: float
    right: bool


@dataclass(slots=True)
class Run:
    """A whole stream's outcome, in its order."""

    tickets: list[Grouped] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    """Of labelled tickets only: what the reliability of the scores is read from."""
    seconds: list[float] = field(default_factory=list)
    """Per decision."""
    clicks: int = 0
    triaged: int = 0


def simulate(
    engine: Engine, stream: Sequence[Labelled], *, assisted: bool = False, progress: Callable[[], None] = lambda: None
) -> Run:
    """Run the stream. Labels are used by the played coordinator and for scoring, never by the engine."""
    return _Simulation(engine, stream, assisted=assisted).run(progress)


class _Simulation:
    def __init__(self, engine: Engine, stream: Sequence[Labelled], *, assisted: bool) -> None:
        self._engine, self._stream, self._assisted = engine, stream, assisted
        truth = {each.report.ticket: each.truth for each in stream if each.truth is not None}
        self._desk = Coordinator(truth)
        self._reports: dict[str, Report] = {}
        self._members: dict[str, list[str]] = {}
        self._incident_of: dict[str, str] = {}
        self._seen: set[str] = set()
        self._done = Run()

    def run(self, progress: Callable[[], None]) -> Run:
        for each in self._stream:
            self._one(each)
            progress()
        for ticket in self._done.tickets:
            ticket.group_final = self._incident_of[ticket.id]
        self._done.clicks, self._done.triaged = len(self._desk.clicked), self._desk.triaged
        return self._done

    def _one(self, each: Labelled) -> None:
        report = each.report
        self._reports[report.ticket] = report
        if self._assisted:
            self._observe(*self._desk.due(report.occurred_at, self._members))
        started = perf_counter()
        decision = self._engine.decide(report)
        self._done.seconds.append(perf_counter() - started)
        self._done.tickets.append(self._entry(each, decision))
        self._follow(report, decision)
        self._done.tickets[-1].group = self._incident_of[report.ticket]
        if decision.raised is not None:
            self._observe(ScopeRaised(decision.raised.incident, decision.raised.scope))
        for join in decision.joins:
            self._join(join)

    def _entry(self, each: Labelled, decision: Decision) -> Grouped:
        outcome = decision.outcome
        suggested = tuple(one.incident for one in outcome.candidates) if isinstance(outcome, Suggest) else ()
        group = each.truth.group if each.truth else None
        named = self._said(outcome, group)
        entry = Grouped(
            id=each.report.ticket,
            group="",
            group_final="",
            linked=isinstance(outcome, Link),
            suggested=suggested,
            reasons=outcome.reasons,
            score=outcome.score if isinstance(outcome, Link) else 0.0,
            follows=group in self._seen,
            found=any(one.right for one in named),
        )
        self._done.said += named
        if group is not None:
            self._seen.add(group)
        return entry

    def _said(self, outcome: Outcome, group: str | None) -> list[Said]:
        """What the outcome names, against the label; nothing where there is none."""
        if group is None or isinstance(outcome, Open):
            return []
        if isinstance(outcome, Link):
            return [Said("link", outcome.score, self._desk.group_of(self._members[outcome.incident]) == group)]
        return [
            Said("suggest", one.score, self._desk.group_of(self._members[one.incident]) == group)
            for one in outcome.candidates
        ]

    def _follow(self, report: Report, decision: Decision) -> None:
        """What the service does with the outcome."""
        outcome = decision.outcome
        if isinstance(outcome, Link):
            self._put(report, outcome.incident)
            return
        recurrence = getattr(outcome, "recurrence_of", None)
        incident = f"in_{report.ticket}"
        self._observe(Opened(incident, report.kind, decision.service, report.school, decision.scope, recurrence))
        self._put(report, incident)
        self._desk.opened(incident, report.occurred_at)
        if isinstance(outcome, Suggest) and self._assisted:
            for candidate in outcome.candidates:
                if self._desk.says_yes((report.ticket,), self._members[candidate.incident]):
                    self._move((report.ticket,), incident, candidate.incident, by_person=True)
                    return
                self._observe(Refused(candidate.incident, report.ticket))

    def _join(self, join: Join) -> None:
        group, into = self._desk.group_of(join.tickets), self._desk.group_of(self._members.get(join.into, ()))
        if join.by_itself and group is not None and into is not None:
            self._done.said.append(Said("join", join.score, group == into))
        if join.by_itself:
            self._move(join.tickets, join.incident, join.into, by_person=False)
            return
        self._observe(*(Suggested(join.into, ticket) for ticket in join.tickets))
        if not self._assisted:
            return
        if self._desk.says_yes(join.tickets, self._members[join.into]):
            self._move(join.tickets, join.incident, join.into, by_person=True)
        else:
            self._observe(*(Refused(join.into, ticket) for ticket in join.tickets))

    def _move(self, tickets: Sequence[str], incident: str, into: str, *, by_person: bool) -> None:
        if not self._members.get(incident) or not self._members.get(into):
            return  # an earlier join of the same decision has emptied it
        for ticket in tickets:
            self._put(self._reports[ticket], into, by_person=by_person)
        self._observe(Ended(incident, into))

    def _put(self, report: Report, incident: str, *, by_person: bool = False) -> None:
        former = self._incident_of.get(report.ticket)
        if former is not None:
            self._members[former].remove(report.ticket)
        self._members.setdefault(incident, []).append(report.ticket)
        self._incident_of[report.ticket] = incident
        self._observe(Linked(incident, report, by_person))

    def _observe(self, *facts: Fact) -> None:
        for fact in facts:
            self._engine.observe(fact)
