"""A storm: so many people report one service within minutes that it is one cause, whatever the words.

Alone each of them may be anything, and each is the others' rival for one probability. Their number says what none of
them does: a service has a report or two in three quarters of an hour, not six that speak of more than their own; and a
school's network or printing fails with those of five others by no chance.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from grouping import gathering, settling, wording
from grouping.decision import Join, Raise
from grouping.extent import is_raised
from grouping.judging import Judged
from grouping.knowledge import Knowledge
from grouping.reading import Reading


@dataclass(frozen=True, slots=True)
class Storm:
    """`centre`: the incident that the report belongs to, the largest, of equals the first; `others`: alike ones."""

    centre: Judged
    others: tuple[Judged, ...]


def look(knowledge: Knowledge, reading: Reading, ranked: list[Judged]) -> Storm | None:
    """The storm that the report is part of; None: there is none.

    However many they are: what is one's own by its words stays one's own; of two faults or none a person has to see.
    """
    if reading.own or not reading.clear:
        return None
    cloud = knowledge.reader.services.share_of(reading.services, "cloud") >= knowledge.weights.decision["storm_cloud"]
    near = [one for one in ranked if _is_near(knowledge, reading, one, for_all=cloud)]
    near = gathering.of_one_service(knowledge, reading, near)
    found = (
        (gathering.sudden(knowledge, reading, near) if cloud else None)
        or gathering.wide(knowledge, reading, ranked)
        or gathering.slow(knowledge, reading, near)
    )
    if found is None:
        return None
    centre = min(found.centres, key=lambda one: (-len(one.profile.readings), one.profile.order))
    return Storm(centre, tuple(one for one in found.part if one is not centre))


def _is_near(knowledge: Knowledge, reading: Reading, one: Judged, *, for_all: bool) -> bool:
    """Just now, about the same service; at the same school, unless the service is one `for_all`."""
    decision = knowledge.weights.decision
    return (
        gathering.is_near(one, decision["storm_minutes"])
        and one.compared.shared.service >= decision["storm_service"]
        and (for_all or reading.report.school in one.profile.schools)
    )


def raised(knowledge: Knowledge, reading: Reading, storm: Storm) -> Raise | None:
    """A storm of several schools reaches them all."""
    profile = storm.centre.profile
    schools = {school for one in (storm.centre, *storm.others) for school in one.profile.schools}
    schools.update(reading.report.schools)
    if is_raised(profile) or len(schools) < knowledge.weights.decision["storm_schools"]:
        return None
    minutes = round(knowledge.weights.decision["storm_minutes"])
    return Raise(profile.incident, "schools", (wording.raised(len(schools), minutes),))


def joins(knowledge: Knowledge, storm: Storm) -> Iterator[Join]:
    """Lone incidents that nobody has touched go to the centre by themselves; staff are asked about the others."""
    into = storm.centre.profile
    for one in storm.others:
        if not settling.is_free(one.profile):
            asked = settling.join(knowledge, one.profile, into)
            if asked is not None:
                yield asked
            continue
        if knowledge.index.answers.are_two(one.profile, into):
            continue
        sought = knowledge.founder(one.profile)
        judged, first = knowledge.judge(sought, into), sought.reading
        reasons = (
            wording.settled(len(into.readings) + 1),
            *wording.of(judged, first, knowledge.reader.services, knowledge.surroundings),
        )
        yield Join(one.profile.incident, (first.report.ticket,), into.incident, round(judged.alone, 4), reasons)
