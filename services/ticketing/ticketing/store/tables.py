"""The tables. Columns carry the names of the fields in `domain.state`."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, MetaData, SQLModel

from chassis.bulk import table_of

metadata = MetaData()


class Base(SQLModel):
    """All tables of ticketing share one metadata, apart from other services'."""

    metadata = metadata


def _when(*, optional: bool = False) -> Any:
    return Field(sa_type=DateTime(timezone=True), nullable=optional)


def _texts() -> Any:
    return Field(sa_column=Column(ARRAY(Text), nullable=False))


def _json() -> Any:
    return Field(sa_column=Column(JSONB, nullable=False))


class TicketRow(Base, table=True):
    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("municipality", "number", name="ticket_number"),
        UniqueConstraint("municipality", "source", "external_id", name="ticket_external_id"),
        Index("ticket_reporter", "municipality", "reporter", text("filed_at DESC"), text("id DESC")),
        Index("ticket_filed", "municipality", text("filed_at DESC"), text("id DESC")),
        Index("ticket_school", "municipality", "school", text("filed_at DESC"), text("id DESC")),
        Index("ticket_incident", "incident", "filed_at", "id"),
        Index("ticket_waiting", "filed_at", postgresql_where=text("incident IS NULL")),
        Index("ticket_wrote", "incident", "wrote_at", postgresql_where=text("wrote_at IS NOT NULL")),
        Index("ticket_words", "title", postgresql_using="gin", postgresql_ops={"title": "gin_trgm_ops"}),
        Index("ticket_number_end", "municipality", text("reverse(number) text_pattern_ops")),
        Index("ticket_to_erase", "municipality", postgresql_where=text("erasure_asked_at IS NOT NULL")),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    number: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    reporter: str = Field(sa_type=Text)
    reporter_role: str | None = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    description: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    school: str = Field(sa_type=Text)
    unit: str | None = Field(sa_type=Text)
    room: str | None = Field(sa_type=Text)
    service: str | None = Field(sa_type=Text)
    asset: str | None = Field(sa_type=Text)
    urgency: int
    occurred_at: datetime = _when()
    filed_at: datetime = _when()
    source: str | None = Field(sa_type=Text)
    external_id: str | None = Field(sa_type=Text)
    same_as: str | None = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    incident: str | None = Field(sa_type=Text)
    confirmed_at: datetime | None = _when(optional=True)
    reopened_at: datetime | None = _when(optional=True)
    asked_further_at: datetime | None = _when(optional=True)
    erasure_asked_at: datetime | None = _when(optional=True)
    wrote_at: datetime | None = _when(optional=True)
    need: str | None = Field(sa_type=Text)
    impact: str | None = Field(sa_type=Text)
    by_peer: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    chain_seq: int
    chain_hash: str = Field(sa_type=Text)


