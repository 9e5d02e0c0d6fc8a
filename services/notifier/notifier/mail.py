"""A letter as an e-mail: headers, plain text, simple HTML."""

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final, Self

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notifier.domain.letters import Letter

_templates: Final = Environment(
    loader=PackageLoader("notifier"),
    autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)

# Python 3.11 loses the space between two encoded words where it folds a header; 998 is SMTP's own limit (RFC 5322).
UNFOLDED = SMTP.clone(max_line_length=998)


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


def message_id(notification: str, sender: Sender) -> str:
    """The same for every attempt, so that readers fold a repeat into the first."""
    return f"<{notification}@{sender.host}>"


def build(letter: Letter, *, notification: str, case: str, sender: Sender, to: str, at: datetime) -> EmailMessage:
    """The mail to the address `to` about `case`, which threads the mails of one case. BadAddress if there is no way.

    Marked as automatic (RFC 3834), so that absence notes do not answer it. The address goes without a name: what people
    call themselves has no business in a header.
    """
    message = EmailMessage(policy=UNFOLDED)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = _address(to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(notification, sender)
    message["References"] = f"<{case}@{sender.host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_rendered("mail.txt.j2", letter), cte="quoted-printable")
    message.add_alternative(_rendered("mail.html.j2", letter), subtype="html", cte="quoted-printable")
    message["Content-Language"] = letter.language  # last: `Content-…` set before belongs to the first part
    return message


def _rendered(template: str, letter: Letter) -> str:
    return _templates.get_template(template).render(letter=letter)


def _address(text: str) -> Address:
    """Names of hosts travel in ASCII, whatever is before the @ as it is."""
    user, _, host = text.rpartition("@")
    try:
        return Address(username=user, domain=host if host.isascii() else host.encode("idna").decode("ascii"))
    except UnicodeError as error:
        raise BadAddress from error
