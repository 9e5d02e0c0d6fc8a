"""When nothing is on its way any more."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from tests.chaos.outside import VendorsBook
from tests.support.system import PARTITIONS, System

PATIENCE = 120.0  # seconds
_PAUSE = 0.25  # seconds between looks

Seen = TypeVar("Seen")

_OUTBOX = "SELECT count(*) FILTER (WHERE sent_at IS NULL) AS unsent, coalesce(max(id), 0) AS last FROM outbox"
_FAILED = "SELECT count(*) AS waiting FROM failed_message WHERE state IN ('retrying', 'parked')"
_DELIVERIES = "SELECT count(*) AS waiting FROM delivery WHERE state = 'pending'"
_MAILS = "SELECT count(*) AS waiting FROM notification WHERE state = 'pending'"


class Restless(AssertionError):
    """Something did not come to its end in time."""


async def seen_quiet(system: System, look: Callable[[], Awaitable[Seen]], within: float = PATIENCE) -> Seen:
    """What `look` sees of a system in which nothing moved from before it looked until after.

    Quiet is: outboxes empty, consumers at the topic's end, deliveries, mails and the vendor's own messages done.
    """
    deadline = time.monotonic() + within
    before: tuple[Any, ...] | None = None
    while True:
        waiting, marks = await _state(system)
        if not waiting and marks == before:  # what was still a moment ago is worth a long look
            seen = await look()
            waiting, marks = await _state(system)
            if not waiting and marks == before:
                return seen
        if time.monotonic() > deadline:
            raise Restless(f"still on its way after {within:.0f} s: {waiting or 'more came while it was looked at'}")
        before = marks
        await asyncio.sleep(_PAUSE)


async def _state(system: System) -> tuple[dict[str, int], tuple[Any, ...]]:
    waiting: dict[str, int] = {}
    marks: list[Any] = []
    for service in system.services:
        (outbox,) = await system.rows(service, _OUTBOX)
        (failed,) = await system.rows(service, _FAILED)
        waiting[f"outbox of {service}"] = outbox["unsent"]
        waiting[f"retries of {service}"] = failed["waiting"]
        marks.append(outbox["last"])
    waiting["deliveries"] = (await system.rows("vendor-bridge", _DELIVERIES))[0]["waiting"]
    if "notifier" in system.services:
        waiting["mails"] = (await system.rows("notifier", _MAILS))[0]["waiting"]
    waiting["the vendor's messages"] = book(system).waiting()
    if not any(waiting.values()):
        lag, ends = await lags(system)
        waiting |= {f"lag of {service}": behind for service, behind in lag.items()}
        marks += ends
    return {what: count for what, count in waiting.items() if count}, tuple(marks)


def book(system: System) -> VendorsBook:
    """The demo vendor's."""
    return VendorsBook(system.home.data / "demo-vendor.sqlite")


async def lags(system: System) -> tuple[dict[str, int], list[int]]:
    """How many records each service has not committed, and where the topic ends."""
    places = [TopicPartition(system.topic, number) for number in range(PARTITIONS)]
    consumer = AIOKafkaConsumer(bootstrap_servers=system.brokers)
    admin = AIOKafkaAdminClient(bootstrap_servers=system.brokers)
    await consumer.start()
    await admin.start()
    try:
        ends = await consumer.end_offsets(places)
        found: dict[str, int] = {}
        for service in system.services:
            committed = await admin.list_consumer_group_offsets(system.prefix + service, partitions=places)
            found[service] = sum(abs(ends[place] - max(committed[place].offset, 0)) for place in places)
    finally:
        await admin.close()
        await consumer.stop()
    return found, [ends[place] for place in places]