class IncidentRow(Base, table=True):
    __tablename__ = "incident"
    __table_args__ = (
        Index("incident_opened", "municipality", text("opened_at DESC"), text("id DESC")),
        Index(
            "incident_open_due", "municipality", text("coalesce(next_due_at, 'infinity')"), "id",
            postgresql_where=text("state IN ('new', 'in_progress', 'waiting')"),
        ),
        Index(
            "incident_open_holder", "municipality", "holder", text("coalesce(next_due_at, 'infinity')"), "id",
            postgresql_where=text("state IN ('new', 'in_progress', 'waiting')"),
        ),
        Index("incident_state_due", "municipality", "state", text("coalesce(next_due_at, 'infinity')"), "id"),
        Index(
            "incident_open_schools", "schools", postgresql_using="gin",
            postgresql_where=text("state IN ('new', 'in_progress', 'waiting')"),
        ),
        Index(
            "incident_open_beyond", "municipality",
            postgresql_where=text(
                "state IN ('new', 'in_progress', 'waiting') AND scope IN ('schools', 'municipality')"
            ),
        ),
        Index(
            "incident_open_turns", "municipality", "turns_at", "id",
            postgresql_where=text("state IN ('new', 'in_progress', 'waiting')"),
        ),
        Index(
            "incident_resolved", "municipality", text("resolved_at DESC"),
            postgresql_where=text("resolved_at IS NOT NULL"),
        ),
        Index(
            "incident_wishes", "municipality", "opened_at", "id", postgresql_where=text("kind IN ('need', 'idea')"),
        ),
        Index(
            "incident_decided", "municipality", text("decided_at DESC"), text("id DESC"),
            postgresql_where=text("decided_at IS NOT NULL"),
        ),
    )  # fmt: skip

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    service: str = Field(sa_type=Text)
    school: str = Field(sa_type=Text)
    urgency: int
    scope: str | None = Field(sa_type=Text)
    opened_at: datetime = _when()
    version: int
    recurrence_of: str | None = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    waiting_on: str | None = Field(sa_type=Text)
    holder: str | None = Field(sa_type=Text)
    holder_tier: str | None = Field(sa_type=Text)
    holder_since: datetime | None = _when(optional=True)
    handed_over_by: str | None = Field(sa_type=Text)
    path: list[str] = _texts()
    held: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default=text("'{}'")))
    tiers: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'{}'")))
    informed: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default=text("'{}'")))
    rule: str | None = Field(sa_type=Text)
    reason: dict[str, str] = _json()
    agreement: str | None = Field(sa_type=Text)
    tickets: int
    schools: list[str] = _texts()
    successor: str | None = Field(sa_type=Text)
    public_title: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'{}'")))
    published: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    hidden: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    public_text: dict[str, str] = _json()
    resolved_at: datetime | None = _when(optional=True)
    closes_at: datetime | None = _when(optional=True)
    closed_at: datetime | None = _when(optional=True)
    last_word_at: datetime | None = _when(optional=True)
    next_due_at: datetime | None = _when(optional=True)
    next_update_at: datetime | None = _when(optional=True)
    acknowledged_at: datetime | None = _when(optional=True)
    policy: str | None = Field(sa_type=Text)
    asked_at: datetime | None = _when(optional=True)
    step_due_at: datetime | None = _when(optional=True)
    step_then: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'[]'")))
    stopped_at: datetime | None = _when(optional=True)
    stopped_reason: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'{}'")))
    major_at: datetime | None = _when(optional=True)
    turns_at: datetime | None = _when(optional=True)
    stage: str | None = Field(sa_type=Text)
    stage_at: datetime | None = _when(optional=True)
    expected_at: date | None
    priority: str | None = Field(sa_type=Text)
    decision: str | None = Field(sa_type=Text)
    decision_reason: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'{}'")))
    decided_at: datetime | None = _when(optional=True)
    work: str | None = Field(sa_type=Text)
    chain_seq: int
    chain_hash: str = Field(sa_type=Text)


class LinkRow(Base, table=True):
    __tablename__ = "link"
    __table_args__ = (Index("link_incident", "incident", "linked_at"),)

    ticket: str = Field(primary_key=True, sa_type=Text)
    incident: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    linked_at: datetime = _when()
    by_person: str | None = Field(sa_type=Text)
    score: float
    reasons: list[dict[str, str]] = _json()
    engine_version: str = Field(sa_type=Text)
    directory_version: str = Field(sa_type=Text)
    unlinked_at: datetime | None = _when(optional=True)


class ClockRow(Base, table=True):
    __tablename__ = "clock"
    __table_args__ = (Index("clock_incident", "incident", "started_at"),)

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    party: str = Field(sa_type=Text)
    promise: str = Field(sa_type=Text)
    started_at: datetime = _when()
    due_at: datetime = _when()
    agreement: str | None = Field(sa_type=Text)
    paused_at: datetime | None = _when(optional=True)
    pause_reason: str | None = Field(sa_type=Text)
    breached_at: datetime | None = _when(optional=True)
    stopped_at: datetime | None = _when(optional=True)
    stop_reason: str | None = Field(sa_type=Text)


