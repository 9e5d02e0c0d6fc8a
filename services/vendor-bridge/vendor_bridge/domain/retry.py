"""When a message that was not taken is tried again: ten attempts over 75 hours, and then no longer ours alone (R16)."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Schedule:
    """Waits between attempts, spread by ±`jitter` so that a recovered vendor is not hit by all at once.

    `span` is wall time from a message's first failure; then the coordinator gets the hand-off.
    """

    waits: tuple[timedelta, ...] = (
        timedelta(seconds=5),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=5),
        timedelta(hours=10),
        timedelta(hours=14),
        timedelta(hours=20),
        timedelta(hours=24),
    )
    jitter: float = 0.2
    span: timedelta = timedelta(hours=91)
    longest_asked: timedelta = timedelta(hours=24)
    """A vendor's `Retry-After` beyond this is cut."""

    def next_at(
        self,
        attempts: int,
        now: datetime,
        asked: timedelta | None = None,
        spread: Callable[[float, float], float] = random.uniform,
    ) -> datetime:
        """When to try again after the `attempts`-th failed (1, 2, …); not before what the vendor `asked` for."""
        wait = self.waits[min(attempts, len(self.waits)) - 1] * spread(1 - self.jitter, 1 + self.jitter)
        if asked is not None:
            wait = max(wait, min(asked, self.longest_asked))
        return now + wait

    def is_used_up(self, first_failed_at: datetime, now: datetime) -> bool:
        return now - first_failed_at >= self.span


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """After `failures` in a row a connection rests; then one message tries it, and each failure doubles the rest."""

    failures: int = 5
    rest: timedelta = timedelta(seconds=30)
    longest_rest: timedelta = timedelta(minutes=15)

    def rest_after(self, failures: int) -> timedelta | None:
        """How long nothing is sent after so many failures in a row; None: go on."""
        over = failures - self.failures
        if over < 0:
            return None
        return min(self.rest * 2.0 ** min(over, 20), self.longest_rest)
