"""What happens to a mail at the door: the address it is for is checked before its words are taken, then it is kept as
it came, and only then the other server hears that we have it. It is read afterwards, by `room`.

Refused             it is not taken; the other server hears why
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import logs, telemetry
from chassis.crashpoints import crash_point
from contracts.refusals import HELD_BACK
from vendor_bridge import metrics
from vendor_bridge.mail import headers, parse
from vendor_bridge.mail.addresses import BadAddressToken, NotOurs
from vendor_bridge.mail.clean import one_line
from vendor_bridge.mail.office import Office
from vendor_bridge.refusals import Refusals, Sent
from vendor_bridge.store import mail as stored
from vendor_bridge.store.directories import Directories, Way
from vendor_bridge.store.mail import Mail, Place, State

MOST_AN_HOUR: Final = 120
"""Mails for one hand-off; who sends more is put off."""
LONGEST: Final = 300  # characters of an address

log = logs.get(__name__)


class Refused(Exception):
    """The words are the SMTP answer."""


@dataclass(frozen=True, slots=True)
class Verdict:
    state: State
    reason: str | None = None


class Intake:
    """`authserv`: under which name the installation's own mail server writes what it found (RFC 8601), if it does."""

    def __init__(
        self, engine: AsyncEngine, directories: Directories, office: Office, authserv: str | None = None
    ) -> None:
        self._engine = engine
        self._directories = directories
        self._office = office
        self._authserv = authserv
        self._refusals = Refusals(engine)

    @property
    def ours(self) -> headers.Ours:
        sender, replies = self._office.sender, self._office.replies
        return headers.Ours(sender.address, sender.host, replies.mailbox)

    async def place_of(self, address: str) -> Place:
        """The hand-off that an address is for. Raises Refused."""
        now = datetime.now(UTC)
        try:
            handoff = self._office.replies.read(address[:LONGEST], now)
        except NotOurs:
            raise _refused("unknown", "550 5.7.1 No mail is taken for that address here") from None
        except BadAddressToken:
            raise _refused(
                "bad_address",
                "550 5.1.1 This address is not valid or too old: reply to the newest mail about the case, "
                "and leave the address as it is",
            ) from None
        async with self._engine.connect() as conn:
            place = await stored.place_of(conn, handoff)
            if place is None:
                raise _refused("unknown", "550 5.1.1 There is no such case")
            is_too_many = await stored.count_since(conn, handoff, now - timedelta(hours=1)) >= MOST_AN_HOUR
        if is_too_many:
            await self.note(place, Sent("mail", "mail"), 452, "Too many mails about this case, try again later")
            raise _refused("too_many", "452 4.2.1 Too many mails about this case, try again later")
        return place

    async def note(self, place: Place, sent: Sent, status: int, reason: str) -> None:
        """Who has the address of a case is not proven to be its vendor: addresses are passed on."""
        await self._refusals.note(place.connection, {place.municipality}, sent, status, reason, proven=False)

    async def take(self, places: list[Place], mail_from: str, peer: str, raw: bytes) -> None:
        """Keeps it; when this returns, it is committed."""
        message = parse.headers_of(raw)
        sender, name = headers.sender_of(message), headers.name_of(message, raw)
        now = datetime.now(UTC)
        held_back: list[tuple[Place, str]] = []
        async with self._engine.begin() as conn:
            for place in dict.fromkeys(places):
                way = await self._directories.way(conn, place.municipality, place.connection)
                verdict = self._judged(message, sender, mail_from, way)
                mail = Mail(
                    place=place,
                    fingerprint=headers.fingerprint(name, sender),
                    name=name,
                    mail_from=one_line(mail_from),
                    sender=sender,
                    subject=headers.text_of(message, "Subject"),
                    peer=peer,
                    received_at=now,
                    raw=raw,
                    state=verdict.state,
                    reason=verdict.reason,
                    traceparent=telemetry.traceparent(),
                )
                is_new = await stored.add(conn, mail)
                if is_new and verdict.state == "bounced":
                    bounce = headers.bounce_of(message, raw)
                    if bounce.is_final:
                        error = f"the mail came back: {bounce.status or 'no reason was given'}"
                        await stored.note_bounce(conn, place.handoff, bounce.messages, status=550, error=error)
                if is_new and verdict.state == "quarantined":
                    held_back.append((place, verdict.reason or ""))
                _count(place, verdict, is_new=is_new)
        crash_point("bridge.mail_stored")
        for place, reason in held_back:
            sent = Sent("mail", "mail", raw, name)
            await self.note(place, sent, 250, f"{HELD_BACK}{reason}")

    def _judged(self, message: Message, sender: str, mail_from: str, way: Way | None) -> Verdict:
        """What it is, before anybody reads it."""
        if headers.is_bounce(message):
            return Verdict("bounced", "a mail server's report")
        if (why := headers.automatic(message, mail_from, self.ours)) is not None:
            return Verdict("automatic", why)
        if way is None or way.connection.profile != "email":
            return Verdict("quarantined", "the vendor is not reached by mail any more")
        if not headers.is_from(way.connection, sender):
            return Verdict("quarantined", "it does not come from the vendor's mailbox")
        if headers.failed_at(message, self._authserv):
            return Verdict("quarantined", "our mail server found the sender forged")
        return Verdict("received")


def _refused(outcome: str, answer: str) -> Refused:
    metrics.MAILS.labels(outcome).inc()
    return Refused(answer)


def _count(place: Place, verdict: Verdict, *, is_new: bool) -> None:
    metrics.MAILS.labels(verdict.state if is_new else "repeated").inc()
    about = {"connection": place.connection, "handoff": place.handoff, "state": verdict.state, "repeated": not is_new}
    if verdict.state in ("quarantined", "bounced"):
        log.warning("mail_taken", reason=verdict.reason, **about)
    else:
        log.info("mail_taken", reason=verdict.reason, **about)
