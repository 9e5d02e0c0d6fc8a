"""Documents that are kept as they are, after a look inside."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import IO, BinaryIO, Final

from chassis.uploads.refusals import refuse
from chassis.uploads.relations import Malformed, Relations

MOST_UNPACKED: Final = 200_000_000
"""Bytes of all parts of an office document together, as it says itself and as it is."""
MOST_PARTS: Final = 2_000
_PROGRAMS: Final = ("vbaproject.bin", "vbadata.xml", ".exe", ".dll", ".js", ".vbs", ".bat", ".ps1", ".jar")
_OBJECT: Final = re.compile(r"(?:^|/)(?:embeddings/.*(?<!\.xlsx)|oleobject[^/]*|activex\d*\.(?:bin|xml))$")
"""A part that another program opens. A chart keeps its numbers in a workbook of its own, which is looked into too."""
_WORKBOOK: Final = re.compile(r"(?:^|/)embeddings/.*\.xlsx$")
MOST_OF_WORKBOOK: Final = 20_000_000
"""Bytes of a chart's numbers."""
_OPEN_OBJECT: Final = re.compile(r"(?:^|/)object \d+$")
"""As OpenDocument keeps an object of another program; one of its own kind is a folder of that name."""
_OPEN_PROGRAMS: Final = re.compile(r"(?:^|/)(?:basic|scripts)/")
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
        _nothing_foreign(file, name)
        return file

    return read


def opened(media_type: str) -> Callable[[BinaryIO, str], BinaryIO]:
    """The reader of OpenDocument, which names its own type in its first part."""

    def read(file: BinaryIO, name: str) -> BinaryIO:
        inside = _inside(file, name)
        if "mimetype" not in inside or "content.xml" not in inside:
            raise refuse("disguised", name)
        if any(_OPEN_PROGRAMS.search(each.lower()) or _is_foreign(each.lower()) for each in inside):
            raise refuse("has_program", name)
        with zipfile.ZipFile(file) as archive, archive.open("mimetype") as part:
            if part.read(200).strip() != media_type.encode():
                raise refuse("disguised", name)
        return file

    return read


def _is_foreign(part: str) -> bool:
    return _OPEN_OBJECT.search(part) is not None and not part.startswith("objectreplacements/")


def _nothing_foreign(file: BinaryIO, name: str, *, within: bool = False) -> None:
    """Of Office Open XML: no objects of other programs, and nothing that is fetched when the document is opened.

    `within`: it is a chart's workbook, which has none of its own.
    """
    found = Relations()
    with zipfile.ZipFile(file) as archive:
        for part in archive.infolist():  # by its place, not by its name: several may have one
            path = part.filename.lower()
            if _OBJECT.search(path) or (within and _WORKBOOK.search(path)):
                raise refuse("has_program", name)
            if path.endswith(".rels"):
                with archive.open(part) as content:
                    _read(found, content, name)
            elif _WORKBOOK.search(path):
                if part.file_size > MOST_OF_WORKBOOK:
                    raise refuse("unpacks_too_large", name)
                workbook = BytesIO(archive.read(part))
                _inside(workbook, name)
                _nothing_foreign(workbook, name, within=True)
    if found.runs:
        raise refuse("has_program", name)
    if found.reaches_out:
        raise refuse("reaches_out", name)


def _read(found: Relations, part: IO[bytes], name: str) -> None:
    try:
        found.read(part)
    except Malformed:
        raise refuse("unreadable", name) from None


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
