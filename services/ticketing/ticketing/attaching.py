"""Files that people send with a form or through the API: checked, kept, and given to whom may read their entry."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import UploadFile
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.responses import StreamingResponse

from chassis import logs, uploads
from chassis.crashpoints import crash_point
from chassis.objects import NoSuchObject, ObjectStore
from chassis.uploads import Checked, refuse
from chassis.uploads.serving import streamed
from contracts.disclosure import Reader, may_read
from contracts.timeline import FileRef
from ticketing import metrics
from ticketing.api.context import Context
from ticketing.handlers import NotFound
from ticketing.store import uploads as stored

FIELD: Final = "files"
"""Name of the part of a form that brings files."""
KEPT_UNNAMED: Final = timedelta(hours=24)
"""How long bytes wait for the entry that names them."""

log = logs.get(__name__)


async def take(context: Context, sent: Sequence[UploadFile], case: str | None = None) -> tuple[FileRef, ...]:
    """Checks all of them, then keeps all of them: their bytes are durable when this returns.

    `case`: whose files they become, where it has some already. Raises Refused, and nothing is kept. Who may write to
    the case was asked before.
    """
    given = [file for file in sent if file.filename or file.size]
    if not given:
        return ()
    settings = context.settings
    if len(given) > settings.files_at_once:
        raise refuse("too_many", limit=settings.files_at_once)
    checked = [await _check(context, file) for file in given]
    files = tuple(FileRef(**asdict(each.kept)) for each in checked)
    await _room(context, case, files)
    async with context.engine.begin() as conn:
        await stored.claim(conn, files, datetime.now(UTC))
    for each in checked:
        await uploads.put(context.objects, each)
        metrics.FILES.labels(each.kept.media_type).inc()
    crash_point("ticketing.files_put")
    return files


async def _check(context: Context, file: UploadFile) -> Checked:
    try:
        return await uploads.check(
            file.file, name=file.filename or "", called=file.content_type, most=context.settings.file_bytes
        )
    except uploads.Refused as refused:
        metrics.FILES_REFUSED.labels(refused.reason).inc()
        raise


async def _room(context: Context, case: str | None, files: Sequence[FileRef]) -> None:
    most, size = context.settings.files_of_case_bytes, sum(file.size for file in files)
    if case is not None:
        async with context.reading.connect() as conn:
            size += await stored.size_of(conn, case)
    if size > most:
        raise refuse("too_much", limit=most // 1_000_000)


async def serve(
    context: Context,
    municipality: str,
    readers: Mapping[str, Reader],
    sha256: str,
    name: str | None = None,
    until: Mapping[str, datetime] | None = None,
) -> StreamingResponse:
    """A file of an entry that this reader may read; NotFound for any other, whether there is one or not.

    `readers`: as whom they read each of the cases; `name`: which of its names there, None: the first; `until`: before
    which time some of them are read (R3).
    """
    async with context.reading.connect() as conn:
        entries = await stored.naming(conn, municipality, readers.keys(), sha256)
    for entry in entries:
        if may_read(entry, readers[entry.case]) and not _is_after(until, entry.case, entry.at):
            for file in entry.files:
                if file.sha256 == sha256 and name in (None, file.name):
                    return await _stream(context.objects, file)
    raise NotFound("file")


def _is_after(until: Mapping[str, datetime] | None, case: str, at: datetime) -> bool:
    return until is not None and case in until and at >= until[case]


async def _stream(objects: ObjectStore, file: FileRef) -> StreamingResponse:
    try:
        return await streamed(objects, file)
    except NoSuchObject:
        log.warning("file_missing", sha256=file.sha256)
        raise NotFound("file") from None


class Sweeper:
    """Removes bytes that no entry came to name: `await DueLoop("files", sweeper.turn, poll=10).run()`."""

    def __init__(self, engine: AsyncEngine, objects: ObjectStore) -> None:
        self._engine = engine
        self._objects = objects

    async def turn(self) -> bool:
        """False: what is left is younger."""
        async with self._engine.begin() as conn:
            for sha256 in await stored.orphans(conn, datetime.now(UTC) - KEPT_UNNAMED):
                await self._objects.delete(sha256)
                log.info("file_removed", sha256=sha256)
        return False
