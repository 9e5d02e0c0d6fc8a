"""How a report and an incident compare: named numbers in log-odds, before any weight.

Two hypotheses are compared with chance. `shared`: one cause hits several people, and the report is one of theirs.
`thing`: the report is about the same device, room or person's trouble again.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from grouping.around import CHANCE, QUIET, Around
from grouping.profile import MOST_OF_THING, Profile
from grouping.reading import Reading
from grouping.services import Services

HOUR = 3600.0
_NEAREST = 24
"""Reports of an incident whose time is compared: a storm has thousands."""
_SHORTEST = 0.05
"""Hours under which two reports are at one time."""
_NEVER = -12.0
_LEAST_SERVICE = -4.0
_MOST_SUPPORT = 2.0
_SUPPORTED = 0.5
"""What a burst around adds to the belief that many are hit."""
_SPREAD = 0.4
"""What reports of other schools add to the belief that a cause reaches beyond its school."""
_SENT_TWICE = timedelta(hours=2)
_MUCH_THE_SAME = 0.5
_RAISED = frozenset({"schools", "several_schools", "municipality"})
_NARROW = frozenset({"person", "none", "asset", "room", "building"})
_WIDTH_OF_KIND = {"cloud": 0.9, "network": -2.2, "thing": -2.6}
_WIDTH_OF_CLAIM = {"municipality": 2.0, "school": -0.5, "person": -1.0}


@dataclass(frozen=True, slots=True)
class Compared:
    """The features of both hypotheses. An empty `thing`: nothing names the same device, room or person."""

    shared: Mapping[str, float]
    thing: Mapping[str, float]
    minutes: float
    """Between the report and the incident's nearest one."""


def compare(reading: Reading, profile: Profile, services: Services, schools: int, around: Around = QUIET) -> Compared:
    """`schools`: how many the municipality has; `around`: what else is reported, where the report is a new one."""
    gaps = _gaps(reading.report.occurred_at.timestamp(), profile.times)
    here = reading.report.school in profile.schools
    ratio, network = _common(reading, profile, services)
    service = max(_log(ratio), _LEAST_SERVICE)
    agree = ratio / (ratio + CHANCE)
    # A school's network fails for all of it: likelier one cause than other faults, most in a burst of reports.
    shared = {
        "service": service,
        "time": _log(sum(_burst(gap) for gap in gaps)),
        "gap": math.log(gaps[0] + _SHORTEST) if gaps else 0.0,
        "many": math.log(max(len(profile.readings), 1)),
        "place": _place(reading, profile, wide(profile, services, _SPREAD * around.elsewhere * agree), schools),
        "ticket_shared": _log_sigmoid(reading.shared + _SUPPORTED * around.support) + math.log(2),
        "incident_shared": _incident_shared(profile, _SUPPORTED * around.support * agree),
        "symptoms": _symptoms(reading, profile),
        "words": _words(reading, profile),
        "network_here": network * (1 + min(around.support, _MOST_SUPPORT)) if here else 0.0,
        "lasting": _lasting(reading, gaps),
        "rooms": _other_room(reading, profile, services),
        "assets": _other_asset(reading, profile, services),
    }
    return Compared(shared, _thing(reading, profile, service), min(gaps, default=math.inf) * 60)


def wide(profile: Profile, services: Services, spread: float = 0.0) -> float:
    """How likely the cause reaches beyond the incident's school, 0–1; `spread`: log-odds from what is around."""
    if profile.reach is None:
        profile.reach = _wide(profile, services)
    if profile.scope is not None or not spread:
        return profile.reach
    more = profile.reach * math.exp(spread)
    return more / (more + 1 - profile.reach)


def _wide(profile: Profile, services: Services) -> float:
    if profile.scope is not None:
        return {"municipality": 0.97, "schools": 0.8, "several_schools": 0.8}.get(profile.scope, 0.002)
    likely = profile.services(services.usual)
    odds = sum(share * _WIDTH_OF_KIND[services.kind(service)] for service, share in likely.items())
    claims = [reading.width for reading in islice(profile.readings.values(), _NEAREST) if reading.width]
    odds += max((_WIDTH_OF_CLAIM[claim] for claim in claims), default=0.0)
    beyond = len(profile.schools) - 1
    odds += 1.6 * min(beyond, 3)
    if not beyond:
        odds -= 0.5 * min(len(profile.readings) - 1, 4)
    return _sigmoid(odds)


def is_raised(profile: Profile) -> bool:
    """Whether the incident is known to reach several schools."""
    return profile.scope in _RAISED


def is_narrow(profile: Profile) -> bool:
    """Whether the incident is known to be one person's, thing's or room's."""
    return profile.scope in _NARROW


def _gaps(at: float, times: list[float]) -> list[float]:
    """Hours between the report and the incident's reports nearest in time."""
    if len(times) == 1:
        return [abs(at - times[0]) / HOUR]
    here = bisect_left(times, at)
    return sorted(abs(at - time) / HOUR for time in times[max(0, here - _NEAREST) : here + _NEAREST])


def _burst(hours: float) -> float:
    return math.exp(-hours / 0.5) + 0.35 * math.exp(-hours / 3) + 0.05 * math.exp(-hours / 24)


def _slow(hours: float) -> float:
    return math.exp(-hours / 6) + 0.3 * math.exp(-hours / 48) + 0.08 * math.exp(-hours / 240)


