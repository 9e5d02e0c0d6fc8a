"""The bridge's own code on a real Postgres, as one process that dies between any two of its steps and is started again.

A step ends where something can't be taken back: a transaction is committed, a request has gone out.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.consumer.batches import Batches
from chassis.consumer.limits import DeadLetterLimit, Policy
from contracts import envelope
from tests.support.handoffs.book import Book, Saying
from tests.support.handoffs.town import Town
from vendor_bridge import consumer, delivery
from vendor_bridge.delivery import Sender, Watch
from vendor_bridge.domain.retry import BreakerPolicy, Schedule
from vendor_bridge.handlers import Receipt, VendorSide
from vendor_bridge.outbound import Outbound
from vendor_bridge.profiles import ByProfile
from vendor_bridge.profiles.webhook import WebhookProfile
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store.directories import Directories

Fault = Literal["none", "refused", "answer_lost", "twice", "busy"]
AT_ONCE = Schedule(waits=(timedelta(0),), jitter=0.0, span=timedelta(0))
UNTIRED = BreakerPolicy(rest=timedelta(0))


class Killed(BaseException):
    """As if the power went: nobody's `except` is to help."""


class Fuse:
    """After so many steps the process is dead, and stays so until it is started again."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.blown = asyncio.Event()
        self.deaths = 0

    def burn(self) -> None:
        if self.left is not None and not self.blown.is_set():
            self.left -= 1
            if self.left < 0:
                self.deaths += 1
                self.blown.set()
        if self.blown.is_set():
            raise Killed


class Fused:
    """An engine whose commits are steps: before, and after."""

    def __init__(self, engine: AsyncEngine, fuse: Fuse) -> None:
        self._engine, self._fuse = engine, fuse

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Any]:
        async with self._engine.begin() as conn:
            yield conn
            self._fuse.burn()
        self._fuse.burn()


class Network(httpx.AsyncBaseTransport):
    """Leads to the vendors' books; `faults` befall the next requests, one each; `down` are vendors out of reach."""

    def __init__(self, books: list[Book], fuse: Fuse) -> None:
        self.books = books
        self.fuse = fuse
        self.faults: deque[Fault] = deque()
        self.down: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body, headers = await request.aread(), dict(request.headers)
        fault: Fault = self.faults.popleft() if self.faults else "none"
        self.fuse.burn()
        if fault == "refused" or headers["host"].removesuffix(".example") in self.down:
            raise httpx.ConnectError("refused")
        if fault == "busy":
            return _answer(503)
        statuses = [self._taken(headers, body) for _ in range(2 if fault == "twice" else 1)]
        self.fuse.burn()
        if fault == "answer_lost":
            raise httpx.ReadError("reset")
        return _answer(statuses[-1])

    def _taken(self, headers: dict[str, str], body: bytes) -> int:
        name = headers["host"].removesuffix(".example")
        answers = [book.take(headers, body) for book in self.books if book.connection == name]
        return 200 if 200 in answers else 401


def _answer(status: int) -> httpx.Response:
    return httpx.Response(status, stream=httpx.ByteStream(b""))


async def _public(_host: str, _port: int) -> list[str]:
    return ["93.184.215.14"]


