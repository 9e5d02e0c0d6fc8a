"""Facts that the vendor bridge states about hand-offs, and what vendors say."""

from typing import ClassVar, Final, Literal

from pydantic import AwareDatetime

from contracts.events.base import Event
from contracts.timeline import FileRef
from contracts.values import (
    Actor,
    ConnectionHealth,
    ConnectionStep,
    Head,
    Language,
    PartyId,
    Role,
    TicketKind,
    Urgency,
    Value,
    Words,
    WorkEffect,
)


class HandoffEvent(Event):
    """A change of one hand-off: one incident, one vendor."""

    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident",)

    handoff: str
    incident: str
    vendor: PartyId


class HandoffOffered(HandoffEvent):
    """The whole history is on its way to the vendor."""

    TYPE = "handoff.offered.v1"

    connection: str
    role: Role


class HandoffDelivered(HandoffEvent):
    """The vendor's endpoint took one message; `heads` are what it now has (R15)."""

    TYPE = "handoff.delivered.v1"

    webhook_id: str
    message: str
    """The message's kind: offered, updated, answered, accepted, …"""
    heads: dict[str, Head]
    attempts: int


class HandoffAcknowledged(HandoffEvent):
    """The vendor took it on and named the heads it has."""

    TYPE = "handoff.acknowledged.v1"

    vendor_reference: str | None = None
    heads: dict[str, Head]


class HandoffDrifted(HandoffEvent):
    """The vendor named less than it took: `heads` are what it has; the rest goes to it again (R14)."""

    TYPE = "handoff.drifted.v1"

    heads: dict[str, Head]


class Forgotten(Value):
    """Entries of one case whose words are gone; `whole`: all that was said of that ticket."""

    case: str
    entries: tuple[int, ...]
    whole: bool = False


class HandoffRedacted(HandoffEvent):
    """The vendor has, had or is about to get what was erased: it is owed a message that says so (N11, R14)."""

    TYPE = "handoff.redacted.v1"

    forget: tuple[Forgotten, ...]


class HandoffFailed(HandoffEvent):
    """The vendor could not be reached, or refused for good; the coordinator gets the incident back (N8)."""

    TYPE = "handoff.failed.v1"

    webhook_id: str
    reason: Words


class HandoffAnswered(HandoffEvent):
    """An answer to the vendor's question is on its way; or, `by` the vendor itself, it needs none any more."""

    TYPE = "handoff.answered.v1"

    question: str
    ticket: str | None = None
    text: Words
    by: Actor
    request_id: str | None = None
    unanswered: bool = False
    """Nobody answered: the question needs no answer any more, and the text says why."""


class HandoffAccepted(HandoffEvent):
    """The vendor's proposal was accepted."""

    TYPE = "handoff.accepted.v1"

    proposal: str


class HandoffRejected(HandoffEvent):
    """The vendor's proposal was refused."""

    TYPE = "handoff.rejected.v1"

    proposal: str
    reason: Words


class HandoffReturned(HandoffEvent):
    """The vendor gives it back."""

    TYPE = "handoff.returned.v1"

    text: Words | None = None


class HandoffTakenBack(HandoffEvent):
    """The municipality took it back."""

    TYPE = "handoff.taken_back.v1"


class HandoffReleased(HandoffEvent):
    """The case went on to another party; the vendor is free of it."""

    TYPE = "handoff.released.v1"

    continues_in: str | None = None
    unsent: bool = False
    """Nothing had gone to the vendor yet: it never hears of it."""


class HandoffCompleted(HandoffEvent):
    """The incident is closed, and so the hand-off; or the part of a vendor beside the lead is done."""

    TYPE = "handoff.completed.v1"

    proposal: str | None = None
    """By which the part ended: it was accepted."""


class HandoffRequestRefused(Event):
    """A command to the bridge that it did not carry out, with a reason a person understands."""

    TYPE = "handoff.request_refused.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident",)

    incident: str
    request_id: str
    code: Literal["unknown_incident", "unknown_question", "not_held"]
    reason: Words


