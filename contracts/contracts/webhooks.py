"""What travels between the bridge and a vendor's own system: the models of the webhook profile, both ways.

Outgoing: one CloudEvent in structured JSON, `Outgoing`, of type `se.eskalera.handoff.<message>.v1`. Its `id` is also
the `webhook-id`: a repeat carries the same one. Incoming: `Incoming`, `{"type": …, "data": {…}}`. Both are signed by
Standard Webhooks (headers `webhook-id`, `webhook-timestamp`, `webhook-signature`).
"""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    model_validator,
)
from pydantic_core import from_json

from contracts.bundle import Bundle, Subject
from contracts.values import Head, Language, PartyId, Role, Value, Words, WorkEffect

MessageKind = Literal[
    "offered", "updated", "answered", "accepted", "rejected", "released", "taken_back", "completed", "redacted"
]
"""R14; what a vendor is told."""

MEANINGS: dict[MessageKind, str] = {
    "offered": "The case is yours, or yours beside another (`role`). `bundle` is its whole story.",
    "updated": "Something was written that you may read, or how many it hits has changed.",
    "answered": "Your question has its answer: `answer`.",
    "accepted": "Your proposed solution was accepted: `verdict`.",
    "rejected": "Your proposed solution was not accepted, and why: `verdict`. You still have the case.",
    "released": "The case went on, to another vendor or in another case: `continues_in`.",
    "taken_back": "The municipality has the case again.",
    "completed": "The case is closed; or what you proposed of your part beside another was accepted (`verdict`), "
    "and the case goes on without you.",
    "redacted": "Words were erased here: delete them from your copy as well. `forget` names the entries. "
    "It may come long after the case left you.",
}
"""When a vendor gets which message."""

TYPE_PREFIX = "se.eskalera.handoff."
TYPE_SUFFIX = ".v1"
SOURCE = "/eskalera/vendor-bridge"
CONTENT_TYPE = "application/cloudevents+json"
LARGEST_BUNDLE = 256 * 1024
"""Bytes of a bundle that still goes inside its message; a larger one is fetched by its link."""


class BundleLink(Value):
    """Stands for a bundle too large to be sent: fetch `url` with the connection's bearer token."""

    url: str
    digest: str
    heads: dict[str, Head]
    bytes: int


class Answer(Value):
    """The answer to a question the vendor asked. `vendor_question` is the vendor's own name for it, if it gave one.

    `unanswered`: nobody answered. It needs no answer any more, and `text` says why.
    """

    question: str
    vendor_question: str | None = None
    ticket: str | None = None
    text: Words
    unanswered: bool = False


class Verdict(Value):
    """What became of a proposed resolution; `reason` where it was refused. Of `completed`: it ended your part."""

    proposal: str
    reason: Words | None = None


class Adopted(Value):
    """A ticket that the vendor reported itself, and that is part of this hand-off now (R17)."""

    ticket: str
    external_id: str


class Written(Value):
    """When an entry was written, and by which party: so that people find it who have no numbers."""

    seq: int
    at: AwareDatetime
    party: str
    nth: int | None = None
    """Which it is (1, 2, …) of all that its party wrote in that minute and you may read; null where all of it goes."""


class Forgotten(Value):
    """Entries of one case whose words are to be deleted, in every copy; their place in the chain stays.

    `whole`: all that you know of that ticket: also who reported it, from which room, and files.
    """

    case: str
    entries: tuple[int, ...]
    whole: bool = False
    written: tuple[Written, ...] = ()
    """Of `entries`, as far as they are known here."""


class HandoffData(Value):
    """What every message says of its hand-off; the parts that a kind of message does not have are null.

    `bundle` holds what the vendor does not have yet: on `offered` the whole story, later the entries since the heads of
    the message before. Exactly one of `bundle` and `bundle_link` is set.
    """

    message: MessageKind
    handoff: str
    municipality: str
    connection: str
    role: Role
    subject: Subject
    vendor_reference: str | None = None
    bundle: Bundle | None = None
    bundle_link: BundleLink | None = None
    answer: Answer | None = None
    verdict: Verdict | None = None
    continues_in: str | None = None
    adopts: tuple[Adopted, ...] = ()
    """What the vendor itself reported of it: this hand-off is those tickets, and no other is to be opened for them."""
    earlier: tuple[str, ...] = ()
    """Your hand-offs of the same incident before this one, oldest first: what you still have of them is this case."""
    vendor: PartyId | None = None
    """The party that you are in the history: entries of it are your own words."""
    forget: tuple[Forgotten, ...] = ()
    """Of `redacted`: what to delete."""


