"""Facts that routing states: which incident, whose turn, which clocks."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from contracts.events.base import Event
from contracts.values import Actor, PartyId, Promise, Role, TicketKind, Tier, Urgency, Words

IncidentState = Literal["new", "in_progress", "waiting", "resolved", "closed", "cancelled", "superseded"]


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
    scope: Literal["person", "asset", "room", "building", "school", "schools", "municipality"] | None = None
    recurrence_of: str | None = None


class TicketLinked(IncidentEvent):
    """A ticket is on this incident, and why. `by` None: the engine; a person's link is final."""

    TYPE = "incident.ticket_linked.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident", "ticket")

    ticket: str
    score: float
    reasons: tuple[Words, ...]
    """Plain sentences that quote no text of a report."""
    engine_version: str
    directory_version: str


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
    """The id of the matrix rule, or `request`, `returned`, `taken_back`, `failed`, `reopened`."""
    reason: Words
    agreement: str | None = None
    note: Words | None = None
    """To the party it goes to; read by it and by staff (R2)."""


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


class ProposalRejected(IncidentEvent):
    """The vendor's proposal was refused; it still holds."""

    TYPE = "incident.proposal_rejected.v1"

    proposal: str
    reason: Words


class IncidentReopened(IncidentEvent):
    """It was not solved after all."""

    TYPE = "incident.reopened.v1"

    reason: Words


class IncidentClosed(IncidentEvent):
    """Over."""

    TYPE = "incident.closed.v1"


class RequestRefused(Event):
    """A command that its owner did not carry out, with a reason a person understands."""

    TYPE = "incident.request_refused.v1"
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident",)

    incident: str
    request_id: str
    code: Literal[
        "stale",
        "unknown_incident",
        "unknown_party",
        "wrong_state",
        "open_questions",
        "already_there",
        "not_held",
        "unknown_question",
        "unknown_proposal",
    ]
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


class ClockStopped(ClockEvent):
    """The promise is no longer counted: kept, missed, or its holder has handed over."""

    TYPE = "clock.stopped.v1"

    stopped_at: AwareDatetime
    reason: Literal["kept", "missed", "handed_over", "ended"]
