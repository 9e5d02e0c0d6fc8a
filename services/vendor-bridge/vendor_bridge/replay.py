"""Rebuild the bridge's tables from recorded events: facts are folded, nothing is decided or sent again (N10).

What a vendor was owed and had not got when the record ended is owed again, under the same ids.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.envelope import Received
from vendor_bridge.domain.fold import consumes, fold
from vendor_bridge.store import world
from vendor_bridge.store.directories import Directories

BATCH = 500


async def apply(conn: AsyncConnection, received: Sequence[Received]) -> None:
    """Fold these events, own and others', in the order given (that of the topic); the caller commits."""
    relevant = [message for message in received if consumes(type(message.event))]
    known = Directories()
    for start in range(0, len(relevant), BATCH):
        messages = relevant[start : start + BATCH]
        loaded = await world.load(conn, [message.event for message in messages], known, messages[0].event.at)
        for message in messages:
            loaded.now, loaded.traceparent = message.event.at, message.traceparent
            fold(loaded, message.event)
        await world.save(conn, loaded)
