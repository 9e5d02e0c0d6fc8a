"""Rebuild routing's tables from recorded events: facts are folded, nothing is decided again (N10)."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.envelope import Received
from contracts.events.registry import PRODUCER_OF
from routing.consumer import HEARD
from routing.domain.fold import fold
from routing.store import worlds

_OWN = frozenset(type_ for type_, producer in PRODUCER_OF.items() if producer == "routing")
BATCH = 1000


async def apply(conn: AsyncConnection, received: Sequence[Received]) -> None:
    """Fold these events, own and others', in the order given (that of the topic); the caller commits.

    Call it with one slice of the record after the other. Inbox and outbox stay as they are.
    """
    relevant = [
        message.event for message in received if message.type in HEARD or PRODUCER_OF[message.type] == "routing"
    ]
    for start in range(0, len(relevant), BATCH):
        events = relevant[start : start + BATCH]
        named = worlds.Named.by(events)
        world = await worlds.lock(conn, named.municipalities)
        await worlds.load(conn, world, named)
        for event in events:
            fold(world, event)
        await worlds.save(conn, world)
