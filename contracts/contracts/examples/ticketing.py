"""What ticketing states in the story, and the commands that people give there."""

from typing import Any

from contracts import ids
from contracts.canonical import sha256
from contracts.directory import Directory
from contracts.events import ticketing as events
from contracts.examples import cast
from contracts.examples.cast import stated
from contracts.timeline import Draft, FileRef
from contracts.values import SYSTEM_PARTY, Actor

DIRECTORY = Directory.model_validate(
    {
        "municipality": {"id": "malarvik", "name": "Mälarviks kommun", "number_prefix": "MAL"},
        "defaults": {"agreement": "desk", "policy": "standard"},
        "schools": [{"id": "ekbacken", "name": "Ekbackens skola", "form": "compulsory", "asset_prefix": "EKB"}],
        "teams": [
            {
                "id": "ekbacken",
                "name": {"sv": "IT-stödet på Ekbackens skola", "en": "IT support at Ekbackens skola"},
                "tier": "local",
                "schools": ["ekbacken"],
            },
            {
                "id": "samordning",
                "name": {"sv": "IT-samordningen", "en": "IT coordination"},
                "tier": "central",
                "coordinator": True,
            },
        ],
        "vendors": [
            {
                "id": "natleverantoren",
                "name": {"sv": "Nätleverantören", "en": "The network operator"},
                "connection": {
                    "name": "demo-vendor",
                    "profile": "webhook",
                    "url": "https://vendor.example/eskalera",
                    "secret_ref": "demo-vendor",
                    "contact": "none",
                },
                "services": ["wifi"],
            }
        ],
        "services": [
            {
                "id": "wifi",
                "name": {"sv": "Trådlöst nät", "en": "Wi-Fi"},
                "aliases": ["nätet", "wifi"],
                "owner": "coordinator",
                "criticality": "vital",
            }
        ],
        "calendars": [
            {
                "id": "desk-hours",
                "name": {"sv": "Kontorstid 07.00–16.30", "en": "Desk hours 07:00–16:30"},
                "hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "opens": "07:00", "closes": "16:30"}],
            }
        ],
        "agreements": [
            {
                "id": "desk",
                "name": {"sv": "Kontorstid", "en": "Desk hours"},
                "calendar": "desk-hours",
                "promises": [
                    {"urgency": 1, "acknowledge": "5 min", "next_update": "1 h", "resolve": "4 h"},
                    {"urgency": 2, "acknowledge": "30 min", "next_update": "4 h", "resolve": "12 h"},
                    {"urgency": 3, "acknowledge": "1 h", "next_update": "9 h 30 min", "resolve": "47 h 30 min"},
                    {"urgency": 4, "acknowledge": "9 h 30 min", "next_update": "47 h 30 min"},
                ],
            }
        ],
        "policies": [{"id": "standard", "name": {"sv": "Vanlig gång", "en": "Usual course"}}],
        "matrix": [
            {
                "id": "wifi",
                "when": {"service": "wifi"},
                "path": ["local", "vendor:natleverantoren", "coordinator"],
                "note": {
                    "sv": "Skolans eget IT-stöd tittar först på nätet, sedan nätleverantören.",
                    "en": "The school's own IT support looks at the network first, then the network operator.",
                },
            }
        ],
        "roles": [{"id": "teacher", "name": {"sv": "lärare", "en": "teacher"}, "access": "reporter"}],
    }
)

