"""What may follow on what in an order: routing decides by it, pages offer it (V11)."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from contracts.values import NextStage, Stage

NEXT: Final[Mapping[Stage, tuple[NextStage, ...]]] = {
    "ordered": ("approved", "changed", "declined"),
    "approved": ("shipped", "received", "changed", "declined"),
    "shipped": ("received", "changed"),
    "changed": ("approved", "changed", "declined"),
    "received": ("discrepancy",),
    "discrepancy": ("shipped", "received", "approved", "changed"),
    "declined": ("approved", "changed", "declined"),
}
"""The likeliest first. Whoever changes an order needs its approval anew, so nothing is overruled in silence; what is
there is compared with what was ordered; what was declined and is opened again is decided anew.
"""
TO_BE_TOLD: Final[frozenset[NextStage]] = frozenset({"changed", "discrepancy", "declined"})
"""What whoever ordered cannot understand without words about it."""


def late_at(expected_at: date, time_zone: str) -> datetime:
    """When an order that is to be there on a day is late: as the day after begins. Then the coordinator is told."""
    return datetime.combine(expected_at + timedelta(days=1), time(), ZoneInfo(time_zone))
