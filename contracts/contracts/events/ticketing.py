"""Facts that ticketing states, and commands it asks of the owners of incidents and hand-offs."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from contracts.directory import Directory
from contracts.events.base import ConnectionRequest, Event, Request
from contracts.timeline import Entry, FileRef
from contracts.values import (
    Actor,
    Changer,
    Decision,
    ErasureReason,
    Language,
    NextStage,
    PartyId,
    Priority,
    Role,
    Scope,
    TicketKind,
    Urgency,
    Words,
    WorkEffect,
)


class TicketFiled(Event):
    """A person reported something; ticketing acknowledged it at `at`, which is when clocks start (R13)."""

    TYPE = "ticket.filed.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("ticket",)

    ticket: str
    number: str
    kind: TicketKind
    reporter: str
    """The person's opaque id; of what a vendor reported itself, the vendor's party id."""
    reporter_role: str | None = None
    title: str
    description: str = ""
    language: Language = "sv"
    school: str
    """Empty where a vendor reported it of no school that is known here."""
    unit: str | None = None
    room: str | None = None
    service: str | None = None
    """What the reporter picked: evidence, not truth."""
    asset: str | None = None
    urgency: Urgency = 3
    need: str | None = None
    """What is needed, as the reporter answered; with `impact` it made the urgency, by the directory's table."""
    impact: str | None = None
    """How many are hit. Both or none: a report may bring a number instead."""
    occurred_at: AwareDatetime
    source: str | None = None
    external_id: str | None = None
    same_as: str | None = None
    """The incident the reporter says is theirs too."""
    files: tuple[FileRef, ...] = ()
    """What came with it; the bytes are in the object store."""
    by_peer: bool = False
    """Another Eskalera handed it over: that can be asked, and its answer names the question."""


class TicketAnswered(Event):
    """The reporter wrote more; with `question` it answers that question (R8)."""

    TYPE = "ticket.answered.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("ticket", "incident")

    ticket: str
    incident: str | None = None
    by: Actor
    text: Words
    question: str | None = None
    files: tuple[FileRef, ...] = ()
    unanswered: bool = False
    """Nobody answered that question: the text says why it needs no answer."""


class TicketQuestionAsked(Event):
    """Staff asks the reporter, and waits for the answer: to resolve does (R8)."""

    TYPE = "ticket.question_asked.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("ticket", "incident")

    ticket: str
    incident: str
    """The one that it is on as ticketing knows it; the question stays with the ticket."""
    by: Actor
    question: str
    text: Words


class TicketAttachmentAdded(Event):
    """The reporter, or staff, put files to a ticket, with a few words or without."""

    TYPE = "ticket.attachment_added.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("ticket", "incident")

    ticket: str
    incident: str | None = None
    by: Actor
    audience: tuple[str, ...]
    """Who may read the entry, and so fetch its files: `reporter`, or `internal`."""
    files: tuple[FileRef, ...]
    """None are left where they were erased."""
    text: Words | None = None


class TicketEscalationRequested(Event):
    """The reporter, or the school's IT lead, asks that it goes further; the policy says what follows."""

    TYPE = "ticket.escalation_requested.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("ticket", "incident")

    ticket: str
    incident: str | None = None
    by: Actor
    reason: Words


class TicketConfirmedFixed(Event):
    """The reporter says that it works."""

    TYPE = "ticket.confirmed_fixed.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("ticket", "incident")

    ticket: str
    incident: str | None = None
    by: Actor


class TicketReopened(Event):
    """The reporter says that it still does not work (R9)."""

    TYPE = "ticket.reopened.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("ticket", "incident")

    ticket: str
    incident: str | None = None
    by: Actor
    text: Words | None = None


class TicketWithdrawn(Event):
    """The reporter took the report back."""

    TYPE = "ticket.withdrawn.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("ticket", "incident")

    ticket: str
    incident: str | None = None
    by: Actor


class Erasing(Event):
    """Words are gone for good: whoever holds them takes them out of what it keeps, sent messages too (N11)."""

    by: Actor
    reason: ErasureReason
    entries: dict[str, tuple[int, ...]]
    """{case: numbers} of the entries of which only the place in their chain is left."""
    causes: tuple[str, ...] = ()
    """Ids of the events that the words came with."""
    since: AwareDatetime
    """Nothing that was said before can hold them."""

    @property
    def written_in(self) -> tuple[str, ...]:
        """The cases whose chains the entries are of."""
        return tuple(self.entries)


class TicketErased(Erasing):
    """What a ticket tells of its reporter is gone: title, description, room, device, all that its chain says."""

    TYPE = "ticket.erased.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("ticket", "incident", "written_in")

    ticket: str
    incident: str | None = None


