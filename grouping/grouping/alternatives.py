"""Which candidates a person is shown: the likeliest, and of several that are one cause between them only one.

Twenty lone reports of one outage are one answer, not three: the other two places are for other causes.
"""

import math
from collections.abc import Sequence
from operator import mul

from grouping import settling
from grouping.decision import MOST_CANDIDATES
from grouping.judging import Judged
from grouping.knowledge import Knowledge
from grouping.profile import Profile

_LOOKED_AT = 16
_AT_LEAST = 0.15
"""However alike two candidates are, the second may be the right one where they are not one."""


def choose(knowledge: Knowledge, ranked: Sequence[Judged]) -> list[Judged]:
    """At most three of the ranked: each stands for the most of what those before it don't stand for."""
    some = ranked[:_LOOKED_AT]
    left = [one.probability for one in some]
    same = [[0.0] * len(some) for _ in some]
    for first, one in enumerate(some):
        same[first][first] = 1.0
        for second in range(first):
            same[first][second] = same[second][first] = alike(knowledge, one.profile, some[second].profile)
    chosen: list[int] = []
    while len(chosen) < min(MOST_CANDIDATES, len(some)):
        stands_for = [sum(map(mul, left, row)) for row in same]
        best = max((nth for nth in range(len(some)) if nth not in chosen), key=lambda nth: (stands_for[nth], -nth))
        chosen.append(best)
        left = [probability * (1 - like) for probability, like in zip(left, same[best], strict=True)]
    return [some[nth] for nth in chosen]


def alike(knowledge: Knowledge, one: Profile, other: Profile) -> float:
    """How likely two incidents are one cause, 0–1, from the first report of the smaller."""
    small, large = sorted((one, other), key=lambda profile: (len(profile.readings), -profile.order))
    if not small.readings:
        return 0.0
    odds = knowledge.judge(settling.founder(knowledge, small), large).odds
    return min(1 / (1 + math.exp(-max(-30.0, min(30.0, odds)))), 1 - _AT_LEAST)
