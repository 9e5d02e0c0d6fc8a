"""Facts that routing states: which incident, whose turn, which clocks."""

from datetime import date, timedelta
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from contracts.events.base import Event
from contracts.values import (
    Action,
    Actor,
    Changer,
    Decision,
    PartyId,
    PauseReason,
    Priority,
    Promise,
    Role,
    Scope,
    Stage,
    TicketKind,
    Tier,
    Trigger,
    Urgency,
    Value,
    Words,
)

IncidentState = Literal[
    "new", "in_progress", "waiting", "gathered", "decided", "resolved", "closed", "cancelled", "superseded"
]
RefusalCode = Literal[
    "stale",
    "unknown_incident",
    "unknown_party",
    "wrong_state",
    "open_questions",
    "already_there",
    "works_beside",
    "not_held",
    "unknown_question",
    "unknown_proposal",
    "unknown_ticket",
    "unknown_suggestion",
    "unknown_service",
    "alone",
    "went_on",
    "nothing_left",
    "not_there",
    "other_kind",
    "same_urgency",
    "no_policy",
    "last_of_path",
    "other_turn",
    "acknowledged",
    "not_a_need",
    "to_be_decided",
    "held_by_vendor",
    "unchanged",
    "not_an_order",
    "not_the_holder",
    "not_approved",
    "change_not_approved",
    "not_received",
    "stage_passed",
    "no_connection",
    "not_their_call",
    "not_their_order",
]


class IncidentEvent(Event):
    """A change of one incident. `version` counts holder, state and people's changes (R5), never the engine's links."""

    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident",)

    incident: str
    version: int
    request_id: str | None = None
    by: Actor | None = None
    """The person behind it; None: a rule of the directory or the engine."""


class IncidentOpened(IncidentEvent):
    """A cause that nobody had reported before."""

    TYPE = "incident.opened.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "ticket")

    ticket: str
    kind: TicketKind
    service: str
    """As inferred; `other` where nothing is known."""
    school: str
    urgency: Urgency
    scope: Scope | None = None
    recurrence_of: str | None = None


class TicketLinked(IncidentEvent):
    """A ticket is on this incident, and why. `by` None: the engine; a person's link is final."""

    TYPE = "incident.ticket_linked.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "ticket", "previous")

    ticket: str
    previous: str | None = None
    """The incident it was on, and has left for this one."""
    suggestion: str | None = None
    """The suggestion that a person accepted."""
    score: float
    reasons: tuple[Words, ...]
    """Plain sentences that quote no text of a report."""
    engine_version: str
    directory_version: str


class LinkSuggested(IncidentEvent):
    """Staff are asked whether the incident, which has these tickets, is of another one's cause.

    Asked once; a refusal is final. The answer is about all tickets that the incident has by then.
    """

    TYPE = "incident.link_suggested.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "tickets", "candidate")

    suggestion: str
    tickets: tuple[str, ...]
    candidate: str
    """The incident that they may belong to."""
    score: float
    reasons: tuple[Words, ...]
    """Plain sentences that quote no text of a report."""
    engine_version: str
    directory_version: str


class SuggestionRefused(IncidentEvent):
    """A person said that the incident's tickets do not belong there."""

    TYPE = "incident.suggestion_refused.v1"

    suggestion: str
    tickets: tuple[str, ...] = ()
    """All that the incident had then. Empty: those that were asked about."""


class ScopeRaised(IncidentEvent):
    """The incident reaches further than was known, and why."""

    TYPE = "incident.scope_raised.v1"

    scope: Scope
    reasons: tuple[Words, ...]
    counted: bool = False
    """True: reports of several schools are on it, which is no guess of grouping's."""
    schools: int = 0
    """Of what is counted: how many."""


class ScopeLowered(IncidentEvent):
    """A link that was taken back was all that said it reaches several schools: it reaches as far as before."""

    TYPE = "incident.scope_lowered.v1"

    scope: Scope | None
    reasons: tuple[Words, ...]


class IncidentTriaged(IncidentEvent):
    """A person set what the incident is about, how far it reaches, and what others may read of it.

    What is None stays as it was.
    """

    TYPE = "incident.triaged.v1"

    service: str | None = None
    scope: Scope | None = None
    public_title: Words | None = None
    title_removed: bool = False
    """Others read its service and place again."""


class IncidentTouched(IncidentEvent):
    """A person or a vendor began to work on it: from here on it is not joined to another by itself (R11)."""

    TYPE = "incident.touched.v1"


class IncidentPublished(IncidentEvent):
    """A person shows it to others as a known problem, or no longer does (N5)."""

    TYPE = "incident.published.v1"

    published: bool


class IncidentSuperseded(IncidentEvent):
    """All its tickets went on in another incident; clocks and hand-offs end here (R12)."""

    TYPE = "incident.superseded.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "successor")

    successor: str


