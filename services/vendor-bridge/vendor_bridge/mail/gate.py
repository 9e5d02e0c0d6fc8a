"""Who may come in to the mail server, how often, and how many at a time."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Limits:
    """What one sender, and all together, may ask of the server. Seconds; connections; mails."""

    idle: float = 60
    session: float = 300
    """However busy it looks: who sends a byte now and then must not hold a place."""
    connections: int = 100
    per_address: int = 10
    per_minute: int = 60
    """New connections of one address."""
    mails: int = 50
    """In one session."""
    contents: int = 10
    """Mails whose content is taken at the same time: it stays in memory until it is kept."""


@dataclass(slots=True)
class Gate:
    """Who is inside, and who came in the last minute. `trusted`: relays of the installation, for which nothing of one
    address holds.
    """

    limits: Limits
    trusted: Collection[Network] = ()
    clock: Callable[[], float] = time.monotonic
    _inside: Counter[str] = field(default_factory=Counter)
    _came: dict[str, deque[float]] = field(default_factory=dict)
    contents: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.contents = asyncio.Semaphore(self.limits.contents)

    def enter(self, address: str) -> bool:
        """Whether one more may come in; who may must `leave`."""
        if self._inside.total() >= self.limits.connections:
            return False
        if not self._is_trusted(address) and not self._may(address):
            return False
        self._inside[address] += 1
        return True

    def leave(self, address: str) -> None:
        self._inside[address] -= 1
        if not self._inside[address]:
            del self._inside[address]

    def _may(self, address: str) -> bool:
        now = self.clock()
        self._came = {each: times for each, times in self._came.items() if times[-1] > now - 60}
        came = self._came.setdefault(address, deque(maxlen=self.limits.per_minute))
        is_often = len(came) == self.limits.per_minute and came[0] > now - 60
        if is_often or self._inside[address] >= self.limits.per_address:
            if not came:
                del self._came[address]
            return False
        came.append(now)
        return True

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.trusted)
