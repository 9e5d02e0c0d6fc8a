"""Taking erased words out of routing's messages, and the device out of the incident that the report opened.

Else only a ticket's row has words: its fold does it.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import redaction
from contracts import erasure
from contracts.envelope import Received
from contracts.events.base import Event
from contracts.events.ticketing import EntryErased, TicketErased

_OPENED: Final = text(
    """
    UPDATE incident SET asset = NULL WHERE municipality = :municipality AND asset IS NOT NULL AND id IN (
        SELECT convert_from(value, 'UTF8')::jsonb ->> 'incident' FROM outbox
        WHERE created_at >= :since AND type = 'incident.opened.v1'
          AND convert_from(value, 'UTF8')::jsonb ->> 'ticket' = :ticket)
    """
)


async def redact(conn: AsyncConnection, events: Iterable[Event]) -> None:
    """What was sent, failed or waits, of every erasure among these events."""
    for event in events:
        if isinstance(event, TicketErased | EntryErased):
            rewrite, ids = erasure.rewriter(event), erasure.causes_of(event)
            await redaction.rewrite(conn, rewrite, holding=erasure.holding(event), ids=ids, since=event.since)
        if isinstance(event, TicketErased):
            opened = {"municipality": event.municipality, "ticket": event.ticket, "since": event.since}
            await conn.execute(_OPENED, opened)


async def redact_failed(conn: AsyncConnection, parked: Sequence[Received]) -> None:
    """An erasure that waits behind a failed message takes the words out of that at once."""
    for message in parked:
        if isinstance(message.event, TicketErased | EntryErased):
            rewrite, ids = erasure.rewriter(message.event), erasure.causes_of(message.event)
            await redaction.rewrite_failed(conn, rewrite, holding=erasure.holding(message.event), ids=ids)
