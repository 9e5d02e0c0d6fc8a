"""Page sessions: the cookie is random and kept as its SHA-256 only, so that a copy of the table opens nothing."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.statements import Statement
from ticketing.store.tables import SESSION


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, and the token that this session's forms carry."""

    municipality: str
    person: str
    csrf: str


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


async def start(conn: AsyncConnection, municipality: str, person: str, now: datetime, lifetime: timedelta) -> str:
    """A new session; returns the cookie's value."""
    cookie = secrets.token_urlsafe(32)
    values = {
        "id_sha256": _digest(cookie),
        "municipality": municipality,
        "person": person,
        "csrf": secrets.token_urlsafe(32),
        "created_at": now,
        "expires_at": now + lifetime,
    }
    await conn.execute(delete(SESSION).where(SESSION.c.expires_at < now))
    await conn.execute(insert(SESSION), values)
    return cookie


_FIND = Statement(
    select(SESSION.c.municipality, SESSION.c.person, SESSION.c.csrf).where(
        SESSION.c.id_sha256 == bindparam("id"), SESSION.c.expires_at > bindparam("now")
    )
)


async def find(engine: AsyncEngine, cookie: str, now: datetime) -> Session | None:
    """The session of a cookie, unless it is over: asked by every page."""
    row = await _FIND.first(engine, {"id": _digest(cookie), "now": now})
    return Session(*row) if row else None


async def end(conn: AsyncConnection, cookie: str) -> None:
    """Sign out."""
    await conn.execute(delete(SESSION).where(SESSION.c.id_sha256 == _digest(cookie)))
