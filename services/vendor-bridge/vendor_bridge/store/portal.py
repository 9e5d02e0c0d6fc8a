"""Who may sign in, by which link, and who is signed in. Of links and sessions only hashes are kept."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts import ids
from contracts.values import Language

LINK_HOLDS: Final = timedelta(minutes=15)
LINKS_AT_ONCE: Final = 3
"""To one person within the time that a link holds: the form is no way to fill somebody's mailbox."""
LINKS_A_DAY: Final = 20
IDLE: Final = timedelta(hours=2)
LONGEST: Final = timedelta(hours=12)
_TOUCHED: Final = timedelta(minutes=1)

_COLUMNS: Final = "p.id, p.municipality, p.connection, p.name, p.email, p.language, p.state"
_INVITE: Final = text(
    """
    INSERT INTO portal_person (id, municipality, connection, name, email, language, state, invited_by, invited_at)
    VALUES (:id, :municipality, :connection, :name, :email, :language, 'invited', :by, :now)
    ON CONFLICT (municipality, connection, email) DO NOTHING
    """
)
_PEOPLE: Final = text(
    f"""
    SELECT {_COLUMNS}, p.invited_by, p.invited_at, p.signed_in_at FROM portal_person p
    WHERE p.municipality = :municipality AND p.connection = :connection ORDER BY p.email
    """
)
_REMOVE: Final = text(
    """
    DELETE FROM portal_person
    WHERE municipality = :municipality AND connection = :connection AND email = :email RETURNING id
    """
)
_BY_ADDRESS: Final = text(
    f"""
    SELECT {_COLUMNS} FROM portal_person p
    WHERE p.email = :email
      AND (SELECT count(*) FROM portal_link l WHERE l.person = p.id AND l.created_at > :lately) < :at_once
      AND (SELECT count(*) FROM portal_link l WHERE l.person = p.id AND l.created_at > :yesterday) < :a_day
    ORDER BY p.municipality, p.connection
    """
)
_BY_ID: Final = text(f"SELECT {_COLUMNS} FROM portal_person p WHERE p.id = :id")
_LINK: Final = text(
    "INSERT INTO portal_link (key_sha256, person, created_at, expires_at) VALUES (:key, :person, :now, :expires)"
)
_LOOK: Final = text(
    f"""
    SELECT {_COLUMNS} FROM portal_link l JOIN portal_person p ON p.id = l.person
    WHERE l.key_sha256 = :key AND l.used_at IS NULL AND l.expires_at > :now
    """
)
_USE: Final = text(
    """
    UPDATE portal_link SET used_at = :now
    WHERE key_sha256 = :key AND used_at IS NULL AND expires_at > :now RETURNING person
    """
)
_USE_UP: Final = text("UPDATE portal_link SET used_at = :now WHERE person = :person AND used_at IS NULL")
_SIGNED_IN: Final = text(
    f"UPDATE portal_person p SET state = 'active', signed_in_at = :now WHERE p.id = :id RETURNING {_COLUMNS}"
)
_START: Final = text(
    """
    INSERT INTO portal_session (id_sha256, person, csrf, created_at, seen_at, expires_at)
    VALUES (:id, :person, :csrf, :now, :now, :expires)
    """
)
_FIND: Final = text(
    f"""
    SELECT {_COLUMNS}, s.csrf, s.seen_at FROM portal_session s JOIN portal_person p ON p.id = s.person
    WHERE s.id_sha256 = :id AND s.expires_at > :now AND s.seen_at > :idle
    """
)
_TOUCH: Final = text("UPDATE portal_session SET seen_at = :now WHERE id_sha256 = :id")
_END: Final = text("DELETE FROM portal_session WHERE id_sha256 = :id")
_PRUNE: Final = (
    "DELETE FROM portal_session WHERE expires_at <= :now OR seen_at <= :idle",
    "DELETE FROM portal_link WHERE created_at <= :yesterday",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a vendor, for one connection of one municipality."""

    id: str
    municipality: str
    connection: str
    name: str
    email: str
    language: Language
    state: str


@dataclass(frozen=True, slots=True)
class Session:
    person: Person
    csrf: str


def normal(email: str) -> str:
    """Addresses are compared without their letters' case."""
    return email.strip().lower()


async def invite(
    conn: AsyncConnection, municipality: str, connection: str, name: str, email: str, language: str, by: str,
    now: datetime,
) -> str | None:  # fmt: skip
    """A person who may sign in; its id, None where that address is there already."""
    id_ = ids.new("person")
    values = {"id": id_, "municipality": municipality, "connection": connection, "name": name, "by": by, "now": now}
    made = await conn.execute(_INVITE, values | {"email": normal(email), "language": language})
    return id_ if made.rowcount else None


async def people(conn: AsyncConnection, municipality: str, connection: str) -> Sequence[Row[Any]]:
    """Those of a connection, with who invited them and when they last came."""
    return (await conn.execute(_PEOPLE, {"municipality": municipality, "connection": connection})).all()


async def remove(conn: AsyncConnection, municipality: str, connection: str, email: str) -> bool:
    """The person, their links, sessions and mails; whether there was one."""
    where = {"municipality": municipality, "connection": connection, "email": normal(email)}
    person = await conn.scalar(_REMOVE, where)
    if person is None:
        return False
    for table in ("portal_link", "portal_session", "portal_mail"):
        await conn.execute(text(f"DELETE FROM {table} WHERE person = :person"), {"person": person})
    return True


async def to_be_let_in(conn: AsyncConnection, email: str, now: datetime) -> list[Person]:
    """Who has that address, without those who were sent too many links."""
    when = {"lately": now - LINK_HOLDS, "yesterday": now - timedelta(days=1)}
    limits = {"at_once": LINKS_AT_ONCE, "a_day": LINKS_A_DAY}
    rows = await conn.execute(_BY_ADDRESS, {"email": normal(email)} | when | limits)
    return [Person(*row) for row in rows]


async def person(conn: AsyncConnection, id_: str) -> Person | None:
    row = (await conn.execute(_BY_ID, {"id": id_})).one_or_none()
    return Person(*row) if row else None


async def new_link(conn: AsyncConnection, person_id: str, now: datetime) -> str:
    """The key of a way in, which nobody can read here again."""
    key = secrets.token_urlsafe(32)
    values = {"key": _sha256(key), "person": person_id, "now": now, "expires": now + LINK_HOLDS}
    await conn.execute(_LINK, values)
    return key


async def whose_link(conn: AsyncConnection, key: str, now: datetime) -> Person | None:
    """Whom a key would let in; it is not used up by looking."""
    row = (await conn.execute(_LOOK, {"key": _sha256(key), "now": now})).one_or_none()
    return Person(*row) if row else None


async def let_in(conn: AsyncConnection, key: str, now: datetime) -> tuple[Person, str] | None:
    """Uses a key up, and all others of its person: the person and a new session's cookie."""
    who = await conn.scalar(_USE, {"key": _sha256(key), "now": now})
    if who is None:
        return None
    await conn.execute(_USE_UP, {"person": who, "now": now})
    row = (await conn.execute(_SIGNED_IN, {"id": who, "now": now})).one_or_none()
    if row is None:  # removed since
        return None
    await prune(conn, now)
    cookie = secrets.token_urlsafe(32)
    values = {"id": _sha256(cookie), "person": who, "csrf": secrets.token_urlsafe(32), "now": now}
    await conn.execute(_START, values | {"expires": now + LONGEST})
    return Person(*row), cookie


async def session(conn: AsyncConnection, cookie: str, now: datetime) -> Session | None:
    """Who is signed in; None after `IDLE` without a page, after `LONGEST`, for a removed person."""
    id_ = _sha256(cookie)
    row = (await conn.execute(_FIND, {"id": id_, "now": now, "idle": now - IDLE})).one_or_none()
    if row is None:
        return None
    *who, csrf, seen_at = row
    if now - seen_at > _TOUCHED:
        await conn.execute(_TOUCH, {"id": id_, "now": now})
    return Session(Person(*who), csrf)


async def end(conn: AsyncConnection, cookie: str) -> None:
    """Sign out."""
    await conn.execute(_END, {"id": _sha256(cookie)})


async def prune(conn: AsyncConnection, now: datetime) -> None:
    """Forgets sessions that are over, and links of which no limit asks any more."""
    for statement in _PRUNE:
        names = {"now": now, "idle": now - IDLE, "yesterday": now - timedelta(days=1)}
        await conn.execute(text(statement), {name: at for name, at in names.items() if f":{name}" in statement})


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
