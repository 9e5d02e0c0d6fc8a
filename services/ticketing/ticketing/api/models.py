"""The shapes of the API: what comes in is refused unless it is declared, what goes out is just this."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from contracts.values import (
    Changer,
    ConnectionHealth,
    Decision,
    ErasureReason,
    Language,
    NextStage,
    PartyId,
    Priority,
    Role,
    Scope,
    TicketKind,
    WorkEffect,
)
from ticketing.domain.filing import DESCRIPTION_LIMIT, SHORT_LIMIT, TITLE_LIMIT
from ticketing.domain.orders import REASON_LIMIT
from ticketing.domain.works import REASON_LIMIT as WORK_REASON_LIMIT
from ticketing.domain.works import TEXT_LIMIT as WORK_TEXT_LIMIT


def _written(value: object) -> object:
    if not isinstance(value, str) or value.lstrip("-").isdecimal():
        raise ValueError("is no time such as 2026-10-05T07:33:35+02:00")
    return value


def _a_day(value: object) -> object:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("is no day such as 2026-10-05")
    return value


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Id = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Seq = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""The number of an entry in its history."""
Short = Annotated[str, StringConstraints(max_length=SHORT_LIMIT)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=DESCRIPTION_LIMIT)]
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
"""RFC 3339 with its offset: no seconds since 1970."""
Day = Annotated[date, BeforeValidator(_a_day)]
Sentence = dict[Language, str]
"""One sentence of ours, in each language."""
Audience = Annotated[str, StringConstraints(pattern=r"^(reporters|internal|party:(team|vendor):[a-z0-9-]{1,63})$")]


class Input(BaseModel):
    """A body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Input):
    """The body of a step that needs no word: none, or an empty object."""


class NewTicket(Input):
    """POST /tickets."""

    title: Annotated[str, StringConstraints(max_length=TITLE_LIMIT)]
    school: Id
    kind: TicketKind = "incident"
    description: Annotated[str, StringConstraints(max_length=DESCRIPTION_LIMIT)] = ""
    unit: Id | None = None
    room: Short | None = None
    service: Id | None = None
    asset: Short | None = None
    urgency: Annotated[int, Field(ge=1, le=4, strict=True)] | None = None
    """1 the lesson stands still … 4 when there is time; left out without `need` and `impact`: 3."""
    need: Id | None = None
    """With `impact`, instead of `urgency`: an id of `urgencies.needs` in the municipality's directory."""
    impact: Id | None = None
    """An id of its `urgencies.impacts`."""
    external_id: Id | None = None
    """The sender's own name for it; within `source`, else among this person's own, it is one ticket (R22)."""
    occurred_at: Moment | None = None
    reporter: Id | None = None
    """Scope `tickets:file-for-others`."""
    reporter_role: Id | None = None
    source: Id | None = None
    """Scope `tickets:import`."""
    language: Language | None = None
    same_as: Id | None = None


class NewEntry(Input):
    """POST /tickets/{id}/entries: the reporter's own words, or staff's note."""

    text: Text
    audience: Literal["reporter"] = "reporter"
    answers: Id | None = None


class NewNote(Input):
    """POST /incidents/{id}/entries; with `answers`, staff's answer to a vendor's question."""

    text: Text
    audience: Audience = "internal"
    answers: Id | None = None


class Reopening(Input):
    """POST /tickets/{id}/reopen."""

    text: Text | None = None


class Erasing(Input):
    """POST …/erase: why, as one of a few words, since a sentence would outlive what it is about."""

    reason: ErasureReason


class Assignment(Input):
    """POST /incidents/{id}/assign."""

    party: PartyId
    note: Text | None = None


class HandOff(Input):
    """POST /incidents/{id}/hand-off."""

    vendor: PartyId
    note: Text | None = None
    role: Role = "lead"


class TakeBack(Input):
    """POST /incidents/{id}/take-back."""

    vendor: PartyId | None = None


class PublicText(Input):
    """POST /incidents/{id}/resolve."""

    public_text: Text


class Acceptance(Input):
    """POST /incidents/{id}/proposals/{proposal}/accept."""

    public_text: Text | None = None


