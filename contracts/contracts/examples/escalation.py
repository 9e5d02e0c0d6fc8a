"""How the case in the story goes further: what people ask for, and what routing states of clocks and policy."""

from datetime import timedelta

from contracts import ids
from contracts.events import routing as events
from contracts.events import ticketing as asked
from contracts.examples import cast, routing, ticketing
from contracts.examples.cast import stated

RESOLVE_CLOCK = ids.derived("clock", "example", "wifi", "resolve")
GOES_ON = events.Measure(action="next_party", parties=(cast.COORDINATOR,))

escalation_scheduled = stated(
    events.EscalationScheduled,
    5,
    "09:52:14.180",
    because=ticketing.ticket_filed,
    incident=cast.INCIDENT,
    version=2,
    policy="standard",
    policy_version="4f6d20c51b7e",
    holder=cast.LOCAL,
    step=0,
    round=1,
    since=ticketing.ticket_filed.at,
    due_at=cast.moment(5, "10:22:14.120"),
    then=(events.Measure(action="notify", parties=(cast.COORDINATOR,)), GOES_ON),
)
acknowledge_requested = stated(
    asked.AcknowledgeRequested,
    5,
    "10:01:10",
    request_id=cast.request_id(asked.AcknowledgeRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    seen_version=2,
)
incident_acknowledged = stated(
    events.IncidentAcknowledged,
    5,
    "10:01:10.050",
    because=acknowledge_requested,
    incident=cast.INCIDENT,
    version=3,
    request_id=acknowledge_requested.request_id,
    by=cast.TECHNICIAN,
    party=cast.LOCAL,
)
urgency_requested = stated(
    asked.UrgencyRequested,
    5,
    "10:12:00",
    request_id=cast.request_id(asked.UrgencyRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    seen_version=3,
    urgency=1,
    reason={"sv": "Nationella prov i hus B i eftermiddag."},
)
urgency_changed = stated(
    events.UrgencyChanged,
    5,
    "10:12:00.050",
    because=urgency_requested,
    incident=cast.INCIDENT,
    version=4,
    request_id=urgency_requested.request_id,
    by=cast.TECHNICIAN,
    urgency=1,
    previous=2,
    reason=urgency_requested.reason,
)
clock_rescheduled = stated(
    events.ClockRescheduled,
    5,
    "10:12:00.050",
    because=urgency_requested,
    clock=RESOLVE_CLOCK,
    incident=cast.INCIDENT,
    party=cast.LOCAL,
    promise="resolve",
    since=urgency_requested.at,
    due_at=cast.moment(5, "13:52:14.120"),
    used=timedelta(minutes=19, seconds=46),
)
clock_paused = stated(
    events.ClockPaused,
    5,
    "10:41:00",
    clock=RESOLVE_CLOCK,
    incident=cast.INCIDENT,
    party=cast.LOCAL,
    promise="resolve",
    paused_at=cast.moment(5, "10:41:00"),
    reason="reporter",
    used=timedelta(minutes=48, seconds=46),
)
clock_resumed = stated(
    events.ClockResumed,
    5,
    "10:48:30.050",
    because=ticketing.ticket_answered,
    clock=RESOLVE_CLOCK,
    incident=cast.INCIDENT,
    party=cast.LOCAL,
    promise="resolve",
    resumed_at=ticketing.ticket_answered.at,
    due_at=cast.moment(5, "13:59:44.120"),
)
clock_breached = stated(
    events.ClockBreached,
    5,
    "14:00:02",
    clock=RESOLVE_CLOCK,
    incident=cast.INCIDENT,
    party=cast.LOCAL,
    promise="resolve",
    due_at=clock_resumed.due_at,
)
escalation_requested = stated(
    asked.TicketEscalationRequested,
    5,
    "11:30:00",
    ticket=cast.TICKET,
    incident=cast.INCIDENT,
    by=cast.TEACHER,
    reason={"sv": "Provet börjar klockan ett och ingen har varit här."},
)
asked_again = stated(
    events.AskedAgain,
    5,
    "11:30:00.050",
    because=escalation_requested,
    incident=cast.INCIDENT,
    version=5,
    ticket=escalation_requested.ticket,
    again_at=cast.moment(5, "15:02:00"),
)
escalate_requested = stated(
    asked.EscalateRequested,
    5,
    "11:34:00",
    request_id=cast.request_id(asked.EscalateRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    seen_version=5,
    reason={"sv": "Jag kommer inte åt switchen, samordnaren får ta det."},
)
incident_escalated = stated(
    events.IncidentEscalated,
    5,
    "11:34:00.050",
    because=escalate_requested,
    incident=cast.INCIDENT,
    version=6,
    request_id=escalate_requested.request_id,
    by=cast.TECHNICIAN,
    measure=GOES_ON,
    trigger="person",
    reason=escalate_requested.reason,
)
policy_stop_requested = stated(
    asked.PolicyStopRequested,
    5,
    "11:50:00",
    request_id=cast.request_id(asked.PolicyStopRequested),
    incident=cast.INCIDENT,
    by=cast.COORDINATOR_PERSON,
    seen_version=7,
    reason={"sv": "Nätleverantören är på plats i morgon bitti, det är avtalat med skolan."},
)
policy_stopped = stated(
    events.PolicyStopped,
    5,
    "11:50:00.050",
    because=policy_stop_requested,
    incident=cast.INCIDENT,
    version=8,
    request_id=policy_stop_requested.request_id,
    by=cast.COORDINATOR_PERSON,
    reason=policy_stop_requested.reason,
)
major_declared = stated(
    events.MajorDeclared,
    5,
    "10:11:00.050",
    because=routing.scope_raised,
    incident=cast.INCIDENT,
    version=3,
    reasons=({"sv": "5 skolor är drabbade.", "en": "5 schools are hit."},),
)
reopen_requested = stated(
    asked.ReopenRequested,
    6,
    "11:05:00",
    request_id=cast.request_id(asked.ReopenRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    seen_version=8,
    reason={"sv": "Nätet i hus B faller fortfarande bort."},
)
