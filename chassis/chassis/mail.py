"""What every mail that a service writes has in common: from whom, to whom, and how its headers are written.

BadAddress          no mail server would understand it
"""

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final, Self

# Python 3.11 loses the space between two encoded words where it folds a header; 998 is SMTP's own limit (RFC 5322).
UNFOLDED: Final = SMTP.clone(max_line_length=998)


class BadAddress(Exception):
    """No mail server would understand it."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom mails come from; `host` makes their ids worldwide unique."""

    name: str
    address: str
    host: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """`Name <user@host>` or `user@host`; ValueError for anything else."""
        name, address = parseaddr(text)
        user, _, host = address.partition("@")
        if not (user and host and address in text and text.isprintable() and address.isascii()):
            raise ValueError("write it as Name <user@host>")
        try:
            Address(addr_spec=address)
        except MessageError as error:
            raise ValueError("the address is none") from error
        return cls(name, address, host)

    @property
    def mailbox(self) -> Address:
        """As a header has it."""
        return Address(self.name, addr_spec=self.address)

    def message_id(self, name: str) -> str:
        """The same for every attempt at the mail of that name, so that readers fold a repeat into the first."""
        return f"<{name}@{self.host}>"


def address(text: str) -> Address:
    """Names of hosts travel in ASCII, whatever is before the @ as it is. Raises BadAddress."""
    user, _, host = text.rpartition("@")
    try:
        return Address(username=user, domain=host if host.isascii() else host.encode("idna").decode("ascii"))
    except (ValueError, MessageError) as error:
        raise BadAddress from error


def automatic(
    *, name: str, about: str, sender: Sender, to: str, at: datetime, subject: str, text: str, html: str, language: str
) -> EmailMessage:
    """The mail `name` to the address `to`; mails `about` the same are one thread. BadAddress if there is no way.

    Marked as automatic (RFC 3834), so that absence notes do not answer it. The address goes without a name: what people
    call themselves has no business in a header.
    """
    message = EmailMessage(policy=UNFOLDED)
    message["From"] = sender.mailbox
    message["To"] = address(to)
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = sender.message_id(name)
    message["References"] = sender.message_id(about)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = language  # last: `Content-…` set before belongs to the first part
    return message
