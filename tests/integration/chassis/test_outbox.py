import asyncio
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import inbox, outbox, telemetry
from chassis.db import dedicated
from chassis.messages import MAX_MESSAGE_BYTES, MessageTooLarge, Outgoing
from chassis.migrations import declared_equals_migrated
from chassis.tables import metadata
from tests.support.notes import note, scalar


def message(number: int) -> Outgoing:
    return Outgoing(id=f"m{number}", type="note.written", key="town", subject="k", value=b"\x00\xff")


async def test_the_declared_tables_are_the_migrated_ones(engine: AsyncEngine) -> None:
    async with engine.connect() as conn:
        await declared_equals_migrated(conn, metadata)


async def test_many_messages_are_stored_in_their_order_with_all_they_carry(engine: AsyncEngine) -> None:
    sent = [
        replace(
            message(number), headers={"ce_id": f"m{number}", "å": 'quote"'}, keys=("a", f"k{number}"), caused_by="c"
        )
        for number in range(50)
    ]
    async with engine.begin() as conn:
        await outbox.add(conn, sent)
        await outbox.add(conn, [])
    async with engine.connect() as conn:
        rows = (await conn.execute(text("SELECT * FROM outbox ORDER BY id"))).all()
    assert [row.event_id for row in rows] == [each.id for each in sent]
    assert rows[7].headers == {"ce_id": "m7", "å": 'quote"'}
    assert (rows[7].keys, rows[7].value, rows[7].caused_by) == (["a", "k7"], b"\x00\xff", "c")
    assert (rows[7].sent_at, rows[7].topic, rows[7].traceparent) == (None, None, None)


async def test_a_message_without_keys_has_an_empty_list(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        await outbox.add(conn, [message(1)])
    assert await scalar(engine, "SELECT keys FROM outbox") == []


async def test_the_current_span_is_kept_unless_the_message_names_another(engine: AsyncEngine) -> None:
    other = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"
    with telemetry.span_from(None, "file"):
        current = telemetry.traceparent()
        async with engine.begin() as conn:
            await outbox.add(conn, [message(1), replace(message(2), traceparent=other)])
    async with engine.connect() as conn:
        kept = list(await conn.scalars(text("SELECT traceparent FROM outbox ORDER BY id")))
    assert current is not None
    assert kept == [current, other]


async def test_what_kafka_would_refuse_is_refused_before_it_can_block_the_relay(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        with pytest.raises(MessageTooLarge, match=r"note\.written m2 has \d+ bytes"):
            await outbox.add(conn, [message(1), replace(message(2), value=b"x" * MAX_MESSAGE_BYTES)])
    assert await scalar(engine, "SELECT count(*) FROM outbox") == 0


async def test_an_id_is_said_once(engine: AsyncEngine) -> None:
    with pytest.raises(IntegrityError):
        async with engine.begin() as conn:
            await outbox.add(conn, [message(1), message(1)])


async def test_a_commit_wakes_a_listener_and_a_rollback_does_not(engine: AsyncEngine) -> None:
    heard: list[float] = []
    async with dedicated(engine) as listening:
        await listening.add_listener(outbox.CHANNEL, lambda *_: heard.append(time.monotonic()))
        async with engine.connect() as conn:
            await outbox.add(conn, [message(1)])
            await conn.rollback()
        await asyncio.sleep(0.1)
        assert heard == []
        async with engine.begin() as conn:
            await outbox.add(conn, [message(1)])
            await outbox.add(conn, [message(2)])
        await asyncio.sleep(0.1)
        assert len(heard) == 1


async def test_a_hand_written_statement_can_carry_the_insert(engine: AsyncEngine) -> None:
    statement = text(f"WITH said AS ({outbox.INSERT} RETURNING id) SELECT count(*) FROM said")
    async with engine.begin() as conn:
        assert await conn.scalar(statement, outbox.parameters([message(1), message(2)])) == 2


async def test_an_id_is_claimed_once_also_by_a_second_transaction(engine: AsyncEngine) -> None:
    first, second = note("a"), note("a")
    async with engine.begin() as conn:
        assert await inbox.claim(conn, [first, first]) == {first.id}
    async with engine.begin() as conn:
        assert await inbox.claim(conn, [first, second]) == {second.id}
        assert await inbox.claim(conn, []) == set()


async def test_a_claim_is_given_back_by_a_rollback(engine: AsyncEngine) -> None:
    message = note("a")
    async with engine.connect() as conn:
        await inbox.claim(conn, [message])
        await conn.rollback()
    async with engine.begin() as conn:
        assert await inbox.claim(conn, [message]) == {message.id}


async def test_ids_older_than_the_retention_are_forgotten_in_batches(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        await conn.execute(
            text(
                "INSERT INTO inbox (event_id, handled_at) "
                "SELECT n, now() - n * interval '1 day' FROM generate_series(1, 45) n"
            )
        )
    assert await inbox.prune(engine, timedelta(days=30, minutes=1), batch=4) == 15
    assert await scalar(engine, "SELECT max(event_id::int) FROM inbox") == 30
