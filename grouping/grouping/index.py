"""The incidents that a report may belong to, found by service, school, device, room and person.

Rebuilt from facts; observing one twice is harmless.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping, Set
from typing import assert_never

from grouping.answers import Answers
from grouping.facts import (
    Ended,
    Fact,
    Linked,
    Opened,
    Refused,
    Reopened,
    Resolved,
    ScopeRaised,
    Suggested,
    Touched,
    Triaged,
    Unlinked,
)
from grouping.profile import MOST_OF_THING, Profile
from grouping.reading import Reader, Reading
from grouping.report import Report
from grouping.sought import Sought

Key = tuple[str, ...]
_STEP = 300.0
"""Seconds."""
_LIKELY = 0.08
"""A service that an incident is at least this likely about."""
_MORE_THAN_CHANGES = 2**32
"""What comes back from its end is never taken for what it was before: others remember it by its `changes`."""
SET_BY_STAFF: Key = ("set",)
"""All incidents of which staff have said how far they reach."""
Entry = tuple[float, int, int, str]
"""Newest report in seconds, how large the incident is, its order, its id.

Of one time the largest is the nearest: a storm's is not lost among the lone reports around it.
"""
_LARGER_THAN_ALL = 64


class Index:
    """Incidents that have not ended."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.profiles: dict[str, Profile] = {}
        self.founders: dict[str, tuple[int, Sought]] = {}
        """Incidents' first reports, ready to be compared, with the `changes` of the incident then."""
        self._lists: dict[Key, list[Entry]] = {}
        self._listed: dict[str, tuple[Entry, tuple[Key, ...]]] = {}
        self._incident_of: dict[str, str] = {}
        self.answers = Answers()
        """What people were asked and what they refused."""
        self._opened = 0
        self._triaged = 0

    def __len__(self) -> int:
        return len(self.profiles)

    @property
    def desk_is_there(self) -> bool:
        """Whether people set what incidents are about: at least every third one."""
        return 3 * self._triaged >= len(self.profiles) > 0

    def get(self, incident: str) -> Profile | None:
        """One of them."""
        return self.profiles.get(incident)

    def near(self, key: Key, at: float, most: int) -> Iterator[str]:
        """The incidents under a key whose newest reports are closest before a time (and a few after), in seconds."""
        entries = self._lists.get(key, [])
        here = bisect_right(entries, (at, _LARGER_THAN_ALL, 0, ""))
        for *_, incident in entries[max(0, here - most) : here + max(most // 4, 1)]:
            yield incident

    def adopt(self, reader: Reader) -> None:
        """Read every report anew, with another directory's words. Which incident it is on stays."""
        usual, self._reader = self._reader.services.usual, reader
        for profile in self.profiles.values():
            reports = [reading.report for reading in profile.readings.values()]
            for report in reports:
                profile.remove(report.ticket, usual)
            for report in reports:
                profile.add(reader.read(report), reader.services.usual)
            self._list(profile)

    def observe(self, fact: Fact) -> None:
        """Take a fact in. Of incidents that ended or were never opened only what people said is remembered."""
        if isinstance(fact, Opened):
            self._open(fact)
            return
        if isinstance(fact, Suggested):
            self.answers.asked_about(fact.incident, fact.ticket)
            return
        if isinstance(fact, Refused):
            self._refuse(fact.incident, fact.ticket)
            return
        if isinstance(fact, Ended) and fact.successor is not None:
            self.answers.became(fact.incident, fact.successor)
        profile = self.profiles.get(fact.incident)
        if profile is None:
            if isinstance(fact, Linked):
                self._leave(fact.report.ticket)
            return
        match fact:
            case Linked():
                self._link(profile, fact.report, by_person=fact.by_person)
            case Unlinked():
                self._unlink(profile, fact.ticket)
            case Ended():
                self._forget(profile)
            case _:
                self._change(profile, fact)

    def _change(self, profile: Profile, fact: Triaged | ScopeRaised | Touched | Resolved | Reopened) -> None:
        match fact:
            case Triaged():
                self._triaged += not profile.triaged
                profile.told(fact.service, fact.scope)
                self._list(profile)
            case ScopeRaised():
                if not profile.triaged:
                    profile.raised(fact.scope)
            case Touched():
                profile.touched = True
            case Resolved():
                profile.resolved_at = fact.at
            case Reopened():
                profile.resolved_at = None
            case _:
                assert_never(fact)

    def _open(self, fact: Opened) -> None:
        if fact.incident in self.profiles:
            return
        self._opened += 1
        self.profiles[fact.incident] = Profile(
            fact.incident,
            fact.kind,
            fact.school,
            order=self._opened,
            refused=self.answers.refusals(fact.incident),
            changes=self._opened * _MORE_THAN_CHANGES,
        )

    def _link(self, profile: Profile, report: Report, *, by_person: bool) -> None:
        former = self._incident_of.get(report.ticket)
        if former == profile.incident:
            return
        if former is not None:  # a ticket is on one incident at a time
            self._unlink(self.profiles[former], report.ticket)
        profile.add(self._reader.read(report), self._reader.services.usual)
        self._incident_of[report.ticket] = profile.incident
        if by_person:
            profile.confirm(report.ticket)
        self._list(profile)

    def _leave(self, ticket: str) -> None:
        """It is on an incident that is not compared any more."""
        former = self._incident_of.get(ticket)
        if former is not None:
            self._unlink(self.profiles[former], ticket)

    def _unlink(self, profile: Profile, ticket: str) -> None:
        if self._incident_of.get(ticket) != profile.incident:
            return
        del self._incident_of[ticket]
        profile.confirmed.discard(ticket)
        self.founders.pop(profile.incident, None)
        profile.remove(ticket, self._reader.services.usual)
        self._list(profile)

    def _refuse(self, incident: str, ticket: str) -> None:
        """Remembered with the ticket: it outlives the incident, which may come back."""
        if self.answers.refuse(incident, ticket) and incident in self.profiles:
            self.profiles[incident].refuse()

    def _forget(self, profile: Profile) -> None:
        del self.profiles[profile.incident]
        self.founders.pop(profile.incident, None)
        self._unlist(profile.incident)
        self._triaged -= profile.triaged
        for ticket in profile.readings:
            del self._incident_of[ticket]  # what was asked and refused of it stays: a person may link it elsewhere

    def _list(self, profile: Profile) -> None:
        entry, keys = self._listed.get(profile.incident, (None, ()))
        if profile.times:
            # In steps, so that a storm's incident is not moved in every list by every report.
            newest = profile.newest // _STEP * _STEP
            now = (newest, len(profile.readings).bit_length(), profile.order, profile.incident)
            wanted = tuple(dict.fromkeys(keys_of_profile(profile, self._reader.services.usual)))
            if (entry, keys) == (now, wanted):
                return
            self._unlist(profile.incident)
            for key in wanted:
                insort(self._lists.setdefault(key, []), now)
            self._listed[profile.incident] = (now, wanted)
        else:
            self._unlist(profile.incident)

    def _unlist(self, incident: str) -> None:
        entry, keys = self._listed.pop(incident, (None, ()))
        for key in keys:
            entries = self._lists[key]
            del entries[bisect_left(entries, entry)]  # type: ignore[type-var]  # an entry, since there are keys
            if not entries:
                del self._lists[key]


def keys_of_profile(profile: Profile, usual: Mapping[str, float]) -> Iterator[Key]:
    """What an incident is found by: its likely services alone and with each school, its devices, rooms and people."""
    likely = [service for service, share in profile.services(usual).items() if share >= _LIKELY]
    for service in likely:
        yield ("service", service)
    if profile.triaged and profile.scope is not None:
        yield SET_BY_STAFF
    for school in sorted(profile.schools):
        yield ("school", school)
        yield from (("place", service, school) for service in likely)
    if len(profile.readings) <= MOST_OF_THING or profile.is_of_device(profile.assets):
        yield from (("asset", asset) for asset in sorted(profile.assets))
    if len(profile.readings) <= MOST_OF_THING:
        yield from (("room", school, room) for school in sorted(profile.schools) for room in sorted(profile.rooms))
        yield from (("reporter", reporter) for reporter in sorted(profile.reporters))


def keys_of(reading: Reading, networks: Set[str]) -> Iterator[Key]:
    """What a report looks under, the most telling first; of the `networks` people rarely know which it is."""
    report = reading.report
    yield from (("asset", asset) for asset in sorted(reading.named.assets))
    yield ("reporter", report.reporter)
    yield from (("room", report.school, room) for room in sorted(reading.named.rooms))
    likely = [service for service, share in reading.services.items() if share >= _LIKELY]
    if not networks.isdisjoint(likely):
        likely += sorted(networks - set(likely))
    yield from (("place", service, report.school) for service in likely)
    yield ("school", report.school)
    yield from (("service", service) for service in likely)
