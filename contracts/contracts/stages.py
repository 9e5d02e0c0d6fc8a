"""What may follow on what in an order: routing decides by it, pages offer it (V11)."""

from collections.abc import Mapping
from typing import Final

from contracts.values import NextStage, Stage

NEXT: Final[Mapping[Stage, tuple[NextStage, ...]]] = {
    "ordered": ("approved", "changed"),
    "approved": ("shipped", "received", "changed"),
    "shipped": ("received", "changed"),
    "changed": ("approved", "changed"),
    "received": ("discrepancy",),
    "discrepancy": ("shipped", "received", "approved", "changed"),
}
"""The likeliest first. Whoever changes an order needs its approval anew, so nothing is overruled in silence; what is
there is compared with what was ordered.
"""
TO_BE_TOLD: Final[frozenset[NextStage]] = frozenset({"changed", "discrepancy"})
"""What whoever ordered cannot understand without words about it."""
