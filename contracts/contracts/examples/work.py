"""Planned work in the story: new access points on Tuesday, which take longer than was said."""

from contracts import ids
from contracts.events import routing, ticketing
from contracts.examples import cast
from contracts.examples import ticketing as filed
from contracts.examples.cast import stated

WORK = ids.derived("work", "example", "access points")

work_planned = stated(
    ticketing.WorkPlanned,
    5,
    "08:10:00",
    work=WORK,
    by=cast.COORDINATOR_PERSON,
    starts_at=cast.moment(5, "09:30:00"),
    ends_at=cast.moment(5, "16:00:00"),
    services=("wifi",),
    schools=(cast.SCHOOL,),
    text={"sv": "Nya accesspunkter i hus B.", "en": "New access points in building B."},
    effect="interruptions",
    vendor=cast.VENDOR,
    external_id="accesspunkter-2026-10",
)
matched_to_work = stated(
    routing.MatchedToWork,
    5,
    "10:02:00.090",
    because=filed.ticket_filed,
    incident=cast.OTHER_INCIDENT,
    version=1,
    work=WORK,
    until=work_planned.ends_at,
)
work_changed = stated(
    ticketing.WorkChanged,
    5,
    "15:40:00",
    work=WORK,
    by=cast.COORDINATOR_PERSON,
    starts_at=work_planned.starts_at,
    ends_at=cast.moment(5, "15:40:00"),
    cancelled=True,
    reason={"sv": "Delarna räckte inte.", "en": "There were not parts enough."},
)
released_from_work = stated(
    routing.ReleasedFromWork,
    5,
    "15:40:00.060",
    because=work_changed,
    incident=cast.OTHER_INCIDENT,
    version=1,
    work=WORK,
    reason={
        "sv": "Det planerade arbetet blev inte av, eller avbröts.",
        "en": "The planned work was called off, or broken off.",
    },
)
