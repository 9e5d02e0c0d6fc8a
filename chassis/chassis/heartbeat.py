"""A sign of life of a loop, given only while it really turns."""

from __future__ import annotations

from time import monotonic
from typing import Final

# A rebalance may take 30 s, a statement that the database does not answer 33 s.
SILENCE: Final = 90.0


class Heartbeat:
    def __init__(self) -> None:
        self._last = monotonic()

    def beat(self) -> None:
        self._last = monotonic()

    def age(self) -> float:
        """Seconds since the last turn."""
        return monotonic() - self._last

    def is_alive(self) -> bool:
        return self.age() < SILENCE
