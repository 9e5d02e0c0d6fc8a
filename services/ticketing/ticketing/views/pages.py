"""The other pages: sign-in, the school's status, errors."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chassis.look.parts import BLANK, Field, Option
from chassis.look.words import Words
from ticketing.views.frame import initials
from ticketing.views.parts import Status
from ticketing.views.works import PlannedWork


@dataclass(frozen=True, slots=True)
class PersonChoice:
    id: str
    name: str
    role: Words
    place: Words

    @property
    def initials(self) -> str:
        return initials(self.name)


@dataclass(frozen=True, slots=True)
class SignInPage:
    """`sign_in.html`, only in demo mode: POST `action` with `person` and `next`."""

    municipality: Words
    action: str
    people: tuple[PersonChoice, ...]
    next: str = ""
    person: Field = BLANK
    others: tuple[tuple[Words, str], ...] = ()
    """Other municipalities of this installation: name, address."""


class Health(StrEnum):
    """`health.<value>` is its word; the icon differs too."""

    OK = "ok"
    SINGLE = "single"
    """Somebody's own case, as a forgotten password: the service itself works for the others."""
    ELSEWHERE = "elsewhere"
    """Other schools have reported what may hit this one."""
    TROUBLE = "trouble"
    DOWN = "down"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """● word · what · who holds it since · next word by."""

    service: Words
    health: Health
    what: Words | None = None
    holder: Words | None = None
    since: datetime | None = None
    next_update_by: datetime | None = None
    url: str | None = None
    more: int = 0
    """Further disturbances of the same service."""
    single: int = 0
    """Beside a disturbance: cases of single persons about the same service."""


@dataclass(frozen=True, slots=True)
class SolvedLine:
    title: Words
    service: Words
    solved_at: datetime
    status: Status = Status.RESOLVED
    text: Words = ""


@dataclass(frozen=True, slots=True)
class SchoolPage:
    """`school.html`, `/skolor/{school}`: lines worst first, then by name."""

    school: Words
    services: tuple[ServiceLine, ...]
    planned: tuple[PlannedWork, ...] = ()
    solved: tuple[SolvedLine, ...] = ()
    solved_single: int = 0
    """Single persons' cases that were solved, which are nobody else's to read."""
    schools: tuple[Option, ...] = ()
    """For those who see several schools: value is the page's address."""
    week: date | None = None
    live: str | None = None
    """GET answers `fragments/school.html`."""


class Failure(StrEnum):
    """What went wrong, as far as the person is concerned."""

    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    UNAVAILABLE = "unavailable"
    BAD_REQUEST = "bad_request"
    EXPIRED = "expired"
    CONFLICT = "conflict"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """`error.html`: what to do, and small the code for support."""

    failure: Failure
    code: int
    request_id: str = ""
    back: str | None = None
