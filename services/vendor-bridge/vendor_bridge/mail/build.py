"""A reading as a mail: headers, plain text, simple HTML, the bundle attached."""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from chassis.mail import UNFOLDED, Sender, address
from contracts.bundle import File
from vendor_bridge.mail import wording
from vendor_bridge.mail.letters import BUNDLE_FILE, STORY_FILE, Reading, as_text, in_order

LARGEST_PLAIN: Final = 2 * 1024 * 1024
"""Bytes of a bundle that is attached as it is; mail servers refuse large mails, so a larger one is packed."""

_templates: Final = Environment(
    loader=PackageLoader("vendor_bridge"),
    autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a mail's headers say. `message_id` is the same at every attempt; `first` that of the hand-off's first mail,
    itself or the one that this one continues.
    """

    sender: Sender
    to: str
    reply_to: str
    message_id: str
    first: str
    loop: str
    """What a mail of ours is known by when some rule sends it back."""
    at: datetime


def build(
    reading: Reading, envelope: Envelope, bundle: bytes, files: Sequence[tuple[File, bytes]] = ()
) -> EmailMessage:
    """Raises BadAddress where nobody could be written to. Marked as automatic (RFC 3834): absence notes stay away."""
    message = EmailMessage(policy=UNFOLDED)
    message["From"] = envelope.sender.mailbox
    message["To"] = address(envelope.to)
    message["Reply-To"] = address(envelope.reply_to)
    message["Subject"] = reading.subject
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = envelope.message_id
    if envelope.first != envelope.message_id:
        message["In-Reply-To"] = envelope.first
        message["References"] = envelope.first
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["X-Loop"] = envelope.loop
    message.set_content(_rendered("letter.txt.j2", reading), cte="quoted-printable")
    message.add_alternative(_rendered("letter.html.j2", reading), subtype="html", cte="quoted-printable")
    if reading.whole:
        message.add_attachment(as_text(reading.whole), filename=STORY_FILE, cte="base64")
    if len(bundle) <= LARGEST_PLAIN:
        message.add_attachment(bundle, maintype="application", subtype="json", filename=BUNDLE_FILE)
    else:
        packed = gzip.compress(bundle, mtime=0)
        message.add_attachment(packed, maintype="application", subtype="gzip", filename=f"{BUNDLE_FILE}.gz")
    for file, content in files:
        maintype, _, subtype = file.media_type.partition("/")
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=file.name)
    return message


def _rendered(template: str, reading: Reading) -> str:
    return _templates.get_template(template).render(reading=reading, say=wording, in_order=in_order)
