"""The tables. Columns carry the names of the fields in `domain.state`."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, MetaData, SQLModel

from chassis.bulk import table_of

metadata = MetaData()


class Base(SQLModel):
    """All tables of the bridge share one metadata, apart from other services'."""

    metadata = metadata


def _when(*, optional: bool = False) -> Any:
    return Field(sa_type=DateTime(timezone=True), nullable=optional)


def _json(*, optional: bool = False) -> Any:
    return Field(sa_column=Column(JSONB, nullable=optional))


class DirectoryRow(Base, table=True):
    __tablename__ = "directory"

    municipality: str = Field(primary_key=True, sa_type=Text)
    version: str = Field(sa_type=Text)
    content: dict[str, Any] = _json()


class ConnectionOwnerRow(Base, table=True):
    """Whose a connection's name is; `since` null: nobody else's before, as far as is known."""

    __tablename__ = "connection_owner"

    municipality: str = Field(primary_key=True, sa_type=Text)
    connection: str = Field(primary_key=True, sa_type=Text)
    vendor: str = Field(sa_type=Text)
    since: datetime | None = _when(optional=True)


class TicketRow(Base, table=True):
    __tablename__ = "ticket"

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    number: str = Field(sa_type=Text)
    school: str = Field(sa_type=Text)
    reporter: str | None = Field(sa_type=Text)
    room: str | None = Field(sa_type=Text)
    incident: str | None = Field(sa_type=Text)
    former: list[Any] = _json()
    erased: bool = Field(sa_column_kwargs={"server_default": false()})
    asset: str | None = Field(sa_type=Text)


class IncidentRow(Base, table=True):
    __tablename__ = "incident"

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    service: str = Field(sa_type=Text)
    urgency: int
    opened_at: datetime = _when()
    schools: list[Any] = _json()
    tickets: list[Any] = _json()
    leads: list[Any] = _json()
    lead: str | None = Field(sa_type=Text)
    beside: list[Any] = _json()
    resolved: bool = Field(sa_column_kwargs={"server_default": false()})
    over: bool = Field(sa_column_kwargs={"server_default": false()})
    clocks: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'{}'")))


class PersonRow(Base, table=True):
    __tablename__ = "person"

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)


class ChainRow(Base, table=True):
    __tablename__ = "chain"

    case_id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    seq: int
    hash: str = Field(sa_type=Text)


class ChainEntryRow(Base, table=True):
    __tablename__ = "chain_entry"

    case_id: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True)
    municipality: str = Field(sa_type=Text)
    event_id: str = Field(sa_type=Text)
    caused_by: str = Field(sa_type=Text)
    content: dict[str, Any] = _json()