class Process:
    """`await process.consume(town, 5)`: False where it was killed meanwhile; it runs again then."""

    def __init__(self, engine: AsyncEngine, secrets: Path, books: list[Book]) -> None:
        self._real = engine
        self._secrets = secrets
        self.fuse = Fuse()
        self.network = Network(books, self.fuse)
        self.read: dict[str, int] = {}
        """By town: what its consumer group has committed."""
        self.client = httpx.AsyncClient(transport=self.network)
        self.start()

    def start(self) -> None:
        """Nothing of the process before is left but the database."""
        self.fuse.left, self.fuse.blown = None, asyncio.Event()
        engine: Any = Fused(self._real, self.fuse)
        directories, secrets = Directories(), SecretStore(self._secrets)
        profile = WebhookProfile(self.client, secrets, resolver=_public)
        outbound = Outbound(engine, directories, "https://bridge.example")
        self.vendors = VendorSide(engine, directories, secrets, "the bridge's own secret, long enough")
        self.sender = Sender(engine, outbound, ByProfile({"webhook": profile}), schedule=AT_ONCE, breaker=UNTIRED)
        self.watch = Watch(engine, outbound, AT_ONCE)
        handle = consumer.handler(directories)
        limit = DeadLetterLimit(1, timedelta(minutes=1))
        self.batches = Batches(engine, "vendor-bridge", consumer.decode, handle, Policy(tries=1), limit)

    async def _lives(self, work: Callable[[], Awaitable[Any]]) -> tuple[bool, Any]:
        """(whether it lived to the end of it, what came of it)."""
        others = asyncio.all_tasks()
        doing = asyncio.ensure_future(work())
        dying = asyncio.create_task(self.fuse.blown.wait())
        await asyncio.wait({doing, dying}, return_when=asyncio.FIRST_COMPLETED)
        if not self.fuse.blown.is_set():
            dying.cancel()
            await asyncio.gather(dying, return_exceptions=True)
            return True, await doing
        own = asyncio.all_tasks() - others
        for task in own:
            task.cancel()
        await asyncio.gather(doing, *own, return_exceptions=True)
        self.start()
        return False, None

    async def consume(self, town: Town, count: int) -> bool:
        start = self.read.get(town.id, 0)
        records = town.records[start : start + count]
        if not records:
            return True
        lived, end = await self._lives(lambda: self.batches.run(records, lambda: True))
        if lived:
            self.read[town.id] = end
        return lived

    async def send(self, *, together: bool) -> bool:
        """One round of the sender, its messages one by one or beside one another."""

        async def turn() -> bool:
            vars(delivery).update(AT_ONCE=96 if together else 1)  # Final to the service
            claimed = await self.sender._turn()
            while self.sender._in_work:
                await asyncio.wait(set(self.sender._in_work))
            return claimed

        lived, claimed = await self._lives(turn)
        return bool(lived and claimed)

    async def give_up(self) -> None:
        """What was not taken at once is out of reach for good."""
        await self._lives(self.watch.look)

    async def hear(self, book: Book, saying: Saying) -> Receipt | None:
        """None: killed before its answer got out."""
        headers = book.signed(saying)
        lived, receipt = await self._lives(lambda: self.vendors.take(book.connection, headers, saying.body))
        return receipt if lived else None

    async def publish(self, towns: list[Town], count: int, *, dies: bool = False) -> bool:
        """The outbox' next rows go to their towns' topics; `dies`: before it is noted that they did."""
        by_id = {town.id: town for town in towns}
        async with self._real.begin() as conn:
            rows = await conn.execute(
                text("SELECT * FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT :n"), {"n": count}
            )
            found = list(rows)
            for row in found:
                headers = tuple((name, value.encode()) for name, value in row.headers.items())
                value = bytes(row.value)
                by_id[row.key].put(envelope.decode(headers, value).event, value, headers)
            if not dies:
                await conn.execute(
                    text("UPDATE outbox SET sent_at = now() WHERE id = ANY(:ids)"), {"ids": [row.id for row in found]}
                )
        return bool(found)

    async def patience_ends(self) -> None:
        """What waited for an entry goes without."""
        async with self._real.begin() as conn:
            await conn.execute(text("UPDATE delivery SET due_at = now() WHERE state = 'pending'"))

    async def a_while_passes(self, handoff: str) -> None:
        """Long enough for what a vendor took to stand in its books."""
        async with self._real.begin() as conn:
            await conn.execute(
                text("UPDATE handoff SET heads_at = heads_at - interval '2 minutes' WHERE id = :id"), {"id": handoff}
            )

    async def rows(self, query: str, **values: Any) -> list[Any]:
        async with self._real.connect() as conn:
            return list(await conn.execute(text(query), values))
