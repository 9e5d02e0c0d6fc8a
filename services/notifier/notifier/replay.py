"""Rebuild the notifier's tables from recorded events (N10). Nothing is sent: sending is another task's."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.envelope import Received
from contracts.events.registry import PRODUCER_OF
from notifier.consumer import HEARD, NAME
from notifier.domain.plan import take_in
from notifier.store import erasure, worlds

BATCH = 1000


async def apply(conn: AsyncConnection, received: Sequence[Received]) -> None:
    """Take these events in, own and others', in the order given (that of the topic); the caller commits.

    Call it with one slice of the record after the other. What is owed follows from the facts, what became of it from
    the notifier's own events; a message that the record does not know as sent or failed is owed still. Inbox and outbox
    stay as they are.
    """
    relevant = [message.event for message in received if message.type in HEARD or PRODUCER_OF[message.type] == NAME]
    for start in range(0, len(relevant), BATCH):
        events = relevant[start : start + BATCH]
        named = worlds.Named.by(events)
        await worlds.lock(conn, named.municipalities)
        world = await worlds.load(conn, named)
        for event in events:
            take_in(world, event)
        await worlds.save(conn, world)
        await erasure.redact(conn, events)
