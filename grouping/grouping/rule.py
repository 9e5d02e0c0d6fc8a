"""The first rule of which reports share a cause: same service, same school, close in time."""

from datetime import timedelta

from grouping.decision import Link, Open, Outcome
from grouping.index import Index, Known
from grouping.report import Report, Surroundings, Words

VERSION = "place-and-time-1"
WINDOW = timedelta(hours=2)
"""How far a report may be from the incident's newest one."""
UNKNOWN_SERVICE = "other"


def service_of(report: Report) -> str:
    """The service as picked; `other` where nothing was."""
    return report.service or UNKNOWN_SERVICE


def decide(index: Index, surroundings: Surroundings, report: Report) -> Outcome:
    """Link to the open incident that is closest in time, else open a new one."""
    if report.kind != "incident":
        return Open((_KINDS_ALONE,))
    service = service_of(report)
    if service == UNKNOWN_SERVICE:
        return Open((_NO_SERVICE,))
    near = [
        (distance, known.order, known)
        for known in index.at(service, report.school)
        if (distance := _distance(known, report)) is not None
    ]
    if not near:
        return Open((_NOTHING_NEAR,))
    distance, _, known = min(near, key=lambda found: found[:2])
    reasons = (_same_service(surroundings.service_name(service)), _SAME_SCHOOL, _apart(distance))
    return Link(known.incident, score=1 - 0.5 * (distance / WINDOW), reasons=reasons)


def _distance(known: Known, report: Report) -> timedelta | None:
    """Time between the report and the incident's newest one; None where the two cannot share a cause."""
    if known.kind != "incident" or known.resolved_at is not None or known.newest is None:
        return None
    distance = abs(report.occurred_at - known.newest)
    return distance if distance <= WINDOW else None


_KINDS_ALONE: Words = {
    "sv": "Beställningar, behov och idéer står alltid för sig.",
    "en": "Requests, needs and ideas always stand alone.",
}
_NO_SERVICE: Words = {
    "sv": "Ingen tjänst är vald, därför jämförs det inte med andra.",
    "en": "No service was picked, so it is not compared with others.",
}
_NOTHING_NEAR: Words = {
    "sv": "Inget öppet ärende om samma tjänst på skolan de senaste två timmarna.",
    "en": "No open case about this service at the school in the last two hours.",
}
_SAME_SCHOOL: Words = {"sv": "Samma skola.", "en": "Same school."}


def _same_service(name: str) -> Words:
    return {"sv": f"Samma tjänst: {name}.", "en": f"Same service: {name}."}


def _apart(distance: timedelta) -> Words:
    minutes = round(distance.total_seconds() / 60)
    if minutes == 1:
        return {"sv": "1 minut isär.", "en": "1 minute apart."}
    return {"sv": f"{minutes} minuter isär.", "en": f"{minutes} minutes apart."}
