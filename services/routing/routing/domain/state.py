"""What routing knows: plain values, changed by `fold` alone.

`World` holds the cases of one batch of messages. Everything in it is a fold over events, so a replay of the same events
makes the same world.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from contracts.directory import Directory
from contracts.events.routing import IncidentState
from contracts.values import (
    GATHERED,
    Decision,
    Language,
    PartyId,
    PauseReason,
    Priority,
    Promise,
    Role,
    Stage,
    TicketKind,
    Words,
    WorkEffect,
    is_vendor,
)
from grouping import Report, report_of

TicketState = Literal["open", "confirmed", "withdrawn", "erased"]
GONE: frozenset[TicketState] = frozenset({"withdrawn", "erased"})
"""Counts for nothing any more."""
UNFINISHED: frozenset[IncidentState] = frozenset({"new", "in_progress", "waiting"})
ENDED: frozenset[IncidentState] = frozenset({"closed", "cancelled", "superseded", "decided"})


@dataclass(slots=True)
class Municipality:
    """The tenant. `version` counts the facts that grouping reads, so that a cached index knows how old it is.

    `erasures` counts the reports that were erased: apart, since they are not routing's own facts. In a replay they lie
    elsewhere among those, and whatever both counted would come out different (N10).
    """

    id: str
    version: int = 0
    erasures: int = 0


@dataclass(slots=True)
class Configuration:
    """A municipality's directory as last heard; `id` is the municipality's."""

    id: str
    version: str
    at: datetime
    content: dict[str, Any]


@dataclass(slots=True)
class Link:
    """That a ticket was on an incident, and why; `id` is the event's. History: a link is closed, never removed."""

    id: str
    municipality: str
    ticket: str
    incident: str
    linked_at: datetime
    score: float
    reasons: list[Words]
    engine_version: str
    directory_version: str
    by_person: bool
    noted: int
    """The municipality's version that the link, or its end, made."""
    unlinked_at: datetime | None = None


@dataclass(slots=True)
class Ticket:
    """A report, and how its reporter stands to it."""

    id: str
    municipality: str
    filed_at: datetime
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
    state: TicketState = "open"
    incident: str | None = None
    confirmed_at: datetime | None = None
    """When its reporter said that it works, while that stands."""

    @property
    def report(self) -> Report:
        """What grouping reads of it."""
        return report_of(self)


@dataclass(slots=True)
class Clock:
    """One promise of one holder."""

    id: str
    municipality: str
    incident: str
    party: PartyId
    role: Role
    promise: Promise
    agreement: str
    started_at: datetime
    since: datetime
    """When it was last started, resumed or rescheduled: what passes from here on is not in `spent` yet."""
    due_at: datetime
    used: timedelta = timedelta(0)
    """Working time that former holders had used of the promise."""
    spent: timedelta = timedelta(0)
    """Working time that this holder had used at `since`."""
    paused: PauseReason | None = None
    breached: bool = False
    stopped_at: datetime | None = None
    reason: str | None = None

    @property
    def timer(self) -> str:
        """The id of its timer."""
        return f"clock/{self.id}"


@dataclass(slots=True)
class Escalation:
    """Where an incident stands in its policy; `id` is the incident's."""

    id: str
    municipality: str
    policy: str | None
    step: int
    round: int
    since: datetime
    """From when the step is waited in."""
    due_at: datetime | None = None
    then: list[dict[str, Any]] = field(default_factory=list)
    """The measures told of, as in `EscalationScheduled`."""
    fresh: bool = True
    """It begins anew: the incident has another holder."""
    stopped: bool = False
    """A person said that it shall not go further by itself."""
    done: list[str] = field(default_factory=list)
    """Occasions that come once, and have come."""
    policy_version: str | None = None
    holder: PartyId | None = None
    """For whom the policy began."""
    had: list[PartyId] = field(default_factory=list)
    """Who has got it by itself: nobody does twice."""
    then_at: datetime | None = None
    """When the measures are taken, if not at `due_at`."""


