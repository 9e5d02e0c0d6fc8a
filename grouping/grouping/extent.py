"""How far an incident reaches: as people or a burst have shown it, else as its reports make likely."""

import math
from itertools import islice

from grouping.numbers import sigmoid
from grouping.profile import Profile
from grouping.services import Services

_RAISED = frozenset({"schools", "several_schools", "municipality"})
_NARROW = frozenset({"person", "none", "asset", "room", "building"})
_KNOWN = {"municipality": 0.97, "schools": 0.8, "several_schools": 0.8}
_HARDLY = 0.002
_WIDTH_OF_KIND = {"cloud": 0.9, "network": -2.2, "thing": -2.6}
_WIDTH_OF_CLAIM = {"municipality": 2.0, "school": -0.5, "person": -1.0}
_CLAIMS = 24
"""Reports of an incident whose words are asked for a claim: a storm has thousands."""


def is_raised(profile: Profile) -> bool:
    """Whether the incident is known to reach several schools."""
    return profile.scope in _RAISED


def is_narrow(profile: Profile) -> bool:
    """Whether the incident is known to be one person's, thing's or room's."""
    return profile.scope in _NARROW


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
        return _KNOWN.get(profile.scope, _HARDLY)
    likely = profile.services(services.usual)
    odds = sum(share * _WIDTH_OF_KIND[services.kind(service)] for service, share in likely.items())
    claims = [reading.width for reading in islice(profile.readings.values(), _CLAIMS) if reading.width]
    odds += max((_WIDTH_OF_CLAIM[claim] for claim in claims), default=0.0)
    beyond = max(len(profile.schools) - 1, 0)
    odds += 1.6 * min(beyond, 3)
    if not beyond:
        odds -= 0.5 * min(len(profile.readings) - 1, 4)
    return sigmoid(odds)
