"""Work that costs less together: one group at a time, and what comes meanwhile is the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from chassis import db

Item = TypeVar("Item")


class Grouped(Generic[Item]):
    """`work` does a whole group or nothing of it, at most `most` items. One that fails is done one by one, so that an
    item's misfortune is not the others'.
    """

    def __init__(
        self, work: Callable[[Sequence[Item]], Awaitable[None]], most: int = 32, linger: float = 0.005
    ) -> None:
        """`linger`: seconds that the first of a group waits for others."""
        self._work = work
        self._linger = linger
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[None]]] = []
        self._running: asyncio.Task[None] | None = None

    async def do(self, item: Item) -> None:
        """Returns when it was done; raises what `work` raised for it."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        await done

    async def _run(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(self._linger)
                group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._do(group)
        finally:
            self._running = None

    async def _do(self, group: Sequence[tuple[Item, asyncio.Future[None]]]) -> None:
        try:
            await self._work([item for item, _ in group])
        except Exception as error:  # noqa: BLE001  (whoever waits for it is given it)
            if len(group) > 1 and not db.is_unavailable(error):
                for each in group:
                    await self._do([each])
                return
            for _, done in group:
                if not done.done():
                    done.set_exception(error)
            return
        for _, done in group:
            if not done.done():
                done.set_result(None)
