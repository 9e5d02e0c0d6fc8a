"""What people asked for: one message once more, those of a time once more, a test, a held mail let through or thrown
away. Each ends in an answer (R4).

A long errand is done in slices, so that no process holds it for long; one that died leaves it to the next.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import db, logs, outbox, telemetry
from contracts import ids
from contracts.events.base import Event
from contracts.events.vendor_bridge import ConnectionOutcome
from contracts.values import Actor
from contracts.webhooks import trial_message
from vendor_bridge import metrics
from vendor_bridge.delivery import attempt_of
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.control import Code, refused, stands, vendor_of
from vendor_bridge.domain.fold import fold
from vendor_bridge.events import outgoing
from vendor_bridge.profiles import ByProfile, Disabled, Letter, Misconfigured, NotTaken, Outcome, Taken
from vendor_bridge.store import attempts, connections, deliveries, world
from vendor_bridge.store import mail as held_mail
from vendor_bridge.store.attempts import RETENTION
from vendor_bridge.store.connections import LEASE, TIMERS
from vendor_bridge.store.directories import Directories, Way

AT_ONCE: Final = 8
SLICE: Final = 50  # messages
SLICE_SECONDS: Final = 20.0

log = logs.get(__name__)


class Errands:
    """Any number of processes on one database."""

    def __init__(self, engine: AsyncEngine, directories: Directories, profiles: ByProfile) -> None:
        self._engine = engine
        self._directories = directories
        self._profiles = profiles

    async def run_due(self) -> bool:
        """Some open errands, one slice of each; whether there were any."""
        rows = await TIMERS.lease(self._engine, LEASE, AT_ONCE)
        await asyncio.gather(*(self._guarded(row) for row in rows))
        return bool(rows)

    async def _guarded(self, row: Row[Any]) -> None:
        """A fault of ours is told to who asked; one errand's misfortune is not the others'."""
        try:
            await self._run(row)
        except Exception as error:
            if db.is_unavailable(error):
                raise
            log.exception("errand_broke", request_id=row.request_id, connection=row.connection)
            detail = f"fault of the bridge: {type(error).__name__}"
            outcome = ConnectionOutcome(step=row.step, well=False, messages=row.taken, detail=detail)
            await self._answer(row, outcome)

    async def _run(self, row: Row[Any]) -> None:
        key = (row.municipality, row.connection)
        async with self._engine.connect() as conn:
            way = await self._directories.way(conn, *key)
        if way is None:
            await self._refuse(row, "unknown_connection")
            return
        match row.step:
            case "tested":
                await self._test(row, way)
            case "resent":
                await self._resend(row, way)
            case "mail_released" | "mail_discarded":
                await self._decide(row)
            case _:
                await self._replay(row, way)

    async def _test(self, row: Row[Any], way: Way) -> None:
        id_ = ids.derived("message", row.request_id, "test")
        body = trial_message(id_, row.municipality, row.connection, row.asked_at).model_dump_json().encode()
        letter = Letter(id_, "test", body, telemetry.traceparent())
        at, began = datetime.now(UTC), time.perf_counter()
        outcome = await self._profiles.test(way, letter)
        if outcome is None:
            await self._refuse(row, "no_test")
            return
        await self._note(row, letter, outcome, at, time.perf_counter() - began)
        await self._answer(row, told(row, outcome, int(isinstance(outcome, Taken))))

    async def _resend(self, row: Row[Any], way: Way) -> None:
        key = (row.municipality, row.connection)
        async with self._engine.begin() as conn:
            found = await connections.message(conn, key, row.message or "")
            if found is not None and found.state == "pending":
                await connections.hurry(conn, found.webhook_id)
        if found is not None and found.state == "pending":
            await self._answer(row, ConnectionOutcome(step="resent", detail="it is on its way anyway"))
        elif found is None or found.body is None:
            await self._refuse(row, "unknown_message")
        else:
            outcome = await self._send(row, way, found)
            await self._answer(row, told(row, outcome, int(isinstance(outcome, Taken))))

    async def _decide(self, row: Row[Any]) -> None:
        """Of a held mail; decided and told in one transaction, so that it is asked for once."""
        mail, by = row.message or "", Actor.model_validate(row.by)
        async with self._engine.begin() as conn:
            if not await TIMERS.still_leased(conn, row):
                return
            decide = held_mail.release if row.step == "mail_released" else held_mail.discard
            name = by.person or by.party
            if await held_mail.is_of(conn, row.municipality, row.connection, mail) and await decide(conn, mail, name):
                await self._tell(conn, row, ConnectionOutcome(step=row.step, mail=mail))
            else:
                await self._tell_refused(conn, row, "unknown_mail")

    async def _replay(self, row: Row[Any], way: Way) -> None:
        """In their order; the first that is not taken ends it."""
        key = (row.municipality, row.connection)
        since = max(row.since, datetime.now(UTC) - RETENTION)
        async with self._engine.connect() as conn:
            found = await connections.taken(conn, key, since, row.until, after_seq=row.after_seq, limit=SLICE)
        taken, after, ends = row.taken, row.after_seq, time.monotonic() + SLICE_SECONDS
        for message in found:
            outcome = await self._send(row, way, message)
            if not isinstance(outcome, Taken):
                await self._answer(row, told(row, outcome, taken))
                return
            taken, after = taken + 1, message.seq
            if time.monotonic() > ends:
                break
        if found:
            async with self._engine.begin() as conn:
                if await TIMERS.still_leased(conn, row):
                    await connections.progress(conn, row.request_id, after_seq=after, taken=taken)
        elif taken:
            await self._answer(row, ConnectionOutcome(step=row.step, messages=taken))
        else:
            await self._refuse(row, "nothing_to_send")

    async def _send(self, row: Row[Any], way: Way, message: Row[Any]) -> Outcome:
        letter = Letter(
            message.webhook_id, message.kind, message.body, message.traceparent, message.bundle, message.handoff
        )
        at, began = datetime.now(UTC), time.perf_counter()
        outcome = await self._profiles.deliver(way, letter)
        await self._note(row, letter, outcome, at, time.perf_counter() - began)
        return outcome

    async def _note(self, row: Row[Any], letter: Letter, outcome: Outcome, at: datetime, seconds: float) -> None:
        key = (row.municipality, row.connection)
        attempt = attempt_of(key, letter, outcome, why=row.step, at=at, seconds=seconds)
        metrics.ERRANDS.labels(row.step, "taken" if isinstance(outcome, Taken) else "not_taken").inc()
        async with self._engine.begin() as conn:
            await attempts.add(conn, [attempt])

    async def _answer(self, row: Row[Any], outcome: ConnectionOutcome) -> None:
        """How the connection stands now, with what came of the errand. A vendor that takes is rested no more."""
        key = (row.municipality, row.connection)
        async with self._engine.begin() as conn:
            if not await TIMERS.still_leased(conn, row):
                return
            before = (await connections.standings(conn, [key]))[key]
            if outcome.well and outcome.messages and before.trouble != "disabled":
                await deliveries.turn_on(conn, *key)
            await self._tell(conn, row, outcome)

    async def _tell(self, conn: AsyncConnection, row: Row[Any], outcome: ConnectionOutcome) -> None:
        key, now = (row.municipality, row.connection), datetime.now(UTC)
        loaded = await world.load_connection(conn, key, self._directories, now, row.request_id)
        ctx, by, vendor = _context(row, now), Actor.model_validate(row.by), vendor_of(loaded, key)
        event: Event = refused(ctx, row.connection, row.request_id, "unknown_connection")
        if vendor is not None:
            standing = loaded.standings[key]
            event = stands(standing, vendor, ctx, request_id=row.request_id, by=by, outcome=outcome)
        await self._state(conn, loaded, event)

    async def _refuse(self, row: Row[Any], code: Code) -> None:
        async with self._engine.begin() as conn:
            if await TIMERS.still_leased(conn, row):
                await self._tell_refused(conn, row, code)

    async def _tell_refused(self, conn: AsyncConnection, row: Row[Any], code: Code) -> None:
        metrics.ERRANDS.labels(row.step, "refused").inc()
        key, now = (row.municipality, row.connection), datetime.now(UTC)
        loaded = await world.load_connection(conn, key, self._directories, now, row.request_id)
        await self._state(conn, loaded, refused(_context(row, now), row.connection, row.request_id, code))

    async def _state(self, conn: AsyncConnection, loaded: world.Loaded, event: Event) -> None:
        fold(loaded, event)
        await world.save(conn, loaded)
        await outbox.add(conn, outgoing([event]))


def told(row: Row[Any], outcome: Outcome, taken: int) -> ConnectionOutcome:
    """The last answer, in the event's terms."""
    match outcome:
        case Taken(status=status):
            return ConnectionOutcome(step=row.step, messages=taken, status=status)
        case NotTaken(reason=reason, status=status):
            return ConnectionOutcome(step=row.step, well=False, messages=taken, status=status, detail=reason)
        case Disabled(status=status):
            return ConnectionOutcome(step=row.step, well=False, messages=taken, status=status)
        case Misconfigured(reason=reason):
            return ConnectionOutcome(step=row.step, well=False, messages=taken, detail=reason)


def _context(row: Row[Any], now: datetime) -> Context:
    return Context(row.request_id, row.municipality, now, caused_by=row.cause)
