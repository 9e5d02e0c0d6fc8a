"""The portal's post: leases mails that are due, sends each outside of any transaction, records what became of it."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import logs, mail
from chassis.mail import BadAddress, Sender
from chassis.smtp import Accepted, Line, MailServer, Misconfigured, PutOff, Refused, ServerAway
from contracts.directory import Directory
from contracts.values import Language, in_language
from vendor_bridge.domain.compose import title_of
from vendor_bridge.domain.retry import Schedule
from vendor_bridge.portal import letters
from vendor_bridge.portal.letters import Letter
from vendor_bridge.store import portal, portal_mails, portal_reads
from vendor_bridge.store.directories import Directories, way_in
from vendor_bridge.store.portal import Person
from vendor_bridge.store.portal_reads import Own

AT_ONCE: Final = 20
_TIDY: Final = 3600.0  # seconds
_AWAY: Final = timedelta(seconds=10)
"""How long nothing is tried while the mail server is away."""

log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Office:
    """What every mail has in common. `url`: where people reach the bridge."""

    server: MailServer
    sender: Sender
    url: str


@dataclass(frozen=True, slots=True)
class _Mail:
    to: str
    letter: Letter
    about: str


class Post:
    """`DueLoop("portal-mail", Post(…).turn, wake=listener.wake(portal_mails.CHANNEL))`; any number of processes."""

    def __init__(
        self, engine: AsyncEngine, directories: Directories, office: Office, schedule: Schedule | None = None
    ) -> None:
        self._engine = engine
        self._directories = directories
        self._office = office
        self._schedule = schedule or Schedule()
        self._tidied = -_TIDY
        self._quiet_until = datetime.min.replace(tzinfo=UTC)

    async def turn(self) -> bool:
        """Sends what is due; whether there may be more at once."""
        if time.monotonic() > self._tidied + _TIDY:
            await self._tidy()
        if datetime.now(UTC) < self._quiet_until:
            return False
        rows = await portal_mails.lease(self._engine, AT_ONCE)
        if not rows:
            return False
        done = 0
        try:
            async with self._office.server.connected() as line:
                for row in rows:
                    await self._send(line, row)
                    done += 1
        except (ServerAway, Misconfigured) as error:
            # No mail is to blame and no attempt spent; what was asked for meanwhile ends by itself.
            log.warning("portal_mail_waits_for_server", error=type(error).__name__, reason=str(error))
            self._quiet_until = datetime.now(UTC) + _AWAY
            async with self._engine.begin() as conn:
                await portal_mails.give_back(conn, rows[done:])
            return False
        return True

    async def _tidy(self) -> None:
        """Forgets mails of long ago, and links and sessions that are over."""
        now = datetime.now(UTC)
        async with self._engine.begin() as conn:
            await portal_mails.prune(conn, now)
            await portal.prune(conn, now)
        self._tidied = time.monotonic()

    async def _send(self, line: Line, row: Row[Any]) -> None:
        now = datetime.now(UTC)
        made = await self._made(row, now)
        if isinstance(made, str):
            await self._drop(row, made, now)
            return
        try:
            message = mail.automatic(
                name=row.id,
                about=made.about,
                sender=self._office.sender,
                to=made.to,
                at=now,
                subject=made.letter.subject,
                text=made.letter.text,
                html=made.letter.html,
                language=made.letter.language,
            )
        except BadAddress:
            await self._drop(row, "the address cannot be written to", now)
            return
        outcome = await line.send(message, sender=self._office.sender.address, to=str(message["To"]))
        async with self._engine.begin() as conn:
            match outcome:
                case Accepted():
                    await portal_mails.sent(conn, row, now)
                    log.info("portal_mail_sent", mail=row.id, kind=row.kind)
                case Refused(reason=reason):
                    await portal_mails.drop(conn, row, reason, now)
                    log.error("portal_mail_refused", mail=row.id, kind=row.kind, reason=reason)
                case PutOff(reason=reason):
                    due = self._schedule.next_at(row.attempts + 1, now)
                    await portal_mails.put_off(conn, row, reason, due, now)
                    log.warning("portal_mail_put_off", mail=row.id, kind=row.kind, reason=reason)

    async def _drop(self, row: Row[Any], why: str, now: datetime) -> None:
        async with self._engine.begin() as conn:
            await portal_mails.drop(conn, row, why, now)

    async def _made(self, row: Row[Any], now: datetime) -> _Mail | str:
        """The mail, or why there is none to send."""
        if self._schedule.is_used_up(row.created_at, now):
            return "it could not be sent in time"
        async with self._engine.begin() as conn:
            known = await self._directories.of(conn)
            if row.kind == "link":
                return await self._with_links(conn, row, known, now)
            person = await portal.person(conn, row.person)
            directory = known.get(person.municipality) if person else None
            if person is None or directory is None:
                return "nobody is there any more"
            if row.kind == "invited":
                return self._invitation(person, directory)
            if row.kind == "rotated":
                return self._rotation(person, directory, row.message)
            way = way_in(directory, person.municipality, person.connection)
            own = Own(person.municipality, person.connection, way.vendor) if way else None
            found = await portal_reads.incident_of(conn, own, row.handoff) if own else None
        if found is None:
            return "the case is not known any more"
        incident, role = found
        letter = letters.news(
            person.language,
            person.name,
            row.message,
            title=title_of(incident, directory, person.language),
            municipality=_municipality(directory, person.language),
            url=f"{self._office.url}/portal/arenden/{row.handoff}",
            is_beside=role == "parallel",
            is_solved=incident.resolved,
        )
        return _Mail(person.email, letter, row.handoff)

    def _invitation(self, person: Person, directory: Directory) -> _Mail | str:
        vendor = directory.connections.get(person.connection)
        if vendor is None:
            return "the connection is gone"
        letter = letters.invited(
            person.language,
            person.name,
            municipality=_municipality(directory, person.language),
            vendor=in_language(vendor.name.words, person.language),
            url=f"{self._office.url}/portal/in?sprak={person.language}",
        )
        return _Mail(person.email, letter, person.id)

    def _rotation(self, person: Person, directory: Directory, by: str) -> _Mail:
        letter = letters.rotated(
            person.language,
            person.name,
            by=by,
            connection=person.connection,
            municipality=_municipality(directory, person.language),
            url=f"{self._office.url}/portal/anslutning",
        )
        return _Mail(person.email, letter, person.id)

    async def _with_links(
        self, conn: AsyncConnection, row: Row[Any], known: dict[str, Directory], now: datetime
    ) -> _Mail | str:
        """Keys are made only now: nothing that opens anything is ever in a queue."""
        if now - row.created_at > portal.LINK_HOLDS:
            return "nobody waits for it any more"
        people = await portal.to_be_let_in(conn, row.address, now)
        ways = [(whose, person) for person in people if (whose := _whose(person, known))]
        if not ways:
            return "nobody to be let in, or too often"
        urls = [
            (whose, f"{self._office.url}/portal/in/{await portal.new_link(conn, person.id, now)}")
            for whose, person in ways
        ]
        return _Mail(people[0].email, letters.link(people[0].language, people[0].name, urls), people[0].id)


def _municipality(directory: Directory, language: Language) -> str:
    return in_language(directory.municipality.name.words, language)


def _whose(person: Person, known: dict[str, Directory]) -> str | None:
    directory = known.get(person.municipality)
    vendor = directory.connections.get(person.connection) if directory else None
    if directory is None or vendor is None:
        return None
    return f"{_municipality(directory, person.language)} – {in_language(vendor.name.words, person.language)}"
