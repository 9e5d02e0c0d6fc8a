"""What the log of refusals says of mails that wait for staff, once they have looked.

A line has no mail's id: it is found by connection and content. Of the same content, sent for several cases, each
decision takes one line.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.refusals import HELD_BACK, THROWN_AWAY
from vendor_bridge.store import connections

_LINE: Final = """
    SELECT r.id FROM mail m JOIN refusal r ON r.municipality = m.municipality AND r.connection = m.connection
        AND r.way = 'mail' AND starts_with(r.reason, :held) AND r.sha256 = encode(sha256(m.raw), 'hex')
    WHERE m.id = :mail ORDER BY r.id LIMIT 1
"""
_GO: Final = text(f"DELETE FROM refusal WHERE id = ({_LINE})")
_SAY: Final = text(f"UPDATE refusal SET reason = :thrown || substr(reason, length(:held) + 1) WHERE id = ({_LINE})")


async def let_through(conn: AsyncConnection, mails: Sequence[str], *, thrown: bool = False) -> None:
    """They wait no more, and were not refused. `thrown`: they had been thrown away."""
    for mail in mails:
        await conn.execute(_GO, {"mail": mail, "held": THROWN_AWAY if thrown else HELD_BACK})
        await connections.tell_again(conn, mail)


async def thrown_away(conn: AsyncConnection, mail: str) -> None:
    """It waits no more; its sender still sees what became of it."""
    await conn.execute(_SAY, {"mail": mail, "held": HELD_BACK, "thrown": THROWN_AWAY})
    await connections.tell_again(conn, mail)
