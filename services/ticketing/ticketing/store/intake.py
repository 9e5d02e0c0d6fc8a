"""Filing a ticket: number, ticket, first entry and outbox rows in one statement, committed before the 201.

The number is drawn inside the statement from a row that is locked until commit, so numbers have no gaps, and outbox
rows of one municipality's reports are in the order of their numbers. Of a second use of an idempotency key or of an
external id nothing of the statement remains, and the ticket that is there is answered.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import outbox
from chassis.messages import Outgoing
from chassis.statements import Statement
from contracts import envelope
from contracts.events.base import Event
from contracts.events.ticketing import EntryRecorded, TicketFiled
from ticketing.domain.state import OVER
from ticketing.store import tables as t

_TICKET_FIELDS = [
    "id",
    "municipality",
    "kind",
    "reporter",
    "reporter_role",
    "title",
    "description",
    "language",
    "school",
    "unit",
    "room",
    "service",
    "asset",
    "urgency",
    "need",
    "impact",
    "occurred_at",
    "filed_at",
    "source",
    "external_id",
    "same_as",
    "chain_seq",
    "chain_hash",
]
_TYPES = {"urgency": "integer", "occurred_at": "timestamptz", "filed_at": "timestamptz", "chain_seq": "integer"}

_VALUES = ", ".join(f"CAST(:t_{name} AS {_TYPES.get(name, 'text')})" for name in _TICKET_FIELDS)

_FILE = Statement(
    text(
        f"""
WITH there AS (
    SELECT FROM ticket
    WHERE CAST(:t_external_id AS text) IS NOT NULL  -- by itself: nothing is looked for where there is none
      AND municipality = :t_municipality AND source = CAST(:t_source AS text) AND external_id = :t_external_id
), claimed AS (
    INSERT INTO idempotency (municipality, person, key, ticket, body_sha256, used_at)
    SELECT :t_municipality, :k_person, :k_key, :t_id, :k_body, :t_filed_at
    WHERE CAST(:k_key AS text) IS NOT NULL AND NOT EXISTS (SELECT FROM there)
    ON CONFLICT (municipality, person, key) DO NOTHING
    RETURNING key
), new AS (
    SELECT WHERE NOT EXISTS (SELECT FROM there) AND (CAST(:k_key AS text) IS NULL OR EXISTS (SELECT FROM claimed))
), numbered AS (
    INSERT INTO ticket_counter AS n (municipality, year, last)
    SELECT :t_municipality, CAST(:n_year AS integer), 1 FROM new
    ON CONFLICT (municipality, year) DO UPDATE SET last = n.last + 1
    RETURNING :n_prefix || '-' || year || '-' || lpad(last::text, 6, '0') AS number
), filed AS (
    INSERT INTO ticket (number, state, {", ".join(_TICKET_FIELDS)})
    SELECT number, 'received', {_VALUES} FROM numbered
), told AS (
    INSERT INTO entry (case_id, seq, municipality, at, content)
    SELECT :t_id, 1, :t_municipality, :t_filed_at, CAST(convert_from(:e_recorded, 'UTF8') AS jsonb) -> 'entry'
    FROM new
), written AS (
    INSERT INTO outbox (event_id, type, key, subject, value, headers, keys, caused_by, traceparent)
    SELECT event_id, type, key, subject, convert_to(replace(convert_from(value, 'UTF8'), :n_token, number), 'UTF8'),
           CAST(headers AS jsonb), string_to_array(keys, chr(31)), caused_by, traceparent
    FROM numbered, {outbox.ROWS} ORDER BY position
)
SELECT number, pg_notify('{outbox.CHANNEL}', '') FROM numbered
""".replace("::", r"\:\:")
    )
)


class Taken(Exception):
    """The idempotency key or the external id was used before."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A ticket that is on disk. `created` False: it was there already, and is unchanged."""

    id: str
    number: str
    filed_at: datetime
    created: bool


@dataclass(frozen=True, slots=True)
class Key:
    """An `Idempotency-Key` of one person, with the digest of what was sent under it."""

    person: str
    key: str
    body_sha256: str


def number_token() -> str:
    """Stands for the number until the statement knows it; random, so that no reporter's text can hold it."""
    return uuid.uuid4().hex


