"""How urgent is it? What somebody needs and how many are hit, looked up in the municipality's own table.

A form asks the two questions with the names that stand here (`directory.urgencies.needs` and `.impacts`, in their
order) and has the answer from `urgency_of`. Nobody is asked for a number.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import Field

from contracts.directory.base import Id, Model, Text
from contracts.directory.rules import OneOrMore
from contracts.values import Urgency

if TYPE_CHECKING:
    from contracts.directory.model import Directory


class Choice(Model):
    """One answer to "how urgent?" or "how many?"."""

    id: Id
    name: Text
    """What the form shows: "Lektionen står still"."""
    hint: Text | None = None
    """A line below it, where the name does not say enough."""


class UrgencyRow(Model):
    """The urgency of every combination of these needs with these impacts."""

    need: OneOrMore[Id]
    """Needs, one or a list."""
    impact: OneOrMore[Id]
    """Impacts, one or a list."""
    urgency: Urgency
    """1 the lesson stands still, 2 hard to work, 3 one can work around it, 4 when there is time."""


class Urgencies(Model):
    """Urgency from need × impact; every combination has exactly one answer."""

    needs: tuple[Choice, ...] = Field(min_length=1, max_length=12)
    """What somebody needs, in the order of the form."""
    impacts: tuple[Choice, ...] = Field(min_length=1, max_length=12)
    """How many are hit, in the order of the form."""
    assumed: Id | None = None
    """The impact that a form begins with: one that takes nothing for less than it is. Left out: none, people answer."""
    rows: tuple[UrgencyRow, ...]
    """The answers; their order says nothing."""

    @cached_property
    def table(self) -> dict[tuple[str, str], int]:
        """Urgency by (need, impact)."""
        return {(need, impact): row.urgency for row in self.rows for need in row.need for impact in row.impact}


def urgency_of(directory: "Directory", need: str, impact: str) -> int:
    """Urgency 1–4 of a need and an impact by their ids; LookupError for one that the directory does not have."""
    try:
        return directory.urgencies.table[need, impact]
    except KeyError:
        raise LookupError(f"directory {directory.id!r} has no urgency for {need!r} and {impact!r}") from None


def _choice(name: str, sv: str, en: str) -> Choice:
    return Choice(id=name, name=Text(sv=sv, en=en))


def _row(need: str, impact: str | list[str], urgency: int) -> UrgencyRow:
    return UrgencyRow.model_validate({"need": need, "impact": impact, "urgency": urgency})


USUAL = Urgencies(
    needs=(
        _choice("lesson_now", "Lektionen står still", "The lesson has stopped"),
        _choice("exam", "Ett prov står still", "An exam has stopped"),
        _choice("work_around", "Går att jobba runt", "It can be worked around"),
        _choice("when_time", "När ni hinner", "When you have time"),
    ),
    impacts=(
        _choice("one_person", "En person", "One person"),
        _choice("class", "En klass eller grupp", "A class or group"),
        _choice("whole_school", "Hela skolan", "The whole school"),
    ),
    assumed="class",
    rows=(
        _row("lesson_now", "one_person", 2),
        _row("lesson_now", ["class", "whole_school"], 1),
        _row("exam", ["one_person", "class", "whole_school"], 1),
        _row("work_around", ["one_person", "class"], 3),
        _row("work_around", "whole_school", 2),
        _row("when_time", ["one_person", "class"], 4),
        _row("when_time", "whole_school", 3),
    ),
)
"""The table of a directory that writes none."""
