"""What routing states in the story."""

from contracts.events import routing as events
from contracts.examples import cast, ticketing
from contracts.examples.cast import stated

incident_opened = stated(
    events.IncidentOpened,
    5,
    "09:52:14.180",
    because=ticketing.ticket_filed,
    incident=cast.INCIDENT,
    version=1,
    ticket=cast.TICKET,
    kind="incident",
    service="wifi",
    school=cast.SCHOOL,
    urgency=2,
    scope="building",
)
ticket_linked = stated(
    events.TicketLinked,
    5,
    "09:52:14.180",
    because=ticketing.ticket_filed,
    incident=cast.INCIDENT,
    version=1,
    ticket=cast.TICKET,
    score=1.0,
    reasons=({"sv": "Ärendet öppnade händelsen.", "en": "The ticket opened the incident."},),
    engine_version="cause-2026-2",
    directory_version=ticketing.DIRECTORY.version,
)
incident_assigned = stated(
    events.IncidentAssigned,
    5,
    "09:52:14.180",
    because=ticketing.ticket_filed,
    incident=cast.INCIDENT,
    version=2,
    party=cast.LOCAL,
    tier="local",
    path=(cast.LOCAL, cast.VENDOR, cast.COORDINATOR),
    rule="wifi",
    reason={
        "sv": "Skolans eget IT-stöd tittar först på nätet, sedan nätleverantören.",
        "en": "The school's own IT support looks at the network first, then the network operator.",
    },
    agreement="desk",
)
clock_started = stated(
    events.ClockStarted,
    5,
    "09:52:14.180",
    because=ticketing.ticket_filed,
    clock=cast.CLOCK,
    incident=cast.INCIDENT,
    party=cast.LOCAL,
    promise="acknowledge",
    started_at=ticketing.ticket_filed.at,
    due_at=cast.moment(5, "10:22:14.120"),
    agreement="desk",
)
impact_changed = stated(
    events.ImpactChanged,
    5,
    "09:58:02",
    incident=cast.INCIDENT,
    version=2,
    tickets=2,
    schools=(cast.SCHOOL,),
)
clock_stopped = stated(
    events.ClockStopped,
    5,
    "10:02:40.050",
    because=ticketing.assignment_requested,
    clock=cast.CLOCK,
    incident=cast.INCIDENT,
    party=cast.LOCAL,
    promise="acknowledge",
    stopped_at=ticketing.assignment_requested.at,
    reason="kept",
)
request_refused = stated(
    events.RequestRefused,
    5,
    "10:02:40.050",
    because=ticketing.assignment_requested,
    incident=cast.INCIDENT,
    request_id=ticketing.assignment_requested.request_id,
    code="already_there",
    reason={
        "sv": "Ärendet ligger redan hos IT-stödet på Ekbackens skola.",
        "en": "IT support at Ekbackens skola already has the case.",
    },
)
link_suggested = stated(
    events.LinkSuggested,
    5,
    "10:04:12.090",
    incident=cast.OTHER_INCIDENT,
    version=2,
    suggestion=cast.SUGGESTION,
    tickets=(cast.THIRD_TICKET,),
    candidate=cast.INCIDENT,
    score=0.64,
    reasons=(
        {"sv": "Samma tjänst: Trådlöst nät.", "en": "Same service: Wireless network."},
        {"sv": "Samma skola.", "en": "Same school."},
        {"sv": "12 minuter isär.", "en": "12 minutes apart."},
    ),
    engine_version="cause-2026-2",
    directory_version=ticketing.DIRECTORY.version,
)
suggestion_refused = stated(
    events.SuggestionRefused,
    5,
    "10:08:30.050",
    because=ticketing.suggestion_refuse_requested,
    incident=cast.OTHER_INCIDENT,
    version=3,
    request_id=ticketing.suggestion_refuse_requested.request_id,
    by=cast.TECHNICIAN,
    suggestion=cast.SUGGESTION,
)
incident_rerouted = stated(
    events.IncidentRerouted,
    5,
    "10:11:00",
    incident=cast.INCIDENT,
    version=3,
    party=cast.LOCAL,
    path=(cast.LOCAL, cast.COORDINATOR),
    rule="natet-pa-flera-skolor",
    reason={
        "sv": "IT-stödet på Ekbackens skola arbetar redan med det och har det kvar. Nätet lagas av samordnaren.",
        "en": "IT support at Ekbacken works on it already and keeps it. The coordinator has the network mended.",
    },
    agreement="skolavtal",
    policy="standard",
)
scope_raised = stated(
    events.ScopeRaised,
    5,
    "10:11:00",
    incident=cast.INCIDENT,
    version=3,
    scope="schools",
    reasons=(
        {
            "sv": "5 skolor har anmält samma sak inom 45 minuter.",
            "en": "5 schools reported the same within 45 minutes.",
        },
    ),
)
scope_lowered = stated(
    events.ScopeLowered,
    5,
    "10:13:00",
    incident=cast.INCIDENT,
    version=4,
    scope="school",
    reasons=(
        {
            "sv": "En anmälan från en annan skola hör inte hit längre.",
            "en": "A report from another school does not belong here any more.",
        },
    ),
)
incident_triaged = stated(
    events.IncidentTriaged,
    5,
    "10:09:00.050",
    because=ticketing.triage_requested,
    incident=cast.INCIDENT,
    version=4,
    request_id=ticketing.triage_requested.request_id,
    by=cast.TECHNICIAN,
    service=ticketing.triage_requested.service,
    scope=ticketing.triage_requested.scope,
    public_title=ticketing.triage_requested.public_title,
)
incident_touched = stated(
    events.IncidentTouched,
    5,
    "10:48:30.050",
    because=ticketing.ticket_answered,
    incident=cast.INCIDENT,
    version=5,
)
incident_superseded = stated(
    events.IncidentSuperseded,
    5,
    "10:08:00.050",
    because=ticketing.suggestion_accept_requested,
    incident=cast.OTHER_INCIDENT,
    version=3,
    request_id=ticketing.suggestion_accept_requested.request_id,
    by=cast.TECHNICIAN,
    successor=cast.INCIDENT,
)
state_changed = stated(
    events.IncidentStateChanged,
    5,
    "10:20:05.060",
    because=ticketing.hand_off_requested,
    incident=cast.INCIDENT,
    version=4,
    request_id=ticketing.hand_off_requested.request_id,
    by=cast.TECHNICIAN,
    state="waiting",
    waiting_on="vendor",
)
incident_published = stated(
    events.IncidentPublished,
    5,
    "10:25:00.050",
    because=ticketing.publish_requested,
    incident=cast.INCIDENT,
    version=5,
    request_id=ticketing.publish_requested.request_id,
    by=cast.TECHNICIAN,
    published=True,
)
question_closed = stated(
    events.QuestionClosed,
    5,
    "11:45:00.050",
    because=ticketing.question_close_requested,
    incident=cast.INCIDENT,
    version=4,
    request_id=ticketing.question_close_requested.request_id,
    by=cast.TECHNICIAN,
    ticket=cast.SECOND_TICKET,
    question=cast.REPORTER_QUESTION,
    reason=ticketing.question_close_requested.reason,
)
proposal_rejected = stated(
    events.ProposalRejected,
    5,
    "14:12:00.050",
    because=ticketing.proposal_reject_requested,
    incident=cast.INCIDENT,
    version=6,
    request_id=ticketing.proposal_reject_requested.request_id,
    by=cast.TECHNICIAN,
    proposal=cast.FIRST_PROPOSAL,
    reason=ticketing.proposal_reject_requested.reason,
)
incident_resolved = stated(
    events.IncidentResolved,
    6,
    "09:40:00.050",
    because=ticketing.proposal_accept_requested,
    incident=cast.INCIDENT,
    version=7,
    request_id=ticketing.proposal_accept_requested.request_id,
    by=cast.TECHNICIAN,
    public_text=ticketing.proposal_accept_requested.public_text,
    proposal=cast.PROPOSAL,
)
incident_reopened = stated(
    events.IncidentReopened,
    6,
    "10:15:00.050",
    because=ticketing.ticket_reopened,
    incident=cast.INCIDENT,
    version=8,
    by=cast.TEACHER,
    reason={"sv": "En lärare säger att det fortfarande är fel.", "en": "A teacher says that it still fails."},
)
incident_closed = stated(
    events.IncidentClosed,
    7,
    "08:30:00.050",
    because=ticketing.close_requested,
    incident=cast.INCIDENT,
    version=10,
    request_id=ticketing.close_requested.request_id,
    by=cast.COORDINATOR_PERSON,
)
