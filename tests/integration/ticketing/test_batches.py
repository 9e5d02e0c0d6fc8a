"""Facts taken in one by one, a few at a time or all at once leave the same: a batch loads what its facts touch."""

import json
import random
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from chassis.db import create_engine
from chassis.listen import Listener
from contracts import envelope
from contracts.envelope import Received
from contracts.events.base import Event
from tests.conftest import MakeDatabase
from tests.support.routing_life import received
from tests.support.ticketing_stream import rare_turns, stream
from ticketing import consumer, replay
from ticketing.directories import Directories
from ticketing.store.dumps import dump

Facts = Callable[[], tuple[list[Event], list[Event]]]


async def taken(url: str, own: list[Event], heard: list[Event], size: int) -> list[dict[str, Any]]:
    """The tables after `heard` came in batches of `size`."""
    engine = create_engine(url, name="test")
    async with engine.begin() as conn:
        await replay.apply(conn, [received(event) for event in own])
    directories = Directories(engine, Listener(engine))
    await directories.refresh()
    handle = consumer.handler(directories)
    for start in range(0, len(heard), size):
        async with engine.begin() as conn:
            await handle(conn, [received(event) for event in heard[start : start + size]])
    async with engine.connect() as conn:
        rows = [_comparable(json.loads(line)) for line in (await dump(conn)).splitlines()]
    await engine.dispose()
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def _comparable(row: dict[str, Any]) -> dict[str, Any]:
    """Without salts and the hashes over them, which are random."""
    row.pop("chain_hash", None)
    if row["table"] == "entry":
        content = row["content"]
        row["content"] = {name: content[name] for name in ("seq", "at", "party", "kind", "caused_by")}
        row["said"] = {name: field["value"] for name, field in content["disclosures"].items()}
    return row


LIVES = pytest.mark.parametrize(
    "facts", [lambda: stream(900, seed=7), rare_turns], ids=["many lives", "turns that look back at earlier facts"]
)


@LIVES
async def test_the_size_of_batches_changes_nothing(database: MakeDatabase, facts: Facts) -> None:
    own, heard = facts()
    urls = [await database("chassis", "ticketing") for _ in range(3)]
    one_by_one, by_seven, at_once = [
        await taken(url, own, heard, size) for url, size in zip(urls, (1, 7, len(heard)), strict=True)
    ]

    tables = {row["table"] for row in at_once}
    assert {"ticket", "incident", "link", "handoff", "question", "proposal", "entry"} <= tables
    assert one_by_one == by_seven == at_once


@LIVES
async def test_n10_a_replay_in_which_entries_come_late_gives_the_same_tables(
    database: MakeDatabase, facts: Facts
) -> None:
    """On the topic what ticketing recorded lies after its causes, often behind further facts of others."""
    own, heard = facts()
    live = create_engine(await database("chassis", "ticketing"), name="live")
    again = create_engine(await database("chassis", "ticketing"), name="again")
    chance, behind = random.Random(11), deque[Received]()
    topic = [received(event) for event in own]
    async with live.begin() as conn:
        await replay.apply(conn, topic)
    directories = Directories(live, Listener(live))
    await directories.refresh()
    handle = consumer.handler(directories)
    for event in heard:
        async with live.begin() as conn:
            await handle(conn, [received(event)])
            said = await conn.execute(text("DELETE FROM outbox RETURNING id, value, headers"))
        behind += [_received(row) for row in sorted(said, key=lambda row: int(row.id))]
        topic.append(received(event))
        if chance.random() < 0.3:
            topic += [behind.popleft() for _ in range(chance.randint(0, len(behind)))]
    async with again.begin() as conn:
        await replay.apply(conn, [*topic, *behind])
    async with live.connect() as one, again.connect() as other:
        assert (await dump(one)).splitlines() == (await dump(other)).splitlines()
    await live.dispose()
    await again.dispose()


def _received(row: Any) -> Received:
    return envelope.decode([(name, str(value).encode()) for name, value in row.headers.items()], bytes(row.value))
