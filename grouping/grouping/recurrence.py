"""What was solved and is there again: a late reporter is asked about, a later one begins a recurrence."""

from datetime import timedelta

from grouping.judging import Judged
from grouping.knowledge import Knowledge
from grouping.reading import Reading

LATE = timedelta(hours=24)
"""Until then after the solution a report is likelier late than about something new."""


def solved(knowledge: Knowledge, reading: Reading, ranked: list[Judged]) -> Judged | None:
    """The likeliest solved incident that the report would belong to, were it still going on."""
    former = [
        (one.timeless(knowledge.weights), one)
        for one in ranked
        if one.profile.resolved_at is not None and one.profile.resolved_at <= reading.report.occurred_at
    ]
    likely = [(odds, one) for odds, one in former if odds >= knowledge.weights.decision["recurs_odds"]]
    return max(likely, key=lambda pair: (pair[0], -pair[1].profile.order))[1] if likely else None


def is_late(reading: Reading, former: Judged) -> bool:
    """Whether the report came so soon after the solution that it is about what was solved."""
    resolved_at = former.profile.resolved_at
    return resolved_at is not None and reading.report.occurred_at - resolved_at <= LATE
