"""What a vendor's system reads here of its own: its logs, and the stories of its hand-offs."""

from collections.abc import Mapping, Sequence

from contracts.bundle import linked
from vendor_bridge import signing
from vendor_bridge.applying import UnknownHandoff
from vendor_bridge.handlers.errors import NotApart
from vendor_bridge.handlers.proving import Proving
from vendor_bridge.outbound import story_again, whole_story
from vendor_bridge.refusals import Refusals
from vendor_bridge.store import attempts, inbound, received
from vendor_bridge.store.attempts import Attempt
from vendor_bridge.store.directories import Way
from vendor_bridge.store.refusals import Refusal


class Reading(Proving):
    """Each request is of the connection's share."""

    refusals: Refusals
    _public_url: str

    async def attempts(self, token: str, handoff: str | None, before: int | None, limit: int) -> Sequence[Attempt]:
        """The caller's own log of deliveries, the newest first. Raises BadToken, TooMany."""
        way = await self.spending_caller(token)
        async with self._engine.connect() as conn:
            name = way.connection.name
            return await attempts.page(conn, way.municipality, name, handoff=handoff, before=before, limit=limit)

    async def refused(self, token: str, before: int | None, limit: int) -> Sequence[Refusal]:
        """What came in the caller's name and was refused, the newest first. Raises BadToken, TooMany."""
        way = await self.spending_caller(token)
        return await self.refusals.page(way.municipality, way.connection.name, before=before, limit=limit)

    async def received(
        self, token: str, which: received.Which | None, after: received.Edge | None, limit: int
    ) -> Sequence[received.Received]:
        """What came in the caller's name, taken or refused, the newest first. Raises BadToken, TooMany."""
        way = await self.spending_caller(token)
        async with self._engine.connect() as conn:
            name = way.connection.name
            return await received.page(conn, way.municipality, name, which=which, after=after, limit=limit)

    async def bundle(self, token: str, handoff_id: str, message: str | None) -> bytes:
        """A hand-off's story for its vendor: what `message` linked to, else the whole.

        Raises BadToken, TooMany, UnknownHandoff, NotApart.
        """
        return await self._bundle(await self.spending_caller(token), handoff_id, message)

    async def bundle_signed(self, headers: Mapping[str, str], handoff_id: str, message: str) -> bytes:
        """The same for another Eskalera. NotSigned, TooMany, UnknownHandoff, NotApart."""
        way = await self.neighbour(headers, handoff_id, signing.asks_for(handoff_id, message))
        self.spend(way.connection.name)
        return await self._bundle(way, handoff_id, message)

    async def _bundle(self, way: Way, handoff_id: str, message: str | None) -> bytes:
        async with self._engine.begin() as conn:
            place = await inbound.place_of(conn, way, handoff_id)
            if place is None:
                raise UnknownHandoff
            if message is not None:
                apart = await inbound.bundle_of(conn, handoff_id, message)
                if apart is None:
                    raise NotApart
                if apart.content is not None:
                    return apart.content
                told = linked(await story_again(conn, self._directories, place, apart), self._public_url)
            else:
                told = await whole_story(conn, self._directories, place)
        return told.model_dump_json().encode()
