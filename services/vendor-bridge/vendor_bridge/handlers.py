"""What a vendor asks of the bridge: each a transaction, committed before it is answered.

NotSigned           nobody with this connection's secret sent it, or there is no such connection: the two look the same
NamesNoMunicipality several have this connection with this secret, and a report does not say which it is for
BadId               the proven sender's webhook-id cannot be kept
RepeatedKey         a name stands twice in the body: two readers would take it for two messages
AnotherMessage      the id was another message's, which had its effect: a sender that gives an id twice loses one
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, assert_never

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import telemetry
from chassis.crashpoints import crash_point
from chassis.json_keys import repeated_key
from chassis.uploads.settings import MOST_OF_CASE
from contracts.bundle import linked
from contracts.directory.mapping import PROTOCOL, is_word
from contracts.timeline import FileRef
from contracts.webhooks import (
    Incoming,
    OfHandoff,
    OfItsOwn,
    Outgoing,
    TicketChangedMessage,
    TicketReported,
    TicketReportedMessage,
    TrialMessage,
    WorkAnnounced,
    WorkAnnouncedMessage,
    is_cloud_event,
    message_of,
    parse_incoming,
    parse_outgoing,
)
from vendor_bridge import signing, tokens
from vendor_bridge.applying import Applying, Outdated, Receipt, Saying, UnknownHandoff
from vendor_bridge.domain import mapping
from vendor_bridge.domain.reports import Report, Work, Wrong
from vendor_bridge.limits import INBOUND_BURST, INBOUND_RATE, Buckets
from vendor_bridge.outbound import story_again, whole_story
from vendor_bridge.peers import Peers
from vendor_bridge.refusals import Refusals
from vendor_bridge.reported import MOST, Reporting, Told
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store import attempts, inbound, received
from vendor_bridge.store import reports as stored
from vendor_bridge.store.attempts import Attempt
from vendor_bridge.store.directories import Directories, Way
from vendor_bridge.store.inbound import By
from vendor_bridge.store.refusals import Refusal

__all__ = ["NamesNoMunicipality", "NotSigned", "Receipt", "UnknownHandoff", "VendorSide"]


class NotSigned(Exception):
    """It is not proven that this connection's vendor sent it. `why` is for who may read the connection's log."""

    def __init__(self, municipalities: Collection[str] = (), why: str = "") -> None:
        self.municipalities, self.why = municipalities, why
        super().__init__(why)


class NamesNoMunicipality(Exception):
    """It may be for several municipalities, and does not say for which."""


class BadId(Exception):
    """The webhook-id is too long, or no text. `municipalities`: of whose vendor it is."""

    def __init__(self, municipalities: Collection[str]) -> None:
        self.municipalities = municipalities
        super().__init__()


class NotApart(Exception):
    """No message of the hand-off has that id and linked to its story."""


class RepeatedKey(Exception):
    """`way`: the steps to the name."""

    def __init__(self, way: tuple[str | int, ...]) -> None:
        self.way = way
        super().__init__(way)


class AnotherMessage(Exception):
    """The same webhook-id came with another body before."""


@dataclass(frozen=True, slots=True)
class Proven:
    """Who sent a webhook: the municipalities whose secret of this connection signed it; `name`: its id.

    `ways`: the connection in each municipality, as it was when the signature was looked at.
    """

    connection: str
    municipalities: frozenset[str]
    name: str
    ways: Sequence[Way]


class VendorSide:
    """The use cases of a vendor's system."""

    def __init__(
        self,
        engine: AsyncEngine,
        directories: Directories,
        secrets: SecretStore,
        secret: str,
        limits: Buckets | None = None,
        public_url: str = "",
        files_of_case: int = MOST_OF_CASE,
    ) -> None:
        """`files_of_case`: bytes of files that one case takes."""
        self._engine = engine
        self._limits = limits or Buckets(INBOUND_RATE, INBOUND_BURST)
        self._directories = directories
        self._secrets = secrets
        self._secret = secret
        self._public_url = public_url
        self._reporting = Reporting(engine, directories, files_of_case)
        self.peers = Peers(engine, directories, self.say)
        self._applying = Applying(engine, directories, files_of_case)
        self.refusals = Refusals(engine)

    async def take(self, connection: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """One signed webhook. Raises what `proven` and `take_of` raise."""
        return await self.take_of(await self.proven(connection, headers, body), headers, body)

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

    def spend(self, connection: str) -> None:
        """Counts one message, request or form of a vendor that has proven who it is. Raises TooMany."""
        self._limits.take(connection)

    async def say(
        self,
        connection: str,
        municipalities: Collection[str],
        message: Incoming,
        name: str,
        raw: bytes,
        *,
        files: tuple[FileRef, ...] = (),
        by: By = "webhook",
    ) -> Receipt:
        """Store and apply one message of a vendor that has proven whose it is, by whatever profile it came.

        `municipalities`: those for which it may speak; `name`: its own id, the same for a repeat; `raw`: as it came;
        `files`: of a hand-off's entry, or of a report, checked and in the object store; `by`: which way it came.
        Raises UnknownHandoff, UnknownReport, ForeignHeads, NamesNoMunicipality, `reports.Wrong`, what `receive` raises,
        and uploads.Refused where the case has no room for the files.
        """
        if isinstance(message, OfItsOwn):
            return await self._say_of_its_own(connection, municipalities, message, name, raw, by, files)
        return await self._say(connection, municipalities, message, name, raw, files=files, by=by)

    async def ask(
        self,
        connection: str,
        municipalities: Collection[str],
        message: Incoming,
        name: str,
        raw: bytes,
        files: tuple[FileRef, ...],
    ) -> Receipt:
        """What `say` would answer, or raise, to the same arguments as things stand; nothing changes.

        Of a hand-off, or of more that is said of a report.
        """
        if isinstance(message, TicketChangedMessage):
            report, municipality = message.data.ticket, message.data.municipality
        elif isinstance(message, OfItsOwn):
            raise TypeError(f"{message.type} brings no files")
        else:
            saying = Saying(connection, municipalities, message, name, raw, None, files=files)
            if (receipt := await self._applying.ask(saying)) is not None:
                return receipt
            report = message.data.handoff
            found = await self._place_of_report(connection, municipalities, report)
            if found.handoff is not None:
                there = _said_of(message, found.handoff)
                return await self.ask(connection, municipalities, there, name, raw, files)
            municipality = found.municipality
        way = await self._way_of(connection, municipalities, municipality)
        return Receipt(await self._reporting.was_said(way, report, message, name, files), ticket=report)

    async def room(self, handoff: str) -> int:
        """Bytes of files that the case of a hand-off, which there is, still takes."""
        return await self._applying.room(handoff)

    async def _say(
        self,
        connection: str,
        municipalities: Collection[str],
        message: OfHandoff,
        name: str,
        raw: bytes,
        ways: Sequence[Way] | None = None,
        files: tuple[FileRef, ...] = (),
        by: By = "webhook",
    ) -> Receipt:
        """The same, of a hand-off; `ways`: raises Outdated where they are in force no longer."""
        saying = Saying(connection, municipalities, message, name, raw, telemetry.traceparent(), ways, files, by)
        receipt = await self._applying.say(saying)
        if receipt is None:
            return await self._say_of_a_report(connection, municipalities, message, name, raw, by, files)
        if not receipt.repeated:
            crash_point("bridge.webhook_stored")
        return receipt

    async def report(
        self,
        way: Way,
        message: TicketReported,
        name: str,
        raw: bytes,
        files: tuple[FileRef, ...] = (),
        by: By = "webhook",
    ) -> Report:
        """A fault that a vendor reports; the same again, by its `external_id` or `name`, answers what is there.

        Kept when this returns: `report_of` and `reports` have it. Raises `reports.Wrong`.
        """
        return await self._reporting.report(way, message, name, raw, by, files)

    async def is_reported(self, way: Way, message: TicketReported, name: str) -> bool:
        """Whether `report` would answer what is there; raises what that would raise. Nothing changes."""
        return await self._reporting.is_reported(way, message, name)

    async def change_report(
        self,
        way: Way,
        report: str,
        message: TicketChangedMessage | OfHandoff,
        name: str,
        raw: bytes,
        by: By = "webhook",
    ) -> Report:
        """More of a report, or less. Of one that is a hand-off by now (`Report.handoff`) only `TicketChangedMessage`:
        for all else `say` knows the way. Raises UnknownReport, `reports.Wrong`.
        """
        return await self._reporting.change(way, report, message, name, raw, by)

    async def announce(self, way: Way, message: WorkAnnounced, name: str, raw: bytes, by: By = "webhook") -> Work:
        """Planned work, new times for it, or its end; the same again changes nothing. Raises `reports.Wrong`."""
        return await self._reporting.announce(way, message, name, raw, by)

    async def report_of(self, way: Way, report: str) -> Report:
        """What the connection's vendor reported, as it is now. Raises UnknownReport."""
        return await self._reporting.one(way, report)

    async def work_of(self, way: Way, work: str) -> Work:
        """Planned work that it announced, as it is now. Raises UnknownReport."""
        return await self._reporting.work(way, work)

    async def told_of(self, way: Way, report: Report) -> list[Told]:
        """What was said of a report: the vendor's notes, and what the municipality tells who reported it."""
        return await self._reporting.told(way, report)

    async def reports(
        self, way: Way, limit: int = MOST, *, offset: int = 0, before: tuple[datetime, str] | None = None
    ) -> Sequence[Report]:
        """All that it reported, newest first, at most 200 at once; `before`: (reported_at, id) of the last one seen."""
        return await self._reporting.many(way, limit, offset=offset, before=before)

    async def _say_of_its_own(
        self,
        connection: str,
        municipalities: Collection[str],
        message: OfItsOwn,
        name: str,
        raw: bytes,
        by: By,
        files: tuple[FileRef, ...],
    ) -> Receipt:
        way = await self._way_of(connection, municipalities, message.data.municipality)
        repeated = await self._is_known(way, name)
        match message:
            case TicketReportedMessage(data=said):
                report = await self._reporting.report(way, said, name, raw, by, files)
                return Receipt(repeated, ticket=report.id, effects=int(not repeated))
            case TicketChangedMessage(data=said):
                report = await self._reporting.change(way, said.ticket, message, name, raw, by, files)
                return Receipt(repeated, ticket=report.id, effects=int(not repeated))
            case WorkAnnouncedMessage(data=said):
                work = await self._reporting.announce(way, said, name, raw, by)
                return Receipt(repeated, work=work.id, effects=int(not repeated))
            case _:
                assert_never(message)

    async def _say_of_a_report(
        self,
        connection: str,
        municipalities: Collection[str],
        message: OfHandoff,
        name: str,
        raw: bytes,
        by: By,
        files: tuple[FileRef, ...],
    ) -> Receipt:
        """Where the message names what the vendor reported, it goes to the hand-off that this became, if it did."""
        said_of = message.data.handoff
        found = await self._place_of_report(connection, municipalities, said_of)
        if found.handoff is not None:
            there = _said_of(message, found.handoff)
            return await self.say(connection, municipalities, there, name, raw, files=files, by=by)
        way = await self._way_of(connection, municipalities, found.municipality)
        repeated = await self._is_known(way, name)
        report = await self._reporting.change(way, said_of, message, name, raw, by, files)
        return Receipt(repeated, ticket=report.id, effects=int(not repeated))

    async def _place_of_report(self, connection: str, municipalities: Collection[str], report: str) -> Row[Any]:
        """(municipality, handoff) of what the vendor reported; UnknownHandoff."""
        async with self._engine.connect() as conn:
            found = await stored.place_of(conn, connection, report)
        if found is None or found.municipality not in municipalities:
            raise UnknownHandoff
        return found

    async def _way_of(self, connection: str, municipalities: Collection[str], named: str | None) -> Way:
        """The one for which a report counts. A municipality that the vendor may not speak for is none (N9)."""
        async with self._engine.connect() as conn:
            ways = [way for way in await self._directories.ways(conn, connection) if way.municipality in municipalities]
        own = [way for way in ways if named in (None, way.municipality)]
        if len(own) != 1:
            raise NamesNoMunicipality
        return own[0]

    async def _is_known(self, way: Way, name: str) -> bool:
        async with self._engine.connect() as conn:
            return await stored.said_before(conn, way, name) is not None

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


def _said_of(message: OfHandoff, handoff: str) -> OfHandoff:
    data = message.data.model_copy(update={"handoff": handoff})
    return message.model_copy(update={"data": data})


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
