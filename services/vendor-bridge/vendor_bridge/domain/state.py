"""What the bridge knows: tickets and incidents as far as hand-offs need them, hand-offs, and what vendors are owed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from contracts.directory import Connection, Directory
from contracts.disclosure import Vendor
from contracts.events.vendor_bridge import ConnectionChanged
from contracts.timeline import Entry
from contracts.values import ConnectionStep, Head
from contracts.webhooks import MessageKind
from vendor_bridge.domain.health import Key, Standing
from vendor_bridge.domain.reports import Report, Work

End = Literal["returned", "taken_back", "released", "completed", "failed"]
HandoffState = Literal[
    "offered", "delivered", "acknowledged", "information_requested", "resolution_proposed", "accepted",
    "returned", "taken_back", "released", "completed", "failed",
]  # fmt: skip
DeliveryState = Literal["pending", "delivered", "absorbed"]
"""absorbed: an update that another message carried."""
PARTING: Final = ("service", "urgency", "schools", "tickets", "resolved")
"""What of an incident goes on changing after a vendor has left."""


@dataclass(slots=True)
class Ticket:
    id: str
    municipality: str
    number: str
    school: str
    reporter: str | None = None
    """A person's opaque id."""
    room: str | None = None
    incident: str | None = None
    former: list[list[Any]] = field(default_factory=list)
    """[incident it was on before, number and hash of that incident's newest entry when it left] (R3)."""
    erased: bool = False
    asset: str | None = None
    """Its device's tag."""


@dataclass(slots=True)
class Incident:
    id: str
    municipality: str
    kind: str
    service: str
    urgency: int
    opened_at: datetime
    schools: list[str]
    tickets: list[str] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)
    """Vendors that have led it, in order."""
    lead: str | None = None
    """Who leads it now; None before the first assignment and after the end."""
    beside: list[str] = field(default_factory=list)
    """Vendors that work beside the lead."""
    resolved: bool = False
    """Solved, with or without a vendor's proposal, and not open again since."""
    over: bool = False
    """Closed or cancelled, and not open again since; what goes on in another incident is not."""
    clocks: dict[str, Any] = field(default_factory=dict)
    """Promises of vendors that count or stand still: {clock: {"party", "promise", "agreement", "due_at", "paused"}}."""

    def as_of(self, parting: Mapping[str, Any] | None) -> "Incident":
        """As the vendor of a hand-off reads it, given its `last_incident`: who has left, nothing later (N5, N9)."""
        return self if parting is None else replace(self, clocks={}, **parting)


@dataclass(slots=True)
class Person:
    """A reporter's name, for the connections that show it."""

    id: str
    municipality: str
    name: str


@dataclass(slots=True)
class Chain:
    """The newest entry of one case's history, as far as it was heard of."""

    case_id: str
    municipality: str
    seq: int
    hash: str

    @property
    def head(self) -> Head:
        return Head(seq=self.seq, hash=self.hash)


@dataclass(slots=True)
class Handoff:
    """One incident in the hands of one vendor. `state` follows from what happened, in whatever order it was heard."""

    id: str
    municipality: str
    incident: str
    vendor: str
    connection: str
    role: str
    cause: str
    """Id of the assignment that made it."""
    offered_at: datetime
    earlier_leads: list[str] = field(default_factory=list)
    acknowledged_at: datetime | None = None
    vendor_reference: str | None = None
    status: str | None = None
    """What the vendor last said of its work."""
    ended: End | None = None
    ended_at: datetime | None = None
    continues_in: str | None = None
    """Its vendor's hand-off of the case that this one's went on in (R12)."""
    adopts: str | None = None
    """The ticket that its vendor reported itself and knows it by, if it did (R17)."""
    heads: dict[str, Any] = field(default_factory=dict)
    """What the vendor has: {case: head} of what its endpoint took."""
    heads_at: datetime | None = None
    """When its endpoint last took a message."""
    acknowledged_heads: dict[str, Any] = field(default_factory=dict)
    last_heads: dict[str, Any] | None = None
    """Where its story ended with the hand-off: nothing later is told."""
    last_incident: dict[str, Any] | None = None
    """What the incident was then: its `PARTING` fields. Whatever is shown of it, is of `Incident.as_of` this."""
    questions: dict[str, dict[str, Any]] = field(default_factory=dict)
    """{id: {"ticket", "vendor_question", "open", "closed_by": the asker's proposal, if that did, "entry": the event
    whose entry has the answer}}"""
    proposals: dict[str, str] = field(default_factory=dict)
    """{id: "open" | "accepted" | "rejected" | "withdrawn"}"""
    triggers: list[list[Any]] = field(default_factory=list)
    """[causing event, case, number, event that led to it] of entries that the vendor is to hear of and does not have
    yet; the last only where a message of its own may tell it."""

    @property
    def state(self) -> HandoffState:
        if self.ended is not None:
            return self.ended
        if "accepted" in self.proposals.values():
            return "accepted"
        if "open" in self.proposals.values():
            return "resolution_proposed"
        if any(question["open"] for question in self.questions.values()):
            return "information_requested"
        if self.acknowledged_at is not None:
            return "acknowledged"
        return "delivered" if self.heads else "offered"

    @property
    def is_held(self) -> bool:
        return self.ended is None

    def proposes(self, proposal: str) -> None:
        """The asker needs no answer any more (R8), unless that comes to nothing."""
        self.proposals[proposal] = "open"
        for question in self.questions.values():
            if question["open"]:
                question |= {"open": False, "closed_by": proposal}

    def drops(self, proposal: str, how: str) -> None:
        """The proposal came to nothing: what it made needless is asked again."""
        self.proposals[proposal] = how
        for question in self.questions.values():
            if question.get("closed_by") == proposal:
                question["open"] = True
                del question["closed_by"]

    def known(self) -> dict[str, Head]:
        """What the vendor has, as heads."""
        return {case: Head.model_validate(head) for case, head in self.heads.items()}

    def reader(self, connection: Connection | None) -> Vendor:
        """As whom disclosure sees it (R1)."""
        earlier = frozenset(self.earlier_leads) if self.role == "lead" else frozenset[str]()
        return Vendor(self.vendor, earlier, connection.contact if connection else "none")


