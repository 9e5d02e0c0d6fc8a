"""Rebuild ticketing's tables from recorded events: facts are folded, nothing is recorded or decided again (N10).

Sessions and idempotency keys are no facts: they are not rebuilt.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.envelope import Received
from contracts.events.ticketing import DirectoryChanged
from ticketing.domain.fold import fold
from ticketing.store import world

BATCH = 500


async def apply(conn: AsyncConnection, received: Sequence[Received]) -> None:
    """Fold these events, own and others', in the order given (that of the topic); the caller commits."""
    for start in range(0, len(received), BATCH):
        events = [message.event for message in received[start : start + BATCH]]
        loaded = await world.load(conn, events, await world.directories(conn))
        for event in events:
            fold(loaded, event)
            if isinstance(event, DirectoryChanged):
                await world.save_directory(conn, event)
        await world.save(conn, loaded)
