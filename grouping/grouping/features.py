"""How a report and an incident compare: numbers in log-odds, before any weight.

Two hypotheses are compared with chance. `Shared`: one cause hits several people, and the report is one of theirs.
`Thing` (`things`): the report is about the same device, room or person's trouble again.
"""

import math
from bisect import bisect_left
from collections.abc import Collection
from typing import NamedTuple

from grouping import things
from grouping.around import CHANCE
from grouping.extent import is_narrow, wide
from grouping.numbers import log, log_sigmoid
from grouping.profile import Profile
from grouping.sought import HOUR, SUPPORTED, Sought
from grouping.things import Thing

_NEAREST = 24
"""Reports of an incident whose time is compared: a storm has thousands."""
_SHORTEST = 0.05
"""Hours under which two reports are at one time."""
_LEAST_SERVICE = -4.0
_SPREAD = 0.4
"""What reports of other schools add to the belief that a cause reaches beyond its school."""
_OTHER_SYMPTOMS = -0.6
_MOST_SYMPTOMS = 2.0
_ELSEWHERE = -2.5
"""Of a thing: that it stands in another room, or has another tag."""
_MANY_NAMED = 0.3
"""The same, as a share, where an incident has several rooms or devices already."""


class Shared(NamedTuple):
    """The features of the first hypothesis."""

    service: float
    time: float
    gap: float
    many: float
    place: float
    ticket_shared: float
    incident_shared: float
    symptoms: float
    words: float
    network_here: float
    lasting: float
    rooms: float
    assets: float


class Compared:
    """Both hypotheses about a report and an incident, all its reports taken together."""

    __slots__ = ("_shared", "_sought", "minutes", "profile", "thing")

    def __init__(self, sought: Sought, profile: Profile) -> None:
        self.profile = profile
        self._sought = sought
        self._shared: Shared | None = None
        self.minutes = _nearest(sought.at, profile.times) * 60
        """Between the report and the incident's nearest one."""
        self.thing = self._thing() if things.may_be_same(sought.reading, profile) else None
        """None: nothing names the same device, room or person."""

    @property
    def shared(self) -> Shared:
        """Worked out when asked for: of an incident of several, far away in time, nobody may ask."""
        if self._shared is None:
            with_it = with_one if self.profile.lone else with_several
            self._shared = with_it(self._sought, self.profile)
        return self._shared

    def _thing(self) -> Thing | None:
        shared = self.shared
        return things.compare(self._sought, self.profile, shared.service, shared.symptoms, shared.words)


def with_one(sought: Sought, one: Profile) -> Shared:
    """With an incident of one report, or with one report of an incident: some hundred times for a new report.

    The same as `with_several` of one, in one piece: here is where a decision's time goes.
    """
    reading, around = sought.reading, sought.around
    (known,) = one.readings.values()
    likely = one.services(sought.services.usual)
    ratio = sought.ratio(likely)
    agree = ratio / (ratio + CHANCE)
    hours = abs(sought.at - one.times[0]) / HOUR
    reach = wide(one, sought.services, _SPREAD * around.elsewhere * agree)
    network = 0.0
    if reading.report.school in one.schools:
        place = math.log((1 - reach) * sought.schools + reach)
        if sought.wires:
            network = sought.network * sum([times * likely[wire] for wire, times in sought.wires]) / ratio
    else:
        place = log(reach)
    symptoms = 0.0
    if reading.symptoms and known.symptoms:
        symptoms = min(float(len(reading.symptoms & known.symptoms)), _MOST_SYMPTOMS) or _OTHER_SYMPTOMS
    service = max(log(ratio), _LEAST_SERVICE)
    time, gap, many = log(_burst(hours)), math.log(hours + _SHORTEST), 0.0
    incident_shared = _many_hit(one, SUPPORTED * around.support * agree)
    words = math.log1p(len(reading.words & known.words))
    lasting = 1 + math.log1p(hours / 4) if reading.lasting else 0.0
    rooms = _elsewhere(sought, reading.named.rooms, one.rooms)
    assets = _elsewhere(sought, reading.named.assets, one.assets)
    return Shared(
        service, time, gap, many, place, sought.many_hit, incident_shared,
        symptoms, words, network, lasting, rooms, assets,
    )  # fmt: skip  # by position, in the order of the features: by name costs as much as all logarithms


