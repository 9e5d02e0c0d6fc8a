"""What the operator asks of connections at the bridge's own database, also while everything else is down.

The same rules as for what people ask on their pages, and the same answers, which go to the topic too.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts import ids
from contracts.envelope import Received
from contracts.events.base import ConnectionRequest
from contracts.values import SYSTEM
from vendor_bridge.consumer import handler
from vendor_bridge.domain.health import Standing
from vendor_bridge.outbound import Outbound
from vendor_bridge.profiles import ByProfile, Letter, Misconfigured, Preview
from vendor_bridge.store import attempts, connections, refusals
from vendor_bridge.store.attempts import Attempt
from vendor_bridge.store.directories import Directories, Way
from vendor_bridge.store.refusals import Refusal

_ANSWER: Final = text(
    """
    SELECT type, convert_from(value, 'UTF8')::jsonb AS said FROM outbox
    WHERE type IN ('connection.changed.v1', 'connection.request_refused.v1')
      AND convert_from(value, 'UTF8')::jsonb ->> 'request_id' = :request_id
    ORDER BY id DESC LIMIT 1
    """
)


async def ways(engine: AsyncEngine) -> list[tuple[Way, Standing]]:
    """Every connection, and how it stands now."""
    async with engine.connect() as conn:
        known = {(way.municipality, way.connection.name): way for way in await Directories().all_ways(conn)}
        found = await connections.standings(conn, known) if known else {}
    return [(known[key], found[key]) for key in sorted(known)]


async def ask(
    engine: AsyncEngine, kind: type[ConnectionRequest], municipality: str, connection: str, **details: Any
) -> str:
    """Gives the bridge a command; returns its request id, whose outcome is `answer`."""
    request = kind.model_validate(
        {
            "id": ids.new("event"),
            "at": datetime.now(UTC),
            "municipality": municipality,
            "request_id": ids.new("request"),
            "connection": connection,
            "by": SYSTEM,
            **details,
        }
    )
    async with engine.begin() as conn:
        await handler(Directories())(conn, [Received(event=request, source="", sequence=None, traceparent=None)])
    return request.request_id


async def answer(engine: AsyncEngine, request_id: str) -> tuple[str, dict[str, Any]] | None:
    """(event type, its data) that ended a command; None while it is in work."""
    async with engine.connect() as conn:
        row = (await conn.execute(_ANSWER, {"request_id": request_id})).one_or_none()
    return None if row is None else (row.type, row.said)


async def log(
    engine: AsyncEngine,
    municipality: str,
    connection: str,
    *,
    handoff: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[Attempt]:
    """The newest attempts first."""
    async with engine.connect() as conn:
        return await attempts.page(conn, municipality, connection, handoff=handoff, before=before, limit=limit)


async def refused(
    engine: AsyncEngine, municipality: str, connection: str, *, before: int | None = None, limit: int = 50
) -> Sequence[Refusal]:
    """What came in a connection's name and was not taken, the newest first."""
    async with engine.connect() as conn:
        return await refusals.page(conn, municipality, connection, before=before, limit=limit)


async def would_send(
    engine: AsyncEngine, profiles: ByProfile, public_url: str, way: Way, message: str | None
) -> tuple[Letter, Preview | Misconfigured | None] | None:
    """The request that would be made for a message, or for the first that is owed; nothing is sent. None: no such."""
    key = (way.municipality, way.connection.name)
    if message is None:
        async with engine.connect() as conn:
            message = await connections.next_owed(conn, key)
    found = await Outbound(engine, Directories(), public_url).preview(message) if message else None
    if found is None:
        return None
    letter, its_way = found
    if its_way is None or (its_way.municipality, its_way.connection.name) != key:
        return None
    return letter, await profiles.preview(way, letter)