@dataclass(slots=True)
class Timer:
    """When routing has to look at something again. `due_at` None: nothing is waited for any more."""

    id: str
    """`<kind>/<what it is about>`."""
    municipality: str
    incident: str
    due_at: datetime | None

    @property
    def kind(self) -> str:
        """What it waits for: a clock, a step, silence."""
        return self.id.partition("/")[0]

    @property
    def about(self) -> str:
        """The id of what it is about."""
        return self.id.partition("/")[2]


@dataclass(slots=True)
class Question:
    """What a vendor wants to know, or staff of a ticket's reporter (R8)."""

    id: str
    municipality: str
    incident: str
    """Of what staff ask: the one that the ticket is on now."""
    asker: PartyId
    asked_at: datetime
    ticket: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    """The event that answered or closed it, or the asker's proposal that made it needless (R8)."""

    @property
    def is_of_staff(self) -> bool:
        """It is about the ticket, wherever that goes; a vendor's is about the incident that it was handed."""
        return not is_vendor(self.asker)


@dataclass(slots=True)
class Proposal:
    """A vendor's proposed resolution (R7)."""

    id: str
    municipality: str
    incident: str
    vendor: PartyId
    proposed_at: datetime
    state: Literal["open", "accepted", "rejected"] = "open"


@dataclass(slots=True)
class Suggestion:
    """A question to staff: is an incident another one's cause? It stands while any of these tickets is there."""

    id: str
    municipality: str
    incident: str
    candidate: str
    tickets: list[str]
    score: float
    asked_at: datetime
    noted: int
    """The municipality's version that the question, or its answer, made."""
    state: Literal["open", "accepted", "refused"] = "open"


@dataclass(slots=True)
class Refusal:
    """A person said that the ticket does not belong to the incident: a label, and never asked again."""

    id: str
    """`ticket/incident`."""
    municipality: str
    ticket: str
    incident: str
    at: datetime
    noted: int


@dataclass(slots=True)
class Answered:
    """A command that has had its outcome; `id` is the request's."""

    id: str
    municipality: str
    incident: str
    outcome: Literal["done", "refused"]
    event: str
    at: datetime


