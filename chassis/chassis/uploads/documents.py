"""Documents that are kept as they are, after a look inside."""

import zipfile
from collections.abc import Callable
from typing import BinaryIO, Final

from chassis.uploads.refusals import refuse

MOST_UNPACKED: Final = 200_000_000
"""Bytes of all parts of an office document together, as it says itself and as it is."""
MOST_PARTS: Final = 2_000
_PROGRAMS: Final = ("vbaproject.bin", "vbadata.xml", ".exe", ".dll", ".js", ".vbs", ".bat", ".ps1", ".jar")
_CONTENT_TYPES: Final = "[Content_Types].xml"
_HEAD: Final = 1024
_TAIL: Final = 2048
_CHUNK: Final = 1 << 16


def pdf(file: BinaryIO, name: str) -> BinaryIO:
    """The same file: begins as a PDF, at once, and ends as one."""
    if not file.read(_HEAD).startswith(b"%PDF-"):
        raise refuse("disguised", name)
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    if b"%%EOF" not in file.read():
        raise refuse("unreadable", name)
    return file


def office(part: str) -> Callable[[BinaryIO, str], BinaryIO]:
    """The reader of Office Open XML whose own parts lie below `part`."""

    def read(file: BinaryIO, name: str) -> BinaryIO:
        inside = _inside(file, name)
        if _CONTENT_TYPES not in inside or not any(each.startswith(part) for each in inside):
            raise refuse("disguised", name)
        return file

    return read


def opened(media_type: str) -> Callable[[BinaryIO, str], BinaryIO]:
    """The reader of OpenDocument, which names its own type in its first part."""

    def read(file: BinaryIO, name: str) -> BinaryIO:
        inside = _inside(file, name)
        if "mimetype" not in inside or "content.xml" not in inside:
            raise refuse("disguised", name)
        if any(each.lower().startswith(("basic/", "scripts/")) for each in inside):
            raise refuse("has_program", name)
        with zipfile.ZipFile(file) as archive, archive.open("mimetype") as part:
            if part.read(200).strip() != media_type.encode():
                raise refuse("disguised", name)
        return file

    return read


def _inside(file: BinaryIO, name: str) -> frozenset[str]:
    """Names of the parts of an archive that is one from its first byte, stays reasonable unpacked and runs nothing."""
    if file.read(4) != b"PK\x03\x04":
        raise refuse("disguised", name)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise refuse("unpacks_too_large", name)
            if any(part.filename.lower().endswith(_PROGRAMS) for part in parts):
                raise refuse("has_program", name)
            _unpack(archive, parts, name)
            return frozenset(part.filename for part in parts)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        raise refuse("unreadable", name) from None


def _unpack(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], name: str) -> None:
    """What an archive says of its sizes may be a lie; nothing is kept of what is read here."""
    read = 0
    for part in parts:
        with archive.open(part) as content:
            while chunk := content.read(_CHUNK):
                read += len(chunk)
                if read > MOST_UNPACKED:
                    raise refuse("unpacks_too_large", name)
