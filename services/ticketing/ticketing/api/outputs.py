"""What the API answers: just this."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from contracts.values import (
    ConnectionHealth,
    WorkEffect,
)
from ticketing.api.values import Sentence
from ticketing.domain.shared import Health


class Output(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True)


class FiledTicket(Output):
    """A ticket that is on disk."""

    id: str
    number: str
    status: str
    url: str
    filed_at: datetime


class Holder(Output):
    """Who has the ball."""

    party: str
    name: dict[str, str]
    tier: str
    since: datetime
    reason: dict[str, str]
    """By which rule; empty where a person's words are the reason, which only the history tells, to staff."""


class Party(Output):
    """Who can hold a case."""

    party: str
    name: Sentence
    tier: str


class Promised(Output):
    """What is promised, in seconds of the agreement's calendar; null: no time."""

    acknowledge: float | None
    next_update: float | None
    resolve: float | None


class Responsibility(Output):
    """Who has such a case, who is next, what is promised, and how it goes further; sentences in both languages."""

    school: str | None
    service: str | None
    kind: str
    urgency: int
    path: list[Party]
    """Whose turn it is, in order; the first has it."""
    informs: list[Party]
    """Who hears of it at once though it goes elsewhere."""
    rule: str
    reason: Sentence
    agreement: str
    calendar: Sentence
    promises: Promised
    promised: Sentence
    agreed: list[Sentence]
    """Who may call the vendor, and who orders."""
    policy: str
    steps: list[Sentence]
    """What follows by itself, in order."""
    occasions: list[Sentence]
    """What makes it go further whenever it happens."""
    major: list[Sentence]
    directory_version: str


class NextStep(Output):
    """What happens by itself if nothing else does by then."""

    due_at: datetime
    sentence: dict[str, str]


class PlannedStep(NextStep):
    """The same, with all that is done; nothing of it before planned work has ended."""

    measures: list[dict[str, Any]]


class TicketItem(Output):
    """A ticket in a list."""

    id: str
    number: str
    kind: str
    title: str
    school: str
    service: str | None
    status: str
    filed_at: datetime
    occurred_at: datetime
    external_id: str | None
    source: str | None
    incident: str | None
    reported_by: str | None = None
    """The vendor that reported it; null: a person did."""


class TicketDetail(TicketItem):
    """A ticket with where it stands."""

    description: str
    room: str | None
    asset: str | None
    urgency: int
    need: str | None
    impact: str | None
    """As answered; None for a report that brought a number."""
    language: str
    holder: Holder | None
    """None: nobody has it yet, or any more."""
    next_update_at: datetime | None
    next_step: NextStep | None
    """None: nothing comes by itself."""
    open_questions: list[dict[str, Any]]
    stage: str | None = None
    """Where an order is: ordered, approved, shipped, received, changed, discrepancy, declined."""
    expected_at: date | None = None
    """The last day on which the order is to be there."""
    decision: str | None = None
    """What became of a need or an idea: yes, no, later."""
    decision_reason: dict[str, str] = {}
    decided_at: datetime | None = None
    planned_work: str | None
    """The planned work whose end it waits for."""


class FileItem(Output):
    """A file of an entry; `url`: where its bytes are, for whoever may read the entry."""

    name: str
    media_type: str
    size: int
    sha256: str
    url: str


class Attached(Output):
    """POST /tickets/{id}/attachments: what was kept. Pictures were written anew: their size and digest are the kept."""

    ticket: str
    files: list[FileItem]


class EntryItem(Output):
    """An entry of a timeline, as its reader may see it."""

    case: str
    seq: int
    at: datetime
    kind: str
    party: str
    author: str | None
    audience: list[str]
    text: dict[str, str]
    facts: dict[str, str]
    hash: str
    files: list[FileItem] = []
    story: Literal["own", "before", "former"] = "own"
    """In a ticket's timeline: of its incident before it was linked there, or of one that it joined and has left."""


class WrittenByOthers(Output):
    """An entry that staff or a vendor wrote of a case: somebody has to look whether it tells of a person."""

    case: str
    seq: int
    at: datetime
    kind: str
    party: str


class ErasedTicket(Output):
    """`erased` false: it was already, and nothing has changed."""

    erased: bool
    written_by_others: list[WrittenByOthers]


class ErasedPerson(Output):
    """`tickets`: those of theirs that were erased now. `in_people_file`: the one in force had them until now."""

    erased: bool
    in_people_file: bool
    tickets: list[str]
    written_by_others: list[WrittenByOthers]


class ErasedEntry(Output):
    """`erased` false: it was already."""

    erased: bool


class IncidentItem(Output):
    """An incident in a list."""

    id: str
    kind: str
    service: str
    schools: list[str]
    tickets: int
    state: str
    waiting_on: str | None
    planned_work: str | None
    """The planned work whose end it waits for."""
    urgency: int
    version: int
    holder: Holder | None
    """None: nobody has it yet, or any more."""
    opened_at: datetime
    next_due_at: datetime | None
    stage: str | None = None
    """Where an order is: ordered, approved, shipped, received, changed, discrepancy, declined."""
    expected_at: date | None = None
    """The last day on which the order is to be there."""
    priority: str | None = None
    """Of a need or an idea on the forum's agenda: green, amber, red."""
    decision: str | None = None
    """What became of a need or an idea: yes, no, later."""


class ClockItem(Output):
    """One promise."""

    promise: str
    party: str
    agreement: str | None
    """In whose calendar it counts."""
    started_at: datetime
    due_at: datetime
    paused_at: datetime | None
    """Since when it stands still; `due_at` is what it was then."""
    pause_reason: str | None
    breached_at: datetime | None
    stopped_at: datetime | None
    stop_reason: str | None


