"""Taking erased words out of ticketing's tables. What is in `domain.folds` is not repeated here."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import redaction
from chassis.bulk import any_of
from contracts import erasure
from contracts.events.ticketing import Erasing, PersonErased, TicketAnswered, TicketErased
from contracts.timeline import Entry, forget
from ticketing.store import tables as t

_CHAINS: Final = (
    select(t.ENTRY.c.content)
    .where(any_of(t.ENTRY.c.case_id, "cases"), t.ENTRY.c.municipality == bindparam("municipality"))
    .order_by(t.ENTRY.c.case_id, t.ENTRY.c.seq)
)
_INCIDENTS: Final = select(t.LINK.c.incident).where(
    t.LINK.c.ticket == bindparam("ticket"), t.LINK.c.municipality == bindparam("municipality")
)
_ONE: Final = _CHAINS.where(t.ENTRY.c.seq == bindparam("seq"))
_KEEP: Final = text(
    "UPDATE entry SET content = CAST(:content AS jsonb) WHERE case_id = :case AND seq = :seq"
    " AND municipality = :municipality"
)
_EMPTY: Final = "(SELECT coalesce(jsonb_object_agg(language, ''), '{}') FROM jsonb_object_keys(text) AS language)"
_QUESTIONS: Final = text(f"UPDATE question SET text = {_EMPTY} WHERE ticket = :ticket OR id = ANY(:ids)")
_PROPOSALS: Final = text(f"UPDATE proposal SET text = {_EMPTY} WHERE id = ANY(:ids)")
_KEYS: Final = text("UPDATE idempotency SET body_sha256 = '' WHERE municipality = :municipality AND ticket = :ticket")
_SESSIONS: Final = text("DELETE FROM session WHERE municipality = :municipality AND person = :person")
_ASKED: Final = text(
    """
    SELECT o.event_id FROM command c JOIN outbox o ON o.type = c.type
    WHERE c.incident = :case AND c.municipality = :municipality AND c.decided_at = :at
      AND position(convert_to(c.id, 'UTF8') IN o.value) > 0
    UNION SELECT caused_by FROM outbox WHERE event_id = :cause AND type = :answered AND caused_by IS NOT NULL
    """
)
_THEIRS: Final = text(
    "SELECT id FROM ticket WHERE municipality = :municipality AND reporter = :person AND state <> 'erased' ORDER BY id"
)
_KNOWN: Final = text("SELECT name FROM person WHERE municipality = :municipality AND person = :person FOR UPDATE")


async def histories(conn: AsyncConnection, municipality: str, cases: Iterable[str]) -> list[Entry]:
    """These chains whole, one after the other."""
    rows = await conn.scalars(_CHAINS, {"cases": list(cases), "municipality": municipality})
    return [Entry.model_validate(content) for content in rows]


async def entry(conn: AsyncConnection, municipality: str, case: str, seq: int) -> Entry | None:
    """One entry."""
    found = await conn.scalar(_ONE, {"cases": [case], "municipality": municipality, "seq": seq})
    return Entry.model_validate(found) if found is not None else None


async def incidents_of(conn: AsyncConnection, municipality: str, ticket: str) -> list[str]:
    """Those that a ticket is or was on."""
    return list(await conn.scalars(_INCIDENTS, {"ticket": ticket, "municipality": municipality}))


async def asked_for(conn: AsyncConnection, municipality: str, of: Entry) -> list[str]:
    """Ids of the requests, or of a vendor's word of its own report, that led to an entry: the words stand there too."""
    about = {"case": of.case, "municipality": municipality, "at": of.at}
    return list(await conn.scalars(_ASKED, about | {"cause": of.caused_by, "answered": TicketAnswered.TYPE}))


async def tickets_of(conn: AsyncConnection, municipality: str, person: str) -> list[str]:
    """What a person reported and nobody has erased yet."""
    return list(await conn.scalars(_THEIRS, {"municipality": municipality, "person": person}))


async def name_of(conn: AsyncConnection, municipality: str, person: str) -> str | None:
    """What a person is called, their row locked; None: nobody of that id. Empty once erased."""
    found: str | None = await conn.scalar(_KNOWN, {"municipality": municipality, "person": person})
    return found


async def redact(conn: AsyncConnection, erased: Erasing, entries: Sequence[Entry]) -> None:
    """Take the words of `entries`, and what they came with, out of tables and sent messages. Digests stay."""
    within = {"municipality": erased.municipality}
    kept = [{"content": forget(one).model_dump_json(), "case": one.case, "seq": one.seq} | within for one in entries]
    if kept:
        await conn.execute(_KEEP, kept)
    asked = [one.facts["question"] for one in entries if one.kind == "question" and "question" in one.facts]
    proposed = [one.facts["proposal"] for one in entries if one.kind == "proposal" and "proposal" in one.facts]
    ticket = erased.ticket if isinstance(erased, TicketErased) else ""
    await conn.execute(_QUESTIONS, {"ticket": ticket, "ids": asked})
    await conn.execute(_PROPOSALS, {"ids": proposed})
    await conn.execute(_KEYS, {"municipality": erased.municipality, "ticket": ticket})
    await redact_messages(conn, erased)


async def forget_person(conn: AsyncConnection, erased: PersonErased) -> None:
    """Nobody is signed in as them any more, and no sent message names them."""
    await conn.execute(_SESSIONS, {"municipality": erased.municipality, "person": erased.person})
    await redact_messages(conn, erased)


async def redact_messages(conn: AsyncConnection, erased: Erasing | PersonErased) -> None:
    """What was sent, failed or waits."""
    if (found := erasure.search(erased)) is not None:
        await redaction.rewrite(conn, found.change, holding=found.holding, ids=found.ids, since=found.since)
