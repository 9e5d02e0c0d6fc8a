"""Which vendors have cases, or had."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from ticketing.domain import leads
from ticketing.domain.state import Handoff, Ticket
from ticketing.store import tables as t
from ticketing.store import world


async def of(conn: AsyncConnection, incidents: Collection[str]) -> defaultdict[str, list[Handoff]]:
    """By incident."""
    found: defaultdict[str, list[Handoff]] = defaultdict(list)
    if incidents:
        for handoff in (await world.HANDOFFS.load(conn, t.HANDOFF.c.incident.in_(incidents), lock=False)).values():
            found[handoff.incident].append(handoff)
    return found


async def leads_of(conn: AsyncConnection, ticket: Ticket, cases: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """By case the vendors that have led it; a ticket's own story is read by those of the incident that it is on."""
    named = {*cases, ticket.incident or ""} - {ticket.id, ""}
    found = await of(conn, named)
    led = {incident: leads.in_order(found[incident]) for incident in named}
    return led | {ticket.id: led.get(ticket.incident or "", ())}
