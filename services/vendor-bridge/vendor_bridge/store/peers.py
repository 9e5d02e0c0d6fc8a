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
_TOUCHED: Final = CASES.query(_c.continues_in.is_(None) & or_(any_of(_c.ticket, "tickets"), _CAME_BACK))
_OURS: Final = text(
    """
    SELECT h.id AS handoff, h.incident, h.ended IS NULL AS is_held, i.over AS is_over, coalesce(c.seq, 0) AS length
    FROM handoff h JOIN incident i ON i.id = h.incident LEFT JOIN chain c ON c.case_id = h.incident
    WHERE h.municipality = :municipality AND h.connection = :connection AND h.id = ANY(CAST(:handoffs AS text[]))
    ORDER BY h.offered_at, h.id
    """
)
_OF_TICKET: Final = text(
    """
    SELECT h.id AS handoff, h.incident, h.ended IS NULL AS is_held, i.over AS is_over, coalesce(c.seq, 0) AS length
    FROM report r JOIN incident i ON i.id = r.incident
    JOIN handoff h ON h.incident = r.incident AND h.connection = r.connection
    LEFT JOIN chain c ON c.case_id = h.incident
    WHERE r.id = :ticket AND h.municipality = :municipality AND h.connection = :connection
    ORDER BY h.offered_at, h.id
    """
)
_CALLED: Final = text(
    """
    SELECT ticket, array_agg(handoff ORDER BY handoff) AS handoffs FROM peer_case
    WHERE ticket = ANY(CAST(:tickets AS text[])) AND continues_in IS NULL GROUP BY ticket
    """
)
_EARLIER: Final = text(
    """
    SELECT c.handoff, c.ticket, r.number,
           r.withdrawn_at IS NULL AND NOT r.closed AND c.continues_in IS NULL AS is_open
    FROM peer_case c JOIN report r ON r.id = c.ticket LEFT JOIN ticket t ON t.id = r.id
    WHERE c.municipality = :municipality AND c.connection = :connection AND c.handoff = ANY(CAST(:handoffs AS text[]))
      AND t.erased IS NOT TRUE
    ORDER BY array_position(CAST(:handoffs AS text[]), c.handoff)
    """
)
_SAID_OF_THESE: Final = text(
    """
    SELECT webhook_id FROM inbound
    WHERE municipality = :municipality AND connection = :connection AND webhook_id = ANY(CAST(:names AS text[]))
    """
)
_SOLVED: Final = text(
    """
    SELECT t.id FROM handoff h JOIN incident i ON i.municipality = h.municipality JOIN ticket t ON t.incident = i.id
    WHERE h.id = :handoff AND h.municipality = :municipality AND h.connection = :connection
      AND i.resolved AND NOT i.over AND NOT t.erased AND i.id = ANY(CAST(:incidents AS text[]))
      AND (i.id = h.incident  -- or it went on there, with what was reported of it
           OR EXISTS (SELECT FROM jsonb_array_elements(t.former) AS was WHERE was ->> 0 = h.incident))
    ORDER BY t.id
    """
)
_ARE_OVER: Final = text(
    """
    SELECT bool_and(i.over AND jsonb_array_length(i.tickets) > 0 AND (NOT i.resolved OR 'closed' = (
        SELECT e.content ->> 'kind' FROM chain_entry e
        WHERE e.case_id = i.id AND e.content ->> 'kind' IN ('closed', 'reopened') ORDER BY e.seq DESC LIMIT 1)))
    FROM incident i WHERE i.id = ANY(CAST(:incidents AS text[]))
    """
)
_LENGTH: Final = text(
    "SELECT max(seq) FROM chain_entry WHERE case_id = :incident AND CAST(content ->> 'at' AS timestamptz) <= :at"
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


async def all_of(conn: AsyncConnection, way: Way, handoffs: Collection[str]) -> list[PeerCase]:
    """What these of the other's hand-offs on this connection are here."""
    own = (_c.municipality == way.municipality) & (_c.connection == way.connection.name)
    return list((await CASES.load(conn, and_(own, _c.handoff.in_(handoffs)), lock=False)).values())


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
    cases = list({*case.told, case.subject})
    return bool(await conn.scalar(_NAMES, {"cases": cases, "file": {"value": {"sha256": sha256}}}))


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
    is_over: bool
    length: int


async def ours(conn: AsyncConnection, way: Way, handoffs: Collection[str]) -> list[Ours]:
    """Those of these that are ours on this connection, the oldest first."""
    if not handoffs:
        return []
    named = {"municipality": way.municipality, "connection": way.connection.name, "handoffs": list(handoffs)}
    return [Ours(**row) for row in (await conn.execute(_OURS, named)).mappings()]


async def of_ticket(conn: AsyncConnection, way: Way, ticket: str) -> list[Ours]:
    """Our own hand-offs to the other of the incident that its ticket is on, the oldest first."""
    about = {"municipality": way.municipality, "connection": way.connection.name, "ticket": ticket}
    return [Ours(**row) for row in (await conn.execute(_OF_TICKET, about)).mappings()]


async def called(conn: AsyncConnection, tickets: Collection[str]) -> dict[str, list[str]]:
    """{ticket: the others' hand-offs that it is by now}."""
    if not tickets:
        return {}
    return {row.ticket: row.handoffs for row in await conn.execute(_CALLED, {"tickets": list(tickets)})}


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier hand-off of the other's is here. `is_open`: a later one of the same case may be that ticket."""

    handoff: str
    ticket: str
    number: str | None
    is_open: bool


async def earlier(conn: AsyncConnection, way: Way, handoffs: Collection[str]) -> list[Earlier]:
    """Those of these that are tickets here and are not erased, in their order."""
    if not handoffs:
        return []
    named = {"municipality": way.municipality, "connection": way.connection.name, "handoffs": list(handoffs)}
    return [Earlier(**row) for row in (await conn.execute(_EARLIER, named)).mappings()]


async def said_of_these(conn: AsyncConnection, way: Way, names: Collection[str]) -> set[str]:
    """Those of these messages that were taken before."""
    about = {"municipality": way.municipality, "connection": way.connection.name, "names": list(names)}
    return set(await conn.scalars(_SAID_OF_THESE, about)) if names else set()


async def solved(conn: AsyncConnection, way: Way, case: PeerCase, handoff: str) -> list[str]:
    """The tickets of what came back of that hand-off of ours, if it is solved and not over."""
    about = {"municipality": way.municipality, "connection": way.connection.name, "handoff": handoff}
    return list(await conn.scalars(_SOLVED, {**about, "incidents": case.incidents}))


async def length_at(conn: AsyncConnection, incident: str, at: datetime) -> int:
    """How long its history was then."""
    return int(await conn.scalar(_LENGTH, {"incident": incident, "at": at}) or 0)


async def are_over(conn: AsyncConnection, case: PeerCase) -> bool:
    """Whether all that came back is closed, and its history says so (the solution is told first), or cancelled."""
    return bool(case.incidents) and bool(await conn.scalar(_ARE_OVER, {"incidents": case.incidents}))


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
