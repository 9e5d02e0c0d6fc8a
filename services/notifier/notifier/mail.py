"""A letter as an e-mail: headers, plain text, simple HTML."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from chassis.mail import UNFOLDED, Sender, address
from notifier.domain.letters import Letter

_templates: Final = Environment(
    loader=PackageLoader("notifier"),
    autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def build(letter: Letter, *, notification: str, case: str, sender: Sender, to: str, at: datetime) -> EmailMessage:
    """The mail to the address `to` about `case`, which threads the mails of one case. BadAddress if there is no way.

    Marked as automatic (RFC 3834), so that absence notes do not answer it. The address goes without a name: what people
    call themselves has no business in a header.
    """
    message = EmailMessage(policy=UNFOLDED)
    message["From"] = sender.mailbox
    message["To"] = address(to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = sender.message_id(notification)
    message["References"] = sender.message_id(case)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_rendered("mail.txt.j2", letter), cte="quoted-printable")
    message.add_alternative(_rendered("mail.html.j2", letter), subtype="html", cte="quoted-printable")
    message["Content-Language"] = letter.language  # last: `Content-…` set before belongs to the first part
    return message


def _rendered(template: str, letter: Letter) -> str:
    return _templates.get_template(template).render(letter=letter)
