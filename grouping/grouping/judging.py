"""How likely a report belongs to each candidate: features, weighed, gated, and compared with one another."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from grouping import features
from grouping.around import QUIET, Around
from grouping.features import Compared
from grouping.profile import Profile
from grouping.reading import Reading
from grouping.services import Services
from grouping.weights import Weights

_IMPOSSIBLE = -9.0
NEAREST = 12
"""Reports of one incident that are compared one by one."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One candidate. `odds`: log-odds of the better hypothesis against chance; `probability`: among all candidates."""

    profile: Profile
    compared: Compared
    by: Literal["shared", "thing"]
    odds: float
    probability: float = 0.0

    def timeless(self, weights: Weights) -> float:
        """The odds if the incident's reports were from now."""
        if self.by == "thing":
            return self.odds - weights.thing["time"] * self.compared.thing["time"]
        one_by_one = weights.triaged if self.profile.triaged else weights.shared
        parts = ("time", "gap") if self.profile.triaged else ("time",)
        return _weigh({name: value for name, value in self.compared.shared.items() if name not in parts}, one_by_one)

    @property
    def alone(self) -> float:
        """The probability if there were no other candidate."""
        return 1 / (1 + math.exp(-min(self.odds, 30.0)))


def judge(
    reading: Reading, profile: Profile, services: Services, weights: Weights, schools: int, around: Around = QUIET
) -> Judged:
    """One candidate by itself."""
    compared = features.compare(reading, profile, services, schools, around)
    if profile.triaged:
        shared = _weigh(compared.shared, weights.triaged)
    elif profile.lone:
        shared = _weigh(compared.shared, weights.shared)
    else:
        shared = _together(reading, profile, services, weights, schools, around)
    thing = _weigh(compared.thing, weights.thing) if compared.thing else _IMPOSSIBLE
    if compared.thing and thing > shared:
        return Judged(profile, compared, "thing", thing)
    return Judged(profile, compared, "shared", max(shared, _IMPOSSIBLE))


def common_service(reading: Reading, profile: Profile, services: Services) -> str:
    """What both are likeliest about."""
    likely = profile.services(services.usual)
    return max(reading.services, key=lambda id_: (reading.services[id_] * likely.get(id_, 0.0), id_))


def _together(
    reading: Reading, profile: Profile, services: Services, weights: Weights, schools: int, around: Around
) -> float:
    """Each of an incident's reports speaks for itself: so it matters not how they came to be on one incident."""
    at = reading.report.occurred_at.timestamp()
    odds = [
        _weigh(features.compare(reading, part, services, schools, around).shared, weights.shared)
        for part in profile.nearest(at, NEAREST, services.usual)
    ]
    return math.log(sum(math.exp(min(one, 30.0)) for one in odds)) if odds else _IMPOSSIBLE


def rank(judged: Iterable[Judged]) -> list[Judged]:
    """Best first, each with its probability: every other candidate and a new incident are its rivals."""
    some = sorted(judged, key=lambda one: (-one.odds, one.profile.order))
    whole = 1.0 + sum(math.exp(min(one.odds, 30.0)) for one in some)
    return [Judged(one.profile, one.compared, one.by, one.odds, math.exp(min(one.odds, 30.0)) / whole) for one in some]


def _weigh(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in values.items())
