"""What vendors sent: each message once, raw."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from pydantic import TypeAdapter
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.statements import Statement
from contracts.values import Head
from vendor_bridge.store import tables as t
from vendor_bridge.store.directories import Way

RETENTION: Final = timedelta(days=30)
"""How long a repeat is recognised."""

By = Literal["webhook", "tmf", "mail", "portal", "part"]
"""Which way it came; `part`: made here of another Eskalera's message, which is kept too."""
Outcome = Literal["applied", "late", "nothing", "echo"]
"""What came of it. `late`: it came after the end, its words are a note. `nothing`: it said nothing new. `echo`: it
brought back only what was said here.
"""

_ADD: Final = Statement(
    text(
        """
        INSERT INTO inbound (municipality, connection, webhook_id, handoff, received_at, body, effects, traceparent,
                             way, what, outcome, last_at)
        SELECT *, received_at
        FROM unnest(CAST(:municipality AS text[]), CAST(:connection AS text[]), CAST(:webhook_id AS text[]),
                    CAST(:handoff AS text[]), CAST(:received_at AS timestamptz[]), CAST(:body AS bytea[]),
                    CAST(:effects AS int[]), CAST(:traceparent AS text[]), CAST(:way AS text[]),
                    CAST(:what AS text[]), CAST(:outcome AS text[]))
             AS came (municipality, connection, webhook_id, handoff, received_at, body, effects, traceparent,
                      way, what, outcome)
        ON CONFLICT DO NOTHING RETURNING 1
        """
    )
)
# Whoever is at a row (an erasure, another process that counts) is not waited for: a count is not worth a deadlock.
_AGAIN: Final = Statement(
    text(
        """
        UPDATE inbound i SET repeats = i.repeats + again.times, last_at = now()
        FROM (
            SELECT i.municipality, i.connection, i.webhook_id, named.times
            FROM unnest(CAST(:municipalities AS text[]), CAST(:connections AS text[]), CAST(:names AS text[]),
                        CAST(:times AS int[])) AS named (municipality, connection, webhook_id, times)
            JOIN inbound i USING (municipality, connection, webhook_id)
            FOR UPDATE OF i SKIP LOCKED) AS again
        WHERE i.municipality = again.municipality AND i.connection = again.connection
          AND i.webhook_id = again.webhook_id
        """
    )
)
_PLACES: Final = Statement(
    text(
        """
        SELECT h.id, h.municipality, h.vendor, h.incident, h.continues_in, i.webhook_id IS NOT NULL AS is_known,
               coalesce(i.body <> named.body AND octet_length(i.body) > 0, false) AS is_other
        FROM unnest(CAST(:handoffs AS text[]), CAST(:connections AS text[]), CAST(:webhook_ids AS text[]),
                    CAST(:bodies AS bytea[])) WITH ORDINALITY AS named (handoff, connection, webhook_id, body, position)
        LEFT JOIN handoff h ON h.id = named.handoff AND h.connection = named.connection
        LEFT JOIN inbound i ON i.municipality = h.municipality AND i.connection = h.connection
                           AND i.webhook_id = named.webhook_id
        ORDER BY named.position
        """
    )
)
_PRUNE: Final = text("DELETE FROM inbound WHERE received_at < :before")


