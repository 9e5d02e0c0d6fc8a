"""Weights fitted to examples: those that explain them best while staying near the ones they started from.

A few hundred tickets say little about forty numbers. What they don't speak of stays as it was, and no weight changes
its sign: that more of the same symptoms speak for one cause is knowledge, not something to be learned from a fortnight.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from grouping.evaluation.examples import HYPOTHESES, Example, names
from grouping.evaluation.likelihood import Numbers, likelihood
from grouping.weights import Weights

ROUNDS = 30
_LOOSE = 0.3
"""How far a weight is thought to be from where it starts, as a share of itself."""
_LEAST = 0.3
"""The least size that share is taken of, so that a weight of nought can move."""
_STEP, _GROW, _SHRINK = 0.05, 1.2, 0.5
"""Rprop (Riedmiller and Braun 1993): only the gradient's signs count, each weight has a step of its own."""


def fit(examples: Sequence[Example], start: Weights, progress: Callable[[], None]) -> Weights:
    """The best of all rounds. Without examples those it started from."""
    first = {
        hypothesis: [getattr(start, hypothesis)[name] for name in names(start, hypothesis)] for hypothesis in HYPOTHESES
    }
    current = {hypothesis: list(values) for hypothesis, values in first.items()}
    steps = {hypothesis: [_STEP] * len(values) for hypothesis, values in first.items()}
    former = {hypothesis: [0.0] * len(values) for hypothesis, values in first.items()}
    best, found = float("-inf"), current
    for _ in range(ROUNDS):
        value, gradient = likelihood(examples, current)
        value += _nearness(current, first, gradient)
        if value > best:
            best, found = value, {hypothesis: list(values) for hypothesis, values in current.items()}
        for hypothesis, slopes in gradient.items():
            for nth, slope in enumerate(slopes):
                same = slope * former[hypothesis][nth]
                steps[hypothesis][nth] *= _GROW if same > 0 else _SHRINK if same < 0 else 1.0
                moved = current[hypothesis][nth] + steps[hypothesis][nth] * ((slope > 0) - (slope < 0))
                current[hypothesis][nth] = _kept_in_sign(moved, first[hypothesis][nth], is_bias=nth == 0)
        former = gradient
        progress()
    rounded = {
        hypothesis: {
            name: round(value, 4) for name, value in zip(names(start, hypothesis), found[hypothesis], strict=True)
        }
        for hypothesis in HYPOTHESES
    }
    return replace(start, shared=rounded["shared"], triaged=rounded["triaged"], thing=rounded["thing"])


def _nearness(current: Numbers, first: Numbers, gradient: dict[str, list[float]]) -> float:
    """What is taken off for going away from the start; its slope is put on the gradient."""
    total = 0.0
    for hypothesis, values in current.items():
        for nth, (value, at) in enumerate(zip(values, first[hypothesis], strict=True)):
            loose = (_LOOSE * max(abs(at), _LEAST)) ** 2
            total -= (value - at) ** 2 / (2 * loose)
            gradient[hypothesis][nth] -= (value - at) / loose
    return total


def _kept_in_sign(value: float, first: float, *, is_bias: bool) -> float:
    if is_bias:
        return value
    return max(value, 0.0) if first >= 0 else min(value, 0.0)
