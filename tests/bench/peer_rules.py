"""How other tools find a ticket's like among those before it: by equal fields, by TF-IDF, by BM25 with time decay.

Each gives every ticket the earlier ones that are most like it, with a score. None looks ahead: how common a word is
follows from the tickets so far. Requests, needs and ideas are left out of it, as the engine does.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grouping import Report
from grouping.text import tokens

Found = list[tuple[int, float]]
"""Places in the stream, and scores, best first."""
_MOST = 40
_K1, _B = 1.2, 0.75


@dataclass(frozen=True)
class Rule:
    """A peer in one of its settings."""

    name: str
    setting: str
    find: Callable[[Sequence[Report]], list[Found]]
    thresholds: tuple[float, ...]


def rules() -> Iterator[Rule]:
    fields = {
        "school": ("school",),
        "school, service": ("school", "service"),
        "school, service, room": ("school", "service", "room"),
        "service": ("service",),
    }
    hours = (0.25, 0.5, 1, 2, 4, 8, 24)
    for setting, names in fields.items():
        yield Rule("equal fields", setting, _equal(names), tuple(1 / (1 + each) for each in hours))
    similar = tuple(round(0.05 * step, 2) for step in range(1, 19))
    for setting, near, ours in (
        ("words, any school", _words, False),
        ("words, same school", _words, True),
        ("3–5 letters, any school", _letters, False),
        ("3–5 letters, same school", _letters, True),
    ):
        yield Rule("TF-IDF nearest", setting, _tf_idf(near, same_school=ours), similar)
    for half_life in (0.5, 1, 3, 12, 48):
        for ours in (False, True):
            where = "same" if ours else "any"
            setting = f"half in {half_life:g} h, {where} school"
            yield Rule("BM25 × time decay", setting, _bm25(half_life, same_school=ours), similar)


def _equal(names: tuple[str, ...]) -> Callable[[Sequence[Report]], list[Found]]:
    def find(reports: Sequence[Report]) -> list[Found]:
        latest: dict[tuple[object, ...], list[int]] = {}
        found: list[Found] = []
        for here, report in enumerate(reports):
            key = tuple(getattr(report, name) for name in names)
            same = latest.setdefault(key, []) if report.kind == "incident" and None not in key else []
            found.append([(there, 1 / (1 + _hours(reports, here, there))) for there in reversed(same[-_MOST:])])
            same.append(here)
        return found

    return find


def _tf_idf(parts: Callable[[Report], Counter[str]], *, same_school: bool) -> Callable[[Sequence[Report]], list[Found]]:
    def find(reports: Sequence[Report]) -> list[Found]:
        seen: Counter[str] = Counter()
        vectors: list[dict[str, float]] = []
        found: list[Found] = []
        for here, report in enumerate(reports):
            own = parts(report)
            weights = {
                part: (1 + math.log(count)) * (math.log((1 + here) / (1 + seen[part])) + 1)
                for part, count in own.items()
            }
            norm = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
            vector = {part: weight / norm for part, weight in weights.items()}
            found.append(
                _best(
                    [(there, _dot(vector, vectors[there])) for there in _others(reports, here, same_school=same_school)]
                )
            )
            vectors.append(vector)
            seen.update(own.keys())
        return found

    return find


def _dot(one: dict[str, float], other: dict[str, float]) -> float:
    fewer, more = sorted((one, other), key=len)
    return sum(weight * more[part] for part, weight in fewer.items() if part in more)


def _bm25(half_life: float, *, same_school: bool) -> Callable[[Sequence[Report]], list[Found]]:
    """As a share of what the ticket would score with itself, so that one threshold suits long and short tickets."""

    def find(reports: Sequence[Report]) -> list[Found]:
        seen: Counter[str] = Counter()
        every = [_words(report) for report in reports]
        lengths = 0
        found: list[Found] = []
        for here, own in enumerate(every):
            average = lengths / here if here else 1.0
            rarity = {word: math.log(1 + (here - seen[word] + 0.5) / (seen[word] + 0.5)) for word in own}
            whole = _saturated(own, own, rarity, average) or 1.0
            scored = []
            for there in _others(reports, here, same_school=same_school):
                fading = 0.5 ** (_hours(reports, here, there) / half_life)
                scored.append((there, fading * _saturated(own, every[there], rarity, average) / whole))
            found.append(_best(scored))
            seen.update(own.keys())
            lengths += own.total()
        return found

    return find


def _saturated(own: Counter[str], other: Counter[str], rarity: dict[str, float], average: float) -> float:
    long = _K1 * (1 - _B + _B * other.total() / average)
    return sum(rarity[word] * other[word] * (_K1 + 1) / (other[word] + long) for word in own if word in other)


def _others(reports: Sequence[Report], here: int, *, same_school: bool) -> Iterator[int]:
    report = reports[here]
    if report.kind == "incident":
        for there in range(here):
            if reports[there].kind == "incident" and not (same_school and reports[there].school != report.school):
                yield there


def _best(scored: Found) -> Found:
    return sorted(scored, key=lambda one: (-one[1], -one[0]))[:_MOST]


def _hours(reports: Sequence[Report], here: int, there: int) -> float:
    return abs((reports[here].occurred_at - reports[there].occurred_at).total_seconds()) / 3600


def _words(report: Report) -> Counter[str]:
    return Counter(tokens(f"{report.title} {report.description}"))


def _letters(report: Report) -> Counter[str]:
    text = f" {' '.join(tokens(f'{report.title} {report.description}'))} "
    return Counter(text[at : at + size] for size in (3, 4, 5) for at in range(len(text) - size + 1))
