"""A vendor's own words and ours: for a connection whose system has states, categories and priorities of its own."""

from collections.abc import Mapping as Table
from typing import Annotated, Final, Literal, TypeGuard

from pydantic import Field, StringConstraints

from contracts.directory.base import Id, Model
from contracts.values import Urgency

VendorState = Literal[
    "acknowledged",
    "in_progress",
    "pending",
    "information_requested",
    "resolved",
    "returned",
    "closed",
]
"""How far a vendor says it has come, in our words, whatever its system calls it."""

PROTOCOL: Final[Table[str, VendorState]] = {
    "accepted": "acknowledged",
    "in_progress": "in_progress",
    "pending": "pending",
}
"""What the protocol's own message of a state may say, and what it means."""
LONGEST_WORD: Final = 100
Word = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^\S([\s\S]*\S)?$")]
"""Not one that is made right in silence: two that differ by a blank would become one, and the first be lost."""


def is_word(word: object) -> TypeGuard[str]:
    """Whether a vendor may call a state so."""
    return isinstance(word, str) and word.isprintable() and bool(word.strip()) and len(word) <= LONGEST_WORD


class Mapping(Model):
    """Left: the vendor's word, whatever its case; right: ours. What is not listed is kept as it came and shown, never
    dropped.

    Where several of its words mean one of ours, the first is the one that we send.
    """

    states: dict[Word, VendorState] = Field(default_factory=dict)
    """Its states, of at most 100 characters: of a webhook or tmf621 connection; by mail and in the portal a vendor has
    none. The protocol's own words (accepted, in_progress, pending) always mean the same by webhook."""
    categories: dict[Word, Id] = Field(default_factory=dict)
    """Its categories: the service that they mean here."""
    places: dict[Word, Id] = Field(default_factory=dict)
    """Its places: the school that they mean here."""
    priorities: dict[Word, Urgency] = Field(default_factory=dict)
    """Its priorities: the urgency that they mean here, 1 (most urgent) to 4."""
