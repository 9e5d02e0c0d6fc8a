"""What people were asked about tickets and incidents, and what they refused: it outlives an incident's end.

It holds both ways, and goes on where an incident's tickets went on: who says that these are two causes has said so of
both, whichever of them is the larger by now and whatever else either has taken in.
"""

from collections import Counter, defaultdict
from collections.abc import Set

from grouping.profile import Profile


class Answers:
    """By incident: the tickets that were asked about, and those that people said do not belong to it."""

    def __init__(self) -> None:
        self._asked: defaultdict[str, set[str]] = defaultdict(set)
        self._refused: defaultdict[str, set[str]] = defaultdict(set)
        self._said: set[tuple[str, str]] = set()
        self._refusals: Counter[str] = Counter()
        self._became: dict[str, str] = {}

    def asked_about(self, incident: str, ticket: str) -> None:
        """Staff were asked whether the ticket belongs to the incident."""
        self._asked[self._last(incident)].add(ticket)

    def refuse(self, incident: str, ticket: str) -> bool:
        """A person said that it does not; False: that was known."""
        if (incident, ticket) in self._said:
            return False
        self._said.add((incident, ticket))
        self._refusals[incident] += 1
        self._refused[self._last(incident)].add(ticket)
        return True

    def refusals(self, incident: str) -> int:
        """How often that was said of the incident itself, not of those that went on in it."""
        return self._refusals[incident]

    def became(self, incident: str, successor: str) -> None:
        """The incident's tickets went on in another one: what was said of it is said of that."""
        last = self._last(successor)
        if self._last(incident) == last:
            return
        self._became[incident] = last
        for of in (self._asked, self._refused):
            if incident in of:
                of[last] |= of.pop(incident)

    def are_refused(self, tickets: Set[str], incident: str) -> bool:
        """Whether a person said of one of the tickets that it does not belong to the incident."""
        return not tickets.isdisjoint(self._refused.get(incident, ()))

    def are_two(self, one: Profile, other: Profile) -> bool:
        """Whether a person said of a ticket of either that it does not belong to the other."""
        tickets, others = one.readings.keys(), other.readings.keys()
        return self.are_refused(tickets, other.incident) or self.are_refused(others, one.incident)

    def are_asked(self, one: Profile, other: Profile) -> bool:
        """Whether staff were asked whether these two are one cause, whichever was to go on in the other.

        A question stands while its first ticket is where it was: what was asked of one that moved here is no question
        about these two.
        """
        return self._is_asked(one, other.incident) or self._is_asked(other, one.incident)

    def _is_asked(self, profile: Profile, incident: str) -> bool:
        first = next(iter(profile.readings), None)
        return first is not None and first in self._asked.get(incident, ())

    def _last(self, incident: str) -> str:
        while incident in self._became:
            incident = self._became[incident]
        return incident
