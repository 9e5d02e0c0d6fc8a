"""Erasing what a ticket tells of its reporter: asked first, then what others wrote, for a person to look at."""

from dataclasses import dataclass

from chassis.look.parts import BLANK, Field, Option
from chassis.look.words import Say, Words
from ticketing.views.parts import TimelineItem


@dataclass(frozen=True, slots=True)
class OthersWords:
    """An entry that staff or a vendor wrote. `place`: what the form names it by; empty: it is not erased alone."""

    item: TimelineItem
    place: str = ""
    stays: Say = Say("erase.said_to_all")  # noqa: RUF009  (frozen)
    """Why it is not, and what to do."""


@dataclass(frozen=True, slots=True)
class ErasePage:
    """`erase.html`: POST `url` with `reason` and `sure`; POST `url`/text with `place`."""

    number: str
    title: str
    url: str
    back: str
    is_erased: bool
    reasons: tuple[Option, ...]
    reason: Field = BLANK
    sure: Field = BLANK
    error: Say | None = None
    others: tuple[OthersWords, ...] = ()

    @property
    def errors(self) -> tuple[tuple[str, Words], ...]:
        """(id of the field, what is wrong)."""
        found = (("reason", self.reason.error), ("sure", self.sure.error))
        return tuple((name, error) for name, error in found if error is not None)
