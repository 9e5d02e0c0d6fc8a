"""What a vendor reports itself: faults and planned work. Each use case a transaction, committed before it is answered.

UnknownReport       there is none, or it is another connection's or municipality's: the same
Wrong               what was said cannot be taken (`domain.reports`)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import outbox, telemetry
from chassis.crashpoints import crash_point
from chassis.uploads import refuse
from contracts import ids, webhooks
from contracts.directory import Directory
from contracts.disclosure import Reporter, may_read
from contracts.events.vendor_bridge import VendorReport, VendorTicketChanged, VendorTicketReported
from contracts.timeline import FileRef
from contracts.values import Words, is_vendor
from vendor_bridge.domain import reporting, reports
from vendor_bridge.domain.belonging import joined
from vendor_bridge.domain.reports import Report, Work, Wrong
from vendor_bridge.domain.state import World
from vendor_bridge.events import outgoing
from vendor_bridge.store import inbound
from vendor_bridge.store import reports as stored
from vendor_bridge.store.directories import Directories, Way
from vendor_bridge.store.inbound import By, Outcome

_ANOTHER = ("external_id", "came in a message whose id was another message's: give each its own")
More = webhooks.TicketChangedMessage | webhooks.OfHandoff
MOST = 200
"""Reports of one answer."""


class UnknownReport(Exception):
    """No such report of this connection."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of a report, by whom."""

    at: datetime
    party: str
    text: Words


