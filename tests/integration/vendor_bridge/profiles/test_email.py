"""The e-mail profile passes the suite of all profiles: its vendor reads mails and replies to them, over real SMTP."""

import asyncio
import json
from email.message import Message
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from contracts.bundle import Bundle, prove
from contracts.directory import Connection
from contracts.values import Head
from tests.integration.vendor_bridge.conftest import SECRET, Bridge, eventually
from tests.integration.vendor_bridge.profiles.suite import Kind, ProfileSuite, Trouble
from tests.support.mail import MailHost
from tests.support.mailbox_vendor import MAILBOX, Post, replied, reply_to, written

_BEGINS: dict[Kind, str] = {
    "acknowledged": "OK",
    "status": "PÅGÅR",
    "question": "FRÅGA:",
    "note": "",
    "proposal": "KLART:",
    "return": "RETUR:",
}


class MailboxVendor:
    """It replies to the newest mail that it has about a case."""

    pushes: ClassVar[bool] = True
    sends_files: ClassVar[bool] = True

    def __init__(self, bridge: Bridge, port: int) -> None:
        self.bridge = bridge
        self.connection = Connection(name="natleverantoren-mejl", profile="email", email=MAILBOX)
        self._folder = TemporaryDirectory()
        self.host = MailHost(Path(self._folder.name))
        self.post = Post(bridge, self.host, SECRET)

    async def start(self) -> None:
        await self.post.start()
        self.post.start_reading()

    async def stop(self) -> None:
        await self.post.stop()
        self._folder.cleanup()

    async def texts(self, handoff: str) -> list[str]:
        self._prove(handoff)
        return [mail.text for mail in self.post.of(handoff)]

    def _prove(self, handoff: str) -> None:
        """What is attached holds, each after the one before."""
        known: dict[str, Head] = {}
        for mail in self.post.of(handoff):
            attached = next(iter(mail.message.iter_attachments()))
            bundle = Bundle.model_validate(json.loads(attached.get_content()))
            assert prove(bundle, known) == []
            known |= bundle.heads

    async def say(self, kind: Kind, handoff: str, text: str = "", *, ticket: str | None = None, name: str = "") -> bool:
        mail = self.post.of(handoff)[-1]
        words = f"{_BEGINS[kind]} {text}".strip()
        message = written(replied(mail, words), to=reply_to(mail), name=f"{handoff}-{name}" if name else None)
        answer = await self.post.send(reply_to(mail), message.as_bytes())
        await self._read()
        return answer.code == 250

    async def fetch(self, handoff: str) -> dict[str, bytes]:
        parts = [part for mail in self.post.of(handoff) for part in list(mail.message.iter_attachments())[1:]]
        return {str(part.get_filename()): _content(part) for part in parts}

    async def attach(self, handoff: str, name: str, content: bytes, media_type: str) -> bool:
        mail = self.post.of(handoff)[-1]
        message = written(replied(mail, "Se filen."), to=reply_to(mail))
        maintype, _, subtype = media_type.partition("/")
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
        answer = await self.post.send(reply_to(mail), message.as_bytes())
        await self._read()
        return answer.code == 250

    async def say_as_somebody_else(self, handoff: str, text: str) -> bool:
        mail = self.post.of(handoff)[-1]
        message = written(f"KLART: {text}", to=reply_to(mail), sender="Nils <nils@annan.example>")
        await self.post.send(reply_to(mail), message.as_bytes(), mail_from="nils@annan.example")
        await self._read()
        rows = await self.bridge.rows("SELECT state FROM mail WHERE handoff = :handoff", handoff=handoff)
        return [row.state for row in rows] != ["quarantined"]

    async def _read(self) -> None:
        async def all_read() -> bool:
            return not await self.bridge.rows("SELECT 1 FROM mail WHERE state = 'received'")

        await eventually(all_read)

    async def get_into(self, trouble: Trouble | None) -> None:
        await self.host.stop()
        if trouble == "slow":
            self._slow: Any = await asyncio.start_server(self._never, "127.0.0.1", self.host.port)
        elif trouble is None:
            if slow := getattr(self, "_slow", None):
                slow.close()
            await self.host.start()

    async def _never(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes the connection and says nothing."""
        await reader.read()
        writer.close()


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


class TestEmail(ProfileSuite):
    driver = MailboxVendor
