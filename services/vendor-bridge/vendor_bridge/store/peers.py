"""Another Eskalera's hand-offs, and what is to be said to it: rows of the queue of messages, with their body fixed."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ARRAY, Text, and_, bindparam, or_, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import telemetry
from chassis.bulk import Rows, any_of
from contracts.timeline import Entry
from vendor_bridge.domain.peers import PeerCase, Proposed, Said
from vendor_bridge.store import tables as t
from vendor_bridge.store.directories import Way
from vendor_bridge.store.world import CHANNEL

KIND: Final = "said"
"""Of a message that is about no hand-off of ours."""
CASES: Final = Rows(t.PeerCaseRow, PeerCase)

_c = t.PEER_CASE.c
_CAME_BACK: Final = _c.incident.is_not(None) & _c.told.has_any(bindparam("incidents", type_=ARRAY(Text)))
_TOUCHED: Final = CASES.query(or_(any_of(_c.ticket, "tickets"), _CAME_BACK))
_OURS: Final = text(
    """
    SELECT h.id AS handoff, h.incident, h.ended IS NULL AS is_held, coalesce(c.seq, 0) AS length
    FROM handoff h LEFT JOIN chain c ON c.case_id = h.incident
    WHERE h.municipality = :municipality AND h.connection = :connection AND h.id = ANY(CAST(:handoffs AS text[]))
    ORDER BY h.offered_at, h.id
    """
)
_JUDGED: Final = text(
    """
    UPDATE peer_case SET proposed = :verdict
    WHERE municipality = :municipality AND connection = :connection AND handoff = :handoff AND proposed = 'open'
    """
)
_ENTRIES: Final = text(
    """
    SELECT e.case_id, e.content
    FROM unnest(CAST(:cases AS text[]), CAST(:seqs AS int[])) AS seen (case_id, seq)
    JOIN chain_entry e ON e.case_id = seen.case_id AND e.seq > seen.seq
    ORDER BY e.case_id, e.seq
    """
)
_SAY: Final = text(
    """
    INSERT INTO delivery (webhook_id, municipality, handoff, incident, connection, kind, cause, due_at, created_at,
                          state, details, heads, failed, traceparent, body)
    VALUES (:id, :municipality, :subject, :subject, :connection, :kind, :cause, :due_at, :at,
            'pending', CAST('{}' AS jsonb), CAST('{}' AS jsonb), false, :traceparent, :body)
    ON CONFLICT DO NOTHING
    """
)
_NAMES: Final = text(
    """
    SELECT EXISTS (SELECT FROM chain_entry, jsonb_each(content -> 'disclosures') AS shown (name, disclosure)
                   WHERE case_id = ANY(CAST(:cases AS text[])) AND name LIKE 'file:%' AND disclosure @> :file)
    """
).bindparams(bindparam("file", type_=JSONB))
_IS_THERE: Final = text(
    """
    SELECT incident FROM handoff WHERE incident = ANY(CAST(:incidents AS text[])) AND municipality = :municipality
                                   AND connection = :connection AND ended IS NULL
    """
)
_WAKE: Final = text(f"SELECT pg_notify('{CHANNEL}', '')")
_ARRIVED: Final = text(
    f"UPDATE delivery SET state = 'delivered' WHERE webhook_id = :id AND kind = '{KIND}' AND state = 'pending'"
)
_GIVEN_UP: Final = text(f"UPDATE delivery SET failed = true WHERE webhook_id = :id AND kind = '{KIND}' AND NOT failed")


async def of(conn: AsyncConnection, way: Way, handoff: str, *, lock: bool = False) -> PeerCase | None:
    """The other's hand-off on this connection."""
    own = (_c.municipality == way.municipality) & (_c.connection == way.connection.name)
    found = await CASES.load(conn, and_(own, _c.handoff == handoff), lock=lock)
    return next(iter(found.values()), None)


async def touched(conn: AsyncConnection, tickets: Collection[str], incidents: Collection[str]) -> list[PeerCase]:
    """Those that are these tickets, or that came back as these incidents; locked."""
    if not tickets and not incidents:
        return []
    return list((await _TOUCHED.load(conn, tickets=tickets, incidents=incidents)).values())


async def entries_after(conn: AsyncConnection, seen: Mapping[str, int]) -> list[list[Entry]]:
    """What each chain has after the number given, chain by chain."""
    found: dict[str, list[Entry]] = {}
    for row in await conn.execute(_ENTRIES, {"cases": list(seen), "seqs": list(seen.values())}):
        found.setdefault(row.case_id, []).append(Entry.model_validate(row.content))
    return list(found.values())


async def names(conn: AsyncConnection, case: PeerCase, sha256: str) -> bool:
    """Whether what was told of it still names this file: an erased entry names none."""
    return bool(await conn.scalar(_NAMES, {"cases": list(case.told), "file": {"value": {"sha256": sha256}}}))


async def there_again(conn: AsyncConnection, case: PeerCase) -> set[str]:
    """What of that which came back was handed to the other once more: that hand-off tells it all, then."""
    if not case.incidents:
        return set()
    about = {"incidents": case.incidents, "municipality": case.municipality, "connection": case.connection}
    return set(await conn.scalars(_IS_THERE, about))


@dataclass(frozen=True, slots=True)
class Ours:
    """A hand-off of ours to the other, and how long its incident's history is."""

    handoff: str
    incident: str
    is_held: bool
    length: int


async def ours(conn: AsyncConnection, way: Way, handoffs: Collection[str]) -> list[Ours]:
    """Those of these that are ours on this connection, the oldest first."""
    if not handoffs:
        return []
    named = {"municipality": way.municipality, "connection": way.connection.name, "handoffs": list(handoffs)}
    return [Ours(**row) for row in (await conn.execute(_OURS, named)).mappings()]


async def judged(conn: AsyncConnection, way: Way, handoff: str, verdict: Proposed) -> None:
    """The other has answered what it was told to be solved, unless that held no longer."""
    about = {"municipality": way.municipality, "connection": way.connection.name, "handoff": handoff}
    await conn.execute(_JUDGED, {"verdict": verdict, **about})


async def save(conn: AsyncConnection, case: PeerCase) -> None:
    """Keep it as it is now."""
    await CASES.save(conn, [case])


async def say(conn: AsyncConnection, case: PeerCase, said: Sequence[Said], at: datetime) -> None:
    """They are owed to the other, after all that was before; those that are there stay."""
    for one in said:  # one by one: their order is that of `seq`
        await conn.execute(
            _SAY,
            {
                "id": one.name,
                "municipality": case.municipality,
                "subject": case.subject if one.due_in == 0 else f"{case.subject}/later",
                "connection": case.connection,
                "kind": KIND,
                "cause": case.handoff,
                "due_at": at + timedelta(seconds=one.due_in),
                "at": at,
                "traceparent": telemetry.traceparent(),
                "body": _body(one.kind, one.data),
            },
        )
    if said:
        await conn.execute(_WAKE)


async def arrived(conn: AsyncConnection, id_: str) -> bool:
    """The other has it. False: it is no such message."""
    return (await conn.execute(_ARRIVED, {"id": id_})).rowcount == 1


async def given_up(conn: AsyncConnection, id_: str) -> bool:
    """It is told once that nobody takes it; it stays owed (R16)."""
    return (await conn.execute(_GIVEN_UP, {"id": id_})).rowcount == 1


def _body(kind: str, data: Mapping[str, Any]) -> bytes:
    said = {name: value for name, value in data.items() if value is not None}
    return json.dumps({"type": kind, "data": said}, ensure_ascii=False).encode()
