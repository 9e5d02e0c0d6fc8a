"""What ticketing knows of a case. Tickets and entries are its own; the rest is a replica made from events."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from contracts.canonical import sha256
from contracts.directory import Directory
from contracts.events.routing import IncidentState
from contracts.events.ticketing import PersonChanged
from contracts.timeline import Entry
from contracts.values import (
    ConnectionHealth,
    Decision,
    Head,
    Language,
    PauseReason,
    Priority,
    Promise,
    Role,
    Stage,
    TicketKind,
    Tier,
    Words,
    WorkEffect,
)

ENDED: frozenset[IncidentState] = frozenset({"closed", "cancelled", "superseded", "decided"})
TicketState = Literal["received", "open", "waiting_on_reporter", "withdrawn", "closed", "erased"]
OVER: frozenset[TicketState] = frozenset({"withdrawn", "closed", "erased"})
"""Nothing more is said on such a ticket by its reporter."""
HandoffState = Literal[
    "offered", "delivered", "acknowledged", "failed", "returned", "taken_back", "released", "completed"
]
RequestState = Literal["pending", "done", "refused"]
WorkState = Literal["ahead", "running", "over", "cancelled"]


@dataclass(slots=True)
class Ticket:
    """What one person reported, and where it stands by itself."""

    id: str
    municipality: str
    number: str
    kind: TicketKind
    reporter: str
    reporter_role: str | None
    title: str
    description: str
    language: Language
    school: str
    unit: str | None
    room: str | None
    service: str | None
    asset: str | None
    urgency: int
    occurred_at: datetime
    filed_at: datetime
    source: str | None
    external_id: str | None
    same_as: str | None
    state: TicketState = "received"
    incident: str | None = None
    confirmed_at: datetime | None = None
    reopened_at: datetime | None = None
    asked_further_at: datetime | None = None
    """When somebody of the school last asked that it goes further."""
    erasure_asked_at: datetime | None = None
    """When the vendor that reported it last asked that its words are erased here too."""
    wrote_at: datetime | None = None
    """When its reporter last wrote something that nobody had asked for."""
    need: str | None = None
    """What is needed and how many are hit, as answered: ids of the directory's table."""
    impact: str | None = None
    by_peer: bool = False
    """Another Eskalera handed it over: that can be asked."""
    chain_seq: int = 0
    chain_hash: str = ""


@dataclass(slots=True)
class Incident:
    """One cause, as routing tells it."""

    id: str
    municipality: str
    kind: TicketKind
    service: str
    school: str
    urgency: int
    scope: str | None
    opened_at: datetime
    version: int
    recurrence_of: str | None = None
    state: IncidentState = "new"
    waiting_on: str | None = None
    holder: str | None = None
    holder_tier: Tier | None = None
    holder_since: datetime | None = None
    handed_over_by: str | None = None
    """The municipal party that held it before the vendor: it answers for the hand-off (R7, R8)."""
    path: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    """Who has had it, each once: some of its path may have been passed by."""
    tiers: dict[str, Tier] = field(default_factory=dict)
    """At which level each of them was, as it last got it: a team that has left the directory has none there."""
    informed: list[str] = field(default_factory=list)
    """Whom its policy has told of it, each once."""
    rule: str | None = None
    reason: Words = field(default_factory=dict)
    agreement: str | None = None
    tickets: int = 0
    schools: list[str] = field(default_factory=list)
    successor: str | None = None
    """The incident that all its tickets went to."""
    public_title: Words = field(default_factory=dict)
    """What others than staff read of it, once a person has written it (N5)."""
    published: bool = False
    """Staff show it to others as a known problem, however few have reported it (N5)."""
    hidden: bool = False
    """Staff do not show it by hand, whatever title it has, until they say so."""
    public_text: Words = field(default_factory=dict)
    resolved_at: datetime | None = None
    closes_at: datetime | None = None
    """When silence closes what is solved."""
    closed_at: datetime | None = None
    last_word_at: datetime | None = None
    next_due_at: datetime | None = None
    """The earliest promise that still counts: what the queue is sorted by."""
    next_update_at: datetime | None = None
    """When its reporters hear the next word at the latest."""
    acknowledged_at: datetime | None = None
    """When the present holder said that it has the case."""
    policy: str | None = None
    """By which it goes further."""
    asked_at: datetime | None = None
    """When a school last asked that it goes further, and was followed."""
    step_due_at: datetime | None = None
    """When it goes further by itself, if nothing else happens."""
    step_then: list[dict[str, Any]] = field(default_factory=list)
    """What happens then: measures, as routing states them."""
    stopped_at: datetime | None = None
    """When a person said that it shall not go further by itself until it has another holder."""
    stopped_reason: Words = field(default_factory=dict)
    major_at: datetime | None = None
    """Since when it is a major one."""
    turns_at: datetime | None = None
    """When a promise is due or it goes further, whichever comes first: what the day's list is sorted by."""
    stage: Stage | None = None
    """Where an order is; None of everything else (V11)."""
    stage_at: datetime | None = None
    expected_at: date | None = None
    """The last day on which the order is to be there, while it is not."""
    priority: Priority | None = None
    """Of a need or an idea on the forum's agenda (V16)."""
    decision: Decision | None = None
    decision_reason: Words = field(default_factory=dict)
    decided_at: datetime | None = None
    work: str | None = None
    """The planned work that explained it last."""
    chain_seq: int = 0
    chain_hash: str = ""

    @property
    def is_published(self) -> bool:
        """Staff show it to others: by hand, or with a title that they wrote for them."""
        return (self.published or bool(self.public_title)) and not self.hidden

    @property
    def waits_for(self) -> str | None:
        """The planned work whose end it waits for (V10)."""
        return self.work if self.waiting_on == "planned" else None


