"""Waiting for what another process does."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(condition: Callable[[], Awaitable[T]], within: float = 90.0, *, every: float = 0.1) -> T:
    """The first true answer of `condition`; AssertionError when there is none within so many seconds."""
    deadline = time.monotonic() + within
    while True:
        answer = await condition()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {within:.0f} s"
        await asyncio.sleep(every)
