"""Leave one municipality out: everything fitted on the others, every fold shown, never the best."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grouping.engine import Engine
from grouping.evaluation import tuning
from grouping.evaluation.examples import History
from grouping.evaluation.figures import figures
from grouping.evaluation.reliability import Bin, reliability
from grouping.evaluation.simulation import Run, simulate
from grouping.evaluation.thresholds import Both
from grouping.weights import Weights


@dataclass(frozen=True, slots=True)
class Tried:
    """One municipality with one set of weights."""

    weights: Weights
    figures: Both
    alone: tuple[Bin, ...]
    assisted: tuple[Bin, ...]
    """How reliable the scores were."""


@dataclass(frozen=True, slots=True)
class Fold:
    """The municipality that was left out: with the weights given, and with those fitted on the others."""

    history: History
    given: Tried
    tuned: Tried | None


def folds(
    histories: Sequence[History], weights: Weights, floor: float | None, progress: Callable[[], None] = lambda: None
) -> Iterator[Fold]:
    """Each left out in turn. `floor` None: nothing is fitted."""
    for nth, held in enumerate(histories):
        others = [*histories[:nth], *histories[nth + 1 :]]
        tuned = None
        if floor is not None and others:
            tuned = tried(held, tuning.tune(others, weights, floor, progress))
        yield Fold(held, tried(held, weights), tuned)


def steps(histories: Sequence[History], weights: Weights) -> int:
    """How often `folds` reports progress at most."""
    return sum(tuning.steps([*histories[:nth], *histories[nth + 1 :]], weights) for nth in range(len(histories)))


def tried(history: History, weights: Weights) -> Tried:
    """The municipality's stream by itself and with a played coordinator."""
    alone, assisted = (_run(history, weights, assisted=assisted) for assisted in (False, True))
    both = Both(figures((history.stream, alone)), figures((history.stream, assisted)))
    return Tried(weights, both, reliability(alone.said), reliability(assisted.said))


def _run(history: History, weights: Weights, *, assisted: bool) -> Run:
    return simulate(Engine(history.surroundings, weights), history.stream, assisted=assisted)
