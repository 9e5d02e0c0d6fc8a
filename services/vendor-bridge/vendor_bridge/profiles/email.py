"""The e-mail profile: a message as a mail that a person reads, to the connection's mailbox.

The vendor's mail server having taken it counts as delivered; that a person has it, only a reply says.
"""

import asyncio
from email.message import EmailMessage
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import telemetry
from chassis.mail import BadAddress
from chassis.smtp import Accepted, PutOff, Refused, ServerAway
from chassis.smtp import Misconfigured as ServerMisconfigured
from contracts.bundle import Bundle
from vendor_bridge.files import Files
from vendor_bridge.mail import letters
from vendor_bridge.mail.build import Envelope, build
from vendor_bridge.mail.office import Office
from vendor_bridge.profiles import Letter, Misconfigured, NotTaken, Outcome, Taken
from vendor_bridge.store import mail as stored
from vendor_bridge.store.directories import Directories, Way

TIMEOUT: Final = 30.0  # seconds for the whole exchange; a lease is longer
_TAKEN: Final = 250
LARGEST_FILES: Final = 12_000_000
"""Bytes of files that go with one mail; many servers refuse mails above 20 MB, and base64 adds a third."""


class EmailProfile:
    """`office` None: this installation sends no mail."""

    def __init__(self, engine: AsyncEngine, directories: Directories, office: Office | None, files: Files) -> None:
        self._engine = engine
        self._directories = directories
        self._office = office
        self._files = files

    async def deliver(self, way: Way, letter: Letter) -> Outcome:
        if self._office is None:
            return Misconfigured("this installation sends no mail to vendors: SMTP_URL or MAIL_REPLY_TO is not set")
        if way.connection.email is None:
            return Misconfigured("the connection has no mailbox")
        try:
            # The id of what is sent and the day it is from are the letter's own: every attempt makes the same mail.
            envelope, message = await self._written(self._office, way, letter)
        except BadAddress:
            return Misconfigured("the connection's mailbox is no address")
        with telemetry.span_from(letter.traceparent, f"mail {letter.kind}", "client"):
            try:
                async with asyncio.timeout(TIMEOUT), self._office.server.connected() as line:
                    answer = await line.send(message, sender=envelope.reply_to, to=str(message["To"]))
            except TimeoutError:
                return NotTaken(f"the mail server did not take it within {TIMEOUT:.0f} s")
            except ServerAway as error:
                return NotTaken(f"the mail server is away: {error}")
            except ServerMisconfigured as error:
                return Misconfigured(f"the mail server does not want us: {error}")
        match answer:
            case Accepted():
                return Taken(_TAKEN)
            case PutOff(reason=reason):
                return NotTaken(f"the mail server put it off: {reason}", status=_code(reason))
            case Refused(reason=reason):
                return NotTaken(f"the mail server refuses the mailbox: {reason}", status=_code(reason))

    async def _written(self, office: Office, way: Way, letter: Letter) -> tuple[Envelope, EmailMessage]:
        """Raises BadAddress."""
        data, told, sender = letter.message.data, letter.story, office.sender
        async with self._engine.connect() as conn:
            directory = (await self._directories.of(conn, {way.municipality})).get(way.municipality)
            case = await stored.case_of(conn, data.handoff, list(told.heads))
        names = letters.Names(directory, own=way.vendor)
        reading = letters.read(data, told, way.connection, names, numbers=case.numbers, answers=case.answers)
        envelope = Envelope(
            sender=sender,
            to=way.connection.email or "",
            reply_to=office.replies.of_handoff(data.handoff, letter.message.time),
            message_id=sender.message_id(letter.id),
            first=sender.message_id(case.first or letter.id),
            loop=office.replies.mailbox,
            at=letter.message.time,
        )
        along = await self._along(told)
        names_left = [file.name for file in told.files if file.sha256 not in along]
        reading = letters.with_files_left(reading, names_left)
        files = [(file, along[file.sha256]) for file in told.files if file.sha256 in along]
        return envelope, build(reading, envelope, told.model_dump_json().encode(), files)

    async def _along(self, told: Bundle) -> dict[str, bytes]:
        """The bytes of the files that fit into a mail, by digest; the newest first, as they are what is new."""
        found: dict[str, bytes] = {}
        room = LARGEST_FILES
        for file in reversed(told.files):
            if file.size > room or file.sha256 in found:
                continue
            content = await self._files.content(file)
            if content is not None:
                found[file.sha256] = content
                room -= file.size
        return found


def _code(reason: str) -> int:
    return int(reason.partition(" ")[0])
