"""What the vendor bridge states in the story, and what the vendor says there."""

from typing import Any

from contracts.canonical import sha256
from contracts.events import vendor_bridge as events
from contracts.examples import cast, routing, ticketing
from contracts.examples.cast import stated
from contracts.timeline import Draft, FileRef, head_of

HANDOFF: dict[str, Any] = {"handoff": cast.HANDOFF, "incident": cast.INCIDENT, "vendor": cast.VENDOR}

ASSIGNED_ENTRY = cast.entry(
    cast.INCIDENT,
    None,
    Draft(
        at=routing.incident_assigned.at,
        party=cast.LOCAL,
        kind="assigned",
        audience=("reporters",),
        caused_by=routing.incident_assigned.id,
        text={"sv": "Ärendet ligger nu hos IT-stödet på Ekbackens skola."},
    ),
)
HEADS = {cast.INCIDENT: head_of(ASSIGNED_ENTRY), cast.TICKET: head_of(ticketing.FILED_ENTRY)}

handoff_offered = stated(
    events.HandoffOffered,
    5,
    "10:20:05.120",
    because=ticketing.hand_off_requested,
    **HANDOFF,
    connection=cast.CONNECTION,
    role="lead",
)
handoff_delivered = stated(
    events.HandoffDelivered,
    5,
    "10:20:06",
    because=handoff_offered,
    **HANDOFF,
    webhook_id=cast.message_id("offered"),
    message="offered",
    heads=HEADS,
    attempts=1,
)
handoff_acknowledged = stated(
    events.HandoffAcknowledged, 5, "10:31:00", **HANDOFF, vendor_reference="NL-48213", heads=HEADS
)
vendor_status_changed = stated(
    events.VendorStatusChanged,
    5,
    "10:35:00",
    **HANDOFF,
    message=cast.message_id("status"),
    status="in_progress",
    text={"sv": "Tekniker bokad."},
    expected_at=cast.moment(5, "14:00:00"),
)
vendor_information_requested = stated(
    events.VendorInformationRequested,
    5,
    "10:40:00",
    **HANDOFF,
    message=cast.message_id("question"),
    ticket=cast.TICKET,
    question=cast.QUESTION,
    text={"sv": "Blinkar lampan på dosan i taket fortfarande rött?"},
)
handoff_answered = stated(
    events.HandoffAnswered,
    5,
    "10:48:30.080",
    because=ticketing.ticket_answered,
    **HANDOFF,
    question=cast.QUESTION,
    ticket=cast.TICKET,
    text=ticketing.ticket_answered.text,
    by=cast.TEACHER,
)
request_refused = stated(
    events.HandoffRequestRefused,
    5,
    "11:05:00.080",
    because=ticketing.vendor_answer_requested,
    incident=cast.INCIDENT,
    request_id=ticketing.vendor_answer_requested.request_id,
    code="unknown_question",
    reason={"sv": "Frågan är redan besvarad.", "en": "The question is answered already."},
)
vendor_entry_added = stated(
    events.VendorEntryAdded,
    5,
    "13:20:00",
    **HANDOFF,
    message=cast.message_id("entry"),
    text={"sv": "Switchen i hus B tappar ström. Vi har startat om den på plats."},
)
vendor_resolution_proposed = stated(
    events.VendorResolutionProposed,
    5,
    "13:50:00",
    **HANDOFF,
    message=cast.message_id("proposal"),
    proposal=cast.FIRST_PROPOSAL,
    text={"sv": "Switchen är omstartad och nätet uppe."},
)
handoff_rejected = stated(
    events.HandoffRejected,
    5,
    "14:12:00.120",
    because=routing.proposal_rejected,
    **HANDOFF,
    proposal=cast.FIRST_PROPOSAL,
    reason=routing.proposal_rejected.reason,
)
handoff_returned = stated(
    events.HandoffReturned,
    5,
    "15:30:00",
    **HANDOFF,
    text={"sv": "Felet ligger i husets elcentral och inte hos oss."},
)
handoff_drifted = stated(
    events.HandoffDrifted,
    7,
    "07:40:00",
    **HANDOFF,
    heads={cast.INCIDENT: {"seq": 1, "hash": "a" * 64}},
)
handoff_redacted = stated(
    events.HandoffRedacted,
    7,
    "07:41:00",
    **HANDOFF,
    forget=[{"case": cast.TICKET, "entries": [1, 3], "whole": True}],
)
handoff_failed = stated(
    events.HandoffFailed,
    6,
    "07:30:00",
    **HANDOFF,
    webhook_id=cast.message_id("updated"),
    reason={
        "sv": "Leverantörens system tar inte längre emot meddelanden (svar 410).",
        "en": "The vendor's system no longer takes messages (answer 410).",
    },
)
handoff_taken_back = stated(
    events.HandoffTakenBack, 6, "08:05:00.120", because=ticketing.take_back_requested, **HANDOFF
)
handoff_released = stated(
    events.HandoffReleased, 6, "08:05:00.130", because=ticketing.take_back_requested, **HANDOFF, continues_in=None
)
handoff_accepted = stated(
    events.HandoffAccepted,
    6,
    "09:40:00.120",
    because=routing.incident_resolved,
    **HANDOFF,
    proposal=cast.PROPOSAL,
)
handoff_completed = stated(events.HandoffCompleted, 7, "08:30:00.120", because=routing.incident_closed, **HANDOFF)
connection_changed = stated(
    events.ConnectionChanged,
    6,
    "16:00:00.120",
    because=ticketing.connection_pause_requested,
    connection=cast.CONNECTION,
    vendor=cast.VENDOR,
    health="paused",
    since=cast.moment(6, "16:00:00.120"),
    backlog=2,
    oldest=cast.moment(6, "15:58:00"),
    last_taken=cast.moment(6, "15:40:00"),
    refused=events.ConnectionRefusal(
        at=cast.moment(6, "15:20:00"),
        status=422,
        reason="/data/text unknown field",
        lately=2,
        before=(
            events.EarlierRefusal(
                at=cast.moment(6, "15:10:00"), status=401, reason="there is no webhook-signature", proven=False
            ),
        ),
    ),
    held=events.HeldMails(
        mails=1,
        since=cast.moment(6, "15:25:00"),
        newest=(
            events.HeldMail(
                mail="ml_4b0d7c1f9e2a4c5d8f60718293a4b5c6",
                handoff=cast.HANDOFF,
                at=cast.moment(6, "15:25:00"),
                reason="it does not come from the vendor's mailbox",
            ),
        ),
    ),
    stories=events.WaitingStories(messages=1, since=cast.moment(6, "15:30:00"), reason="answered 503: under underhåll"),
    request_id=ticketing.connection_pause_requested.request_id,
    by=ticketing.connection_pause_requested.by,
    outcome=events.ConnectionOutcome(step="paused"),
)
connection_request_refused = stated(
    events.ConnectionRequestRefused,
    7,
    "07:15:00.080",
    because=ticketing.connection_replay_requested,
    connection=cast.CONNECTION,
    request_id=ticketing.connection_replay_requested.request_id,
    code="nothing_to_send",
    reason={"sv": "Inget togs emot under den tiden.", "en": "Nothing was taken in that time."},
)