@dataclass(slots=True)
class Link:
    """That a ticket is, or was, on an incident, and why."""

    ticket: str
    incident: str
    municipality: str
    linked_at: datetime
    by_person: str | None
    score: float
    reasons: list[Words]
    engine_version: str
    directory_version: str
    unlinked_at: datetime | None = None
    """What came later to the incident is not the ticket's reporter's (R3)."""


@dataclass(slots=True)
class Clock:
    """One promise of one holder."""

    id: str
    municipality: str
    incident: str
    party: str
    promise: Promise
    started_at: datetime
    due_at: datetime
    agreement: str | None = None
    """In whose calendar it counts."""
    paused_at: datetime | None = None
    """Since when it stands still; `due_at` is what it was then."""
    pause_reason: PauseReason | None = None
    breached_at: datetime | None = None
    stopped_at: datetime | None = None
    stop_reason: str | None = None

    @property
    def counts(self) -> bool:
        """Whether its time is running."""
        return self.stopped_at is None and self.paused_at is None


@dataclass(slots=True)
class Handoff:
    """One incident at one vendor."""

    id: str
    municipality: str
    incident: str
    vendor: str
    connection: str
    role: Role
    state: HandoffState
    offered_at: datetime
    delivered_at: datetime | None = None
    """When the vendor had the story, as the bridge states it: its system or mail server took it, or it may read it."""
    acknowledged_at: datetime | None = None
    vendor_reference: str | None = None
    ended_at: datetime | None = None
    heads: dict[str, dict[str, int | str]] = field(default_factory=dict)
    """What the vendor says it has, as `{case: {seq, hash}}`."""


@dataclass(slots=True)
class Question:
    """What a vendor asked, or staff of a ticket's reporter, and whether it has its answer."""

    id: str
    municipality: str
    incident: str
    """Of what staff ask: the one that the ticket is on now."""
    handoff: str | None
    """The vendor's."""
    asker: str
    """A party."""
    ticket: str | None
    text: Words
    asked_at: datetime
    answered_at: datetime | None = None
    closed_by: str | None = None
    """The asker's own proposal, where that made an answer needless; it is open again once that is rejected (R8)."""

    @property
    def is_of_staff(self) -> bool:
        return self.handoff is None


@dataclass(slots=True)
class Proposal:
    """A vendor's word that it is solved, waiting for a person's yes or no."""

    id: str
    municipality: str
    incident: str
    vendor: str
    text: Words
    proposed_at: datetime
    decided_at: datetime | None = None
    accepted: bool | None = None


