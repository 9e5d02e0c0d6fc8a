"""Another Eskalera's hand-off comes in as a webhook, and what is said of it here goes back as a vendor's messages.

Every part of a message is said under a name of its own: what broke off half way is said again, and takes effect once.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import outbox, telemetry
from contracts import ids
from contracts.disclosure import DisclosedEntry
from contracts.events.base import Event
from contracts.events.routing import IncidentSuperseded
from contracts.events.vendor_bridge import VendorTicketChanged
from contracts.webhooks import Incoming, Outgoing, parse_incoming
from vendor_bridge.domain import peers as rules
from vendor_bridge.domain.belonging import joined
from vendor_bridge.domain.peers import PeerCase, Said
from vendor_bridge.domain.peers import back as peers_back
from vendor_bridge.domain.peers import told as peers_told
from vendor_bridge.domain.reports import Report
from vendor_bridge.domain.state import World
from vendor_bridge.events import outgoing
from vendor_bridge.peers_back import coming_back, not_told, still_there
from vendor_bridge.store import inbound, peer_files, waiting
from vendor_bridge.store import peers as store
from vendor_bridge.store import reports as stored
from vendor_bridge.store.directories import Directories, Way
from vendor_bridge.store.inbound import By, Outcome
from vendor_bridge.store.peers import Ours


class Say(Protocol):
    """`VendorSide.say`."""

    async def __call__(
        self, connection: str, municipalities: Collection[str], message: Incoming, name: str, raw: bytes, *, by: By
    ) -> Any: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of the other's message: the ticket that its hand-off is here."""

    ticket: str | None
    repeated: bool = False
    effects: int = 0


