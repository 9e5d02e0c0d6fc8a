"""Figures as text: names and values, or one line each under the same heads."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from grouping.evaluation import Bin, Figures
from grouping.evaluation.reliability import calibration_error

HEADS = (
    "pair F1",
    "pair precision",
    "pair recall",
    "attach precision",
    "attach recall",
    "recall@3",
    "clicks/100",
    "triaged/100",
)


def named(found: Figures, *, assisted: bool) -> dict[str, Any]:
    """By name, as `evaluate` prints them: shares rounded to three places, times in milliseconds."""
    values: dict[str, Any] = {"tickets": found.tickets, "labelled": found.labelled}
    if found.scores is not None:
        values |= {
            name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(found.scores).items()
        }
        values["recall_at_3"] = round(found.recall_at_3, 3)
    if assisted:
        values["clicks_per_100"] = round(found.clicks_per_100, 1)
        values["triaged_per_100"] = round(found.triaged_per_100, 1)
    return values | {"p50_ms": round(found.p50_ms, 2), "p99_ms": round(found.p99_ms, 2)}


def row(found: Figures, *, assisted: bool) -> tuple[str, ...]:
    """Under `HEADS`; people's clicks where there were people."""
    scores = found.scores
    if scores is None:
        return ("–",) * len(HEADS)
    shares = (
        scores.pair_f1,
        scores.pair_precision,
        scores.pair_recall,
        scores.attach_precision,
        scores.attach_recall,
        found.recall_at_3,
    )
    people = (f"{found.clicks_per_100:.1f}", f"{found.triaged_per_100:.1f}") if assisted else ("–", "–")
    return (*(f"{share:.3f}" for share in shares), *people)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown whose columns also stand under each other on a terminal."""
    lines = [tuple(heads), *map(tuple, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(_ruled(lines, widths))


def _ruled(lines: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    for nth, line in enumerate(lines):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        if not nth:
            yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"


def reliability(bins: Sequence[Bin]) -> str:
    """Score bins, how often each was said, and the share that was right, with a bar for the eye."""
    rows = (
        (f"from {one.least:.2f}", str(one.said), f"{one.score:.3f}", f"{one.right:.3f}", "█" * round(20 * one.right))
        for one in bins
    )
    head = ("score", "said", "mean score", "share right", "")
    return f"{table(head, rows)}\n\nmean distance of score and share right: {calibration_error(bins):.3f}"