def with_several(sought: Sought, profile: Profile) -> Shared:
    """With an incident as a whole: what its reports have in common."""
    reading, around, services = sought.reading, sought.around, sought.services
    likely = profile.services(services.usual)
    ratio = sought.ratio(likely)
    agree = ratio / (ratio + CHANCE)
    gaps = _gaps(sought.at, profile.times)
    reach = wide(profile, services, _SPREAD * around.elsewhere * agree)
    here = reading.report.school in profile.schools
    wires = sum([times * likely[wire] for wire, times in sought.wires])
    return Shared(
        service=max(log(ratio), _LEAST_SERVICE),
        time=log(sum(map(_burst, gaps))),
        gap=math.log(gaps[0] + _SHORTEST) if gaps else 0.0,
        many=math.log(max(len(profile.readings), 1)),
        place=math.log((1 - reach) * sought.schools + reach) if here else log(reach),
        ticket_shared=sought.many_hit,
        incident_shared=_many_hit(profile, SUPPORTED * around.support * agree),
        symptoms=_symptoms(sought, profile),
        words=_words(sought, profile),
        network_here=sought.network * wires / ratio if here and wires else 0.0,
        # Of a report that says so, its incident may be of yesterday.
        lasting=1 + math.log1p(gaps[0] / 4) if reading.lasting and gaps else 0.0,
        rooms=_elsewhere(sought, reading.named.rooms, profile.rooms),
        assets=_elsewhere(sought, reading.named.assets, profile.assets),
    )


def _gaps(at: float, times: list[float]) -> list[float]:
    """Hours between the report and the incident's reports nearest in time, the nearest first."""
    if len(times) == 1:
        return [abs(at - times[0]) / HOUR]
    here = bisect_left(times, at)
    return sorted([abs(at - time) / HOUR for time in times[max(0, here - _NEAREST) : here + _NEAREST]])


def _nearest(at: float, times: list[float]) -> float:
    """Hours between the report and the incident's nearest one; endless where there is none."""
    if len(times) == 1:
        return abs(at - times[0]) / HOUR
    here = bisect_left(times, at)
    return min((abs(at - time) / HOUR for time in times[max(0, here - 1) : here + 1]), default=math.inf)


def _burst(hours: float) -> float:
    return math.exp(-hours / 0.5) + 0.35 * math.exp(-hours / 3) + 0.05 * math.exp(-hours / 24)


def _many_hit(profile: Profile, supported: float) -> float:
    if profile.triaged and profile.scope is not None:
        return -6.0 if is_narrow(profile) else 0.0
    return log_sigmoid(profile.shared + supported)


def _symptoms(sought: Sought, profile: Profile) -> float:
    if not sought.symptoms or not profile.symptoms:
        return 0.0
    known, of = profile.symptoms, len(profile.readings)
    common = sum([min(1.0, 2 * known[symptom] / of) for symptom in sought.symptoms if symptom in known])
    return min(common, _MOST_SYMPTOMS) or _OTHER_SYMPTOMS


def _words(sought: Sought, profile: Profile) -> float:
    known, of = profile.words, len(profile.readings)
    return math.log1p(sum([min(1.0, 3 * known[word] / of) for word in sought.words if word in known]))


def _elsewhere(sought: Sought, named: frozenset[str], known: Collection[str]) -> float:
    """Two rooms, or two tags, speak against one cause, most where the fault is a thing's."""
    if not things.differ(named, known):
        return 0.0
    return _ELSEWHERE * sought.of_things * (_MANY_NAMED if len(known) > 2 else 1.0)
