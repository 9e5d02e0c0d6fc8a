"""Who does what: the answer for one kind of case, and the whole list below it."""

from dataclasses import dataclass

from chassis.look.parts import BLANK, EmptyState, Field, Option
from chassis.look.words import Say, Words
from contracts.directory.overview import Overview


@dataclass(frozen=True, slots=True)
class ReachedAt:
    """A party, and how one gets hold of it besides Eskalera."""

    name: Words
    phone: str = ""
    email: str = ""
    about: tuple[Words, ...] = ()
    """Schools that a team helps, services that a vendor delivers."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is, what is promised, and how it goes further."""

    about: tuple[Words, ...]
    """What was asked: school, service, kind, urgency."""
    first: ReachedAt
    reason: Words
    then: tuple[Words, ...]
    told: Words | None
    promised: Words
    agreement: Words | None
    """None: no times are promised, so there is none."""
    calendar: Words
    note: Words | None
    agreed: tuple[Words, ...]
    steps: tuple[Words, ...]
    also: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class UrgencyTable:
    """Urgency 1–4 of each need (a row) and impact (a column)."""

    impacts: tuple[Words, ...]
    rows: tuple[tuple[Words, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class WhoPage:
    """`who.html`, GET `/vem-gor-vad` with school, kind, service, urgency."""

    schools: tuple[Option, ...]
    services: tuple[Option, ...]
    urgencies: tuple[Option, ...]
    urgency_table: UrgencyTable
    urgency_urls: tuple[str, ...]
    """Of this page with the same choices and urgency 1, 2, 3, 4."""
    overview: Overview
    central: tuple[ReachedAt, ...]
    local: tuple[ReachedAt, ...]
    vendors: tuple[ReachedAt, ...]
    school: Field = BLANK
    kind: Field = BLANK
    service: Field = BLANK
    urgency: Field = BLANK
    answer: Turn | None = None
    """None: something is still to be chosen."""
    empty: EmptyState | None = None
    """Instead of the list, where the municipality has not written who does what."""

    @property
    def errors(self) -> tuple[tuple[str, Say], ...]:
        """Field name and sentence, in the order of the page."""
        fields = ((name, getattr(self, name)) for name in ("school", "kind", "service", "urgency"))
        return tuple((name, field.error) for name, field in fields if field.error is not None)
