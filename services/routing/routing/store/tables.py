"""The tables. Columns carry the names of the fields in `domain.state`."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Column, DateTime, Double, Index, Interval, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, MetaData, SQLModel

metadata = MetaData()


class Base(SQLModel):
    """All tables of routing share one metadata, apart from other services'."""

    metadata = metadata


def _when(*, optional: bool = False) -> Any:
    return Field(sa_type=DateTime(timezone=True), nullable=optional)


def _span() -> Any:
    return Field(sa_type=Interval, sa_column_kwargs={"server_default": text("'0'")})


def _texts() -> Any:
    return Field(sa_column=Column(ARRAY(Text), nullable=False))


def _json() -> Any:
    return Field(sa_column=Column(JSONB, nullable=False))


class MunicipalityRow(Base, table=True):
    __tablename__ = "municipality"

    id: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(sa_type=BigInteger)
    erasures: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})


class DirectoryRow(Base, table=True):
    __tablename__ = "directory"

    id: str = Field(primary_key=True, sa_type=Text)
    version: str = Field(sa_type=Text)
    at: datetime = _when()
    content: dict[str, Any] = _json()


class TicketRow(Base, table=True):
    __tablename__ = "ticket"

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    filed_at: datetime = _when()
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
    state: str = Field(sa_type=Text)
    incident: str | None = Field(sa_type=Text)
    confirmed_at: datetime | None = _when(optional=True)


