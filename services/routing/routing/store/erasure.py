"""Taking erased words out of routing's messages. What its tables have of them, a ticket's fold takes out."""

from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import redaction
from contracts import erasure
from contracts.envelope import Received
from contracts.events.base import Event


async def redact(conn: AsyncConnection, events: Iterable[Event]) -> None:
    """What was sent, failed or waits, of every erasure among these events."""
    for event in events:
        if (found := erasure.search(event)) is not None:
            await redaction.rewrite(conn, found.change, holding=found.holding, ids=found.ids, since=found.since)


async def redact_failed(conn: AsyncConnection, parked: Sequence[Received]) -> None:
    """An erasure that waits behind a failed message takes the words out of that at once."""
    for message in parked:
        if (found := erasure.search(message.event)) is not None:
            await redaction.rewrite_failed(conn, found.change, holding=found.holding, ids=found.ids)
