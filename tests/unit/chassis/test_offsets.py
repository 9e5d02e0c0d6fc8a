"""What a consumer tells Kafka of how far it is."""

from __future__ import annotations

from typing import Any, cast

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError

from chassis.consumer.offsets import Offsets

OURS, THEIRS = TopicPartition("cases", 0), TopicPartition("cases", 1)


class Member:
    """As aiokafka's client: one partition that is not its own makes it refuse the whole call."""

    def __init__(self, *assigned: TopicPartition) -> None:
        self.assigned = set(assigned)
        self.told: list[dict[TopicPartition, int]] = []

    def assignment(self) -> set[TopicPartition]:
        return self.assigned

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        if not offsets.keys() <= self.assigned:
            raise IllegalStateError("Partition is not assigned")
        self.told.append(offsets)


async def test_a_partition_that_went_to_another_member_takes_no_others_offset_with_it() -> None:
    offsets, member = Offsets(), Member(OURS)
    offsets.note(OURS, 7)
    offsets.note(THEIRS, 9)
    await offsets.commit(cast(AIOKafkaConsumer, cast(Any, member)))
    assert member.told == [{OURS: 7}]
    assert not offsets


async def test_nothing_to_tell_is_not_told() -> None:
    offsets, member = Offsets(), Member()
    await offsets.commit(cast(AIOKafkaConsumer, cast(Any, member)))
    offsets.note(THEIRS, 9)
    await offsets.commit(cast(AIOKafkaConsumer, cast(Any, member)))
    assert member.told == []
