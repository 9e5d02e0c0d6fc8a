"""The decision's thresholds, searched one after the other by running the whole engine on the histories.

Precision comes first: a history in which it falls under what it was, or lies less than a margin above the floor, costs
more than what any threshold can win in it, since thresholds that are just enough on one fortnight are not on the next.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from grouping.engine import Engine
from grouping.evaluation.examples import History
from grouping.evaluation.figures import Figures, figures
from grouping.evaluation.simulation import simulate
from grouping.weights import Weights

MARGIN = 0.05
_PROBABILITIES = (
    "link",
    "link_local",
    "link_triaged",
    "link_thing",
    "join",
    "join_triaged",
    "ask",
    "ask_triaged",
    "suggest_desk",
)
_ODDS = ("link_shared", "link_shared_triaged", "together_odds")
_STEP = 0.5
"""On log-odds."""
_FURTHEST = 2
"""Steps in one direction."""
_WORTH = 0.004
"""What a step must win: less is chance."""
_MISSING, _ASSISTED, _CLICK, _RECALL = 6.0, 3.0, 0.02, 0.25
"""What counts most first: precision that is missing, then what people are left with, their clicks, and recall@3; pair
F1 by itself counts one."""
_FEW_CLICKS = 25.0
NEVER = 0.98
"""A probability that is asked for at most: beyond it a part of the engine would be off."""


@dataclass(frozen=True, slots=True)
class Both:
    """One history's figures by itself and with a played coordinator."""

    alone: Figures
    assisted: Figures


@dataclass(frozen=True, slots=True)
class Required:
    """Attach precision that a history's runs must keep: below it, what is won elsewhere does not count."""

    alone: float
    assisted: float


def measure(history: History, weights: Weights) -> Both:
    """Run it both ways."""
    played = (
        figures((history.stream, simulate(Engine(history.surroundings, weights), history.stream, assisted=assisted)))
        for assisted in (False, True)
    )
    return Both(*played)


def most_trials(histories: Sequence[History], start: Weights) -> int:
    """How many runs a search makes at most, for progress."""
    return len(histories) * (1 + (_FURTHEST + 1) * len(_searched(start)))


def search(
    histories: Sequence[History],
    start: Weights,
    required: Sequence[Required],
    progress: Callable[[], None] = lambda: None,
) -> Weights:
    """The weights with better thresholds, or as they were. `required`: of each history."""
    best, worth = start, _worth(histories, start, required, progress)
    for name in _searched(start):
        for direction in (1, -1):
            went = 0
            while went < _FURTHEST:
                tried = _moved(best, name, direction * _STEP)
                value = _worth(histories, tried, required, progress) if tried != best else worth
                if value < worth + _WORTH:
                    break
                best, worth, went = tried, value, went + 1
            if went:
                break
    return best


def required_of(before: Both, floor: float) -> Required:
    """The precision to be kept: as it was, and where no person looks well above the floor."""
    alone, assisted = (one.scores.attach_precision if one.scores else 0.0 for one in (before.alone, before.assisted))
    return Required(min(max(floor + MARGIN, alone), NEVER), min(max(floor, assisted), NEVER))


def _searched(weights: Weights) -> list[str]:
    return [name for name in (*_PROBABILITIES, *_ODDS) if name in weights.decision]


def _worth(
    histories: Sequence[History], weights: Weights, required: Sequence[Required], progress: Callable[[], None]
) -> float:
    total = 0.0
    for history, kept in zip(histories, required, strict=True):
        both = measure(history, weights)
        if both.alone.scores and both.assisted.scores:
            missing = max(kept.alone - both.alone.scores.attach_precision, 0.0)
            total += both.alone.scores.pair_f1 + _RECALL * both.alone.recall_at_3 - _MISSING * missing
            missing = max(kept.assisted - both.assisted.scores.attach_precision, 0.0)
            total += _ASSISTED * both.assisted.scores.pair_f1 - _MISSING * missing
            total -= _CLICK * max(both.assisted.clicks_per_100 - _FEW_CLICKS, 0.0)
        progress()
    return total / max(len(histories), 1)


def _moved(weights: Weights, name: str, by: float) -> Weights:
    value = weights.decision[name]
    if name in _PROBABILITIES:
        value = min(1 / (1 + math.exp(-(math.log(value / (1 - value)) + by))), max(NEVER, value))
    else:
        value += by
    return replace(weights, decision={**weights.decision, name: round(value, 4)})
