"""Work that costs less together: one group at a time, and what comes meanwhile is the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from chassis import db

Item = TypeVar("Item")
Result = TypeVar("Result")


class Grouped(Generic[Item, Result]):
    """`work` does a whole group or nothing of it, at most `most` items, and gives each its result. One that fails is
    done one by one, so that an item's misfortune is not the others'.
    """

    def __init__(
        self, work: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]], most: int = 32, linger: float = 0.005
    ) -> None:
        """`linger`: seconds that the first of a group waits for others, once there were any in the group before."""
        self._work = work
        self._linger = linger
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._running: asyncio.Task[None] | None = None
        self._is_busy = False

    async def do(self, item: Item) -> Result:
        """Returns when it was done; raises what `work` raised for it."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await done

    async def _run(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(self._linger if self._is_busy else 0)
                group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                self._is_busy = len(group) > 1
                await self._do(group)
        finally:
            self._running = None

    async def _do(self, group: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._work([item for item, _ in group])
        except Exception as error:  # noqa: BLE001  (whoever waits for it is given it)
            if len(group) > 1 and not db.is_unavailable(error):
                for each in group:
                    await self._do([each])
                return
            for _, done in group:
                if not done.done():
                    done.set_exception(error)
            return
        for (_, done), result in zip(group, results, strict=True):
            if not done.done():
                done.set_result(result)
