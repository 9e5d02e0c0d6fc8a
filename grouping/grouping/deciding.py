"""From a report to a decision: candidates, gate, score, and then link, suggest or open."""

from grouping import lexicon, settling, wording
from grouping.decision import MOST_CANDIDATES, Candidate, Decision, Join, Link, Open, Outcome, Raise, Suggest
from grouping.judging import Judged, rank
from grouping.knowledge import Knowledge
from grouping.reading import Reading
from grouping.report import Report, Words
from grouping.scope import scope_of

_MOST_TOGETHER = 5


def decide(knowledge: Knowledge, report: Report, version: str) -> Decision:
    """Which incident the report belongs to, and what it shows of others."""
    reading = knowledge.reader.read(report)
    ranked = rank(knowledge.judge(reading, profile) for profile in knowledge.candidates(reading))
    raised = settling.raised(knowledge, reading, ranked) if report.kind == "incident" else None
    outcome = _outcome(knowledge, reading, ranked, raised.incident if raised else None)
    joins = _joins(knowledge, reading, outcome, raised)
    return Decision(
        outcome=outcome,
        service=reading.service,
        scope=scope_of(reading, knowledge.reader.services),
        engine_version=version,
        directory_version=knowledge.surroundings.version,
        joins=joins,
        raised=raised,
    )


def _joins(knowledge: Knowledge, reading: Reading, outcome: Outcome, raised: Raise | None) -> tuple[Join, ...]:
    match outcome:
        case Link(incident=incident):
            return settling.joins(knowledge, reading, incident, raised, linked=True)
        case Suggest(candidates=(first, *_)):
            return settling.joins(knowledge, reading, first.incident, raised, linked=False)
        case _:
            return ()


def _outcome(knowledge: Knowledge, reading: Reading, ranked: list[Judged], raised: str | None) -> Outcome:
    decision = knowledge.weights.decision
    link_from = knowledge.surroundings.link_from or decision["link"]
    suggest_from = knowledge.surroundings.suggest_from or decision["suggest"]
    if reading.report.kind != "incident":
        return Open((wording.KINDS_ALONE,))
    if not ranked:
        return Open(wording.alone(reading))
    best = next((one for one in ranked if one.profile.incident == raised), ranked[0])
    sure = together(knowledge, ranked, best)
    one_of_many = best.by == "thing" or reading.shared >= decision["link_shared"]
    if raised or (sure >= link_from and one_of_many and knowledge.may_link(reading, best.profile)):
        return Link(best.profile.incident, round(sure, 4), _reasons(knowledge, reading, best))
    likely = [one for one in ranked if one.probability >= suggest_from][:MOST_CANDIDATES]
    if not likely:
        return Open(wording.alone(reading))
    return Suggest(
        tuple(
            Candidate(one.profile.incident, round(one.probability, 4), _reasons(knowledge, reading, one)) for one in likely
        ),
        (wording.NOT_SURE,),
    )


def together(knowledge: Knowledge, ranked: list[Judged], best: Judged) -> float:
    """The best's probability, with that of lone incidents which are likely its own cause: these are no rivals."""
    sure = best.probability
    for one in ranked[:_MOST_TOGETHER]:
        if one is best or not settling.is_free(one.profile):
            continue
        (reading,) = one.profile.readings.values()
        if knowledge.judge(reading, best.profile).odds > knowledge.weights.decision["together_odds"]:
            sure += one.probability
    return sure


def _reasons(knowledge: Knowledge, reading: Reading, one: Judged) -> tuple[Words, ...]:
    return wording.of(one, reading, knowledge.surroundings, lexicon.load())
