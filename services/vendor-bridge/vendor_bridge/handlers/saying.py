"""What a vendor says, by whatever profile it came: stored and applied, each a transaction."""

from collections.abc import Collection, Sequence

from chassis import telemetry
from chassis.crashpoints import crash_point
from contracts.timeline import FileRef
from contracts.webhooks import (
    Incoming,
    OfHandoff,
    OfItsOwn,
    TicketChangedMessage,
)
from vendor_bridge.applying import Applying, Receipt, Saying
from vendor_bridge.handlers.reporting import OfItsOwnWords
from vendor_bridge.store.directories import Way
from vendor_bridge.store.inbound import By


class SaysIt(OfItsOwnWords):
    """Of one that has proven whose it is."""

    _applying: Applying

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


def _said_of(message: OfHandoff, handoff: str) -> OfHandoff:
    data = message.data.model_copy(update={"handoff": handoff})
    return message.model_copy(update={"data": data})
