"""Old ids and ended failures are forgotten now and then."""

from __future__ import annotations

import asyncio
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import failures, inbox, logs
from chassis.consumer.endings import is_transient

_EVERY: Final = 3600.0  # seconds

log = logs.get(__name__)


async def tidy(engine: AsyncEngine) -> None:
    """Until cancelled. A database that is away is waited for."""
    while True:
        try:
            await inbox.prune(engine)
            async with engine.begin() as conn:
                await failures.prune(conn)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("tidying_waits", error=type(error).__name__)
        await asyncio.sleep(_EVERY)
