"""What a vendor reports itself, and the work that it announces; the rules' order is in `vendor_bridge.reported`."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Row

from contracts.timeline import FileRef
from contracts.webhooks import (
    OfHandoff,
    OfItsOwn,
    TicketChangedMessage,
    TicketReported,
    TicketReportedMessage,
    WorkAnnounced,
    WorkAnnouncedMessage,
)
from vendor_bridge.applying import Receipt, UnknownHandoff
from vendor_bridge.domain.reports import Report, Work
from vendor_bridge.handlers.proving import Proving
from vendor_bridge.reported import MOST, Reporting, Told
from vendor_bridge.store import reports as stored
from vendor_bridge.store.directories import Way
from vendor_bridge.store.inbound import By


class OfItsOwnWords(Proving):
    """Messages that begin nothing of ours."""

    _reporting: Reporting

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

    async def _place_of_report(self, connection: str, municipalities: Collection[str], report: str) -> Row[Any]:
        """(municipality, handoff) of what the vendor reported; UnknownHandoff."""
        async with self._engine.connect() as conn:
            found = await stored.place_of(conn, connection, report)
        if found is None or found.municipality not in municipalities:
            raise UnknownHandoff
        return found

    async def _is_known(self, way: Way, name: str) -> bool:
        async with self._engine.connect() as conn:
            return await stored.said_before(conn, way, name) is not None
