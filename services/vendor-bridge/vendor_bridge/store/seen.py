"""What the TM Forum servers show of a connection's hand-offs. Nothing is locked, nothing written."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import any_of
from contracts import envelope
from contracts.events import vendor_bridge as v
from vendor_bridge.domain.state import Handoff
from vendor_bridge.store import tables as t
from vendor_bridge.store import world
from vendor_bridge.store.directories import Directories, Way
from vendor_bridge.store.world import Loaded

Move = tuple[str, datetime, dict[str, Any]]

_HANDOFFS = world.HANDOFFS.query(
    and_(any_of(t.HANDOFF.c.municipality, "municipalities"), any_of(t.HANDOFF.c.connection, "connections")), lock=False
)
_OF_INCIDENT = world.HANDOFFS.query(any_of(t.HANDOFF.c.incident, "incidents"), lock=False)
_INCIDENTS = world.INCIDENTS.query(any_of(t.INCIDENT.c.id, "ids"), lock=False)
_TICKETS = world.TICKETS.query(any_of(t.TICKET.c.id, "ids"), lock=False)
_CHAINS = world.CHAINS.query(any_of(t.CHAIN.c.case_id, "cases"), lock=False)
_LAST_UPDATES: Final = text(
    """
    SELECT h.id, greatest(h.offered_at, h.acknowledged_at, h.ended_at, told.at, said.at) AS at
    FROM handoff h
    LEFT JOIN LATERAL (SELECT max(created_at) AS at FROM delivery WHERE handoff = h.id AND state <> 'absorbed') told
         ON true
    LEFT JOIN LATERAL (SELECT max(o.created_at) AS at FROM statement s JOIN outbox o USING (event_id)
                       WHERE s.handoff = h.id) said ON true
    WHERE h.id = ANY(CAST(:ids AS text[]))
    """
)
_SAID: Final = text(
    """
    SELECT s.handoff, o.headers, o.value FROM statement s JOIN outbox o USING (event_id)
    WHERE s.handoff = ANY(CAST(:ids AS text[])) ORDER BY o.id
    """
)
_MOVES: Final = text(
    """
    SELECT handoff, kind, created_at, details FROM delivery
    WHERE handoff = ANY(CAST(:ids AS text[])) AND state <> 'absorbed' AND kind NOT IN ('offered', 'updated')
    ORDER BY seq
    """
)


async def handoffs(
    conn: AsyncConnection, way: Way, known: Directories, now: datetime, *, incident: str | None = None
) -> Loaded:
    """A vendor's hand-offs through its connection, all or those of one incident, with their incidents.

    Tickets and chains come with `load_stories`.
    """
    loaded = Loaded(now)
    loaded.directories = await known.of(conn, {way.municipality})
    if incident is None:
        found = await _HANDOFFS.load(conn, municipalities=[way.municipality], connections=[way.connection.name])
    else:
        found = await _OF_INCIDENT.load(conn, incidents=[incident])
    loaded.handoffs = {id_: handoff for id_, handoff in found.items() if _is_of(handoff, way)}
    incidents = {handoff.incident for handoff in loaded.handoffs.values()}
    loaded.incidents = await _INCIDENTS.load(conn, ids=incidents)
    return loaded


def _is_of(handoff: Handoff, way: Way) -> bool:
    """A connection that another vendor had before shows nothing of that vendor's (N5, N9)."""
    whose = (handoff.municipality, handoff.connection, handoff.vendor)
    return whose == (way.municipality, way.connection.name, way.vendor)


async def incident_of(conn: AsyncConnection, handoff: str) -> str | None:
    """Whoever's hand-off it is."""
    found: str | None = await conn.scalar(select(t.HANDOFF.c.incident).where(t.HANDOFF.c.id == handoff))
    return found


async def load_stories(conn: AsyncConnection, loaded: Loaded, shown: Collection[Handoff]) -> None:
    """The tickets and the chains' heads of the hand-offs that are shown whole."""
    incidents = {handoff.incident for handoff in shown}
    tickets = {ticket for each in shown for ticket in loaded.incidents[each.incident].as_of(each.last_incident).tickets}
    loaded.tickets = await _TICKETS.load(conn, ids=tickets)
    loaded.chains = await _CHAINS.load(conn, cases=tickets | incidents)


async def last_updates(conn: AsyncConnection, ids: Collection[str]) -> Mapping[str, datetime]:
    """When each hand-off last changed for its vendor: something was said by either side, or told."""
    rows = await conn.execute(_LAST_UPDATES, {"ids": list(ids)})
    return {row.id: row.at for row in rows}


async def said(conn: AsyncConnection, ids: Collection[str]) -> Mapping[str, list[v.HandoffEvent]]:
    """The facts that the vendor's own words made, by hand-off, in their order."""
    found: dict[str, list[v.HandoffEvent]] = defaultdict(list)
    for row in await conn.execute(_SAID, {"ids": list(ids)}):
        headers = [(name, value.encode()) for name, value in row.headers.items()]
        event = envelope.decode(headers, bytes(row.value)).event
        if isinstance(event, v.HandoffEvent):
            found[row.handoff].append(event)
    return found


async def moves(conn: AsyncConnection, ids: Collection[str]) -> Mapping[str, list[Move]]:
    """(kind, when, details) of what the vendor was told beside news, by hand-off, in order."""
    found: dict[str, list[Move]] = defaultdict(list)
    for row in await conn.execute(_MOVES, {"ids": list(ids)}):
        found[row.handoff].append((row.kind, row.created_at, row.details))
    return found
