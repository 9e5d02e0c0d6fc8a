"""Files that a vendor's system sends as attachments of a ticket: inside, as base64. An address is never fetched.

MEF 124: attachments are added, never changed or deleted; those that are there stay, whether they are sent or not.
"""

import binascii
import json
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Final

from chassis.uploads import Refused as FileRefused
from chassis.uploads import refuse
from contracts.timeline import FileRef
from contracts.webhooks import message_of
from vendor_bridge.files import NO_WORDS, Sent
from vendor_bridge.tmf.change import Saying
from vendor_bridge.tmf.errors import Refused

_KNOWN: Final = frozenset(
    {"id", "href", "name", "description", "attachmentType", "mimeType", "content", "url", "size", "validFor"}
)


def new(given: Any, current: Mapping[str, Any]) -> list[Sent]:
    """Those that are not there yet. Raises errors.Refused."""
    if not isinstance(given, list):
        raise Refused(400, "attachment is a list. Attachments are added, never taken away.")
    there = {each["id"] for each in current.get("attachment", ())}
    found = []
    for place, each in enumerate(given, 1):
        if not isinstance(each, dict) or any(name not in _KNOWN and not name.startswith("@") for name in each):
            raise Refused(400, f"An attachment has {', '.join(sorted(_KNOWN))}, and nothing else.")
        if isinstance(each.get("id"), str) and each["id"] in there:
            continue
        found.append(_sent(each, place if len(given) > 1 else None))
    return found


def _sent(each: Mapping[str, Any], place: int | None) -> Sent:
    name, kind, content = each.get("name"), each.get("mimeType"), each.get("content")
    if not isinstance(name, str) or not name.strip():
        raise Refused(400, "attachment.name is missing.")
    if kind is not None and not isinstance(kind, str):
        raise Refused(400, "attachment.mimeType is no text.")
    if content is None:
        only_link = refuse("not_inline", name[:100])
        only_link.place = place
        raise _refused(only_link)
    if not isinstance(content, str):
        raise Refused(400, "attachment.content is no base64.")
    try:
        return Sent.of_bytes(name, b64decode(content, validate=True), kind)
    except (binascii.Error, ValueError):
        raise Refused(400, "attachment.content is no base64.") from None


@contextmanager
def refused() -> Iterator[None]:
    """Refusals of files in TM Forum's shape."""
    try:
        yield
    except FileRefused as error:
        raise _refused(error) from None


def _refused(file: FileRefused) -> Refused:
    return Refused(400, f"attachment: {file.words['en']}", kept=f"attachment: {file.unnamed['en']}")


def entry(handoff: str, files: Sequence[FileRef]) -> Saying:
    """The message that they come with: the same files again are the same."""
    said = json.dumps([[file.name, file.sha256] for file in files])
    name = f"{handoff}/files/{sha256(said.encode()).hexdigest()[:24]}"
    return Saying(name, message_of("entry_added", {"handoff": handoff, "text": NO_WORDS["sv"]}))
