"""A vendor's own words and ours: for a connection whose system has states, categories and priorities of its own."""

from typing import Literal

from pydantic import Field

from contracts.directory.base import Id, Model, Phrase
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


class Mapping(Model):
    """Left: the vendor's word; right: ours. What is not listed is kept as it came and shown, never dropped.

    Where several of its words mean one of ours, the first is the one that we send.
    """

    states: dict[Phrase, VendorState] = Field(default_factory=dict)
    """Its states: of a webhook or tmf621 connection; by mail and in the portal a vendor has none."""
    categories: dict[Phrase, Id] = Field(default_factory=dict)
    """Its categories: the service that they mean here."""
    places: dict[Phrase, Id] = Field(default_factory=dict)
    """Its places: the school that they mean here."""
    priorities: dict[Phrase, Urgency] = Field(default_factory=dict)
    """Its priorities: the urgency that they mean here, 1 (most urgent) to 4."""
