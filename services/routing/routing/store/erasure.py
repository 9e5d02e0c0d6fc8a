"""Taking erased words out of routing's messages. Of its tables only a ticket's row has some: its fold does it."""

from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import redaction
from contracts import erasure
from contracts.envelope import Received
from contracts.events.base import Event
from contracts.events.ticketing import EntryErased, TicketErased


async def redact(conn: AsyncConnection, events: Iterable[Event]) -> None:
    """What was sent, failed or waits, of every erasure among these events."""
    for event in events:
        if isinstance(event, TicketErased | EntryErased):
            rewrite, ids = erasure.rewriter(event), erasure.causes_of(event)
            await redaction.rewrite(conn, rewrite, holding=erasure.holding(event), ids=ids, since=event.since)


async def redact_failed(conn: AsyncConnection, parked: Sequence[Received]) -> None:
    """An erasure that waits behind a failed message takes the words out of that at once."""
    for message in parked:
        if isinstance(message.event, TicketErased | EntryErased):
            rewrite, ids = erasure.rewriter(message.event), erasure.causes_of(message.event)
            await redaction.rewrite_failed(conn, rewrite, holding=erasure.holding(message.event), ids=ids)