@dataclass(slots=True)
class Incident:
    """One cause. `linked` and `confirmed` count its tickets that are not gone."""

    id: str
    municipality: str
    kind: TicketKind
    service: str
    school: str
    urgency: int
    scope: str | None
    opened_at: datetime
    ordinal: int
    """The municipality's version that its opening made, or its coming back from the end: which incident came first."""
    noted: int
    """The municipality's version that its last change for grouping made."""
    recurrence_of: str | None = None
    recurrence: str | None = None
    """The incident that a "no, not solved" of this one's reporters opened (R9)."""
    state: IncidentState = "new"
    waiting_on: str | None = None
    version: int = 0
    changer: str | None = None
    """The person whose changes made the last versions …"""
    unchanged_by_others: int = 0
    """… all that came after this one (R5)."""
    lead: PartyId | None = None
    held_since: datetime | None = None
    """When the lead got it."""
    asked_at: datetime | None = None
    """When a school last asked that it goes further, and was followed; None: not since it was opened, or came back."""
    agreement: str | None = None
    policy: str | None = None
    """Of the rule that it came by; None: the directory's default."""
    rule: str | None = None
    """By which the lead has it, as in `IncidentAssigned`."""
    opened_by: str | None = None
    """The report."""
    asset: str | None = None
    """The tag that this report named; it goes with its words."""
    unit: str | None = None
    """The school's unit of that report: the case of one that is not connected yet is the coordinator's (L5)."""
    path: list[PartyId] = field(default_factory=list)
    informed: list[PartyId] = field(default_factory=list)
    """Whom the matrix has told of it, each once."""
    parallel: list[PartyId] = field(default_factory=list)
    """Vendors that work beside the lead (R6)."""
    resolved_at: datetime | None = None
    touched: bool = False
    """A person or a vendor has worked on it: it is joined to no other by itself any more (R11)."""
    worked: bool = False
    """Its holder has begun with it, or a person has chosen the holder: what it is about or hits moves it no more."""
    raised_scope: str | None = None
    """How far bursts have shown it to reach."""
    set_service: str | None = None
    """What a person said it is about."""
    set_scope: str | None = None
    """How far a person said it reaches."""
    counted: int = 0
    """Reports of so many schools are all that said it reaches several; 0: it does not, or by something else."""
    scope_before: str | None = None
    """How far it was known to reach when that was counted."""
    published: bool = False
    """Staff show it to others as a known problem."""
    hidden: bool = False
    """Staff do not show it by hand, whatever title it has, until they say so."""
    successor: str | None = None
    """The incident that all its tickets went to."""
    linked: int = 0
    confirmed: int = 0
    told: int = 0
    """How many tickets its last change of impact spoke of."""
    work: str | None = None
    """The planned work that explained it last."""
    schools: dict[str, int] = field(default_factory=dict)
    """Tickets by school."""
    urgencies: dict[str, int] = field(default_factory=dict)
    """Open tickets by how urgent they are."""
    urgency_set: bool = False
    """A person has said how urgent it is."""
    urgency_raised: int | None = None
    """As urgent as its policy has made it."""
    standstills: int = 0
    """Tickets that say that the lesson stands still (urgency 1)."""
    resolving: timedelta = timedelta(0)
    """Working time that the lead holders so far have used of the promise to resolve."""
    major: bool = False
    closed_at: datetime | None = None
    titled: bool = False
    """A person has written what others may read of it."""
    stage: Stage | None = None
    """Where an order is; None of everything else (V11)."""
    expected_at: date | None = None
    """The last day on which the order is to be there, while it is not."""
    priority: Priority | None = None
    """Of a need or an idea on the forum's agenda (V16)."""
    decision: Decision | None = None
    decision_reason: Words | None = None

    @property
    def unfinished(self) -> bool:
        """Whether somebody still works on it."""
        return self.state in UNFINISHED

    @property
    def is_published(self) -> bool:
        """Staff show it to others: by hand, or with a title that they wrote for them."""
        return (self.published or self.titled) and not self.hidden

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to it, short of a reopening."""
        return self.state in ENDED

    @property
    def is_wish(self) -> bool:
        """A need or an idea: gathered and decided, without clocks (R10)."""
        return self.kind in GATHERED

    @property
    def home(self) -> str:
        """The school whose support has it: where it was opened, or what most of its reports are from."""
        if not self.schools or self.school in self.schools:
            return self.school
        return min(self.schools, key=lambda school: (-self.schools[school], school))

    @property
    def waits_for(self) -> str | None:
        """The planned work whose end it waits for (V10)."""
        return self.work if self.state == "waiting" and self.waiting_on == "planned" else None

    def holds(self, party: PartyId) -> bool:
        """Whether the party has it, as the lead or beside it."""
        return party == self.lead or party in self.parallel


@dataclass(slots=True)
class Work:
    """A window of planned work (V10)."""

    id: str
    municipality: str
    services: list[str]
    schools: list[str]
    """Empty: all."""
    starts_at: datetime
    ends_at: datetime
    effect: WorkEffect
    cancelled: bool = False

    def runs(self, at: datetime) -> bool:
        """Whether it is done at that time."""
        return not self.cancelled and self.starts_at <= at < self.ends_at

    def covers(self, school: str, at: datetime) -> bool:
        """Whether a fault that began then at the school may come from it."""
        return (not self.schools or school in self.schools) and self.starts_at <= at < self.ends_at


State = (
    Municipality
    | Configuration
    | Ticket
    | Link
    | Incident
    | Clock
    | Escalation
    | Timer
    | Question
    | Proposal
    | Suggestion
    | Refusal
    | Answered
    | Work
)


@dataclass(slots=True)
class World:
    """The cases of a batch by id, what belongs to them by case, and which of all this changed."""

    municipalities: dict[str, Municipality] = field(default_factory=dict)
    directories: dict[str, Directory] = field(default_factory=dict)
    former_directories: dict[str, Directory] = field(default_factory=dict)
    """Those that a change in this batch replaced: time that passed until then was counted by them."""
    tickets: dict[str, Ticket] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    """By ticket: the link that holds now."""
    incidents: dict[str, Incident] = field(default_factory=dict)
    clocks: dict[str, dict[str, Clock]] = field(default_factory=dict)
    """By incident: those that run."""
    escalations: dict[str, Escalation] = field(default_factory=dict)
    """By incident."""
    questions: dict[str, dict[str, Question]] = field(default_factory=dict)
    """By incident."""
    proposals: dict[str, dict[str, Proposal]] = field(default_factory=dict)
    """By incident."""
    suggestions: dict[str, Suggestion] = field(default_factory=dict)
    """Those that a command or its outcome names."""
    refused: set[tuple[str, str]] = field(default_factory=set)
    """(ticket, incident): a person said that it does not belong there. Those that an answer has to know."""
    answered: dict[str, Answered] = field(default_factory=dict)
    """By request."""
    works: dict[str, Work] = field(default_factory=dict)
    """Planned work that runs, that is named, or that an incident waits for."""
    changed: dict[tuple[type[Any], str], State] = field(default_factory=dict)

    def mark(self, *states: State) -> None:
        """Note what has to be saved."""
        for state in states:
            self.changed[type(state), state.id] = state

    def municipality(self, id_: str) -> Municipality:
        """The tenant, new if this is the first word of it."""
        known = self.municipalities.get(id_)
        if known is None:
            known = self.municipalities[id_] = Municipality(id_)
            self.mark(known)
        return known

    def incident(self, id_: str | None, municipality: str) -> Incident | None:
        """The incident, if it is the municipality's own (N9)."""
        known = self.incidents.get(id_ or "")
        return known if known and known.municipality == municipality else None

    def last_of(self, id_: str | None, municipality: str) -> Incident | None:
        """The incident, or the one that its tickets have gone on in."""
        known = self.incident(id_, municipality)
        while known is not None and known.successor is not None:
            known = self.incident(known.successor, municipality)
        return known

    def ticket(self, id_: str, municipality: str) -> Ticket | None:
        """The ticket, if it is the municipality's own (N9)."""
        known = self.tickets.get(id_)
        return known if known and known.municipality == municipality else None

    def work(self, id_: str, municipality: str) -> Work | None:
        """The planned work, if it is the municipality's own (N9)."""
        known = self.works.get(id_)
        return known if known and known.municipality == municipality else None

    def directory_of(self, incident: Incident) -> Directory | None:
        """What its municipality's directory says; None before the first was heard."""
        return self.directories.get(incident.municipality)

    def clocks_of(self, incident: Incident) -> list[Clock]:
        """The clocks that run, in an order that does not depend on how they came here."""
        return sorted(self.clocks.get(incident.id, {}).values(), key=lambda clock: (clock.promise, clock.party))

    def clock(self, incident: Incident, party: PartyId, promise: Promise) -> Clock | None:
        """The clock of one promise of one party, if it runs."""
        return next((c for c in self.clocks_of(incident) if (c.party, c.promise) == (party, promise)), None)

    def open_questions(self, incident: Incident) -> list[Question]:
        """What keeps it from being resolved (R8)."""
        return [question for question in self.questions.get(incident.id, {}).values() if question.closed_at is None]

    def question(self, ticket: Ticket, id_: str) -> Question | None:
        """What staff ask that ticket's reporter, if it waits for an answer."""
        found = self.questions.get(ticket.incident or "", {}).get(id_)
        asks_it = found is not None and found.is_of_staff and found.ticket == ticket.id and found.closed_at is None
        return found if asks_it else None

    def questions_before(self, incident: Incident, proposal: Proposal) -> list[Question]:
        """What keeps the proposal from being accepted: of a part of the case, what its own vendor still asks."""
        is_part = proposal.vendor != incident.lead
        return [each for each in self.open_questions(incident) if not is_part or each.asker == proposal.vendor]

    def proposal(self, incident: Incident, id_: str) -> Proposal | None:
        """A vendor's proposal on the incident."""
        return self.proposals.get(incident.id, {}).get(id_)