class Rejection(Input):
    """POST /incidents/{id}/proposals/{proposal}/reject."""

    reason: Text


class Because(Input):
    """POST /incidents/{id}/escalate, …/stop-escalation, …/reopen and /tickets/{id}/escalate."""

    reason: Text


class NewUrgency(Because):
    """POST /incidents/{id}/urgency: 1 the lesson stands still … 4 when there is time."""

    urgency: Annotated[int, Field(ge=1, le=4, strict=True)]


class Linking(Input):
    """POST /incidents/{id}/link and …/unlink: a ticket's id, to link also its number."""

    ticket: Id


class Splitting(Input):
    """POST /incidents/{id}/split."""

    tickets: Annotated[list[Id], Field(min_length=1, max_length=5000)]


class Triage(Input):
    """POST /incidents/{id}/triage: at least one of these; what is left out stays as it was.

    An empty `public_title` removes it: others read service and place again.
    """

    service: Id | None = None
    scope: Scope | None = None
    public_title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=TITLE_LIMIT)] | None = None


class Gathering(Input):
    """POST /incidents/{id}/gather."""

    priority: Priority


class Deciding(Input):
    """POST /incidents/{id}/decide: `reason` is read by everybody in the municipality."""

    decision: Decision
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=REASON_LIMIT)]


class Staging(Input):
    """POST /incidents/{id}/stage: `text` is for whoever ordered; `changed` and `discrepancy` need it."""

    stage: NextStage
    text: Text | None = None
    expected_at: Day | None = None
    """The last day on which it is to be there; left out: what was said before holds."""
    changed_by: Changer | None = None
    """Of `changed`: who did it; left out: your own team."""


class Configuration(Input):
    """PUT /directories/{municipality}: the files' text."""

    directory: str
    people: str | None = None


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
    """The same, with all that is done."""

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
    next_update_at: datetime | None
    next_step: NextStep | None
    """None: nothing comes by itself."""
    open_questions: list[dict[str, Any]]
    stage: str | None = None
    """Where an order is: ordered, approved, shipped, received, changed, discrepancy."""
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
    """`tickets`: those of theirs that were erased now."""

    erased: bool
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
    opened_at: datetime
    next_due_at: datetime | None
    stage: str | None = None
    """Where an order is: ordered, approved, shipped, received, changed, discrepancy."""
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
    acknowledged_at: datetime | None
    vendor_reference: str | None
    ended_at: datetime | None
    heads: dict[str, Any]


class SuggestionItem(Output):
    """A question to staff: whether these tickets of `incident` belong to `candidate`."""

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


class Resending(Input):
    """Which message: its `webhook-id`."""

    message: Id


class Replaying(Input):
    """From when until when the messages were taken."""

    since: Moment
    until: Moment


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
    public_text: dict[str, str]


class SchoolStatus(Output):
    """GET /schools/{school}/status."""

    school: str
    name: str
    open: list[ServiceStatus]
    resolved_this_week: list[ServiceStatus]
    planned: list["PlannedWork"]
    """What is done now and in the next weeks, the soonest first."""


WorkText = Annotated[str, StringConstraints(max_length=WORK_TEXT_LIMIT)]
WorkReason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=WORK_REASON_LIMIT)]


class NewWork(Input):
    """POST /planned-work."""

    text: WorkText | Annotated[dict[Language, WorkText], Field(min_length=1)]
    """What is done, in plain words: in the caller's language, or by language."""
    services: Annotated[list[Id], Field(max_length=200)]
    schools: Annotated[list[Id], Field(max_length=1000)] = []
    """None: all."""
    starts_at: Moment
    ends_at: Moment
    effect: WorkEffect
    vendor: Id | None = None
    external_id: Id | None = None
    """The sender's own name for it: work with the same one is planned once."""


class WorkMove(Input):
    """POST /planned-work/{id}/move."""

    starts_at: Moment
    ends_at: Moment
    reason: WorkReason | None = None


class WorkCancellation(Input):
    """POST /planned-work/{id}/cancel."""

    reason: WorkReason | None = None


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
