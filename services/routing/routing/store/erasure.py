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
from contracts.events.ticketing import TicketErased

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
        if (found := erasure.search(event)) is not None:
            await redaction.rewrite(conn, found.change, holding=found.holding, ids=found.ids, since=found.since)
        if isinstance(event, TicketErased):
            opened = {"municipality": event.municipality, "ticket": event.ticket, "since": event.since}
            await conn.execute(_OPENED, opened)


async def redact_failed(conn: AsyncConnection, parked: Sequence[Received]) -> None:
    """An erasure that waits behind a failed message takes the words out of that at once."""
    for message in parked:
        if (found := erasure.search(message.event)) is not None:
            await redaction.rewrite_failed(conn, found.change, holding=found.holding, ids=found.ids)
