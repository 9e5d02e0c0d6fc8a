"""SMTP for replies: takes mail for addresses that it has given out, from whoever brings it, within limits.

No mail is relayed, nobody signs in. A mail is answered 250 once it is kept; whoever hears something else keeps it.
"""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, AnyStr, Final, cast
from weakref import WeakKeyDictionary

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.exc import SQLAlchemyError

from chassis import db, logs
from vendor_bridge import metrics
from vendor_bridge.mail.gate import Gate, Limits, Network
from vendor_bridge.mail.intake import Intake, Refused
from vendor_bridge.refusals import Sent
from vendor_bridge.store.mail import Place

LARGEST_MAIL: Final = 10 * 1024 * 1024  # bytes
MOST_RECIPIENTS: Final = 5
BACKLOG: Final = 100
_TOO_LARGE: Final = ("552 ", "500 Line too long")
"""How aiosmtpd itself answers what it does not read to its end."""

log = logs.get(__name__)
logging.getLogger("mail.log").setLevel(logging.WARNING)  # its debug lines hold whole mails


class Handler:
    """aiosmtpd's hooks: an answer for each step."""

    def __init__(self, intake: Intake, limits: Limits) -> None:
        self._intake = intake
        self._limits = limits
        self._places: WeakKeyDictionary[Envelope, list[Place]] = WeakKeyDictionary()
        self._taken: WeakKeyDictionary[Session, int] = WeakKeyDictionary()

    async def handle_RCPT(  # noqa: N802  (its name)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        places = self._places.setdefault(envelope, [])
        if len(places) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            places.append(await self._intake.place_of(address))
        except Refused as refusal:
            return str(refusal)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (its name)
        self._taken[session] = taken = self._taken.get(session, 0) + 1
        if taken > self._limits.mails:
            return "421 4.7.0 Too many mails in one session, come again"
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        await self._intake.take(self._places[envelope], _sender(envelope), _address(session.peer), raw)
        return "250 2.0.0 Taken"

    async def too_large(self, envelope: Envelope, answer: str) -> None:
        """Of a mail that was not read to its end only whose it was is known."""
        try:
            for place in self._places.get(envelope, []):
                await self._intake.note(place, Sent("mail", "mail"), int(answer[:3]), answer[4:])
        except Exception as error:
            if not db.is_unavailable(error):
                raise
            log.warning("refusal_not_written", error=type(error).__name__)

    async def handle_exception(self, error: Exception) -> str:
        """The sender keeps the mail and comes again, whatever is wrong here."""
        if db.is_unavailable(error):
            log.warning("mail_waits_for_database", error=type(error).__name__)
        elif isinstance(error, ConnectionError | UnicodeError):  # its own trouble
            log.info("mail_session_broke", error=type(error).__name__)
        else:
            log.error("mail_not_taken", error=type(error).__name__, is_database=isinstance(error, SQLAlchemyError))
        return "451 4.3.0 Not now, try again later"


def _sender(envelope: Envelope) -> str:
    """Empty for the null path, which mail servers and absence notes send from."""
    return (envelope.mail_from or "").strip("<>")


class Protocol(SMTP):
    """One connection, within the gate's limits and for a session's time at most."""

    def __init__(self, gate: Gate, handler: Handler, **options: Any) -> None:
        super().__init__(handler=handler, **options)
        self._gate, self._handler = gate, handler
        self._entered: str | None = None
        self._end: asyncio.TimerHandle | None = None
        self._wire: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._entered is None:  # STARTTLS calls again
            wire = cast(asyncio.Transport, transport)
            address = _address(transport.get_extra_info("peername"))
            if not self._gate.enter(address):
                metrics.MAILS.labels("turned_away").inc()
                wire.write(b"421 4.7.0 Too many connections, try again later\r\n")
                wire.close()
                return
            self._entered, self._wire = address, wire
            self._end = asyncio.get_running_loop().call_later(self._gate.limits.session, self._time_is_up)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._entered is None:
            return
        self._gate.leave(self._entered)
        self._entered = None
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        if self._entered is not None:
            super().data_received(data)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  (its name)
        async with self._gate.contents:
            await super().smtp_DATA(arg)

    async def push(self, status: AnyStr) -> None:
        answer = status.decode() if isinstance(status, bytes) else status
        if answer.startswith(_TOO_LARGE) and self.envelope is not None:
            await self._handler.too_large(self.envelope, answer)
        await super().push(status)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self._entered is not None else None

    def _time_is_up(self) -> None:
        log.info("mail_session_too_long")
        if self._wire is not None:
            self._wire.abort()


def _address(peer: Any) -> str:
    return str(peer[0]) if isinstance(peer, tuple) and peer else "unknown"


@dataclass(slots=True)
class MailServer:
    """Listens on `host`:`port` until cancelled; `port` 0 takes a free one, which `listening` then says."""

    intake: Intake
    host: str
    port: int
    name: str
    """What it calls itself."""
    tls: ssl.SSLContext | None = None
    trusted: Collection[Network] = ()
    limits: Limits = field(default_factory=Limits)
    listening: int | None = None

    async def run(self) -> None:
        gate, handler = Gate(self.limits, self.trusted), Handler(self.intake, self.limits)
        loop = asyncio.get_running_loop()

        def connection() -> Protocol:
            return Protocol(
                gate,
                handler,
                hostname=self.name,
                ident="Eskalera",
                data_size_limit=LARGEST_MAIL,
                enable_SMTPUTF8=True,
                timeout=self.limits.idle,
                tls_context=self.tls,
                command_call_limit={"*": 200},
                loop=loop,
            )

        server = await loop.create_server(connection, self.host, self.port, backlog=BACKLOG)
        self.listening = int(server.sockets[0].getsockname()[1])
        log.info("mail_server_ready", port=self.listening)
        try:
            async with server:
                with contextlib.suppress(asyncio.CancelledError):
                    await server.serve_forever()
        finally:
            self.listening = None
