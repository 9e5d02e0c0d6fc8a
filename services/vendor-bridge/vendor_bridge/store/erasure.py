"""Taking erased words out of the bridge's tables: replicas of histories, what went to vendors, what came from them.

A vendor's raw message says one thing after the other of a whole case: of the hand-offs that told of an erased ticket
all are deleted (R20). What is still owed is made anew, without the words, when it goes, and a story that was linked to
when it is fetched: from where to where it told (`details.told`, `heads`) stays (R15).
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import redaction
from contracts import erasure
from contracts.envelope import Received
from contracts.events.base import Event
from contracts.events.ticketing import Erasing, TicketErased
from vendor_bridge.domain.peers.told import name_of
from vendor_bridge.store import mail

_TOLD: Final = text(
    """
    SELECT incident FROM handoff
    WHERE municipality = :municipality AND jsonb_exists_any(heads, CAST(:cases AS text[]))
    UNION SELECT incident FROM delivery
    WHERE municipality = :municipality AND state = 'pending' AND jsonb_exists_any(heads, CAST(:cases AS text[]))
      AND kind <> 'said'
    """
)
_ENTRIES: Final = text(
    """
    UPDATE chain_entry SET content = jsonb_set(content, '{disclosures}', (
        SELECT coalesce(jsonb_object_agg(name, disclosure), '{}')
        FROM jsonb_each(content -> 'disclosures') AS shown (name, disclosure)
        WHERE name NOT IN ('text', 'author') AND name NOT LIKE 'file:%'))
    WHERE case_id = :case AND seq = ANY(CAST(:seqs AS int[])) AND municipality = :municipality
    """
)
_MESSAGES: Final = text(
    """
    UPDATE delivery SET body = NULL, bundle = NULL, last_error = NULL, details = (CASE
        WHEN details -> 'answer' ->> 'ticket' = :ticket
             OR (jsonb_exists(details, 'answer') AND cause = ANY(CAST(:causes AS text[])))
        THEN jsonb_set(details, '{answer,text}', (
            SELECT coalesce(jsonb_object_agg(language, ''), '{}')
            FROM jsonb_object_keys(details -> 'answer' -> 'text') AS language))
        ELSE details END) || CASE WHEN bundle IS NULL THEN '{}' ELSE (
            SELECT jsonb_build_object('told', jsonb_build_object(
                'partial', told -> 'partial',
                'after', (SELECT coalesce(jsonb_object_agg(chain ->> 'case', chain -> 'after'), '{}')
                          FROM jsonb_array_elements(told -> 'chains') AS chain)))
            FROM CAST(convert_from(bundle, 'UTF8') AS jsonb) AS told) END
    WHERE handoff = ANY(CAST(:handoffs AS text[])) AND kind <> 'said'
    """
)
_OF_HANDOFFS: Final = (
    # The last error of a connection may quote what a vendor's server made of a message.
    text(
        """
        UPDATE connection_health SET detail = NULL WHERE (municipality, connection) IN (
            SELECT municipality, connection FROM handoff WHERE id = ANY(CAST(:handoffs AS text[])))
        """
    ),
)
_OF_ALL: Final = (
    text("UPDATE delivery_attempt SET detail = '' WHERE handoff = ANY(CAST(:about AS text[]))"),
    text(
        """
        DELETE FROM hub_event WHERE subject = ANY(CAST(:about AS text[])) OR subject IN (
            SELECT unnest(ARRAY[incident, adopts]) FROM handoff WHERE id = ANY(CAST(:about AS text[])))
        """
    ),
    text("UPDATE inbound SET body = '' WHERE handoff = ANY(CAST(:about AS text[]))"),
    # What came back from another Eskalera is kept as of the incident, and may tell of other hand-offs that it names.
    text(
        """
        UPDATE inbound i SET body = ''
        FROM handoff h JOIN peer_case c USING (municipality, connection)
        WHERE h.id = ANY(CAST(:about AS text[])) AND c.incident IS NOT NULL
          AND (i.municipality, i.connection, i.handoff) = (c.municipality, c.connection, c.incident)
          AND (c.incident = h.incident OR position(convert_to(h.id, 'UTF8') IN i.body) > 0)
        """
    ),
)
_OF_SUBJECTS: Final = (
    # What was to be said of it to another Eskalera is said no more; what was said is forgotten.
    text("DELETE FROM delivery WHERE kind = 'said' AND state = 'pending' AND handoff = ANY(CAST(:subjects AS text[]))"),
    text("UPDATE delivery SET body = NULL WHERE kind = 'said' AND handoff = ANY(CAST(:subjects AS text[]))"),
    text(
        """
        DELETE FROM peer_file f USING peer_case c
        WHERE c.ticket = ANY(CAST(:subjects AS text[]))
          AND (f.municipality, f.connection, f.handoff) = (c.municipality, c.connection, c.handoff)
        """
    ),
    # What waits for its story is of a case that goes back to the other, and may tell its words once more.
    text(
        """
        DELETE FROM peer_waiting w USING peer_case c
        WHERE c.ticket = ANY(CAST(:subjects AS text[]))
          AND (w.municipality, w.connection, w.handoff) = (c.municipality, c.connection, c.handoff)
        """
    ),
)


_PEER_CASES: Final = text(
    """
    SELECT c.handoff, coalesce(c.ticket, c.incident) AS subject FROM peer_case c LEFT JOIN report r ON r.id = c.ticket
    WHERE c.municipality = :municipality
      AND (c.ticket = ANY(CAST(:cases AS text[]))
           OR (c.incident IS NOT NULL AND jsonb_exists_any(c.told, CAST(:cases AS text[])))
           OR r.incident = ANY(CAST(:cases AS text[])))
    """
)
_OF_SAID: Final = (
    # Of one entry only itself is said no more to another Eskalera, in however many parts.
    text(
        """
        DELETE FROM delivery WHERE handoff = ANY(CAST(:subjects AS text[])) AND kind = 'said' AND state = 'pending'
                               AND split_part(webhook_id, '/', 1) = ANY(CAST(:names AS text[]))
        """
    ),
    text(
        """
        UPDATE delivery SET body = NULL WHERE handoff = ANY(CAST(:subjects AS text[])) AND kind = 'said'
                                          AND split_part(webhook_id, '/', 1) = ANY(CAST(:names AS text[]))
        """
    ),
)


async def incidents_told(conn: AsyncConnection, events: Iterable[Event]) -> set[str]:
    """The incidents of hand-offs whose vendors have what these events erase, wherever it is now."""
    found: set[str] = set()
    for event in events:
        if isinstance(event, Erasing):
            values = {"municipality": event.municipality, "cases": list(event.entries)}
            found |= set(await conn.scalars(_TOLD, values))
    return found


async def redact(conn: AsyncConnection, event: Event, handoffs: Collection[str]) -> None:
    """After the batch is saved. `handoffs`: those whose messages may hold what was erased."""
    if isinstance(event, Erasing):
        for case, seqs in event.entries.items():
            where = {"municipality": event.municipality, "case": case, "seqs": list(seqs)}
            await conn.execute(_ENTRIES, where)
        ticket = event.ticket if isinstance(event, TicketErased) else ""
        subjects = [ticket, f"{ticket}/later"] if ticket else []
        await conn.execute(_MESSAGES, {"handoffs": list(handoffs), "ticket": ticket, "causes": list(event.causes)})
        for statement in _OF_HANDOFFS:
            await conn.execute(statement, {"handoffs": list(handoffs)})
        # An entry of a ticket that a vendor reported itself came by a message about that ticket.
        for statement in _OF_ALL:
            await conn.execute(statement, {"about": [*handoffs, *subjects, *event.entries]})
        for statement in _OF_SUBJECTS:
            await conn.execute(statement, {"subjects": subjects})
        await _unsay(conn, event)
        await mail.erase(conn, handoffs)
    await redact_messages(conn, event)


async def _unsay(conn: AsyncConnection, event: Erasing) -> None:
    """To another Eskalera, whose case it is here."""
    about = {"municipality": event.municipality, "cases": list(event.entries)}
    found = (await conn.execute(_PEER_CASES, about)).all()
    said = {
        "subjects": [row.subject for row in found],
        "names": [name_of(row.handoff, case, n) for row in found for case, seqs in event.entries.items() for n in seqs],
    }
    for statement in _OF_SAID if found else ():
        await conn.execute(statement, said)


async def redact_messages(conn: AsyncConnection, event: Event) -> None:
    """What was sent, failed or waits; facts about people are ticketing's to redact where they were sent."""
    if (found := erasure.search(event)) is None:
        return
    if found.since is not None:
        await redaction.rewrite(conn, found.change, holding=found.holding, ids=found.ids, since=found.since)
    else:
        await redaction.rewrite_failed(conn, found.change, holding=found.holding, ids=found.ids)


async def redact_failed(conn: AsyncConnection, parked: Sequence[Received]) -> None:
    """An erasure that waits behind a failed message takes the words out of that at once."""
    for message in parked:
        if (found := erasure.search(message.event)) is not None:
            await redaction.rewrite_failed(conn, found.change, holding=found.holding, ids=found.ids)
