"""Checks of what is promised and decided: calendars, agreements, policies, the matrix."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from contracts.directory.calendar import HORIZON, Calendar, OpenHours
from contracts.directory.errors import Loc
from contracts.directory.findings import Finding, Names, refer
from contracts.directory.model import DEFAULT_RULE, Directory
from contracts.directory.rules import HandOver, Notify
from contracts.directory.ties import ties

MOST_RULES = 1000
"""Every pair is looked at for a tie; nobody reads a longer matrix either."""
RESERVED_RULES = frozenset({DEFAULT_RULE, "request", "returned", "taken_back", "failed", "reopened"})
"""Words that stand in an assignment's `rule` where no written rule made it."""


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


def _minutes_a_week(calendar: Calendar) -> int:
    def minutes(clock: str) -> int:
        return int(clock[:2]) * 60 + int(clock[3:])

    return sum(len(h.days) * max(0, minutes(h.closes) - minutes(h.opens)) for h in calendar.hours)


def agreements(directory: Directory, names: Names) -> Iterator[Finding]:
    for i, agreement in enumerate(directory.agreements):
        yield from refer("calendar", ("agreements", i, "calendar"), agreement.calendar, names.calendars)
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


def policies(directory: Directory, names: Names) -> Iterator[Finding]:
    for i, policy in enumerate(directory.policies):
        for j, step in enumerate(policy.steps):
            if isinstance(step, HandOver):
                yield from _steps(directory, names, ("policies", i, "steps", j, "vendor"), (step.vendor,))
            elif isinstance(step, Notify):
                yield from _steps(directory, names, ("policies", i, "steps", j, "parties"), step.parties)


def _steps(directory: Directory, names: Names, loc: Loc, steps: Iterable[str]) -> Iterator[Finding]:
    """Parties that nobody knows, that can't be reached, or that are named twice."""
    steps = tuple(steps)
    for i, step in enumerate(steps):
        at = (*loc, i)
        if step in steps[:i]:
            yield Finding(at, f"{step!r} is named twice")
        if step in ("local", "local:pedagogical", "coordinator"):
            continue
        yield from refer("party", at, step, names.parties)
        vendor = directory.vendors_by_party.get(step)
        if vendor is not None and vendor.connection is None:
            yield Finding(at, f"{step!r} has no connection, so nothing can be handed to it")


def matrix(directory: Directory, names: Names) -> Iterator[Finding]:
    known = {"service": names.services, "device_class": names.device_classes, "school": names.schools}
    for i, rule in enumerate(directory.matrix):
        if rule.id in RESERVED_RULES:
            yield Finding(("matrix", i, "id"), f"{rule.id!r} is a word of Eskalera's own: choose another id")
        for field, options in known.items():
            for j, value in enumerate(rule.when.written.get(field, ())):
                yield from refer(field.replace("_", " "), ("matrix", i, "when", field, j), str(value), options)
        yield from _steps(directory, names, ("matrix", i, "path"), rule.path)
        yield from _steps(directory, names, ("matrix", i, "informs"), rule.informs)
        if rule.agreement is not None:
            yield from refer("agreement", ("matrix", i, "agreement"), rule.agreement, names.agreements)
        if rule.policy is not None:
            yield from refer("policy", ("matrix", i, "policy"), rule.policy, names.policies)
    if len(directory.matrix) > MOST_RULES:
        yield Finding(("matrix", MOST_RULES), f"more than {MOST_RULES} rules: write lists of values in fewer ones")
        return
    for first, second, overlap in ties(directory):
        yield Finding(
            ("matrix", second, "when"),
            f"rules {directory.matrix[first].id!r} and {directory.matrix[second].id!r} tie: both write "
            f"{directory.matrix[second].when.specificity} fields and both hold for {overlap}; "
            "narrow one of them, or write a more specific rule for just that",
        )