class HandoffRow(Base, table=True):
    __tablename__ = "handoff"
    __table_args__ = (
        Index("handoff_incident", "incident"),
        Index("handoff_of_connection", "municipality", "connection", "offered_at"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    vendor: str = Field(sa_type=Text)
    connection: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    cause: str = Field(sa_type=Text)
    offered_at: datetime = _when()
    earlier_leads: list[Any] = _json()
    acknowledged_at: datetime | None = _when(optional=True)
    vendor_reference: str | None = Field(sa_type=Text)
    status: str | None = Field(sa_type=Text)
    ended: str | None = Field(sa_type=Text)
    ended_at: datetime | None = _when(optional=True)
    continues_in: str | None = Field(sa_type=Text)
    adopts: str | None = Field(sa_type=Text)
    heads: dict[str, Any] = _json()
    heads_at: datetime | None = _when(optional=True)
    acknowledged_heads: dict[str, Any] = _json()
    last_heads: dict[str, Any] | None = _json(optional=True)
    last_incident: dict[str, Any] | None = _json(optional=True)
    questions: dict[str, Any] = _json()
    proposals: dict[str, Any] = _json()
    triggers: list[Any] = _json()


class StatementRow(Base, table=True):
    __tablename__ = "statement"
    __table_args__ = (Index("statement_handoff", "handoff"),)

    event_id: str = Field(primary_key=True, sa_type=Text)
    handoff: str = Field(sa_type=Text)


class DeliveryRow(Base, table=True):
    """Down to `traceparent` what rules know; below what sending needs, which a replay does not give again."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index(
            "delivery_queue", "municipality", "connection", "due_at", "seq",
            postgresql_where=text("state = 'pending'"),
        ),
        Index("delivery_lane", "incident", "connection", "seq", postgresql_where=text("state = 'pending'")),
        Index("delivery_handoff", "handoff", "seq"),
        Index("delivery_of_connection", "municipality", "connection", "seq"),
        Index(
            "delivery_taken", "municipality", "connection", "delivered_at",
            postgresql_where=text("delivered_at IS NOT NULL"),
        ),
    )  # fmt: skip

    webhook_id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    handoff: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    connection: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    cause: str = Field(sa_type=Text)
    due_at: datetime = _when()
    created_at: datetime = _when()
    state: str = Field(sa_type=Text)
    awaits: str | None = Field(sa_type=Text)
    details: dict[str, Any] = _json()
    heads: dict[str, Any] | None = _json(optional=True)
    failed: bool
    traceparent: str | None = Field(sa_type=Text)

    seq: int = Field(sa_column=Column(BigInteger, Identity(), nullable=False, unique=True))
    body: bytes | None = Field(sa_type=LargeBinary, nullable=True)
    bundle: bytes | None = Field(sa_type=LargeBinary, nullable=True)
    """The bundle of a message that carries only a link to it."""
    attempts: int = Field(sa_column_kwargs={"server_default": text("0")})
    leased_until: datetime | None = _when(optional=True)
    worker: int | None = Field(nullable=True)
    first_failed_at: datetime | None = _when(optional=True)
    attempted_at: datetime | None = _when(optional=True)
    last_status: int | None = Field(nullable=True)
    last_error: str | None = Field(sa_type=Text)
    delivered_at: datetime | None = _when(optional=True)


class BreakerRow(Base, table=True):
    """How a connection fares; no row: well."""

    __tablename__ = "connection_health"

    municipality: str = Field(primary_key=True, sa_type=Text)
    connection: str = Field(primary_key=True, sa_type=Text)
    failures: int
    resting_until: datetime | None = _when(optional=True)
    trouble: str | None = Field(sa_type=Text)
    """`disabled` (the vendor answered 410), `misconfigured` (no secret, address not allowed), `unreachable`."""
    detail: str | None = Field(sa_type=Text)
    changed_at: datetime = _when()


class AttemptRow(Base, table=True):
    """One try to deliver a message, whatever came of it. Kept as long as the message's body."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (
        Index("delivery_attempt_connection", "municipality", "connection", "id"),
        Index("delivery_attempt_handoff", "handoff", "id"),
        Index("delivery_attempt_at", "at", postgresql_using="brin"),
    )

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    webhook_id: str = Field(sa_type=Text)
    municipality: str = Field(sa_type=Text)
    connection: str = Field(sa_type=Text)
    handoff: str | None = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    why: str = Field(sa_type=Text)
    """`owed`, `probe` (of a connection that rests), `resent`, `replayed`, `tested`."""
    at: datetime = _when()
    seconds: float
    outcome: str = Field(sa_type=Text)
    """`taken`, `not_taken`, `disabled`, `misconfigured`."""
    status: int | None = Field(nullable=True)
    detail: str = Field(sa_type=Text)
    """What went wrong, or the beginning of the answer."""


class ConnectionRow(Base, table=True):
    """What people did with a connection, and how it was last told to stand; no row: nothing of either."""

    __tablename__ = "connection"

    municipality: str = Field(primary_key=True, sa_type=Text)
    connection: str = Field(primary_key=True, sa_type=Text)
    paused_at: datetime | None = _when(optional=True)
    paused_by: str | None = Field(sa_type=Text)

    stated_health: str | None = Field(sa_type=Text)
    stated_detail: str | None = Field(sa_type=Text)
    stated_since: datetime | None = _when(optional=True)
    stated_backlog: int | None = Field(nullable=True)
    stated_stories: int | None = Field(nullable=True)
    stated_at: datetime | None = _when(optional=True)


class ErrandRow(Base, table=True):
    """Something to be sent because a person asked; below `state` how far it has come."""

    __tablename__ = "errand"
    __table_args__ = (Index("errand_due", "due_at", postgresql_where=text("state = 'open'")),)

    request_id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    connection: str = Field(sa_type=Text)
    step: str = Field(sa_type=Text)
    by: dict[str, Any] = _json()
    cause: str = Field(sa_type=Text)
    asked_at: datetime = _when()
    message: str | None = Field(sa_type=Text)
    since: datetime | None = _when(optional=True)
    until: datetime | None = _when(optional=True)
    state: str = Field(sa_type=Text)

    due_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=text("now()")))
    claimed_until: datetime | None = _when(optional=True)
    after_seq: int = Field(sa_column=Column(BigInteger, nullable=False, server_default=text("0")))
    taken: int = Field(sa_column_kwargs={"server_default": text("0")})


