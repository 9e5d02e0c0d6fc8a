"""What a labelled history teaches about weights: for each report the candidates it had then, and which were right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grouping.evaluation.metrics import majority
from grouping.evaluation.simulation import simulate
from grouping.evaluation.stream import Labelled
from grouping.evaluation.watching import Sight, Watched
from grouping.judging import Judged
from grouping.report import Surroundings
from grouping.weights import Weights

Vector = tuple[float, ...]
HYPOTHESES = ("shared", "triaged", "thing")
_MOST = 12
"""Candidates of a report that are learned from: the likeliest. The rest is all wrong and far away."""


@dataclass(frozen=True, slots=True)
class Option:
    """One candidate: the features of its reports (of all at once where it is triaged) and of the thing they name."""

    hypothesis: str
    parts: tuple[Vector, ...]
    thing: Vector | None
    right: bool


@dataclass(frozen=True, slots=True)
class Example:
    """One report's candidates. None right: it began an incident of its own."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class History:
    """A labelled stream and the municipality that it happened in."""

    name: str
    surroundings: Surroundings
    stream: Sequence[Labelled]


def names(weights: Weights, hypothesis: str) -> tuple[str, ...]:
    """The order of a vector's features; the bias is first."""
    return ("bias", *(name for name in getattr(weights, hypothesis) if name != "bias"))


def examples(history: History, weights: Weights, *, assisted: bool, progress: Callable[[], None]) -> list[Example]:
    """One for each labelled fault, as the engine with these weights came to see it."""
    truth = {each.report.ticket: each.truth.group for each in history.stream if each.truth}
    found: list[Example] = []

    def watch(sight: Sight) -> None:
        report = sight.sought.reading.report
        if report.kind == "incident" and report.ticket in truth:
            found.append(_example(sight, truth))

    simulate(Watched(history.surroundings, watch, weights), history.stream, assisted=assisted, progress=progress)
    return found


def _example(sight: Sight, truth: Mapping[str, str]) -> Example:
    own = truth[sight.sought.reading.report.ticket]
    options = []
    for judged in sight.candidates:
        group = majority(truth[ticket] for ticket in judged.profile.readings if ticket in truth)
        options.append((judged, group == own))
    options.sort(key=lambda one: (not one[1], -one[0].odds, one[0].profile.order))
    return Example(tuple(_option(sight, judged, right) for judged, right in options[:_MOST]))


def _option(sight: Sight, judged: Judged, right: bool) -> Option:
    weights = sight.knowledge.weights
    hypothesis = "triaged" if judged.profile.triaged else "shared"
    order = names(weights, hypothesis)
    parts = tuple(_vector(part.compared.shared._asdict(), order) for part in sight.parts(judged))
    thing = judged.compared.thing
    return Option(hypothesis, parts, _vector(thing._asdict(), names(weights, "thing")) if thing else None, right)


def _vector(values: Mapping[str, float], order: Sequence[str]) -> Vector:
    return (1.0, *(values.get(name, 0.0) for name in order[1:]))
