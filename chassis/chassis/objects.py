"""The store for files: content-addressed, so that the same bytes lie there once and nobody's input ever names a path.

TooLarge            more bytes than the limit; nothing was kept
NoSuchObject        nothing lies under that digest
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NewType, Protocol

Digest = NewType("Digest", str)  # SHA-256 of the bytes, 64 lower-case hexadecimal digits

CHUNK_BYTES: Final = 256 * 1024
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class TooLarge(Exception):
    """More bytes than allowed."""


class NoSuchObject(LookupError):
    """No object has this digest."""


def digest(text: str) -> Digest:
    """Checked; raises NoSuchObject for anything that cannot be a digest."""
    if not _DIGEST.fullmatch(text):
        raise NoSuchObject("not a digest")
    return Digest(text)


class ObjectStore(Protocol):
    """Bytes by their digest. All implementations pass the same behaviour suite."""

    async def put(self, content: bytes | AsyncIterator[bytes], *, limit: int | None = None) -> Digest:
        """Keeps the bytes durably before it returns; raises TooLarge above `limit` bytes."""
        ...

    def open(self, digest: str) -> AsyncIterator[bytes]:
        """The bytes in chunks; raises NoSuchObject."""
        ...

    async def size(self, digest: str) -> int:
        """In bytes; raises NoSuchObject."""
        ...

    async def exists(self, digest: str) -> bool: ...

    async def delete(self, digest: str) -> None:
        """Harmless when nothing is there."""
        ...


class DiskStore:
    """Files `aa/bb/<digest>` below a folder, which is made at the first write."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, content: bytes | AsyncIterator[bytes], *, limit: int | None = None) -> Digest:
        incoming = await asyncio.to_thread(_Incoming, self._folder)
        try:
            async for chunk in _chunks(content):
                if limit is not None and incoming.size + len(chunk) > limit:
                    raise TooLarge(f"more than {limit} bytes")
                await asyncio.to_thread(incoming.write, chunk)
            name = await asyncio.to_thread(incoming.finish)
            await asyncio.to_thread(incoming.move, self._path(name))
            return name
        finally:
            await asyncio.to_thread(incoming.drop)

    async def open(self, digest: str) -> AsyncIterator[bytes]:
        try:
            file = await asyncio.to_thread(self._path(digest).open, "rb")
        except FileNotFoundError:
            raise NoSuchObject("no object has this digest") from None
        try:
            while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                yield chunk
        finally:
            file.close()

    async def size(self, digest: str) -> int:
        try:
            return (await asyncio.to_thread(self._path(digest).stat)).st_size
        except FileNotFoundError:
            raise NoSuchObject("no object has this digest") from None

    async def exists(self, digest: str) -> bool:
        try:
            return await asyncio.to_thread(self._path(digest).is_file)
        except NoSuchObject:
            return False

    async def delete(self, digest: str) -> None:
        with suppress(NoSuchObject):
            await asyncio.to_thread(self._path(digest).unlink, missing_ok=True)

    def _path(self, text: str) -> Path:
        name = digest(text)
        return self._folder / name[:2] / name[2:4] / name


async def _chunks(content: bytes | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    async for chunk in content:
        yield chunk


class _Incoming:
    """A file being written, hashed on the way; it gets its name only when whole and on the disk."""

    def __init__(self, folder: Path) -> None:
        incoming = folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=incoming)
        self._file = os.fdopen(descriptor, "wb")
        self._name = Path(name)
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)

    def finish(self) -> Digest:
        self._file.flush()
        os.fsync(self._file.fileno())
        return Digest(self._hash.hexdigest())

    def move(self, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        self._name.replace(target)
        # A name is on the disk when its folder is, a new folder when its parents are.
        for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def drop(self) -> None:
        self._file.close()
        self._name.unlink(missing_ok=True)
