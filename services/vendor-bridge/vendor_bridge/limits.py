"""How much a vendor may send and ask at a time: a bucket of tokens per connection, in each process.

Its webhooks, files, requests with its token and people's forms in the portal are all of one share: a token each. Reads
are no cheaper than the rest: a list of TMF621 costs the database more than a message.

TooMany             the bucket is empty, with the seconds until it is not
"""

import math
import time
from collections.abc import Callable

INBOUND_RATE = 50.0
INBOUND_BURST = 500
"""Of one connection: a second on the long run, and at once. A vendor's night's work fits in the burst."""
TOO_MANY = "The connection sends more than it may; send the same again later."


class TooMany(Exception):
    """`retry_after`: whole seconds."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(retry_after)

    @property
    def headers(self) -> dict[str, str]:
        """Of the answer."""
        return {"Retry-After": str(self.retry_after)}


class Buckets:
    """`rate` a second on the long run, `burst` at once. Only proven senders have one, so their number is bounded."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, name: str) -> None:
        """One of what `name` may send; raises TooMany."""
        now = self._clock()
        left, at = self._left.get(name, (float(self._burst), now))
        left = min(self._burst, left + (now - at) * self._rate)
        if left < 1:
            self._left[name] = left, now
            raise TooMany(math.ceil((1 - left) / self._rate))
        self._left[name] = left - 1, now
