"""The engine with one of its parts off, to see what each is worth. For measuring only: nothing is fitted anew."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from grouping.around import QUIET, Around
from grouping.decision import Decision
from grouping.engine import Engine
from grouping.evaluation.deaf import DeafReader, Part
from grouping.index import Index
from grouping.judging import NEAREST, Judged
from grouping.knowledge import Knowledge
from grouping.profile import Profile
from grouping.reading import Reading
from grouping.report import Report, Surroundings
from grouping.sought import Sought
from grouping.weights import Weights

PARTS: Mapping[Part, str] = {
    "service": "service inference: what was picked is believed",
    "pick": "the reporter's pick",
    "symptoms": "symptoms",
    "reach": "personal or shared: every report may be either",
    "words": "words in common",
    "burst": "bursts: several reports at once say no more than one",
    "decay": "time decay: any report of the last days is an hour old",
    "gate": "scope gate",
    "settling": "settling and raising",
}
_AN_HOUR_AGO = math.log(math.exp(-2) + 0.35 * math.exp(-1 / 3) + 0.05 * math.exp(-1 / 24))
"""What the feature of time is for a report of an hour ago."""


class Without(Engine):
    """An engine without one part."""

    def __init__(self, surroundings: Surroundings, part: Part, weights: Weights) -> None:
        super().__init__(surroundings, _without(weights, part))
        self._part = part
        self._reader = DeafReader(surroundings, part)
        self._index = Index(self._reader)

    def decide(self, report: Report) -> Decision:
        """Which incident the report belongs to."""
        decision = super().decide(report)
        return replace(decision, joins=(), raised=None) if self._part == "settling" else decision

    @property
    def _knowledge(self) -> Knowledge:
        kind: Callable[[Index, DeafReader, Surroundings, Weights], Knowledge]
        kind = {"gate": _NoGate, "burst": _NoBursts}.get(self._part, Knowledge)
        return kind(self._index, self._reader, self.surroundings, self._weights)


class _NoGate(Knowledge):
    def may_link(self, reading: Reading, profile: Profile) -> bool:
        return profile.resolved_at is None


class _NoBursts(Knowledge):
    def seek(self, reading: Reading, _around: Around = QUIET) -> Sought:
        return Knowledge.seek(self, reading)

    def judge(self, sought: Sought, profile: Profile) -> Judged:
        at, times = sought.at, profile.times
        profile.times = sorted(times, key=lambda time: abs(time - at))[:1]  # put back: judging changes nothing
        try:
            judged = Knowledge.judge(self, sought, profile)
        finally:
            profile.times = times
        if judged.by == "shared" and not profile.triaged and not profile.lone:
            parts = sum(1 for _ in profile.nearest(at, NEAREST, self.reader.services.usual))
            return judged._replace(odds=judged.odds - math.log(parts))
        return judged


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A feature that always has one value: it goes into the bias."""

    name: str
    value: float


_OFF: Mapping[Part, tuple[_Fixed, ...]] = {
    "words": (_Fixed("words", 0.0),),
    "decay": (_Fixed("time", _AN_HOUR_AGO), _Fixed("gap", 0.0)),
}


def _without(weights: Weights, part: Part) -> Weights:
    sections = {name: dict(getattr(weights, name)) for name in ("shared", "triaged", "thing")}
    for fixed in _OFF.get(part, ()):
        for own in sections.values():
            own["bias"] += own.get(fixed.name, 0.0) * fixed.value
            if fixed.name in own:
                own[fixed.name] = 0.0
    decision = dict(weights.decision)
    if part == "settling" and "raise_schools" in decision:
        decision["raise_schools"] = math.inf
    return replace(
        weights, shared=sections["shared"], triaged=sections["triaged"], thing=sections["thing"], decision=decision
    )
