"""The service with its mail as a process: killed where it hurts, restarted, and no mail is lost or counts twice."""

import asyncio
import smtplib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from chassis.db import create_engine
from contracts.directory import Connection
from eskalera.mailbox import Mail
from eskalera.ports import free_port
from tests.conftest import MakeDatabase
from tests.integration.vendor_bridge.conftest import eventually
from tests.integration.vendor_bridge.profiles.suite import with_connection
from tests.integration.vendor_bridge.test_process import Running, a_system, publish
from tests.support.certificate import self_signed
from tests.support.handoff_life import Case, directory_changed
from tests.support.mail import MailHost
from tests.support.mailbox_vendor import MAILBOX, REPLIES, reply_to, written

pytestmark = pytest.mark.kafka
CONNECTION = Connection(name="natleverantoren-mejl", profile="email", email=MAILBOX)


class MailSystem:
    """The process, the vendor's mail server, and the port for replies."""

    def __init__(self, running: Running, host: MailHost, port: int, topic: str, url: str) -> None:
        self.running, self.host, self.port, self.topic, self.url = running, host, port, topic, url

    async def mails(self, count: int) -> list[Mail]:
        async def there() -> list[Mail]:
            return self.host.mails if len(self.host.mails) >= count else []

        return list(await eventually(there))

    async def reply(self, text: str, name: str) -> int:
        """The answer's code; 0 where the line broke before there was one."""
        (mail, *_) = await self.mails(1)
        message = written(text, to=reply_to(mail), name=name)

        def send() -> int:
            try:
                with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
                    client.send_message(message, from_addr=MAILBOX, to_addrs=[reply_to(mail)])
            except (smtplib.SMTPServerDisconnected, ConnectionError):
                return 0
            return 250

        return await asyncio.to_thread(send)

    async def rows(self, query: str) -> list[Any]:
        engine = create_engine(self.url, name="test")
        try:
            async with engine.connect() as conn:
                return list(await conn.exec_driver_sql(query))
        finally:
            await engine.dispose()

    async def said(self) -> list[str]:
        rows = await self.rows("SELECT type FROM outbox WHERE type LIKE 'vendor.%%' OR type LIKE '%%acknowledged%%'")
        return sorted(row.type for row in rows)


@asynccontextmanager
async def a_mail_system(kafka: str, url: str, folder: Path, **settings: str) -> AsyncIterator[MailSystem]:
    host, port = MailHost(folder), free_port()
    await host.start()
    async with a_system(kafka, url, folder) as (running, _, topic):
        running.settings |= {
            "SMTP_URL": host.url,
            "VENDOR_BRIDGE_MAIL_SENDER": "Eskalera <eskalera@malarvik.example>",
            "VENDOR_BRIDGE_MAIL_REPLY_TO": REPLIES,
            "VENDOR_BRIDGE_MAIL_PORT": str(port),
            **settings,
        }
        await publish(kafka, topic, [directory_changed(with_connection(CONNECTION)), *Case().handed_over()])
        yield MailSystem(running, host, port, topic, url)
    await host.stop()


@pytest.mark.parametrize(("crash_at", "answer"), [("bridge.mail_stored", 0), ("bridge.mail_read", 250)])
async def test_n1_n2_killed_around_a_reply_and_restarted_it_counts_once(
    kafka: str, database: MakeDatabase, tmp_path: Path, crash_at: str, answer: int
) -> None:
    async with a_mail_system(kafka, await database("chassis", "vendor_bridge"), tmp_path) as system:
        await system.running.start(crash_at)
        await system.running.ready()
        assert await system.reply("KLART: bytt", "one") == answer
        await system.running.died()
        await system.running.start()
        await system.running.ready()
        assert await system.reply("KLART: bytt", "one") == 250  # its mail server comes again

        async def read() -> bool:
            return [row.state for row in await system.rows("SELECT state FROM mail")] == ["applied"]

        await eventually(read)
        assert await system.said() == ["handoff.acknowledged.v1", "vendor.resolution_proposed.v1"]
        assert await system.running.stop() == 0


@pytest.mark.parametrize(("crash_at", "times"), [("bridge.before_send", 1), ("bridge.after_2xx", 2)])
async def test_n2_killed_around_a_mail_and_restarted_the_vendor_has_it_under_one_id(
    kafka: str, database: MakeDatabase, tmp_path: Path, crash_at: str, times: int
) -> None:
    async with a_mail_system(kafka, await database("chassis", "vendor_bridge"), tmp_path) as system:
        await system.running.start(crash_at)
        await system.running.died()
        await system.running.start()

        async def delivered() -> bool:
            return [row.state for row in await system.rows("SELECT state FROM delivery")] == ["delivered"]

        await eventually(delivered)
        mails = await system.mails(times)
        assert len(mails) == times
        assert len({mail.message["Message-ID"] for mail in mails}) == 1
        assert await system.running.stop() == 0


async def test_replies_travel_encrypted_where_a_certificate_is_given(
    kafka: str, database: MakeDatabase, tmp_path: Path
) -> None:
    certificate = self_signed(tmp_path)
    secured = {"VENDOR_BRIDGE_MAIL_CERTFILE": str(certificate)}
    async with a_mail_system(kafka, await database("chassis", "vendor_bridge"), tmp_path, **secured) as system:
        await system.running.start()
        await system.running.ready()
        (mail,) = await system.mails(1)

        def send() -> str:
            with smtplib.SMTP("localhost", system.port, timeout=30) as client:
                client.starttls(context=ssl.create_default_context(cafile=str(certificate)))
                message = written("OK", to=reply_to(mail))
                assert client.send_message(message, from_addr=MAILBOX, to_addrs=[reply_to(mail)]) == {}
                assert isinstance(client.sock, ssl.SSLSocket)
                return str(client.sock.version())

        assert (await asyncio.to_thread(send)).startswith("TLSv1")
        assert await system.running.stop() == 0
