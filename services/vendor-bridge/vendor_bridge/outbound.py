"""What happens around one attempt: the message is made and fixed before, its outcome recorded after.

Each function is a transaction of its own; none is open while a vendor answers.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import outbox
from chassis.messages import Outgoing as OutboxRow
from contracts import ids
from contracts.bundle import Bundle, linked
from contracts.events.vendor_bridge import HandoffDelivered, HandoffFailed
from contracts.values import Head, Words
from contracts.webhooks import LARGEST_BUNDLE, BundleLink, Outgoing, Written
from vendor_bridge.domain import compose
from vendor_bridge.domain.compose import Story
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.fold import fold
from vendor_bridge.domain.lapse_words import LEFT
from vendor_bridge.domain.lapsing import lapsed
from vendor_bridge.domain.state import Delivery, Handoff, Ticket
from vendor_bridge.events import outgoing
from vendor_bridge.grouped import Grouped
from vendor_bridge.profiles import Letter
from vendor_bridge.store import attempts, deliveries, peers, stories, world
from vendor_bridge.store.attempts import Attempt
from vendor_bridge.store.deliveries import Claimed, Fixed, ReadRow
from vendor_bridge.store.directories import Directories, Way, way_in
from vendor_bridge.store.inbound import Apart, Place
from vendor_bridge.store.world import Loaded

UNREACHABLE: Final[Words] = {
    "sv": "Leverantörens system har inte tagit emot ärendet på nästan fyra dygn.",
    "en": "The vendor's system has not taken the case for almost four days.",
}
PAUSED: Final[Words] = {
    "sv": "Anslutningen till leverantören har varit pausad i nästan fyra dygn.",
    "en": "The connection to the vendor has been paused for almost four days.",
}
DISABLED: Final[Words] = {
    "sv": "Leverantörens system tar inte längre emot meddelanden (svar 410).",
    "en": "The vendor's system no longer takes messages (answer 410).",
}


Ready = tuple[Letter, Way | None]
"""A message to be sent, and the way; None: the directory has no such connection."""


@dataclass(frozen=True, slots=True)
class Taking:
    """A message that the vendor took, to be recorded."""

    claimed: Claimed
    status: int
    attempt: Attempt


class Outbound:
    """`public_url`: where vendors reach the bridge, for the links to large bundles."""

    def __init__(self, engine: AsyncEngine, directories: Directories, public_url: str) -> None:
        self._engine = engine
        self._directories = directories
        self._public_url = public_url.rstrip("/")
        self._taken: Grouped[Taking, None] = Grouped(self._record_taken)

    async def prepare(self, claimed: Claimed) -> Ready | None:
        """The message as it goes at every attempt; None if it is owed no longer."""
        return (await self.prepare_all([claimed])).get(claimed.webhook_id)

    async def prepare_all(self, some: Sequence[Claimed]) -> dict[str, Ready]:
        """Messages as they go at every attempt, by id, in one transaction; without those that are owed no longer."""
        ready: dict[str, Ready] = {}
        fixed: list[Fixed] = []
        async with self._engine.begin() as conn:
            rows = await deliveries.read_all(conn, [claimed.webhook_id for claimed in some])
            loaded = await world.load_incidents(
                conn,
                {claimed.municipality for claimed in some},
                {row.incident for row in rows.values() if row.body is None},
                self._directories,
                datetime.now(UTC),
            )
            owed = {id_: loaded.deliveries[id_] for id_, row in rows.items() if _is_made(row, loaded)}
            tellings = [telling_of(loaded.handoffs[delivery.handoff], delivery) for delivery in owed.values()]
            made = dict(zip(owed, await stories_of(conn, loaded, tellings), strict=True))
            gone = {id_: await _gone(conn, loaded, one, made[id_]) for id_, one in owed.items()}
            called = await peers.called(conn, loaded.reports)
            for id_, row in rows.items():
                way = way_in(loaded.directories.get(row.municipality), row.municipality, row.connection)
                if row.body is not None:
                    letter = Letter(id_, row.kind, row.body, row.traceparent, row.bundle, row.handoff)
                elif id_ in owed:
                    letter = self._letter(loaded, owed[id_], told := made[id_], gone[id_], called)
                    heads = json.dumps({case: head.model_dump() for case, head in told.heads.items()})
                    fixed.append(Fixed(id_, letter.body, letter.bundle, heads))
                else:  # another message carries it since
                    continue
                ready[id_] = letter, way
            await deliveries.fix(conn, fixed)
        return ready

    async def preview(self, webhook_id: str) -> tuple[Letter, Way | None] | None:
        """The message as it would go now, fixed or not; nothing is changed. None: there is none, or none any more."""
        async with self._engine.connect() as conn:
            found = await deliveries.any_of_id(conn, webhook_id)
            if found is None:
                return None
            way = await self._directories.way(conn, found.municipality, found.connection)
            if found.body is not None:
                return Letter(webhook_id, found.kind, found.body, found.traceparent, found.bundle, found.handoff), way
            now = datetime.now(UTC)
            loaded = await world.load_incident(conn, found.municipality, found.incident, self._directories, now)
            delivery = loaded.deliveries.get(webhook_id)
            if delivery is None:
                return None
            told = await stories_of(conn, loaded, [telling_of(loaded.handoffs[delivery.handoff], delivery)])
            gone = await _gone(conn, loaded, delivery, told[0])
            called = await peers.called(conn, loaded.reports)
            await conn.rollback()
        return self._letter(loaded, delivery, told[0], gone, called), way

    def _letter(
        self,
        loaded: Loaded,
        delivery: Delivery,
        told: Bundle,
        gone: Mapping[compose.Place, Written],
        called: Mapping[str, Sequence[str]],
    ) -> Letter:
        handoff = loaded.handoffs[delivery.handoff]
        adopts = compose.adopted(handoff, loaded.reports.values(), called)
        earlier = compose.earlier(handoff, loaded.handoffs.values())
        told = linked(told, self._public_url)
        body, apart = self._written(compose.message_of(delivery, handoff, told, adopts, gone, earlier), told)
        return Letter(delivery.webhook_id, delivery.kind, body, delivery.traceparent, apart, handoff.id)

    def _written(self, message: Outgoing, told: Bundle) -> tuple[bytes, bytes | None]:
        """The body, and the bundle apart where it is too large to go inside (its link then stands for it)."""
        bundle = told.model_dump_json().encode()
        if len(bundle) <= LARGEST_BUNDLE:
            return message.model_dump_json().encode(), None
        url = f"{self._public_url}/handoffs/{message.data.handoff}/bundle?message={message.id}"
        link = BundleLink(url=url, digest=told.digest, heads=told.heads, bytes=len(bundle))
        data = message.data.model_copy(update={"bundle": None, "bundle_link": link})
        return message.model_copy(update={"data": data}).model_dump_json().encode(), bundle

    async def record_taken(self, claimed: Claimed, status: int, attempt: Attempt) -> None:
        """The vendor has it: stated once, also when two workers sent it."""
        await self._taken.do(Taking(claimed, status, attempt))

    async def _record_taken(self, some: Sequence[Taking]) -> list[None]:
        now = datetime.now(UTC)
        async with self._engine.begin() as conn:
            await attempts.add(conn, [taking.attempt for taking in some])
            loaded = await world.load_incidents(
                conn,
                {taking.claimed.municipality for taking in some},
                {taking.claimed.incident for taking in some},
                self._directories,
                now,
            )
            tried = await deliveries.attempts_of(conn, [taking.claimed.webhook_id for taking in some])
            said: list[OutboxRow] = []
            taken: list[Taking] = []
            for taking in some:
                id_ = taking.claimed.webhook_id
                delivery = loaded.deliveries.get(id_)
                if id_ not in tried:
                    continue
                if delivery is None:  # said to another Eskalera: no hand-off of ours
                    taken += [taking] if await peers.arrived(conn, id_) else []
                    continue
                event = _delivered(loaded.handoffs[delivery.handoff], delivery, tried[id_] + 1, now)
                loaded.traceparent = delivery.traceparent
                fold(loaded, event)
                said += outgoing([event], delivery.traceparent)
                taken.append(taking)
            await world.save(conn, loaded)
            await deliveries.taken(conn, [(taking.claimed, taking.status) for taking in taken], at=now)
            await outbox.add(conn, said)
        return [None] * len(some)

    async def record_failed(self, claimed: Claimed, reason: Words) -> bool:
        """The message's span is used up: the coordinator gets what is held, the message stays owed (R16)."""
        now = datetime.now(UTC)
        async with self._engine.begin() as conn:
            loaded = await world.load_incident(conn, claimed.municipality, claimed.incident, self._directories, now)
            delivery = loaded.deliveries.get(claimed.webhook_id)
            if delivery is None:
                return await peers.given_up(conn, claimed.webhook_id)
            handoff = loaded.handoffs[delivery.handoff]
            if delivery.failed or not handoff.is_held or loaded.incidents[handoff.incident].resolved:
                return False
            event = HandoffFailed(
                id=ids.derived("event", delivery.webhook_id, "failed"),
                at=now,
                municipality=delivery.municipality,
                caused_by=delivery.cause,
                handoff=handoff.id,
                incident=handoff.incident,
                vendor=handoff.vendor,
                webhook_id=delivery.webhook_id,
                reason=reason,
            )
            ctx = Context(event.id, delivery.municipality, now, caused_by=delivery.cause)
            said = [*lapsed(handoff, ctx, LEFT), event]
            for fact in said:
                fold(loaded, fact)
            await world.save(conn, loaded)
            await outbox.add(conn, outgoing(said, delivery.traceparent))
        return True


