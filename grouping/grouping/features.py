"""How a report and an incident compare: numbers in log-odds, before any weight.

Two hypotheses are compared with chance. `Shared`: one cause hits several people, and the report is one of theirs.
`Thing` (`things`): the report is about the same device, room or person's trouble again.
"""

import math
from bisect import bisect_left
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


class Compared(NamedTuple):
    """Both hypotheses. No `thing`: nothing names the same device, room or person."""

    shared: Shared
    thing: Thing | None
    minutes: float
    """Between the report and the incident's nearest one."""


def compare(sought: Sought, profile: Profile) -> Compared:
    """A report with an incident, all its reports taken together."""
    shared = with_one(sought, profile) if profile.lone else with_several(sought, profile)
    thing = things.compare(sought, profile, shared.service, shared.symptoms, shared.words)
    return Compared(shared, thing, _nearest(sought.at, profile.times) * 60)


def with_one(sought: Sought, one: Profile) -> Shared:
    """With an incident of one report, or with one report of an incident: some hundred times for a new report.

    The same as `with_several` of one, in one piece: here is where a decision's time goes.
    """
    reading, around, services = sought.reading, sought.around, sought.services
    (known,) = one.readings.values()
    likely = one.services(services.usual)
    ratio = 0.0
    for service, times in sought.times:
        ratio += times * likely[service]
    agree = ratio / (ratio + CHANCE)
    hours = abs(sought.at - one.times[0]) / HOUR
    reach = wide(one, services, _SPREAD * around.elsewhere * agree)
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
    return Shared(
        service=max(log(ratio), _LEAST_SERVICE),
        time=log(_burst(hours)),
        gap=math.log(hours + _SHORTEST),
        many=0.0,
        place=place,
        ticket_shared=sought.many_hit,
        incident_shared=_many_hit(one, SUPPORTED * around.support * agree),
        symptoms=symptoms,
        words=math.log1p(len(reading.words & known.words)),
        network_here=network,
        lasting=1 + math.log1p(hours / 4) if reading.lasting else 0.0,
        rooms=_other_room(sought, one),
        assets=_other_asset(sought, one),
    )


def with_several(sought: Sought, profile: Profile) -> Shared:
    """With an incident as a whole: what its reports have in common."""
    reading, around, services = sought.reading, sought.around, sought.services
    likely = profile.services(services.usual)
    ratio = sum([times * likely[service] for service, times in sought.times])
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
        rooms=_other_room(sought, profile),
        assets=_other_asset(sought, profile),
    )


def _gaps(at: float, times: list[float]) -> list[float]:
    """Hours between the report and the incident's reports nearest in time, the nearest first."""
    if len(times) == 1:
        return [abs(at - times[0]) / HOUR]
    here = bisect_left(times, at)
    return sorted([abs(at - time) / HOUR for time in times[max(0, here - _NEAREST) : here + _NEAREST]])


def _nearest(at: float, times: list[float]) -> float:
    """Hours between the report and the incident's nearest one; endless where there is none."""
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


def _other_room(sought: Sought, profile: Profile) -> float:
    """Two rooms speak against one cause, most where the fault is a thing's."""
    if not things.differ(sought.reading.named.rooms, profile.rooms):
        return 0.0
    return _ELSEWHERE * sought.of_things * (_MANY_NAMED if len(profile.rooms) > 2 else 1.0)


def _other_asset(sought: Sought, profile: Profile) -> float:
    if not things.differ(sought.reading.named.assets, profile.assets):
        return 0.0
    return _ELSEWHERE * sought.of_things * (_MANY_NAMED if len(profile.assets) > 2 else 1.0)
