"""Content taken out of stored messages: sent, failed, waiting; their place, keys and ids stay (N11, R20)."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import failures, outbox, redaction
from chassis.consumer import Consumer
from chassis.failures import Failed
from chassis.kafka import KafkaSettings
from chassis.messages import Outgoing, Record
from tests.support.notes import QUICK, Note, decode, ended, note, produce, save, states, until

PATIENT = replace(QUICK, retries=(timedelta(hours=1),))


def change(_headers: Iterable[tuple[str, bytes]], value: bytes | None) -> bytes | None:
    """Takes the words out of what is JSON."""
    content = json.loads(value or b"")
    return json.dumps(content | {"words": ""}).encode() if content.get("words") else None


def said(id_: str, *, caused_by: str | None = None, **content: str) -> Outgoing:
    return Outgoing(id_, "note", "k", id_, json.dumps(content).encode(), keys=("k",), caused_by=caused_by)


async def values(engine: AsyncEngine, table: str) -> dict[str, bytes]:
    async with engine.connect() as conn:
        rows = await conn.execute(text(f"SELECT event_id, value FROM {table}"))
        return {row.event_id: bytes(row.value) for row in rows}


async def test_only_what_names_it_is_it_or_follows_from_it_is_changed(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        await outbox.add(
            conn,
            [
                said("names", words="x", about="tk_1"),
                said("is", words="x"),
                said("follows", words="x", caused_by="is"),
                said("other", words="x", about="tk_2"),
                said("empty", about="tk_1"),
            ],
        )
        assert await redaction.rewrite(conn, change, holding=["tk_1"], ids=["is"]) == 3
        assert await redaction.rewrite(conn, change, holding=["tk_1"], ids=["is"]) == 0
    kept = {name: json.loads(value) for name, value in (await values(engine, "outbox")).items()}
    assert [name for name, value in kept.items() if value.get("words")] == ["other"]
    assert kept["names"] == {"words": "", "about": "tk_1"}


async def test_what_is_older_than_the_words_is_not_looked_at(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        await outbox.add(conn, [said("old", words="x", about="tk_1"), said("new", words="x", about="tk_1")])
        await conn.execute(text("UPDATE outbox SET created_at = now() - interval '2 days' WHERE event_id = 'old'"))
        since = await conn.scalar(text("SELECT now() - interval '1 day'"))
        assert await redaction.rewrite(conn, change, holding=["tk_1"], since=since) == 1


async def test_a_dead_letter_that_nobody_can_read_loses_all_it_holds(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        record = Record("t", 0, 7, b"k", b"\xff tk_1 Anna Andersson")
        row = Failed(record=record, event_id="t/0/7", type="?", keys=(), state="dead", reason="Undecodable", detail="A")
        assert await failures.add(conn, [row]) == 1
        assert await redaction.rewrite_failed(conn, change, holding=["tk_1"]) == 1
        assert await conn.scalar(text("SELECT detail FROM failed_message")) is None
    assert await values(engine, "failed_message") == {"t/0/7": b""}


@pytest.mark.kafka
async def test_a_message_that_has_to_wait_is_told_of_at_once(
    engine: AsyncEngine, kafka: str, topic: str, connect: KafkaSettings
) -> None:
    parked: list[str] = []

    async def handle(conn: AsyncConnection, batch: Sequence[Note]) -> None:
        if any(each.number == 1 for each in batch):
            raise ValueError("no 1")
        await save(conn, batch)

    async def tell(_conn: AsyncConnection, waiting: Sequence[Note]) -> None:
        parked.extend(each.id for each in waiting)

    first, second = note("case", number=1), note("case", number=2)
    consumer = Consumer(engine, connect, topic, "g", decode, handle, policy=PATIENT, parked=tell)
    task = asyncio.create_task(consumer.run())
    try:
        await produce(connect, topic, [first, second])

        async def waits() -> bool:
            return (await states(engine)).get(second.id) == "parked"

        await until(waits)
    finally:
        await ended(task)
    assert parked == [second.id]