class HandoffItem(Output):
    """One stay with a vendor."""

    id: str
    vendor: str
    role: str
    state: str
    offered_at: datetime
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    vendor_reference: str | None
    ended_at: datetime | None
    heads: dict[str, Any]


class SuggestionItem(Output):
    """A question to staff: whether `incident` is of `candidate`'s cause. The answer is about all that it has by then.

    `tickets`: those that made Eskalera ask and that are there still.
    """

    id: str
    incident: str
    candidate: str
    tickets: list[str]
    score: float
    reasons: list[dict[str, str]]
    asked_at: datetime


class LinkItem(Output):
    """That a ticket is on an incident, and why."""

    ticket: str
    linked_at: datetime
    by: str | None
    """The person who put it there; None: grouping did."""
    score: float
    reasons: list[dict[str, str]]
    engine_version: str
    directory_version: str


class IncidentDetail(IncidentItem):
    """An incident with all that hangs on it."""

    scope: str | None
    recurrence_of: str | None
    path: list[str]
    rule: str | None
    agreement: str | None
    policy: str | None
    next_step: PlannedStep | None
    """None: nothing comes by itself."""
    acknowledged_at: datetime | None
    """When its holder said that it has the incident."""
    stopped_at: datetime | None
    """When a person said that it shall not go further by itself until it has another holder."""
    stopped_reason: dict[str, str]
    major_since: datetime | None
    public_title: dict[str, str]
    published: bool
    """Shown to others as a known problem by hand."""
    public_text: dict[str, str]
    successor: str | None
    resolved_at: datetime | None
    closed_at: datetime | None
    decision_reason: dict[str, str] = {}
    decided_at: datetime | None = None
    linked: list[LinkItem]
    """The first 200 of `linked_total`."""
    linked_total: int
    linked_next: str | None
    """Where the list goes on (`…/links`); None: it is all here."""
    suggestions: list[SuggestionItem]
    clocks: list[ClockItem]
    handoffs: list[HandoffItem]
    questions: list[dict[str, Any]]
    proposals: list[dict[str, Any]]


class KnownProblem(Output):
    """One disturbance that a new report may be about; composed from service and place (N5)."""

    incident: str
    title: dict[str, str]
    service: str
    tickets: int
    holder: Holder | None
    since: datetime
    next_update_at: datetime | None


class PublishedDecision(Output):
    """What became of a need or an idea, for everybody: composed from service and place (N5)."""

    incident: str
    kind: str
    title: dict[str, str]
    service: str
    school: str
    decision: str
    reason: dict[str, str]
    decided_at: datetime


class Accepted(Output):
    """202: the owner decides; `GET /requests/{request_id}` tells."""

    request_id: str


class ConnectionStanding(Output):
    """How a way to a vendor stands, as it was last told. `oldest`: from when the vendor waits for the first message."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    health: ConnectionHealth
    since: datetime
    detail: str
    backlog: int
    oldest: datetime | None
    last_taken: datetime | None
    told_at: datetime


class Connection(Output):
    """A way to a vendor; `standing` null: nothing was told of it yet."""

    id: str
    vendor: str
    profile: str
    standing: ConnectionStanding | None


class Connections(Output):
    """All of a municipality: they are few."""

    items: list[Connection]
    next: None = None


class RequestStatus(Output):
    """What became of a request. `outcome`: of one to a connection, what came of it."""

    request_id: str
    status: Literal["pending", "done", "refused"]
    reason: dict[str, str]
    asked_at: datetime
    decided_at: datetime | None
    outcome: dict[str, Any] | None = None


class ServiceStatus(Output):
    """One disturbance on a school's page; nobody's words (N5)."""

    incident: str
    service: str
    service_name: dict[str, str]
    state: str
    tickets: int
    holder: Holder | None
    since: datetime
    next_update_at: datetime | None
    shared: bool
    """More than one person has reported it, and it reaches at least a school."""
    elsewhere: bool
    """Other schools have reported it; it may hit this one too."""
    public_text: dict[str, str]


class ServiceHealth(Output):
    """How one service is at a school, over all that is open there.

    `elsewhere`: other schools have reported what may hit this one. `single`: somebody's own cases, nothing that hits
    others.
    """

    service: str
    name: dict[str, str]
    health: Health
    disturbances: int
    """Those that are told to all."""
    single_cases: int
    incident: str | None
    """The worst disturbance."""


class SchoolStatus(Output):
    """GET /schools/{school}/status."""

    school: str
    name: str
    services: list[ServiceHealth]
    open: list[ServiceStatus]
    """Disturbances of many first."""
    next: str | None
    """Where `open` goes on."""
    resolved_this_week: list[ServiceStatus]
    planned: list["PlannedWork"]
    """What is done now and in the next weeks, the soonest first."""


class PlannedWork(Output):
    """One window of planned work."""

    id: str
    state: Literal["ahead", "running", "over", "cancelled"]
    text: dict[str, str]
    services: list[str]
    schools: list[str]
    """Empty: all."""
    starts_at: datetime
    ends_at: datetime
    effect: WorkEffect
    vendor: str | None
    announced_by: str | None = None
    """The vendor, where it announced the work itself."""
    external_id: str | None
    reason: dict[str, str]
    """Why it was moved or called off, where somebody said so."""
    version: str
    """For `If-Match`, so that nobody moves what somebody else has moved meanwhile."""
    url: str