class VendorEvent(HandoffEvent):
    """What the vendor said, in its own words. `message` is its own message id."""

    message: str
    ticket: str | None = None
    """The ticket it names, if any (R2)."""
    vendor_reference: str | None = None
    """The vendor's own number of the case, where it gives one."""


class VendorEntryAdded(VendorEvent):
    """The vendor wrote to the case."""

    TYPE = "vendor.entry_added.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "ticket")

    text: Words
    private: bool = False
    files: tuple[FileRef, ...] = ()
    """What came with it, checked; the bytes are in the object store."""


class VendorStatusChanged(VendorEvent):
    """The vendor tells how far it has come."""

    TYPE = "vendor.status_changed.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "ticket")

    status: Literal["accepted", "in_progress", "pending"]
    text: Words | None = None
    expected_at: AwareDatetime | None = None
    withdraws: tuple[str, ...] = ()
    """Its proposals that it takes back: they are nobody's to accept any more. One that was accepted stays so, and staff
    read that the vendor does not stand by it.
    """


class VendorInformationRequested(VendorEvent):
    """The vendor asks: with `ticket` that reporter, without it the team behind the hand-off (R8)."""

    TYPE = "vendor.information_requested.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "ticket")

    question: str
    vendor_question: str | None = None
    """The vendor's own name for it; the answer gives it back."""
    text: Words


class VendorResolutionProposed(VendorEvent):
    """The vendor says that it is solved, or its part beside the lead is done; a person accepts or refuses (R7).

    Its own questions need no answer meanwhile (R8).
    """

    TYPE = "vendor.resolution_proposed.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "ticket")

    proposal: str
    text: Words


class ConnectionOutcome(Value):
    """What a person's command to a connection came to."""

    step: ConnectionStep
    well: bool = True
    """False: the vendor did not take what was sent."""
    messages: int = 0
    """How many it took."""
    status: int | None = None
    """The vendor's last answer."""
    detail: str = ""
    """What went wrong, for who mends it."""
    mail: str | None = None
    """The one that was let through, or thrown away."""


class EarlierRefusal(Value):
    """Something that came in a connection's name and was not taken."""

    at: AwareDatetime
    status: int
    """As it was answered."""
    reason: str
    proven: bool = True
    """False: whoever sent it did not show that they are the vendor."""


class ConnectionRefusal(EarlierRefusal):
    """The last of them."""

    lately: int = 1
    """How many were written down in the 24 hours before."""
    before: tuple[EarlierRefusal, ...] = ()
    """Those before it, the newest first; some."""


class HeldMail(Value):
    """A mail for a hand-off that is perhaps not its vendor's: nothing of it counts until somebody has looked."""

    mail: str
    """By which whoever runs the installation finds it; nothing of what stands in it."""
    handoff: str
    at: AwareDatetime
    reason: str


class HeldMails(Value):
    """Mails that wait for somebody's decision."""

    mails: int
    since: AwareDatetime
    """When the first of them came."""
    newest: tuple[HeldMail, ...] = ()
    """The newest first; not all where they are many."""


class WaitingStories(Value):
    """Histories that a vendor only linked to, and that could not be fetched from it."""

    messages: int
    """How many messages wait for them."""
    since: AwareDatetime
    """When the first of them came."""
    reason: str = ""
    """Why the fetch that was tried last failed."""


class ConnectionChanged(Event):
    """How a connection to a vendor stands: after a person's command, and when it begins or ceases to be well."""

    TYPE = "connection.changed.v1"

    connection: str
    vendor: PartyId
    health: ConnectionHealth
    since: AwareDatetime
    """From when it stands so."""
    detail: str = ""
    """Why it is not well, for who mends it."""
    backlog: int = 0
    """Messages that the vendor is owed."""
    oldest: AwareDatetime | None = None
    """From when the vendor waits for the first of them."""
    last_taken: AwareDatetime | None = None
    """When it last took one."""
    refused: ConnectionRefusal | None = None
    """None: nothing that is still known."""
    held: HeldMails | None = None
    """None: none waits."""
    stories: WaitingStories | None = None
    """None: none waits."""
    request_id: str | None = None
    by: Actor | None = None
    outcome: ConnectionOutcome | None = None
    """With `request_id`: what came of it."""


