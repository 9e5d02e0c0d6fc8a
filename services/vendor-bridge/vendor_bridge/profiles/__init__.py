"""What every way to a vendor has in common.

A profile puts one and the same message, `contracts.webhooks.Outgoing`, into the words of its protocol; what it hears it
puts into `contracts.webhooks.Incoming` and gives to `handlers.VendorSide.say`. What messages mean is known to neither:
that is `domain`. So every profile behaves alike, and one suite of tests holds for all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from contracts.bundle import Bundle
from contracts.webhooks import Outgoing
from vendor_bridge.store.directories import Way


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to go. The same `id` and `body` at every attempt; `traceparent` continues its cause's trace.

    `body`: the message as JSON. `bundle`: its bundle as JSON where the message only links to it.
    """

    id: str
    kind: str
    body: bytes
    traceparent: str | None
    bundle: bytes | None = None

    @property
    def message(self) -> Outgoing:
        return Outgoing.model_validate_json(self.body)

    @property
    def story(self) -> Bundle:
        """What the vendor does not have yet, inside the message or apart."""
        inside = self.message.data.bundle
        return inside if inside is not None else Bundle.model_validate_json(self.bundle or b"")


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


class ByProfile:
    """Each connection by its own profile."""

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        self._profiles = dict(profiles)

    async def deliver(self, way: Way, letter: Letter) -> Outcome:
        profile = self._profiles.get(way.connection.profile)
        if profile is None:
            return Misconfigured(f"this installation does not run the profile {way.connection.profile}")
        return await profile.deliver(way, letter)
