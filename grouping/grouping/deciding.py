"""From a report to a decision: candidates, gate, score, and then link, suggest or open."""

from collections.abc import Iterator
from dataclasses import dataclass

from grouping import lexicon, settling, wording
from grouping.decision import MOST_CANDIDATES, Candidate, Decision, Link, Open, Outcome, Suggest
from grouping.features import HOUR, is_raised
from grouping.index import Index, keys_of
from grouping.judging import Judged, judge, rank
from grouping.profile import Profile
from grouping.reading import Reader, Reading
from grouping.report import Report, Surroundings
from grouping.weights import Weights

_MOST_OF_KEY = 24
_DEFAULT_SCHOOLS = 12
"""Where the directory names none."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a decision rests on."""

    index: Index
    reader: Reader
    surroundings: Surroundings
    weights: Weights

    @property
    def schools(self) -> int:
        """How many the municipality has."""
        return max(len(self.surroundings.schools), 2) if self.surroundings.schools else _DEFAULT_SCHOOLS

    def judge(self, reading: Reading, profile: Profile) -> Judged:
        """One candidate by itself."""
        return judge(reading, profile, self.reader.services, self.weights, self.schools)


def decide(knowledge: Knowledge, report: Report, version: str) -> Decision:
    """Which incident the report belongs to."""
    reading = knowledge.reader.read(report)
    ranked = rank(knowledge.judge(reading, profile) for profile in candidates(knowledge.index, reading, knowledge.weights))
    outcome = _outcome(knowledge, reading, ranked)
    joins, raised = settling.settle(knowledge, reading, outcome)
    return Decision(
        outcome=outcome,
        service=reading.service,
        scope=settling.scope_of(reading, knowledge.reader.services),
        engine_version=version,
        directory_version=knowledge.surroundings.version,
        joins=joins,
        raised=raised,
    )


def candidates(index: Index, reading: Reading, weights: Weights) -> Iterator[Profile]:
    """Incidents that share a device, a person, a room, a place or a service with the report and are near in time."""
    seen: set[str] = set()
    at = reading.report.occurred_at.timestamp()
    back = weights.decision["look_back_hours"] * HOUR
    for key in keys_of(reading):
        for profile in index.near(key, at, _MOST_OF_KEY):
            if profile.incident not in seen and profile.kind == "incident" and abs(at - profile.newest) <= back:
                seen.add(profile.incident)
                if not index.refused(reading.report.ticket, profile.incident):
                    yield profile


def may_link(knowledge: Knowledge, reading: Reading, one: Judged) -> bool:
    """The scope gate: what never links by itself, however alike the words are."""
    if one.profile.resolved_at is not None:
        return False
    if reading.report.school in one.profile.schools:
        return True
    network = sum(
        share
        for service, share in one.profile.services(knowledge.reader.services.usual).items()
        if knowledge.reader.services.kind(service) != "cloud"
    )
    return is_raised(one.profile) or network < 0.4  # noqa: PLR2004


def _outcome(knowledge: Knowledge, reading: Reading, ranked: list[Judged]) -> Outcome:
    decision = knowledge.weights.decision
    link_from = knowledge.surroundings.link_from or decision["link"]
    suggest_from = knowledge.surroundings.suggest_from or decision["suggest"]
    if reading.report.kind != "incident":
        return Open((wording.KINDS_ALONE,))
    if not ranked:
        return Open(wording.alone(reading))
    best = ranked[0]
    if best.probability >= link_from and may_link(knowledge, reading, best):
        return Link(best.profile.incident, round(best.probability, 4), _reasons(knowledge, reading, best))
    likely = [one for one in ranked if one.probability >= suggest_from][:MOST_CANDIDATES]
    if not likely:
        return Open(wording.alone(reading))
    return Suggest(
        tuple(
            Candidate(one.profile.incident, round(one.probability, 4), _reasons(knowledge, reading, one)) for one in likely
        ),
        (wording.NOT_SURE,),
    )


def _reasons(knowledge: Knowledge, reading: Reading, one: Judged) -> tuple[wording.Words, ...]:
    return wording.of(one, reading, knowledge.surroundings, lexicon.load())