class Peers:
    """The use case of a peer's system."""

    def __init__(self, engine: AsyncEngine, directories: Directories, say: Say) -> None:
        self._engine = engine
        self._directories = directories
        self._say = say

    async def take(self, way: Way, message: Outgoing, name: str, raw: bytes) -> Taken:
        """One message of a hand-off; `name`: its webhook-id. Raises what `VendorSide.say` raises.

        Where its story is only linked to, or one before it still waits for its own, it is kept until that is fetched.
        """
        handoff = message.data.handoff
        async with self._engine.begin() as conn:
            if message.data.bundle_link is not None or await waiting.has(conn, way, handoff):
                case = await store.of(conn, way, handoff)
                is_known = await stored.said_before(conn, way, name) is not None
                is_new = not is_known and await waiting.add(conn, way, handoff, name, raw, datetime.now(UTC))
                await waiting.forget(conn, way, handoff, message.data.forget)
                if is_known:
                    await inbound.came_again(conn, {(way.municipality, way.connection.name, name): 1})
                return Taken(case.ticket if case else None, repeated=not is_new)
        taken = await self.apply(way, message, name, raw)
        if taken.repeated:
            async with self._engine.begin() as conn:
                await inbound.came_again(conn, {(way.municipality, way.connection.name, name): 1})
        return taken

    async def apply(self, way: Way, message: Outgoing, name: str, raw: bytes) -> Taken:
        """What a message means here. A link in it: its story could not be had."""
        async with self._engine.connect() as conn:
            case = await store.of(conn, way, message.data.handoff)
            if await stored.said_before(conn, way, name) is not None:
                return Taken(case.ticket if case else None, repeated=True)
        if case is None and message.data.message == "offered":
            case = await self._goes_on(way, message)
        async with self._engine.connect() as conn:
            case, new, back, said = await self._meant(conn, way, message, name, case)
        await self._judged(way, case, message)
        for one in said:
            case.ticket = await self._say_here(way, case, one) or case.ticket
        outcome: Outcome = "applied" if said else "echo" if rules.is_echo(message, new or ()) else "nothing"
        await self._keep(way, case, message, name, raw, new, back, effects=len(said), outcome=outcome)
        return Taken(case.ticket, effects=len(said))

    async def _meant(
        self, conn: AsyncConnection, way: Way, message: Outgoing, name: str, case: PeerCase | None
    ) -> tuple[PeerCase, Sequence[DisclosedEntry] | None, list[Ours], list[Said]]:
        """(its case, what of its story is news, what of ours comes back with it, what is to be said of it here)."""
        directory = (await self._directories.of(conn, [way.municipality]))[way.municipality]
        zone = ZoneInfo(directory.municipality.time_zone)
        is_new = case is None
        case = case or PeerCase(way.municipality, way.connection.name, message.data.handoff, way.vendor)
        back = await coming_back(conn, way, message, case)
        if is_new and back:
            for former in await store.all_of(conn, way, message.data.earlier):
                case.heads = rules.ahead(case.heads, former.held)
        bundle = message.data.bundle
        new = rules.news(bundle, case.known) if bundle is not None else []
        asked = [*case.asked, *rules.asked(message, new or ())]
        other = directory.party_name(way.vendor).sv
        if message.data.message == "offered" and case.ticket is not None:
            report = await stored.by_id(conn, way, case.ticket)
            there = await store.of_ticket(conn, way, case.ticket)
            lying = await still_there(conn, way, case, there)
            new = new and await not_told(conn, way, new, there)
            gone = [ours.handoff for ours in back if ours not in lying]
            said = [*peers_back.given_back(message, new or (), gone, asked, other=other)]
            solved, ours = report is not None and report.resolved, [one.handoff for one in lying]
            said += peers_back.again(message, new or (), zone, name, ours=ours, solved=solved, asked=asked, other=other)
            return case, new, [*{one.handoff: one for one in (*back, *lying)}.values()], said
        said = [*peers_back.given_back(message, new or (), [ours.handoff for ours in back], asked, other=other)]
        if case.comes_back:
            said += peers_back.to_each(case, peers_back.beside(message, new or (), name, other=other))
        elif not is_new:
            said += rules.changed(message, new or (), name, asked, other=other)
        elif not back:
            before = [one.number for one in await store.earlier(conn, way, message.data.earlier) if one.number]
            said += rules.reported(message, new or (), zone, name, before, other=other)
        return case, new, back, said

    async def _goes_on(self, way: Way, message: Outgoing) -> PeerCase | None:
        """The ticket that an earlier hand-off of the same case is here, if it is open: from now on it is this one.

        Known before anything of it takes effect, so that nothing is told for both.
        """
        async with self._engine.begin() as conn:
            found = [one for one in await store.earlier(conn, way, message.data.earlier) if one.is_open]
            if not found:
                return None
            report = await stored.by_id(conn, way, found[-1].ticket, lock=True)
            if (made := await store.of(conn, way, message.data.handoff)) is not None:
                return made
            former = await store.of(conn, way, found[-1].handoff, lock=True)
            if report is None or report.is_over or former is None or former.continues_in is not None:
                return None
            case = former.goes_on(message.data.handoff)
            await store.save(conn, former)
            await store.save(conn, case)
            return case

    async def _judged(self, way: Way, case: PeerCase, message: Outgoing) -> None:
        """What became of the solution is known before anything of it takes effect: that is no news to the other."""
        if (verdict := rules.verdict_of(message)) is not None:
            async with self._engine.begin() as conn:
                await store.judged(conn, way, case.handoff, verdict)

    async def _say_here(self, way: Way, case: PeerCase, said: Said) -> str | None:
        """As any vendor would; the id of the ticket that it is about. Raises what `VendorSide.say` raises."""
        if case.comes_back and peers_back.is_no(said):
            if await self._unsolved(way, case, said):
                return None
            said = peers_back.as_word(said)
        message, raw = said_here(case, said)
        receipt = await self._say(way.connection.name, {way.municipality}, message, said.name, raw, by="part")
        ticket: str | None = receipt.ticket
        return ticket

    async def _unsolved(self, way: Way, case: PeerCase, said: Said) -> bool:
        """The other's "no" to what is solved here of that which came back from it, as each of its reporters' own (R9).

        False: nothing of it is solved, or it is over; or that was said before.
        """
        now, handoff = datetime.now(UTC), said.handoff or case.subject
        body = {"type": said.kind, "data": {**said.data, "handoff": handoff}}
        async with self._engine.begin() as conn:
            tickets = await store.solved(conn, way, case, handoff)
            if not tickets:
                return False
            came = inbound.Inbound(
                municipality=way.municipality,
                connection=way.connection.name,
                webhook_id=said.name,
                handoff=handoff,
                received_at=now,
                body=json.dumps(body, ensure_ascii=False).encode(),
                effects=len(tickets),
                traceparent=telemetry.traceparent(),
                way="part",
                what=said.kind,
                outcome="applied",
            )
            if not await inbound.add(conn, came):
                return False
            facts = [
                VendorTicketChanged(
                    id=ids.derived("event", ticket, "changed", said.name),
                    at=now,
                    municipality=way.municipality,
                    vendor=way.vendor,
                    connection=way.connection.name,
                    message=said.name,
                    ticket=ticket,
                    text={"sv": said.data["text"]},
                    unsolved=True,
                )
                for ticket in tickets
            ]
            await outbox.add(conn, outgoing(facts))
        return True

    async def _keep(
        self,
        way: Way,
        case: PeerCase,
        message: Outgoing,
        name: str,
        raw: bytes,
        new: Sequence[DisclosedEntry] | None,
        back: Sequence[Ours],
        *,
        effects: int,
        outcome: Outcome,
    ) -> None:
        """How much of the other's history is here now, the message as it came, and what the other is to hear."""
        now, data = datetime.now(UTC), message.data
        async with self._engine.begin() as conn:
            report = await stored.by_id(conn, way, case.ticket, lock=True) if case.ticket else None
            case = await store.of(conn, way, case.handoff, lock=True) or case
            for ours in back:
                case.take_back(ours.handoff, ours.incident, ours.length)
            if data.bundle is not None and new is not None:
                case.heads = rules.ahead(case.heads, data.bundle.heads)
            elif data.bundle_link is not None:
                case.heads = rules.ahead(case.heads, data.bundle_link.heads, linked=True)
            came = inbound.Inbound(
                municipality=way.municipality,
                connection=way.connection.name,
                webhook_id=name,
                handoff=case.subject,
                received_at=now,
                body=raw,
                effects=effects,
                traceparent=telemetry.traceparent(),
                way="webhook",
                what=message.type,
                outcome=outcome,
            )
            await inbound.add(conn, came)
            case.asked = [*dict.fromkeys((*case.asked, *rules.asked(message, new or ())))]
            await peer_files.fetch(conn, case, rules.files(case, message, new or ()), now)
            if new is None:
                await store.say(conn, case, [peers_told.lacking(case, name)], now)
            await _tell(conn, case, report, now)


