"""How long, how often, how many: the figures of a consumer, and the limit that stops dead-lettering everything."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Policy:
    """A poison message holds its partition for batch_timeout + tries * message_timeout at the most: below 30 s."""

    batch: int = 500  # messages in one transaction
    gather: timedelta = timedelta(0)  # that a batch waits for more, where nobody waits for its effect
    batch_timeout: timedelta = timedelta(seconds=10)  # for one call of the handler
    tries: int = 3
    message_timeout: timedelta = timedelta(seconds=5)
    between_tries: timedelta = timedelta(milliseconds=200)
    retries: tuple[timedelta, ...] = (
        timedelta(seconds=10),
        timedelta(minutes=1),
        timedelta(minutes=10),
        timedelta(hours=1),
    )
    failures: int = 20  # more than these within `failures_within` stop the consumer
    failures_within: timedelta = timedelta(minutes=1)
    one_by_one: timedelta = timedelta(seconds=45)  # then the rest is read again, so that the group hears of us
    hold: timedelta = timedelta(seconds=15)  # that a rebalance waits for the batch in work
    poll: timedelta = timedelta(seconds=1)  # between looks for failed messages that are due
    longest_wait: timedelta = timedelta(seconds=5)  # between attempts while something is away


UNHURRIED: Final = Policy(gather=timedelta(milliseconds=100))
"""Where nobody looks at a page until the effect is there: a few larger batches cost less than many small ones."""


class DeadLetterLimitReached(Exception):
    """So many messages failed so quickly that the fault is likely ours: consuming stops."""


class DeadLetterLimit:
    """Counts messages that fail for the first time in a sliding window."""

    def __init__(self, most: int, within: timedelta, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._within = within.total_seconds()
        self._clock = clock
        self._failures: deque[float] = deque()
        self.reached = False

    def count(self) -> None:
        """Notes one more failure before it is recorded; raises DeadLetterLimitReached instead of the one too many."""
        now = self._clock()
        while self._failures and self._failures[0] <= now - self._within:
            self._failures.popleft()
        if self.reached or len(self._failures) >= self._most:
            self.reached = True
            raise DeadLetterLimitReached(f"more than {self._most} messages failed within {self._within:.0f} s")
        self._failures.append(now)

    def reset(self) -> None:
        self._failures.clear()
        self.reached = False
