"""Who writes to a case works on it: it is not joined to another by itself any more (R11)."""

from collections.abc import Iterator

from contracts.events.base import Event
from contracts.events.routing import IncidentTouched
from contracts.events.ticketing import NoteWritten, TicketAnswered
from contracts.events.vendor_bridge import HandoffAnswered
from routing.domain import clocks
from routing.domain.context import Context
from routing.domain.state import Incident, World


def on_answered(world: World, event: TicketAnswered, ctx: Context) -> Iterator[Event]:
    """Words on a ticket are words to the incident it is on."""
    ticket = world.ticket(event.ticket, event.municipality)
    yield from touch(ctx, world.incident(ticket.incident, event.municipality) if ticket else None)


def on_written(world: World, event: NoteWritten | HandoffAnswered, ctx: Context) -> Iterator[Event]:
    """Words of staff: the holder has seen it; what its reporters can read is the update they were promised (N8)."""
    incident = world.incident(event.incident, event.municipality)
    yield from touch(ctx, incident)
    if incident is None or not incident.unfinished or incident.lead is None or not isinstance(event, NoteWritten):
        return
    if event.by.party == incident.lead:
        yield from clocks.fulfil(world, ctx, incident, incident.lead, "acknowledge")
    if "reporters" in event.audience:
        yield from clocks.renew(world, ctx, incident, incident.lead)
        yield from clocks.public(world, ctx, incident)


def touch(ctx: Context, incident: Incident | None) -> Iterator[Event]:
    """Say so the first time; who only said what it is, or what belongs to it, has not begun with it."""
    if incident is not None and not incident.worked and not incident.ended:
        yield IncidentTouched(**ctx.about(incident))
