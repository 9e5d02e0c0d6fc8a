"""What makes a storm: so many reports of one service at one time that they are no chance.

Each finds among the candidates those that the report is one with, and those of them that may be the storm's centre.
"""

import math
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import NamedTuple

from grouping.around import CHANCE
from grouping.judging import Judged, common_service
from grouping.knowledge import Knowledge
from grouping.numbers import sigmoid
from grouping.profile import Profile
from grouping.reading import Reading

_ASKED = 24
"""Reports of an incident whose words are asked about all or nobody: a storm has thousands."""


class Gathered(NamedTuple):
    """`centres`: those that the report may be linked to; `part`: all that are of the one cause."""

    centres: list[Judged]
    part: list[Judged]


def slow(knowledge: Knowledge, reading: Reading, near: list[Judged]) -> Gathered | None:
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
    return Gathered(sure, [one for one in near if one.profile.shared >= least])


def sudden(knowledge: Knowledge, reading: Reading, near: list[Judged]) -> Gathered | None:
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
    return Gathered(part, part)


def wide(knowledge: Knowledge, reading: Reading, ranked: list[Judged]) -> Gathered | None:
    """What stands in each school fails in many at once: one cause behind them all, where each tells of all its school.

    A network is each school's own and hits many by its nature; of anything else the words have to say so, and none of
    them may name one room or device.
    """
    decision, network = knowledge.weights.decision, _is_network(knowledge, reading.services)
    if reading.shared < 0 or not (network or _tells_of_all(reading)):
        return None
    part = [
        one
        for one in ranked
        if is_near(one, decision["raise_minutes"])
        and (_is_one_network(knowledge, one) if network else _is_one_service(knowledge, one))
    ]
    if not network:
        part = of_one_service(knowledge, reading, part)
    schools = {*reading.report.schools, *(school for one in part for school in one.profile.schools)}
    share = min(decision["raise_share"] * knowledge.schools, decision["raise_most_schools"])
    if len(schools) < max(decision["raise_schools"], share):
        return None
    return Gathered(part, part)


def is_near(one: Judged, minutes: float) -> bool:
    """Open, reported just before or after, and many's by its words.

    What staff have set needs no storm to be known: it is weighed as ever.
    """
    profile = one.profile
    return (
        one.compared.minutes <= minutes
        and profile.resolved_at is None
        and one.by == "shared"
        and not profile.triaged
        and not _is_apart(profile)
    )


def of_one_service(knowledge: Knowledge, reading: Reading, near: Iterable[Judged]) -> list[Judged]:
    """Those about what most are about: a report that names two services is no bridge between two causes."""
    services = knowledge.reader.services
    of: dict[str, list[Judged]] = {}
    for one in near:
        of.setdefault(common_service(reading, one.profile, services), []).append(one)
    return max(of.values(), key=lambda some: sum(len(one.profile.reporters) for one in some), default=[])


def _is_one_network(knowledge: Knowledge, one: Judged) -> bool:
    """Whether it is about a network too: people rarely know which of a school's networks it is."""
    services = knowledge.reader.services
    return one.profile.shared > 0 and _is_network(knowledge, one.profile.services(services.usual))


def _is_network(knowledge: Knowledge, likely: Mapping[str, float]) -> bool:
    return knowledge.reader.services.share_of(likely, "network") >= knowledge.weights.decision["network_mostly"]


def _is_one_service(knowledge: Knowledge, one: Judged) -> bool:
    return (
        one.compared.shared.service >= knowledge.weights.decision["storm_service"]
        and one.profile.shared > 0
        and any(_tells_of_all(reading) for reading in islice(one.profile.readings.values(), _ASKED))
    )


def _tells_of_all(reading: Reading) -> bool:
    return reading.many and not (reading.named.assets or reading.named.rooms)


def _is_apart(profile: Profile) -> bool:
    """Lone, and by its words one person's own, or about two faults or none."""
    return profile.lone and any(known.own or not known.clear for known in profile.readings.values())


def _reporters(reading: Reading, some: list[Judged]) -> int:
    return len({reporter for one in some for reporter in one.profile.reporters} | {reading.report.reporter})


def _speak(reading: Reading, near: list[Judged]) -> float:
    """How many of the reporters speak for many and of one service, as far as each is understood."""
    speak = sigmoid(reading.shared)
    for one in near:
        ratio = math.exp(one.compared.shared.service)
        speak += len(one.profile.reporters) * sigmoid(one.profile.shared) * ratio / (ratio + CHANCE)
    return speak