OWN: dict[str, Any] = {"vendor": cast.VENDOR, "connection": cast.CONNECTION}
ticket_reported = stated(
    events.VendorTicketReported,
    8,
    "06:40:00",
    **OWN,
    message=cast.message_id("reported"),
    ticket=cast.REPORTED_TICKET,
    external_id="NL-48302",
    title="Fiberbrott i Ekbackenområdet",
    description="Ekbackens skola saknar förbindelse. Felsökning pågår.",
    category="WLAN",
    place="Ekbacken 12",
    priority="P1",
    severity="Critical",
    named=(events.Named(what="entity", id="sw-12", name="Switch 12", role="affectedResource", kind="Resource"),),
    service="wifi",
    school=cast.SCHOOL,
    urgency=1,
    occurred_at=cast.moment(8, "06:31:00"),
)
ticket_changed = stated(
    events.VendorTicketChanged,
    8,
    "06:58:00",
    **OWN,
    message=cast.message_id("changed"),
    ticket=cast.REPORTED_TICKET,
    title="Fiberbrott vid Ekbackens skola",
    text={"sv": "Brottet är lokaliserat till korsningen vid skolan."},
    files=(FileRef(sha256=sha256("the dig"), name="brottet.jpg", media_type="image/jpeg", size=61_702),),
)
work_announced = stated(
    events.VendorWorkAnnounced,
    8,
    "09:00:00",
    **OWN,
    message=cast.message_id("work"),
    work=cast.ANNOUNCED_WORK,
    external_id="CHG-2211",
    starts_at=cast.moment(14, "16:30:00"),
    ends_at=cast.moment(14, "19:00:00"),
    services=("wifi",),
    text={"sv": "Ny programvara i stamnätets routrar."},
    effect="interruptions",
)
