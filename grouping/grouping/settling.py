"""Raising and settling (R11, R12): what a new report shows of the incidents before it.

Decided only when the next report is, by differences of `occurred_at`, never by a timer.
"""

from collections.abc import Iterator

from grouping import lexicon, wording
from grouping.decision import Join, Raise
from grouping.features import HOUR, is_raised
from grouping.index import Key, keys_of, keys_of_profile
from grouping.judging import Judged
from grouping.knowledge import Knowledge
from grouping.profile import Profile
from grouping.reading import Reading

_MINUTES = 60.0
_MOSTLY = 0.5
_MOST_JOINS = 20


def is_free(profile: Profile) -> bool:
    """Lone, open and untouched by people and vendors: may still be joined by itself."""
    return profile.lone and not profile.touched and profile.resolved_at is None and profile.kind == "incident"


def raised(knowledge: Knowledge, reading: Reading, ranked: list[Judged]) -> Raise | None:
    """A local fault that several schools report within a short time is one cause behind them all."""
    decision, services = knowledge.weights.decision, knowledge.reader.services
    network = sum(share for service, share in reading.services.items() if services.kind(service) == "network")
    if network < _MOSTLY or reading.shared < 0:
        return None
    since = reading.report.occurred_at.timestamp() - decision["raise_minutes"] * _MINUTES
    alike = [
        one
        for one in ranked
        if one.profile.newest >= since
        and one.by == "shared"
        and not one.profile.triaged
        and one.profile.resolved_at is None
        and one.profile.shared > 0
        and one.compared.shared["service"] > decision["raise_service"]
    ]
    if any(is_raised(one.profile) for one in alike):
        return None
    schools = {school for one in alike for school in one.profile.schools} | {reading.report.school}
    if len(schools) < decision["raise_schools"]:
        return None
    chosen = min(alike, key=lambda one: (-len(one.profile.readings), one.profile.order)).profile
    reason = wording.raised(len(schools), round(decision["raise_minutes"]))
    return Raise(chosen.incident, "schools", (reason,))


def joins(knowledge: Knowledge, reading: Reading, incident: str, raise_: Raise | None) -> tuple[Join, ...]:
    """Lone incidents that now show to be the same cause as the one that the report is linked to."""
    target = knowledge.index.get(incident)
    if target is None:
        return ()
    usual, scope = knowledge.reader.services.usual, target.scope
    target.add(reading, usual)  # as it will be; taken back below, since deciding changes nothing
    target.scope = raise_.scope if raise_ else scope
    try:
        return tuple(_joins(knowledge, reading, target))[:_MOST_JOINS]
    finally:
        target.scope = scope
        target.remove(reading.report.ticket, usual)


def _joins(knowledge: Knowledge, reading: Reading, target: Profile) -> Iterator[Join]:
    at, decision = reading.report.occurred_at.timestamp(), knowledge.weights.decision
    for profile in knowledge.near(_keys(knowledge, reading, target), at, decision["join_hours"]):
        if profile is target or not profile.lone or profile.kind != "incident" or profile.resolved_at is not None:
            continue
        ((ticket, founder),) = profile.readings.items()
        if knowledge.index.refused(ticket, target.incident) or profile.triaged:
            continue
        if abs(at - profile.newest) > decision["join_hours"] * HOUR:
            continue
        judged = knowledge.judge(founder, target)
        score = judged.alone
        if score >= decision["join"] and knowledge.may_link(founder, target):
            reasons = (
                wording.settled(len(target.readings)),
                *wording.of(judged, founder, knowledge.surroundings, lexicon.load()),
            )
            yield Join(profile.incident, ticket, target.incident, round(score, 4), reasons, by_itself=is_free(profile))


def _keys(knowledge: Knowledge, reading: Reading, target: Profile) -> Iterator[Key]:
    yield from keys_of(reading)
    yield from (key for key in keys_of_profile(target, knowledge.reader.services.usual) if key[0] in ("place", "service"))