async def tell(conn: AsyncConnection, world: World, events: Iterable[Event]) -> None:
    """What a batch of facts means for the peers whose cases it touched; after it was saved."""
    ended = [event for event in events if isinstance(event, IncidentSuperseded)]
    for case in await store.touched(conn, world.reports, world.incidents):
        for event in ended:
            if event.incident in case.incidents:
                length = await store.length_at(conn, event.successor, event.at)
                case.follows(event.incident, event.successor, length)
        await _tell(conn, case, world.reports.get(case.ticket or ""), world.now)


def said_here(case: PeerCase, said: Said) -> tuple[Incoming, bytes]:
    """As any vendor would say it, of the ticket that the case is here."""
    about: dict[str, Any] = {}
    if said.kind == "ticket_changed":
        about = {"ticket": case.ticket}
    elif said.kind != "ticket_reported":
        about = {"handoff": said.handoff or next(iter(case.returns), None)}
    raw = json.dumps({"type": said.kind, "data": {**said.data, **about}}, ensure_ascii=False).encode()
    return parse_incoming(raw), raw


async def _tell(conn: AsyncConnection, case: PeerCase, report: Report | None, now: datetime) -> None:
    """From where it was looked at last; nothing before the ticket has the number that people know it by."""
    number = report.number if report is not None else None
    said: list[Said] = []
    for incident in await store.there_again(conn, case):
        case.told.pop(incident)  # handed to the other once more: that gives it back, and tells all from now on
    if case.continues_in is None and (case.incident is not None or number is not None):
        if not case.acknowledged:
            said.append(peers_told.acknowledged(case, number))
            case.acknowledged = True
        chains = [case.ticket, *case.incidents, report.incident if report is not None else None]
        seen = {chain: case.told.get(chain, 0) for chain in chains if chain is not None}
        entries = rules.merged(await store.entries_after(conn, seen))
        shared = report is not None and await stored.is_shared(conn, report)
        news = peers_told.told(case, entries, number, joined(report, shared=shared))
        said += news
        if case.waits_for_nobody and await store.are_over(conn, case):
            said.append(peers_told.over(case))
        await peer_files.send(conn, case, [file for one in news for file in one.files], now)
    await store.say(conn, case, said, now)
    await store.save(conn, case)