async def insert(
    engine: AsyncEngine, filed: TicketFiled, first: EntryRecorded, *, prefix: str, year: int, key: Key | None
) -> Filed:
    """File it, in a transaction of its own. Raises Taken: `existing` knows the ticket that is there.

    A key that was used is found by the statement, not refused by the index: Postgres writes what an index refuses into
    its log, and a caller may have put anything into a key. Only of two at once with one external id is one refused.
    """
    try:
        row = await _FILE.first(engine, _values(filed, first, prefix, year, key))
    except asyncpg.UniqueViolationError as error:
        raise Taken from error
    if row is None:
        raise Taken
    return Filed(filed.ticket, row["number"], filed.at, created=True)


def _values(filed: TicketFiled, first: EntryRecorded, prefix: str, year: int, key: Key | None) -> dict[str, Any]:
    told = outgoing([filed, first])
    return {
        **{f"t_{name}": getattr(filed, name, None) for name in _TICKET_FIELDS},
        "t_id": filed.ticket,
        "t_filed_at": filed.at,
        "t_chain_seq": first.entry.seq,
        "t_chain_hash": first.entry.hash,
        "k_person": key.person if key else None,
        "k_key": key.key if key else None,
        "k_body": key.body_sha256 if key else None,
        "n_prefix": prefix,
        "n_year": year,
        "n_token": filed.number,
        "e_recorded": told[1].value,
        **outbox.parameters(told),
    }


def outgoing(events: Sequence[Event], traceparent: str | None = None) -> list[Outgoing]:
    """Events as rows of the outbox."""
    return [Outgoing(**envelope.row(event), traceparent=traceparent) for event in events]


_USE_KEY = text("""
    INSERT INTO idempotency (municipality, person, key, ticket, body_sha256, used_at)
    VALUES (:municipality, :person, :key, :ticket, :body, :at)
    ON CONFLICT (municipality, person, key) DO UPDATE SET used_at = idempotency.used_at
    RETURNING body_sha256, ticket, used_at = :at AS is_new
""")


async def use_key(conn: AsyncConnection, municipality: str, key: Key, ticket: str, at: datetime) -> str | None:
    """Takes a key for something done to a ticket, within its transaction. Used before: the digest of what was sent."""
    used = {"municipality": municipality, "person": key.person, "key": key.key, "ticket": ticket}
    row = (await conn.execute(_USE_KEY, used | {"body": key.body_sha256, "at": at})).one()
    return None if row.is_new else row.body_sha256


async def goes_on(conn: AsyncConnection, municipality: str, key: Key) -> str | None:
    """The ticket that was filed with exactly this under this key, unless it is over."""
    c = t.IDEMPOTENCY.c
    query = select(t.TICKET.c.id).join(t.IDEMPOTENCY, c.ticket == t.TICKET.c.id)
    same = (c.municipality == municipality, c.person == key.person, c.key == key.key, c.body_sha256 == key.body_sha256)
    found: str | None = await conn.scalar(query.where(*same, t.TICKET.c.state.not_in(sorted(OVER))))
    return found


async def existing(
    conn: AsyncConnection, municipality: str, key: Key | None, source: str | None, external_id: str | None
) -> tuple[Filed, str | None] | None:
    """The ticket filed under this key or external id, with the digest of the body it was filed with (R22)."""
    if key is not None:
        query = (
            select(t.TICKET.c.id, t.TICKET.c.number, t.TICKET.c.filed_at, t.IDEMPOTENCY.c.body_sha256)
            .join(t.IDEMPOTENCY, t.IDEMPOTENCY.c.ticket == t.TICKET.c.id)
            .where(
                t.IDEMPOTENCY.c.municipality == municipality,
                t.IDEMPOTENCY.c.person == key.person,
                t.IDEMPOTENCY.c.key == key.key,
            )
        )
        if (row := (await conn.execute(query)).first()) is not None:
            return Filed(row.id, row.number, row.filed_at, created=False), row.body_sha256
    if external_id is not None:
        by_external = select(t.TICKET.c.id, t.TICKET.c.number, t.TICKET.c.filed_at).where(
            t.TICKET.c.municipality == municipality,
            t.TICKET.c.source == source,
            t.TICKET.c.external_id == external_id,
        )
        if (found := (await conn.execute(by_external)).first()) is not None:
            return Filed(found.id, found.number, found.filed_at, created=False), None
    return None
