"""The notifier on a real Postgres, a real Kafka and a real mail server."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.listen import Listener
from chassis.mail import Sender
from chassis.smtp import MailServer
from contracts import envelope
from contracts.envelope import Received
from contracts.events.base import Event
from notifier.delivery import Delivery, Office
from notifier.domain.retry import Rest, Schedule
from notifier.handlers import handle
from notifier.store import worlds
from tests.support.mail import MailHost
from tests.support.routing_life import received

SENDER = Sender.parse("Eskalera <eskalera@malarvik.example>")
PAGES = "http://127.0.0.1:8080"
QUICK = Rest(timedelta(milliseconds=50), timedelta(milliseconds=200))


@pytest.fixture
def packages() -> tuple[str, ...]:
    return ("chassis", "notifier")


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[MailHost]:
    """A mail server, up."""
    host = MailHost(tmp_path)
    await host.start()
    yield host
    await host.stop()


async def take_in(engine: AsyncEngine, events: Sequence[Event]) -> None:
    """One batch in one transaction."""
    async with engine.begin() as conn:
        await handle(conn, [received(event) for event in events])


@asynccontextmanager
async def delivering(engine: AsyncEngine, url: str, schedule: Schedule | None = None) -> AsyncIterator[Delivery]:
    """A sender at work."""
    listener = Listener(engine)
    office = Office(MailServer.parse(url), SENDER, PAGES)
    delivery = Delivery(engine, office, wake=listener.wake(worlds.CHANNEL), schedule=schedule, rest=QUICK)
    tasks = [asyncio.create_task(delivery.run()), asyncio.create_task(listener.run())]
    try:
        yield delivery
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [result for result in results if not isinstance(result, asyncio.CancelledError)] == []


async def rows(engine: AsyncEngine, query: str) -> list[Any]:
    async with engine.connect() as conn:
        return list(await conn.execute(text(query)))


async def stated(engine: AsyncEngine) -> list[str]:
    """Types of what the notifier said, in its order."""
    return [row.type for row in await rows(engine, "SELECT type FROM outbox ORDER BY id")]


async def until(condition: Callable[[], Awaitable[bool] | bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found if isinstance(found, bool) else await found:
            return
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


async def nothing_is_owed(engine: AsyncEngine) -> None:
    """Wait until every notification ended."""

    async def ended() -> bool:
        return not await rows(engine, "SELECT 1 FROM notification WHERE state = 'pending'")

    await until(ended)


async def until_rows(engine: AsyncEngine, query: str) -> None:
    """Wait until the query finds something."""

    async def found() -> bool:
        return bool(await rows(engine, query))

    await until(found)


async def recorded(engine: AsyncEngine) -> list[Received]:
    """What the notifier said, read back as a replay reads it."""
    found = await rows(engine, "SELECT value, headers FROM outbox ORDER BY id")
    headers = [[(name, value.encode()) for name, value in row.headers.items()] for row in found]
    return [envelope.decode(each, row.value) for each, row in zip(headers, found, strict=True)]