class HandoffRow(Base, table=True):
    __tablename__ = "handoff"
    __table_args__ = (Index("handoff_incident", "incident", "offered_at"),)

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    vendor: str = Field(sa_type=Text)
    connection: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    offered_at: datetime = _when()
    delivered_at: datetime | None = _when(optional=True)
    acknowledged_at: datetime | None = _when(optional=True)
    vendor_reference: str | None = Field(sa_type=Text)
    ended_at: datetime | None = _when(optional=True)
    heads: dict[str, Any] = _json()


class QuestionRow(Base, table=True):
    __tablename__ = "question"
    __table_args__ = (Index("question_incident", "incident", "asked_at"), Index("question_ticket", "ticket"))

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    handoff: str | None = Field(sa_type=Text)
    asker: str = Field(sa_type=Text)
    ticket: str | None = Field(sa_type=Text)
    text: dict[str, str] = _json()
    asked_at: datetime = _when()
    answered_at: datetime | None = _when(optional=True)
    closed_by: str | None = Field(sa_type=Text)


class ProposalRow(Base, table=True):
    __tablename__ = "proposal"
    __table_args__ = (Index("proposal_incident", "incident", "proposed_at"),)

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    vendor: str = Field(sa_type=Text)
    text: dict[str, str] = _json()
    proposed_at: datetime = _when()
    decided_at: datetime | None = _when(optional=True)
    accepted: bool | None


class SuggestionRow(Base, table=True):
    __tablename__ = "suggestion"
    __table_args__ = (
        Index("suggestion_incident", "incident", postgresql_where=text("state = 'open'")),
        Index("suggestion_candidate", "candidate", postgresql_where=text("state = 'open'")),
        Index("suggestion_refused", "incident", postgresql_where=text("state = 'refused'")),
        Index("suggestion_open", "municipality", text("score DESC"), "id", postgresql_where=text("state = 'open'")),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    candidate: str = Field(sa_type=Text)
    tickets: list[str] = _texts()
    score: float
    reasons: list[dict[str, str]] = _json()
    asked_at: datetime = _when()
    state: str = Field(sa_type=Text)


class CommandRow(Base, table=True):
    __tablename__ = "command"
    __table_args__ = (Index("command_incident", "incident", "asked_at"),)

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    incident: str | None = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    person: str | None = Field(sa_type=Text)
    asked_at: datetime = _when()
    state: str = Field(sa_type=Text)
    reason: dict[str, str] = _json()
    decided_at: datetime | None = _when(optional=True)
    connection: str | None = Field(sa_type=Text)
    outcome: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'{}'")))


class ConnectionRow(Base, table=True):
    __tablename__ = "connection"

    municipality: str = Field(primary_key=True, sa_type=Text)
    connection: str = Field(primary_key=True, sa_type=Text)
    vendor: str = Field(sa_type=Text)
    health: str = Field(sa_type=Text)
    since: datetime = _when()
    detail: str = Field(sa_type=Text)
    backlog: int
    oldest: datetime | None = _when(optional=True)
    last_taken: datetime | None = _when(optional=True)
    told_at: datetime = _when()
    refused: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True), nullable=True))
    held: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True), nullable=True))
    stories: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True), nullable=True))