directory_changed = stated(
    events.DirectoryChanged,
    5,
    "07:00:00",
    version=DIRECTORY.version,
    directory=DIRECTORY,
    applied_by=cast.COORDINATOR_PERSON,
)
person_changed = stated(
    events.PersonChanged,
    5,
    "07:01:00",
    person="larare",
    name="Lisa Exempel",
    role="teacher",
    schools=("ekbacken",),
    email="lisa.exempel@malarvik.example",
)
ticket_filed = stated(
    events.TicketFiled,
    5,
    "09:52:14.120",
    ticket=cast.TICKET,
    number=cast.NUMBER,
    kind="incident",
    reporter="larare",
    reporter_role="teacher",
    title="Inget nät i hus B",
    description="Ingen i 8B kommer ut på nätet sedan en kvart. Lampan på dosan i taket blinkar rött.",
    school=cast.SCHOOL,
    room="B204",
    service="wifi",
    urgency=2,
    need="hard_to_work",
    impact="class",
    occurred_at=cast.moment(5, "09:35:00"),
)
FILED_ENTRY = cast.entry(
    cast.TICKET,
    None,
    Draft(
        at=ticket_filed.at,
        party=cast.TEACHER.party,
        person=cast.TEACHER.person,
        kind="filed",
        audience=("reporter",),
        caused_by=ticket_filed.id,
        text={"sv": f"{ticket_filed.title}\n{ticket_filed.description}"},
    ),
)
entry_recorded = stated(
    events.EntryRecorded, 5, "09:52:14.120", because=ticket_filed, case=cast.TICKET, entry=FILED_ENTRY
)
assignment_requested = stated(
    events.AssignmentRequested,
    5,
    "10:02:40",
    request_id=cast.request_id(events.AssignmentRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    seen_version=2,
    party=cast.LOCAL,
    note={"sv": "Jag går till hus B och tittar."},
)
hand_off_requested = stated(
    events.HandOffRequested,
    5,
    "10:20:05",
    request_id=cast.request_id(events.HandOffRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    seen_version=3,
    vendor=cast.VENDOR,
    note={"sv": "Switchen i hus B får ström men svarar inte. Jag har startat om den två gånger."},
)
ticket_answered = stated(
    events.TicketAnswered,
    5,
    "10:48:30",
    ticket=cast.TICKET,
    incident=cast.INCIDENT,
    by=cast.TEACHER,
    text={"sv": "Ja, den blinkar rött fortfarande."},
    question=cast.QUESTION,
)
ticket_attachment_added = stated(
    events.TicketAttachmentAdded,
    5,
    "10:49:10",
    ticket=cast.TICKET,
    incident=cast.INCIDENT,
    by=cast.TEACHER,
    audience=("reporter",),
    files=(FileRef(sha256=sha256("the lamp"), name="lampa.jpg", media_type="image/jpeg", size=48_213),),
    text={"sv": "Så här ser den ut."},
)
vendor_answer_requested = stated(
    events.VendorAnswerRequested,
    5,
    "11:05:00",
    request_id=cast.request_id(events.VendorAnswerRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    question=cast.STAFF_QUESTION,
    text={"sv": "Kom in genom personalentrén och fråga efter vaktmästaren."},
)
publish_requested = stated(
    events.PublishRequested,
    5,
    "10:25:00",
    request_id=cast.request_id(events.PublishRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
)
ticket_question_asked = stated(
    events.TicketQuestionAsked,
    5,
    "11:20:00",
    ticket=cast.SECOND_TICKET,
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    question=cast.REPORTER_QUESTION,
    text={"sv": "Fungerar det med kabel i ditt klassrum?"},
)
question_close_requested = stated(
    events.QuestionCloseRequested,
    5,
    "11:45:00",
    request_id=cast.request_id(events.QuestionCloseRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    ticket=cast.SECOND_TICKET,
    question=cast.REPORTER_QUESTION,
    reason={"sv": "Jag har provat själv i klassrummet: det fungerar med kabel."},
)
ticket_withdrawn = stated(
    events.TicketWithdrawn,
    5,
    "12:10:00",
    ticket=cast.SECOND_TICKET,
    incident=cast.INCIDENT,
    by=cast.COLLEAGUE,
)
proposal_reject_requested = stated(
    events.ProposalRejectRequested,
    5,
    "14:12:00",
    request_id=cast.request_id(events.ProposalRejectRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    seen_version=5,
    proposal=cast.FIRST_PROPOSAL,
    reason={"sv": "Nätet föll igen efter tio minuter."},
)
take_back_requested = stated(
    events.TakeBackRequested,
    6,
    "08:05:00",
    request_id=cast.request_id(events.TakeBackRequested),
    incident=cast.INCIDENT,
    by=cast.COORDINATOR_PERSON,
    seen_version=4,
    vendor=cast.VENDOR,
    note={"sv": "Vi hör inget sedan i går och tar över själva."},
)
proposal_accept_requested = stated(
    events.ProposalAcceptRequested,
    6,
    "09:40:00",
    request_id=cast.request_id(events.ProposalAcceptRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    seen_version=6,
    proposal=cast.PROPOSAL,
    public_text={"sv": "Switchen i hus B är bytt. Nätet fungerar igen.", "en": "The switch is new; Wi-Fi is back."},
)
resolve_requested = stated(
    events.ResolveRequested,
    6,
    "09:45:00",
    request_id=cast.request_id(events.ResolveRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    seen_version=6,
    public_text={"sv": "Switchen i hus B är bytt."},
)
ticket_reopened = stated(
    events.TicketReopened,
    6,
    "10:15:00",
    ticket=cast.TICKET,
    incident=cast.INCIDENT,
    by=cast.TEACHER,
    text={"sv": "I B204 är det fortfarande inget nät."},
)
ticket_confirmed_fixed = stated(
    events.TicketConfirmedFixed,
    7,
    "08:20:00",
    ticket=cast.TICKET,
    incident=cast.INCIDENT,
    by=cast.TEACHER,
)
close_requested = stated(
    events.CloseRequested,
    7,
    "08:30:00",
    request_id=cast.request_id(events.CloseRequested),
    incident=cast.INCIDENT,
    by=cast.COORDINATOR_PERSON,
    seen_version=8,
)
ticket_closed = stated(
    events.TicketClosed,
    7,
    "08:30:01",
    because=close_requested,
    ticket=cast.TICKET,
    incident=cast.INCIDENT,
    reason="incident_closed",
)
link_requested = stated(
    events.LinkRequested,
    5,
    "10:05:00",
    request_id=cast.request_id(events.LinkRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    seen_version=3,
    ticket=cast.THIRD_TICKET,
)
unlink_requested = stated(
    events.UnlinkRequested,
    5,
    "10:06:00",
    request_id=cast.request_id(events.UnlinkRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    ticket=cast.THIRD_TICKET,
)
split_requested = stated(
    events.SplitRequested,
    5,
    "10:07:00",
    request_id=cast.request_id(events.SplitRequested),
    incident=cast.INCIDENT,
    by=cast.COORDINATOR_PERSON,
    tickets=(cast.SECOND_TICKET, cast.THIRD_TICKET),
)
suggestion_accept_requested = stated(
    events.SuggestionAcceptRequested,
    5,
    "10:08:00",
    request_id=cast.request_id(events.SuggestionAcceptRequested),
    incident=cast.OTHER_INCIDENT,
    by=cast.TECHNICIAN,
    suggestion=cast.SUGGESTION,
)
suggestion_refuse_requested = stated(
    events.SuggestionRefuseRequested,
    5,
    "10:08:30",
    request_id=cast.request_id(events.SuggestionRefuseRequested),
    incident=cast.OTHER_INCIDENT,
    by=cast.TECHNICIAN,
    suggestion=cast.SUGGESTION,
)
triage_requested = stated(
    events.TriageRequested,
    5,
    "10:09:00",
    request_id=cast.request_id(events.TriageRequested),
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    seen_version=3,
    service="wired_network",
    scope="school",
    public_title={"sv": "Nätet i hus B på Ekbackens skola", "en": "The network in building B at Ekbackens skola"},
)
note_written = stated(
    events.NoteWritten,
    5,
    "10:09:30",
    incident=cast.INCIDENT,
    by=cast.TECHNICIAN,
    audience=("internal",),
)
ASKED_OF_BRIDGE: dict[str, Any] = {"connection": cast.CONNECTION, "by": cast.COORDINATOR_PERSON}
connection_pause_requested = stated(
    events.ConnectionPauseRequested,
    6,
    "16:00:00",
    request_id=cast.request_id(events.ConnectionPauseRequested),
    **ASKED_OF_BRIDGE,
)
connection_test_requested = stated(
    events.ConnectionTestRequested,
    7,
    "06:55:00",
    request_id=cast.request_id(events.ConnectionTestRequested),
    **ASKED_OF_BRIDGE,
)
connection_mail_release_requested = stated(
    events.ConnectionMailReleaseRequested,
    7,
    "06:50:00",
    request_id=cast.request_id(events.ConnectionMailReleaseRequested),
    **ASKED_OF_BRIDGE,
    mail="ml_5d41402abc4b2a76b9719d911017c592",
)
connection_mail_discard_requested = stated(
    events.ConnectionMailDiscardRequested,
    7,
    "06:51:00",
    request_id=cast.request_id(events.ConnectionMailDiscardRequested),
    **ASKED_OF_BRIDGE,
    mail="ml_7d793037a0760186574b0282f2f435e7",
)
connection_resume_requested = stated(
    events.ConnectionResumeRequested,
    7,
    "07:00:00",
    request_id=cast.request_id(events.ConnectionResumeRequested),
    **ASKED_OF_BRIDGE,
)
connection_resend_requested = stated(
    events.ConnectionResendRequested,
    7,
    "07:10:00",
    request_id=cast.request_id(events.ConnectionResendRequested),
    **ASKED_OF_BRIDGE,
    message=cast.message_id("offered"),
)
connection_replay_requested = stated(
    events.ConnectionReplayRequested,
    7,
    "07:15:00",
    request_id=cast.request_id(events.ConnectionReplayRequested),
    **ASKED_OF_BRIDGE,
    since=cast.moment(5, "10:00:00"),
    until=cast.moment(5, "12:00:00"),
)
ticket_erased = stated(
    events.TicketErased,
    9,
    "13:00:00",
    ticket=cast.SECOND_TICKET,
    incident=cast.INCIDENT,
    by=cast.COORDINATOR_PERSON,
    reason="protected",
    entries={cast.SECOND_TICKET: (1, 2)},
    since=cast.moment(1, "00:00:00"),
    causes=(ids.derived("event", "example", "second ticket"),),
)
entry_erased = stated(
    events.EntryErased,
    9,
    "13:05:00",
    by=cast.COORDINATOR_PERSON,
    reason="protected",
    entries={cast.INCIDENT: (7,)},
    since=cast.moment(1, "00:00:00"),
    causes=(note_written.id,),
    audience=("internal",),
)
person_erased = stated(
    events.PersonErased,
    9,
    "13:10:00",
    person="larare-2",
    by=Actor(party=SYSTEM_PARTY),
    reason="asked",
)
