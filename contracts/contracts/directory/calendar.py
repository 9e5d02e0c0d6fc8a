"""Working time: when a promise's clock runs.

A calendar's open hours are local times of its zone; durations are real time that passes inside them, so a night on
which the clocks change is an hour longer or shorter and a promise is not.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from threading import Thread
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from contracts.directory.base import Id, Model, Text, TimeOfDay

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

HORIZON = timedelta(days=3 * 366)
"""No promise reaches further; a calendar that stays closed this long is a mistake in the file."""

Span = tuple[datetime, datetime]
"""Open from, open until; both in UTC."""


class NoWorkingTime(ValueError):
    """The calendar has too few open hours to hold the asked time."""


def is_zone(name: str) -> bool:
    """Whether it is an IANA time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return False
    return True


def _known_zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError(f"{name!r} is no time zone: write it such as 'Europe/Stockholm'")
    return name


TimeZone = Annotated[
    str, AfterValidator(_known_zone), Field(description="IANA time zone", examples=["Europe/Stockholm"])
]


class OpenHours(Model):
    """One open span on some days of the week."""

    days: tuple[Weekday, ...] = Field(min_length=1)
    """Days of the week it holds on."""
    opens: TimeOfDay
    """First minute of service."""
    closes: TimeOfDay
    """End of service, later than `opens`; a night is two spans, 22:00–24:00 and 00:00–06:00."""


class Break(Model):
    """Days with other hours than usual: school breaks, half days before holidays, planning days."""

    name: Text
    """What the days are called; shown where a clock waits for them."""
    first_day: date
    """First day, included."""
    last_day: date
    """Last day, included."""
    hours: tuple[OpenHours, ...] = ()
    """Hours on these days; none means closed. Holidays inside the break stay closed."""


class Calendar(Model):
    """When a party works."""

    id: Id
    name: Text
    """Name that people read: "Kontorstid 07.00–16.30"."""
    time_zone: TimeZone = "Europe/Stockholm"
    """Zone of the hours; the municipality's own where nothing else is written."""
    hours: tuple[OpenHours, ...] = Field(min_length=1)
    """The ordinary week."""
    holidays: Literal["SE", "none"] = "SE"
    """SE: closed on Swedish public holidays and the de-facto ones (midsummer's, Christmas and New Year's Eve)."""
    breaks: tuple[Break, ...] = ()
    """Days that differ; where two overlap the later in the list holds."""

    @cached_property
    def memo(self) -> dict[date, tuple[Span, ...]]:
        """Spans already worked out, by local day; the calendar is frozen, so they stay true."""
        return {}

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone itself."""
        return ZoneInfo(self.time_zone)

    def spans(self, day: date) -> tuple[Span, ...]:
        """The open spans of one local day, in UTC, joined and in order."""
        known = self.memo.get(day)
        if known is None:
            known = self.memo[day] = tuple(_joined(self._spans(day)))
        return known

    def _spans(self, day: date) -> list[Span]:
        if self.holidays == "SE" and day in _swedish_holidays(day.year):
            return []
        hours = self.hours
        for other in self.breaks:
            if other.first_day <= day <= other.last_day:
                hours = other.hours
        weekday = WEEKDAYS[day.weekday()]
        return [(self._at(day, h.opens), self._at(day, h.closes)) for h in hours if weekday in h.days]

    def _at(self, day: date, clock: str) -> datetime:
        if clock == "24:00":
            day, clock = day + timedelta(days=1), "00:00"
        return datetime.combine(day, time.fromisoformat(clock), self.zone).astimezone(UTC)


def load_holidays() -> Thread:
    """Begins to load the table of holidays, a second of imports: a process' first case shall not wait for it."""
    loading = Thread(target=_load_holidays, name="holidays", daemon=True)
    loading.start()
    return loading


def _load_holidays() -> None:
    import holidays

    holidays.country_holidays("SE")


@cache
def _swedish_holidays(year: int) -> frozenset[date]:
    import holidays  # half a second to import: commands that count no time go without

    return frozenset(holidays.country_holidays("SE", years=year, categories=("public", "de_facto")))


def _joined(spans: list[Span]) -> Iterator[Span]:
    """Overlapping and touching spans as one."""
    current: Span | None = None
    for opens, closes in sorted(spans):
        if current is not None and opens <= current[1]:
            current = (current[0], max(current[1], closes))
        else:
            if current is not None:
                yield current
            current = (opens, closes)
    if current is not None:
        yield current


def _spans_from(calendar: Calendar, start: datetime) -> Iterator[Span]:
    """The open spans that end after `start`, cut to begin at it, day by day up to the horizon."""
    day = start.astimezone(calendar.zone).date()
    last = day + HORIZON
    while day <= last:
        for opens, closes in calendar.spans(day):
            if closes > start:
                yield max(opens, start), closes
        day += timedelta(days=1)


def add_working_time(calendar: Calendar, start: datetime, duration: timedelta) -> datetime:
    """The earliest moment at which `duration` of working time has passed since `start`; in the calendar's zone.

    `start` is an aware datetime; ValueError for a naive one or a negative duration, NoWorkingTime beyond the horizon.
    """
    if start.tzinfo is None:
        raise ValueError("start has no time zone")
    if duration < timedelta(0):
        raise ValueError("working time is never taken back")
    if not duration:
        return start.astimezone(calendar.zone)
    left = duration
    for opens, closes in _spans_from(calendar, start.astimezone(UTC)):
        if left <= closes - opens:
            return (opens + left).astimezone(calendar.zone)
        left -= closes - opens
    raise NoWorkingTime(f"calendar {calendar.id!r} is not open for {duration} within {HORIZON.days} days of {start}")


def working_time_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Working time from `start` to `end` (aware datetimes); zero where `end` is not later."""
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("start and end need a time zone")
    total, until = timedelta(0), end.astimezone(UTC)
    if until <= start:
        return total
    day, last = start.astimezone(calendar.zone).date(), until.astimezone(calendar.zone).date()
    begin = start.astimezone(UTC)
    while day <= last:
        for opens, closes in calendar.spans(day):
            total += max(timedelta(0), min(closes, until) - max(opens, begin))
        day += timedelta(days=1)
    return total


def next_opening(calendar: Calendar, moment: datetime) -> datetime:
    """`moment` itself while open, else the next time the calendar opens; in the calendar's zone."""
    for opens, _ in _spans_from(calendar, moment.astimezone(UTC)):
        return opens.astimezone(calendar.zone)
    raise NoWorkingTime(f"calendar {calendar.id!r} does not open within {HORIZON.days} days of {moment}")
