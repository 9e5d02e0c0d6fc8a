"""When a mail that the server put off is tried again, and when it is too late for it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Schedule:
    """Waits after a mail's own temporary refusals; the last one repeats until the span ends.

    `span`: how long after the fact it is still worth a mail. RFC 5321, 4.5.4.1: give up after four to five days.
    """

    waits: tuple[timedelta, ...] = (
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=15),
        timedelta(hours=1),
        timedelta(hours=4),
    )
    jitter: float = 0.2
    span: timedelta = timedelta(days=5)

    def next_at(
        self, attempts: int, now: datetime, spread: Callable[[float, float], float] = random.uniform
    ) -> datetime:
        """When to try again after the `attempts`-th refusal (1, 2, …)."""
        wait = self.waits[min(attempts, len(self.waits)) - 1]
        return now + wait * spread(1 - self.jitter, 1 + self.jitter)

    def is_too_late(self, planned_at: datetime, now: datetime) -> bool:
        return now - planned_at >= self.span


@dataclass(frozen=True, slots=True)
class Rest:
    """How long nothing is sent while the mail server is away: doubled at each failure in a row. No mail is blamed."""

    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(seconds=30)

    def after(self, failures: int) -> timedelta:
        """The rest after so many failures in a row (1, 2, …)."""
        return min(self.first * 2.0 ** min(failures - 1, 20), self.longest)