class WorkRow(Base, table=True):
    __tablename__ = "work"
    __table_args__ = (
        UniqueConstraint("municipality", "external_id", name="work_external_id"),
        Index("work_starts", "municipality", "starts_at", "id"),
        Index("work_ends", "municipality", text("ends_at DESC"), text("id DESC")),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    services: list[str] = _texts()
    schools: list[str] = _texts()
    starts_at: datetime = _when()
    ends_at: datetime = _when()
    text: dict[str, str] = _json()
    effect: str = Field(sa_type=Text)
    vendor: str | None = Field(sa_type=Text)
    external_id: str | None = Field(sa_type=Text)
    planned_at: datetime = _when()
    planned_by: str | None = Field(sa_type=Text)
    cancelled: bool
    changed_at: datetime | None = _when(optional=True)
    reason: dict[str, str] = _json()


class EntryRow(Base, table=True):
    """The chains. `content` is the whole entry as recorded, with salts."""

    __tablename__ = "entry"
    __table_args__ = (
        Index(
            "entry_files",
            text("jsonb_path_query_array(content, '$.disclosures.*.value.sha256')"),
            postgresql_using="gin",
            postgresql_where=text("jsonb_path_exists(content, '$.disclosures.*.value.sha256')"),
        ),
    )

    case_id: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True)
    municipality: str = Field(sa_type=Text)
    at: datetime = _when()
    content: dict[str, Any] = _json()


class DirectoryRow(Base, table=True):
    __tablename__ = "directory"

    municipality: str = Field(primary_key=True, sa_type=Text)
    version: str = Field(sa_type=Text)
    content: dict[str, Any] = _json()


class PersonRow(Base, table=True):
    __tablename__ = "person"

    municipality: str = Field(primary_key=True, sa_type=Text)
    person: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    schools: list[str] = _texts()
    teams: list[str] = _texts()
    email: str | None = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    placeholder: bool


class NumberRow(Base, table=True):
    """The highest ticket number used: locked by whoever files, so numbers have no gaps."""

    __tablename__ = "ticket_counter"

    municipality: str = Field(primary_key=True, sa_type=Text)
    year: int = Field(primary_key=True)
    last: int


class IdempotencyRow(Base, table=True):
    """`Idempotency-Key` → ticket, for the person who sent it. Not part of a replay; kept 30 days."""

    __tablename__ = "idempotency"
    __table_args__ = (Index("idempotency_used_at", "used_at", postgresql_using="brin"),)

    municipality: str = Field(primary_key=True, sa_type=Text)
    person: str = Field(primary_key=True, sa_type=Text)
    key: str = Field(primary_key=True, sa_type=Text)
    ticket: str = Field(sa_type=Text)
    body_sha256: str = Field(sa_type=Text)
    used_at: datetime = _when()


class SessionRow(Base, table=True):
    """A page session: the cookie's value is kept as its SHA-256 only."""

    __tablename__ = "session"
    __table_args__ = (Index("session_expires_at", "expires_at"),)

    id_sha256: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    person: str = Field(sa_type=Text)
    csrf: str = Field(sa_type=Text)
    language: str | None = Field(sa_type=Text)
    created_at: datetime = _when()
    expires_at: datetime = _when()


class UploadRow(Base, table=True):
    """A file whose bytes were put, until it is known that an entry names it. Not part of a replay."""

    __tablename__ = "upload"
    __table_args__ = (Index("upload_put_at", "put_at"),)

    sha256: str = Field(primary_key=True, sa_type=Text)
    put_at: datetime = _when()


TICKET = table_of(TicketRow)
INCIDENT = table_of(IncidentRow)
LINK = table_of(LinkRow)
CLOCK = table_of(ClockRow)
HANDOFF = table_of(HandoffRow)
QUESTION = table_of(QuestionRow)
PROPOSAL = table_of(ProposalRow)
SUGGESTION = table_of(SuggestionRow)
COMMAND = table_of(CommandRow)
CONNECTION = table_of(ConnectionRow)
WORK = table_of(WorkRow)
ENTRY = table_of(EntryRow)
DIRECTORY = table_of(DirectoryRow)
PERSON = table_of(PersonRow)
NUMBER = table_of(NumberRow)
IDEMPOTENCY = table_of(IdempotencyRow)
SESSION = table_of(SessionRow)
