"""What every way to a vendor has in common.

A profile puts one and the same message, `contracts.webhooks.Outgoing`, into the words of its protocol; what it hears it
puts into `contracts.webhooks.Incoming` and gives to `handlers.VendorSide.say`. What messages mean is known to neither:
that is `domain`. So every profile behaves alike, and one suite of tests holds for all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable

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
    handoff: str | None = None

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
    """The vendor's system has it. `excerpt`: the beginning of its answer."""

    status: int
    excerpt: str = ""


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


@runtime_checkable
class Testable(Protocol):
    """A profile by which a message can be sent that is about no case."""

    async def test(self, way: Way, letter: Letter) -> Outcome: ...


@runtime_checkable
class Checkable(Protocol):
    """A profile that can say before anything is sent that nothing can be."""

    async def fault(self, way: Way) -> str | None:
        """What the installation lacks, or does not allow; None: it can be tried."""


@runtime_checkable
class Previewable(Protocol):
    """A profile that can show a request without making it."""

    async def preview(self, way: Way, letter: Letter) -> "Preview | Misconfigured": ...


@dataclass(frozen=True, slots=True)
class Preview:
    """The request that would be made; its body is the letter's."""

    method: str
    url: str
    headers: Mapping[str, str]


class ByProfile:
    """Each connection by its own profile."""

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        self._profiles = dict(profiles)

    async def deliver(self, way: Way, letter: Letter) -> Outcome:
        profile = self._profiles.get(way.connection.profile)
        if profile is None:
            return Misconfigured(f"this installation does not run the profile {way.connection.profile}")
        return await profile.deliver(way, letter)

    async def test(self, way: Way, letter: Letter) -> Outcome | None:
        """Sends a test; None where the profile has none."""
        profile = self._profiles.get(way.connection.profile)
        return await profile.test(way, letter) if isinstance(profile, Testable) else None

    def is_checkable(self, way: Way) -> bool:
        """Whether it can be known before anything is sent that nothing can be."""
        profile = self._profiles.get(way.connection.profile)
        return profile is None or isinstance(profile, Checkable)

    async def fault(self, way: Way) -> str | None:
        """Why nothing can be sent on this way, as far as it can be known before."""
        profile = self._profiles.get(way.connection.profile)
        if profile is None:
            return f"this installation does not run the profile {way.connection.profile}"
        return await profile.fault(way) if isinstance(profile, Checkable) else None

    async def preview(self, way: Way, letter: Letter) -> Preview | Misconfigured | None:
        """What would be sent; None where the profile cannot show it."""
        profile = self._profiles.get(way.connection.profile)
        return await profile.preview(way, letter) if isinstance(profile, Previewable) else None
