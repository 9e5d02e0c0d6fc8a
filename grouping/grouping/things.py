"""The second hypothesis: the report is about the same device, room or person's trouble again."""

import math
from collections.abc import Collection
from datetime import timedelta
from itertools import islice
from typing import NamedTuple

from grouping.entities import Named
from grouping.extent import is_narrow
from grouping.numbers import log, log_sigmoid
from grouping.profile import MOST_OF_THING, Profile
from grouping.reading import Reading
from grouping.sought import HOUR, Sought

_NEWEST = 24
"""Reports of a device's incident that are looked at."""
_SENT_TWICE = timedelta(hours=2)
_MUCH_THE_SAME = 0.5


class Thing(NamedTuple):
    """The features of this hypothesis."""

    asset: float
    room: float
    reporter: float
    repeat: float
    service: float
    time: float
    narrow: float
    ticket_narrow: float
    symptoms: float
    words: float


def compare(sought: Sought, profile: Profile, service: float, symptoms: float, words: float) -> Thing | None:
    """Against those of the incident's reports that name the same device, room or person; None where none does.

    Of a report and an incident that `may_be_same`.
    `service`, `symptoms`, `words`: the features that serve both hypotheses.
    """
    reading = sought.reading
    of_device = profile.is_of_device(reading.named.assets)
    if len(profile.readings) > MOST_OF_THING and not of_device:
        return None
    newest = islice(reversed(profile.readings.values()), _NEWEST)
    same = [(known, how) for known in newest if any(how := _same_thing(reading, known))]
    if not same:
        return None
    return Thing(
        asset=max(how[0] for _, how in same),
        room=max(how[1] for _, how in same),
        reporter=max(how[2] for _, how in same),
        repeat=max(_repeat(reading, known) for known, _ in same),
        service=service,
        time=max(log(_slow(abs(sought.at - known.report.occurred_at.timestamp()) / HOUR)) for known, _ in same),
        narrow=_narrow(profile, of_device=of_device),
        ticket_narrow=log_sigmoid(-reading.shared),
        symptoms=symptoms,
        words=words,
    )


def may_be_same(reading: Reading, profile: Profile) -> bool:
    """At one school, no other device, and at least one of person, room and device named by both."""
    named, report = reading.named, reading.report
    return (
        report.school in profile.schools
        and (
            report.reporter in profile.reporters
            or not named.rooms.isdisjoint(profile.rooms)
            or not named.assets.isdisjoint(profile.assets)
        )
        and not are_devices(named, profile)
    )


def are_devices(named: Named, profile: Profile) -> bool:
    """Whether they name two: by their tags, or where they have none in common by their numbers."""
    if not named.assets.isdisjoint(profile.assets):
        return False
    return differ(named.assets, profile.assets) or differ(named.numbered, profile.numbered)


def differ(some: frozenset[str], others: Collection[str]) -> bool:
    """Whether both are named, and nothing is in both."""
    return bool(some) and bool(others) and some.isdisjoint(others)


def _slow(hours: float) -> float:
    return math.exp(-hours / 6) + 0.3 * math.exp(-hours / 48) + 0.08 * math.exp(-hours / 240)


def _narrow(profile: Profile, *, of_device: bool) -> float:
    """How likely the incident is one thing's; a device's stays one however many report it."""
    if profile.scope is not None:
        return 0.0 if is_narrow(profile) else -4.0
    return 0.0 if of_device else log_sigmoid(-profile.shared)


def _same_thing(reading: Reading, known: Reading) -> tuple[float, float, float]:
    """Whether asset, room and reporter are the same. A person's own room says no more than the person.

    Somebody who names another place, device or person reports for others: that is no trouble of theirs again.
    """
    reporter = reading.report.reporter == known.report.reporter and bool(reading.report.reporter)
    reporter = reporter and not _elsewhere(reading.named, known.named)
    reporter = reporter and not (reading.names - known.names and known.names - reading.names)
    return (
        float(not reading.named.assets.isdisjoint(known.named.assets)),
        float(not reporter and not reading.named.rooms.isdisjoint(known.named.rooms)),
        float(reporter),
    )


def _elsewhere(some: Named, others: Named) -> bool:
    """Whether they name two devices, rooms, buildings or floors."""
    pairs = ((some.building, others.building), (some.floor, others.floor))
    return (
        differ(some.rooms, others.rooms)
        or differ(some.assets, others.assets)
        or differ(some.numbered, others.numbered)
        or any(one and other and one != other for one, other in pairs)
    )


def _repeat(reading: Reading, known: Reading) -> float:
    """One person sending twice: soon after, and much the same words."""
    report, former = reading.report, known.report
    if not _same_thing(reading, known)[2] or abs(report.occurred_at - former.occurred_at) > _SENT_TWICE:
        return 0.0
    either = len(reading.words | known.words)
    return float(len(reading.words & known.words) > _MUCH_THE_SAME * either) if either else 0.0