class Outgoing(Value):
    """The CloudEvent (1.0, structured) that is posted to a vendor."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str = SOURCE
    type: str
    time: AwareDatetime
    subject: str
    datacontenttype: Literal["application/json"] = "application/json"
    data: HandoffData


def type_of(message: MessageKind) -> str:
    """The CloudEvents type of a message."""
    return f"{TYPE_PREFIX}{message}{TYPE_SUFFIX}"


def is_cloud_event(body: bytes) -> bool:
    """Whether it is what we send ourselves, and no `Incoming`: another Eskalera is at the other end."""
    try:
        value = from_json(body)
    except ValueError:
        return False
    return isinstance(value, dict) and "specversion" in value


def parse_outgoing(body: bytes) -> "Outgoing | TrialMessage":
    """A CloudEvent of another Eskalera; pydantic.ValidationError for anything else."""
    return _outgoing.validate_json(body)


class TrialData(Value):
    """What a test says: whose connection is tried. It asks for nothing but a 2xx."""

    message: Literal["test"] = "test"
    municipality: str
    connection: str
    text: Words


class TrialMessage(Value):
    """The CloudEvent of a test, signed as any other."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str = SOURCE
    type: Literal["se.eskalera.connection.test.v1"] = "se.eskalera.connection.test.v1"
    time: AwareDatetime
    subject: str
    datacontenttype: Literal["application/json"] = "application/json"
    data: TrialData


_outgoing: TypeAdapter[Outgoing | TrialMessage] = TypeAdapter(Outgoing | TrialMessage)

TRIAL_TEXT: Words = {
    "sv": "Ett prov från Eskalera. Svara 2xx; det hör inte till något ärende.",
    "en": "A test from Eskalera. Answer 2xx; it belongs to no case.",
}


def trial_message(id_: str, municipality: str, connection: str, at: datetime) -> TrialMessage:
    """A message that is about no case."""
    data = TrialData(municipality=municipality, connection=connection, text=TRIAL_TEXT)
    return TrialMessage(id=id_, time=at, subject=connection, data=data)


_STORABLE = r"^[^\x00]*$"  # what no text column can hold is refused, not cut
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_STORABLE)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=_STORABLE)]


class Said(BaseModel):
    """What every vendor's message carries. Unknown fields are refused: a misspelt one must not be lost silently."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    handoff: Name
    vendor_reference: Name | None = None
    language: Language = "sv"


class Acknowledged(Said):
    """The vendor has it: `heads` names the newest entry of every chain it holds."""

    heads: Annotated[dict[Name, Head], Field(max_length=10_000)]


class EntryAdded(Said):
    """The vendor writes: to the reporter of `ticket`, else by rule R2. `private`: later vendors do not read it.

    `closes`: its own name for a question that needs no answer any more, and `text` says why.
    """

    text: Text
    ticket: Name | None = None
    private: bool = False
    closes: Name | None = None


class StatusChanged(Said):
    """How far the vendor has come, for all who reported it (with `ticket`: for that one); `text` by rule R2.

    `withdraws`: what it said to be solved, is not. What was accepted stays so: staff read it, and open the case again.
    """

    status: Literal["accepted", "in_progress", "pending"]
    text: Text | None = None
    withdraws: bool = False
    ticket: Name | None = None
    expected_at: AwareDatetime | None = None


class InformationRequested(Said):
    """The vendor asks: with `ticket` that reporter, without it the municipal team behind the hand-off (R8).

    `question` is the vendor's own name for it; the answer gives it back as `vendor_question`.
    """

    text: Text
    ticket: Name | None = None
    question: Name | None = None


class ResolutionProposed(Said):
    """The vendor says that it is solved."""

    text: Text
    ticket: Name | None = None


class Returned(Said):
    """The vendor gives it back.

    `text` says why, and who should have it instead: whoever has the case next reads it, and reporters by rule R2.
    Without it, the history says that no reason was given.
    """

    text: Text | None = None


class Reported(BaseModel):
    """What every message says that is about no hand-off.

    `municipality`: only where several have the same connection with the same secret.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    municipality: Name | None = None
    language: Language = "sv"