class TicketClosed(Event):
    """The ticket is over: confirmed by its reporter, or its incident closed."""

    TYPE = "ticket.closed.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("ticket", "incident")

    ticket: str
    incident: str | None = None
    reason: Literal["confirmed", "incident_closed", "cancelled"]


class EntryRecorded(Event):
    """The recorder gave a fact its place in a case's history, with the content for replicas."""

    TYPE = "timeline.entry_recorded.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("case",)

    case: str
    entry: Entry


class EntryErased(Erasing):
    """One entry, which somebody else wrote about a person, is gone by hand (R20)."""

    TYPE = "timeline.entry_erased.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("written_in",)

    audience: tuple[str, ...]
    """Who could read it."""
    private: bool = False


class NoteWritten(Event):
    """Staff wrote to an incident; the words are in the entry that it causes."""

    TYPE = "incident.note_written.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident",)

    incident: str
    by: Actor
    audience: tuple[str, ...]


class AssignmentRequested(Request):
    """Put the incident in the hands of a team."""

    TYPE = "incident.assignment_requested.v1"

    party: PartyId
    note: Words | None = None


class HandOffRequested(Request):
    """Hand the incident to a vendor, as the lead (the present lead is released) or beside it (R6)."""

    TYPE = "incident.hand_off_requested.v1"

    vendor: PartyId
    role: Role = "lead"
    note: Words | None = None


class TakeBackRequested(Request):
    """Take the incident back from the vendor; without a vendor, from the lead (N8)."""

    TYPE = "incident.take_back_requested.v1"

    vendor: PartyId | None = None
    note: Words | None = None


class ResolveRequested(Request):
    """Tell the reporters that it is solved and ask whether it works."""

    TYPE = "incident.resolve_requested.v1"

    public_text: Words


class CloseRequested(Request):
    """End a resolved incident without waiting for more answers."""

    TYPE = "incident.close_requested.v1"


class ProposalAcceptRequested(Request):
    """Accept a vendor's proposed resolution (R7)."""

    TYPE = "incident.proposal_accept_requested.v1"

    proposal: str
    public_text: Words | None = None


class ProposalRejectRequested(Request):
    """Refuse a vendor's proposed resolution; the vendor still holds, and its questions are open again (R7, R8)."""

    TYPE = "incident.proposal_reject_requested.v1"

    proposal: str
    reason: Words


class AcknowledgeRequested(Request):
    """The holder says that it has the case."""

    TYPE = "incident.acknowledge_requested.v1"


class EscalateRequested(Request):
    """Move it further now: to the next party of its path."""

    TYPE = "incident.escalate_requested.v1"

    reason: Words
    to: PartyId | None = None
    """Whom the person was shown that it goes to: to nobody else does it go by this."""


class PolicyStopRequested(Request):
    """Do not let it go further by itself until it has another holder."""

    TYPE = "incident.policy_stop_requested.v1"

    reason: Words


class UrgencyRequested(Request):
    """Set how urgent it is."""

    TYPE = "incident.urgency_requested.v1"

    urgency: Urgency
    reason: Words


class ReopenRequested(Request):
    """Staff found that it was not solved after all."""

    TYPE = "incident.reopen_requested.v1"

    reason: Words


class GatherRequested(Request):
    """Put a need or an idea on the agenda of the needs forum, or give it another priority there (V16)."""

    TYPE = "incident.gather_requested.v1"

    priority: Priority


class DecideRequested(Request):
    """Say what becomes of a need or an idea, or say it anew; the reason is published."""

    TYPE = "incident.decide_requested.v1"

    decision: Decision
    reason: Words


class StageRequested(Request):
    """Take an order to its next stage, or say how it was changed or differs (V11)."""

    TYPE = "incident.stage_requested.v1"

    stage: NextStage
    text: Words | None = None
    """For whoever ordered: what was changed, what differs."""
    expected_at: date | None = None
    """The last day on which it is to be there; None: what was said before holds."""
    changed_by: Changer | None = None
    """Of `changed`: who did it; None: the party that asks."""


class LinkRequested(Request):
    """Put a ticket on the incident; a person's link is final (R11)."""

    TYPE = "incident.link_requested.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "ticket")

    ticket: str


class UnlinkRequested(Request):
    """Take a ticket off the incident: it goes on in a new one of its own (R12)."""

    TYPE = "incident.unlink_requested.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "ticket")

    ticket: str


class SplitRequested(Request):
    """Take several tickets off the incident: together they go on in a new one."""

    TYPE = "incident.split_requested.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "tickets")

    tickets: tuple[str, ...]


