"""Rows with a due time, each acted on once, with any number of replicas.

Work that only writes (a clock that escalates): read what is due unlocked, take the locks that come before a timer's,
then claim it in that transaction and look again:

    clocks = Timers("clock", where="fired_at IS NULL")

    async def fire_due() -> bool:
        async with engine.connect() as conn:
            ids = await clocks.due(conn)
        fired = False
        for clock_id in ids:
            async with engine.begin() as conn:
                ...  # take the locks that come before
                if await clocks.claim(conn, clock_id):
                    ...  # decide, save, outbox.add
                    fired = True
        return fired

Work that calls the network (a webhook, a mail) holds no transaction meanwhile: it leases rows, works, records.

    deliveries = Timers("delivery", where="ended_at IS NULL")

    async def deliver_due() -> bool:
        leased = await deliveries.lease(engine, timedelta(seconds=60))
        for row in leased:
            outcome = await send(row)
            async with engine.begin() as conn:
                if await deliveries.still_leased(conn, row):
                    ...  # record the outcome, set the next due_at; release(conn, row.id)
        return bool(leased)

Both run in a loop: `await DueLoop("clocks", fire_due, wake=listener.wake("clock")).run()`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import db, logs
from chassis.drain import run_until_stopped
from chassis.heartbeat import Heartbeat
from chassis.listen import Wake

POLL: Final = 2.0  # seconds; the promise is at most 5 s late
_BACK_OFF: Final = 1.0
_DRAIN: Final = 8.0

log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Timers:
    """A table whose rows become due. The names and `where` are code, never input.

    Wants an index on `due` with the predicate `where`, and for leases a nullable timestamptz column `claimed_until`.
    """

    table: str
    where: str = "TRUE"
    key: str = "id"
    due_at: str = "due_at"
    claimed_until: str = "claimed_until"

    async def due(self, conn: AsyncConnection, limit: int = 100) -> list[Any]:
        """Keys of due rows, the longest overdue first; nothing is locked."""
        query = f"SELECT {self.key} FROM {self.table} WHERE {self._is_due} ORDER BY {self.due_at} LIMIT :limit"
        return list(await conn.scalars(text(query), {"limit": limit}))

    async def claim(self, conn: AsyncConnection, key: object) -> Row[Any] | None:
        """The row, locked until this transaction ends; None if it is not due any more or another replica has it.

        The transaction must end what made the row due (mark it fired or move its due time).
        """
        query = f"SELECT * FROM {self.table} WHERE {self.key} = :key AND {self._is_due} FOR UPDATE SKIP LOCKED"
        return (await conn.execute(text(query), {"key": key})).one_or_none()

    async def lease(self, engine: AsyncEngine, span: timedelta, limit: int = 20) -> Sequence[Row[Any]]:
        """Due rows that nobody else gets for `span`, which must outlast the work; a crashed worker's come again."""
        query = f"""
            UPDATE {self.table} SET {self.claimed_until} = clock_timestamp() + CAST(:span AS interval)
            WHERE {self.key} IN (
                SELECT {self.key} FROM {self.table}
                WHERE {self._is_due} AND ({self.claimed_until} IS NULL OR {self.claimed_until} <= now())
                ORDER BY {self.due_at} LIMIT :limit FOR UPDATE SKIP LOCKED
            )
            RETURNING *
        """
        async with engine.begin() as conn:
            rows = (await conn.execute(text(query), {"span": span, "limit": limit})).all()
        return sorted(rows, key=lambda row: getattr(row, self.due_at))

    async def still_leased(self, conn: AsyncConnection, row: Row[Any]) -> bool:
        """Whether the lease of this row is still ours, the row locked: else another worker has taken it over."""
        query = f"SELECT {self.claimed_until} FROM {self.table} WHERE {self.key} = :key FOR UPDATE"
        lease = await conn.scalar(text(query), {"key": getattr(row, self.key)})
        return lease is not None and lease == getattr(row, self.claimed_until)

    async def release(self, conn: AsyncConnection, key: object, due_at: datetime | None = None) -> None:
        """Ends a lease; with `due_at` the row comes again then."""
        move = f", {self.due_at} = :due_at" if due_at is not None else ""
        query = f"UPDATE {self.table} SET {self.claimed_until} = NULL{move} WHERE {self.key} = :key"
        values = {"key": key} if due_at is None else {"key": key, "due_at": due_at}
        await conn.execute(text(query), values)

    async def next_due(self, conn: AsyncConnection) -> datetime | None:
        """When the next row becomes due."""
        query = f"SELECT min({self.due_at}) FROM {self.table} WHERE {self.where}"
        due: datetime | None = await conn.scalar(text(query))
        return due

    @property
    def _is_due(self) -> str:
        return f"({self.where}) AND {self.due_at} <= now()"


class DueLoop:
    """Calls `work` at once, at every wake-up and every `poll` seconds; again without a pause while it returns True.

    The database being away makes it wait; any other error ends it.
    """

    def __init__(
        self, name: str, work: Callable[[], Awaitable[bool]], *, wake: Wake | None = None, poll: float = POLL
    ) -> None:
        self._name = name
        self._work = work
        self._poll = poll
        self._stopping = False
        self.wake = wake or Wake()
        self._heartbeat = Heartbeat()

    def is_alive(self) -> bool:
        return self._heartbeat.is_alive()

    def stop(self) -> None:
        self._stopping = True
        self.wake.set()

    async def run(self) -> None:
        """Until cancelled; the turn in hand is finished."""
        await run_until_stopped(self._run(), self.stop, patience=_DRAIN)

    async def _run(self) -> None:
        while not self._stopping:
            self._heartbeat.beat()
            try:
                more = await self._work()
            except Exception as error:
                if not db.is_unavailable(error):
                    raise
                log.warning("timers_wait_for_database", timers=self._name, error=type(error).__name__)
                await asyncio.sleep(_BACK_OFF)
                continue
            if not more:
                await self.wake.wait_or(self._poll)
