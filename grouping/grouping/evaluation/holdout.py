"""A stream parted by days, so that what was learned on one part is tried on another.

A cause is wholly in the part in which it began: no ticket of it is seen while learning.
"""

from collections.abc import Sequence

from grouping.evaluation.stream import Labelled

Split = tuple[list[Labelled], list[Labelled]]
"""To learn from, to try on."""


def by_days(stream: Sequence[Labelled], parts: int) -> list[Split]:
    """Each part in turn held out of the rest. Fewer parts than asked for where there are too few days."""
    days = sorted({each.report.occurred_at.date() for each in stream})
    parts = min(parts, len(days))
    if parts < 2:
        return []
    count = dict.fromkeys(days, 0)
    for each in stream:
        count[each.report.occurred_at.date()] += 1
    part_of_day, before = {}, 0
    for day in days:  # about as many tickets in each part
        part_of_day[day] = min(before * parts // len(stream), parts - 1)
        before += count[day]
    began: dict[str, int] = {}
    part_of: list[int] = []
    for each in stream:
        own = part_of_day[each.report.occurred_at.date()]
        part_of.append(began.setdefault(each.truth.group, own) if each.truth else own)
    kept = sorted(set(part_of))
    return [
        (
            [each for each, own in zip(stream, part_of, strict=True) if own != part],
            [each for each, own in zip(stream, part_of, strict=True) if own == part],
        )
        for part in (kept if len(kept) > 1 else [])
    ]
