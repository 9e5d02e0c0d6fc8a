"""Files that people send: checked against what they say they are, cleaned, and put into the store.

    kept = await keep(store, file, name="Bild 1.JPG", called="image/jpeg", most=10_000_000)

Refused             the file is not taken; `words` say why, in both languages, to whoever sent it

What is taken and what is done to it: pictures (JPEG, PNG, WebP, GIF) are decoded and written anew, which drops where
they were taken, whatever hides behind their pixels, and what only looked like a picture; PDF, plain text and office
documents without macros are kept byte for byte. Everything else is refused.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from chassis.objects import CHUNK_BYTES, Digest, ObjectStore, digest
from chassis.uploads import kinds, names
from chassis.uploads.refusals import Refused, refuse

__all__ = ["ACCEPT", "Checked", "Kept", "Refused", "check", "keep", "put", "refuse"]

ACCEPT: Final = ",".join(sorted({*kinds.TYPES, *(f".{ending}" for ending in kinds.BY_ENDING)}))
"""For the `accept` of a file field: a phone offers its camera for the pictures among them, and makes JPEG of HEIC."""

_PICTURES_AT_ONCE: Final = 2
"""A decoded picture is large; more of them wait for their turn, whatever number is sent at once."""
_decoding: Final = asyncio.Semaphore(_PICTURES_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store. `size` in bytes, of what is kept."""

    name: str
    media_type: str
    size: int
    sha256: Digest


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept. `content` is at its beginning; it is the sent file itself, or a picture written anew."""

    kept: Kept
    content: BinaryIO


async def check(file: BinaryIO, *, name: str, called: str | None, most: int) -> Checked:
    """Reads the file and says what it is; nothing is kept yet. `called`: the media type it was sent under.

    Raises Refused. `most`: bytes.
    """
    async with _decoding:
        return await asyncio.to_thread(_check, file, name, called, most)


async def put(store: ObjectStore, checked: Checked) -> Kept:
    """Its bytes in the store, durably; the same bytes again are the same object."""
    await store.put(_chunks(checked.content))
    return checked.kept


async def keep(store: ObjectStore, file: BinaryIO, *, name: str, called: str | None, most: int) -> Kept:
    """`check`, then `put`."""
    return await put(store, await check(file, name=name, called=called, most=most))


def _check(file: BinaryIO, name: str, called: str | None, most: int) -> Checked:
    shown = names.clean(name)
    size = file.seek(0, 2)
    if size == 0:
        raise refuse("empty", shown)
    if size > most:
        raise refuse("too_large", shown, limit=most // 1_000_000)
    file.seek(0)
    kind, content = kinds.read(file, shown, (called or "").partition(";")[0].strip().lower())
    content.seek(0)
    found, size = hashlib.sha256(), 0
    while chunk := content.read(CHUNK_BYTES):
        found.update(chunk)
        size += len(chunk)
    if size > most:  # a picture may grow when it is written anew
        raise refuse("too_large", shown, limit=most // 1_000_000)
    content.seek(0)
    return Checked(
        Kept(names.with_ending(shown, kind.endings), kind.media_type, size, digest(found.hexdigest())), content
    )


async def _chunks(content: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := await asyncio.to_thread(content.read, CHUNK_BYTES):
        yield chunk
