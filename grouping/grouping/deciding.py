"""From a report to a decision: candidates, gate, score, and then link, suggest or open."""

from grouping import alternatives, around, here, matching, recurrence, settling, storm, wording
from grouping.decision import MOST_CANDIDATES, Candidate, Decision, Join, Link, Open, Outcome, Raise, Suggest
from grouping.extent import is_narrow
from grouping.judging import Judged, common_service, rank
from grouping.knowledge import Knowledge
from grouping.reading import Reading
from grouping.report import Report, Words
from grouping.scope import scope_of

_MOST_TOGETHER = 8
_MOST_TARGETS = 4
_AT_ONE_TIME = 60
"""Minutes."""


def decide(knowledge: Knowledge, report: Report, version: str) -> Decision:
    """Which incident the report belongs to, and what it shows of others."""
    reading = knowledge.reader.read(report)
    candidates = list(knowledge.candidates(reading))
    near = around.look(reading, candidates, knowledge.reader.services)
    sought = knowledge.seek(reading, near)
    judged = (knowledge.judge(sought, profile) for profile in candidates)
    told = [one for one in judged if not _say_nothing(reading, one)]
    ranked = rank(here.without_what_is_kept_apart(knowledge, reading, told))
    raised: Raise | None = None
    set_here = _set_here(knowledge, reading, ranked)
    storm_ = storm.look(knowledge, reading, ranked) if report.kind == "incident" and set_here is None else None
    if set_here is not None:
        outcome: Outcome = Link(
            set_here.profile.incident, round(set_here.probability, 4), _reasons(knowledge, reading, set_here)
        )
        joins = _joins(knowledge, reading, ranked, outcome)
    elif storm_ is not None:
        centre = storm_.centre
        outcome = Link(centre.profile.incident, round(centre.alone, 4), _reasons(knowledge, reading, centre))
        joins = tuple(storm.joins(knowledge, storm_))
        raised = storm.raised(knowledge, reading, storm_)
    else:
        outcome = _outcome(knowledge, reading, ranked)
        joins = _joins(knowledge, reading, ranked, outcome) if report.kind == "incident" else ()
    return Decision(
        outcome=outcome,
        service=reading.service,
        scope=scope_of(reading, knowledge.reader.services),
        engine_version=version,
        directory_version=knowledge.surroundings.version,
        joins=joins,
        raised=raised,
    )


def _set_here(knowledge: Knowledge, reading: Reading, ranked: list[Judged]) -> Judged | None:
    for one in rank(here.set_by_staff(knowledge, reading, ranked)):
        enough = _enough(knowledge, reading, one)
        if enough is not None and one.probability >= enough:
            return one
    return None


def _say_nothing(reading: Reading, one: Judged) -> bool:
    """Two that say nothing have nothing in common but the hour, unless it is one room, one person or the same words.

    So have one that says nothing and what reads as another's own. What is known here is little for who writes in
    another language. And nothing is like a report without a word.
    """
    profile = one.profile
    both = profile.blank and (reading.blank or not profile.words)
    own = reading.blank and profile.lone and profile.shared < 0
    if not (both or own):
        return False
    return one.compared.thing is None and one.compared.shared.words == 0


def _joins(knowledge: Knowledge, reading: Reading, ranked: list[Judged], outcome: Outcome) -> tuple[Join, ...]:
    """Of the report's own incident, of those nearby that staff have said to reach far, and of those set alike."""
    targets = [one.profile for one in ranked if one.profile.triaged and not is_narrow(one.profile)]
    targets = sorted(targets, key=lambda profile: (-len(profile.readings), profile.order))[:_MOST_TARGETS]
    found: dict[str, Join] = {}
    if isinstance(outcome, Link):
        for join in settling.joins(knowledge, reading, outcome.incident, linked=True):
            found[join.incident] = join
    for target in targets:
        if not (isinstance(outcome, Link) and outcome.incident == target.incident):
            for join in settling.joins(knowledge, reading, target.incident, linked=False):
                if join.incident not in found or found[join.incident].score < join.score:
                    found[join.incident] = join
    for join in matching.joins(knowledge, reading):
        found.setdefault(join.incident, join)
    gone = {join.incident for join in found.values()}
    return tuple(join for join in found.values() if join.into not in gone)


