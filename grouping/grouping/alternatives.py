"""Which candidates a person is shown: the likeliest, and of several that are one cause between them only one.

Twenty lone reports of one outage are one answer, not three: the other two places are for other causes.
"""

import math
from collections.abc import Sequence

from grouping.decision import MOST_CANDIDATES
from grouping.judging import Judged
from grouping.profile import Profile
from grouping.services import Services

_LOOKED_AT = 16
_DAY = 24 * 3600.0
_CHANCE = 2.0
_NEVER_SURE = 0.5
"""However alike two candidates are, the second may be the right one."""


def choose(ranked: Sequence[Judged], services: Services) -> list[Judged]:
    """At most three of the ranked, the likeliest first, each given that those before it are not it."""
    left = {nth: one.probability for nth, one in enumerate(ranked[:_LOOKED_AT])}
    chosen: list[Judged] = []
    while left and len(chosen) < MOST_CANDIDATES:
        best = max(left, key=lambda nth: (left[nth], -nth))
        del left[best]
        chosen.append(ranked[best])
        if len(chosen) < MOST_CANDIDATES:
            for nth in left:
                left[nth] *= 1 - _alike(ranked[nth].profile, ranked[best].profile, services)
    return chosen


def _alike(one: Profile, other: Profile, services: Services) -> float:
    """How likely two incidents are one cause, 0–1, at a glance: service, school and time."""
    first, second, usual = one.services(services.usual), other.services(services.usual), services.usual
    common = {service: share * second[service] / usual[service] for service, share in first.items()}
    ratio = sum(common.values())
    if one.schools.keys().isdisjoint(other.schools):
        cloud = services.share_of(common, "cloud")
        ratio *= cloud / ratio if ratio else 0.0
    near = math.exp(-abs(one.newest - other.newest) / _DAY)
    return _NEVER_SURE * near * ratio / (ratio + _CHANCE)
