"""Ending well: work that is cancelled finishes what it has in hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


async def run_until_stopped(work: Coroutine[Any, Any, None], stop: Callable[[], None], patience: float) -> None:
    """Runs `work`. Cancelled, it calls `stop`, gives the work `patience` seconds to end by itself, then cancels it.

    The work's own error is raised in any case.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            stop()
            _, pending = await asyncio.wait([task], timeout=patience)
            if pending:
                task.cancel()
                await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error from None
        raise
