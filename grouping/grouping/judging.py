"""How likely a report belongs to each candidate: features, weighed, gated, and compared with one another."""

import math
from collections.abc import Iterable, Sequence
from operator import mul
from typing import Literal, NamedTuple

from grouping import apart, features
from grouping.features import Compared
from grouping.numbers import SURE, sigmoid
from grouping.profile import Profile
from grouping.reading import Reading
from grouping.services import Services
from grouping.sought import Sought
from grouping.weights import Weighing, Weights

_IMPOSSIBLE = -9.0
NEAREST = 12
"""Reports of one incident that are compared one by one."""


class Judged(NamedTuple):
    """One candidate. `odds`: log-odds of the better hypothesis against chance; `probability`: among all candidates."""

    profile: Profile
    compared: Compared
    by: Literal["shared", "thing"]
    odds: float
    probability: float = 0.0

    def timeless(self, weights: Weights) -> float:
        """The odds if the incident's reports were from now."""
        shared, thing = self.compared.shared, self.compared.thing
        if self.by == "thing" and thing is not None:
            return self.odds - weights.thing["time"] * thing.time
        if self.profile.triaged:
            return weigh(shared._replace(time=0.0, gap=0.0), weights.of_triaged)
        return weigh(shared._replace(time=0.0), weights.of_shared)

    def is_elsewhere(self, reading: Reading) -> bool:
        """Whether one thing's fault is told of another thing or place than any before; a tagged one may be carried."""
        thing = self.compared.thing
        if self.by == "shared" or thing is None or thing.asset:
            return False
        return apart.are_two(reading, self.profile)

    @property
    def weight(self) -> float:
        """Beside other candidates, of which a new incident has the weight of 1."""
        return math.exp(min(self.odds, SURE))

    @property
    def alone(self) -> float:
        """The probability if there were no other candidate."""
        return sigmoid(self.odds)


def judge(sought: Sought, profile: Profile, weights: Weights) -> Judged:
    """One candidate by itself."""
    compared = Compared(sought, profile)
    if profile.triaged:
        shared = weigh(compared.shared, weights.of_triaged)
    elif profile.lone:
        shared = weigh(compared.shared, weights.of_shared)
    else:
        shared = _together(sought, profile, weights)
    shared = min(shared, apart.most_odds(sought, profile))
    if compared.thing is not None:
        thing = weigh(compared.thing, weights.of_thing)
        if thing > shared:
            return Judged(profile, compared, "thing", thing)
    return Judged(profile, compared, "shared", max(shared, _IMPOSSIBLE))


def common_service(reading: Reading, profile: Profile, services: Services) -> str:
    """What both are likeliest about."""
    likely = profile.services(services.usual)
    return max(reading.services, key=lambda id_: (reading.services[id_] * likely.get(id_, 0.0), id_))


def _together(sought: Sought, profile: Profile, weights: Weights) -> float:
    """Each of an incident's witnesses speaks for itself: so it matters not how they came to be on one incident.

    Who has sent twice is one witness.
    """
    best: dict[str, float] = {}
    for part in profile.nearest(sought.at, NEAREST, sought.services.usual):
        if sought.said is None:
            odds = weigh(features.with_one(sought, part), weights.of_shared)
        else:
            odds = _said(sought, sought.said, part, weights)
        witness = next(iter(part.reporters))
        best[witness] = max(odds, best.get(witness, odds))
    return math.log(sum([math.exp(min(one, SURE)) for one in best.values()])) if best else _IMPOSSIBLE


def _said(sought: Sought, said: dict[tuple[str, str | None], float], part: Profile, weights: Weights) -> float:
    """With one report of an incident: worked out once for what is compared again and again."""
    key = (next(iter(part.readings)), part.scope)
    if key not in said:
        said[key] = weigh(features.with_one(sought, part), weights.of_shared)
    return said[key]


def rank(judged: Iterable[Judged]) -> list[Judged]:
    """Best first, each with its probability: every other candidate and a new incident are its rivals."""
    some = sorted(judged, key=lambda one: (-one.odds, one.profile.order))
    weights = [one.weight for one in some]
    whole = 1.0 + sum(weights)
    return [
        Judged(one.profile, one.compared, one.by, one.odds, weight / whole)
        for one, weight in zip(some, weights, strict=True)
    ]


def weigh(values: Sequence[float], weighing: Weighing) -> float:
    """Log-odds against chance. A weighing has a weight for each of the features, in their order."""
    total: float = sum(map(mul, weighing.weights, values))
    return weighing.bias + total
