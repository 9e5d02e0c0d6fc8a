import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import outbox
from chassis.kafka import KafkaSettings, ensure_topics
from chassis.relay import Relay
from tests.support.note_process import crashing
from tests.support.notes import Note, consuming, effects, effects_reach, ended, log_of, note, scalar, until

pytestmark = pytest.mark.kafka

LOCKS = (
    "FROM pg_locks WHERE locktype = 'advisory' "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@asynccontextmanager
async def relaying(engine: AsyncEngine, connect: KafkaSettings, topic: str) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(Relay(engine, connect, topic, "notes").run())
    try:
        yield task
    finally:
        await ended(task)


async def say(engine: AsyncEngine, *notes: Note, topic: str | None = None) -> None:
    async with engine.begin() as conn:
        await outbox.add(conn, [each.outgoing() for each in notes])
        if topic is not None:
            await conn.execute(
                text("UPDATE outbox SET topic = :topic WHERE event_id = ANY(:ids)"),
                {"topic": topic, "ids": [each.id for each in notes]},
            )


async def all_sent(engine: AsyncEngine, seconds: float = 90) -> None:
    async def sent() -> bool:
        return await scalar(engine, "SELECT count(*) FROM outbox WHERE sent_at IS NULL") == 0

    await until(sent, seconds)


async def test_messages_are_published_by_id_and_marked_with_where_they_lie(
    store: AsyncEngine, connect: KafkaSettings, topic: str
) -> None:
    notes = [note("k", number=number, partition_key=f"town{number % 3}") for number in range(1200)]
    await say(store, *notes)
    async with relaying(store, connect, topic):
        await all_sent(store)
    records = await log_of(connect, topic)
    async with store.connect() as conn:
        rows = (await conn.execute(text('SELECT * FROM outbox ORDER BY topic, partition, "offset"'))).all()
    assert [(row.topic, row.partition, row.offset) for row in rows] == [
        (record.topic, record.partition, record.offset) for record in records
    ]
    assert [row.event_id for row in rows] == [record.header("ce_id") for record in records]
    assert [str(row.id) for row in rows] == [record.header("ce_sequence") for record in records]
    for partition in range(4):
        ids = [row.id for row in rows if row.partition == partition]
        assert ids == sorted(ids)
    assert records[0].key == rows[0].key.encode()
    assert records[0].value == rows[0].value


async def test_the_trace_goes_along(store: AsyncEngine, connect: KafkaSettings, topic: str) -> None:
    parent = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"
    await say(store, Note("n1", ("k",), traceparent=parent))
    async with relaying(store, connect, topic):
        await all_sent(store)
    assert [record.header("traceparent") for record in await log_of(connect, topic)] == [parent]


async def test_a_commit_is_in_kafka_at_once_without_waiting_for_the_poll(
    store: AsyncEngine, connect: KafkaSettings, topic: str
) -> None:
    async with relaying(store, connect, topic):
        await say(store, note("k"))
        await all_sent(store)  # the producer has started
        for _ in range(5):
            await asyncio.sleep(0.1)
            await say(store, note("k"))
        await all_sent(store)
    waits = text("SELECT extract(epoch FROM sent_at - created_at)::float8 FROM outbox ORDER BY id OFFSET 1")
    async with store.connect() as conn:
        assert sorted(await conn.scalars(waits))[2] < 0.3


async def test_concurrent_commits_under_locked_rows_lose_nothing_and_keep_each_keys_order(
    store: AsyncEngine, connect: KafkaSettings, topic: str
) -> None:
    async with store.begin() as conn:
        await conn.execute(text("CREATE TABLE thing (key text PRIMARY KEY, said int NOT NULL DEFAULT 0)"))
        await conn.execute(text("INSERT INTO thing (key) SELECT 'k' || n FROM generate_series(0, 9) n"))
    chance = random.Random(7)

    async def command(key: str) -> None:
        async with store.begin() as conn:
            locked = text("UPDATE thing SET said = said + 1 WHERE key = :key RETURNING said")
            number = await conn.scalar(locked, {"key": key})
            await outbox.add(conn, [note(key, number=number).outgoing()])
            await asyncio.sleep(chance.random() * 0.01)  # ids are drawn, others commit before

    async def writer() -> None:
        for _ in range(60):
            await command(f"k{chance.randrange(10)}")

    async with relaying(store, connect, topic):
        await asyncio.gather(*(writer() for _ in range(5)))
        await all_sent(store)
    numbers = defaultdict(list)
    async with store.connect() as conn:
        said = dict((await conn.execute(text("SELECT key, said FROM thing"))).tuples().all())
    for record in await log_of(connect, topic):
        keys = (record.value or b"").decode()
        key = keys.split('"')[3]
        numbers[key].append(int(keys.rsplit(":", 1)[1].rstrip("}")))
    assert numbers == {key: list(range(1, number + 1)) for key, number in said.items() if number}


async def test_of_two_relays_one_works_and_the_other_takes_over(
    store: AsyncEngine, connect: KafkaSettings, topic: str
) -> None:
    async with relaying(store, connect, topic) as first:
        await say(store, note("k"))
        await all_sent(store)
        async with relaying(store, connect, topic):
            await asyncio.sleep(0.7)
            assert await scalar(store, f"SELECT count(*) {LOCKS}") == 1
            first.cancel()
            await asyncio.wait([first])
            await say(store, note("k"))
            await all_sent(store)
    assert len(await log_of(connect, topic)) == 2


async def test_a_relay_that_loses_its_lock_takes_it_again_and_the_order_holds(
    store: AsyncEngine, connect: KafkaSettings, topic: str
) -> None:
    sent = [note("k", number=number) for number in range(400)]
    async with relaying(store, connect, topic):
        for position, each in enumerate(sent):
            await say(store, each)
            if position % 100 == 50:
                await scalar(store, f"SELECT pg_terminate_backend(pid) {LOCKS}")
        await all_sent(store)
    seen = list(dict.fromkeys(record.header("ce_id") for record in await log_of(connect, topic)))
    assert seen == [each.id for each in sent]


async def test_more_than_a_batch_of_large_messages_goes_in_order(
    store: AsyncEngine, connect: KafkaSettings, topic: str
) -> None:
    big = [
        Note(f"n{number}", ("k" * 300_000,), number).outgoing() if number % 2 else note("k", number=number).outgoing()
        for number in range(20)
    ]
    async with store.begin() as conn:
        await outbox.add(conn, big)
    async with relaying(store, connect, topic):
        await all_sent(store, 5)
    assert [record.header("ce_id") for record in await log_of(connect, topic)] == [each.id for each in big]


async def test_the_largest_message_that_the_outbox_takes_fits_into_kafka(
    store: AsyncEngine, connect: KafkaSettings, topic: str
) -> None:
    from chassis.messages import MAX_MESSAGE_BYTES, Outgoing

    largest = Outgoing("n1", "t", "k", "s", b"x" * (MAX_MESSAGE_BYTES - 1))
    async with store.begin() as conn:
        await outbox.add(conn, [largest])
    async with relaying(store, connect, topic):
        await all_sent(store)
    assert [record.value for record in await log_of(connect, topic)] == [largest.value]


async def test_a_missing_topic_holds_up_nobody_else(store: AsyncEngine, connect: KafkaSettings, topic: str) -> None:
    lost, others = note("k"), [note("k") for _ in range(3)]
    await say(store, lost, topic=f"{topic}.missing")
    async with relaying(store, connect, topic):
        await say(store, *others)

        async def others_sent() -> bool:
            return await scalar(store, "SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL") == 3

        await until(others_sent)
        await ensure_topics(connect, {f"{topic}.missing": 1})
        await all_sent(store)
    assert len(await log_of(connect, topic)) == 3


async def test_a_relay_that_dies_between_publishing_and_marking_leads_to_no_second_effect(
    store: AsyncEngine, url: str, connect: KafkaSettings, topic: str, group: str
) -> None:
    """The next one finds the first copies and marks them: others acted on those, and a replay goes by their offsets."""
    notes = [note("k", number=number, partition_key=f"town{number % 3}") for number in range(30)]
    await say(store, *notes[:10])
    async with relaying(store, connect, topic):
        await all_sent(store)
    await say(store, *notes[10:])
    await asyncio.to_thread(crashing, "relay.published_before_mark", "relay", url, connect.bootstrap_servers, topic)
    assert await scalar(store, "SELECT count(*) FROM outbox WHERE sent_at IS NULL") == 20
    await say(store, late := note("k", number=30))
    async with relaying(store, connect, topic), consuming(store, connect, topic, group):
        await all_sent(store)
        await effects_reach(store, 31)
    lying = {record.header("ce_id"): (record.partition, record.offset) for record in await log_of(connect, topic)}
    async with store.connect() as conn:
        marked = {row.event_id: (row.partition, row.offset) for row in await conn.execute(text("SELECT * FROM outbox"))}
    assert len(await log_of(connect, topic)) == 31
    assert marked == lying
    assert late.id in marked


async def test_a_repeat_that_the_relay_could_not_see_carries_the_same_id_and_the_inbox_absorbs_it(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    notes = [note("k", number=number) for number in range(30)]
    await say(store, *notes)
    async with relaying(store, connect, topic) as first:
        await all_sent(store)
        first.cancel()
        await asyncio.wait([first])
        async with store.begin() as conn:  # as if marked far behind where they lie
            await conn.execute(text("UPDATE outbox SET sent_at = NULL WHERE id > 1"))
            await conn.execute(text('UPDATE outbox SET "offset" = 1000 WHERE id = 1'))
    async with relaying(store, connect, topic), consuming(store, connect, topic, group):
        await all_sent(store)
        await effects_reach(store, 30)
        await asyncio.sleep(0.5)
    published = [record.header("ce_id") for record in await log_of(connect, topic)]
    assert published == [each.id for each in [*notes, *notes[1:]]]
    assert [effect[0] for effect in await effects(store)] == [each.id for each in notes]
