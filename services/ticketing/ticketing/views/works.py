"""Planned work: what is ahead, the form that plans it, one of them, the year."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chassis.look.parts import BLANK, Field, Option
from chassis.look.words import Say, Words
from ticketing.domain.names import as_sentence


class WorkState(StrEnum):
    """`work_state.<value>` is its word."""

    AHEAD = "ahead"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


EFFECTS = ("down", "interruptions", "slow", "none")
"""Values of the field `effect`: `effect.<value>` says what people notice."""


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """One line: what, when, of which services and schools."""

    title: Words
    starts: datetime
    ends: datetime
    services: tuple[Words, ...] = ()
    text: Words = ""
    """What people notice of it."""
    state: WorkState = WorkState.AHEAD
    schools: tuple[Words, ...] = ()
    """Empty: all."""
    url: str | None = None
    reason: Words = ""
    announced_by: Words = ""
    """The vendor, where it was announced by it."""

    @property
    def sentence(self) -> Words:
        """The title, so that another sentence can follow."""
        return as_sentence(self.title) if isinstance(self.title, str) else self.title


@dataclass(frozen=True, slots=True)
class WorksPage:
    """`works.html`, `/planerat`."""

    running: tuple[PlannedWork, ...]
    ahead: tuple[PlannedWork, ...]
    over: tuple[PlannedWork, ...]
    year: int
    may_plan: bool = False
    later: str | None = None
    """Address of the next ones ahead."""
    older: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """How the schools will read it, before it is planned."""

    work: PlannedWork
    schools: int
    everywhere: bool
    beside: tuple[PlannedWork, ...] = ()
    """What is planned already for one of its services at the same time."""


@dataclass(frozen=True, slots=True)
class PlanPage:
    """`plan.html`, POST to `/planerat/nytt`; `step` is preview, plan or edit."""

    key: str
    """Of a blank form: a double tap plans once."""
    services: tuple[Option, ...]
    schools: tuple[Option, ...]
    effects: tuple[Option, ...]
    vendors: tuple[Option, ...] = ()
    text: Field = BLANK
    starts: Field = BLANK
    ends: Field = BLANK
    effect: Field = BLANK
    vendor: Field = BLANK
    chosen_services: frozenset[str] = frozenset()
    chosen_schools: frozenset[str] = frozenset()
    services_error: Say | None = None
    schools_error: Say | None = None
    error: Say | None = None
    preview: Preview | None = None

    @property
    def errors(self) -> tuple[tuple[str, Words], ...]:
        """Field name and sentence, in the order of the page."""
        found = (
            ("text", self.text.error),
            ("services", self.services_error),
            ("schools", self.schools_error),
            ("starts", self.starts.error),
            ("ends", self.ends.error),
            ("effect", self.effect.error),
            ("vendor", self.vendor.error),
        )
        return tuple((name, error) for name, error in found if error is not None)


@dataclass(frozen=True, slots=True)
class WorkPage:
    """`work.html`, `/planerat/{id}`: POST to `<url>/flytta` (starts, ends, reason) and `<url>/stall-in` (reason).

    Both send `version`, which was read.
    """

    work: PlannedWork
    url: str
    may_change: bool
    version: str = ""
    vendor: Words = ""
    starts: Field = BLANK
    ends: Field = BLANK
    reason: Field = BLANK
    error: Say | None = None

    @property
    def errors(self) -> tuple[tuple[str, Words], ...]:
        """Field name and sentence."""
        found = (("starts", self.starts.error), ("ends", self.ends.error), ("reason", self.reason.error))
        return tuple((name, error) for name, error in found if error is not None)


@dataclass(frozen=True, slots=True)
class YearPage:
    """`year.html`, `/planerat/ar/{year}`: the year's cycle, made to be printed."""

    year: int
    months: tuple[tuple[str, tuple[PlannedWork, ...]], ...]
    """Name of the month, and what begins in it."""
    previous: str | None
    next: str | None
