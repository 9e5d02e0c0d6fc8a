"""Routing's tables and batches on a real Postgres."""

import asyncio
import random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import tables as chassis_tables
from chassis.db import create_engine
from chassis.messages import NotNow
from chassis.migrations import declared_equals_migrated
from contracts.events.base import Event
from contracts.events.registry import PRODUCER_OF
from contracts.events.routing import IncidentClosed, IncidentReopened, TicketLinked
from contracts.events.ticketing import LinkRequested, TicketErased, UnlinkRequested
from grouping import Ended, Refused
from routing import engines, replay
from routing.store import dump, facts
from routing.store.tables import metadata
from tests.conftest import MakeDatabase
from tests.integration.routing.conftest import expected, recorded, stated, take_in
from tests.support.routing_life import SAMORDNARE, Life, Maker, TimelyHandlers, received
from tests.support.routing_stream import Busy, Erasing, Returning, Stream, Told, as_on_the_topic


async def test_the_migrated_schema_is_the_declared_one(engine: AsyncEngine) -> None:
    async with engine.connect() as conn:
        await declared_equals_migrated(conn, metadata, chassis_tables.metadata)


@pytest.mark.parametrize("stream", [Stream, Busy])
@pytest.mark.parametrize("size", [1, 7, 400])
async def test_batches_of_any_size_state_what_one_event_at_a_time_states(
    engine: AsyncEngine, size: int, stream: type[Stream]
) -> None:
    told = stream(seed=size).take(400)
    handlers = TimelyHandlers()
    for start in range(0, len(told), size):
        await take_in(engine, handlers, [each.event for each in told[start : start + size]])
    assert await stated(engine) == expected([own for each in told for own in each.stated])


@pytest.mark.parametrize("stream", [Stream, Busy, Erasing])
async def test_n10_a_replay_of_the_record_into_an_empty_database_makes_the_same_tables(
    engine: AsyncEngine, database: MakeDatabase, packages: tuple[str, ...], stream: type[Stream]
) -> None:
    told = stream(seed=10).take(600)
    handlers = TimelyHandlers()
    for start in range(0, len(told), 50):
        await take_in(engine, handlers, [each.event for each in told[start : start + 50]])
    own = await recorded(engine)
    record = as_on_the_topic(Told(each.event, [own[event.id].event for event in each.stated]) for each in told)
    other = create_engine(await database(*packages), name="replayed")
    try:
        async with other.begin() as conn:
            for start in range(0, len(record), 333):
                await replay.apply(conn, record[start : start + 333])
        async with engine.connect() as conn, other.connect() as replayed:
            lines = (await dump(conn)).splitlines()
            assert len(lines) > 1000
            assert (await dump(replayed)).splitlines() == lines
    finally:
        await other.dispose()


@pytest.mark.parametrize("stream", [Stream, Erasing])
async def test_replicas_that_take_turns_and_fail_now_and_then_decide_as_one(
    engine: AsyncEngine, stream: type[Stream]
) -> None:
    """Each replica's index is a cache: caught up from the tables, and dropped when its transaction fails."""
    chance = random.Random(4)
    replicas = [TimelyHandlers() for _ in range(3)]
    told = stream(seed=4).take(300)
    for each in told:
        while chance.random() < 0.3:
            async with engine.connect() as conn:
                await chance.choice(replicas).handle(conn, [received(each.event)])
                await conn.rollback()  # handled, and then the commit never came
        await take_in(engine, chance.choice(replicas), [each.event])
    assert await stated(engine) == expected([own for each in told for own in each.stated])


@pytest.mark.parametrize("commits", [True, False])
async def test_two_replicas_at_once_open_one_incident(engine: AsyncEngine, commits: bool) -> None:
    maker = Maker()
    one, other = TimelyHandlers(), TimelyHandlers()
    for handlers in (one, other):
        await take_in(engine, handlers, [maker.directory(), maker.filed("email")])
    broken = {"title": "Skrivaren skriver inte ut", "asset": "EKB-PR-0007"}
    first, second = (maker.filed("printing", reporter=f"larare-{nth}", **broken) for nth in range(2))
    async with engine.connect() as conn:
        await one.handle(conn, [received(first)])
        waiting = asyncio.create_task(take_in(engine, other, [second]))
        await asyncio.sleep(0.3)
        assert not waiting.done(), "the municipality's row is locked"
        await (conn.commit() if commits else conn.rollback())
        await waiting
    async with engine.connect() as conn:
        count = text("SELECT count(*), max(linked) FROM incident WHERE service = 'printing'")
        assert tuple((await conn.execute(count)).one()) == (1, 2 if commits else 1)


async def test_an_index_built_from_the_tables_decides_like_the_one_that_lived_through_it(engine: AsyncEngine) -> None:
    told = Stream(seed=8).take(400)
    for start in range(0, len(told), 20):  # every batch by a process that just started
        await take_in(engine, TimelyHandlers(), [each.event for each in told[start : start + 20]])
    assert await stated(engine) == expected([own for each in told for own in each.stated])


