"""How many events a bridge process takes in: `python -m tests.bench.consumer_bridge [--events 20000]`.

One municipality, cases that go to a vendor and are written in, answered and closed; one process, real Postgres and
Kafka with fsync on. Only what the bridge hears of; hand-offs are offered and messages planned, none is sent. CPU is
the process' own, Postgres' not included.
"""

import argparse
import asyncio
import json
import random
import sys
import time
import uuid
from typing import Any

from sqlalchemy import text

from chassis.collector import calm_collector
from chassis.consumer import Consumer
from chassis.db import create_engine
from chassis.kafka import KafkaSettings
from contracts.events.base import Event
from eskalera.kafka import create_topic
from tests.bench.consumer_routing import fill, inbox
from tests.bench.results import Results
from tests.support import servers
from tests.support.databases import clone
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case, directory_changed
from vendor_bridge import consumer
from vendor_bridge.store.directories import Directories

AT_ONCE = 200  # cases that are open at the same time


def stream(count: int, seed: int = 1) -> list[Event]:
    """Facts of many cases, interleaved; half of them go to a vendor."""
    chance = random.Random(seed)
    events: list[Event] = [directory_changed()]
    lives: list[list[Event]] = []
    while len(events) < count:
        if len(lives) < AT_ONCE:
            lives.append(_life(chance)[::-1])
        life = chance.choice(lives)
        events.append(life.pop())
        if not life:
            lives.remove(life)
    return events[:count]


def _life(chance: random.Random) -> list[Event]:
    case = Case()
    events = case.opened()
    events += case.assigned(chance.choice([WIFI, PLATFORM, COORDINATOR, COORDINATOR]))
    for _ in range(chance.randint(0, 6)):
        audience = chance.choice(["reporter", "internal", "reporters"])
        of = case.tickets[0] if audience == "reporter" else case.incident
        events.append(case.entry("Nu har det hänt något igen som någon skriver om.", audience, case=of))
    if chance.random() < 0.2:
        events += [*case.filed(), case.linked(case.tickets[-1])]
    if chance.random() < 0.5:
        events += [*case.assigned(COORDINATOR, "taken_back")] if case.lead != COORDINATOR else []
    return [*events, case.resolved(), case.closed()]


async def main(count: int) -> dict[str, float]:
    """The figures."""
    events = stream(count)
    kafka, postgres = servers.kafka_bootstrap_servers(), servers.postgres_url()
    topic = f"bench-{uuid.uuid4().hex}"
    await create_topic(kafka, topic, partitions=4)
    await fill(kafka, topic, events)
    engine = create_engine(await clone(postgres, ("chassis", "vendor_bridge"), servers.run_folder()), name="bench")
    handle = consumer.handler(Directories())
    member = Consumer[Any](engine, KafkaSettings(kafka), topic, "vendor-bridge", consumer.decode, handle)
    started, cpu = time.perf_counter(), time.process_time()
    running = asyncio.create_task(member.run())
    while await inbox(engine) < len(events):  # noqa: ASYNC110  (the figure is when it is in the database)
        await asyncio.sleep(0.2)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    member.stop()
    await running
    async with engine.connect() as conn:
        failed = await conn.scalar(text("SELECT count(*) FROM failed_message"))
        handoffs = await conn.scalar(text("SELECT count(*) FROM handoff"))
    await engine.dispose()
    return {
        "events": len(events),
        "failed": failed or 0,
        "handoffs": handoffs or 0,
        "seconds": round(seconds, 2),
        "events_per_second": round(len(events) / seconds),
        "cpu_ms_per_event": round(cpu * 1000 / len(events), 3),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    calm_collector()  # as the service does
    figures = asyncio.run(main(parser.parse_args().events))
    json.dump(figures, sys.stdout, indent=2)
    print()
    found = Results("consumer_bridge")
    found.add("vendor bridge takes in", figures["events_per_second"], "events/s", at_least=1000)
    found.add("vendor bridge takes in: CPU", figures["cpu_ms_per_event"], "ms/event")
    sys.exit(found.missed())