@dataclass(slots=True)
class Suggestion:
    """A question to staff: whether an incident, which had these tickets, is of another one's cause.

    It lapses when the last of them leaves, when either incident ends, and when it is asked anew. Where the other one's
    tickets have gone on in a third, it is about that one. The answer is about all that the incident has by then.
    """

    id: str
    municipality: str
    incident: str
    candidate: str
    tickets: list[str]
    """Those that it was asked of and that are there still; once it is answered, those that it was answered of."""
    score: float
    reasons: list[Words]
    asked_at: datetime
    state: Literal["open", "accepted", "refused", "lapsed"] = "open"


@dataclass(slots=True)
class Work:
    """Planned work on services (V10): ticketing's own."""

    id: str
    municipality: str
    services: list[str]
    schools: list[str]
    """Empty: all."""
    starts_at: datetime
    ends_at: datetime
    text: Words
    """What is done, in plain words."""
    effect: WorkEffect
    planned_at: datetime
    vendor: str | None = None
    external_id: str | None = None
    planned_by: str | None = None
    cancelled: bool = False
    changed_at: datetime | None = None
    reason: Words = field(default_factory=dict)
    """Why it was moved or called off, where somebody said so."""

    @property
    def announced_by(self) -> str | None:
        """The vendor that announced it itself; None where somebody of the municipality planned it."""
        return self.vendor if self.planned_by is None else None

    @property
    def version(self) -> str:
        """Twelve hex digits over its window and whether it is called off: what was read before it is changed."""
        window = [at.astimezone(UTC).isoformat() for at in (self.starts_at, self.ends_at)]
        return sha256([*window, self.cancelled])[:12]

    def state(self, at: datetime) -> WorkState:
        """Where it stands at a time."""
        if self.cancelled:
            return "cancelled"
        if at < self.starts_at:
            return "ahead"
        return "running" if at < self.ends_at else "over"


@dataclass(slots=True)
class Connection:
    """How a way to a vendor stands, as it was last told."""

    municipality: str
    connection: str
    vendor: str
    health: ConnectionHealth
    since: datetime
    detail: str
    backlog: int
    oldest: datetime | None
    last_taken: datetime | None
    told_at: datetime
    refused: dict[str, Any] | None = None
    """(at, status, reason, proven, lately, before) of what was last refused in its name; `before`: those before it."""
    held: dict[str, Any] | None = None
    """(mails, since, newest) of mails that wait for somebody's decision; each with mail, handoff, at, reason."""
    stories: dict[str, Any] | None = None
    """(messages, since, reason) of what waits for a history that cannot be fetched from the vendor."""


@dataclass(slots=True)
class Command:
    """A request to another owner, and what became of it. It is about an incident or a connection."""

    id: str
    municipality: str
    incident: str | None
    type: str
    person: str | None
    asked_at: datetime
    state: RequestState = "pending"
    reason: Words = field(default_factory=dict)
    decided_at: datetime | None = None
    connection: str | None = None
    outcome: dict[str, Any] = field(default_factory=dict)
    """What the bridge did with the connection: `ConnectionOutcome` as JSON."""


@dataclass(slots=True)
class World:
    """The cases that one batch of events, or one command, touches: loaded before, saved after."""

    tickets: dict[str, Ticket] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    links: dict[tuple[str, str], Link] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    handoffs: dict[str, Handoff] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    suggestions: dict[str, Suggestion] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    connections: dict[tuple[str, str], Connection] = field(default_factory=dict)
    directories: dict[str, Directory] = field(default_factory=dict)
    persons: dict[tuple[str, str], PersonChanged] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    """Entries recorded in this batch; older ones stay in the database."""
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    """The highest ticket number used, by municipality and year."""

    def chain(self, case: str) -> Ticket | Incident | None:
        """Whatever keeps the chain of `case`."""
        return self.tickets.get(case) or self.incidents.get(case)

    def is_solved(self, ticket: Ticket) -> bool:
        """Whether who reported it may say that it is not."""
        incident = self.incidents.get(ticket.incident or "")
        over = ticket.state == "closed" or (incident is not None and incident.state in ("resolved", "closed"))
        return over and ticket.state not in ("withdrawn", "erased")

    def tickets_of(self, incident: str) -> list[Ticket]:
        """The loaded tickets that are on `incident` now."""
        return [ticket for ticket in self.tickets.values() if ticket.incident == incident]


def head(case: Ticket | Incident) -> Head | None:
    """The head of the case's chain; None before its first entry."""
    return Head(seq=case.chain_seq, hash=case.chain_hash) if case.chain_seq else None
