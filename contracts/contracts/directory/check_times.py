"""Checks of what is promised: calendars, agreements, urgencies."""

from collections.abc import Iterable, Iterator, Set
from datetime import date, timedelta
from itertools import pairwise, product

from contracts.directory.calendar import HORIZON, WEEKDAYS, Break, Calendar, OpenHours, Weekday
from contracts.directory.check_rules import parties
from contracts.directory.errors import Loc
from contracts.directory.findings import Finding, Names, refer, twice
from contracts.directory.model import Directory

MOST_DAYS_CLOSED = 183
"""Half a year: a summer is shorter, and no promise is to stand still longer."""


def calendars(directory: Directory) -> Iterator[Finding]:
    for i, calendar in enumerate(directory.calendars):
        hours: list[tuple[Loc, OpenHours]] = [(("calendars", i, "hours", j), h) for j, h in enumerate(calendar.hours)]
        for k, other in enumerate(calendar.breaks):
            hours += [(("calendars", i, "breaks", k, "hours", j), h) for j, h in enumerate(other.hours)]
            if other.last_day < other.first_day:
                yield Finding(("calendars", i, "breaks", k, "last_day"), "the last day is before the first")
            if other.last_day - other.first_day > timedelta(days=366):
                yield Finding(("calendars", i, "breaks", k, "last_day"), "a break lasts at most a year")
        for loc, open_hours in hours:
            if open_hours.closes <= open_hours.opens:
                yield Finding((*loc, "closes"), "closes before it opens: write a night as two spans")
        yield from _closed_too_long(calendar, ("calendars", i))


def _closed_too_long(calendar: Calendar, loc: Loc) -> Iterator[Finding]:
    """Breaks that follow each other until no promise is ever due: no day with a working hour for too long."""
    differing = {
        day: other
        for other in calendar.breaks
        for day in range(other.first_day.toordinal(), min(other.last_day.toordinal(), _year_after(other)) + 1)
    }
    open_days = {day for day, other in differing.items() if _weekday(day) in _days(other.hours)}
    ordinary = {day for day in _around(differing.keys()) if _weekday(day) in _days(calendar.hours)}
    for last, following in pairwise(sorted(open_days | ordinary)):
        closed = following - last - 1
        since = next((day for day in range(last + 1, following) if day in differing), None)
        if closed > MOST_DAYS_CLOSED and since is not None:
            at = next(k for k, o in enumerate(calendar.breaks) if o.first_day.toordinal() <= since <= _year_after(o))
            yield Finding(
                (*loc, "breaks", at),
                f"calendar {calendar.id!r} has no working hour for {closed} days from {date.fromordinal(last + 1)}: "
                "no promise counted in it would be due",
            )
            return


def _year_after(other: Break) -> int:
    return other.first_day.toordinal() + 366


def _weekday(day: int) -> Weekday:
    """Of a proleptic ordinal, as `date.toordinal` counts: day 1 was a Monday."""
    return WEEKDAYS[(day - 1) % 7]


def _days(hours: Iterable[OpenHours]) -> set[Weekday]:
    return {day for span in hours for day in span.days}


def _around(differing: Set[int]) -> Iterator[int]:
    """A week before and after each run of days that differ, without those days themselves."""
    edges = [day for day in differing if not {day - 1, day + 1} <= differing]
    return (day for edge in edges for day in range(edge - 7, edge + 8) if day not in differing)


def _minutes_a_week(calendar: Calendar) -> int:
    def minutes(clock: str) -> int:
        return int(clock[:2]) * 60 + int(clock[3:])

    return sum(len(h.days) * max(0, minutes(h.closes) - minutes(h.opens)) for h in calendar.hours)


def agreements(directory: Directory, names: Names) -> Iterator[Finding]:
    for i, agreement in enumerate(directory.agreements):
        yield from refer("calendar", ("agreements", i, "calendar"), agreement.calendar, names.calendars)
        at: Loc = ("agreements", i, "called_by")
        yield from parties(directory, names, at, agreement.called_by or ())
        if agreement.contracts_by is not None:
            yield from parties(directory, names, ("agreements", i, "contracts_by"), (agreement.contracts_by,))
        calendar = directory.calendars_by_id.get(agreement.calendar)
        if calendar is None:
            continue
        # Half of the weeks may be breaks and holidays, and a promise must still end within the horizon.
        room = timedelta(minutes=_minutes_a_week(calendar)) * (HORIZON / timedelta(weeks=2))
        for j, line in enumerate(agreement.promises):
            for key in ("acknowledge", "next_update", "resolve"):
                promised: timedelta | None = getattr(line, key)
                if promised is not None and promised > room:
                    loc = ("agreements", i, "promises", j, key)
                    yield Finding(loc, f"calendar {calendar.id!r} is open too little to ever keep this promise")


def urgencies(directory: Directory) -> Iterator[Finding]:
    """Every need with every impact exactly once."""
    asked = directory.urgencies
    needs, impacts = [need.id for need in asked.needs], [impact.id for impact in asked.impacts]
    yield from twice([(("urgencies", "needs", i, "id"), name) for i, name in enumerate(needs)], "need")
    yield from twice([(("urgencies", "impacts", i, "id"), name) for i, name in enumerate(impacts)], "impact")
    if asked.assumed is not None:
        yield from refer("impact", ("urgencies", "assumed"), asked.assumed, impacts)
    answered: set[tuple[str, str]] = set()
    for i, row in enumerate(asked.rows):
        loc: Loc = ("urgencies", "rows", i)
        for j, need in enumerate(row.need):
            yield from refer("need", (*loc, "need", j), need, needs)
        for j, impact in enumerate(row.impact):
            yield from refer("impact", (*loc, "impact", j), impact, impacts)
        for need, impact in product(row.need, row.impact):
            if (need, impact) in answered:
                yield Finding(loc, f"how urgent {need!r} with {impact!r} is stands in a row before already")
            answered.add((need, impact))
    for need, impact in product(dict.fromkeys(needs), dict.fromkeys(impacts)):
        if (need, impact) not in answered:
            yield Finding(("urgencies", "rows"), f"no row says how urgent {need!r} with {impact!r} is")
