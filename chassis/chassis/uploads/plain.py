"""Plain text: logs, lists, notes."""

import codecs
import re
from typing import BinaryIO, Final

from chassis.uploads.refusals import refuse

_CHUNK: Final = 64 * 1024
_PAGE: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|script|svg|iframe|\?xml|\?php|!--)", re.IGNORECASE
)
"""What a browser that guesses would run."""
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""Bytes that no text has; ESC is in logs that were coloured."""


def read(file: BinaryIO, name: str) -> BinaryIO:
    """The same file. Refused: a page or a picture in writing (HTML, SVG), and what is no text in UTF-8 or Latin-1."""
    head = file.read(_CHUNK)
    file.seek(0)
    if _PAGE.match(head):
        raise refuse("disguised", name)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _decodes(file, "utf-16", name)
        return file
    while chunk := file.read(_CHUNK):
        if _CONTROL.search(chunk):
            raise refuse("disguised", name)
    return file


def _decodes(file: BinaryIO, encoding: str, name: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(_CHUNK):
            if "\0" in decoder.decode(chunk):
                raise refuse("disguised", name)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise refuse("unreadable", name) from None
