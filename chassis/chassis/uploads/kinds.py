"""Which kinds of files are taken, and what a file's bytes say it is, whatever it is called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

import filetype

from chassis.uploads import documents, pictures, plain
from chassis.uploads.names import ending_of
from chassis.uploads.refusals import refuse

Reader = Callable[[BinaryIO, str], BinaryIO]
"""(file at its beginning, its name) → what is kept of it; raises Refused."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind that is taken. `also`: media types it is sent under besides its own."""

    media_type: str
    endings: tuple[str, ...]
    read: Reader
    also: tuple[str, ...] = ()


_ZIPPED: Final = ("application/zip", "application/x-zip-compressed")
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_OPEN: Final = "application/vnd.oasis.opendocument"

KINDS: Final = (
    Kind("image/jpeg", ("jpg", "jpeg"), pictures.read("JPEG"), ("image/jpg", "image/pjpeg")),
    Kind("image/png", ("png",), pictures.read("PNG"), ("image/x-png",)),
    Kind("image/webp", ("webp",), pictures.read("WEBP")),
    Kind("image/gif", ("gif",), pictures.read("GIF")),
    Kind("application/pdf", ("pdf",), documents.pdf, ("application/x-pdf",)),
    Kind("text/plain", ("txt", "log"), plain.read, ("text/x-log",)),
    Kind("text/csv", ("csv",), plain.read, ("text/plain", "application/csv", "application/vnd.ms-excel")),
    Kind(f"{_OFFICE}.wordprocessingml.document", ("docx",), documents.office("word/"), _ZIPPED),
    Kind(f"{_OFFICE}.spreadsheetml.sheet", ("xlsx",), documents.office("xl/"), _ZIPPED),
    Kind(f"{_OFFICE}.presentationml.presentation", ("pptx",), documents.office("ppt/"), _ZIPPED),
    Kind(f"{_OPEN}.text", ("odt",), documents.opened(f"{_OPEN}.text"), _ZIPPED),
    Kind(f"{_OPEN}.spreadsheet", ("ods",), documents.opened(f"{_OPEN}.spreadsheet"), _ZIPPED),
)
BY_ENDING: Final[Mapping[str, Kind]] = {ending: kind for kind in KINDS for ending in kind.endings}
TYPES: Final[Mapping[str, Kind]] = {kind.media_type: kind for kind in KINDS}
PICTURES: Final = frozenset(kind.media_type for kind in KINDS if kind.media_type.startswith("image/"))
"""Media types of pictures, which were written anew when they came: a browser may show these in the page."""
_ANYTHING: Final = ("", "application/octet-stream", "binary/octet-stream")
_HEAD: Final = 8192


def read(file: BinaryIO, name: str, called: str) -> tuple[Kind, BinaryIO]:
    """What the file is and what is kept of it. Its name, the type it came under and its bytes must agree.

    Without an ending the type counts, without a type the ending, without either the bytes.
    """
    head = file.read(_HEAD)
    file.seek(0)
    guessed = filetype.guess(head)
    found = guessed.mime if guessed else None
    ending = ending_of(name)
    kind = BY_ENDING.get(ending) or (TYPES.get(called) or TYPES.get(found or "") if not ending else None)
    if kind is None:
        raise refuse("not_taken", name)
    if called not in _ANYTHING and called not in (kind.media_type, *kind.also):
        raise refuse("disguised", name)
    if found is not None and found not in (kind.media_type, *_looks_like(kind)):
        raise refuse("disguised", name)
    return kind, kind.read(file, name)


def _looks_like(kind: Kind) -> tuple[str, ...]:
    """Office documents are archives, whose beginning does not always say of what."""
    return _ZIPPED if _ZIPPED[0] in kind.also else ()
