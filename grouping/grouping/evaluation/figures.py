"""A run's figures, alone or pooled with those of other runs: each ticket counts once, whichever run it was in."""

from collections.abc import Sequence
from dataclasses import dataclass

from grouping.evaluation.metrics import Scores, score
from grouping.evaluation.simulation import Run
from grouping.evaluation.stream import Labelled

Played = tuple[Sequence[Labelled], Run]
"""A stream and what came of it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1; times in milliseconds. `scores` is None where nothing is labelled."""

    tickets: int
    labelled: int
    scores: Scores | None
    recall_at_3: float
    clicks_per_100: float
    triaged_per_100: float
    p50_ms: float
    p99_ms: float


def figures(*played: Played) -> Figures:
    """Of all runs together; incidents of two runs are never one."""
    truth: dict[str, str] = {}
    predicted: dict[str, str] = {}
    following = found = 0
    for nth, (stream, run) in enumerate(played):
        truth |= {each.report.ticket: each.truth.group for each in stream if each.truth}
        for ticket in run.tickets:
            if ticket.id in truth:
                predicted[ticket.id] = f"{nth} {ticket.group_final}"
                following += ticket.follows
                found += ticket.follows and ticket.found
    tickets = sum(len(run.tickets) for _, run in played)
    ranked = sorted(seconds for _, run in played for seconds in run.seconds)
    return Figures(
        tickets=tickets,
        labelled=len(predicted),
        scores=score(truth, predicted, list(predicted)) if predicted else None,
        recall_at_3=found / following if following else 1.0,
        clicks_per_100=100 * sum(run.clicks for _, run in played) / max(tickets, 1),
        triaged_per_100=100 * sum(run.triaged for _, run in played) / max(tickets, 1),
        p50_ms=percentile(ranked, 0.5),
        p99_ms=percentile(ranked, 0.99),
    )


def percentile(ranked: Sequence[float], share: float) -> float:
    """Milliseconds, of seconds in their order; 0 of none."""
    return 1000 * ranked[min(int(share * len(ranked)), len(ranked) - 1)] if ranked else 0.0
