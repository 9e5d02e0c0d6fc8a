"""Taking erased words out of what the notifier is to say. A ticket's title its fold takes out; what it states has none.

An erasure takes them out of failed messages too, at once, also where it has to wait behind one itself.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import redaction
from contracts import erasure
from contracts.envelope import Received
from contracts.events.base import Event
from contracts.events.ticketing import EntryErased, PersonErased, TicketErased

_QUOTED: Final = text(
    """
    UPDATE notification SET text = (SELECT jsonb_object_agg(language, '') FROM jsonb_object_keys(text) AS language)
    WHERE municipality = :municipality AND text IS NOT NULL
      AND (cause = ANY(CAST(:causes AS text[])) OR ("case" = :ticket AND occasion = 'question'))
    """
)
_TOLD: Final = text("DELETE FROM notification WHERE municipality = :municipality AND person = :person")
"""A replay finds no address for them, and so plans none either."""


async def redact(conn: AsyncConnection, events: Iterable[Event]) -> None:
    """What is quoted to somebody; of somebody of whom nothing is left, that they were told anything."""
    for event in events:
        if isinstance(event, PersonErased):
            await conn.execute(_TOLD, {"municipality": event.municipality, "person": event.person})
        if isinstance(event, TicketErased | EntryErased):
            ticket = event.ticket if isinstance(event, TicketErased) else ""
            values = {"municipality": event.municipality, "causes": list(event.causes), "ticket": ticket}
            await conn.execute(_QUOTED, values)


async def redact_failed(conn: AsyncConnection, received: Sequence[Received]) -> None:
    """What failed, and what waits behind it."""
    for message in received:
        if (found := erasure.search(message.event)) is not None:
            await redaction.rewrite_failed(conn, found.change, holding=found.holding, ids=found.ids)