async def _gone(
    conn: AsyncConnection, loaded: Loaded, delivery: Delivery, told: Bundle
) -> Mapping[compose.Place, Written]:
    """Who wrote when what the message asks to delete."""
    if not (places := compose.forgotten_in(delivery)):
        return {}
    handoff = loaded.handoffs[delivery.handoff]
    reader = handoff.reader(loaded.connection(handoff.municipality, handoff.vendor))
    return await stories.written(conn, places, told.heads, reader)


def _is_made(row: ReadRow, loaded: Loaded) -> bool:
    """Whether a message has still to be made, and is carried by no other since."""
    return row.body is None and row.webhook_id in loaded.deliveries


def _delivered(handoff: Handoff, delivery: Delivery, tried: int, now: datetime) -> HandoffDelivered:
    return HandoffDelivered(
        id=ids.derived("event", delivery.webhook_id, "delivered"),
        at=now,
        municipality=delivery.municipality,
        caused_by=delivery.cause,
        handoff=handoff.id,
        incident=handoff.incident,
        vendor=handoff.vendor,
        webhook_id=delivery.webhook_id,
        message=delivery.kind,
        heads={case: Head.model_validate(head) for case, head in (delivery.heads or {}).items()},
        attempts=tried,
    )


@dataclass(frozen=True, slots=True)
class Telling:
    """A hand-off of which all is told but what is `known`; `awaits`: the event whose entry it should carry."""

    handoff: Handoff
    known: Mapping[str, Head]
    awaits: str | None = None
    heads: Mapping[str, Head] | None = None
    """Up to where. None: up to now, or to where its vendor's part of the story ended."""


