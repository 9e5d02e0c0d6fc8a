"""How many events a notifier process takes in: `python -m tests.bench.consumer_notifier [--events 20000]`.

One municipality, real Postgres and Kafka with fsync on: 300 teachers who file, incidents of one or more tickets that
are handed over, asked about, resolved and reopened. Only events that the notifier hears; nothing is sent meanwhile.
Then the mails, to a server in this process that keeps none.
"""

import argparse
import asyncio
import json
import random
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from aiokafka import AIOKafkaProducer
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.collector import calm_collector
from chassis.consumer import Consumer
from chassis.db import create_engine
from chassis.kafka import KafkaSettings
from chassis.mail import Sender
from chassis.smtp import MailServer
from contracts import envelope
from contracts.events.base import Event
from contracts.events.ticketing import TicketConfirmedFixed
from eskalera.kafka import create_topic
from eskalera.ports import free_port
from notifier.consumer import HEARD, NAME, decode
from notifier.delivery import Delivery, Office
from notifier.handlers import handle
from tests.bench.results import Results
from tests.support import servers
from tests.support.databases import clone
from tests.support.notifier_life import Telling

PEOPLE = [f"larare-{nth}" for nth in range(300)]
MAILS = 2000

E = TypeVar("E", bound=Event)


class Quick(Telling):
    """Its events are of a minute, not of weeks."""

    def make(self, event_type: type[E], **fields: Any) -> E:
        self.at -= timedelta(minutes=1) - timedelta(milliseconds=1)
        return super().make(event_type, **fields)


def stream(count: int) -> list[Event]:
    """The directory, the people, then what happens."""
    life, chance = Quick(), random.Random(1)
    life.at = datetime.now(UTC) - timedelta(minutes=1)
    events: list[Event] = life.beginning(*PEOPLE)
    incidents: list[tuple[str, str]] = []
    while len(events) < count:
        if len(incidents) < 20 or chance.random() < 0.3:
            filed = life.filed(reporter=chance.choice(PEOPLE))
            if incidents and chance.random() < 0.5:
                incident = chance.choice(incidents[-40:])[0]
                events += [filed, life.linked(incident, filed.ticket)]
            else:
                incident, opened = life.opened(filed)
                events += [filed, opened[-1], life.assigned(incident)]
            incidents.append((incident, filed.ticket))
            continue
        incident, ticket = chance.choice(incidents[-200:])
        ways = (life.assigned, life.to_team, life.resolved, life.reopened)
        more = [life.asked(incident, ticket), life.says(TicketConfirmedFixed, ticket)]
        events.append(chance.choice([chance.choice(ways)(incident), *more]))
    return [event for event in events if event.TYPE in HEARD]


async def main(count: int) -> dict[str, dict[str, float]]:
    events = stream(count)
    kafka, postgres = servers.kafka_bootstrap_servers(), servers.postgres_url()
    topic = f"bench-{uuid.uuid4().hex}"
    await create_topic(kafka, topic, partitions=4)
    await fill(kafka, topic, events)
    engine = create_engine(await clone(postgres, ("chassis", "notifier"), servers.run_folder()), name="bench")
    try:
        return {"events": await consume(engine, kafka, topic, len(events)), "mails": await send(engine)}
    finally:
        await engine.dispose()


async def consume(engine: AsyncEngine, kafka: str, topic: str, heard: int) -> dict[str, float]:
    member = Consumer[Any](engine, KafkaSettings(kafka), topic, NAME, decode, handle)
    await count_of(engine, "inbox")
    started, cpu = time.perf_counter(), time.process_time()
    running = asyncio.create_task(member.run())
    await reaches(engine, "inbox", heard)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    member.stop()
    await running
    return {
        "events": heard,
        "notifications": await count_of(engine, "notification"),
        "seconds": round(seconds, 2),
        "events_per_second": round(heard / seconds),
        "cpu_ms_per_event": round(cpu * 1000 / heard, 3),
    }


async def send(engine: AsyncEngine) -> dict[str, float]:
    async with engine.begin() as conn:
        keep = "SELECT id FROM notification ORDER BY due_at LIMIT :mails"
        await conn.execute(text(f"DELETE FROM notification WHERE id NOT IN ({keep})"), {"mails": MAILS})
    owed = await count_of(engine, "notification")
    port = free_port()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Forgetting()), "127.0.0.1", port)
    office = Office(MailServer("127.0.0.1", port), Sender.parse("e@localhost"), "http://127.0.0.1:8080")
    delivery = Delivery(engine, office)
    started, cpu = time.perf_counter(), time.process_time()
    running = asyncio.create_task(delivery.run())
    await reaches(engine, "outbox", owed)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    delivery.stop()
    await running
    server.close()
    return {
        "mails": owed,
        "seconds": round(seconds, 2),
        "mails_per_second": round(owed / seconds),
        "cpu_ms_per_mail_with_server": round(cpu * 1000 / owed, 3),
    }


class Forgetting:
    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802  (its name)
        return "250 OK"


async def count_of(engine: AsyncEngine, table: str) -> int:
    async with engine.connect() as conn:
        return int(await conn.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


async def reaches(engine: AsyncEngine, table: str, count: int) -> None:
    while await count_of(engine, table) < count:  # noqa: ASYNC110  (a database has no event)
        await asyncio.sleep(0.2)


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
    found = Results("consumer_notifier")
    found.add("notifier takes in", figures["events"]["events_per_second"], "events/s", at_least=1000)
    found.add("notifier takes in: CPU", figures["events"]["cpu_ms_per_event"], "ms/event")
    found.add("notifier sends", figures["mails"]["mails_per_second"], "mails/s")
    sys.exit(found.missed())