class ConnectionRequestRefused(Event):
    """A command to a connection that the bridge did not carry out, with a reason a person understands."""

    TYPE = "connection.request_refused.v1"

    connection: str
    request_id: str
    code: Literal["unknown_connection", "unknown_message", "unknown_mail", "nothing_to_send", "off", "no_test"]
    reason: Words


class VendorReport(Event):
    """What a vendor itself reports: no hand-off yet. `message` is its own message id."""

    vendor: PartyId
    connection: str
    message: str


UNNAMED: Final = "report/msg_"
"""How a name begins that the bridge made for a report, as its vendor gave none."""


def own_name(external_id: str) -> str | None:
    """The vendor's own name for what it reported, if it gave one."""
    return None if external_id.startswith(UNNAMED) else external_id


class Named(Value):
    """A thing, a place or a party that a vendor's system names beside what it reports. `kind`: what it is."""

    what: Literal["entity", "party"]
    id: str
    name: str | None = None
    role: str | None = None
    kind: str | None = None
    href: str | None = None


class VendorTicketReported(VendorReport):
    """The vendor found a fault; the bridge keeps it already, and ticketing files it under the same id (R17)."""

    TYPE = "vendor.ticket_reported.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("ticket",)

    ticket: str
    external_id: str
    """The vendor's own name for it, unique on its connection; one that the bridge made where it gave none."""
    kind: TicketKind = "incident"
    title: str
    description: str = ""
    language: Language = "sv"
    category: str | None = None
    """What it is about, where, and how urgent, in the vendor's own words: kept also where they mean nothing here."""
    place: str | None = None
    priority: str | None = None
    severity: str | None = None
    named: tuple[Named, ...] = ()
    service: str | None = None
    """What these words mean here, by the connection's mapping or our own names; null where they mean nothing."""
    school: str | None = None
    urgency: Urgency = 3
    occurred_at: AwareDatetime
    files: tuple[FileRef, ...] = ()
    """What came with it, checked; the bytes are in the object store."""
    by_peer: bool = False
    """Another Eskalera handed it over: that can be asked, and its answer names the question."""


class VendorTicketChanged(VendorReport):
    """The vendor says more, or something else, of what it reported, or takes it back; null: as before."""

    TYPE = "vendor.ticket_changed.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("ticket",)

    ticket: str
    title: str | None = None
    description: str | None = None
    text: Words | None = None
    """A note beside it."""
    private: bool = False
    """The note is for the municipality's own alone."""
    files: tuple[FileRef, ...] = ()
    """What came with the note; none without one."""
    withdrawn: bool = False
    erase: bool = False
    """It has erased what it said of somebody, and asks for the same here."""
    unsolved: bool = False
    """It says that what is solved here is not (R9)."""
    answers: str | None = None
    """The question that the note answers (R8)."""
    unanswered: bool = False
    """The note says why that question needs no answer."""


class VendorWorkAnnounced(VendorReport):
    """The vendor will do work in a window, in another window than it said, or not at all (V10)."""

    TYPE = "vendor.work_announced.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("work",)

    work: str
    external_id: str
    change: Literal["announced", "moved", "cancelled"] = "announced"
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    services: tuple[str, ...]
    schools: tuple[str, ...] = ()
    """Empty: all of the municipality."""
    unknown: tuple[str, ...] = ()
    """The vendor's words for services and places that mean nothing here."""
    text: Words
    effect: WorkEffect
    reason: Words | None = None
    """Why it was moved or cancelled."""
