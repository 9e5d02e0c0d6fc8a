"""The yearly calendar of recurring work (V10): a file of rules, and the windows that they make of a year.

Times are local times of the municipality. One that the clocks jump over in spring is read as an hour later; of one that
comes twice in autumn a window begins at the first and ends at the second.
"""

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from contracts.directory.base import Id, Model, Text, TimeOfDay
from contracts.directory.calendar import WEEKDAYS, Weekday
from contracts.directory.findings import Finding, refer, twice
from contracts.directory.model import Directory
from contracts.values import PartyId, WorkEffect

LONGEST_WORK = timedelta(days=30)
"""What takes longer is several works, or no window that people can plan by."""
_A_COMMON_YEAR = 2027
Month = Annotated[int, Field(ge=1, le=12)]


class When(Model):
    """On which days of a year the work begins, and between which times it is done. One of the three ways is written."""

    months: tuple[Month, ...] = ()
    """With `weekday` and `nth`, or with `day`: the months, 1–12."""
    weekday: Weekday | None = None
    """With `months` and `nth`, or with `week`."""
    nth: Literal[1, 2, 3, 4, "last"] | None = None
    """Which one of these weekdays in the month."""
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    """The day of each month."""
    week: Annotated[int, Field(ge=1, le=52)] | None = None
    """The ISO week, as calendars in Sweden count them."""
    opens: TimeOfDay
    """When the work begins, local time."""
    closes: TimeOfDay
    """When it is done, local time."""
    days_later: Annotated[int, Field(ge=0, le=LONGEST_WORK.days)] = 0
    """How many midnights lie between; 1 for a night's work."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = {
            ("months", "weekday", "nth"): (bool(self.months), self.weekday, self.nth),
            ("months", "day"): (bool(self.months), self.day),
            ("week", "weekday"): (self.week, self.weekday),
        }
        names = ("weekday", "nth", "day", "week")
        written = {name for name in names if getattr(self, name) is not None} | ({"months"} if self.months else set())
        if not any(written == set(way) and all(values) for way, values in ways.items()):
            raise ValueError("write months, weekday and nth; or months and day; or week and weekday")
        if self.day is not None:
            short = [m for m in self.months if self.day > calendar.monthrange(_A_COMMON_YEAR, m)[1]]
            if short:
                raise ValueError(f"month {short[0]} does not have a day {self.day} every year")
        if self.days_later == 0 and self.closes <= self.opens:
            raise ValueError("ends before it begins: write days_later where it goes on past midnight")
        return self

    def days(self, year: int) -> Iterator[tuple[str, date]]:
        """The days on which it begins, each with what tells it from the others of that year."""
        if self.week is not None and self.weekday is not None:
            yield f"{year}-v{self.week:02d}", date.fromisocalendar(year, self.week, WEEKDAYS.index(self.weekday) + 1)
            return
        for month in self.months:
            yield f"{year}-{month:02d}", self._in_month(year, month)

    def _in_month(self, year: int, month: int) -> date:
        if self.day is not None:
            return date(year, month, self.day)
        if self.weekday is None or self.nth is None:
            raise ValueError("neither a day nor a weekday")  # refused when the file was read
        of_month = [week[WEEKDAYS.index(self.weekday)] for week in calendar.monthcalendar(year, month)]
        found = [day for day in of_month if day]
        return date(year, month, found[-1] if self.nth == "last" else found[self.nth - 1])


class RecurringWork(Model):
    """One work that comes back every year."""

    id: Id
    """Name of the rule: with year and month or week it names each of its windows, which is planned once."""
    text: Text
    """What is done, in plain words: teachers read it."""
    services: tuple[Id, ...] = Field(min_length=1)
    """Services that notice it."""
    schools: tuple[Id, ...] = ()
    """Schools that notice it; none: all."""
    effect: WorkEffect
    """down, interruptions, slow; none: nobody should notice, so that a fault meanwhile is one like any other."""
    vendor: PartyId | None = None
    """The vendor that does it."""
    when: When
    """Its days and times."""


class WorkCalendar(Model):
    """A municipality's yearly cycle of recurring work."""

    municipality: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    """Id of the municipality."""
    work: tuple[RecurringWork, ...] = Field(min_length=1)
    """The rules."""


@dataclass(frozen=True, slots=True)
class Window:
    """One window that a rule makes of a year."""

    external_id: str
    rule: RecurringWork
    position: int
    """Of the rule in the file, from 0."""
    starts_at: datetime
    ends_at: datetime


def windows(recurring: WorkCalendar, year: int, zone: ZoneInfo) -> list[Window]:
    """All windows that begin in the year (an ISO week's: that belong to it), in the order of their beginnings."""
    made = (
        Window(f"{rule.id}-{name}", rule, position, *_times(rule.when, day, zone))
        for position, rule in enumerate(recurring.work)
        for name, day in rule.when.days(year)
    )
    return sorted(made, key=lambda window: (window.starts_at, window.external_id))


def _times(when: When, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return local_time(day, when.opens, zone), local_time(day + timedelta(days=when.days_later), when.closes, zone, 1)


def local_time(day: date, clock: str, zone: ZoneInfo, fold: Literal[0, 1] = 0) -> datetime:
    """A local time of day ("24:00" is the end of it); one that does not exist is the hour after it."""
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    local = datetime.combine(day, time.fromisoformat(clock), zone)
    skipped = exists(local) is False
    return local.replace(fold=0 if skipped else fold).astimezone(UTC).astimezone(zone)


def exists(local: datetime) -> bool:
    """Whether a clock on the wall ever shows it: not in the hour that is jumped over in spring."""
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)


def check_work(recurring: WorkCalendar, directory: Directory | None) -> Iterable[Finding]:
    """Rules with the same id, longer than a window may be, or of what the directory does not know."""
    yield from twice(((("work", i, "id"), rule.id) for i, rule in enumerate(recurring.work)), "work")
    for i, rule in enumerate(recurring.work):
        if rule.when.days_later == LONGEST_WORK.days and rule.when.closes > rule.when.opens:
            yield Finding(("work", i, "when", "closes"), f"longer than {LONGEST_WORK.days} days")
    if directory is None:
        return
    if recurring.municipality != directory.id:
        yield Finding(("municipality",), f"the file is {recurring.municipality!r}'s, not {directory.id!r}'s")
    for i, rule in enumerate(recurring.work):
        for j, service in enumerate(rule.services):
            yield from refer("service", ("work", i, "services", j), service, directory.services_by_id)
        for j, school in enumerate(rule.schools):
            yield from refer("school", ("work", i, "schools", j), school, directory.schools_by_id)
        if rule.vendor is not None:
            vendors = [party for party in directory.parties if party.startswith("vendor:")]
            yield from refer("vendor", ("work", i, "vendor"), rule.vendor, vendors)