@dataclass(slots=True)
class Delivery:
    """One message that a vendor is owed or has got."""

    webhook_id: str
    municipality: str
    handoff: str
    incident: str
    connection: str
    kind: MessageKind
    cause: str
    due_at: datetime
    created_at: datetime
    state: DeliveryState = "pending"
    awaits: str | None = None
    """The event whose entry it should carry; it goes without after `due_at`."""
    details: dict[str, Any] = field(default_factory=dict)
    heads: dict[str, Any] | None = None
    """Fixed with the body, at the first attempt."""
    failed: bool = False
    traceparent: str | None = None

    @property
    def is_fixed(self) -> bool:
        return self.heads is not None


@dataclass(slots=True)
class Statement:
    """An event that the bridge made of a vendor's own words: what follows from it is no news to that vendor (R14)."""

    event_id: str
    handoff: str


@dataclass(slots=True)
class Pause:
    """Whether a person has paused a connection."""

    municipality: str
    connection: str
    paused_at: datetime | None = None
    paused_by: str | None = None


@dataclass(slots=True)
class Errand:
    """Something to be done because a person asked: one message again, those of a time again, a test, a held mail's
    fate. `message`: that message, or that mail.
    """

    request_id: str
    municipality: str
    connection: str
    step: ConnectionStep
    by: dict[str, Any]
    cause: str
    """The asking event's id."""
    asked_at: datetime
    message: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    state: Literal["open", "done", "refused"] = "open"


@dataclass(slots=True)
class World:
    """The cases of a batch. `now` and `traceparent` are those of the message in work."""

    now: datetime
    traceparent: str | None = None
    directories: dict[str, Directory] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    chains: dict[str, Chain] = field(default_factory=dict)
    handoffs: dict[str, Handoff] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    """The pending ones, and those that came about in this batch."""
    statements: dict[str, Statement] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    """Those whose names came in this batch."""
    reports: dict[str, Report] = field(default_factory=dict)
    """What vendors have reported of these cases themselves, by ticket."""
    works: dict[str, Work] = field(default_factory=dict)
    entries: list[tuple[str, str, Entry]] = field(default_factory=list)
    """(municipality, event, entry) recorded in this batch."""
    pauses: dict[Key, Pause] = field(default_factory=dict)
    errands: dict[str, Errand] = field(default_factory=dict)
    standings: dict[Key, Standing] = field(default_factory=dict)
    """How the connections that the batch is about stand."""
    told: dict[Key, ConnectionChanged] = field(default_factory=dict)
    """What was stated of connections in this batch, the last of each."""
    resumed: set[Key] = field(default_factory=set)
    """Connections that a person had begin again in this batch."""

    def handoffs_of(self, incident: str) -> Iterator[Handoff]:
        """In the order they came about."""
        found = [handoff for handoff in self.handoffs.values() if handoff.incident == incident]
        yield from sorted(found, key=lambda handoff: (handoff.offered_at, handoff.id))

    def pending(self, handoff: str) -> list[Delivery]:
        return [each for each in self.deliveries.values() if each.handoff == handoff and each.state == "pending"]

    def connection(self, municipality: str, vendor: str) -> Connection | None:
        """The vendor's connection, if hand-offs can go through it."""
        directory = self.directories.get(municipality)
        known = directory.parties.get(vendor) if directory else None
        connection = getattr(known, "connection", None)
        return connection if isinstance(connection, Connection) and connection.is_ready else None

    def heads_of(self, incident: Incident) -> dict[str, Head]:
        """The newest entry of each chain that belongs to the incident's story (R3)."""
        heads: dict[str, Head] = {}
        for ticket in incident.tickets:
            known = self.tickets.get(ticket)
            for former, seq, hash_ in known.former if known else ():
                if former not in heads or heads[former].seq < seq:  # two may have left one incident
                    heads[former] = Head(seq=seq, hash=hash_)
        own = (incident.id, *incident.tickets)
        return heads | {case: chain.head for case in own if (chain := self.chains.get(case))}