# An empty body was deleted after an erasure: nothing tells any more what it was.
_ANOTHER: Final = text(
    """
    SELECT EXISTS (
        SELECT FROM inbound WHERE municipality = ANY (CAST(:municipalities AS text[])) AND connection = :connection
                              AND webhook_id = :webhook_id AND body <> :body AND octet_length(body) > 0)
    """
)


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message of a vendor as it came."""

    municipality: str
    connection: str
    webhook_id: str
    handoff: str
    received_at: datetime
    body: bytes
    effects: int
    traceparent: str | None
    way: By
    what: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Place:
    """A hand-off that a message names. `is_known`: that id had its effect before; `is_other`: with another body."""

    id: str
    municipality: str
    vendor: str
    incident: str
    continues_in: str | None
    is_known: bool
    is_other: bool


@dataclass(frozen=True, slots=True)
class Named:
    """What a message of a connection names: its hand-off, and itself."""

    handoff: str
    connection: str
    webhook_id: str = ""
    body: bytes = b""


async def add(conn: AsyncConnection, message: Inbound) -> bool:
    """Keeps it; False where another request kept the same one first."""
    return await add_all(conn, [message]) == 1


async def add_all(conn: AsyncConnection, messages: Sequence[Inbound]) -> int:
    """Keeps them; how many of them no other request kept first."""
    if not messages:
        return 0
    values = {name: [getattr(message, name) for message in messages] for name in Inbound.__slots__}
    return len(await _ADD.within(conn, values))


async def came_again(conn: AsyncConnection, times: Mapping[tuple[str, str, str], int]) -> None:
    """The same messages came once more: {(municipality, connection, its id): times}."""
    if not times:
        return
    keys = list(times)
    await _AGAIN.within(
        conn,
        {
            "municipalities": [key[0] for key in keys],
            "connections": [key[1] for key in keys],
            "names": [key[2] for key in keys],
            "times": [times[key] for key in keys],
        },
    )


async def is_same(
    conn: AsyncConnection, municipalities: Iterable[str], connection: str, webhook_id: str, body: bytes
) -> bool:
    """Whether a message that came again is the one that is kept, byte for byte."""
    values = {"municipalities": list(municipalities), "connection": connection, "webhook_id": webhook_id, "body": body}
    return not await conn.scalar(_ANOTHER, values)


async def prune(conn: AsyncConnection, now: datetime) -> None:
    """Forgets what no repeat can follow any more."""
    await conn.execute(_PRUNE, {"before": now - RETENTION})


async def place_of(conn: AsyncConnection, way: Way, handoff: str) -> Place | None:
    """A connection's hand-off; None where it is another connection's or municipality's, or was another vendor's that
    had the connection before.
    """
    (place,) = await places(conn, [Named(handoff, way.connection.name)])
    is_own = place is not None and (place.municipality, place.vendor) == (way.municipality, way.vendor)
    return place if is_own else None


async def places(conn: AsyncConnection, named: Sequence[Named]) -> list[Place | None]:
    """The hand-offs that messages name, in their order; None where the connection has none such."""
    rows = await _PLACES.within(
        conn,
        {
            "handoffs": [each.handoff for each in named],
            "connections": [each.connection for each in named],
            "webhook_ids": [each.webhook_id for each in named],
            "bodies": [each.body for each in named],
        },
    )
    return [Place(**row) if row["id"] is not None else None for row in rows]


async def end_of(conn: AsyncConnection, handoff: str) -> tuple[str, str]:
    """(id, incident) of the hand-off in which this one goes on by now."""
    query = text(
        """
        WITH RECURSIVE way AS (
            SELECT id, incident, continues_in FROM handoff WHERE id = :handoff
            UNION SELECT h.id, h.incident, h.continues_in FROM handoff h JOIN way ON h.id = way.continues_in
        )
        SELECT id, incident FROM way WHERE continues_in IS NULL
        """
    )
    id_, incident = (await conn.execute(query, {"handoff": handoff})).one()
    return id_, incident


async def whose(conn: AsyncConnection, handoff: str) -> tuple[str, str] | None:
    """(municipality, connection) of a hand-off."""
    query = select(t.HANDOFF.c.municipality, t.HANDOFF.c.connection).where(t.HANDOFF.c.id == handoff)
    row = (await conn.execute(query)).one_or_none()
    return (row.municipality, row.connection) if row is not None else None


@dataclass(frozen=True, slots=True)
class Apart:
    """The bundle that a message only linked to. None: words of it were erased since."""

    content: bytes | None
    heads: dict[str, Head]
    """Up to where it told, and from where: {case: the head that it continued; None: from the first}."""
    after: dict[str, Head | None]
    partial: bool

    @property
    def known(self) -> dict[str, Head]:
        """What it left out, since the vendor had it. Of a case that it did not carry that is all."""
        before = {case: self.after.get(case, head) for case, head in self.heads.items()}
        return {case: head for case, head in before.items() if head is not None}


_APART: Final = TypeAdapter(Apart)


async def bundle_of(conn: AsyncConnection, handoff: str, webhook_id: str) -> Apart | None:
    """None: no message of the hand-off linked to one."""
    columns = (t.DELIVERY.c.bundle, t.DELIVERY.c.heads, t.DELIVERY.c.details["told"].label("told"))
    query = select(*columns).where(t.DELIVERY.c.webhook_id == webhook_id, t.DELIVERY.c.handoff == handoff)
    row = (await conn.execute(query)).one_or_none()
    if row is None or (row.bundle is None and row.told is None):
        return None
    told = row.told or {"after": {}, "partial": False}
    return _APART.validate_python({"content": row.bundle, "heads": row.heads or {}, **told})
