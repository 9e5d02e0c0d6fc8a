"""How well weights explain the examples: the probability they give to what was right, and how it changes with them.

The engine's own probabilities, nothing else: each candidate's odds against the others and against a new incident.
"""

import math
from collections.abc import Iterable, Mapping
from operator import mul

from grouping.evaluation.examples import HYPOTHESES, Example, Option, Vector

Numbers = Mapping[str, list[float]]
"""By hypothesis, in the order of its vectors."""
_CAP = 30.0


def likelihood(examples: Iterable[Example], numbers: Numbers) -> tuple[float, dict[str, list[float]]]:
    """Sum of log-probabilities of what was right, and its gradient."""
    total = 0.0
    gradient = {hypothesis: [0.0] * len(numbers[hypothesis]) for hypothesis in HYPOTHESES}
    for example in examples:
        total += _learn(example, numbers, gradient)
    return total, gradient


def odds(option: Option, numbers: Numbers) -> float:
    """As the engine weighs the candidate."""
    return _weighed(option, numbers)[0]


def _learn(example: Example, numbers: Numbers, gradient: dict[str, list[float]]) -> float:
    weighed = [_weighed(option, numbers) for option in example.options]
    chances = [math.exp(min(value, _CAP)) for value, *_ in weighed]
    whole = 1.0 + sum(chances)
    right = sum(chance for chance, option in zip(chances, example.options, strict=True) if option.right)
    target = right or 1.0  # a new incident, which has odds of one
    for (_, hypothesis, shares), chance, option in zip(weighed, chances, example.options, strict=True):
        step = (chance / target if option.right else 0.0) - chance / whole
        if abs(step) < 1e-6:
            continue
        own = gradient[hypothesis]
        for share, vector in shares:
            for nth, value in enumerate(vector):
                own[nth] += step * share * value
    return math.log(target / whole)


def _weighed(option: Option, numbers: Numbers) -> tuple[float, str, list[tuple[float, Vector]]]:
    """The odds, of which hypothesis, and how much each vector of it has part in them."""
    own = numbers[option.hypothesis]
    each = [math.exp(min(sum(map(mul, own, vector)), _CAP)) for vector in option.parts]
    whole = sum(each)
    shared = math.log(whole) if whole > 0 else -_CAP
    if option.thing is not None:
        thing = sum(map(mul, numbers["thing"], option.thing))
        if thing > shared:
            return thing, "thing", [(1.0, option.thing)]
    return shared, option.hypothesis, [(one / whole, part) for one, part in zip(each, option.parts, strict=True)]