@pytest.mark.parametrize("way", ["lives on", "is built anew", "is caught up"])
async def test_what_comes_back_is_compared_again_by_every_index(engine: AsyncEngine, way: str) -> None:
    told = Returning(seed=11).take(500)
    events = [own for each in told for own in each.stated]
    closed: set[str] = set()
    back: set[str] = set()
    joined = 0
    for event in events:
        match event:
            case IncidentClosed():
                closed.add(event.incident)
            case IncidentReopened() if event.incident in closed:
                back.add(event.incident)
            case TicketLinked(by=None) if event.incident in back:
                joined += 1
    assert len(back) > 5, "they came back from their end"
    assert joined > 5, "and new reports were put with them by grouping"

    replicas, size = [TimelyHandlers() for _ in range(3)], {"lives on": 7, "is built anew": 20, "is caught up": 3}[way]
    for nth, start in enumerate(range(0, len(told), size)):
        handlers = TimelyHandlers() if way == "is built anew" else replicas[nth % 3 if way == "is caught up" else 0]
        await take_in(engine, handlers, [each.event for each in told[start : start + size]])
    assert await stated(engine) == expected(events)


@pytest.mark.parametrize("way", ["lives on", "is built anew", "was away"])
async def test_n11_with_what_was_erased_no_index_compares_any_more(engine: AsyncEngine, way: str) -> None:
    """Nor is the device told of by what the report had opened, wherever the report is by then.

    What was away hears of it from the tables alone: another process had the partition meanwhile.
    """
    maker, handlers = Maker(), TimelyHandlers()

    async def take(*events: Event) -> None:
        is_others = way == "is built anew" or (way == "was away" and isinstance(events[0], TicketErased))
        await take_in(engine, TimelyHandlers() if is_others else handlers, events)

    def compared() -> str:
        return repr(handlers._engines._kept["malarvik"].engine._index.profiles)

    async def rows(query: str) -> list[Any]:
        async with engine.connect() as conn:
            return [tuple(row) for row in await conn.execute(text(query))]

    broken = {"title": "Skrivaren skriver inte ut", "asset": "EKB-PR-0007"}
    first, wifi = maker.filed("printing", **broken), maker.filed("wifi", title="Nätet ligger nere", reporter="larare-2")
    await take(maker.directory(), first, wifi)
    on = dict(await rows("SELECT id, incident FROM ticket"))
    opened, moved_to = on[first.ticket], on[wifi.ticket]
    beside = maker.filed("login", reporter="larare-3", same_as=opened)
    await take(beside)
    await take(maker.request(LinkRequested, moved_to, ticket=first.ticket))
    assert dict(await rows("SELECT id, incident FROM ticket"))[first.ticket] == moved_to
    about: dict[str, Any] = {"by": SAMORDNARE, "reason": "asked", "entries": {first.ticket: (1,)}, "since": maker.at}
    await take(maker.filed("email", reporter="larare-4", title="Posten kommer inte fram"))
    assert way == "is built anew" or "skriver inte ut" in compared()
    erased = maker.make(TicketErased, ticket=first.ticket, **about)
    await take(erased)
    await take(maker.make(TicketErased, ticket=first.ticket, **about))
    assert await rows("SELECT asset FROM incident WHERE asset IS NOT NULL") == []
    assert await rows("SELECT erasures FROM municipality") == [(1,)], "once, however often it is said"
    await take(maker.filed("wifi", reporter="larare-5", title="Det går inte att logga in"))
    assert way == "is built anew" or "skriver inte ut" not in compared()
    again = maker.filed("printing", reporter="larare-9", **broken)
    await take(again)
    assert dict(await rows("SELECT id, incident FROM ticket"))[again.ticket] not in (opened, moved_to)


async def test_what_was_refused_of_a_superseded_incident_is_told_of_the_one_it_went_on_in(engine: AsyncEngine) -> None:
    maker, handlers = Maker(), TimelyHandlers()
    printers = [
        maker.filed("printing", title="Skrivaren är trasig", asset=f"EKB-PR-000{nth}", reporter=f"larare-{nth}")
        for nth in range(3)
    ]
    await take_in(engine, handlers, [maker.directory(), *printers])
    async with engine.connect() as conn:
        on = dict((await conn.execute(text("SELECT id, incident FROM ticket"))).tuples().all())
    former, _, last = incidents = [on[each.ticket] for each in printers]
    assert len(set(incidents)) == 3
    first, second, _ = [each.ticket for each in printers]
    for asked in (
        maker.request(LinkRequested, former, ticket=second),
        maker.request(UnlinkRequested, former, ticket=second),
        maker.request(LinkRequested, last, ticket=first),
    ):
        await take_in(engine, handlers, [asked])
    async with engine.connect() as conn:
        known = [fact async for fact in facts.alive(conn, "malarvik")]
    assert Ended(former, last) in known
    assert Refused(former, second) in known


