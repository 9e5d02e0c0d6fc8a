"""Who and what the example story is about, and how its ids, times and salts are made."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from contracts import ids, timeline
from contracts.events.base import Event
from contracts.values import Actor, Head

MUNICIPALITY = "malarvik"
SCHOOL = "ekbacken"

TICKET = ids.derived("ticket", "example", "wifi")
SECOND_TICKET = ids.derived("ticket", "example", "wifi", "colleague")
NUMBER = "MAL-2026-000123"
INCIDENT = ids.derived("incident", "example", "wifi")
OTHER_INCIDENT = ids.derived("incident", "example", "wifi", "library")
THIRD_TICKET = ids.derived("ticket", "example", "wifi", "library")
SUGGESTION = ids.derived("suggestion", "example", "wifi", "library")
HANDOFF = ids.derived("handoff", "example", "wifi")
QUESTION = ids.derived("question", "example", "wifi", "lamp")
STAFF_QUESTION = ids.derived("question", "example", "wifi", "entrance")
REPORTER_QUESTION = ids.derived("question", "example", "wifi", "cable")
FIRST_PROPOSAL = ids.derived("proposal", "example", "wifi", "restart")
PROPOSAL = ids.derived("proposal", "example", "wifi", "replace")
REPORTED_TICKET = ids.derived("ticket", "example", "wifi", "vendor")
ANNOUNCED_WORK = ids.derived("work", "example", "core router")
CLOCK = ids.derived("clock", "example", "wifi", "acknowledge")

LOCAL = "team:ekbacken"
COORDINATOR = "team:samordning"
VENDOR = "vendor:natleverantoren"
CONNECTION = "demo-vendor"

TEACHER = Actor(party="reporter", person="larare")
COLLEAGUE = Actor(party="reporter", person="larare-2")
TECHNICIAN = Actor(party=LOCAL, person="tekniker")
COORDINATOR_PERSON = Actor(party=COORDINATOR, person="samordnare")

_SUMMER_TIME = timezone(timedelta(hours=2))
Stated = TypeVar("Stated", bound=Event)


def moment(day: int, clock: str) -> datetime:
    """`clock` on that day of October 2026: the story begins on Monday the 5th."""
    return datetime.fromisoformat(f"2026-10-{day:02d}T{clock}").replace(tzinfo=_SUMMER_TIME)


def stated(type_: type[Stated], day: int, clock: str, /, because: Event | None = None, **fields: Any) -> Stated:
    """The story's event of that type, with the id that follows from it."""
    return type_(
        id=ids.derived("event", "example", type_.TYPE),
        at=moment(day, clock),
        municipality=MUNICIPALITY,
        caused_by=because.id if because else None,
        **fields,
    )


def request_id(kind: type[Event]) -> str:
    """The id of the story's command of that type."""
    return ids.derived("request", "example", kind.TYPE)


def message_id(name: str) -> str:
    """A vendor's or a mail's message id."""
    return ids.derived("message", "example", name)


def salts(seed: str) -> Iterator[str]:
    """Fixed salts instead of random ones: 32 hex digits each."""
    number = 0
    while True:
        yield ids.derived("entry", "salt", seed, number).removeprefix("en_")
        number += 1


def entry(case: str, after: timeline.Entry | None, draft: timeline.Draft) -> timeline.Entry:
    """The next entry of a chain, with fixed salts."""
    head: Head | None = timeline.head_of(after) if after else None
    source = salts(f"{case}/{head.seq if head else 0}")
    return timeline.append(case, head, draft, salt=lambda: next(source))
