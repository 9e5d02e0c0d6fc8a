import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import telemetry
from chassis.consumer import processing
from chassis.consumer.batches import Batches
from chassis.consumer.limits import DeadLetterLimit
from chassis.kafka import KafkaSettings
from chassis.messages import NotNow, Record
from tests.support.note_process import crashing
from tests.support.notes import (
    QUICK,
    Note,
    Running,
    committed,
    consuming,
    decode,
    effects,
    effects_reach,
    note,
    produce,
    save,
    scalar,
    states,
    until,
)

pytestmark = pytest.mark.kafka


async def offsets_reach(connect: KafkaSettings, topic: str, group: str, number: int) -> None:
    async def there() -> bool:
        return await committed(connect, topic, group) == number

    await until(there)


async def test_every_message_has_one_effect_in_its_keys_order_and_then_its_offset_is_committed(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    notes = [note(f"k{number % 7}", number=number, partition_key=f"town{number % 7}") for number in range(2000)]
    await produce(connect, topic, notes)
    async with consuming(store, connect, topic, group):
        happened = await effects_reach(store, 2000)
        await offsets_reach(connect, topic, group, 2000)
    assert sorted(effect[0] for effect in happened) == sorted(each.id for each in notes)
    for key in {effect[1] for effect in happened}:
        numbers = [effect[2] for effect in happened if effect[1] == key]
        assert numbers == sorted(numbers)


async def test_the_same_message_twice_has_one_effect(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    notes = [note("k", number=number) for number in range(50)]
    await produce(connect, topic, [*notes, *notes, notes[3], notes[3]])
    async with consuming(store, connect, topic, group):
        await offsets_reach(connect, topic, group, 102)
        await produce(connect, topic, notes)
        await offsets_reach(connect, topic, group, 152)
    assert [effect[0] for effect in await effects(store)] == [each.id for each in notes]


async def test_what_is_for_others_is_passed_over(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    mine = note("k")
    await produce(connect, topic, [Note("w1", ("k",), type="weather.changed"), mine])
    async with consuming(store, connect, topic, group):
        await offsets_reach(connect, topic, group, 2)
    assert [effect[0] for effect in await effects(store)] == [mine.id]
    assert await states(store) == {}


async def test_offsets_are_committed_after_the_database(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    seen: list[int] = []

    async def look(conn: AsyncConnection, notes: Sequence[Note]) -> None:
        await save(conn, notes)
        seen.append(await committed(connect, topic, group))

    await produce(connect, topic, [note("k")])
    async with consuming(store, connect, topic, group, look):
        await offsets_reach(connect, topic, group, 1)
    assert seen == [0]


@pytest.mark.parametrize(("point", "before"), [("consumer.before_commit", 0), ("consumer.after_commit", 20)])
async def test_a_consumer_that_dies_around_its_commit_makes_no_second_effect(
    store: AsyncEngine, url: str, connect: KafkaSettings, topic: str, group: str, point: str, before: int
) -> None:
    notes = [note("k", number=number) for number in range(20)]
    await produce(connect, topic, notes)
    await asyncio.to_thread(crashing, point, "consumer", url, connect.bootstrap_servers, topic, group)
    assert await committed(connect, topic, group) == 0
    assert len(await effects(store)) == before
    async with consuming(store, connect, topic, group):
        await offsets_reach(connect, topic, group, 20)
    assert [effect[0] for effect in await effects(store)] == [each.id for each in notes]


async def test_a_rebalance_in_the_middle_of_a_batch_makes_no_second_effect_and_keeps_the_order(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    notes = [note(f"k{number % 4}", number=number, partition_key=f"town{number % 4}") for number in range(600)]
    entered = asyncio.Event()

    async def slow(conn: AsyncConnection, batch: Sequence[Note]) -> None:
        await save(conn, batch)
        entered.set()
        await asyncio.sleep(0.3)

    policy = replace(QUICK, batch=40)
    await produce(connect, topic, notes)
    async with consuming(store, connect, topic, group, slow, policy) as first:
        await entered.wait()
        for _ in range(2):
            entered.clear()
            async with consuming(store, connect, topic, group, slow, policy) as second:

                async def shared(second: Running = second) -> bool:
                    return bool(first.consumer.partitions and second.consumer.partitions)

                await until(shared, 30)
                await asyncio.sleep(0.4)
        await effects_reach(store, 600, 60)
        await asyncio.sleep(0.5)
    happened = await effects(store)
    assert sorted(effect[0] for effect in happened) == sorted(each.id for each in notes)
    for key in {effect[1] for effect in happened}:
        numbers = [effect[2] for effect in happened if effect[1] == key]
        assert numbers == sorted(numbers)


async def test_two_members_that_overlap_on_a_partition_take_turns(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    """Two groups on one database stand for a member that does not know yet that it lost its partition."""
    inside: list[int] = []
    together: list[int] = []

    async def alone(conn: AsyncConnection, batch: Sequence[Note]) -> None:
        inside.append(1)
        together.append(len(inside))
        await save(conn, batch)
        await asyncio.sleep(0.02)
        inside.pop()

    notes = [note("k", number=number) for number in range(400)]
    policy = replace(QUICK, batch=25)
    await produce(connect, topic, notes)
    async with (
        consuming(store, connect, topic, group, alone, policy),
        consuming(store, connect, topic, f"{group}-zombie", alone, policy),
    ):
        await offsets_reach(connect, topic, group, 400)
        await offsets_reach(connect, topic, f"{group}-zombie", 400)
    assert set(together) == {1}
    assert [effect[0] for effect in await effects(store)] == [each.id for each in notes]


@pytest.mark.parametrize(("other", "at_once"), [(3, 1), (2, 2)])
async def test_batches_of_one_partition_take_turns_also_without_a_message_in_common(
    store: AsyncEngine, other: int, at_once: int
) -> None:
    inside = most = 0

    async def look(_conn: AsyncConnection, _batch: Sequence[Note]) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        try:
            for _ in range(30 if at_once == 1 else 500):  # a busy machine lets the other come late
                if most == 2:
                    break
                await asyncio.sleep(0.01)
        finally:  # a batch that takes too long is cancelled
            inside -= 1

    batches = Batches(store, "g", decode, look, QUICK, DeadLetterLimit(1, timedelta(seconds=1)))
    await asyncio.gather(
        batches.run([_arriving(note("a"), 3)], lambda: True),
        batches.run([_arriving(note("b"), other)], lambda: True),
    )
    assert most == at_once


def _arriving(each: Note, partition: int) -> Record:
    out = each.outgoing()
    headers = tuple((name, value.encode()) for name, value in out.headers.items())
    return Record("t", partition, 0, out.key.encode(), out.value, headers)


async def test_something_being_away_puts_the_batch_off_and_dead_letters_nothing(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    calls = 0

    async def away(conn: AsyncConnection, batch: Sequence[Note]) -> None:
        nonlocal calls
        calls += 1
        if calls <= 6:
            raise NotNow("the object store is away")
        await save(conn, batch)

    notes = [note("k", number=number) for number in range(10)]
    await produce(connect, topic, notes)
    async with consuming(store, connect, topic, group, away):
        await offsets_reach(connect, topic, group, 10)
    assert [effect[0] for effect in await effects(store)] == [each.id for each in notes]
    assert (calls, await scalar(store, "SELECT count(*) FROM failed_message")) == (7, 0)


async def test_connections_cut_in_the_middle_of_batches_cost_nothing(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    notes = [note("k", number=number) for number in range(300)]

    async def slow(conn: AsyncConnection, batch: Sequence[Note]) -> None:
        await save(conn, batch)
        await conn.execute(text("SELECT pg_sleep(0.1)"))

    await produce(connect, topic, notes)
    async with consuming(store, connect, topic, group, slow, replace(QUICK, batch=20)):
        while len(await effects(store)) < 300:
            await scalar(
                store,
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()",
            )
            await asyncio.sleep(0.35)
        await offsets_reach(connect, topic, group, 300)
    assert [effect[0] for effect in await effects(store)] == [each.id for each in notes]
    assert await states(store) == {}


async def test_a_deadlock_is_tried_again_and_is_nobodys_failure(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    calls = 0

    async def unlucky(conn: AsyncConnection, batch: Sequence[Note]) -> None:
        nonlocal calls
        calls += 1
        await save(conn, batch)
        if calls == 1:
            await conn.execute(text("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'deadlock_detected'; END $$"))

    await produce(connect, topic, [note("k"), note("l")])
    async with consuming(store, connect, topic, group, unlucky):
        await offsets_reach(connect, topic, group, 2)
    assert (calls, len(await effects(store)), await states(store)) == (2, 2, {})


async def test_a_handler_that_swallows_a_database_error_loses_no_message(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    """Postgres answers COMMIT of a failed transaction with a silent rollback."""
    bad = note("bad")

    async def careless(conn: AsyncConnection, batch: Sequence[Note]) -> None:
        await save(conn, batch)
        if bad.id in {each.id for each in batch}:
            try:
                await conn.execute(text("SELECT 1 / 0"))
            except DBAPIError:
                return

    good = note("good")
    await produce(connect, topic, [bad, good])
    async with consuming(store, connect, topic, group, careless):
        await effects_reach(store, 1)
        await until(lambda: states(store))
    assert [effect[0] for effect in await effects(store)] == [good.id]
    assert set(await states(store)) == {bad.id}


async def test_cancelling_finishes_the_batch_in_hand_commits_it_and_leaves_the_group(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    entered = asyncio.Event()

    async def slow(conn: AsyncConnection, batch: Sequence[Note]) -> None:
        entered.set()
        await asyncio.sleep(1)
        await save(conn, batch)

    await produce(connect, topic, [note("k") for _ in range(5)])
    async with consuming(store, connect, topic, group, slow) as running:
        await entered.wait()
        running.task.cancel()
        started = asyncio.get_running_loop().time()
        await asyncio.wait([running.task])
        assert running.task.cancelled()
    assert asyncio.get_running_loop().time() - started < 4
    assert len(await effects(store)) == 5
    assert await committed(connect, topic, group) == 5
    await produce(connect, topic, [note("k")])
    async with consuming(store, connect, topic, group):
        await effects_reach(store, 6, 5)  # a member that had not left would be waited for, 10 s


async def test_a_slow_partition_does_not_hold_up_the_others(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    release = asyncio.Event()

    async def stuck(conn: AsyncConnection, batch: Sequence[Note]) -> None:
        if any("slow" in each.keys for each in batch):
            await release.wait()
        await save(conn, batch)

    policy = replace(QUICK, batch_timeout=timedelta(seconds=20))
    slow = note("slow", partition_key="town0")
    others = [note("k", partition_key=f"town{number}") for number in range(1, 9)]
    await produce(connect, topic, [slow, *others])
    async with consuming(store, connect, topic, group, stuck, policy):
        beside = await effects_reach(store, 4)
        assert slow.id not in {effect[0] for effect in beside}
        release.set()
        await effects_reach(store, 9)
        late = note("slow", partition_key="town0")
        await produce(connect, topic, [late])
        await effects_reach(store, 10)


async def test_a_message_is_handled_below_its_senders_span_with_its_name_in_the_logs(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    parent = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    seen: list[tuple[str | None, object]] = []

    async def look(_conn: AsyncConnection, batch: Sequence[Note]) -> None:
        for each in batch:
            with processing(each):
                seen.append((telemetry.trace_id(), structlog.contextvars.get_contextvars().get("event_id")))

    with telemetry.recorded() as spans:
        await produce(connect, topic, [Note("n1", ("k",), traceparent=parent)])
        async with consuming(store, connect, topic, group, look):
            await offsets_reach(connect, topic, group, 1)
    assert seen == [("a" * 32, "n1")]
    span = next(span for span in spans if span.name == "process note.written")
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == "b" * 16


async def test_a_fault_of_the_wiring_ends_the_consumer_loudly(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    async with store.begin() as conn:
        await conn.execute(text("ALTER TABLE inbox RENAME TO elsewhere"))
    await produce(connect, topic, [note("k")])
    with pytest.raises(DBAPIError, match="inbox"):
        async with consuming(store, connect, topic, group) as running:
            await asyncio.wait([running.task], timeout=20)
    assert await committed(connect, topic, group) == 0


async def test_a_future_that_the_client_gives_up_is_kafka_being_away_and_no_stop(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll, given_up = AIOKafkaConsumer.getmany, 0

    async def getmany(self: AIOKafkaConsumer, *places: TopicPartition, **wanted: int) -> Any:
        nonlocal given_up
        if not given_up:
            given_up += 1
            raise asyncio.CancelledError
        return await poll(self, *places, **wanted)

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", getmany)
    await produce(connect, topic, [note("k")])
    async with consuming(store, connect, topic, group):
        await offsets_reach(connect, topic, group, 1)
    assert given_up == 1
