"""What a service says, written in the same transaction as what it decided; the relay publishes it.

    await outbox.add(conn, [Outgoing(...), ...])

A hand-written statement may carry the insert itself, to save a round trip:

    WITH ticket AS (INSERT …), written AS ({outbox.INSERT}) SELECT pg_notify('outbox', '') …

bound with `outbox.parameters(outgoing)`; then `text()` is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pydantic_core import to_json
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import telemetry
from chassis.messages import MAX_MESSAGE_BYTES, MessageTooLarge, Outgoing

CHANNEL: Final = "outbox"

# Arrays of arrays must not be ragged: ordering keys travel joined by a character that no id has.
_UNIT_SEPARATOR: Final = "\x1f"

ROWS: Final = """\
unnest(CAST(:outbox_event_id AS text[]), CAST(:outbox_type AS text[]), CAST(:outbox_key AS text[]),
            CAST(:outbox_subject AS text[]), CAST(:outbox_value AS bytea[]), CAST(:outbox_headers AS text[]),
            CAST(:outbox_keys AS text[]), CAST(:outbox_caused_by AS text[]), CAST(:outbox_traceparent AS text[]),
            CAST(:outbox_topic AS text[]))
     WITH ORDINALITY
     AS said (event_id, type, key, subject, value, headers, keys, caused_by, traceparent, topic, position)"""

INSERT: Final = f"""\
INSERT INTO outbox (event_id, type, key, subject, value, headers, keys, caused_by, traceparent, topic)
SELECT event_id, type, key, subject, value, CAST(headers AS jsonb), string_to_array(keys, chr(31)),
       caused_by, traceparent, topic
FROM {ROWS}
ORDER BY position"""

# Postgres folds equal notifications of one transaction into one.
_ADD: Final[TextClause] = text(f"WITH written AS ({INSERT} RETURNING id) SELECT pg_notify('{CHANNEL}', '')")


async def add(conn: AsyncConnection, outgoing: Sequence[Outgoing]) -> None:
    """Stores the messages in their order, in one statement, and wakes the relay at commit.

    Lock the row that orders them (the case's) before: ids are drawn here, and the relay publishes by id. Raises
    MessageTooLarge, and IntegrityError on an id said before.
    """
    if outgoing:
        await conn.execute(_ADD, parameters(outgoing))


def parameters(outgoing: Sequence[Outgoing]) -> dict[str, list[str] | list[str | None] | list[bytes]]:
    """The values that `INSERT` binds; raises MessageTooLarge."""
    current = telemetry.traceparent()
    for message in outgoing:
        if (size := message.size()) > MAX_MESSAGE_BYTES:
            raise MessageTooLarge(f"{message.type} {message.id} has {size} bytes, at most {MAX_MESSAGE_BYTES} may go")
    return {
        "outbox_event_id": [message.id for message in outgoing],
        "outbox_type": [message.type for message in outgoing],
        "outbox_key": [message.key for message in outgoing],
        "outbox_subject": [message.subject for message in outgoing],
        "outbox_value": [message.value for message in outgoing],
        "outbox_headers": [to_json(message.headers).decode() for message in outgoing],
        "outbox_keys": [_UNIT_SEPARATOR.join(message.keys) for message in outgoing],
        "outbox_caused_by": [message.caused_by for message in outgoing],
        "outbox_traceparent": [message.traceparent or current for message in outgoing],
        "outbox_topic": [message.topic for message in outgoing],
    }
