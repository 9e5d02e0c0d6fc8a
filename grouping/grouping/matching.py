"""Incidents that staff have set alike: the same service, as far reaching, in the same days.

Staff set what an incident is about after its reports came, often after the last of them. So they are asked about such
incidents whatever the next report is about.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from grouping import settling
from grouping.decision import Join
from grouping.extent import is_narrow
from grouping.index import SET_BY_STAFF
from grouping.knowledge import Knowledge
from grouping.profile import Profile
from grouping.reading import Reading

_MOST_ASKED = 6


def joins(knowledge: Knowledge, reading: Reading) -> Iterator[Join]:
    """Of the incidents reported last: each into the largest of those set as it was, of equals the first."""
    at, hours = reading.report.occurred_at.timestamp(), knowledge.weights.decision["join_hours"]
    alike: dict[tuple[str | None, ...], list[Profile]] = {}
    for profile in knowledge.near(iter((SET_BY_STAFF,)), at, hours):
        if profile.resolved_at is None and profile.scope is not None and not is_narrow(profile):
            school = profile.school if profile.scope == "school" else None
            alike.setdefault((profile.service, profile.scope, school), []).append(profile)
    yield from islice(_asked(knowledge, alike.values()), _MOST_ASKED)


def _asked(knowledge: Knowledge, alike: Iterable[list[Profile]]) -> Iterator[Join]:
    for some in alike:
        target = min(some, key=lambda profile: (-len(profile.readings), profile.order))
        for profile in some:
            join = settling.join(knowledge, profile, target) if profile is not target else None
            if join is not None and not join.by_itself:
                yield join
