"""A vendor that has only a mailbox: it gets mails over SMTP and answers over SMTP, as a mail program does."""

import asyncio
import re
import smtplib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as CRLF
from email.utils import format_datetime, make_msgid
from typing import Any

from chassis.mail import Sender
from chassis.smtp import MailServer as Relay
from chassis.timers import DueLoop
from eskalera.mailbox import Mail
from tests.support.mail import MailHost
from vendor_bridge.mail.addresses import ReplyAddresses
from vendor_bridge.mail.gate import Limits
from vendor_bridge.mail.intake import Intake
from vendor_bridge.mail.office import Office
from vendor_bridge.mail.room import MailRoom
from vendor_bridge.mail.server import MailServer
from vendor_bridge.profiles.email import EmailProfile

MAILBOX = "support@natleverantoren.example"
HOST = "leverantorer.malarvik.example"
REPLIES = f"svar@{HOST}"
SENDER = Sender.parse("Eskalera <eskalera@malarvik.example>")


@dataclass(frozen=True)
class Answer:
    """What the bridge's server said of a mail."""

    code: int
    text: str


class Post:
    """The bridge's mail, wired as `main` does: out to `host`, in on `server`."""

    def __init__(self, bridge: Any, host: MailHost, secret: str, **more: Any) -> None:
        self.bridge, self.host = bridge, host
        self.office = Office(Relay.parse(host.url), SENDER, ReplyAddresses.of(REPLIES, secret))
        self.intake = Intake(bridge.engine, bridge.directories, self.office, more.pop("authserv", None))
        limits = more.pop("limits", Limits(per_minute=10_000))
        self.server = MailServer(self.intake, "127.0.0.1", 0, name=HOST, limits=limits, **more)
        self.room = MailRoom(bridge.engine, bridge.vendors, bridge.files)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self.bridge.profiles["email"] = EmailProfile(
            self.bridge.engine, self.bridge.directories, self.office, self.bridge.files
        )
        await self.host.start()
        self._tasks.append(asyncio.create_task(self.server.run()))
        while self.server.listening is None:
            assert not self._tasks[0].done(), self._tasks[0]
            await asyncio.sleep(0.01)

    def start_reading(self) -> None:
        self._tasks.append(asyncio.create_task(DueLoop("mail", self.room.turn, poll=0.05).run()))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await self.host.stop()

    def of(self, handoff: str) -> list[Mail]:
        """The mails about a hand-off, in the order they came."""
        replies = self.office.replies
        return [mail for mail in self.host.mails if replies.read(reply_to(mail), datetime.now(UTC)) == handoff]

    async def send(self, to: str | list[str], raw: bytes, *, mail_from: str = MAILBOX, **options: Any) -> Answer:
        """Over SMTP, as it is."""
        return await asyncio.to_thread(self._send, [to] if isinstance(to, str) else to, raw, mail_from, options)

    def _send(self, to: list[str], raw: bytes, mail_from: str, options: dict[str, Any]) -> Answer:
        assert self.server.listening is not None
        with smtplib.SMTP("127.0.0.1", self.server.listening, timeout=30) as client:
            client.ehlo("mail.natleverantoren.example")
            client.mail(mail_from, **options)
            for each in to:
                code, text = client.rcpt(each)
                if code != 250:
                    return Answer(code, text.decode())
            code, text = client.data(re.sub(rb"\r?\n", b"\r\n", raw))
            return Answer(code, text.decode())


def reply_to(mail: Mail) -> str:
    return str(mail.message["Reply-To"])


def written(
    text: str = "",
    *,
    to: str = REPLIES,
    sender: str = f"Nils <{MAILBOX}>",
    subject: str = "Sv: Ärende",
    name: str | None = None,
    html: str | None = None,
    headers: dict[str, str] | None = None,
) -> EmailMessage:
    """A mail of a mail program. `name`: its Message-ID."""
    message = EmailMessage(policy=CRLF)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = (
        f"<{name}@natleverantoren.example>" if name else make_msgid(domain="natleverantoren.example")
    )
    for header, value in (headers or {}).items():
        message[header] = value
    if text or html is None:
        message.set_content(text)
    if html is not None:
        (message.add_alternative if text else message.set_content)(html, subtype="html")
    return message


def replied(mail: Mail, text: str) -> str:
    """The text of a reply to it, as most programs write it: on top, the mail below."""
    quoted = "\n".join(f"> {line}" for line in mail.text.split("\n"))
    return f"{text}\n\nDen mån 30 nov. 2026 kl 10:15 skrev Eskalera <{reply_to(mail)}>:\n\n{quoted}\n"
