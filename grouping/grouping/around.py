"""What else is reported just now: a burst of the same service makes a report likelier one of many, and wider."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from grouping.profile import Profile
from grouping.reading import Reading
from grouping.services import Services

_WINDOW = 2 * 3600.0
_FADES = 3600.0
CHANCE = 2.0
"""Times chance at which two readings are as likely about one service as not."""
_USUAL = 0.5
"""How much is always reported: no sign of anything."""
_MOST = 8
"""Reports of one incident that are counted: a storm needs no more."""


@dataclass(frozen=True, slots=True)
class Around:
    """In logarithms, zero when all is quiet."""

    support: float = 0.0
    """Others' reports that may be of the same cause: at the same school, or anywhere of what runs for all."""
    elsewhere: float = 0.0
    """Reports of the same service from other schools."""


QUIET = Around()


def look(reading: Reading, profiles: Iterable[Profile], services: Services) -> Around:
    """Around a report: others' reports of the two hours before it."""
    at, report = reading.report.occurred_at.timestamp(), reading.report
    cloud = services.share_of(reading.services, "cloud")
    near = far = 0.0
    for profile in profiles:
        if at - profile.newest > _WINDOW or report.reporter in profile.reporters:
            continue
        weight = alike(reading, profile, services) / (1 + math.exp(-profile.shared))
        times = profile.times[bisect_left(profile.times, at - _WINDOW) : bisect_right(profile.times, at)][-_MOST:]
        weight *= sum(math.exp((time - at) / _FADES) for time in times)
        if report.school in profile.schools:
            near += weight
        else:
            far += weight
    return Around(_more(near + cloud * far), _more(far))


def alike(reading: Reading, profile: Profile, services: Services) -> float:
    """How likely both are about one service, 0–1."""
    likely, usual = profile.services(services.usual), services.usual
    ratio = sum(share * likely.get(service, 0.0) / usual[service] for service, share in reading.services.items())
    return ratio / (ratio + CHANCE)


def _more(reported: float) -> float:
    return max(0.0, math.log((reported + _USUAL) / (2 * _USUAL)))
