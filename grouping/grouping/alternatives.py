"""Which candidates a person is shown: the likeliest, and of several that are one cause between them only one.

Twenty lone reports of one outage are one answer, not three: the other two places are for other causes.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grouping.decision import MOST_CANDIDATES
from grouping.extent import is_raised
from grouping.judging import Judged
from grouping.profile import Profile
from grouping.services import Services

_LOOKED_AT = 16
_DAY = 24 * 3600.0
_CHANCE = 2.0
_NEVER_SURE = 0.5
"""However alike two candidates are, the second may be the right one."""
_SAME_WORDS = 0.95
"""Of two lone reports that are told in the same words: whichever it is, the answer is the same."""
_EQUAL = 0.8
"""As a share of the likeliest: from there on the one that reaches further, or has more reports, is shown first."""


class Chosen(NamedTuple):
    """One that is shown. `belief`: its probability, with a share of those that are likely its own cause, 0–1."""

    judged: Judged
    belief: float


def choose(ranked: Sequence[Judged], services: Services) -> list[Chosen]:
    """At most three of the ranked, the likeliest first, each given that those before it are not it."""
    left = {nth: one.probability for nth, one in enumerate(ranked[:_LOOKED_AT])}
    chosen: list[Chosen] = []
    while left and len(chosen) < MOST_CANDIDATES:
        best = _first(left, ranked)
        del left[best]
        belief = ranked[best].probability
        for nth in left:
            alike = _alike(ranked[nth].profile, ranked[best].profile, services)
            belief += alike * ranked[nth].probability
            left[nth] *= 1 - alike
        chosen.append(Chosen(ranked[best], belief))
    return chosen


def _first(left: Mapping[int, float], ranked: Sequence[Judged]) -> int:
    equal = _EQUAL * max(left.values())
    likely = [nth for nth, probability in left.items() if probability >= equal]
    return max(likely, key=lambda nth: (*_size(ranked[nth].profile), left[nth], -nth))


def _size(profile: Profile) -> tuple[bool, int]:
    return is_raised(profile), len(profile.readings)


def _alike(one: Profile, other: Profile, services: Services) -> float:
    """How likely two incidents are one cause, 0–1, at a glance: service, school, time, and words of two lone ones."""
    first, second, usual = one.services(services.usual), other.services(services.usual), services.usual
    common = {service: share * second[service] / usual[service] for service, share in first.items()}
    ratio = sum(common.values())
    here = 1.0
    if one.schools.keys().isdisjoint(other.schools):
        here = services.share_of(common, "cloud") / ratio if ratio else 0.0
    near = math.exp(-abs(one.newest - other.newest) / _DAY)
    alike = _NEVER_SURE * ratio * here / (ratio * here + _CHANCE)
    return near * (alike + (_SAME_WORDS * here - alike) * _told_alike(one, other))


def _told_alike(one: Profile, other: Profile) -> float:
    """How much two lone reports say the same, 0–1: the square of the share of what either says that both say."""
    if not (one.lone and other.lone):
        return 0.0
    first, second = one.words.keys() | one.symptoms.keys(), other.words.keys() | other.symptoms.keys()
    return (len(first & second) / max(len(first | second), 1)) ** 2
