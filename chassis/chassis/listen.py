"""Postgres' NOTIFY as a call: one connection outside the pool for all channels of a process.

A lost connection is opened again; nobody may rely on a notification alone, so every listener polls slowly too.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db, logs

_BEAT: Final = 10.0  # seconds between proofs that the connection still answers
_PAUSE: Final = 1.0  # seconds before connecting again

log = logs.get(__name__)


class Wake(asyncio.Event):
    """An event that is waited for with a time limit and cleared by waiting."""

    async def wait_or(self, seconds: float) -> bool:
        """Whether it was set within that time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.wait()
        woken = self.is_set()
        self.clear()
        return woken


class Listener:
    """`listener.on("outbox", print)` before `await listener.run()`; run it as a task for the process' life.

    A callback gets the payload. After a reconnect every callback is called once with an empty one: something may have
    been missed.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._callbacks: dict[str, list[Callable[[str], None]]] = defaultdict(list)

    def on(self, channel: str, callback: Callable[[str], None]) -> None:
        self._callbacks[channel].append(callback)

    def wake(self, *channels: str) -> Wake:
        """An event that each notification on one of the channels sets."""
        event = Wake()
        for channel in channels:
            self.on(channel, lambda _payload: event.set())
        return event

    async def run(self) -> None:
        while True:
            try:
                await self._listen()
            except Exception as error:
                if not db.is_unavailable(error):
                    raise
                log.warning("listening_interrupted", error=type(error).__name__)
            await asyncio.sleep(_PAUSE)

    async def _listen(self) -> None:
        async with db.dedicated(self._engine) as connection:
            closed = Wake()
            connection.add_termination_listener(lambda _connection: closed.set())
            for channel in self._callbacks:
                await connection.add_listener(channel, self._heard)
            for callbacks in self._callbacks.values():
                for callback in callbacks:
                    callback("")
            while not await closed.wait_or(_BEAT):
                await connection.execute("SELECT 1")

    def _heard(self, _connection: Any, _process: int, channel: str, payload: str) -> None:
        for callback in self._callbacks[channel]:
            callback(payload)
