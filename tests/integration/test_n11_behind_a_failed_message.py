"""An erasure that waits behind a message which failed takes the words out of that at once, in every service (N11)."""

from collections.abc import Awaitable, Callable, Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import failures
from chassis.failures import Failed
from chassis.messages import Record
from contracts import envelope
from contracts.envelope import Received
from notifier.store.erasure import redact_failed as notifiers
from routing.store.erasure import redact_failed as routings
from tests.support.routing_life import Life, received
from vendor_bridge.store.erasure import redact_failed as bridges

Redact = Callable[[AsyncConnection, Sequence[Received]], Awaitable[None]]


@pytest.mark.parametrize("redact", [notifiers, routings, bridges], ids=["notifier", "routing", "vendor_bridge"])
async def test_n11_what_failed_loses_the_words_while_their_erasure_waits_behind_it(
    engine: AsyncEngine, redact: Redact
) -> None:
    life = Life()
    told, other = (life.filed("login", title="Zebrafink", description="Zebrafink har ringt.") for _ in range(2))
    async with engine.begin() as conn:
        for offset, event in enumerate((told, other)):
            headers = tuple((name, value.encode()) for name, value in envelope.attributes(event).items())
            record = Record("t", 0, offset, b"malarvik", envelope.data(event), headers)
            row = Failed(
                record=record, event_id=event.id, type=event.TYPE, keys=(), state="dead", reason="E", detail="Zebrafink"
            )
            assert await failures.add(conn, [row]) == 1
        await redact(conn, [received(other), received(life.erased(told.ticket))])
        rows = await conn.execute(text("SELECT event_id, value, detail FROM failed_message"))
        left = {row.event_id for row in rows if "Zebrafink" in f"{bytes(row.value)!r} {row.detail}"}
    assert left == {other.id}