class ReportRow(Base, table=True):
    __tablename__ = "report"
    __table_args__ = (
        Index("report_external", "municipality", "connection", "external_id", unique=True),
        Index("report_listed", "municipality", "connection", text("reported_at DESC"), text("id DESC")),
        Index("report_incident", "incident", postgresql_where=text("incident IS NOT NULL")),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    connection: str = Field(sa_type=Text)
    vendor: str = Field(sa_type=Text)
    external_id: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    description: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    category: str | None = Field(sa_type=Text)
    place: str | None = Field(sa_type=Text)
    priority: str | None = Field(sa_type=Text)
    service: str | None = Field(sa_type=Text)
    school: str | None = Field(sa_type=Text)
    urgency: int
    occurred_at: datetime = _when()
    reported_at: datetime = _when()
    changed_at: datetime = _when()
    notes: list[Any] = _json()
    files: list[Any] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'[]'")))
    withdrawn_at: datetime | None = _when(optional=True)
    number: str | None = Field(sa_type=Text)
    incident: str | None = Field(sa_type=Text)
    linked_at: datetime | None = _when(optional=True)
    severity: str | None = Field(sa_type=Text)
    named: list[Any] = _json()
    handoff: str | None = Field(sa_type=Text)
    resolved: bool
    closed: bool


class WorkRow(Base, table=True):
    __tablename__ = "work"
    __table_args__ = (Index("work_external", "municipality", "connection", "external_id", unique=True),)

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    connection: str = Field(sa_type=Text)
    vendor: str = Field(sa_type=Text)
    external_id: str = Field(sa_type=Text)
    services: list[Any] = _json()
    schools: list[Any] = _json()
    unknown: list[Any] = _json()
    text: dict[str, Any] = _json()
    effect: str = Field(sa_type=Text)
    starts_at: datetime = _when()
    ends_at: datetime = _when()
    announced_at: datetime = _when()
    cancelled: bool
    held: dict[str, Any] = _json()


class InboundRow(Base, table=True):
    """A vendor's message as it came, stored before it was answered."""

    __tablename__ = "inbound"
    __table_args__ = (
        Index("inbound_received", "received_at", postgresql_using="brin"),
        Index("inbound_handoff", "handoff", "received_at"),
        Index("inbound_log", "municipality", "connection", "last_at", "webhook_id"),
        Index(
            "inbound_unusual", "municipality", "connection", "outcome", "last_at", "webhook_id",
            postgresql_where=text("outcome <> 'applied'"),
        ),
        Index(
            "inbound_repeated", "municipality", "connection", "last_at", "webhook_id",
            postgresql_where=text("repeats > 0"),
        ),
    )  # fmt: skip

    municipality: str = Field(primary_key=True, sa_type=Text)
    connection: str = Field(primary_key=True, sa_type=Text)
    webhook_id: str = Field(primary_key=True, sa_type=Text)
    handoff: str = Field(sa_type=Text)
    received_at: datetime = _when()
    body: bytes = Field(sa_type=LargeBinary)
    effects: int
    """How many facts it made; none: it repeated or came after the end."""
    traceparent: str | None = Field(sa_type=Text)
    way: str = Field(sa_column=Column(Text, nullable=False, server_default=text("'webhook'")))
    """`webhook`, `tmf`, `mail`, `portal`; `part`: made here of another Eskalera's message, which is kept too."""
    what: str = Field(sa_column=Column(Text, nullable=False, server_default=text("''")))
    """The message's type."""
    outcome: str = Field(sa_column=Column(Text, nullable=False, server_default=text("'applied'")))
    """`applied`, `late`, `nothing`, `echo`."""
    repeats: int = Field(sa_column_kwargs={"server_default": text("0")})
    """How often it came again; `last_at`: when it came last."""
    last_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=text("now()")))