async def test_an_engine_too_large_for_a_batch_is_built_beside_it_and_decides_the_same(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "MOST_WITHIN_A_BATCH", 10)
    told = Stream(seed=12).take(300)
    handlers, waited = TimelyHandlers(), 0
    for nth, each in enumerate(told):
        if nth % 60 == 0:
            handlers = TimelyHandlers()  # a process that just started
        while True:
            try:
                await take_in(engine, handlers, [each.event])
            except NotNow:
                waited += 1
                await asyncio.sleep(0.02)
            else:
                break
    assert waited > 0
    assert await stated(engine) == expected([own for each in told for own in each.stated])


async def test_who_waits_for_one_large_engine_keeps_the_others(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "MOST_WITHIN_A_BATCH", 10)
    streams = [Stream("malarvik", seed=13), Stream("hallsberg", seed=13)]
    told = [stream.take(80) for stream in streams]
    both = [each for pair in zip(*told, strict=True) for each in pair]
    handlers = TimelyHandlers()
    for start in range(0, len(both), 8):
        if start == 80:
            handlers = TimelyHandlers()  # a process that just started meets both in each batch
        for _ in range(200):
            try:
                await take_in(engine, handlers, [each.event for each in both[start : start + 8]])
            except NotNow:
                await asyncio.sleep(0.02)
            else:
                break
        else:
            pytest.fail("the engines were built over and over")
    for municipality, own in zip(("malarvik", "hallsberg"), told, strict=True):
        assert await stated(engine, municipality) == expected([event for each in own for event in each.stated])


async def test_n9_two_municipalities_in_one_batch_keep_apart(engine: AsyncEngine) -> None:
    streams = [Stream("malarvik", seed=5), Stream("hallsberg", seed=5)]
    told = [stream.take(150) for stream in streams]
    both = [each for pair in zip(*told, strict=True) for each in pair]
    handlers = TimelyHandlers()
    for start in range(0, len(both), 30):
        await take_in(engine, handlers, [each.event for each in both[start : start + 30]])
    for municipality, own in zip(("malarvik", "hallsberg"), told, strict=True):
        assert await stated(engine, municipality) == expected([event for each in own for event in each.stated])
    async with engine.connect() as conn:
        crossing = (
            "SELECT count(*) FROM link JOIN incident i ON i.id = incident WHERE i.municipality <> link.municipality"
        )
        assert await conn.scalar(text(crossing)) == 0


async def test_every_statement_finds_its_rows_by_an_index(engine: AsyncEngine) -> None:
    await take_in(engine, TimelyHandlers(), [each.event for each in Stream().take(200)])
    async with engine.connect() as conn:
        await conn.execute(text("SET enable_seqscan = off"))
        for query in (
            "SELECT * FROM clock WHERE incident = ANY ('{a,b}') AND stopped_at IS NULL",
            "SELECT * FROM link WHERE ticket = ANY ('{a,b}') AND unlinked_at IS NULL",
            "SELECT * FROM question WHERE incident = ANY ('{a,b}')",
            "SELECT id FROM incident WHERE work = ANY ('{a,b}') AND waiting_on = 'planned'",
            "SELECT * FROM work WHERE municipality = ANY ('{a,b}') AND ends_at > now() AND starts_at <= now()",
            "SELECT * FROM incident WHERE municipality = 'malarvik' AND noted > 7",
            "SELECT * FROM suggestion WHERE municipality = 'malarvik' AND noted > 7",
            "SELECT * FROM suggestion WHERE candidate = ANY ('{a,b}')",
            "SELECT * FROM refusal WHERE municipality = 'malarvik' AND noted > 7",
            "SELECT * FROM refusal WHERE incident = ANY ('{a,b}')",
            "SELECT 1 FROM incident WHERE municipality = 'm' AND state NOT IN ('closed', 'cancelled', 'superseded')",
        ):
            plan = "\n".join(await conn.scalars(text(f"EXPLAIN {query}")))
            assert "Seq Scan" not in plan, plan


async def test_what_a_report_shows_of_an_incident_that_it_is_not_put_on_is_brought_in_too(engine: AsyncEngine) -> None:
    life = Life()
    reports = (
        ("vux-centrum", "Nätet är dött för alla"),
        ("bjorkskolan", "Wifi nere på hela skolan"),
        ("norrgarden", "ingen uppkoppling"),
        ("forskolan-blasippan", "Nätet är dött för alla"),
        ("tallbacken", "Trådlösa nätet nere för alla"),
        ("almgymnasiet", "Inget internet här"),
    )
    for nth, (school, title) in enumerate(reports):
        life.tell(life.filed(None, school=school, title=title, reporter=f"larare-{nth}"))
    others = [event for event in life.history if PRODUCER_OF[event.TYPE] != "routing"]
    handlers = TimelyHandlers()
    for event in others:
        await take_in(engine, handlers, [event])
    assert await stated(engine) == expected([event for event in life.history if event not in others])