def _outcome(knowledge: Knowledge, reading: Reading, ranked: list[Judged]) -> Outcome:
    if reading.report.kind != "incident":
        return Open((wording.KINDS_ALONE,))
    if not ranked:
        return Open(wording.alone(reading))
    best = recurrence.open_one(knowledge, ranked[:_MOST_TOGETHER], ranked[0])
    enough = _enough(knowledge, reading, best)
    if enough is not None and (sure := together(knowledge, ranked, best, enough)) >= enough:
        return Link(best.profile.incident, round(sure, 4), _reasons(knowledge, reading, best))
    former = recurrence.solved(knowledge, reading, ranked)
    if former is not None and not recurrence.is_late(reading, former):
        return Open((wording.RECURS, *_reasons(knowledge, reading, former)), recurrence_of=former.profile.incident)
    likely = _likely(knowledge, reading, ranked, former)
    if not likely:
        return Open(wording.alone(reading))
    return Suggest(
        tuple(
            Candidate(one.profile.incident, round(one.probability, 4), _reasons(knowledge, reading, one, asked=True))
            for one in likely
        ),
        (wording.NOT_SURE if likely[0].profile.resolved_at is None else wording.NOT_SURE_SOLVED,),
    )


def _likely(knowledge: Knowledge, reading: Reading, ranked: list[Judged], former: Judged | None) -> list[Judged]:
    """What a person is asked about. Asking takes one click, whether it is about one incident or three."""
    decision = knowledge.weights.decision
    least = decision["suggest_blank" if reading.blank else "suggest_also"]
    chosen = alternatives.choose(ranked, knowledge.reader.services)
    if sum(one.judged.probability for one in chosen) < _suggest_from(knowledge):
        chosen = []
    likely = [one.judged for one in chosen if one.belief >= least]
    if former is not None:
        likely = [former, *(one for one in likely if one is not former)]
    return likely[:MOST_CANDIDATES]


def _enough(knowledge: Knowledge, reading: Reading, best: Judged) -> float | None:
    """From which probability the report is linked by itself; None: never."""
    decision = knowledge.weights.decision
    enough = knowledge.surroundings.link_from or decision[_threshold(knowledge, reading, best)]
    # However near in time and place: what seems to be about two services is for a person to see.
    # What one person sends twice may name a thing that is of no service for sure.
    twice = best.compared.thing is not None and best.compared.thing.repeat > 0
    if not (reading.clear and best.profile.clear) and not twice:
        return None
    least = decision["link_thing_service" if best.by == "thing" and not twice else "link_service"]
    if best.compared.shared.service < max(least, decision["link_service"]):
        return None
    if best.by == "shared" and not _are_many_hit(knowledge, reading, best):
        return None
    if best.is_elsewhere(reading):
        return None
    return enough if knowledge.may_link(reading, best.profile) else None


def _are_many_hit(knowledge: Knowledge, reading: Reading, best: Judged) -> bool:
    decision = knowledge.weights.decision
    if here.is_network(knowledge, reading, best):
        many = decision["link_shared_network"]
    else:
        many = decision["link_shared_triaged" if best.profile.triaged else "link_shared"]
    # What one person reports that reads as their own trouble is no sign of a cause behind several.
    founded = best.profile.triaged or len(best.profile.reporters) > 1 or best.profile.shared >= many
    return reading.shared >= many and founded


def _threshold(knowledge: Knowledge, reading: Reading, best: Judged) -> str:
    if best.by == "thing":
        return "link_thing"
    if best.profile.triaged:
        return "link_triaged"
    if here.is_network(knowledge, reading, best):
        return "link_network"
    both = min(reading.shared, best.profile.shared)
    if both >= knowledge.weights.decision["many_shared"] and best.compared.minutes <= _AT_ONE_TIME:
        return "link_many"
    services = knowledge.reader.services
    service = common_service(reading, best.profile, services)
    return "link_local" if services.kind(service) != "cloud" else "link"


def _suggest_from(knowledge: Knowledge) -> float:
    """Where staff set what incidents are about, a weak suggestion can wait: both sides will soon be known better."""
    decision = knowledge.weights.decision
    if knowledge.surroundings.suggest_from is not None:
        return knowledge.surroundings.suggest_from
    return decision["suggest_desk" if knowledge.index.desk_is_there else "suggest"]


def together(knowledge: Knowledge, ranked: list[Judged], best: Judged, enough: float) -> float:
    """The best's probability, with that of those which are likely its own cause: these are no rivals.

    They are lone, or solved before it was reported. Worked out where it may come to be `enough`.
    """
    alike = [one for one in ranked[:_MOST_TOGETHER] if one is not best]
    alike = [one for one in alike if one.profile.resolved_at is not None or settling.is_free(one.profile)]
    sure = best.probability
    if sure + sum([one.probability for one in alike]) < enough:
        return sure
    for one in alike:
        if one.profile.resolved_at is not None:
            same = recurrence.is_back(knowledge, one.profile, best.profile)
        else:
            odds = knowledge.judge(knowledge.founder(one.profile), best.profile).odds
            same = odds > knowledge.weights.decision["together_odds"]
        sure += one.probability if same else 0.0
    return sure


def _reasons(knowledge: Knowledge, reading: Reading, one: Judged, *, asked: bool = False) -> tuple[Words, ...]:
    return wording.of(one, reading, knowledge.reader.services, knowledge.surroundings, asked=asked)