class MailRow(Base, table=True):
    """A mail that came for a hand-off, stored before it was answered."""

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("handoff", "fingerprint", "genuine"),
        Index("mail_waiting", "handoff", "seq", postgresql_where=text("state = 'received'")),
        Index("mail_handoff", "handoff", "received_at"),
        Index("mail_quarantined", "received_at", postgresql_where=text("state = 'quarantined'")),
        Index("mail_received", "received_at", postgresql_using="brin"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    connection: str = Field(sa_type=Text)
    handoff: str = Field(sa_type=Text)
    fingerprint: str = Field(sa_type=Text)
    """The same for a mail that comes again."""
    genuine: bool
    """Whether it was taken for the vendor's when it came: what somebody else sent never hides a vendor's own mail."""
    name: str = Field(sa_type=Text)
    """Its Message-ID, or what stands for it."""
    mail_from: str = Field(sa_type=Text)
    sender: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    peer: str = Field(sa_type=Text)
    received_at: datetime = _when()
    raw: bytes | None = Field(sa_type=LargeBinary, nullable=True)
    """None once erased."""
    state: str = Field(sa_type=Text)
    """`received` → `applied`; `automatic`, `bounced`; `quarantined` → `received` or `discarded`; `erased`."""
    reason: str | None = Field(sa_type=Text)
    traceparent: str | None = Field(sa_type=Text)
    seq: int = Field(sa_column=Column(BigInteger, Identity(), nullable=False, unique=True))
    attempts: int = Field(sa_column_kwargs={"server_default": text("0")})
    due_at: datetime = _when()
    handled_at: datetime | None = _when(optional=True)
    handled_by: str | None = Field(sa_type=Text)


class HubListenerRow(Base, table=True):
    """Who wants to be told of a TM Forum API's events."""

    __tablename__ = "hub_listener"
    __table_args__ = (UniqueConstraint("municipality", "connection", "api", "callback", "query"),)

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    connection: str = Field(sa_type=Text)
    api: str = Field(sa_type=Text)
    """`troubleTicket/v4`, `troubleTicket/v5` or `serviceProblemManagement/v4`."""
    callback: str = Field(sa_type=Text)
    query: str = Field(sa_type=Text)
    created_at: datetime = _when()
    failures: int = Field(sa_column_kwargs={"server_default": text("0")})
    """In a row."""
    resting_until: datetime | None = _when(optional=True)


class HubEventRow(Base, table=True):
    """One event for one listener. A replay makes none: listeners are told of what happens."""

    __tablename__ = "hub_event"
    __table_args__ = (
        Index("hub_event_lane", "listener", "subject", "seq", postgresql_where=text("state = 'pending'")),
        Index("hub_event_due", "due_at", postgresql_where=text("state = 'pending'")),
    )

    listener: str = Field(
        sa_column=Column(Text, ForeignKey("hub_listener.id", ondelete="CASCADE"), primary_key=True, nullable=False)
    )
    event_id: str = Field(primary_key=True, sa_type=Text)
    event_type: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    """The ticket or problem that it is about: its events go in order."""
    body: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = _when()
    due_at: datetime = _when()
    traceparent: str | None = Field(sa_type=Text)
    seq: int = Field(sa_column=Column(BigInteger, Identity(), nullable=False))
    state: str = Field(sa_type=Text, sa_column_kwargs={"server_default": text("'pending'")})
    """`pending`, `taken`, `given_up`."""
    attempts: int = Field(sa_column_kwargs={"server_default": text("0")})
    leased_until: datetime | None = _when(optional=True)
    first_failed_at: datetime | None = _when(optional=True)
    ended_at: datetime | None = _when(optional=True)
    last_status: int | None = Field(nullable=True)
    last_error: str | None = Field(sa_type=Text)


class RemoteTicketRow(Base, table=True):
    """A hand-off's ticket in a vendor's own TMF621 server. How things went: a replay gives none."""

    __tablename__ = "remote_ticket"
    __table_args__ = (
        Index("remote_ticket_due", "due_at"),
        Index("remote_ticket_named", "municipality", "connection", "id"),
    )

    handoff: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    connection: str = Field(sa_type=Text)
    id: str = Field(sa_type=Text)
    status: str | None = Field(sa_type=Text)
    known: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    due_at: datetime = _when()
    failures: int = Field(sa_column_kwargs={"server_default": text("0")})
    """Looks in a row that failed."""
    reason: str | None = Field(sa_type=Text)
    """Why the last of them did, without the words of who answered."""
    looked_at: datetime | None = _when(optional=True)
    woken_at: datetime | None = _when(optional=True)


class RemoteHubRow(Base, table=True):
    """Whether the bridge listens at the hub of a vendor's TMF621 server."""

    __tablename__ = "remote_hub"

    municipality: str = Field(primary_key=True, sa_type=Text)
    connection: str = Field(primary_key=True, sa_type=Text)
    url: str = Field(sa_type=Text)
    """The server's address when it was asked."""
    id: str | None = Field(sa_type=Text)
    listens: bool
    tried_at: datetime = _when()


class PeerCaseRow(Base, table=True):
    """Another Eskalera's hand-off, and what it is here. How things went: a replay gives none."""

    __tablename__ = "peer_case"
    __table_args__ = (
        Index("peer_case_ticket", "ticket", postgresql_where=text("ticket IS NOT NULL")),
        Index("peer_case_told", "told", postgresql_using="gin", postgresql_where=text("incident IS NOT NULL")),
    )

    municipality: str = Field(primary_key=True, sa_type=Text)
    connection: str = Field(primary_key=True, sa_type=Text)
    handoff: str = Field(primary_key=True, sa_type=Text)
    vendor: str = Field(sa_type=Text)
    ticket: str | None = Field(sa_type=Text)
    incident: str | None = Field(sa_type=Text)
    returns: list[Any] = _json()
    heads: dict[str, Any] = _json()
    told: dict[str, Any] = _json()
    acknowledged: bool
    working: bool
    solved: list[Any] = _json()
    proposed: str | None = Field(sa_type=Text)
    asked: list[Any] = _json()
    continues_in: str | None = Field(sa_type=Text)


class PeerWaitingRow(Base, table=True):
    """A message of another Eskalera that links to its story, until that is fetched; and those that came after it."""

    __tablename__ = "peer_waiting"
    __table_args__ = (UniqueConstraint("municipality", "connection", "webhook_id"),)

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    municipality: str = Field(sa_type=Text)
    connection: str = Field(sa_type=Text)
    handoff: str = Field(sa_type=Text)
    webhook_id: str = Field(sa_type=Text)
    body: bytes = Field(sa_type=LargeBinary)
    received_at: datetime = _when()
    due_at: datetime = _when()
    claimed_until: datetime | None = _when(optional=True)
    failures: int
    reason: str | None = Field(sa_type=Text)
    """Why its story could not be had last."""


class PeerFileRow(Base, table=True):
    """A file that is to come from another Eskalera (`in`, from `url`), or to go there (`out`); gone once it has."""

    __tablename__ = "peer_file"
    __table_args__ = (
        UniqueConstraint("municipality", "connection", "handoff", "direction", "sha256", "name"),
        Index("peer_file_due", "due_at"),
    )

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    direction: str = Field(sa_type=Text)
    municipality: str = Field(sa_type=Text)
    connection: str = Field(sa_type=Text)
    handoff: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    media_type: str = Field(sa_type=Text)
    size: int = Field(sa_type=BigInteger)
    url: str | None = Field(sa_type=Text)
    created_at: datetime = _when()
    due_at: datetime = _when()
    claimed_until: datetime | None = _when(optional=True)
    failures: int


class RefusalRow(Base, table=True):
    """What came in a connection's name and was not taken. Its content is not kept."""

    __tablename__ = "refusal"
    __table_args__ = (Index("refusal_connection", "municipality", "connection", "id"),)

    id: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    municipality: str = Field(sa_type=Text)
    connection: str = Field(sa_type=Text)
    at: datetime = _when()
    way: str = Field(sa_type=Text)
    what: str = Field(sa_type=Text)
    message: str | None = Field(sa_type=Text)
    status: int
    reason: str = Field(sa_type=Text)
    bytes: int
    sha256: str | None = Field(sa_type=Text)
    proven: bool
    handoff: str | None = Field(sa_type=Text)
    swedish: str | None = Field(sa_type=Text)


TICKET = table_of(TicketRow)
INCIDENT = table_of(IncidentRow)
PERSON = table_of(PersonRow)
CHAIN = table_of(ChainRow)
CHAIN_ENTRY = table_of(ChainEntryRow)
HANDOFF = table_of(HandoffRow)
STATEMENT = table_of(StatementRow)
DELIVERY = table_of(DeliveryRow)
BREAKER = table_of(BreakerRow)
INBOUND = table_of(InboundRow)
ATTEMPT = table_of(AttemptRow)
CONNECTION = table_of(ConnectionRow)
ERRAND = table_of(ErrandRow)
REPORT = table_of(ReportRow)
WORK = table_of(WorkRow)
DIRECTORY = table_of(DirectoryRow)
MAIL = table_of(MailRow)
HUB_LISTENER = table_of(HubListenerRow)
HUB_EVENT = table_of(HubEventRow)
PEER_CASE = table_of(PeerCaseRow)
REFUSAL = table_of(RefusalRow)
