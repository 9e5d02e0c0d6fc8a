import uuid
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from eskalera.kafka import Kafka, create_topic
from tests.conftest import MakeDatabase


async def test_a_fresh_database_has_the_tables_of_its_packages_and_nothing_of_another_test(
    database: MakeDatabase,
) -> None:
    first, second = await database("chassis"), await database("chassis")
    connection = await asyncpg.connect(first)
    await connection.execute("CREATE TABLE only_here ()")
    assert await connection.fetchval("SELECT to_regclass('chassis_version')") is not None
    await connection.close()
    connection = await asyncpg.connect(second)
    assert await connection.fetchval("SELECT to_regclass('only_here')") is None
    await connection.close()


@pytest.mark.kafka
async def test_a_group_reads_what_was_sent_to_a_fresh_topic(kafka: str, topic: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True) as producer:
        await producer.send_and_wait(topic, b"one", key=b"k")
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=kafka, group_id=topic, auto_offset_reset="earliest"
    ) as consumer:
        assert (await consumer.getone()).value == b"one"
        assert consumer.partitions_for_topic(topic) == {0, 1, 2, 3}


@pytest.mark.kafka
async def test_creating_a_topic_twice_is_harmless(kafka: str, topic: str) -> None:
    await create_topic(kafka, topic, partitions=4)


@pytest.mark.kafka
def test_a_cluster_whose_random_id_begins_with_a_dash_is_made_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(bytes=b"\xf8" + bytes(range(15)), version=4))
    Kafka(tmp_path).prepare()
    assert "cluster.id=-A" in (tmp_path / "log" / "meta.properties").read_text()