class TicketReported(Reported):
    """The vendor reports a fault. The same `external_id` again is the same report, whatever else it says.

    `category`, `place` and `priority` are the vendor's own words, or ours: the directory's mapping says what they mean.
    """

    external_id: Name | None = None
    title: Name
    description: Annotated[str, StringConstraints(max_length=20_000, pattern=_STORABLE)] = ""
    category: Name | None = None
    place: Name | None = None
    priority: Name | None = None
    occurred_at: AwareDatetime | None = None


class TicketChanged(Reported):
    """More, or something else, of what the vendor reported; `ticket` is the id that it was answered.

    `private`: `text` is for the municipality's own staff, and no other vendor ever reads it: names go there.
    `erase`: the vendor has erased what it said of somebody, and asks that it is erased here too. `unsolved`: what was
    said to be solved is not, and `text` says why. `answers`: the id of the question that `text` answers; `unanswered`:
    or says why it needs no answer.
    """

    ticket: Name
    title: Name | None = None
    description: Annotated[str, StringConstraints(max_length=20_000, pattern=_STORABLE)] | None = None
    text: Text | None = None
    private: bool = False
    withdrawn: bool = False
    erase: bool = False
    unsolved: bool = False
    answers: Name | None = None
    unanswered: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        is_asked = self.withdrawn or self.erase or self.unsolved
        if not is_asked and self.title is None and self.description is None and self.text is None:
            raise ValueError("changes nothing: give a title, a description, a text, withdrawn, erase, or unsolved")
        if self.private and (self.text is None or self.unsolved):
            raise ValueError("private is said of a text, and not of why something is unsolved: reporters read that")
        if self.answers is not None and (self.text is None or self.private or self.unsolved):
            raise ValueError("answers is said of a text that reporters read, and of nothing that is unsolved")
        if self.unanswered and self.answers is None:
            raise ValueError("unanswered is said of a question: name it as answers")
        return self


class WorkAnnounced(Reported):
    """The vendor will do planned work. The same `external_id` with other times moves it, `cancelled` calls it off.

    `services` and `places` as `category` and `place` of a report; no places: everywhere.
    """

    external_id: Name
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    services: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)]
    places: Annotated[tuple[Name, ...], Field(max_length=500)] = ()
    text: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=_STORABLE)]
    effect: WorkEffect = "interruptions"
    cancelled: bool = False
    reason: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=_STORABLE)] | None = None


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AcknowledgedMessage(_Message):
    type: Literal["acknowledged"]
    data: Acknowledged


class EntryAddedMessage(_Message):
    type: Literal["entry_added"]
    data: EntryAdded


class StatusChangedMessage(_Message):
    type: Literal["status_changed"]
    data: StatusChanged


class InformationRequestedMessage(_Message):
    type: Literal["information_requested"]
    data: InformationRequested


class ResolutionProposedMessage(_Message):
    type: Literal["resolution_proposed"]
    data: ResolutionProposed


class ReturnedMessage(_Message):
    type: Literal["returned"]
    data: Returned


class TicketReportedMessage(_Message):
    type: Literal["ticket_reported"]
    data: TicketReported


class TicketChangedMessage(_Message):
    type: Literal["ticket_changed"]
    data: TicketChanged


class WorkAnnouncedMessage(_Message):
    type: Literal["work_announced"]
    data: WorkAnnounced


OfHandoff = (
    AcknowledgedMessage
    | EntryAddedMessage
    | StatusChangedMessage
    | InformationRequestedMessage
    | ResolutionProposedMessage
    | ReturnedMessage
)
"""What a vendor says of a hand-off, or, before there is one, of what it reported."""
OfItsOwn = TicketReportedMessage | TicketChangedMessage | WorkAnnouncedMessage
"""What it reports itself."""
Incoming = Annotated[OfHandoff | OfItsOwn, Field(discriminator="type")]
_incoming: TypeAdapter[Incoming] = TypeAdapter(Incoming)


def parse_incoming(body: bytes) -> Incoming:
    """A vendor's message; pydantic.ValidationError for anything else."""
    return _incoming.validate_json(body)


def message_of(kind: str, data: dict[str, Any]) -> Incoming:
    """A vendor's message that came in another form; pydantic.ValidationError where it makes none."""
    return _incoming.validate_python({"type": kind, "data": data})


def incoming_schema() -> dict[str, Any]:
    """JSON Schema of what a vendor may send."""
    return _incoming.json_schema()
