"""Weights and thresholds fitted to histories, and whether that is better where nothing was learned from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from grouping.engine import Engine
from grouping.evaluation import fitting, thresholds
from grouping.evaluation.examples import History, examples
from grouping.evaluation.figures import Played, figures
from grouping.evaluation.holdout import by_days
from grouping.evaluation.simulation import simulate
from grouping.evaluation.thresholds import Both
from grouping.evaluation.weights_file import versioned
from grouping.weights import Weights

Progress = Callable[[], None]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The figures of parts that were not learned from, pooled: with the weights it began with, and with the tuned."""

    before: Both
    after: Both

    def refusal(self, floor: float) -> str | None:
        """Why these weights must not be used; None: they may."""
        for how, before, after in (
            ("by itself", self.before.alone, self.after.alone),
            ("assisted", self.before.assisted, self.after.assisted),
        ):
            if before.scores is None or after.scores is None:
                return "nothing that was held out is labelled"
            was, now = before.scores.attach_precision, after.scores.attach_precision
            if now < floor:
                return f"held-out attach precision {how} would be {now:.3f}, under the floor of {floor:g}"
            if now < was:
                return f"held-out attach precision {how} would fall from {was:.3f} to {now:.3f}"
        return None


def tune(histories: Sequence[History], start: Weights, floor: float, progress: Progress = lambda: None) -> Weights:
    """Fitted to all of them; versioned by its numbers."""
    learned = [
        example
        for history in histories
        for assisted in (False, True)
        for example in examples(history, start, assisted=assisted, progress=lambda: None)
    ]
    fitted = fitting.fit(learned, start, progress) if learned else start
    required = [thresholds.required_of(thresholds.measure(history, start), floor) for history in histories]
    found = thresholds.search(histories, fitted, required, progress)
    return versioned(found) if replace(found, version=start.version) != start else start


def steps(histories: Sequence[History], start: Weights) -> int:
    """How often `tune` reports progress at most."""
    return fitting.ROUNDS + thresholds.most_trials(histories, start)


def held_out(
    history: History, start: Weights, floor: float, parts: int, progress: Progress = lambda: None
) -> HeldOut | None:
    """Each part of the days in turn: tuned on the others, tried on it. None where there are no two parts."""
    splits = by_days(history.stream, parts)
    if not splits:
        return None
    tuned = [tune([replace(history, stream=learn)], start, floor, progress) for learn, _ in splits]
    held = [replace(history, stream=own) for _, own in splits]
    return HeldOut(pooled(held, [start] * len(held)), pooled(held, tuned))


def pooled(histories: Sequence[History], weights: Sequence[Weights]) -> Both:
    """Each history with its own weights, counted together."""
    return Both(
        *(
            figures(*(_played(history, own, assisted) for history, own in zip(histories, weights, strict=True)))
            for assisted in (False, True)
        )
    )


def _played(history: History, weights: Weights, assisted: bool) -> Played:
    return history.stream, simulate(Engine(history.surroundings, weights), history.stream, assisted=assisted)
