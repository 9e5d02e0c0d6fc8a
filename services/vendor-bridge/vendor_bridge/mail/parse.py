"""A mail as it came, in plain text and a list of its files. Never raises for what a mail holds: what cannot be read is
said, and the mail is kept as it came.
"""

import email
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.policy import compat32
from typing import Final

import filetype
import inscriptis
import lxml.etree
import quotequail

from vendor_bridge.mail.clean import clean, one_line

MOST_PARTS: Final = 200
MOST_FILES: Final = 20
"""Files that are named one by one."""
LARGEST_HTML: Final = 300_000
LARGEST_TEXT: Final = 200_000
"""Characters that are read of a mail's text."""
DECORATION: Final = 20_000
"""Bytes of a picture inside the text that is taken for a signature's."""


_UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError, lxml.etree.LxmlError)
"""What the parsers raise for headers and pages that make no sense."""


@dataclass(frozen=True, slots=True)
class File:
    """`kind`: what its bytes are, if that is known; `called`: what the mail says they are."""

    name: str
    size: int
    kind: str | None
    called: str
    content: bytes = field(default=b"", repr=False)
    why: Mapping[str, str] = field(default_factory=dict)
    """Why it was not taken, by language."""

    @property
    def is_disguised(self) -> bool:
        """A program, or anything else, that calls itself a picture or a document."""
        called, kind = self.called.partition("/")[0], (self.kind or "").partition("/")[0]
        return self.kind is not None and self.called != "application/octet-stream" and called != kind


@dataclass(slots=True)
class Content:
    """`is_broken`: not all of it could be read."""

    text: str = ""
    files: list[File] = field(default_factory=list)
    more_files: int = 0
    is_broken: bool = False


def headers_of(raw: bytes) -> Message:
    """The headers, and the parts as far as they make sense."""
    try:
        return email.message_from_bytes(raw, policy=compat32)
    except (RecursionError, ValueError, LookupError):  # parts in parts without end
        return email.message_from_bytes(re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0], policy=compat32)


def content_of(raw: bytes) -> Content:
    """The text that a person wrote, quotes and signature still in it, and the files beside."""
    message = headers_of(raw)
    content = Content(is_broken=bool(message.is_multipart() and not message.get_payload()))
    plain: list[str] = []
    html: list[str] = []
    for part in _leaves(message):
        try:
            _sort(part, plain, html, content)
        except _UNREADABLE:
            content.is_broken = True
    text = "\n\n".join(each for each in (clean(part) for part in plain) if each)
    if not text:
        text = "\n\n".join(each for each in (clean(_without_html(part)) for part in html) if each)
    content.text = text[:LARGEST_TEXT]
    content.is_broken = content.is_broken or len(text) > LARGEST_TEXT
    return content


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that are not made of parts; a mail inside the mail is one."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting[:0] = [each for each in inner if isinstance(each, Message)]
        else:
            yield part


def _sort(part: Message, plain: list[str], html: list[str], content: Content) -> None:
    kind, disposition = part.get_content_type(), part.get_content_disposition()
    name = part.get_filename()
    if disposition != "attachment" and not name and kind in ("text/plain", "text/html"):
        (plain if kind == "text/plain" else html).append(_decoded(part))
        return
    body = _bytes_of(part)
    guessed = filetype.guess(body[:8192])
    found = File(
        name=one_line(re.split(r"[/\\]", name or "")[-1], 100) or ("mejl" if kind == "message/rfc822" else "namnlös"),
        size=len(body),
        kind=guessed.mime if guessed else None,
        called=one_line(kind, 100),
        content=body,
    )
    is_decoration = disposition != "attachment" and part.get("Content-ID") and (found.kind or "").startswith("image/")
    if is_decoration and found.size <= DECORATION:
        return
    if len(content.files) < MOST_FILES:
        content.files.append(found)
    else:
        content.more_files += 1


def _bytes_of(part: Message) -> bytes:
    if part.is_multipart():  # a mail inside the mail
        return b"".join(bytes(each) for each in part.get_payload() if isinstance(each, Message))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _decoded(part: Message) -> str:
    """By its own charset; where that is wrong or unknown, by what the bytes look like."""
    body = _bytes_of(part)
    declared = str(part.get_content_charset() or "utf-8")
    names = [declared, "utf-8", "cp1252"] if body.isascii() else ["utf-8", declared, "cp1252"]
    for name in names:
        try:
            return body.decode(name)
        except (LookupError, ValueError):  # UnicodeError is one
            continue
    return body.decode("utf-8", "replace")


def _without_html(html: str) -> str:
    """The text of a page, scripts and styles gone, and of mail programs' quotes what they mark as such."""
    html = html[:LARGEST_HTML].replace("\x00", "")
    found = quotequail.unwrap_html(html) or {}
    own = found.get("html_top") or found.get("html_bottom") or html
    return "\n".join(line.strip() for line in inscriptis.get_text(own).split("\n"))
