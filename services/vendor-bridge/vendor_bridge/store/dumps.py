"""The case state as text, one row a line, in an order of its own: what a replay must give again (N10).

Not in it: attempts, leases, bodies, breakers, errands and raw messages, which are how things went; updates still owed,
which follow from the hand-offs' `triggers`; where a hand-off's story ended, which its last delivery names, and what the
incident was then; what was said to another Eskalera, which is said again under the same names.
"""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_PARTS: Final = (
    "SELECT jsonb_build_array('directory', municipality, version) FROM directory",
    "SELECT jsonb_build_array('ticket', to_jsonb(t)) FROM ticket t",
    "SELECT jsonb_build_array('incident', to_jsonb(i)) FROM incident i",
    "SELECT jsonb_build_array('person', to_jsonb(p)) FROM person p",
    "SELECT jsonb_build_array('chain', to_jsonb(c)) FROM chain c",
    "SELECT jsonb_build_array('chain_entry', to_jsonb(e)) FROM chain_entry e",
    "SELECT jsonb_build_array('handoff', to_jsonb(h) - 'last_heads' - 'last_incident') FROM handoff h",
    "SELECT jsonb_build_array('report', to_jsonb(r)) FROM report r",
    "SELECT jsonb_build_array('work', to_jsonb(w)) FROM work w",
    "SELECT jsonb_build_array('statement', to_jsonb(s)) FROM statement s",
    """
    SELECT jsonb_build_array('pause', municipality, connection, paused_at) FROM connection
    WHERE paused_at IS NOT NULL
    """,
    """
    SELECT jsonb_build_array('delivery', webhook_id, handoff, kind, state, failed,
                             CASE state WHEN 'delivered' THEN heads END)
    FROM delivery WHERE kind <> 'said' AND (state = 'delivered' OR (state = 'pending' AND kind <> 'updated'))
    """,
)
_DUMP: Final = text(" UNION ALL ".join(_PARTS))


async def dump(conn: AsyncConnection) -> str:
    """Sorted lines; two databases with the same state give the same text."""
    rows = await conn.scalars(text(f"SELECT row::text FROM ({_DUMP.text}) AS all_rows (row)"))
    return "\n".join(sorted(rows))
