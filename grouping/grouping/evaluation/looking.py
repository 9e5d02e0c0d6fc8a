"""One decision seen from inside: what was read in the report, what it was compared with, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from grouping.decision import Decision
from grouping.evaluation.examples import History
from grouping.evaluation.simulation import Grouped, simulate
from grouping.evaluation.watching import Sight, Watched
from grouping.judging import Judged
from grouping.knowledge import Knowledge
from grouping.reading import Reading
from grouping.report import Report
from grouping.weights import Weights


@dataclass(frozen=True, slots=True)
class Seen:
    """A candidate, as it was then: incidents change afterwards."""

    judged: Judged
    features: Sequence[tuple[str, float, float]]
    """Name, value, weight, the weightiest first. Of an incident of several reports that nobody has triaged the sum of
    its reports counts, each compared by itself: then these are only what they have in common."""
    first: Report
    reports: int
    schools: tuple[str, ...]
    triaged: bool
    allowed: bool
    """Whether the scope gate lets the report be linked to it by itself."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the engine saw of one report, and what it decided."""

    reading: Reading
    candidates: tuple[Seen, ...]
    decision: Decision


def at(history: History, ticket: str, weights: Weights, *, assisted: bool = False) -> tuple[Look, Grouped] | None:
    """The decision about one ticket of a stream, and what became of the ticket; None where the stream lacks it."""
    found: list[Look] = []

    def watch(sight: Sight) -> None:
        if sight.sought.reading.report.ticket == ticket:
            found.append(look(sight))

    run = simulate(Watched(history.surroundings, watch, weights), history.stream, assisted=assisted)
    ended = next((one for one in run.tickets if one.id == ticket), None)
    return (found[0], ended) if found and ended else None


def look(sight: Sight) -> Look:
    """A decision as it can be kept: incidents change afterwards."""
    seen = tuple(_seen(sight.knowledge, sight.sought.reading, judged) for judged in sight.candidates)
    return Look(sight.sought.reading, seen, sight.decision)


def _seen(knowledge: Knowledge, reading: Reading, judged: Judged) -> Seen:
    profile, weights = judged.profile, knowledge.weights
    section = weights.thing if judged.by == "thing" else weights.triaged if profile.triaged else weights.shared
    thing = judged.compared.thing if judged.by == "thing" else None
    values = judged.compared.shared._asdict() if thing is None else thing._asdict()
    features = [(name, value, section[name]) for name, value in values.items() if name in section]
    return Seen(
        judged=judged,
        features=sorted(features, key=lambda one: (-abs(one[1] * one[2]), one[0])),
        first=next(iter(profile.readings.values())).report,
        reports=len(profile.readings),
        schools=tuple(sorted(profile.schools)),
        triaged=profile.triaged,
        allowed=knowledge.may_link(reading, profile),
    )
