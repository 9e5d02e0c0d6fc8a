"""Raising and settling (R11, R12): what a new report shows of the incidents before it.

Decided only when the next report is, by differences of `occurred_at`, never by a timer.
"""

from collections.abc import Iterator
from itertools import islice

from grouping import wording
from grouping.decision import Join
from grouping.extent import is_narrow
from grouping.index import Key, keys_of, keys_of_profile
from grouping.judging import Judged
from grouping.knowledge import Knowledge
from grouping.profile import Profile
from grouping.reading import Reading
from grouping.sought import Sought

_MOSTLY = 0.5
_MOST_JOINS = 6
_MOST_MOVED = 40
"""Tickets of an incident that is still suggested to be joined: more have a history of their own."""


def is_free(profile: Profile) -> bool:
    """Lone, open and untouched by people and vendors: may still be joined by itself."""
    return profile.lone and not profile.touched and profile.resolved_at is None and profile.kind == "incident"


def joins(knowledge: Knowledge, reading: Reading, incident: str, *, linked: bool) -> tuple[Join, ...]:
    """Incidents that now show to be the same cause as the one that the report belongs to, or may belong to."""
    target = knowledge.index.get(incident)
    if target is None:
        return ()
    linked = linked and reading.report.ticket not in target.readings
    usual = knowledge.reader.services.usual
    if linked:
        target.add(reading, usual)  # as it will be; taken back below, since deciding changes nothing
    try:
        return tuple(islice(_joins(knowledge, reading, target), _MOST_JOINS))
    finally:
        if linked:
            target.remove(reading.report.ticket, usual)


def _joins(knowledge: Knowledge, reading: Reading, target: Profile) -> Iterator[Join]:
    at, hours = reading.report.occurred_at.timestamp(), knowledge.weights.decision["join_hours"]
    for profile in knowledge.near(_keys(knowledge, reading, target), at, hours):
        found = join(knowledge, profile, target) if profile is not target else None
        if found is not None:
            yield found


def join(knowledge: Knowledge, profile: Profile, target: Profile) -> Join | None:
    """The one into the other, by itself or as a question to staff; None where neither."""
    decision = knowledge.weights.decision
    if not _may_join(profile, target):
        return None
    if profile.triaged and target.triaged and profile.service != target.service:
        return None
    free, answers = is_free(profile), knowledge.index.answers
    asked = answers.are_asked(profile, target)
    if answers.are_two(profile, target) or (asked and not free):
        return None
    ask_from, sure_from = decision[_asked_from(profile, target)], decision[_joined_from(target)]
    if _known_score(profile, target) < (min(ask_from, sure_from) if free else ask_from):
        return None
    sought = knowledge.founder(profile)
    judged = knowledge.judge(sought, target)
    score = judged.alone
    target.settled[profile.incident] = (profile.changes, score)
    by_itself = free and _is_sure(knowledge, sought, judged, profile)
    if not by_itself and (asked or score < ask_from):
        return None
    services, around = knowledge.reader.services, knowledge.surroundings
    reasons = wording.of(judged, sought.reading, services, around, asked=not by_itself)
    if by_itself and len(target.readings) > 1:  # of a question they are still to show it
        reasons = (wording.settled(len(target.readings)), *reasons)
    return Join(profile.incident, tuple(profile.readings), target.incident, round(score, 4), reasons, by_itself)


def _known_score(profile: Profile, target: Profile) -> float:
    """How likely they are one cause, if that was worked out and neither has changed since; else it may be certain."""
    changes, score = target.settled.get(profile.incident, (-1, 1.0))
    return score if changes == profile.changes else 1.0


def _joined_from(target: Profile) -> str:
    return "join_triaged" if target.triaged else "join"


def _asked_from(profile: Profile, target: Profile) -> str:
    """Two that staff have set alike are asked about early; two that they have set differently hardly ever."""
    if not (profile.triaged and target.triaged):
        return "ask"
    return "ask_triaged" if profile.scope == target.scope else "ask_other_scope"


def _is_sure(knowledge: Knowledge, sought: Sought, judged: Judged, own: Profile) -> bool:
    """As if the report came now. Other lone incidents are no rivals of one that staff have said to reach far."""
    first, decision, target = sought.reading, knowledge.weights.decision, judged.profile
    enough = decision[_joined_from(target)]
    many = decision["link_shared_triaged" if target.triaged else "link_shared"]
    if judged.alone < enough or first.shared < many or not knowledge.may_link(first, target):
        return False
    if judged.compared.shared.service < decision["join_service"]:  # two services in the same words may be two causes
        return False
    if not (first.clear and target.clear) or judged.is_elsewhere(first):
        return False
    rivals = (profile for profile in knowledge.candidates(first) if profile is not own)
    if target.triaged:
        rivals = (profile for profile in rivals if not is_free(profile))
    most, weight, known = judged.weight / enough, 1.0, False
    for profile in rivals:
        known = known or profile is target
        weight += knowledge.judge(sought, profile).weight
        if weight > most:  # many of them are looked at, and a few say no
            return False
    return known


def _may_join(profile: Profile, target: Profile) -> bool:
    """The smaller into the larger, of equals the later into the earlier; what is one person's stays alone."""
    if profile.resolved_at is not None or target.resolved_at is not None or not profile.readings:
        return False
    if profile.triaged and profile.scope is not None and is_narrow(profile):
        return False
    mine, others = len(profile.readings), len(target.readings)
    return mine <= _MOST_MOVED and (mine < others or (mine == others and profile.order > target.order))


def _keys(knowledge: Knowledge, reading: Reading, target: Profile) -> Iterator[Key]:
    yield from keys_of(reading, knowledge.reader.services.networks)
    yield from (
        key for key in keys_of_profile(target, knowledge.reader.services.usual) if key[0] in ("place", "service")
    )
