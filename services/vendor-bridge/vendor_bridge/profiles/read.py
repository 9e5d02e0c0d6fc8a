"""The profiles of vendors that come and look: a message is delivered by being there to be read."""

from collections.abc import Awaitable, Callable
from typing import Final

from vendor_bridge.profiles import Checkable, Letter, Misconfigured, Outcome, Profile, Taken, Testable
from vendor_bridge.store.directories import Way

READABLE: Final = 200

Announce = Callable[[Way, Letter], Awaitable[None]]
"""Tells whoever asked to be told that there is something to read. The same message may come twice."""


class ReadProfile:
    """`announce` is over before the message counts as delivered, so that nobody who listens misses it."""

    def __init__(self, announce: Announce | None = None) -> None:
        self._announce = announce

    async def deliver(self, way: Way, letter: Letter) -> Outcome:
        if self._announce is not None:
            await self._announce(way, letter)
        return Taken(READABLE)


class ByAddress:
    """A TMF621 connection with an address is followed in the vendor's server, one without reads ours."""

    def __init__(self, read: Profile, follow: Profile | None = None) -> None:
        self._read, self._follow = read, follow

    async def deliver(self, way: Way, letter: Letter) -> Outcome:
        if way.connection.url is None:
            return await self._read.deliver(way, letter)
        if self._follow is None:
            return Misconfigured("this installation does not follow tickets in a vendor's TMF621 server")
        return await self._follow.deliver(way, letter)

    async def test(self, way: Way, letter: Letter) -> Outcome:
        """Of a server that is followed, whether it lets us look; who reads ours needs no test."""
        if way.connection.url is None or not isinstance(self._follow, Testable):
            return Taken(READABLE)
        return await self._follow.test(way, letter)

    async def fault(self, way: Way) -> str | None:
        if way.connection.url is None or not isinstance(self._follow, Checkable):
            return None
        return await self._follow.fault(way)
