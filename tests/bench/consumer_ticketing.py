"""How many events a ticketing process takes in: `python -m tests.bench.consumer_ticketing [--events 20000]`.

One municipality, the lives of `tests.support.routing_stream` as ticketing hears them: what routing states, what vendors
do, with a hand-off for each that goes to a vendor. The tickets and the desk's requests are in the database before. One
process, real Postgres and Kafka with fsync on. CPU is the process' own, Postgres' not included.
"""

import argparse
import asyncio
import json
import sys
import time
import uuid
from collections import Counter
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.collector import calm_collector
from chassis.consumer import Consumer
from chassis.db import create_engine
from chassis.kafka import KafkaSettings
from chassis.listen import Listener
from eskalera.kafka import create_topic
from tests.bench.consumer_routing import fill, inbox
from tests.bench.results import Results
from tests.support import servers
from tests.support.databases import clone
from tests.support.routing_life import received
from tests.support.ticketing_stream import stream
from ticketing import consumer, replay
from ticketing.directories import Directories


async def main(count: int) -> dict[str, Any]:
    """The figures."""
    own, heard = stream(count)
    kafka, postgres = servers.kafka_bootstrap_servers(), servers.postgres_url()
    topic = f"bench-{uuid.uuid4().hex}"
    await create_topic(kafka, topic, partitions=4)
    await fill(kafka, topic, heard)
    engine = create_engine(await clone(postgres, ("chassis", "ticketing"), servers.run_folder()), name="bench")
    async with engine.begin() as conn:
        await replay.apply(conn, [received(event) for event in own])
    directories = Directories(engine, Listener(engine))
    await directories.refresh()
    handle = consumer.handler(directories)
    member = Consumer[Any](engine, KafkaSettings(kafka), topic, "ticketing", consumer.decode, handle)
    started, cpu = time.perf_counter(), time.process_time()
    running = asyncio.create_task(member.run())
    while await inbox(engine) < len(heard):  # noqa: ASYNC110  (the figure is when it is in the database)
        await asyncio.sleep(0.2)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    member.stop()
    await running
    figures = {
        "events": len(heard),
        "by_owner": dict(Counter(event.TYPE.partition(".")[0] for event in heard)),
        "tickets": await count_of(engine, "ticket"),
        "entries_recorded": await count_of(engine, "outbox"),
        "failed": await count_of(engine, "failed_message"),
        "seconds": round(seconds, 2),
        "events_per_second": round(len(heard) / seconds),
        "cpu_ms_per_event": round(cpu * 1000 / len(heard), 3),
    }
    await engine.dispose()
    return figures


async def count_of(engine: AsyncEngine, table: str) -> int:
    async with engine.connect() as conn:
        return int(await conn.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    calm_collector()  # as the service does
    figures = asyncio.run(main(parser.parse_args().events))
    json.dump(figures, sys.stdout, indent=2)
    print()
    found = Results("consumer_ticketing")
    found.add("ticketing takes in", figures["events_per_second"], "events/s", at_least=1000)
    found.add("ticketing takes in: CPU", figures["cpu_ms_per_event"], "ms/event")
    sys.exit(found.missed())
