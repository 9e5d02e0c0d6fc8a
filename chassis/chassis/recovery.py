"""After a relay ended between publishing and marking: which unsent messages lie in Kafka already.

They are marked with where their first copy lies instead of being sent again. Others acted on that copy, so a replay by
offset must find the message there, before what it caused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Final

from aiokafka import AIOKafkaConsumer

from chassis import kafka
from chassis.kafka import KafkaSettings

# Where nothing of ours is known in a partition, so much of its end is looked at.
TAIL: Final = 20_000

Place = tuple[int, int]  # partition, offset


async def published(
    connect: KafkaSettings, topic: str, ids: Collection[str], marked: Mapping[int, int], patience: float = 30
) -> dict[str, Place]:
    """Of the messages `ids` those in the topic, with the first place each has.

    `marked` is the last known offset of ours per partition: unmarked ones can only lie behind it. Raises KafkaError, or
    TimeoutError after `patience` seconds.
    """
    reader = AIOKafkaConsumer(
        **connect.client_arguments(),
        client_id="relay-recovery",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=50,
    )
    try:
        async with asyncio.timeout(patience):
            await reader.start()
            if topic not in await reader.topics():
                return {}
            reader.subscribe([topic])
            while not reader.assignment():  # noqa: ASYNC110 all of the topic, once aiokafka has its metadata
                await asyncio.sleep(0.01)
            return await _read(reader, frozenset(ids), marked)
    finally:
        await kafka.leave(reader, 2)


async def _read(reader: AIOKafkaConsumer, ids: frozenset[str], marked: Mapping[int, int]) -> dict[str, Place]:
    places = sorted(reader.assignment())
    ends = await reader.end_offsets(places)
    starts = await reader.beginning_offsets(places)
    for place in places:
        known = marked.get(place.partition)
        first = ends[place] - TAIL if known is None else known + 1
        reader.seek(place, min(max(first, starts[place]), ends[place]))
    found: dict[str, Place] = {}
    reading = set(places)
    while reading := {place for place in reading if await reader.position(place) < ends[place]}:
        for place, records in (await reader.getmany(*reading, timeout_ms=500)).items():
            for record in records:
                message_id = next((value.decode("latin-1") for name, value in record.headers if name == "ce_id"), "")
                if message_id in ids:
                    found.setdefault(message_id, (place.partition, record.offset))
    return found
