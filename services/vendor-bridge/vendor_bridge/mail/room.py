"""Reads the mails that are kept, each hand-off's in order, and says to the bridge what they mean.

A mail that is read twice, after a crash, has its effect once: what it says goes under its own name.
"""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db, logs
from chassis.crashpoints import crash_point
from chassis.telemetry import span_from
from chassis.uploads import Checked, Refused, refuse
from contracts.values import Head
from contracts.webhooks import EntryAddedMessage
from vendor_bridge import metrics
from vendor_bridge.domain import mailed
from vendor_bridge.files import Files, Sent
from vendor_bridge.handlers import UnknownHandoff, VendorSide
from vendor_bridge.mail.parse import Content, File, content_of
from vendor_bridge.mail.quotes import own_words
from vendor_bridge.store import mail as stored

AT_ONCE: Final = 20
TRIES: Final = 5
_WAIT: Final = timedelta(seconds=10)
_TIDY: Final = 3600.0

log = logs.get(__name__)


class MailRoom:
    """Any number on one database: `await DueLoop("mail", room.turn, wake=listener.wake(stored.CHANNEL)).run()`."""

    def __init__(self, engine: AsyncEngine, vendors: VendorSide, files: Files) -> None:
        self._engine = engine
        self._vendors = vendors
        self._files = files
        self._tidied = -_TIDY

    async def turn(self) -> bool:
        """Whether something was read."""
        await self._tidy()
        async with self._engine.connect() as conn:
            mails = await stored.waiting(conn, AT_ONCE)
        for mail in mails:
            with span_from(mail.traceparent, "read mail", "consumer"):
                await self._guarded(mail)
        return bool(mails)

    async def _guarded(self, mail: Row[Any]) -> None:
        """One mail's misfortune is not the others': after some tries it waits for a person."""
        try:
            await self.read(mail)
        except Exception as error:
            if db.is_unavailable(error):
                raise
            log.exception("mail_not_read", mail=mail.id, connection=mail.connection)
            async with self._engine.begin() as conn:
                tries = await stored.again(conn, mail.id, datetime.now(UTC) + _WAIT)
                if tries >= TRIES:
                    reason = f"it could not be read: {type(error).__name__}"
                    await stored.end(conn, mail.id, "quarantined", among=["received"], reason=reason)
                    metrics.MAILS.labels("unreadable").inc()

    async def read(self, mail: Row[Any]) -> None:
        """One mail, and what follows from it."""
        content = await asyncio.to_thread(_read, bytes(mail.raw))
        heads = {case: Head.model_validate(head) for case, head in mail.heads.items()}
        brought = await self._checked(mail.handoff, content)
        said = mailed.messages(
            mail.handoff,
            content.text,
            about_files(content),
            heads=None if mail.is_acknowledged else heads,
            brings_files=bool(brought),
        )
        effects = 0
        reason = None
        try:
            for ending, message in said:
                raw = message.model_dump_json().encode()
                name = f"mail:{mail.name}{ending}"
                along: tuple[Checked, ...] = ()
                if isinstance(message, EntryAddedMessage):
                    along, brought = brought, ()
                receipt = await self._files.say(
                    mail.connection, mail.municipality, message, name, raw, along, by="mail"
                )
                effects += receipt.effects
        except UnknownHandoff:
            state: stored.State = "quarantined"
            reason = "the hand-off is another connection's"
        else:
            state = "applied"
        crash_point("bridge.mail_read")
        async with self._engine.begin() as conn:
            await stored.end(conn, mail.id, state, among=["received"], reason=reason)
        metrics.MAILS.labels("read").inc()
        log.info("mail_read", mail=mail.id, connection=mail.connection, handoff=mail.handoff, effects=effects)

    async def _checked(self, handoff: str, content: Content) -> tuple[Checked, ...]:
        """The files that are taken; in `content` only those are left that are not, with the reason."""
        if not content.files:
            return ()
        taken: list[Checked] = []
        left: list[File] = []
        settings, room = self._files.settings, await self._files.room(handoff)
        for file in content.files:
            try:
                if len(taken) == settings.files_at_once:
                    raise refuse("too_many", limit=settings.files_at_once)
                (checked,) = await self._files.checked([Sent.of_bytes(file.name, file.content, file.called)])
                if checked.kept.size > room:
                    raise refuse("too_much", limit=settings.files_of_case_bytes // 1_000_000)
                taken.append(checked)
                room -= checked.kept.size
            except Refused as refused:
                left.append(replace(file, why=refused.words))
        content.files = left
        return tuple(taken)

    async def _tidy(self) -> None:
        async with self._engine.begin() as conn:
            if time.monotonic() > self._tidied + _TIDY:
                await stored.prune(conn, datetime.now(UTC))
                self._tidied = time.monotonic()
            waiting = await stored.quarantined(conn)
        metrics.QUARANTINED.clear()
        for row in waiting:
            metrics.QUARANTINED.labels(row.connection).set(row.mails)


def _read(raw: bytes) -> Content:
    content = content_of(raw)
    content.text = own_words(content.text)
    return content


def about_files(content: Content) -> str:
    """A sentence about what did not come along, in both languages; empty where all did."""
    told = [_file(each) for each in content.files]
    if content.more_files:
        told.append(f"+{content.more_files}")
    sentences = []
    if told:
        names = ", ".join(told)
        sentences.append(f"[Bifogat, men följde inte med / attached, but not taken: {names}]")
    if content.is_broken:
        sentences.append("[En del av mejlet gick inte att läsa / a part of the mail could not be read]")
    return "\n".join(sentences)


def _file(file: File) -> str:
    kind = file.kind or file.called
    disguised = f", kallas {file.called}" if file.is_disguised else ""
    why = f": {file.why['sv']} / {file.why['en']}" if file.why else ""
    return f"{file.name} ({kind}{disguised}, {_size(file.size)}){why}"


def _size(count: int) -> str:
    return (
        f"{count} byte" if count < 1024 else f"{count // 1024} kB" if count < 1024**2 else f"{count / 1024**2:.1f} MB"
    )
