"""Whether the engine's scores mean what they say: of all it called .8 sure, eight in ten should be right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grouping.evaluation.simulation import Said

EDGES = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose score is at least `least` (and under the next bin's)."""

    least: float
    said: int
    score: float
    """Their mean score."""
    right: float
    """The share of them that was right."""


def reliability(said: Iterable[Said], edges: Sequence[float] = EDGES) -> tuple[Bin, ...]:
    """Bins that hold something, lowest first."""
    inside: list[list[Said]] = [[] for _ in edges]
    for one in said:
        inside[max(nth for nth, least in enumerate(edges) if one.score >= least or not nth)].append(one)
    return tuple(
        Bin(
            least,
            len(some),
            sum(one.score for one in some) / len(some),
            sum(one.right for one in some) / len(some),
        )
        for least, some in zip(edges, inside, strict=True)
        if some
    )


def calibration_error(bins: Iterable[Bin]) -> float:
    """How far score and share right are apart, weighed by how often each bin was said (ECE)."""
    some = list(bins)
    whole = sum(one.said for one in some)
    return sum(one.said * abs(one.score - one.right) for one in some) / whole if whole else 0.0
