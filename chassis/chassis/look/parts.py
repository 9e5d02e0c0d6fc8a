"""The parts that pages of every service are made of: one dataclass per shared component."""

from dataclasses import dataclass
from enum import StrEnum

from chassis.look.words import Say, Words


class Tone(StrEnum):
    """The role of a colour; every use has an icon and a word beside it."""

    PLAIN = "plain"
    INFO = "info"
    OK = "ok"
    WATCH = "watch"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list or of choice cards."""

    value: str
    label: Words
    hint: Words | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """What a person put in a field and, after a failed try, what to do about it."""

    value: str = ""
    error: Words | None = None


BLANK = Field()


@dataclass(frozen=True, slots=True)
class Notice:
    tone: Tone
    text: Words
    title: Words | None = None
    link: str | None = None
    link_text: Say | None = None


@dataclass(frozen=True, slots=True)
class Toast:
    """Said once after a step. `undo` is the action of a POST that takes it back."""

    text: Say
    undo: str | None = None


@dataclass(frozen=True, slots=True)
class EmptyState:
    title: Say
    text: Say
    link: str | None = None
    link_text: Say | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """Pagination: addresses of the neighbours, None at an end."""

    first: int
    last: int
    total: int
    previous: str | None = None
    next: str | None = None
    more: bool = False
    """There are more than `total`: they were not counted."""
