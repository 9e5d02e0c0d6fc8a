"""What comes due today: the list of the desk."""

from dataclasses import dataclass
from datetime import datetime

from chassis.look.parts import EmptyState, Pages
from chassis.look.words import Say, Words
from ticketing.views.parts import ClockChip, Status
from ticketing.views.queue import Filter


@dataclass(frozen=True, slots=True)
class DayRow:
    """A disturbance of which a promise is due today or already late, or that goes further today."""

    id: str
    url: str
    title: str
    number: str
    place: Words
    tickets: int
    status: Status
    holder: Words
    """Who owes it: of a promise that somebody else made than who has the case, that one."""
    at: datetime
    """What of it comes first: the promise of `clock`, or without one, that it goes further."""
    clock: ClockChip | None
    next_step: Say | None
    urgency: int = 3


@dataclass(frozen=True, slots=True)
class DayPage:
    """`day.html`, `/ko/tider`: late ones first, then by time."""

    late: tuple[DayRow, ...]
    later: tuple[DayRow, ...]
    filters: tuple[Filter, ...]
    pages: Pages
    empty: EmptyState
    table: str
    """The address of the same list as CSV."""

    @property
    def whole(self) -> bool:
        """All of it is on this page."""
        return self.pages.previous is None and self.pages.next is None
