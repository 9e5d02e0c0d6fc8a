import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from aiokafka.producer import message_accumulator
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import deadletters
from chassis.consumer import Consumer
from chassis.kafka import KafkaSettings
from chassis.messages import Record
from tests.support.notes import (
    PATIENCE,
    QUICK,
    Note,
    committed,
    consuming,
    decode,
    effects,
    effects_reach,
    ended,
    log_of,
    note,
    produce,
    publishing,
    save,
    scalar,
    states,
    until,
)

pytestmark = pytest.mark.kafka

PATIENT = replace(QUICK, retries=(timedelta(hours=1),))
SHORT = replace(QUICK, retries=(timedelta(milliseconds=50), timedelta(milliseconds=50)))


class Handler:
    """Fails notes whose number is in `poison`, also after it wrote their effect."""

    def __init__(self, *poison: int) -> None:
        self.poison = set(poison)
        self.calls: Counter[int] = Counter()

    async def __call__(self, conn: AsyncConnection, batch: Sequence[Note]) -> None:
        await save(conn, batch)
        for each in batch:
            self.calls[each.number] += 1
            if each.number in self.poison:
                raise ValueError(f"no {each.number} of Anna Andersson")


def numbers(happened: list[tuple[str, str, int]], key: str | None = None) -> list[int]:
    return [effect[2] for effect in happened if key is None or effect[1] == key]


async def failed(engine: AsyncEngine) -> list[tuple[int, str]]:
    """(number, state) in the order in which they run again."""
    async with engine.connect() as conn:
        rows = (await conn.execute(text("SELECT value, state FROM failed_message ORDER BY id"))).all()
    return [(json.loads(row.value)["number"], row.state) for row in rows]


async def reach(engine: AsyncEngine, wanted: list[tuple[int, str]], seconds: float = PATIENCE) -> None:
    async def there() -> bool:
        return await failed(engine) == wanted

    try:
        await until(there, seconds)
    except AssertionError:
        assert await failed(engine) == wanted


