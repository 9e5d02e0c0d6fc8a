"""The bodies that the API takes: what is not declared is refused."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.values import (
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
    WorkEffect,
)
from ticketing.api.values import Audience, Day, Id, Moment, OneText, Short, Text, WorkReason, WorkText
from ticketing.domain.filing import DESCRIPTION_LIMIT, TITLE_LIMIT
from ticketing.domain.orders import REASON_LIMIT


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
    """POST /tickets/{id}/entries: the reporter's own words. Staff's are said of the incident (`NewNote`)."""

    text: Text
    audience: Literal["reporter"] = "reporter"
    answers: Id | None = None


class NewNote(Input):
    """POST /incidents/{id}/entries; with `answers`, staff's answer to a vendor's question."""

    text: Text
    audience: Audience = "internal"
    answers: Id | None = None


class NewQuestion(Input):
    """POST /tickets/{id}/questions: what staff ask its reporter."""

    text: Text


class Reopening(Input):
    """POST /tickets/{id}/reopen."""

    text: Text | None = None


class Erasing(Input):
    """POST …/erase: why, as one of a few words, since a sentence would outlive what it is about."""

    reason: ErasureReason


class ErasingPerson(Erasing):
    """POST /persons/{id}/erase. `last_coordinator`: also the only coordinator of the people file in force."""

    last_coordinator: bool = False


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
    """POST /incidents/{id}/escalate, …/stop-escalation, …/reopen, …/questions/{question}/close and
    /tickets/{id}/escalate.
    """

    reason: Text


class Further(Because):
    """POST /incidents/{id}/escalate; `to`: whom it is expected to go to, and to nobody else."""

    to: PartyId | None = None


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
    public_title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=TITLE_LIMIT), OneText] | None = (
        None
    )


class Publishing(Input):
    """POST /incidents/{id}/publish: `false` takes it back. Without a body: true."""

    published: bool = True


class Gathering(Input):
    """POST /incidents/{id}/gather."""

    priority: Priority


class Deciding(Input):
    """POST /incidents/{id}/decide: `reason` is read by everybody in the municipality."""

    decision: Decision
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=REASON_LIMIT)]


class Staging(Input):
    """POST /incidents/{id}/stage: `text` is for whoever ordered; `changed`, `discrepancy` and `declined` need it."""

    stage: NextStage
    text: Text | None = None
    expected_at: Day | None = None
    """The last day on which it is to be there; left out: what was said before holds."""
    changed_by: Changer | None = None
    """Of `changed`: who did it; left out: your own team."""


class Configuration(Input):
    """PUT /directories/{municipality}: the files' text.

    `bring_back`: people who were erased may be among them, and are known again; else the file is refused. `dry_run`:
    only say whether it would be taken, and what would be another with the people.
    """

    directory: str
    people: str | None = None
    bring_back: bool = False
    dry_run: bool = False


class Resending(Input):
    """Which message: its `webhook-id`."""

    message: Id


class Replaying(Input):
    """From when until when the messages were taken."""

    since: Moment
    until: Moment


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
