"""A storm: so many people report one service within minutes that it is one cause, whatever the words.

Alone each of them may be anything, and each is the others' rival for one probability. Their number says what none of
them does: a service has a report or two in three quarters of an hour, not six that speak of more than their own.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from grouping import settling, wording
from grouping.around import CHANCE
from grouping.decision import Join, Raise
from grouping.extent import is_raised
from grouping.judging import Judged, common_service
from grouping.knowledge import Knowledge
from grouping.numbers import sigmoid
from grouping.profile import Profile
from grouping.reading import Reading


@dataclass(frozen=True, slots=True)
class Storm:
    """`centre`: the incident that the report belongs to, the largest, of equals the first; `others`: alike ones."""

    centre: Judged
    others: tuple[Judged, ...]


def look(knowledge: Knowledge, reading: Reading, ranked: list[Judged]) -> Storm | None:
    """The storm that the report is part of; None: there is none.

    However many they are: what is one's own by its words stays one's own, what names two faults is for a person to see.
    """
    decision = knowledge.weights.decision
    if reading.own or reading.two:
        return None
    cloud = knowledge.reader.services.share_of(reading.services, "cloud") >= decision["storm_cloud"]
    near = [one for one in ranked if _is_near(knowledge, reading, one, for_all=cloud)]
    near = _of_one_service(knowledge, reading, near)
    return (_sudden(knowledge, reading, near) if cloud else None) or _slow(knowledge, reading, near)


def _slow(knowledge: Knowledge, reading: Reading, near: list[Judged]) -> Storm | None:
    """Within three quarters of an hour of a service that many use there may be several causes: each has to speak."""
    decision = knowledge.weights.decision
    sure = [one for one in near if one.profile.shared >= decision["storm_shared"]]
    reporters = _reporters(reading, sure)
    if reporters < decision["storm_reporters"] or _speak(reading, sure) < decision["storm_speak"]:
        return None
    # The more report it, the less each has to say that it is not theirs alone.
    least = decision["storm_shared"] - 0.35 * max(math.log2(reporters / decision["storm_large"]), 0.0)
    least = max(least, decision["storm_least_shared"])
    if reading.shared < least:
        return None
    return _storm(sure, [one for one in near if one.profile.shared >= least])


def _sudden(knowledge: Knowledge, reading: Reading, near: list[Judged]) -> Storm | None:
    """As many within minutes are no chance, whoever they are and however little they say, unless it is their own.

    Of what runs for all: many of a school's printers are reported within minutes as well.
    """
    decision = knowledge.weights.decision
    least, minutes = decision["sudden_shared"], decision["sudden_minutes"]
    if reading.shared < least:
        return None
    part = [one for one in near if one.compared.minutes <= minutes and one.profile.shared >= least]
    if _reporters(reading, part) < decision["storm_reporters"] or _speak(reading, part) < decision["sudden_speak"]:
        return None
    return _storm(part, part)


def _storm(centres: list[Judged], part: list[Judged]) -> Storm:
    centre = min(centres, key=lambda one: (-len(one.profile.readings), one.profile.order))
    return Storm(centre, tuple(one for one in part if one is not centre))


def _is_apart(profile: Profile) -> bool:
    """Lone, and by its words one person's own or about two faults."""
    return profile.lone and any(known.own or known.two for known in profile.readings.values())


def _reporters(reading: Reading, some: list[Judged]) -> int:
    return len({reporter for one in some for reporter in one.profile.reporters} | {reading.report.reporter})


def _of_one_service(knowledge: Knowledge, reading: Reading, near: list[Judged]) -> list[Judged]:
    """Those about what most are about: a report that names two services is no bridge between two causes."""
    services = knowledge.reader.services
    of: dict[str, list[Judged]] = {}
    for one in near:
        of.setdefault(common_service(reading, one.profile, services), []).append(one)
    return max(of.values(), key=lambda some: sum(len(one.profile.reporters) for one in some), default=[])


def _speak(reading: Reading, near: list[Judged]) -> float:
    """How many of the reporters speak for many and of one service, as far as each is understood."""
    speak = sigmoid(reading.shared)
    for one in near:
        ratio = math.exp(one.compared.shared.service)
        speak += len(one.profile.reporters) * sigmoid(one.profile.shared) * ratio / (ratio + CHANCE)
    return speak


def _is_near(knowledge: Knowledge, reading: Reading, one: Judged, *, for_all: bool) -> bool:
    """Open, reported just before or after, about the same service; at the same school, unless the service is `for_all`.

    What staff have set needs no storm to be known: it is weighed as ever.
    """
    decision = knowledge.weights.decision
    return (
        one.compared.minutes <= decision["storm_minutes"]
        and one.profile.resolved_at is None
        and one.by == "shared"
        and one.compared.shared.service >= decision["storm_service"]
        and (for_all or reading.report.school in one.profile.schools)
        and not one.profile.triaged
        and not _is_apart(one.profile)
    )


def raised(knowledge: Knowledge, reading: Reading, storm: Storm) -> Raise | None:
    """A storm of several schools reaches them all."""
    profile = storm.centre.profile
    schools = {school for one in (storm.centre, *storm.others) for school in one.profile.schools}
    schools.add(reading.report.school)
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
        (first,) = one.profile.readings.values()
        judged = knowledge.judge(knowledge.seek(first), into)
        reasons = (
            wording.settled(len(into.readings) + 1),
            *wording.of(judged, first, knowledge.reader.services, knowledge.surroundings),
        )
        yield Join(one.profile.incident, (first.report.ticket,), into.incident, round(judged.alone, 4), reasons)
