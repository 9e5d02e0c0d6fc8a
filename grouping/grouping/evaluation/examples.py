"""What a labelled history teaches about weights: for each report the candidates it had then, and which were right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grouping import features
from grouping.evaluation.metrics import majority
from grouping.evaluation.simulation import simulate
from grouping.evaluation.stream import Labelled
from grouping.evaluation.watching import Watched
from grouping.knowledge import Knowledge
from grouping.profile import Profile
from grouping.reading import Reading
from grouping.report import Report, Surroundings
from grouping.weights import Weights

Vector = tuple[float, ...]
HYPOTHESES = ("shared", "triaged", "thing")
_NEAREST = 12
"""As `judging` compares them one by one."""
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

    def watch(knowledge: Knowledge, report: Report) -> None:
        if report.kind == "incident" and report.ticket in truth:
            found.append(_example(knowledge, report, truth))

    simulate(Watched(history.surroundings, watch, weights), history.stream, assisted=assisted, progress=progress)
    return found


def _example(knowledge: Knowledge, report: Report, truth: Mapping[str, str]) -> Example:
    reading, own = knowledge.reader.read(report), truth[report.ticket]
    options = []
    for profile in knowledge.candidates(reading):
        group = majority(truth[ticket] for ticket in profile.readings if ticket in truth)
        options.append((knowledge.judge(reading, profile).odds, profile, group == own))
    options.sort(key=lambda one: (not one[2], -one[0], one[1].order))
    return Example(tuple(_option(knowledge, reading, profile, right) for _, profile, right in options[:_MOST]))


def _option(knowledge: Knowledge, reading: Reading, profile: Profile, right: bool) -> Option:
    services, weights = knowledge.reader.services, knowledge.weights
    whole = features.compare(reading, profile, services, knowledge.schools)
    hypothesis = "triaged" if profile.triaged else "shared"
    order = names(weights, hypothesis)
    if profile.triaged or profile.lone:
        parts = [_vector(whole.shared, order)]
    else:
        at = reading.report.occurred_at.timestamp()
        parts = [
            _vector(features.compare(reading, part, services, knowledge.schools).shared, order)
            for part in profile.nearest(at, _NEAREST, services.usual)
        ]
    thing = _vector(whole.thing, names(weights, "thing")) if whole.thing else None
    return Option(hypothesis, tuple(parts), thing, right)


def _vector(values: Mapping[str, float], order: Sequence[str]) -> Vector:
    return (1.0, *(values.get(name, 0.0) for name in order[1:]))
