"""Files that cross a hand-off: those of its story, for its vendor, and those that the vendor sends.

A vendor fetches exactly what its story names, by the rule by which it reads the story (`VendorSide.bundle`): while it
holds the case all that it may read, afterwards what there was when its part ended.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256 as digest_of
from io import BytesIO
from typing import Any, BinaryIO, Final

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.responses import StreamingResponse

from chassis import logs, uploads
from chassis.crashpoints import crash_point
from chassis.objects import NoSuchObject, ObjectStore
from chassis.uploads import Checked, Refused, refuse
from chassis.uploads.serving import Named, streamed
from chassis.uploads.settings import UploadSettings
from contracts.timeline import FileRef
from contracts.webhooks import Incoming, TicketReported, message_of
from vendor_bridge import metrics
from vendor_bridge.domain.reports import Report
from vendor_bridge.handlers import Receipt, UnknownHandoff, VendorSide
from vendor_bridge.outbound import whole_story
from vendor_bridge.store import inbound, reports, stories
from vendor_bridge.store.directories import Directories, Way
from vendor_bridge.store.inbound import By

NO_WORDS: Final = {"sv": "Bifogade en fil.", "en": "Attached a file."}
"""Stands where a vendor sends a file and says nothing."""

log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came: by whatever profile."""

    name: str
    content: BinaryIO
    called: str | None = None

    @classmethod
    def of_bytes(cls, name: str, content: bytes, called: str | None = None) -> "Sent":
        return cls(name, BytesIO(content), called)


