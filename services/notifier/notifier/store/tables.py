"""The tables. Columns carry the names of the fields in `domain.state`; a notification has its sending's beside."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ARRAY, Column, DateTime, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, MetaData, SQLModel

metadata = MetaData()

SENDING: Final = frozenset({"due_at", "claimed_until", "attempts", "traceparent"})
"""Columns of a notification that say how its sending goes: no facts, so no replay makes them."""


class Base(SQLModel):
    """All tables of the notifier share one metadata, apart from other services'."""

    metadata = metadata


def _when(*, optional: bool = False) -> Any:
    return Field(sa_type=DateTime(timezone=True), nullable=optional)


def _json(*, optional: bool = False) -> Any:
    return Field(sa_column=Column(JSONB(none_as_null=True), nullable=optional))


class MunicipalityRow(Base, table=True):
    """Its lock orders the batches of one municipality (R18)."""

    __tablename__ = "municipality"

    id: str = Field(primary_key=True, sa_type=Text)


class DirectoryRow(Base, table=True):
    __tablename__ = "directory"

    id: str = Field(primary_key=True, sa_type=Text)
    version: str = Field(sa_type=Text)
    at: datetime = _when()
    content: dict[str, Any] = _json()


class PersonRow(Base, table=True):
    __tablename__ = "person"
    __table_args__ = (Index("person_teams", "teams", postgresql_using="gin"),)

    municipality: str = Field(primary_key=True, sa_type=Text)
    id: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    email: str | None = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    placeholder: bool
    teams: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default=sql("'{}'")))


class TicketRow(Base, table=True):
    __tablename__ = "ticket"
    __table_args__ = (Index("ticket_of_incident", "incident"),)

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    number: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    reporter: str = Field(sa_type=Text)
    filed_at: datetime = _when()
    state: str = Field(sa_type=Text)
    incident: str | None = Field(sa_type=Text)
    knows: str | None = Field(sa_type=Text)
    old: bool = Field(sa_column_kwargs={"server_default": sql("false")})
    receipt_waits: bool = Field(sa_column_kwargs={"server_default": sql("false")})


class IncidentRow(Base, table=True):
    __tablename__ = "incident"

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    lead: str | None = Field(sa_type=Text)
    handed_over: str | None = Field(sa_type=Text)
    resolved: str | None = Field(sa_type=Text)
    resolved_at: datetime | None = _when(optional=True)
    public_text: dict[str, str] | None = _json(optional=True)
    stage: str | None = Field(sa_type=Text)
    work: str | None = Field(sa_type=Text)
    wrote: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False, server_default=sql("'{}'")))


class WorkRow(Base, table=True):
    __tablename__ = "work"
    __table_args__ = (Index("work_ends", "municipality", "ends_at"),)

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    schools: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    starts_at: datetime = _when()
    ends_at: datetime = _when()
    text: dict[str, str] = _json()
    effect: str = Field(sa_type=Text)
    cancelled: bool


class NotificationRow(Base, table=True):
    __tablename__ = "notification"
    __table_args__ = (Index("notification_due", "due_at", postgresql_where=sql("state = 'pending'")),)

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    person: str = Field(sa_type=Text)
    occasion: str = Field(sa_type=Text)
    case: str = Field(sa_type=Text)
    tickets: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    cause: str = Field(sa_type=Text)
    planned_at: datetime = _when()
    party: str | None = Field(sa_type=Text)
    text: dict[str, str] | None = _json(optional=True)
    state: str = Field(sa_type=Text)
    ended_at: datetime | None = _when(optional=True)
    reason: str | None = Field(sa_type=Text)
    solved_at: datetime | None = _when(optional=True)
    detail: str | None = Field(sa_type=Text)
    expected_at: date | None
    until: datetime | None = _when(optional=True)
    due_at: datetime = Field(
        sa_column=Column(DateTime(timezone=True), nullable=False, server_default=sql("clock_timestamp()"))
    )
    claimed_until: datetime | None = _when(optional=True)
    attempts: int = Field(sa_column_kwargs={"server_default": "0"})
    traceparent: str | None = Field(sa_type=Text)
