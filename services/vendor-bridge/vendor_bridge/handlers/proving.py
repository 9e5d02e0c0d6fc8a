"""Who it is that sends or asks: by a webhook's signature, a bearer token, or as another Eskalera, and how much."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from vendor_bridge import signing, tokens
from vendor_bridge.handlers.errors import BadId, NamesNoMunicipality, NotSigned
from vendor_bridge.limits import INBOUND_BURST, INBOUND_RATE, Buckets
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store import inbound
from vendor_bridge.store.directories import Directories, Way


@dataclass(frozen=True, slots=True)
class Proven:
    """Who sent a webhook: the municipalities whose secret of this connection signed it; `name`: its id.

    `ways`: the connection in each municipality, as it was when the signature was looked at.
    """

    connection: str
    municipalities: frozenset[str]
    name: str
    ways: Sequence[Way]


class Proving:
    """Of any connection: whose it is, in which municipality."""

    def __init__(
        self,
        engine: AsyncEngine,
        directories: Directories,
        secrets: SecretStore,
        secret: str,
        limits: Buckets | None = None,
    ) -> None:
        self._engine = engine
        self._limits = limits or Buckets(INBOUND_RATE, INBOUND_BURST)
        self._directories = directories
        self._secrets = secrets
        self._secret = secret

    async def proven(self, connection: str, headers: Mapping[str, str], body: bytes) -> Proven:
        """Who sent a webhook. Raises NotSigned, and BadId to who is proven."""
        # By the directories as they were last read, where that proves it; they are compared with those in force later.
        with suppress(NotSigned, BadId):
            return self._proven(connection, self._directories.last_ways(connection), headers, body)
        return await self._proven_now(connection, headers, body)

    async def owners(self, connection: str) -> set[str]:
        """The municipalities that have a connection of this name."""
        async with self._engine.connect() as conn:
            return {way.municipality for way in await self._directories.ways(conn, connection)}

    def spend(self, connection: str) -> None:
        """Counts one message, request or form of a vendor that has proven who it is. Raises TooMany."""
        self._limits.take(connection)

    def _proven(self, connection: str, ways: Sequence[Way], headers: Mapping[str, str], body: bytes) -> Proven:
        """The message's id, and the municipalities whose secret of this connection signed it."""
        signers: set[str] = set()
        name = ""
        tried: list[str] = []
        for way in ways:
            keys = self._secrets.of(way.connection.secret_ref)
            try:
                name = signing.verify(keys, headers, body)
            except signing.BadId:
                raise BadId({way.municipality}) from None
            except signing.BadSignature:
                tried += keys
                continue
            signers.add(way.municipality)
        if not signers:
            why = signing.fault(tried, headers, body, datetime.now(UTC)) if ways else ""
            raise NotSigned({way.municipality for way in ways}, why)
        return Proven(connection, frozenset(signers), name, ways)

    async def _proven_now(self, connection: str, headers: Mapping[str, str], body: bytes) -> Proven:
        """By the directories in force."""
        async with self._engine.connect() as conn:
            ways = await self._directories.ways(conn, connection)
        return self._proven(connection, ways, headers, body)

    async def caller(self, token: str) -> Way:
        """The connection that shows this bearer token. Raises BadToken, also where several municipalities have it."""
        return await self._way_of_bearer(tokens.read(self._secret, token))

    async def spending_caller(self, token: str) -> Way:
        """The same, and its request is counted, before anything is looked up. Raises TooMany too."""
        bearer = tokens.read(self._secret, token)
        self.spend(bearer.connection)
        return await self._way_of_bearer(bearer)

    async def caller_once(self, token: str) -> Way | None:
        """Whose a token of ours is or was, that may be too old to open anything; None for any other."""
        try:
            return await self._way_of_bearer(tokens.read(self._secret, token, expired=True))
        except tokens.BadToken:
            return None

    async def _way_of_bearer(self, bearer: tokens.Bearer) -> Way:
        async with self._engine.connect() as conn:
            ways = await self._directories.ways(conn, bearer.connection)
        own = [way for way in ways if bearer.municipality in (None, way.municipality)]
        if len(own) != 1:  # gone from the directory, or the token does not say whose vendor it is
            raise tokens.BadToken
        return own[0]

    async def _way_of(self, connection: str, municipalities: Collection[str], named: str | None) -> Way:
        """The one for which a report counts. A municipality that the vendor may not speak for is none (N9)."""
        async with self._engine.connect() as conn:
            ways = [way for way in await self._directories.ways(conn, connection) if way.municipality in municipalities]
        own = [way for way in ways if named in (None, way.municipality)]
        if len(own) != 1:
            raise NamesNoMunicipality
        return own[0]

    async def neighbour(self, headers: Mapping[str, str], handoff_id: str, asked: bytes) -> Way:
        """The vendor of a hand-off, where it is another Eskalera: that signs what it asks for. Raises NotSigned."""
        async with self._engine.connect() as conn:
            found = await inbound.whose(conn, handoff_id)
            way = await self._directories.way(conn, *found) if found is not None else None
        if way is None:
            raise NotSigned
        try:
            signing.verify(self._secrets.of(way.connection.secret_ref), headers, asked)
        except (signing.BadSignature, signing.BadId):
            raise NotSigned from None
        return way