async def test_a_poison_message_parks_only_what_shares_a_key_and_the_others_go_on(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    handler = Handler(1)
    notes = [
        note("a", number=1),
        note("b", number=2),
        note("a", "c", number=3),  # behind 1
        note("c", number=4),  # behind 3
        note("b", number=5),
        note("d", number=6),
    ]
    await produce(connect, topic, notes)
    async with consuming(store, connect, topic, group, handler, PATIENT):
        await reach(store, [(1, "retrying"), (3, "parked"), (4, "parked")])
        await effects_reach(store, 3)
        await produce(connect, topic, [note("c", number=7), note("e", "a", number=8), note("e", number=9)])
        await produce(connect, topic, [note("d", number=10)])
        await reach(store, [(n, "retrying" if n == 1 else "parked") for n in (1, 3, 4, 7, 8, 9)])
        await effects_reach(store, 4)
    assert numbers(await effects(store)) == [2, 5, 6, 10]
    assert await committed(connect, topic, group) == 10


async def test_a_poison_message_is_tried_in_place_and_holds_its_partition_only_briefly(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    handler = Handler(1)
    await produce(connect, topic, [note("a", number=1), note("b", number=2)])
    async with consuming(store, connect, topic, group, handler, PATIENT):
        await effects_reach(store, 1)
    assert handler.calls[1] == 1 + PATIENT.tries  # in the batch, then alone


async def test_a_handler_that_hangs_is_cut_off_and_the_partition_goes_on(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    async def hanging(conn: AsyncConnection, batch: Sequence[Note]) -> None:
        await save(conn, batch)
        if any(each.number == 1 for each in batch):
            await conn.execute(text("SELECT pg_sleep(60)"))

    policy = replace(
        QUICK,
        batch_timeout=timedelta(seconds=0.5),
        message_timeout=timedelta(seconds=0.3),
        retries=(timedelta(milliseconds=100), timedelta(hours=1)),
    )
    await produce(connect, topic, [note("a", number=1), note("b", number=2)])
    started = time.monotonic()
    async with consuming(store, connect, topic, group, hanging, policy):
        await effects_reach(store, 1)
        assert time.monotonic() - started < 8

        async def tried_again() -> bool:
            return await scalar(store, "SELECT attempts FROM failed_message") == 2

        await until(tried_again)
    assert numbers(await effects(store)) == [2]
    assert str(await scalar(store, "SELECT reason FROM failed_message")).startswith("TimeoutError")


async def test_the_retries_end_with_a_dead_letter_that_is_announced_with_id_type_and_reason_only(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    poison = note("a", number=1)
    await produce(connect, topic, [poison, note("a", number=2)])
    async with consuming(store, connect, topic, group, Handler(1), SHORT):
        await reach(store, [(1, "dead"), (2, "parked")])
    async with store.connect() as conn:
        said = (await conn.execute(text("SELECT * FROM outbox"))).one()
        letter = await deadletters.show(conn, poison.id)
    assert letter is not None
    assert (said.topic, said.subject) == (f"{topic}.dlq.{group}", poison.id)
    content = json.loads(said.value)
    assert content == {"id": poison.id, "type": "note.written", "reason": letter.reason}
    assert content["reason"].startswith("ValueError at tests.integration.chassis.test_dead_letters:")
    assert "Anna" not in letter.reason
    assert "Anna" in (letter.detail or "")
    assert letter.attempts == len(SHORT.retries) + 1
    assert json.loads(letter.record.value or b"")["number"] == 1


async def test_a_retry_that_succeeds_lets_those_parked_behind_it_run_in_order(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    handler = Handler(1)
    await produce(connect, topic, [note("a", number=number) for number in range(1, 120)])
    async with consuming(store, connect, topic, group, handler, replace(SHORT, retries=(timedelta(seconds=0.1),) * 50)):
        await reach(store, [(1, "retrying")] + [(number, "parked") for number in range(2, 120)])
        handler.poison.clear()
        await effects_reach(store, 119)
        await produce(connect, topic, [note("a", number=120)])
        await effects_reach(store, 120)
    assert numbers(await effects(store)) == list(range(1, 121))
    assert await scalar(store, "SELECT count(*) FROM failed_message_key") == 0


async def test_live_messages_never_overtake_parked_ones_while_three_replicas_work_them_off(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    handler = Handler(0)
    policy = replace(SHORT, retries=(timedelta(seconds=0.1),) * 50, batch=7)
    keys = [f"k{number}" for number in range(6)]
    chains = [
        [note(key, number=position * 1000 + number, partition_key=f"town{position}") for number in range(60)]
        for position, key in enumerate(keys)
    ]
    handler.poison = {position * 1000 for position in range(6)}
    mixed = [each for row in zip(*chains, strict=True) for each in row]
    async with (
        consuming(store, connect, topic, group, handler, policy),
        consuming(store, connect, topic, group, handler, policy),
        consuming(store, connect, topic, group, handler, policy),
    ):
        await produce(connect, topic, mixed[:180])

        async def parked() -> bool:
            return await scalar(store, "SELECT count(*) FROM failed_message WHERE state = 'parked'") == 174

        await until(parked)
        handler.poison.clear()
        for start in range(180, 360, 20):
            await produce(connect, topic, mixed[start : start + 20])
        await effects_reach(store, 360, 40)
    happened = await effects(store)
    for position, key in enumerate(keys):
        assert numbers(happened, key) == [position * 1000 + number for number in range(60)]
    assert len(happened) == 360


async def test_a_redrive_runs_the_dead_and_then_what_waited_in_order(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    handler = Handler(1, 3)
    poison, other = note("a", number=1), note("b", number=3)
    await produce(connect, topic, [poison, other, note("a", number=2), note("a", "b", number=4), note("b", number=5)])
    async with consuming(store, connect, topic, group, handler, SHORT):
        await reach(store, [(1, "dead"), (3, "dead"), (2, "parked"), (4, "parked"), (5, "parked")])
        handler.poison.clear()
        async with store.begin() as conn:
            looked = await deadletters.redrive(conn, dry_run=True)
            assert [letter.id for letter in looked] == [poison.id, other.id]
        await asyncio.sleep(0.3)
        assert await effects(store) == []
        async with store.begin() as conn:
            await deadletters.redrive(conn, [poison.id])
        await reach(store, [(3, "dead"), (4, "parked"), (5, "parked")])
        async with store.begin() as conn:
            await deadletters.redrive(conn)
        await effects_reach(store, 5)
    assert numbers(await effects(store)) == [1, 2, 3, 4, 5]
    assert await failed(store) == []


async def test_a_redrive_that_fails_again_goes_through_the_retries_and_is_dead_again(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    handler = Handler(1)
    await produce(connect, topic, [note("a", number=1), note("a", number=2)])
    async with consuming(store, connect, topic, group, handler, SHORT):
        await reach(store, [(1, "dead"), (2, "parked")])
        before = handler.calls[1]
        async with store.begin() as conn:
            await deadletters.redrive(conn, by="operator")

        async def dead_twice() -> bool:
            return await scalar(store, "SELECT count(*) FROM outbox") == 2

        await until(dead_twice)
        await reach(store, [(1, "dead"), (2, "parked")])
    assert handler.calls[1] == before + len(SHORT.retries) + 1
    assert await effects(store) == []


async def test_discarding_gives_a_message_up_and_lets_the_next_one_run(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    poison = note("a", number=1)
    await produce(connect, topic, [poison, note("a", number=2), note("a", number=3)])
    async with consuming(store, connect, topic, group, Handler(1), SHORT):
        await reach(store, [(1, "dead"), (2, "parked"), (3, "parked")])
        async with store.begin() as conn:
            assert len(await deadletters.discard(conn, [poison.id], dry_run=True)) == 1
        assert (await states(store))[poison.id] == "dead"
        async with store.begin() as conn:
            await deadletters.discard(conn, [poison.id], by="operator")
        await effects_reach(store, 2)
        await reach(store, [(1, "discarded")])
        await produce(connect, topic, [poison])  # a repeat does not bring it back
        await asyncio.sleep(0.5)
    assert numbers(await effects(store)) == [2, 3]
    async with store.connect() as conn:
        letter = await deadletters.show(conn, poison.id)
        assert await deadletters.find(conn) == []
    assert letter is not None
    assert (letter.state, letter.changed_by) == ("discarded", "operator")


async def test_garbage_is_a_dead_letter_with_its_reason_and_the_rest_goes_on(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    headers = [("ce_type", b"note.written"), ("ce_id", b"x")]
    bad: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]] = [
        (b"town", b"\x00\xff\xfe", headers),
        (b"town", None, headers),
        (None, b"{}", []),
        (b"town", b"{}", [("ce_type", b"\xff\x00"), ("ce_id", b"x")]),
        (b"town", b'{"keys": ["a\\u0000b"], "number": 1}', headers),
        (b"town", b'{"keys": [""], "number": 1}', headers),
        (b"town", b"[" * 100_000, headers),
        (b"\xff\xfe", b'{"keys": ["k"], "number": 1}', headers),
    ]
    good = [note("k", number=number) for number in range(3)]
    await produce(connect, topic, good[:1])
    async with publishing(connect) as producer:
        for key, value, with_headers in bad:
            await producer.send_and_wait(topic, value, key=key, headers=with_headers, partition=0)
    await produce(connect, topic, good[1:])
    async with consuming(store, connect, topic, group, policy=PATIENT):
        await effects_reach(store, 3)

        async def buried() -> bool:
            return len(await states(store)) == len(bad)

        await until(buried)
    assert set((await states(store)).values()) == {"dead"}
    async with store.connect() as conn:
        letters = await deadletters.find(conn)
    assert [(letter.record.key, letter.record.value, list(letter.record.headers)) for letter in letters] == bad
    assert letters[1].reason == "a header or the value is missing"
    assert letters[3].reason == "header ce_type is not UTF-8"
    assert all(letter.record.partition == 0 and letter.id == letter.record.position for letter in letters)
    assert await scalar(store, "SELECT count(*) FROM outbox") == len(bad)


async def test_what_could_not_be_decoded_is_handled_once_after_a_redrive_with_a_better_decoder(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    understands = False

    def learning(record: Record) -> Note | None:
        if not understands:
            raise RuntimeError("a version that is not known yet")
        return decode(record)

    early = note("a", number=1)
    consumer = Consumer(store, connect, topic, group, learning, save, policy=QUICK)
    task = asyncio.create_task(consumer.run())
    try:
        await produce(connect, topic, [early])
        await reach(store, [(1, "dead")])
        understands = True
        await produce(connect, topic, [early])  # the sender repeats it meanwhile
        await effects_reach(store, 1)
        async with store.begin() as conn:
            await deadletters.redrive(conn)
        await reach(store, [])
    finally:
        await ended(task)
    assert numbers(await effects(store)) == [1]


async def test_too_many_failures_stop_the_consumer_before_everything_is_dead_lettered(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    async def broken(_conn: AsyncConnection, _batch: Sequence[Note]) -> None:
        raise KeyError("a bad release")

    notes = [note(f"k{number}", number=number) for number in range(60)]
    await produce(connect, topic, notes)
    policy = replace(PATIENT, failures=5, tries=1)
    async with consuming(store, connect, topic, group, broken, policy) as running:

        async def stopped() -> bool:
            return not await running.consumer.is_consuming()

        await until(stopped)
        await asyncio.sleep(1)
        assert len(await states(store)) == 5
        assert running.consumer.is_alive()
        assert running.consumer.partitions  # it stays: another replica would fail as many again
    assert await effects(store) == []
    assert await committed(connect, topic, group) == 0
    async with consuming(store, connect, topic, group, policy=PATIENT):
        await effects_reach(store, 55)
    assert len(await states(store)) == 5
    assert numbers(await effects(store)) == list(range(5, 60))


async def test_a_stopped_consumer_goes_on_when_resumed(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    handler = Handler(*range(6))
    await produce(connect, topic, [note(f"k{number}", number=number) for number in range(10)])
    async with consuming(store, connect, topic, group, handler, replace(PATIENT, failures=3)) as running:

        async def stopped() -> bool:
            return not await running.consumer.is_consuming()

        await until(stopped)
        handler.poison.clear()
        running.consumer.resume()
        await effects_reach(store, 7)
    assert sorted(numbers(await effects(store))) == list(range(3, 10))


async def test_a_failing_message_and_its_followers_survive_the_consumer(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str
) -> None:
    policy = replace(QUICK, retries=(timedelta(seconds=1),))
    await produce(connect, topic, [note("a", number=1), note("a", number=2)])
    async with consuming(store, connect, topic, group, Handler(1), policy):
        await reach(store, [(1, "retrying"), (2, "parked")])
    async with consuming(store, connect, topic, group, policy=policy):
        await produce(connect, topic, [note("a", number=3)])
        await effects_reach(store, 3)
    assert numbers(await effects(store)) == [1, 2, 3]


class _Raw(str):
    """A header name that is no UTF-8, which other clients can send."""

    def encode(self, *_: object) -> bytes:
        return b"\xff\xfe"


async def test_a_record_that_the_client_itself_cannot_read_stops_nobody(
    store: AsyncEngine, connect: KafkaSettings, topic: str, group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_accumulator, "DefaultRecordBatchBuilder", _DefaultRecordBatchBuilderPy)
    notes = [note("k", number=number) for number in range(40)]
    await produce(connect, topic, notes[:20])
    where = (await log_of(connect, topic))[0].partition
    async with publishing(connect) as producer:
        batch = producer.create_batch()
        batch.append(timestamp=None, key=b"y", value=b"x", headers=[(_Raw("z"), b"1")])
        await (await producer.send_batch(batch, topic, partition=where))
    await produce(connect, topic, notes[20:])
    async with consuming(store, connect, topic, group):
        await effects_reach(store, 40)
    assert numbers(await effects(store)) == list(range(40))
    async with store.connect() as conn:
        letters = await deadletters.find(conn)
    assert [(letter.state, letter.reason, letter.record.offset) for letter in letters] == [
        ("dead", "Kafka's client cannot read it: UnicodeDecodeError", 20)
    ]
