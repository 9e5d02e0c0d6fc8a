"""What lies on the topic, read again from the start: the one thing all services share."""

from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from tests.support.system import PARTITIONS, System


@dataclass
class Told:
    """One event on the topic; it may lie there more than once, and is the same each time."""

    id: str
    type: str
    source: str
    key: str
    value: bytes
    sequence: int
    place: tuple[int, int]
    times: int = 1
    differs: bool = False


@dataclass
class Topic:
    """A reader of its own, which remembers what it has read."""

    system: System
    told: dict[str, Told] = field(default_factory=dict)
    records: list[Any] = field(default_factory=list)
    """As they lie there: each record, in the order of its partition."""
    _next: dict[int, int] = field(default_factory=dict)

    async def read(self) -> dict[str, Told]:
        """Every event so far, by id, at its first place."""
        places = [TopicPartition(self.system.topic, number) for number in range(PARTITIONS)]
        consumer = AIOKafkaConsumer(bootstrap_servers=self.system.brokers, enable_auto_commit=False)
        await consumer.start()
        try:
            consumer.assign(places)
            ends = await consumer.end_offsets(places)
            for place in places:
                consumer.seek(place, self._next.get(place.partition, 0))
            while [place for place in places if await consumer.position(place) < ends[place]]:
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    for record in records:
                        self._note(record)
        finally:
            await consumer.stop()
        return self.told

    def _note(self, record: ConsumerRecord) -> None:
        self.records.append(record)
        self._next[record.partition] = record.offset + 1
        headers = {name: value.decode() for name, value in record.headers}
        known = self.told.get(headers["ce_id"])
        if known is not None:
            known.times += 1
            known.differs |= known.value != record.value
            return
        self.told[headers["ce_id"]] = Told(
            id=headers["ce_id"],
            type=headers["ce_type"],
            source=headers["ce_source"],
            key=record.key.decode(),
            value=record.value,
            sequence=int(headers["ce_sequence"]),
            place=(record.partition, record.offset),
        )
