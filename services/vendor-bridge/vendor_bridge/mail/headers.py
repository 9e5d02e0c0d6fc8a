"""What the headers of a mail say: whose it is, which one, whether a person sent it at all. Nothing in them is believed
but what is checked against the directory.
"""

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from typing import Final

from contracts.directory import Connection
from vendor_bridge.mail.clean import one_line

LONGEST_NAME: Final = 150
MOST_HOPS: Final = 50
"""`Received` lines; a mail that passed more servers goes in circles."""
_BULK: Final = frozenset({"bulk", "junk", "list", "auto_reply"})
_ROBOTS: Final = ("x-auto-response-suppress", "x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply-from")
_ABSENT: Final = re.compile(
    r"(?:automatiskt svar|autosvar|frånvaro(?:meddelande)?|automatic reply|auto-?reply|out of (?:the )?office)\s*:",
    re.IGNORECASE,
)
"""How the subject of an absence note begins in the programs of our vendors."""
_OUR_MESSAGE: Final = re.compile(r"(msg_[0-9a-f]{32})@")


@dataclass(frozen=True, slots=True)
class Ours:
    """How our own mails are known: the sender's address, the host that ends their ids, the mailbox for replies."""

    address: str
    host: str
    mailbox: str


def text_of(message: Message, name: str) -> str:
    """A header in its words, on one line; empty where it is missing or makes no sense."""
    raw = message.get(name)
    if raw is None:
        return ""
    try:
        return one_line(str(make_header(decode_header(str(raw)))))
    except (ValueError, LookupError, UnicodeError):
        return one_line(str(raw))


def sender_of(message: Message) -> str:
    """The one address in `From`, in lower case; empty where there is none, or more than one."""
    found = message.get_all("From", [])
    if len(found) != 1:
        return ""
    named = [address for _, address in getaddresses([str(found[0])]) if "@" in address]
    return one_line(named[0].lower()) if len(named) == 1 and named[0].count("@") == 1 else ""


def is_from(connection: Connection, sender: str) -> bool:
    """Whether it is the vendor's mailbox, or its domain where the directory says so."""
    mailbox = (connection.email or "").lower()
    if not mailbox or not sender:
        return False
    same_domain = sender.rpartition("@")[2] == mailbox.rpartition("@")[2]
    return sender == mailbox or (connection.replies_from == "domain" and same_domain)


def failed_at(message: Message, server: str | None) -> bool:
    """Whether the installation's own mail server, named `server`, found the sender forged (DMARC, RFC 8601)."""
    for line in message.get_all("Authentication-Results", []) if server else []:
        name, _, results = str(line).partition(";")
        if name.split() and name.split()[0].lower() == (server or "").lower():
            return re.search(r"\bdmarc\s*=\s*fail\b", results, re.IGNORECASE) is not None
    return False


def automatic(message: Message, mail_from: str, ours: Ours) -> str | None:
    """Why no person sent it: an absence note, a list, a loop; None if one may have."""
    submitted = text_of(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return f"Auto-Submitted: {submitted}"
    if robot := next((name for name in _ROBOTS if message.get(name) is not None), None):
        return f"it has a header {robot}"
    if (precedence := text_of(message, "Precedence").lower()) in _BULK:
        return f"Precedence: {precedence}"
    if _ABSENT.match(subject := text_of(message, "Subject")):
        return f"Subject: {subject.partition(':')[0]}"
    if is_ours(message, ours):
        return "it is our own mail that came back"
    if len(message.get_all("Received", [])) > MOST_HOPS:
        return "it has passed too many servers"
    return None if mail_from else "it has no sender that could be answered"


def is_ours(message: Message, ours: Ours) -> bool:
    """Written here, and sent back by some rule of a mailbox."""
    ids = (str(message.get(name, "")) for name in ("Message-ID", "Resent-Message-ID"))
    if any(id_.strip().rstrip(">").endswith(f"@{ours.host}") and _OUR_MESSAGE.search(id_) for id_ in ids):
        return True
    if any(ours.mailbox in str(line).lower() for line in message.get_all("X-Loop", [])):
        return True
    return sender_of(message) == ours.address.lower()


def is_bounce(message: Message) -> bool:
    """A report of a mail server on what became of a mail (RFC 3464)."""
    kind = str(message.get_param("report-type", "") or "").lower()
    return message.get_content_type() == "multipart/report" and kind == "delivery-status"


@dataclass(frozen=True, slots=True)
class Bounce:
    """`is_final`: it will not be tried again; `status` as `5.1.1`; `messages`: the mails of ours that it names."""

    is_final: bool
    status: str
    messages: Collection[str]


def bounce_of(message: Message, raw: bytes) -> Bounce:
    """What a report says. `raw`: the whole, since reports name our mail in many places."""
    fields = [part for report in message.walk() for part in _fields(report)]
    actions = {text_of(part, "Action").lower() for part in fields}
    status = next((found for part in fields if (found := text_of(part, "Status"))), "")
    number = re.match(r"\d\.\d{1,3}\.\d{1,3}", status)
    named = dict.fromkeys(_OUR_MESSAGE.findall(raw.decode("ascii", "replace")))
    return Bounce("failed" in actions, number.group() if number else "", tuple(named))


def _fields(report: Message) -> Iterator[Message]:
    if report.get_content_type() == "message/delivery-status" and isinstance(content := report.get_payload(), list):
        yield from (part for part in content if isinstance(part, Message))


def name_of(message: Message, raw: bytes) -> str:
    """Its Message-ID; where it has none, a digest of what it says."""
    name = one_line(str(message.get("Message-ID", "")))
    if name and len(name) <= LONGEST_NAME:
        return name
    body = raw.partition(b"\r\n\r\n")[2]
    told = "\n".join(str(message.get(each, "")) for each in ("Message-ID", "From", "Date", "Subject"))
    return f"sha256:{hashlib.sha256(told.encode('utf-8', 'replace') + body).hexdigest()}"


def fingerprint(name: str, sender: str) -> str:
    """The same for a mail that comes again, whatever servers it passed on its way."""
    return hashlib.sha256(f"{name}\n{sender}".encode("utf-8", "replace")).hexdigest()
