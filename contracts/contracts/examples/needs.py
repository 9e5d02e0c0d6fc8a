"""What the outage leads to: an idea for the needs forum, and an order of a spare access point."""

from datetime import date

from contracts import ids
from contracts.events import routing as events
from contracts.events import ticketing as asked
from contracts.examples import cast
from contracts.examples.cast import stated

IDEA = ids.derived("incident", "example", "wifi", "idea")
ORDER = ids.derived("incident", "example", "wifi", "order")

gather_requested = stated(
    asked.GatherRequested,
    6,
    "14:05:00",
    request_id=cast.request_id(asked.GatherRequested),
    incident=IDEA,
    by=cast.COORDINATOR_PERSON,
    seen_version=2,
    priority="red",
)
gathered = stated(
    events.IncidentGathered,
    6,
    "14:05:00.050",
    because=gather_requested,
    incident=IDEA,
    version=3,
    request_id=gather_requested.request_id,
    by=cast.COORDINATOR_PERSON,
    priority="red",
)
decide_requested = stated(
    asked.DecideRequested,
    7,
    "15:20:00",
    request_id=cast.request_id(asked.DecideRequested),
    incident=IDEA,
    by=cast.COORDINATOR_PERSON,
    seen_version=3,
    decision="yes",
    reason={"sv": "Varje skola får en accesspunkt i reserv, det är billigare än en dag utan nät."},
)
decided = stated(
    events.IncidentDecided,
    7,
    "15:20:00.050",
    because=decide_requested,
    incident=IDEA,
    version=4,
    request_id=decide_requested.request_id,
    by=cast.COORDINATOR_PERSON,
    decision="yes",
    reason=decide_requested.reason,
)
stage_requested = stated(
    asked.StageRequested,
    7,
    "15:42:00",
    request_id=cast.request_id(asked.StageRequested),
    incident=ORDER,
    by=cast.COORDINATOR_PERSON,
    seen_version=3,
    stage="changed",
    text={"sv": "Modellen är slut, de skickar efterföljaren till samma pris."},
    expected_at=date(2026, 10, 16),
    changed_by=cast.VENDOR,
)
stage_changed = stated(
    events.StageChanged,
    7,
    "15:42:00.050",
    because=stage_requested,
    incident=ORDER,
    version=4,
    request_id=stage_requested.request_id,
    by=cast.COORDINATOR_PERSON,
    stage="changed",
    text=stage_requested.text,
    expected_at=stage_requested.expected_at,
    late_at=cast.moment(17, "00:00:00"),
    changed_by=cast.VENDOR,
)
