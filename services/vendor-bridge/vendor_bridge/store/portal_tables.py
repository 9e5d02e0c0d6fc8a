"""The tables of the portal: who of a vendor may sign in, their links, sessions and mails. No case is in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Index, Text, text
from sqlmodel import Field

from chassis.bulk import table_of
from vendor_bridge.store.tables import Base


def _when(*, optional: bool = False) -> Any:
    return Field(sa_type=DateTime(timezone=True), nullable=optional)


class PortalPersonRow(Base, table=True):
    """Somebody of a vendor, for one connection. Removed: the row is gone, and with it all below."""

    __tablename__ = "portal_person"
    __table_args__ = (
        Index("portal_person_once", "municipality", "connection", "email", unique=True),
        Index("portal_person_email", "email"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    municipality: str = Field(sa_type=Text)
    connection: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    email: str = Field(sa_type=Text)
    """In lower case."""
    language: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    """`invited`, after the first sign-in `active`."""
    invited_by: str = Field(sa_type=Text)
    invited_at: datetime = _when()
    signed_in_at: datetime | None = _when(optional=True)


class PortalLinkRow(Base, table=True):
    """A way in, once. Only the key's hash is kept."""

    __tablename__ = "portal_link"
    __table_args__ = (Index("portal_link_person", "person", "created_at"),)

    key_sha256: str = Field(primary_key=True, sa_type=Text)
    person: str = Field(sa_type=Text)
    created_at: datetime = _when()
    expires_at: datetime = _when()
    used_at: datetime | None = _when(optional=True)


class PortalSessionRow(Base, table=True):
    __tablename__ = "portal_session"
    __table_args__ = (Index("portal_session_person", "person"),)

    id_sha256: str = Field(primary_key=True, sa_type=Text)
    person: str = Field(sa_type=Text)
    csrf: str = Field(sa_type=Text)
    created_at: datetime = _when()
    seen_at: datetime = _when()
    expires_at: datetime = _when()


class PortalMailRow(Base, table=True):
    """A mail to a person of a vendor, from the moment it is owed."""

    __tablename__ = "portal_mail"
    __table_args__ = (
        Index("portal_mail_due", "due_at", postgresql_where=text("state = 'pending'")),
        Index("portal_mail_person", "person", "handoff"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    """`invited`, `rotated`, `news` of a hand-off; `link`, asked for at `address` by whoever that may be."""
    person: str | None = Field(sa_type=Text)
    address: str | None = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    handoff: str | None = Field(sa_type=Text)
    message: str | None = Field(sa_type=Text)
    """What the vendor is told: a kind of `contracts.webhooks`; of `rotated` who made the new secret."""
    created_at: datetime = _when()
    due_at: datetime = _when()
    attempts: int = Field(sa_column_kwargs={"server_default": text("0")})
    first_failed_at: datetime | None = _when(optional=True)
    claimed_until: datetime | None = _when(optional=True)
    state: str = Field(sa_type=Text)
    """`pending`, `sent`, `dropped`."""
    last_error: str | None = Field(sa_type=Text)
    ended_at: datetime | None = _when(optional=True)


PERSON = table_of(PortalPersonRow)
LINK = table_of(PortalLinkRow)
SESSION = table_of(PortalSessionRow)
MAIL = table_of(PortalMailRow)
