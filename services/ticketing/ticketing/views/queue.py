"""The queue: its rows, and what narrows it."""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.look.parts import EmptyState, Pages
from chassis.look.words import Say, Words
from ticketing.views.parts import ClockChip, Status


@dataclass(frozen=True, slots=True)
class Filter:
    """A link in the left column. `filter.<id>` is its word unless `label` is given."""

    id: str
    url: str
    count: int | None = None
    selected: bool = False
    label: Words | None = None
    more: bool = False
    """There are more than `count`: they were not counted."""


FILTERS = (
    "any",
    "all",
    "mine",
    "my_schools",
    "unassigned",
    "breached",
    "late_orders",
    "vendor",
    "vendor_silent",
    "waiting",
    "resolved",
)


@dataclass(frozen=True, slots=True)
class FilterGroup:
    title: Say
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class FoundReport:
    """The report by which a case was found."""

    number: str
    title: str = ""
    """Where the case is shown by another's."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One disturbance: clock chip · title · school/room · n tickets · holder · last word."""

    id: str
    url: str
    title: str
    place: Words
    tickets: int
    status: Status
    holder: Words
    clock: ClockChip | None
    last_word: Words
    last_by: Words
    last_at: datetime
    urgency: int = 3
    """1 (a lesson stands still) … 4."""
    last_is_step: bool = False
    """The last word is a sentence of ours about what the pill shows: left out where there is little room."""
    expected_at: date | None = None
    """The day on which an order is to be there …"""
    order_late: bool = False
    """… and whether that is over."""
    answered: bool = False
    """What staff asked has its answer, and nobody has acted on it yet."""
    wrote: bool = False
    """A reporter wrote something that nobody had asked for, and nobody has acted on it yet."""
    vendor_wrote: bool = False
    """A vendor wrote after the case was solved."""
    asks_us: bool = False
    """A vendor waits for the municipality's answer."""
    report: FoundReport | None = None
    """While one searches."""

    @property
    def pill_names_holder(self) -> bool:
        """Of several vendors the pill does not say which one."""
        return self.status in (Status.LOCAL, Status.CENTRAL)


@dataclass(frozen=True, slots=True)
class QueuePage:
    """`queue.html`. Filters and pages are plain links; `q` searches titles and numbers."""

    title: Say
    filters: tuple[FilterGroup, ...]
    rows: tuple[QueueRow, ...]
    pages: Pages
    empty: EmptyState
    query: str = ""
    anywhere: bool = False
    """Sought among all cases, newest first."""
    live: str | None = None
    """GET answers `fragments/queue.html` for the same filter: new rows are announced, known ones refreshed."""
