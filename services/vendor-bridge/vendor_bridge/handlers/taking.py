"""One signed webhook: who sent it, what it says, and that it is no other message under a known id."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

from chassis.json_keys import repeated_key
from contracts.directory.mapping import PROTOCOL, is_word
from contracts.webhooks import (
    Incoming,
    OfHandoff,
    Outgoing,
    TrialMessage,
    is_cloud_event,
    message_of,
    parse_incoming,
    parse_outgoing,
)
from vendor_bridge.applying import Outdated, Receipt, UnknownHandoff
from vendor_bridge.domain import mapping
from vendor_bridge.domain.reports import Wrong
from vendor_bridge.handlers.errors import AnotherMessage, RepeatedKey
from vendor_bridge.handlers.proving import Proven
from vendor_bridge.handlers.saying import SaysIt
from vendor_bridge.peers import Peers
from vendor_bridge.store import inbound
from vendor_bridge.store import reports as stored
from vendor_bridge.store.directories import Way


class Taking(SaysIt):
    """A vendor's own message, or another Eskalera's."""

    peers: Peers

    async def take(self, connection: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """One signed webhook. Raises what `proven` and `take_of` raise."""
        return await self.take_of(await self.proven(connection, headers, body), headers, body)

    async def take_of(self, sender: Proven, headers: Mapping[str, str], body: bytes) -> Receipt:
        """One webhook of who is proven. Raises TooMany, RepeatedKey, AnotherMessage, ValidationError, Wrong, what `say`
        raises, and NotSigned where the directories have changed since.
        """
        self.spend(sender.connection)  # only of the proven: nobody else uses a vendor's share up
        message = parse_outgoing(body) if is_cloud_event(body) else await self._understood(sender, headers, body)
        _check_keys(body)
        if isinstance(message, OfHandoff):
            with suppress(Outdated):
                said = await self._say(
                    sender.connection, sender.municipalities, message, sender.name, body, sender.ways
                )
                return await self.no_other(said, sender.connection, sender.municipalities, sender.name, body)
        sender = await self._proven_now(sender.connection, headers, body)
        if isinstance(message, Outgoing | TrialMessage):
            # Its body may have lost what was erased meanwhile: the same id stays the same message.
            return await self._take_of_peer(sender.connection, sender.municipalities, message, sender.name, body)
        said = await self.say(sender.connection, sender.municipalities, message, sender.name, body)
        return await self.no_other(said, sender.connection, sender.municipalities, sender.name, body)

    async def _understood(self, sender: Proven, headers: Mapping[str, str], body: bytes) -> Incoming:
        """A vendor's message; a state in its own word means what the mapping of the case's municipality says."""
        data = mapping.state_changed(body) if b"status_changed" in body else None
        if data is None:
            return parse_incoming(body)
        if not _in_own_word(sender.ways, data):
            return message_of("status_changed", data)
        sender = await self._proven_now(sender.connection, headers, body)  # words may be listed since
        ways = [way for way in sender.ways if way.municipality in sender.municipalities]
        if len(ways) > 1:
            municipality = await self._municipality_of(sender, data.get("handoff"))
            ways = [way for way in ways if way.municipality == municipality]
        if not ways:
            raise UnknownHandoff
        words = ways[0].connection.mapping
        if not words.states:
            return message_of("status_changed", data)
        if "status" in data and not is_word(data["status"]):
            raise Wrong(("status", mapping.NO_WORD))
        return message_of(*mapping.in_ours(words, data))

    async def _municipality_of(self, sender: Proven, named: Any) -> str | None:
        """Whose the hand-off, or what the vendor reported, is that a message names; None: nobody's."""
        if not isinstance(named, str):
            return None
        async with self._engine.connect() as conn:
            if (found := await inbound.whose(conn, named)) is not None:
                return found[0]
            reported = await stored.place_of(conn, sender.connection, named)
        return reported.municipality if reported is not None else None

    async def no_other(
        self, receipt: Receipt, connection: str, municipalities: Collection[str], name: str, raw: bytes
    ) -> Receipt:
        """What `say` answered to the same arguments. Raises AnotherMessage where a repeat is none."""
        same = receipt.same
        if receipt.repeated and same is None:
            async with self._engine.connect() as conn:
                same = await inbound.is_same(conn, municipalities, connection, name, raw)
        if receipt.repeated and not same:
            raise AnotherMessage
        return receipt

    async def _take_of_peer(
        self, connection: str, signers: Collection[str], message: Outgoing | TrialMessage, name: str, body: bytes
    ) -> Receipt:
        """Another Eskalera hands over to this municipality, or says more of what it did."""
        way = await self._way_of(connection, signers, None)
        if isinstance(message, TrialMessage):
            return Receipt()
        taken = await self.peers.take(way, message, name, body)
        return Receipt(taken.repeated, taken.effects, ticket=taken.ticket)


def _in_own_word(ways: Sequence[Way], data: Mapping[str, Any]) -> bool:
    """Whether a state is none of the protocol's own, or is listed to mean another."""
    word = data.get("status")
    if not isinstance(word, str):
        return True
    return word not in PROTOCOL or any(mapping.listed(way.connection.mapping.states, word) for way in ways)


def _check_keys(body: bytes) -> None:
    """Of what is known to be JSON."""
    if (way := repeated_key(body)) is not None:
        raise RepeatedKey(way)