def telling_of(handoff: Handoff, delivery: Delivery) -> Telling:
    """What a message tells: from what the vendor has up to now, or to where its part of the story ended. Only the first
    is partial without the entry that it awaits.
    """
    return Telling(handoff, handoff.known(), delivery.awaits if delivery.kind == "offered" else None)


async def story_of(conn: AsyncConnection, loaded: Loaded, handoff: Handoff) -> Bundle:
    """The hand-off's whole story."""
    return (await stories_of(conn, loaded, [Telling(handoff, {})]))[0]


async def whole_story(conn: AsyncConnection, directories: Directories, place: Place) -> Bundle:
    """The same of a hand-off that somebody asks for."""
    loaded = await world.load_incident(conn, place.municipality, place.incident, directories, datetime.now(UTC))
    return await story_of(conn, loaded, loaded.handoffs[place.id])


async def story_again(conn: AsyncConnection, directories: Directories, place: Place, apart: Apart) -> Bundle:
    """What a message linked to, without what was erased since: the same entries under the same digest (R15)."""
    loaded = await world.load_incident(conn, place.municipality, place.incident, directories, datetime.now(UTC))
    telling = Telling(loaded.handoffs[place.id], apart.known, heads=apart.heads)
    [told] = await stories_of(conn, loaded, [telling])
    return told.model_copy(update={"partial": apart.partial})


