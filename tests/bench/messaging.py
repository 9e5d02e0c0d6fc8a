"""`python -m tests.bench.messaging [--events 20000]`: relay and consumer on real Kafka and Postgres, one partition.

Prints events per second and this process' CPU-milliseconds per event. The consumer's handler does what a service
does in bulk: one row of effect and one message of its own for each message.
"""

import argparse
import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import outbox
from chassis.consumer import Consumer, Policy
from chassis.db import create_engine
from chassis.kafka import KafkaSettings, ensure_topics
from chassis.messages import Outgoing
from chassis.relay import Relay
from tests.bench.results import Results
from tests.support import servers
from tests.support.databases import clone
from tests.support.notes import EFFECTS, Note, decode, ended, scalar

_SAVE = text(
    "INSERT INTO effect (note, key, number) "
    "SELECT * FROM unnest(CAST(:note AS text[]), CAST(:key AS text[]), CAST(:number AS int[]))"
)
_PADDING = b" " * 700  # an event of the system has about a kilobyte


async def handle(conn: AsyncConnection, notes: Sequence[Note]) -> None:
    await conn.execute(
        _SAVE,
        {
            "note": [each.id for each in notes],
            "key": [each.keys[0] for each in notes],
            "number": [each.number for each in notes],
        },
    )
    await outbox.add(conn, [answer(each) for each in notes])


def answer(cause: Note) -> Outgoing:
    said = Note(f"{cause.id}.answer", cause.keys, cause.number, type="weather.changed").outgoing()
    return Outgoing(said.id, said.type, said.key, said.subject, said.value, said.headers, said.keys, cause.id)


async def fill(engine: AsyncEngine, number: int) -> None:
    for start in range(0, number, 1000):
        notes = [Note(uuid.uuid4().hex, (f"k{n % 50}",), n).outgoing() for n in range(start, start + 1000)]
        padded = [Outgoing(n.id, n.type, n.key, n.subject, n.value + _PADDING, n.headers, n.keys) for n in notes]
        async with engine.begin() as conn:
            await outbox.add(conn, padded)


async def measured(
    found: Results,
    name: str,
    events: int,
    run: Callable[[], Coroutine[None, None, None]],
    done: Callable[[], Awaitable[bool]],
) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    task = asyncio.create_task(run())
    while not await done():
        if task.done():
            task.result()
        await asyncio.sleep(0.05)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{name:28} {events / wall:8,.0f} events/s {cpu * 1000 / events:8.3f} CPU-ms/event")
    found.add(name, events / wall, "events/s")
    found.add(f"{name}: CPU", cpu * 1000 / events, "ms/event")
    await ended(task)


async def bench(events: int) -> None:
    connect = KafkaSettings(servers.kafka_bootstrap_servers())
    url = await clone(servers.postgres_url(), ("chassis",), servers.run_folder())
    engine, topic = create_engine(url, name="bench"), f"bench-{uuid.uuid4().hex[:8]}"
    await ensure_topics(connect, {topic: 4})
    async with engine.begin() as conn:
        await conn.execute(text(EFFECTS))
    wall, cpu = time.perf_counter(), time.process_time()
    await fill(engine, events)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{'outbox.add, 1000 at once':28} {events / wall:8,.0f} events/s {cpu * 1000 / events:8.3f} CPU-ms/event")

    async def sent() -> bool:
        return await scalar(engine, "SELECT count(*) FROM outbox WHERE sent_at IS NULL") == 0

    found = Results("messaging")
    await measured(found, "relay", events, Relay(engine, connect, topic, "bench").run, sent)
    for batch in (500, 100, 1):
        if batch == 1:
            events //= 10
        group = f"bench-{batch}"
        async with engine.begin() as conn:
            await conn.execute(text("TRUNCATE effect, inbox"))
            await conn.execute(text("DELETE FROM outbox WHERE event_id LIKE '%.answer'"))
        consumer = Consumer(engine, connect, topic, group, decode, handle, policy=Policy(batch=batch))
        await measured(found, f"consumer, batches of {batch}", events, consumer.run, handled_at_least(engine, events))
    await engine.dispose()


def handled_at_least(engine: AsyncEngine, number: int) -> Callable[[], Awaitable[bool]]:
    async def handled() -> bool:
        found = await scalar(engine, "SELECT count(*) FROM effect")
        return isinstance(found, int) and found >= number

    return handled


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--events", type=int, default=20_000)
    asyncio.run(bench(arguments.parse_args().events))