class Reporting:
    """The use cases. `name`: the vendor's own id of its message; `raw`: the message as it came; `files`: what came with
    it, checked and in the object store.

    `files_of_case`: bytes of files that one report takes.
    """

    def __init__(self, engine: AsyncEngine, directories: Directories, files_of_case: int) -> None:
        self._engine = engine
        self._files_of_case = files_of_case
        self._directories = directories

    async def report(
        self, way: Way, said: webhooks.TicketReported, name: str, raw: bytes, by: By, files: tuple[FileRef, ...] = ()
    ) -> Report:
        """Keep a fault that the vendor reports, and answer it at once. The same again answers what is there: Wrong."""
        now, came = datetime.now(UTC), _Came(name, raw, by, "ticket_reported")
        async with self._engine.begin() as conn:
            await stored.take_turn(conn, way)
            before = await stored.said_before(conn, way, name)
            known = await self._known(conn, way, said, name, before)
            if known is not None:
                if before is None:
                    await inbound.add(conn, came.row(way, known.id, now, "nothing"))
                else:
                    await _count_again(conn, way, name, raw)
                return known
            fact = await self._reported(conn, way, said, name, now, files, by_peer=by == "part")
            report = reports.of_event(fact)
            await self._keep(conn, way, World(now, reports={report.id: report}), fact, report.id, came)
        crash_point("bridge.webhook_stored")
        return report

    async def is_reported(self, way: Way, said: webhooks.TicketReported, name: str) -> bool:
        """Whether `report` would find it there; raises what that would raise. Nothing changes."""
        async with self._engine.connect() as conn:
            before = await stored.said_before(conn, way, name)
            if await self._known(conn, way, said, name, before) is not None:
                return True
            await self._reported(conn, way, said, name, datetime.now(UTC), ())
        return False

    async def _known(
        self, conn: AsyncConnection, way: Way, said: webhooks.TicketReported, name: str, before: str | None
    ) -> Report | None:
        """By what a message of this name was about `before`, or by the vendor's name for the fault."""
        if before is None:
            return await stored.by_external_id(conn, way, said.external_id or name)
        known = await stored.by_id(conn, way, before)
        if known is None:
            raise Wrong(_ANOTHER)
        return known

    async def _reported(
        self,
        conn: AsyncConnection,
        way: Way,
        said: webhooks.TicketReported,
        name: str,
        now: datetime,
        files: tuple[FileRef, ...],
        *,
        by_peer: bool = False,
    ) -> VendorTicketReported:
        directory, ticket = await self._directory(conn, way), ids.new("ticket")
        return reports.reported(
            said,
            directory,
            way.connection,
            vendor=way.vendor,
            ticket=ticket,
            name=name,
            now=now,
            files=files,
            by_peer=by_peer,
        )

    async def change(
        self, way: Way, report: str, message: More, name: str, raw: bytes, by: By, files: tuple[FileRef, ...] = ()
    ) -> Report:
        """What the vendor says more of its report takes effect on the bridge's copy at once.

        Raises UnknownReport, Wrong, uploads.Refused.
        """
        now, came = datetime.now(UTC), _Came(name, raw, by, message.type)
        async with self._engine.begin() as conn:
            found = await self._report(conn, way, report, lock=True)
            if await stored.said_before(conn, way, name) is not None:
                await _count_again(conn, way, name, raw)
                return found
            fact = self._changed(found, message, name, now, files)
            is_late = found.is_over and not (isinstance(fact, VendorTicketChanged) and fact.unsolved)
            world = World(now, reports={found.id: found})
            await self._keep(conn, way, world, fact, found.id, came, is_late=is_late)
        crash_point("bridge.webhook_stored")
        return found

    async def was_said(self, way: Way, report: str, message: More, name: str, files: tuple[FileRef, ...]) -> bool:
        """Whether `change` would find the message said before; raises what that would raise. Nothing changes."""
        async with self._engine.connect() as conn:
            found = await self._report(conn, way, report)
            if await stored.said_before(conn, way, name) is not None:
                return True
        self._changed(found, message, name, datetime.now(UTC), files)
        return False

    def _changed(
        self, report: Report, message: More, name: str, now: datetime, files: tuple[FileRef, ...]
    ) -> VendorReport | None:
        size = sum(file["size"] for file in report.files) + sum(file.size for file in files)
        if files and size > self._files_of_case:
            raise refuse("too_much", limit=self._files_of_case // 1_000_000)
        return reports.changed(report, message, name, now, files)

    async def _report(self, conn: AsyncConnection, way: Way, report: str, *, lock: bool = False) -> Report:
        found = await stored.by_id(conn, way, report, lock=lock)
        if found is None:
            raise UnknownReport
        return found

    async def announce(self, way: Way, said: webhooks.WorkAnnounced, name: str, raw: bytes, by: By) -> Work:
        """Keep planned work, its new times, or that it is called off. The same again changes nothing: Wrong."""
        now, came = datetime.now(UTC), _Came(name, raw, by, "work_announced")
        async with self._engine.begin() as conn:
            await stored.take_turn(conn, way)
            before = await stored.said_before(conn, way, name)
            if before is not None:
                known = await stored.work_by_id(conn, way, before)
                if known is None:
                    raise Wrong(_ANOTHER)
                await _count_again(conn, way, name, raw)
                return known
            work = await stored.work_by_external_id(conn, way, said.external_id)
            id_ = work.id if work is not None else ids.new("work")
            fact = reports.announced(
                said,
                await self._directory(conn, way),
                way.connection,
                vendor=way.vendor,
                work=id_,
                name=name,
                now=now,
                known=work,
            )
            world = World(now, works={id_: work} if work is not None else {})
            await self._keep(conn, way, world, fact, id_, came)
        crash_point("bridge.webhook_stored")
        return world.works[id_]

    async def one(self, way: Way, report: str) -> Report:
        """One report as it is now. Raises UnknownReport."""
        async with self._engine.connect() as conn:
            return await self._report(conn, way, report)

    async def many(
        self, way: Way, limit: int = MOST, *, offset: int = 0, before: tuple[datetime, str] | None = None
    ) -> Sequence[Report]:
        """The connection's own, newest first; `before` is (reported_at, id) of the last one seen."""
        async with self._engine.connect() as conn:
            return await stored.listed(conn, way, min(limit, MOST), offset=offset, before=before)

    async def work(self, way: Way, work: str) -> Work:
        """Planned work that the connection announced. Raises UnknownReport."""
        async with self._engine.connect() as conn:
            found = await stored.work_by_id(conn, way, work)
        if found is None:
            raise UnknownReport
        return found

    async def told(self, way: Way, report: Report) -> list[Told]:
        """What its vendor wrote, and what the municipality tells who reported it, oldest first.

        As any reporter reads it; what other vendors wrote stays between them and the municipality.
        """
        async with self._engine.connect() as conn:
            there = joined(report, shared=await stored.is_shared(conn, report))
            entries = await stored.entries_of(conn, report, until=there.left if there is not None else None)
        own = [
            Told(datetime.fromisoformat(note["at"]), way.vendor, note["text"])
            for note in report.notes
            if any(note["text"].values())
        ]
        others = [
            Told(entry.at, entry.party, cast(Words, entry.text))
            for entry in entries
            if not is_vendor(entry.party) and entry.text and may_read(entry, Reporter(own=entry.case == report.id))
            if there is None or not there.is_after(entry)
        ]
        return sorted([*own, *others], key=lambda one: one.at)

    async def _directory(self, conn: AsyncConnection, way: Way) -> Directory:
        return (await self._directories.of(conn, [way.municipality]))[way.municipality]

    async def _keep(
        self,
        conn: AsyncConnection,
        way: Way,
        world: World,
        fact: VendorReport | None,
        about: str,
        came: "_Came",
        *,
        is_late: bool = False,
    ) -> None:
        """What came, what it changed, and the fact that others hear of, where it made one."""
        outcome: Outcome = "late" if is_late else "applied" if fact is not None else "nothing"
        await inbound.add(conn, came.row(way, about, world.now, outcome, int(fact is not None)))
        if fact is not None:
            reporting.fold(world, fact)
            await stored.save(conn, [*world.reports.values(), *world.works.values()])
            await outbox.add(conn, outgoing([fact]))


@dataclass(frozen=True, slots=True)
class _Came:
    """A message as it came: its name, bytes, way and type."""

    name: str
    raw: bytes
    by: By
    what: str

    def row(self, way: Way, about: str, now: datetime, outcome: Outcome, effects: int = 0) -> inbound.Inbound:
        return inbound.Inbound(
            municipality=way.municipality,
            connection=way.connection.name,
            webhook_id=self.name,
            handoff=about,
            received_at=now,
            body=self.raw,
            effects=effects,
            traceparent=telemetry.traceparent(),
            way=self.by,
            what=self.what,
            outcome=outcome,
        )


async def _count_again(conn: AsyncConnection, way: Way, name: str, raw: bytes) -> None:
    """Another message under the same id is no repeat: it is refused, and stands among those."""
    if await inbound.is_same(conn, [way.municipality], way.connection.name, name, raw):
        await inbound.came_again(conn, {(way.municipality, way.connection.name, name): 1})
