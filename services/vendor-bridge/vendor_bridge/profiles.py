"""What every way to a vendor has in common. One protocol; `webhook` is the first, the others join it here."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from vendor_bridge.store.directories import Way


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to go. The same `id` and `body` at every attempt; `traceparent` continues its cause's trace."""

    id: str
    kind: str
    body: bytes
    traceparent: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """The vendor's system has it."""

    status: int


@dataclass(frozen=True, slots=True)
class NotTaken:
    """It has not, this time. `status` None: no answer came."""

    reason: str
    status: int | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Disabled:
    """The vendor wants no more messages (410): nothing is sent until someone turns the connection on again."""

    status: int


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """Nothing was sent: the installation lacks something, and says what."""

    reason: str


Outcome = Taken | NotTaken | Disabled | Misconfigured


class Profile(Protocol):
    """A way to deliver. Never raises for what the vendor or the network does."""

    async def deliver(self, way: Way, letter: Letter) -> Outcome: ...
