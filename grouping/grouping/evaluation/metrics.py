"""How a grouping compares with the truth: pairs, attachments, B³, recall of suggestions.

Definitions. Pairs: two tickets in one predicted group are right when they share a true one. Attach: a ticket put on a
group that has earlier tickets is right when most of these (the first seen, of equals) are of its true group; recall is
over the tickets that have an earlier one of their true group. B³: each ticket's own precision and recall, averaged
(Bagga and Baldwin 1998). Recall@3 (R23): of the tickets with an earlier one of their group, those that were linked to,
or had suggested, a group whose majority is the true one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scores:
    """All from 0 to 1, but the two counts."""

    pair_precision: float
    pair_recall: float
    pair_f1: float
    b3_f1: float
    attach_precision: float
    attach_recall: float
    groups: int
    true_groups: int


def score(truth: Mapping[str, str], predicted: Mapping[str, str], order: Sequence[str]) -> Scores:
    """`truth` and `predicted`: the group of each ticket; `order`: the tickets in time order, all of them in both."""
    joint = Counter((truth[ticket], predicted[ticket]) for ticket in order)
    true_sizes = Counter(truth[ticket] for ticket in order)
    sizes = Counter(predicted[ticket] for ticket in order)
    right, said, could = (_pairs(counts.values()) for counts in (joint, sizes, true_sizes))
    precision, recall = _share(right, said), _share(right, could)
    b3_precision = _mean(joint[truth[ticket], predicted[ticket]] / sizes[predicted[ticket]] for ticket in order)
    b3_recall = _mean(joint[truth[ticket], predicted[ticket]] / true_sizes[truth[ticket]] for ticket in order)
    attach_precision, attach_recall = _attachments(truth, predicted, order)
    return Scores(
        pair_precision=precision,
        pair_recall=recall,
        pair_f1=_f1(precision, recall),
        b3_f1=_f1(b3_precision, b3_recall),
        attach_precision=attach_precision,
        attach_recall=attach_recall,
        groups=len(sizes),
        true_groups=len(true_sizes),
    )


def majority(groups: Iterable[str]) -> str | None:
    """The most common, the first seen of equals; None of none."""
    common = Counter(groups).most_common(1)
    return common[0][0] if common else None


def _attachments(truth: Mapping[str, str], predicted: Mapping[str, str], order: Sequence[str]) -> tuple[float, float]:
    attached = right = could = 0
    seen: set[str] = set()
    members: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for ticket in order:
        own, group = truth[ticket], members[predicted[ticket]]
        could += own in seen
        if group:
            attached += 1
            right += group.most_common(1)[0][0] == own
        seen.add(own)
        group[own] += 1
    return _share(right, attached), _share(right, could)


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _mean(values: Iterable[float]) -> float:
    some = list(values)
    return sum(some) / len(some) if some else 1.0


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
