"""A letter as an e-mail: headers, plain text, simple HTML."""

from datetime import datetime
from email.message import EmailMessage
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from chassis.mail import Sender, automatic
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
    """The mail to the address `to` about `case`, which threads the mails of one case. BadAddress if there is no way."""
    return automatic(
        name=notification,
        about=case,
        sender=sender,
        to=to,
        at=at,
        subject=letter.subject,
        text=_rendered("mail.txt.j2", letter),
        html=_rendered("mail.html.j2", letter),
        language=letter.language,
    )


def _rendered(template: str, letter: Letter) -> str:
    return _templates.get_template(template).render(letter=letter)
