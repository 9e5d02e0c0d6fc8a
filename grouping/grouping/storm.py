"""A storm: so many people report one service within minutes that it is one cause, whatever the words.

Alone each of them may be anything, and each is the others' rival for one probability. Their number says what none of
them does: a service has a report or two in a quarter of an hour, not ten.
"""

from grouping.features import is_narrow
from grouping.judging import Judged
from grouping.knowledge import Knowledge
from grouping.reading import Reading

_MINUTES = 60.0


def centre(knowledge: Knowledge, reading: Reading, ranked: list[Judged]) -> Judged | None:
    """The incident that the report belongs to in a storm: the largest, of equals the first; None: there is no storm."""
    decision, services = knowledge.weights.decision, knowledge.reader.services
    cloud = sum(share for service, share in reading.services.items() if services.kind(service) == "cloud")
    if reading.shared < decision["storm_shared"]:
        return None
    since = reading.report.occurred_at.timestamp() - decision["storm_minutes"] * _MINUTES
    alike = [
        one
        for one in ranked
        if one.profile.newest >= since
        and one.by == "shared"
        and one.profile.resolved_at is None
        and not (one.profile.triaged and is_narrow(one.profile))
        and one.compared.shared["service"] >= decision["storm_service"]
        and one.profile.shared >= decision["storm_shared"]
        and (cloud >= decision["storm_cloud"] or reading.report.school in one.profile.schools)
    ]
    reporters = {reporter for one in alike for reporter in one.profile.reporters} | {reading.report.reporter}
    if len(reporters) < decision["storm_reporters"]:
        return None
    return min(alike, key=lambda one: (-len(one.profile.readings), one.profile.order))
