"""What a decision rests on, and the two questions every part of it asks: how likely, and is it allowed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from grouping.around import QUIET, Around
from grouping.extent import is_narrow, is_raised
from grouping.index import Index, Key, keys_of
from grouping.judging import Judged, judge
from grouping.profile import Profile
from grouping.reading import Reader, Reading
from grouping.report import Surroundings
from grouping.sought import HOUR, Sought, seek
from grouping.weights import Weights

_MOST_OF_KEY = 24
_DEFAULT_SCHOOLS = 12
"""Where the directory names none."""
_MOSTLY = 0.4
_TOLD = 3.0
"""Log-odds that many are hit, where a person said so."""
_BEFORE = 1.5 * HOUR
"""So long before its first report a fault may have been there."""
_ALONE = 1 * HOUR
_DAYS = 12 * HOUR
"""What is told to have begun days ago was reported so long ago at least, where others have it too."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The state of one municipality and the numbers to weigh it with."""

    index: Index
    reader: Reader
    surroundings: Surroundings
    weights: Weights

    @property
    def schools(self) -> int:
        """How many the municipality has."""
        return max(len(self.surroundings.schools), 2) if self.surroundings.schools else _DEFAULT_SCHOOLS

    def seek(self, reading: Reading, around: Around = QUIET) -> Sought:
        """The report, ready to be compared. `around`: what else is reported, where it is a new one."""
        return seek(reading, self.reader.services, self.schools, around)

    def founder(self, profile: Profile) -> Sought:
        """An incident's first report, ready to be compared: read with what people have since said of the incident."""
        known = self.index.founders.get(profile.incident)
        if known is None or known[0] != profile.changes:
            sought = seek(self._first(profile), self.reader.services, self.schools, again=True)
            known = self.index.founders[profile.incident] = (profile.changes, sought)
        return known[1]

    def _first(self, profile: Profile) -> Reading:
        first = next(iter(profile.readings.values()))
        if not profile.triaged:
            return first
        usual = self.reader.services.usual
        services = dict(sorted(profile.services(usual).items(), key=lambda item: (-item[1], item[0])))
        shared = first.shared if profile.scope is None else -_TOLD if is_narrow(profile) else _TOLD
        return replace(first, services=services, shared=shared)

    def judge(self, sought: Sought, profile: Profile) -> Judged:
        """How likely the report belongs to one incident."""
        return judge(sought, profile, self.weights)

    def candidates(self, reading: Reading) -> Iterator[Profile]:
        """Incidents near in time that share a device, a person, a room, a place or a service with the report."""
        at, ticket = reading.report.occurred_at.timestamp(), frozenset((reading.report.ticket,))
        for profile in self.near(
            keys_of(reading, self.reader.services.networks), at, self.weights.decision["look_back_hours"]
        ):
            if not self.index.answers.are_refused(ticket, profile.incident):
                yield profile

    def near(self, keys: Iterator[Key], at: float, hours: float) -> Iterator[Profile]:
        """Faults under any of the keys that were reported within so many hours of a time, each once."""
        seen: set[str] = set()
        for key in keys:
            for incident in self.index.near(key, at, _MOST_OF_KEY):
                if incident in seen:
                    continue
                seen.add(incident)
                profile = self.index.profiles[incident]
                if profile.kind == "incident" and abs(at - profile.newest) <= hours * HOUR:
                    yield profile

    def may_link(self, reading: Reading, profile: Profile) -> bool:
        """The scope gate: what never links by itself, however alike the words are.

        Nothing to what is resolved or began only later, by its reports or by what this one tells; no network fault and
        no thing's to another school, unless raised; nor to another school what one has had alone for an hour.
        """
        if profile.resolved_at is not None or began_later(profile, reading):
            return False
        if reading.report.school in profile.schools or is_raised(profile):
            return True
        return self.local(profile) < _MOSTLY and not _is_one_schools(profile, reading)

    def local(self, profile: Profile) -> float:
        """How likely the incident is about what stands in one school: its network or a thing."""
        services = self.reader.services
        return services.share_of(profile.services(services.usual), "network", "thing")


def _is_one_schools(profile: Profile, reading: Reading) -> bool:
    """Whether only one school has had it for so long that others would have reported it too."""
    return len(profile.schools) == 1 and reading.report.occurred_at.timestamp() - profile.newest > _ALONE


def began_later(profile: Profile, reading: Reading) -> bool:
    """Whether an incident's reports all came long after this one, which may be imported or told late, or after what it
    tells of: that it began days ago.
    """
    if not profile.times:
        return False
    after = profile.times[0] - reading.report.occurred_at.timestamp()
    return after > (-_DAYS if reading.days else _BEFORE)
