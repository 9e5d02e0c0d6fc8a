"""How many events a routing process takes in: `python -m tests.bench.consumer_routing [--events 20000]`.

One municipality, the stream of `tests.support.routing_stream` (reports, voices, requests, vendors' words), one process,
real Postgres and Kafka with fsync on. Two streams: only what routing reacts to, and the same with its own events
between them, as the topic has them. CPU is the process' own, Postgres' not included.
"""

import argparse
import asyncio
import json
import sys
import time
import uuid
from typing import Any

from aiokafka import AIOKafkaProducer
from sqlalchemy import text

from chassis.collector import calm_collector
from chassis.consumer import Consumer
from chassis.db import create_engine
from chassis.kafka import KafkaSettings
from contracts import envelope
from contracts.events.base import Event
from contracts.events.ticketing import TicketFiled
from eskalera.kafka import create_topic
from routing import consumer
from tests.bench.results import Results
from tests.support import servers
from tests.support.databases import clone
from tests.support.routing_stream import Stream, as_on_the_topic


async def main(count: int) -> dict[str, dict[str, float]]:
    """Figures by stream."""
    told = Stream(seed=1).take(count)
    handled = [each.event for each in told]
    everything = [received.event for received in as_on_the_topic(told)]
    return {
        "own events": await measure(handled),
        "whole topic": await measure(everything),
    }


async def measure(events: list[Event]) -> dict[str, float]:
    kafka, postgres = servers.kafka_bootstrap_servers(), servers.postgres_url()
    topic = f"bench-{uuid.uuid4().hex}"
    await create_topic(kafka, topic, partitions=4)
    await fill(kafka, topic, events)
    engine = create_engine(await clone(postgres, ("chassis", "routing"), servers.run_folder()), name="bench")
    heard = sum(event.TYPE in consumer.HEARD for event in events)
    member = Consumer[Any](engine, KafkaSettings(kafka), topic, "routing", consumer.decode, consumer.handlers().handle)
    async with engine.connect() as conn:
        await conn.execute(text("SELECT 1"))
    started, cpu = time.perf_counter(), time.process_time()
    running = asyncio.create_task(member.run())
    while await inbox(engine) < heard:  # noqa: ASYNC110  (the figure is when it is in the database)
        await asyncio.sleep(0.2)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    member.stop()
    await running
    async with engine.connect() as conn:
        stated = await conn.scalar(text("SELECT count(*) FROM outbox"))
    await engine.dispose()
    return {
        "events": len(events),
        "handled": heard,
        "tickets": sum(isinstance(event, TicketFiled) for event in events),
        "stated": stated or 0,
        "seconds": round(seconds, 2),
        "events_per_second": round(len(events) / seconds),
        "cpu_ms_per_event": round(cpu * 1000 / len(events), 3),
    }


async def inbox(engine: Any) -> int:
    async with engine.connect() as conn:
        return int(await conn.scalar(text("SELECT count(*) FROM inbox")) or 0)


async def fill(kafka: str, topic: str, events: list[Event]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True, linger_ms=20)
    await producer.start()
    sent = [
        await producer.send(
            topic,
            key=event.municipality.encode(),
            value=envelope.data(event),
            headers=[(name, value.encode()) for name, value in envelope.attributes(event).items()],
        )
        for event in events
    ]
    await asyncio.gather(*sent)
    await producer.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    calm_collector()  # as the service does
    figures = asyncio.run(main(parser.parse_args().events))
    json.dump(figures, sys.stdout, indent=2)
    print()
    found = Results("consumer_routing")
    for stream, figure in figures.items():
        found.add(f"routing takes in, {stream}", figure["events_per_second"], "events/s", at_least=1000)
        found.add(f"routing takes in, {stream}: CPU", figure["cpu_ms_per_event"], "ms/event")
    sys.exit(found.missed())