class ImpactChanged(IncidentEvent):
    """How many are hit."""

    TYPE = "incident.impact_changed.v1"

    tickets: int
    schools: tuple[str, ...]


class IncidentAssigned(IncidentEvent):
    """Who has the ball now, by which rule. A vendor as `party` makes the bridge offer a hand-off."""

    TYPE = "incident.assigned.v1"

    party: PartyId
    tier: Tier
    role: Role = "lead"
    previous: PartyId | None = None
    """The lead before."""
    path: tuple[PartyId, ...]
    rule: str
    """The id of the matrix rule, or `request`, `returned`, `taken_back`, `failed`, `reopened`, `escalated`, `gone`,
    `planned`; `accepted`: a vendor beside the lead has done its part (`previous`), the lead goes on; of a need or an
    idea the lead has, and it is the municipality's again (R10)."""
    reason: Words
    """A composed sentence, never a person's own words: everybody who sees the case reads it (N5)."""
    agreement: str | None = None
    policy: str | None = None
    """How it goes further by itself; None: the directory's default."""
    note: Words | None = None
    """To the party it goes to; read by it and by staff (R2)."""
    proposal: str | None = None
    """Which was accepted, and so ended that vendor's part."""
    public_text: Words | None = None
    """What a person tells the reporters of that part."""


class IncidentRerouted(IncidentEvent):
    """It is about something else, or hits others, than was known: its holder has it still, by other rules."""

    TYPE = "incident.rerouted.v1"

    party: PartyId
    """Who has it."""
    path: tuple[PartyId, ...]
    rule: str
    """The id of the matrix rule."""
    reason: Words
    """A composed sentence, as in `IncidentAssigned`."""
    agreement: str | None = None
    policy: str | None = None


class IncidentStateChanged(IncidentEvent):
    """Where the incident stands in its life."""

    TYPE = "incident.state_changed.v1"

    state: IncidentState
    waiting_on: Literal["vendor", "reporter", "planned"] | None = None


class IncidentResolved(IncidentEvent):
    """Solved, as far as the holder knows: every reporter is told once and asked."""

    TYPE = "incident.resolved.v1"

    public_text: Words | None = None
    proposal: str | None = None
    closes_at: AwareDatetime | None = None
    """When silence closes it; None: a person does."""


class ProposalRejected(IncidentEvent):
    """The vendor's proposal was refused: it still holds, and what it had asked is open again unless answered (R8)."""

    TYPE = "incident.proposal_rejected.v1"

    proposal: str
    reason: Words


class QuestionClosed(IncidentEvent):
    """What staff had asked needs no answer any more. `by` None: the case is solved, or the report is over (R8)."""

    TYPE = "incident.question_closed.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "ticket")

    ticket: str
    question: str
    reason: Words


class IncidentReopened(IncidentEvent):
    """It was not solved after all."""

    TYPE = "incident.reopened.v1"

    reason: Words
    doubts: AwareDatetime | None = None
    """Staff found it: whoever had said before then that it works is asked again."""


class IncidentClosed(IncidentEvent):
    """Over."""

    TYPE = "incident.closed.v1"


class UrgencyChanged(IncidentEvent):
    """How urgent it is now; its clocks are rescheduled, what has passed of them counts (R5)."""

    TYPE = "incident.urgency_changed.v1"

    urgency: Urgency
    previous: Urgency
    reason: Words
    counted: bool = False
    """True: it is as urgent as the most urgent of its open reports; no person and no policy has said so."""


class Measure(Value):
    """One thing that escalating does."""

    action: Action
    parties: tuple[PartyId, ...] = ()
    """Who is told, or gets the case, or must say that it has it."""
    urgency: Urgency | None = None
    """What it is raised to."""
    within: timedelta | None = None
    """Working time in which its holder must say that it has the case."""


class EscalationScheduled(IncidentEvent):
    """When the case goes further by itself, and how: the policy's next step. The newest one holds."""

    TYPE = "incident.escalation_scheduled.v1"

    policy: str | None
    """None: the directory has no such policy any more."""
    policy_version: str | None = None
    """Of its steps: `step` counts in these."""
    holder: PartyId | None = None
    """For whom it began."""
    step: int
    """The step that is waited in, counted from 0; -1 before the first, the number of steps when none is left."""
    round: int
    """1, or more where the policy repeats."""
    since: AwareDatetime
    """From when that step is waited in."""
    due_at: AwareDatetime | None = None
    """When that wait is over. None: nothing more comes by itself, or a clock that it waits for stands still."""
    then: tuple[Measure, ...] = ()
    """What happens if nothing else does by then: by `then_at` where it is given, else by `due_at`."""
    then_at: AwareDatetime | None = None
    """Later than `due_at`, where that wait ends without anything; nothing is known to come where `then` is empty."""