def _common(reading: Reading, profile: Profile, services: Services) -> tuple[float, float]:
    """How much likelier than by chance both are about one service, and which part of that is the school's network."""
    likely, usual, network = profile.services(services.usual), services.usual, services.networks
    whole = wires = 0.0
    for service, share in reading.services.items():
        both = share * likely.get(service, 0.0) / usual[service]
        whole += both
        if service in network:
            wires += both
    return whole, wires / whole if whole else 0.0


def _place(reading: Reading, profile: Profile, reach: float, schools: int) -> float:
    if reading.report.school in profile.schools:
        return math.log((1 - reach) * schools + reach)
    return _log(reach)


def _incident_shared(profile: Profile, supported: float) -> float:
    if profile.triaged and profile.scope is not None:
        return -6.0 if profile.scope in _NARROW else 0.0
    return _log_sigmoid(profile.shared + supported)


def _symptoms(reading: Reading, profile: Profile) -> float:
    if not reading.symptoms or not profile.symptoms:
        return 0.0
    of = len(profile.readings)
    common = sum(
        min(1.0, 2 * profile.symptoms[symptom] / of) for symptom in reading.symptoms if symptom in profile.symptoms
    )
    return min(common, 2.0) if common else -0.6


def _words(reading: Reading, profile: Profile) -> float:
    of = len(profile.readings)
    common = sum(min(1.0, 3 * profile.words[word] / of) for word in sorted(reading.words) if word in profile.words)
    return math.log1p(common)


def _lasting(reading: Reading, gaps: list[float]) -> float:
    """Of a report that says so, its incident may be of yesterday."""
    return 1 + math.log1p(gaps[0] / 4) if reading.lasting and gaps else 0.0


def _other_room(reading: Reading, profile: Profile, services: Services) -> float:
    """Two rooms speak against one cause, most where the fault is a thing's."""
    if not reading.named.rooms or not profile.rooms or not reading.named.rooms.isdisjoint(profile.rooms):
        return 0.0
    return -2.5 * _of_things(reading, services) * (0.3 if len(profile.rooms) > 2 else 1.0)


def _other_asset(reading: Reading, profile: Profile, services: Services) -> float:
    if not reading.named.assets or not profile.assets or not reading.named.assets.isdisjoint(profile.assets):
        return 0.0
    return -2.5 * _of_things(reading, services) * (0.3 if len(profile.assets) > 2 else 1.0)


def _of_things(reading: Reading, services: Services) -> float:
    return services.share_of(reading.services, "thing")


def _thing(reading: Reading, profile: Profile, service: float) -> dict[str, float]:
    """Against those of the incident's reports that name the same device, room or person."""
    of_device = profile.is_of_device(reading.named.assets)
    if reading.report.school not in profile.schools or (len(profile.readings) > MOST_OF_THING and not of_device):
        return {}
    if reading.named.assets and profile.assets and reading.named.assets.isdisjoint(profile.assets):
        return {}
    newest = islice(reversed(profile.readings.values()), _NEAREST)
    same = [(known, how) for known in newest if any(how := _same_thing(reading, known))]
    if not same:
        return {}
    at = reading.report.occurred_at.timestamp()
    return {
        "asset": max(how[0] for _, how in same),
        "room": max(how[1] for _, how in same),
        "reporter": max(how[2] for _, how in same),
        "repeat": max(_repeat(reading, known) for known, _ in same),
        "service": service,
        "time": max(_log(_slow(abs(at - known.report.occurred_at.timestamp()) / HOUR)) for known, _ in same),
        "narrow": _narrow(profile, of_device=of_device),
        "ticket_narrow": _log_sigmoid(-reading.shared),
        "symptoms": _symptoms(reading, profile),
        "words": _words(reading, profile),
    }


def _narrow(profile: Profile, *, of_device: bool) -> float:
    """How likely the incident is one thing's; a device's stays one however many report it."""
    if profile.scope is not None:
        return 0.0 if profile.scope in _NARROW else -4.0
    return 0.0 if of_device else _log_sigmoid(-profile.shared)


def _same_thing(reading: Reading, known: Reading) -> tuple[float, float, float]:
    """Whether asset, room and reporter are the same. A person's own room says no more than the person.

    Somebody who names another room or device reports for a corridor: that is no trouble of theirs again.
    """
    reporter = reading.report.reporter == known.report.reporter and bool(reading.report.reporter)
    reporter = reporter and not (_differ(reading.named.rooms, known.named.rooms))
    reporter = reporter and not (_differ(reading.named.assets, known.named.assets))
    return (
        float(not reading.named.assets.isdisjoint(known.named.assets)),
        float(not reporter and not reading.named.rooms.isdisjoint(known.named.rooms)),
        float(reporter),
    )


def _differ(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether both are named, and nothing is in both."""
    return bool(some) and bool(others) and some.isdisjoint(others)


def _repeat(reading: Reading, known: Reading) -> float:
    """One person sending twice: soon after, and much the same words."""
    report, former = reading.report, known.report
    if not _same_thing(reading, known)[2] or abs(report.occurred_at - former.occurred_at) > _SENT_TWICE:
        return 0.0
    either = len(reading.words | known.words)
    return float(len(reading.words & known.words) > _MUCH_THE_SAME * either) if either else 0.0


def _log(value: float) -> float:
    return max(math.log(value), _NEVER) if value > 0 else _NEVER


def _sigmoid(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _log_sigmoid(odds: float) -> float:
    return -math.log1p(math.exp(-max(-30.0, min(30.0, odds))))
