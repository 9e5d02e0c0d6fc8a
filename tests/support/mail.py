"""A mail server that tests put up and take down: the local system's own catcher, with a word in whom it takes."""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from eskalera.mailbox import Mail, Mailbox
from eskalera.mailcatcher import Catcher
from eskalera.ports import free_port

Answer = Callable[[str], str | None]
"""What a recipient's RCPT is answered with; None: taken."""


class MailHost:
    """`await host.start()`, `await host.stop()`; the port stays the same, the mails too."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.box = Mailbox(folder / "mails.sqlite")
        self.answer: Answer = lambda _recipient: None
        self.sessions = 0
        self.came: list[tuple[bool, bytes]] = []
        """Of each mail, whether it was said to be in UTF-8 (RFC 6531), and its bytes."""
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[Mail]:
        """In the order they came."""
        return self.box.newest(limit=1000)[::-1]

    async def start(self, *, tls: ssl.SSLContext | None = None, **options: Any) -> None:
        handler = Answering(self)

        def protocol() -> SMTP:
            self.sessions += 1
            return SMTP(handler, hostname="127.0.0.1", **{"enable_SMTPUTF8": True, **options})

        self._server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", self.port, ssl=tls)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


class Answering(Catcher):
    """The catcher, with a word in who is written to."""

    def __init__(self, host: MailHost) -> None:
        super().__init__(host.box)
        self._host = host

    async def handle_RCPT(  # noqa: N802  (its name)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if (refusal := self._host.answer(address)) is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (its name)
        content = envelope.original_content or b""
        self._host.came.append((bool(envelope.smtp_utf8), content))
        return await super().handle_DATA(server, session, envelope)