class IncidentEscalated(IncidentEvent):
    """It went further: what was done, and why."""

    TYPE = "incident.escalated.v1"

    measure: Measure
    trigger: Trigger
    reason: Words
    occasion: str | None = None
    """Which of the policy's occasions it was; some come once in the life of a case."""
    policy: str | None = None
    step: int | None = None
    round: int | None = None


class AskedAgain(IncidentEvent):
    """Somebody of a school asked again that it goes further: noted, nothing moves, and nobody is told a second time."""

    TYPE = "incident.asked_again.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "ticket")

    ticket: str
    """On which it was asked."""
    again_at: AwareDatetime
    """From when it goes further again for being asked, as things stand."""


class IncidentAcknowledged(IncidentEvent):
    """Its holder said that it has the case."""

    TYPE = "incident.acknowledged.v1"

    party: PartyId


class PolicyStopped(IncidentEvent):
    """A person said that it shall not go further by itself until it has another holder."""

    TYPE = "incident.policy_stopped.v1"

    reason: Words


class MajorDeclared(IncidentEvent):
    """So many are hit that the coordinator is alerted, and others must soon be able to read what it is."""

    TYPE = "incident.major_declared.v1"

    reasons: tuple[Words, ...]


class IncidentGathered(IncidentEvent):
    """A need or an idea is on the agenda of the needs forum (R10, V16); gathered again, it has another priority."""

    TYPE = "incident.gathered.v1"

    priority: Priority


class IncidentDecided(IncidentEvent):
    """What became of a need or an idea, and why; the newest one holds."""

    TYPE = "incident.decided.v1"

    decision: Decision
    reason: Words
    changed_from: Decision | None = None
    """The yes or no that it replaces; None where there was none, or it was put off."""


class StageChanged(IncidentEvent):
    """Where an order is, or how it differs from what was ordered; each one is told (V11)."""

    TYPE = "incident.stage_changed.v1"

    stage: Stage
    text: Words | None = None
    expected_at: date | None = None
    """The last day on which it is to be there; None: no day is known, or it came."""
    late_at: AwareDatetime | None = None
    """When it is late: as the day after begins in the municipality."""
    changed_by: Changer | None = None
    """Of `changed`: who did it."""


class MatchedToWork(IncidentEvent):
    """Planned work explains it: it waits for the end of the window, in nobody's clocks. The newest one holds (V10)."""

    TYPE = "incident.matched_to_work.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "work")

    work: str
    until: AwareDatetime
    """The window's end, as it is planned now."""


class ReleasedFromWork(IncidentEvent):
    """Planned work does not explain it any more: it goes on like any other."""

    TYPE = "incident.released_from_work.v1"

    work: str
    reason: Words


class RequestRefused(Event):
    """A command that its owner did not carry out, with a reason a person understands."""

    TYPE = "incident.request_refused.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident",)

    incident: str
    request_id: str
    code: RefusalCode
    reason: Words


class ClockEvent(Event):
    """One promise of one holder on one incident."""

    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident",)

    clock: str
    incident: str
    party: PartyId
    promise: Promise


class ClockStarted(ClockEvent):
    """A promise began to count, in the agreement's calendar."""

    TYPE = "clock.started.v1"

    started_at: AwareDatetime
    due_at: AwareDatetime
    agreement: str
    role: Role = "lead"
    used: timedelta = timedelta(0)
    """Working time that former holders have used of the promise: it is given once, not anew at every hand-off."""


class ClockPaused(ClockEvent):
    """The promise stands still, and why."""

    TYPE = "clock.paused.v1"

    paused_at: AwareDatetime
    reason: PauseReason
    used: timedelta
    """Working time that this holder has used until then."""


class ClockResumed(ClockEvent):
    """It counts again."""

    TYPE = "clock.resumed.v1"

    resumed_at: AwareDatetime
    due_at: AwareDatetime


class ClockRescheduled(ClockEvent):
    """The promise has another time: urgency or agreement changed; what has passed of it counts."""

    TYPE = "clock.rescheduled.v1"

    since: AwareDatetime
    due_at: AwareDatetime
    used: timedelta
    """Working time that this holder has used until `since`, in the calendar that held until then."""


class ClockBreached(ClockEvent):
    """The promise was not kept in time; it is told once, and the clock runs on."""

    TYPE = "clock.breached.v1"

    due_at: AwareDatetime


class ClockStopped(ClockEvent):
    """The promise is no longer counted: kept, missed, or its holder has handed over."""

    TYPE = "clock.stopped.v1"

    stopped_at: AwareDatetime
    reason: Literal["kept", "missed", "handed_over", "ended"]
    used: timedelta = timedelta(0)
    """Working time that this holder has used, former holders' not counted."""