async def stories_of(conn: AsyncConnection, loaded: Loaded, some: Sequence[Telling]) -> list[Bundle]:
    """Each one's story, all read together."""
    heads = [_heads(loaded, telling) for telling in some]
    tickets = [_tickets(loaded, telling, to) for telling, to in zip(some, heads, strict=True)]
    people = [_shown(loaded, telling, own) for telling, own in zip(some, tickets, strict=True)]
    names = await stories.names(conn, set().union(*people))
    parts = [stories.Part(to, telling.known) for telling, to in zip(some, heads, strict=True)]
    histories = await stories.histories(conn, parts)
    awaited = {(telling.handoff.incident, telling.awaits) for telling in some if telling.awaits is not None}
    recorded = await stories.recorded(conn, awaited)
    told: list[Bundle] = []
    for telling, own, shown, chains in zip(some, tickets, people, histories, strict=True):
        handoff = telling.handoff
        story = Story(
            incident=loaded.incidents[handoff.incident].as_of(handoff.last_incident),
            tickets=own,
            handoffs=list(loaded.handoffs_of(handoff.incident)),
            names={person: names[person] for person in shown if person in names},
            histories=chains,
            directory=loaded.directories.get(handoff.municipality),
            connection=loaded.connection(handoff.municipality, handoff.vendor),
        )
        partial = telling.awaits is not None and (handoff.incident, telling.awaits) not in recorded
        told.append(compose.bundle_of(handoff, story, known=telling.known, partial=partial))
    return told


def _heads(loaded: Loaded, telling: Telling) -> dict[str, Head]:
    """To where each chain is told."""
    handoff, known = telling.handoff, telling.known
    if telling.heads is not None:
        return dict(telling.heads)
    if handoff.last_heads is None:
        heads = loaded.heads_of(loaded.incidents[handoff.incident])
    else:
        heads = {case: Head.model_validate(head) for case, head in handoff.last_heads.items()}
    # What a ticket brought along and took away again stays told, though others bring less of the same history.
    return heads | {case: had for case, had in known.items() if case in heads and heads[case].seq < had.seq}


def _tickets(loaded: Loaded, telling: Telling, heads: Mapping[str, Head]) -> dict[str, Ticket]:
    own = loaded.incidents[telling.handoff.incident].as_of(telling.handoff.last_incident).tickets
    return {id_: loaded.tickets[id_] for id_ in own if id_ in loaded.tickets and id_ in heads}


def _shown(loaded: Loaded, telling: Telling, tickets: Mapping[str, Ticket]) -> set[str]:
    """The reporters whose names the connection shows."""
    connection = loaded.connection(telling.handoff.municipality, telling.handoff.vendor)
    if connection is None or connection.contact != "person":
        return set()
    return {ticket.reporter for ticket in tickets.values() if ticket.reporter is not None}