class SuggestionAcceptRequested(Request):
    """All tickets of `incident` belong to the other one, but for those that a person said do not."""

    TYPE = "incident.suggestion_accept_requested.v1"

    suggestion: str


class SuggestionRefuseRequested(Request):
    """The tickets of `incident` do not belong to the other one; it is not asked again."""

    TYPE = "incident.suggestion_refuse_requested.v1"

    suggestion: str


class TriageRequested(Request):
    """Set what the incident is about, how far it reaches, and its title for others than staff (N5)."""

    TYPE = "incident.triage_requested.v1"

    service: str | None = None
    scope: Scope | None = None
    public_title: Words | None = None
    title_removed: bool = False
    """Others read its service and place again."""


class PublishRequested(Request):
    """Show it to everybody whom it may hit as a known problem, however few have reported it, or no longer so (N5)."""

    TYPE = "incident.publish_requested.v1"

    published: bool = True


class VendorAnswerRequested(Request):
    """Staff answers a vendor's question that named no ticket; the bridge carries it (R4, R8)."""

    TYPE = "incident.vendor_answer_requested.v1"

    question: str
    text: Words
    unanswered: bool = False
    """The text says why it needs no answer."""


class QuestionCloseRequested(Request):
    """Staff needs the answer of a reporter no more, to what staff had asked (R8)."""

    TYPE = "incident.question_close_requested.v1"

    ticket: str
    question: str
    reason: Words


class ConnectionPauseRequested(ConnectionRequest):
    """Send a vendor nothing more for now; what it is owed is kept, and the span to give up runs on (R16)."""

    TYPE = "connection.pause_requested.v1"


class ConnectionResumeRequested(ConnectionRequest):
    """Send again, the backlog in its order: after a pause, or after a vendor's 410."""

    TYPE = "connection.resume_requested.v1"


class ConnectionResendRequested(ConnectionRequest):
    """Send one message once more, under the same id: the vendor takes it as a repeat."""

    TYPE = "connection.resend_requested.v1"

    message: str


class ConnectionReplayRequested(ConnectionRequest):
    """Send all that was taken in this time once more, in its order and under the same ids."""

    TYPE = "connection.replay_requested.v1"

    since: AwareDatetime
    until: AwareDatetime


class ConnectionTestRequested(ConnectionRequest):
    """Try the way to the vendor with a message that is about no case."""

    TYPE = "connection.test_requested.v1"


class ConnectionMailRequest(ConnectionRequest):
    """What a person decides about one mail that is held back."""

    mail: str


class ConnectionMailReleaseRequested(ConnectionMailRequest):
    """It is the vendor's: it counts as if it had come from their mailbox. Also of one that was thrown away."""

    TYPE = "connection.mail_release_requested.v1"


class ConnectionMailDiscardRequested(ConnectionMailRequest):
    """It is nobody's: it stays without effect."""

    TYPE = "connection.mail_discard_requested.v1"


class PersonChanged(Event):
    """Who a person is and how to reach them. Only services that need names and addresses keep it."""

    TYPE = "person.changed.v1"

    person: str
    name: str
    role: str
    """Empty: they have left, or an import does not know it."""
    schools: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    email: str | None = None
    language: Language = "sv"
    placeholder: bool = False
    """Made by an import for a reporter nobody knows; is never written to."""


class PersonErased(Event):
    """Nobody is to know any more who this person is; their opaque id means nothing from here on (N11)."""

    TYPE = "person.erased.v1"

    person: str
    by: Actor
    reason: ErasureReason


class DirectoryChanged(Event):
    """A municipality's configuration, whole, in a new version."""

    TYPE = "directory.changed.v1"

    version: str
    directory: Directory
    applied_by: Actor | None = None


class WorkEvent(Event):
    """Planned work on services (V10). It is a case of its own: its changes take effect in their order."""

    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("work",)

    work: str
    by: Actor
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class WorkPlanned(WorkEvent):
    """Work will be done on services in this window, and everybody may read of it ahead."""

    TYPE = "work.planned.v1"

    services: tuple[str, ...]
    schools: tuple[str, ...] = ()
    """Empty: all of the municipality."""
    text: Words
    """What is done, in plain words."""
    effect: WorkEffect
    vendor: PartyId | None = None
    """The vendor that does it."""
    external_id: str | None = None
    """The sender's own name for it: a calendar's window is planned once."""


class WorkChanged(WorkEvent):
    """The work is in another window than was told, or it is not done (any more)."""

    TYPE = "work.changed.v1"

    cancelled: bool = False
    reason: Words | None = None
