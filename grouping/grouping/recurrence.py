"""What was solved and is there again: a late reporter is asked about, a later one begins a recurrence.

Once it is reported again, those who follow belong with that report: what was solved is no rival of it.
"""

from datetime import timedelta

from grouping.judging import Judged
from grouping.knowledge import Knowledge
from grouping.profile import Profile
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


def is_back(knowledge: Knowledge, former: Profile, now: Profile) -> bool:
    """Whether an open incident is, likelier than not, what was solved, reported again since."""
    if former.resolved_at is None or now.resolved_at is not None or not (former.readings and now.readings):
        return False
    if now.times[0] < former.resolved_at.timestamp():
        return False
    last = former.readings[former.order_of_time[-1][1]]
    return knowledge.judge(knowledge.seek(last), now).odds > 0


def open_one(knowledge: Knowledge, ranked: list[Judged], best: Judged) -> Judged:
    """The best, or where it is solved the likeliest that it is back as: nothing can be linked to what is solved."""
    if best.profile.resolved_at is None:
        return best
    return next((one for one in ranked if is_back(knowledge, best.profile, one.profile)), best)
