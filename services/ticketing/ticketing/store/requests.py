"""What was asked of another owner, as it was sent: the outbox is its archive, and no copy is kept beside it (N11)."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_SENT = text(
    """
    SELECT command.id, convert_from(outbox.value, 'UTF8') AS value FROM command JOIN outbox
      ON outbox.type = command.type
     AND outbox.created_at BETWEEN command.asked_at - interval '1 minute' AND command.asked_at + interval '1 minute'
    WHERE command.id = ANY(CAST(:ids AS text[])) AND command.municipality = :municipality
      AND position(convert_to(command.id, 'UTF8') IN outbox.value) > 0
    """
)


async def sent(conn: AsyncConnection, municipality: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The requests' events, by request id."""
    if not (asked := list(ids)):
        return {}
    rows = await conn.execute(_SENT, {"ids": asked, "municipality": municipality})
    return {row.id: json.loads(row.value) for row in rows}