class LinkRow(Base, table=True):
    __tablename__ = "link"
    __table_args__ = (
        # Every ticket is on exactly one incident, whatever two replicas may try.
        Index("link_current", "ticket", unique=True, postgresql_where=text("unlinked_at IS NULL")),
        Index("link_of_incident", "incident", postgresql_where=text("unlinked_at IS NULL")),
        Index("link_noted", "municipality", "noted"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    ticket: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    linked_at: datetime = _when()
    score: float = Field(sa_type=Double)
    reasons: list[dict[str, str]] = _json()
    engine_version: str = Field(sa_type=Text)
    directory_version: str = Field(sa_type=Text)
    by_person: bool
    noted: int = Field(sa_type=BigInteger)
    unlinked_at: datetime | None = _when(optional=True)


class IncidentRow(Base, table=True):
    __tablename__ = "incident"
    __table_args__ = (
        Index("incident_noted", "municipality", "noted"),
        Index("incident_successor", "successor", postgresql_where=text("successor IS NOT NULL")),
        Index(
            "incident_alive",
            "municipality",
            "ordinal",
            postgresql_where=text("state NOT IN ('closed', 'cancelled', 'superseded')"),
        ),
        Index("incident_waits_for", "work", postgresql_where=text("waiting_on = 'planned'")),
        Index("incident_with_device_of", "opened_by", postgresql_where=text("asset IS NOT NULL")),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    service: str = Field(sa_type=Text)
    school: str = Field(sa_type=Text)
    urgency: int
    scope: str | None = Field(sa_type=Text)
    opened_at: datetime = _when()
    ordinal: int = Field(sa_type=BigInteger)
    noted: int = Field(sa_type=BigInteger)
    recurrence_of: str | None = Field(sa_type=Text)
    recurrence: str | None = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    waiting_on: str | None = Field(sa_type=Text)
    version: int
    changer: str | None = Field(sa_type=Text)
    unchanged_by_others: int = Field(sa_column_kwargs={"server_default": text("0")})
    lead: str | None = Field(sa_type=Text)
    agreement: str | None = Field(sa_type=Text)
    policy: str | None = Field(sa_type=Text)
    opened_by: str | None = Field(sa_type=Text)
    asset: str | None = Field(sa_type=Text)
    unit: str | None = Field(sa_type=Text)
    rule: str | None = Field(sa_type=Text)
    held_since: datetime | None = _when(optional=True)
    asked_at: datetime | None = _when(optional=True)
    path: list[str] = _texts()
    informed: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default=text("'{}'")))
    parallel: list[str] = _texts()
    resolved_at: datetime | None = _when(optional=True)
    touched: bool = Field(sa_column_kwargs={"server_default": text("false")})
    worked: bool = Field(sa_column_kwargs={"server_default": text("false")})
    raised_scope: str | None = Field(sa_type=Text)
    set_service: str | None = Field(sa_type=Text)
    set_scope: str | None = Field(sa_type=Text)
    counted: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    scope_before: str | None = Field(sa_type=Text)
    published: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    hidden: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    successor: str | None = Field(sa_type=Text)
    linked: int
    confirmed: int
    told: int = Field(sa_column_kwargs={"server_default": text("0")})
    schools: dict[str, int] = _json()
    urgencies: dict[str, int] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'{}'")))
    urgency_set: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    urgency_raised: int | None
    standstills: int = Field(sa_column_kwargs={"server_default": text("0")})
    resolving: timedelta = _span()
    major: bool = Field(sa_column_kwargs={"server_default": text("false")})
    closed_at: datetime | None = _when(optional=True)
    titled: bool = Field(sa_column_kwargs={"server_default": text("false")})
    stage: str | None = Field(sa_type=Text)
    expected_at: date | None
    priority: str | None = Field(sa_type=Text)
    decision: str | None = Field(sa_type=Text)
    decision_reason: dict[str, str] | None = Field(sa_column=Column(JSONB(none_as_null=True), nullable=True))
    work: str | None = Field(sa_type=Text)


class ClockRow(Base, table=True):
    __tablename__ = "clock"
    __table_args__ = (
        Index("clock_running", "incident", postgresql_where=text("stopped_at IS NULL")),
        Index("clock_late", "municipality", "party", postgresql_where=text("stopped_at IS NULL AND breached")),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    party: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    promise: str = Field(sa_type=Text)
    agreement: str = Field(sa_type=Text)
    started_at: datetime = _when()
    since: datetime = _when()
    due_at: datetime = _when()
    used: timedelta = _span()
    spent: timedelta = _span()
    paused: str | None = Field(sa_type=Text)
    breached: bool = Field(sa_column_kwargs={"server_default": text("false")})
    stopped_at: datetime | None = _when(optional=True)
    reason: str | None = Field(sa_type=Text)


class EscalationRow(Base, table=True):
    __tablename__ = "escalation"

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    policy: str | None = Field(sa_type=Text)
    step: int
    round: int
    since: datetime = _when()
    due_at: datetime | None = _when(optional=True)
    then: list[dict[str, Any]] = _json()
    fresh: bool
    stopped: bool
    done: list[str] = _texts()
    policy_version: str | None = Field(sa_type=Text)
    holder: str | None = Field(sa_type=Text)
    had: list[str] = _texts()
    then_at: datetime | None = _when(optional=True)


class TimerRow(Base, table=True):
    __tablename__ = "timer"
    __table_args__ = (Index("timer_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),)

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    due_at: datetime | None = _when(optional=True)


class QuestionRow(Base, table=True):
    __tablename__ = "question"
    __table_args__ = (Index("question_incident", "incident"),)

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    asker: str = Field(sa_type=Text)
    asked_at: datetime = _when()
    ticket: str | None = Field(sa_type=Text)
    closed_at: datetime | None = _when(optional=True)
    closed_by: str | None = Field(sa_type=Text)


class ProposalRow(Base, table=True):
    __tablename__ = "proposal"
    __table_args__ = (Index("proposal_incident", "incident"),)

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    vendor: str = Field(sa_type=Text)
    proposed_at: datetime = _when()
    state: str = Field(sa_type=Text)


class SuggestionRow(Base, table=True):
    __tablename__ = "suggestion"
    __table_args__ = (
        Index("suggestion_candidate", "candidate"),
        Index("suggestion_noted", "municipality", "noted"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    candidate: str = Field(sa_type=Text)
    tickets: list[str] = _texts()
    score: float = Field(sa_type=Double)
    asked_at: datetime = _when()
    noted: int = Field(sa_type=BigInteger)
    state: str = Field(sa_type=Text)


class RefusalRow(Base, table=True):
    __tablename__ = "refusal"
    __table_args__ = (
        Index("refusal_incident", "incident"),
        Index("refusal_noted", "municipality", "noted"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    ticket: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    at: datetime = _when()
    noted: int = Field(sa_type=BigInteger)


class WorkRow(Base, table=True):
    __tablename__ = "work"
    __table_args__ = (Index("work_ends", "municipality", "ends_at"),)

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    services: list[str] = _texts()
    schools: list[str] = _texts()
    starts_at: datetime = _when()
    ends_at: datetime = _when()
    effect: str = Field(sa_type=Text)
    cancelled: bool


class RequestRow(Base, table=True):
    __tablename__ = "request"

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    incident: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    event: str = Field(sa_type=Text)
    at: datetime = _when()
