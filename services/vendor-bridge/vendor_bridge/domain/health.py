"""How a way to a vendor stands, from what is known of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts.reasons import NOBODY_INVITED, UNREAD
from contracts.values import ConnectionHealth

BEHIND = timedelta(minutes=10)
"""A vendor that is tried and takes what it is owed this late is behind: the second retry has failed by then."""
UNINVITED = "uninvited"
RETOLD = timedelta(minutes=1)
"""How often a backlog that only grows or shrinks, or a vendor that just takes what it is sent, is told."""

Key = tuple[str, str]
"""(municipality, connection)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One connection: the pause, the breaker, what is owed, what is read, and how it was last told."""

    municipality: str
    connection: str
    paused_at: datetime | None = None
    trouble: str | None = None
    detail: str | None = None
    resting_until: datetime | None = None
    failures: int = 0
    """Messages in a row that were not taken; `detail`: why the last was not."""
    unread: int = 0
    """Tickets in the vendor's own server that could not be read when they were last looked at, and why one was not."""
    unread_reason: str | None = None
    backlog: int = 0
    oldest: datetime | None = None
    """From when the vendor waits for the first message that it should have."""
    last_taken: datetime | None = None
    refused_at: datetime | None = None
    """When something was last refused in its name, with how it was answered; `refused_lately`: how many in a day."""
    refused_status: int | None = None
    refused_reason: str | None = None
    refused_proven: bool | None = None
    refused_lately: int = 0
    refused_before: tuple[dict[str, Any], ...] = ()
    """(at, status, reason, proven) of those before it, the newest first."""
    held: int = 0
    """Mails that wait for somebody's decision, since when, and when the last was held back."""
    held_since: datetime | None = None
    held_at: datetime | None = None
    held_newest: tuple[dict[str, Any], ...] = ()
    """(mail, handoff, at, reason), the newest first."""
    stories: int = 0
    """Messages that wait for a story which could not be fetched from the vendor; 0 while each comes at once."""
    stories_since: datetime | None = None
    stories_reason: str | None = None
    stated_health: str | None = None
    stated_detail: str | None = None
    stated_since: datetime | None = None
    stated_backlog: int | None = None
    stated_stories: int | None = None
    stated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """In one word, with the reason for who mends it."""

    word: ConnectionHealth
    detail: str = ""


def health_of(standing: Standing, now: datetime) -> Health:
    """What a person did comes first, then what only a person can mend, then what passes by itself."""
    if standing.paused_at is not None:
        return Health("paused")
    if standing.trouble == "disabled":
        return Health("disabled", standing.detail or "")
    if standing.trouble == "misconfigured":
        return Health("misconfigured", standing.detail or "")
    if standing.resting_until is not None:
        return Health("resting", standing.detail or "")
    if standing.oldest is not None and now - standing.oldest >= BEHIND:
        return Health("behind", standing.detail or "")
    if standing.failures:
        return Health("failing", standing.detail or "")
    if standing.unread:
        return Health("failing", f"{UNREAD}: {standing.unread_reason}" if standing.unread_reason else UNREAD)
    return Health("well")


def counted_as(standing: Standing, health: Health) -> str:
    """As operators count it: a portal that nobody may sign in to yet troubles nobody before something waits there."""
    is_uninvited = health.word == "misconfigured" and health.detail.startswith(NOBODY_INVITED)
    return UNINVITED if is_uninvited and not standing.backlog else health.word


def since(standing: Standing, health: Health, now: datetime) -> datetime:
    """From when it stands so: as it was told, or from now on."""
    if health.word == "paused" and standing.paused_at is not None:
        return standing.paused_at
    if health.word == standing.stated_health and standing.stated_since is not None:
        return standing.stated_since
    return now


def is_news(standing: Standing, health: Health, now: datetime) -> bool:
    """Whether it is to be told: it stands otherwise than was told, what waits has grown or shrunk for a while, either
    way, or something was taken, refused or held back since.
    """
    if standing.stated_at is None or health.word != standing.stated_health:
        return True
    done = (standing.last_taken, standing.refused_at, standing.held_at)
    has_done = any(at is not None and at > standing.stated_at for at in done)
    is_same = standing.backlog == standing.stated_backlog and health.detail == standing.stated_detail
    is_same = is_same and standing.stories == (standing.stated_stories or 0)
    if is_same and not has_done:
        return False
    return now - standing.stated_at >= RETOLD
