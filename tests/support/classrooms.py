"""A small municipality for grouping, and reports and engines made in one line each."""

from datetime import UTC, datetime, timedelta
from typing import Any

from grouping import Engine, Fact, Linked, Opened, Report, School, Service, Surroundings

NOON = datetime(2026, 10, 5, 10, tzinfo=UTC)
SERVICES = tuple(
    Service(id_, names)
    for id_, names in {
        "wifi": ("Trådlöst nät",),
        "internet": ("Internet",),
        "login": ("Inloggning och konton",),
        "learning_platform": ("Lärnavet", "lärnavet"),
        "schedule_absence": ("Tidvis", "tidvis"),
        "email": ("E-post",),
        "printing": ("Utskrift",),
        "classroom_display": ("Skärm i klassrummet",),
        "pupil_computer": ("Elevdator",),
        "staff_computer": ("Personaldator",),
        "tablet": ("Surfplatta",),
        "other": ("Annat",),
    }.items()
)
SCHOOLS = tuple(
    School(f"skola-{letter}", (f"Skola {letter.upper()}",), f"EK{letter.upper()}") for letter in "abcdefghij"
)
AROUND = Surroundings(
    "v1", services=SERVICES, schools=SCHOOLS, device_services={"PR": "printing", "PC": "staff_computer"}
)


def report(ticket: str, title: str = "", minutes: float = 0, **fields: Any) -> Report:
    """A fault at school a, by a person of its own, so many minutes after noon."""
    given: dict[str, Any] = {"kind": "incident", "school": "skola-a", "reporter": f"person-{ticket}"} | fields
    return Report(ticket=ticket, title=title, occurred_at=NOON + timedelta(minutes=minutes), **given)


def alone(reported: Report) -> tuple[Fact, Fact]:
    """The report on an incident of its own, `in_<ticket>`."""
    incident = f"in_{reported.ticket}"
    return Opened(incident, reported.kind, reported.service or "other", reported.school), Linked(incident, reported)


def engine(*facts: Fact | tuple[Fact, ...], around: Surroundings = AROUND) -> Engine:
    """An engine that observed these."""
    made = Engine(around)
    for fact in facts:
        for one in fact if isinstance(fact, tuple) else (fact,):
            made.observe(one)
    return made
