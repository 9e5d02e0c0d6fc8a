"""A coordinator played from the labels: confirms a right suggestion, refuses wrong ones, triages after a while."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from grouping.evaluation.metrics import majority
from grouping.evaluation.stream import Truth
from grouping.facts import Fact, Triaged

TRIAGE_AFTER = timedelta(minutes=20)


class Coordinator:
    """Knows the truth of what is labelled, and answers at once."""

    def __init__(self, truth: Mapping[str, Truth]) -> None:
        self._truth = truth
        self._waiting: deque[tuple[datetime, str]] = deque()
        self.clicked: set[str] = set()
        """Tickets whose suggestions were confirmed or refused (R23)."""
        self.triaged = 0

    def opened(self, incident: str, at: datetime) -> None:
        """An incident to triage later."""
        self._waiting.append((at + TRIAGE_AFTER, incident))

    def due(self, now: datetime, members: Mapping[str, list[str]]) -> Iterator[Fact]:
        """What has been set by now: each incident's true service and scope, by most of its tickets."""
        while self._waiting and self._waiting[0][0] <= now:
            _, incident = self._waiting.popleft()
            group = self.group_of(members.get(incident, ()))
            label = next((truth for truth in self._labels(members.get(incident, ())) if truth.group == group), None)
            if label is not None:
                self.triaged += 1
                yield Triaged(incident, label.service, label.scope)

    def says_yes(self, tickets: Iterable[str], members: Iterable[str]) -> bool:
        """Whether the tickets' cause is the incident's. One click, however many tickets an incident has."""
        own = list(tickets)
        self.clicked.add(own[0])
        group = self.group_of(own)
        return group is not None and group == self.group_of(members)

    def group_of(self, tickets: Iterable[str]) -> str | None:
        """What most of them are truly about."""
        return majority(truth.group for truth in self._labels(tickets))

    def _labels(self, tickets: Iterable[str]) -> Iterator[Truth]:
        return (self._truth[ticket] for ticket in tickets if ticket in self._truth)
