"""How likely a report is one of many: from what it says, who says it, when, and what it names."""

import math
from collections.abc import Mapping, Sequence
from datetime import tzinfo

from grouping.entities import Named
from grouping.lexicon import Symptom
from grouping.report import Report
from grouping.services import Services
from grouping.terms import Hit

_MOST = 4.0
_BEFORE = 0.65
"""The usual share of a service is known only as well as the service is."""
_SAID, _WRONG = 0.45, 0.45
"""What people say of others is often half the truth."""
_HALF_FROM = 2
"""The strongest two phrases of a direction count in full, the rest by half: a long text is no better witness."""
_WEAK_WORD = 0.8
_ALL, _MANY, _ONE = 2.0, 1.3, -1.0
_PLAIN = 0.7
"""What is said of a whole school is believed, however seldom the service fails for many."""
_OWN = -1.0
"""What `my` and `I` alone don't reach: who can't work says so in the first person."""
_BY_NATURE = -2.0
"""Of a symptom: it is one person's or thing's unless all are said to have it, as a forgotten password is."""
_TAG, _TAG_OF_THING, _ROOM, _ROOM_OF_THING = -0.8, -0.4, -0.1, -0.6
_SPEAKS_FOR_MANY: Mapping[str, float] = {
    "principal": 0.9,
    "school_admin": 0.6,
    "it_lead": 1.2,
    "caretaker": 0.4,
    "librarian": 0.3,
    "teacher": -0.2,
}
"""A principal reports what the school has told her, a teacher what is in front of him."""
_COUNTED = 0.8
"""Three or more people or things are counted."""
_MORNING = (7, 9)
_IN_THE_MORNING = 0.5
"""What failed overnight is found by all when they come to work."""
_AFTERNOON, _IN_THE_AFTERNOON = 13, -0.3
"""Then there is time for what is one's own."""


def shared(
    services: Services,
    likely: Mapping[str, float],
    said: Sequence[Hit],
    symptoms: Sequence[Symptom],
    named: Named,
    report: Report,
    zone: tzinfo,
    *,
    counted: bool,
) -> float:
    """Log-odds that others are hit by the same cause."""
    before = sum(share * services.shared(service) for service, share in likely.items())
    thing = services.share_of(likely, "thing")
    total = _BEFORE * math.log(before / (1 - before))
    total += _SAID * _weigh([hit.weight for hit in said])
    total += _WRONG * _weigh([symptom.shared for symptom in symptoms])
    if named.assets:
        total += _TAG + thing * _TAG_OF_THING
    if named.rooms:
        total += _ROOM + thing * _ROOM_OF_THING
    if counted:
        total += _COUNTED
    total += _SPEAKS_FOR_MANY.get(report.reporter_role or "", 0.0)
    hour = report.occurred_at.astimezone(zone).hour
    if _MORNING[0] <= hour < _MORNING[1]:
        total += _IN_THE_MORNING
    elif hour >= _AFTERNOON:
        total += _IN_THE_AFTERNOON
    if _is_all(said) and not named.assets:
        total = max(total, _PLAIN)
    return max(-_MOST, min(_MOST, total))


def is_own(said: Sequence[Hit], symptoms: Sequence[Symptom]) -> bool:
    """Whether the words speak of one person or one thing, by what they say of people or by what is wrong."""
    total = _weigh([hit.weight for hit in said])
    if all(hit.weight < _ALL for hit in said):
        total += min((symptom.shared for symptom in symptoms if symptom.shared <= _BY_NATURE), default=0.0)
    return total < _OWN


def is_many(said: Sequence[Hit]) -> bool:
    """Whether the words speak of all, of nobody or of several, and of no single person or thing."""
    return any(hit.weight >= _MANY for hit in said) and all(hit.weight > _ONE for hit in said)


def _is_all(said: Sequence[Hit]) -> bool:
    """Whether the words plainly say all or nobody, and nothing of one person or thing."""
    return any(hit.weight >= _ALL for hit in said) and all(hit.weight > _ONE for hit in said)


def _weigh(said: Sequence[float]) -> float:
    """Sum of what is said for and against; of the weak words only one each way."""
    total = 0.0
    for sign in (1, -1):
        ranked = sorted((abs(value) for value in said if value * sign > 0), reverse=True)
        strong = [value for value in ranked if value >= _WEAK_WORD]
        weak = [value for value in ranked if value < _WEAK_WORD][:1]
        counted = strong[:_HALF_FROM] + [value / 2 for value in strong[_HALF_FROM : 2 * _HALF_FROM]] + weak
        total += sign * sum(counted)
    return total