class Files:
    """`objects`: the store that ticketing shares."""

    def __init__(
        self,
        engine: AsyncEngine,
        directories: Directories,
        vendors: VendorSide,
        objects: ObjectStore,
        settings: UploadSettings,
    ) -> None:
        self._engine = engine
        self._directories = directories
        self._vendors = vendors
        self._objects = objects
        self.settings = settings

    async def serve(self, way: Way, handoff: str, sha256: str, name: str | None = None) -> StreamingResponse:
        """A file of the story of a hand-off, or of what the vendor reported. Raises UnknownHandoff for any other,
        whether there is one or not.

        `name`: which of its names there; None: the first.
        """
        file = await self._named(way, handoff, sha256, name)
        try:
            return await streamed(self._objects, file)
        except NoSuchObject:
            log.warning("file_missing", sha256=sha256)
            raise UnknownHandoff from None

    async def _named(self, way: Way, handoff: str, sha256: str, name: str | None) -> Named:
        for file in await self._files_of(way, handoff):
            if file.sha256 == sha256 and name in (None, file.name):
                return file
        raise UnknownHandoff

    async def _files_of(self, way: Way, handoff: str) -> Sequence[Named]:
        """Of what the vendor reported itself its own, and what that became shows (R17)."""
        own: list[Named] = []
        async with self._engine.begin() as conn:
            report = await reports.by_id(conn, way, handoff)
            if report is not None:
                own += [FileRef.model_validate(each) for each in report.files]
                handoff = report.handoff or handoff
            place = await inbound.place_of(conn, way, handoff)
            if place is not None:
                own += (await whole_story(conn, self._directories, place)).files
                sent = await stories.sent_files(conn, place.incident)  # also what is on its way into the story
                own += [each.file for each in sent if each.handoff == handoff]
        return own

    async def content(self, file: Named) -> bytes | None:
        """The bytes of a file that is sent along; None where they are gone."""
        try:
            return b"".join([chunk async for chunk in self._objects.open(file.sha256)])
        except NoSuchObject:
            log.warning("file_missing", sha256=file.sha256)
            return None

    async def checked(self, sent: Sequence[Sent]) -> tuple[Checked, ...]:
        """All of them, and nothing is put yet. Raises Refused."""
        with _counted():
            if len(sent) > self.settings.files_at_once:
                raise refuse("too_many", limit=self.settings.files_at_once)
            return tuple([await self._check(each, place, len(sent)) for place, each in enumerate(sent, 1)])

    async def _check(self, one: Sent, place: int, many: int) -> Checked:
        """`place`: from 1, of so many that came together."""
        try:
            return await uploads.check(one.content, name=one.name, called=one.called, most=self.settings.file_bytes)
        except Refused as refused:
            refused.place = place if many > 1 else None
            raise

    async def put(self, checked: Sequence[Checked]) -> tuple[FileRef, ...]:
        """Their bytes, durably."""
        for each in checked:
            await uploads.put(self._objects, each)
            metrics.FILES.labels(each.kept.media_type).inc()
        return refs(checked)

    async def room(self, handoff: str) -> int:
        """Bytes that the case of a hand-off, which there is, still takes."""
        return await self._vendors.room(handoff)

    async def ask(
        self, connection: str, municipality: str, message: Incoming, name: str, raw: bytes, checked: Sequence[Checked]
    ) -> Receipt:
        """What `say` would answer, or raise, as things stand."""
        with _counted():
            return await self._vendors.ask(connection, {municipality}, message, name, raw, refs(checked))

    async def say(
        self,
        connection: str,
        municipality: str,
        message: Incoming,
        name: str,
        raw: bytes,
        checked: Sequence[Checked],
        *,
        by: By = "webhook",
    ) -> Receipt:
        """`VendorSide.say` with files. What would be refused, or was taken before, has no bytes put for it.

        Raises what that raises.
        """
        if checked:
            asked = await self.ask(connection, municipality, message, name, raw, checked)
            if not asked.repeated:
                await self.put(checked)
                crash_point("bridge.files_put")
        with _counted():
            return await self._vendors.say(connection, {municipality}, message, name, raw, files=refs(checked), by=by)

    async def holds(self, way: Way, handoff: str) -> None:
        """UnknownHandoff where it is neither this connection's nor what it reported: asked before any file is read."""
        async with self._engine.connect() as conn:
            if await inbound.place_of(conn, way, handoff) is None and await reports.by_id(conn, way, handoff) is None:
                raise UnknownHandoff

    async def report(
        self, way: Way, said: TicketReported, name: str, raw: bytes, checked: Sequence[Checked], *, by: By
    ) -> Report:
        """`VendorSide.report` with files. No bytes are put for what would be refused, or is there."""
        if checked and not await self._vendors.is_reported(way, said, name):
            await self.put(checked)
            crash_point("bridge.files_put")
        return await self._vendors.report(way, said, name, raw, refs(checked), by)

    async def attach(
        self, way: Way, handoff: str, sent: Sequence[Sent], said: dict[str, Any], key: str | None
    ) -> tuple[tuple[FileRef, ...], Receipt]:
        """Files as an entry of the vendor's. `said`: text, ticket, private, language; the same again is the same.
        `handoff`: or what it reported, by the ticket's id.

        Raises UnknownHandoff, Refused, AnotherMessage, ValidationError, and what `VendorSide.say` raises.
        """
        await self.holds(way, handoff)
        data = {"handoff": handoff, "text": NO_WORDS["sv"], **said}
        message = message_of("entry_added", data)
        checked = await self.checked(sent)
        files = refs(checked)
        raw = json.dumps({"type": "entry_added", "data": data, "files": [each.model_dump() for each in files]}).encode()
        name = f"files/{key or digest_of(raw).hexdigest()[:40]}"
        receipt = await self.say(way.connection.name, way.municipality, message, name, raw, checked)
        return files, await self._vendors.no_other(receipt, way.connection.name, {way.municipality}, name, raw)


def refs(checked: Sequence[Checked]) -> tuple[FileRef, ...]:
    """As an entry names them."""
    return tuple(FileRef(**asdict(each.kept)) for each in checked)


@contextmanager
def _counted() -> Iterator[None]:
    try:
        yield
    except Refused as error:
        metrics.FILES_REFUSED.labels(error.reason).inc()
        raise
