"""Timers on a real Postgres: once with any number of replicas, whole after every death, quiet when nothing is due."""

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.db import create_engine
from contracts.directory import Directory
from contracts.directory.rules import Policy
from contracts.events.base import Event
from contracts.events.routing import ClockBreached, EscalationScheduled, IncidentEscalated
from contracts.events.ticketing import StageRequested, WorkChanged
from routing import metrics, timers
from routing.consumer import handlers
from routing.domain.due import on_due
from routing.store import timers as rows
from routing.timers import Timers
from tests.conftest import MakeDatabase
from tests.integration.routing.conftest import recorded, take_in
from tests.support.routing_life import EKBACKEN, MALARVIK, Maker, of_type


def around_the_clock(*steps: dict[str, Any]) -> Directory:
    """Mälarvik, where every promise counts day and night, in seconds."""
    content = MALARVIK.model_dump(mode="json")
    for calendar in content["calendars"]:
        calendar |= {"holidays": "none", "breaks": []}
        calendar["hours"] = [
            {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "opens": "00:00", "closes": "24:00"}
        ]
    for agreement in content["agreements"]:
        for line in agreement["promises"]:
            line |= {"acknowledge": "PT2S", "next_update": "PT3S", "resolve": "PT4S"}
    policy = Policy.model_validate({"id": "prov", "name": "Prov", "steps": steps})
    content["policies"].append(policy.model_dump(mode="json"))
    content["defaults"]["policy"] = "prov"
    for rule in content["matrix"]:
        rule["policy"] = None
    return Directory.model_validate(content)


ON = (
    {"do": "wait", "clock": "acknowledge", "share": 100},
    {"do": "notify", "parties": ["coordinator"]},
    {"do": "wait", "clock": "resolve", "share": 100},
    {"do": "next_party"},
)


ONLY_TIMERS = """
import asyncio, sys
from chassis.db import create_engine
from routing.timers import Timers
asyncio.run(Timers(create_engine(sys.argv[1], name="timers")).run())
"""
TAKEN = 4
"""Steps of each case: told and moved on, then the same for the coordinator, after whom nobody comes."""


class Now(Maker):
    """Events of this very moment."""

    def make(self, event_type: Any, **fields: Any) -> Any:
        self.at = datetime.now(UTC) - timedelta(minutes=1)  # the next one is a minute later: now
        return super().make(event_type, **fields)


async def file(engine: AsyncEngine, maker: Maker, count: int, directory: Directory) -> None:
    events: list[Event] = [maker.directory(directory)]
    events += [
        maker.filed("login", title=f"Fel {nth}", reporter=f"larare-{nth}", kind="request", urgency=1)
        for nth in range(count)
    ]
    await take_in(engine, handlers(), events)


async def said(engine: AsyncEngine, event_type: type[Any]) -> list[Any]:
    return of_type([received.event for received in (await recorded(engine)).values()], event_type)


async def waiting(engine: AsyncEngine) -> int:
    async with engine.connect() as conn:
        return int(await conn.scalar(text("SELECT count(*) FROM timer WHERE due_at <= now() + interval '1 day'")) or 0)


async def run_dry(engine: AsyncEngine, *members: Timers, seconds: float = 60) -> None:
    """Until nothing more is due today."""
    running = [asyncio.create_task(member.run()) for member in members]
    deadline = time.monotonic() + seconds
    while await waiting(engine):
        assert time.monotonic() < deadline, f"{await waiting(engine)} timers still wait"
        await asyncio.sleep(0.1)
    for member in members:
        member.stop()
    await asyncio.gather(*running)


async def test_three_replicas_take_each_step_once_and_at_most_five_seconds_late(engine: AsyncEngine) -> None:
    await file(engine, Now(), 40, around_the_clock(*ON))
    await run_dry(engine, *(Timers(engine) for _ in range(3)))
    escalated = [event for event in await said(engine, IncidentEscalated) if event.trigger == "step"]
    assert Counter(Counter(event.incident for event in escalated).values()) == {TAKEN: 40}
    assert Counter(event.measure.action for event in escalated) == {"notify": 40 * (TAKEN - 1), "next_party": 40}
    breached = Counter((event.incident, event.clock) for event in await said(engine, ClockBreached))
    assert set(breached.values()) == {1}
    planned: dict[tuple[str, int | None], list[datetime]] = defaultdict(list)
    taken: dict[tuple[str, int | None], list[datetime]] = defaultdict(list)
    for event in await said(engine, EscalationScheduled):
        if event.due_at is not None:
            planned[event.incident, event.step].append(event.due_at)
    for event in escalated:
        taken[event.incident, event.step].append(event.at)
    assert planned.keys() == taken.keys()
    for place, times in taken.items():
        late = [at - due for at, due in zip(sorted(times), sorted(planned[place]), strict=True)]
        assert max(late) < timedelta(seconds=5)


async def test_replicas_killed_at_random_leave_each_step_taken_once(
    database: MakeDatabase, packages: tuple[str, ...]
) -> None:
    url, dice = await database(*packages), random.Random(5)
    engine = create_engine(url, name="test")
    await file(engine, Now(), 30, around_the_clock(*ON))
    points = ["timers.before_commit", "timers.after_commit", None, None]
    members = [await start(url, point) for point in points[:3]]
    deadline, kills = time.monotonic() + 120, 0
    try:
        while await waiting(engine):
            assert time.monotonic() < deadline
            await asyncio.sleep(dice.uniform(0.2, 0.8))
            if kills < 4 and (victim := dice.choice(members)).returncode is None:
                victim.send_signal(signal.SIGKILL)
                await victim.wait()
                kills += 1
            for nth, each in enumerate(members):
                if each.returncode is not None:
                    members[nth] = await start(url, points.pop() if points else None)
    finally:
        for member in members:
            if member.returncode is None:
                member.kill()
            await member.wait()
    assert kills
    escalated = [event for event in await said(engine, IncidentEscalated) if event.trigger == "step"]
    assert Counter(event.measure.action for event in escalated) == {"notify": 30 * (TAKEN - 1), "next_party": 30}
    assert len({event.id for event in escalated}) == 30 * TAKEN
    await engine.dispose()


async def start(url: str, crash_at: str | None = None) -> asyncio.subprocess.Process:
    """A process that does nothing but look at timers."""
    environment = {**os.environ, **({"ESKALERA_CRASH_AT": crash_at} if crash_at else {})}
    return await asyncio.create_subprocess_exec(sys.executable, "-c", ONLY_TIMERS, url, env=environment)


async def test_after_two_days_of_standstill_each_promise_is_told_once_and_no_steps_come_in_a_burst(
    engine: AsyncEngine,
) -> None:
    maker = Maker()
    maker.at = datetime.now(UTC) - timedelta(days=2)
    standard = {**MALARVIK.model_dump(mode="json")}
    standard["calendars"] = around_the_clock().model_dump(mode="json")["calendars"]
    await take_in(engine, handlers(), [maker.directory(Directory.model_validate(standard))])
    await take_in(engine, handlers(), [maker.filed("login", urgency=1)])
    member = Timers(engine)
    for _ in range(5):
        await member.turn()
    breached = [event.promise for event in await said(engine, ClockBreached)]
    assert sorted(breached) == ["acknowledge", "next_update", "resolve"]
    escalated = [event for event in await said(engine, IncidentEscalated) if event.trigger == "step"]
    assert [event.measure.action for event in escalated] == ["notify"]
    last = (await said(engine, EscalationScheduled))[-1]
    assert last.due_at > datetime.now(UTC) + timedelta(minutes=30)


async def test_a_timer_that_fails_is_tried_again_and_keeps_no_other(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = Now()
    await file(engine, maker, 3, around_the_clock(*ON))
    async with engine.connect() as conn:
        found = await rows.due(conn, datetime.now(UTC) + timedelta(seconds=3), 10)
    bad = found[0].incident
    real = on_due

    def fails(world: Any, timer: Any, context: Any) -> Any:
        if timer.incident == bad:
            raise RuntimeError("broken rule")
        return real(world, timer, context)

    before = metrics.TIMERS_FAILED._value.get()
    monkeypatch.setattr(timers, "on_due", fails)
    later = Timers(engine, now=lambda: datetime.now(UTC) + timedelta(seconds=30))
    await later.turn()
    assert {event.incident for event in await said(engine, IncidentEscalated)}.isdisjoint({bad})
    assert len({event.incident for event in await said(engine, IncidentEscalated)}) == 2
    assert metrics.TIMERS_FAILED._value.get() > before
    monkeypatch.setattr(timers, "on_due", real)
    await Timers(engine, now=lambda: datetime.now(UTC) + timedelta(seconds=30)).turn()
    assert bad in {event.incident for event in await said(engine, IncidentEscalated)}


async def test_what_is_over_meanwhile_goes_no_further(engine: AsyncEngine) -> None:
    maker = Now()
    await file(engine, maker, 1, around_the_clock(*ON))
    async with engine.connect() as conn:
        incident = await conn.scalar(text("SELECT id FROM incident"))
    over = maker.request(StageRequested, incident, stage="declined", text={"sv": "Det ryms inte i år."})
    await take_in(engine, handlers(), [over])
    await Timers(engine, now=lambda: datetime.now(UTC) + timedelta(hours=1)).turn()
    assert await said(engine, IncidentEscalated) == []
    assert await said(engine, ClockBreached) == []


async def test_how_every_party_stands_is_counted(engine: AsyncEngine) -> None:
    await file(engine, Now(), 3, around_the_clock())
    await Timers(engine, now=lambda: datetime.now(UTC) + timedelta(minutes=1)).turn()
    async with engine.connect() as conn:
        [stands] = [each for each in await rows.lateness(conn) if each.party == EKBACKEN]
    assert (stands.municipality, stands.running, stands.late) == ("malarvik", 9, 9)


@asynccontextmanager
async def many(engine: AsyncEngine, count: int) -> AsyncIterator[None]:
    async with engine.begin() as conn:
        await conn.execute(
            text(
                "INSERT INTO timer SELECT 'clock/' || n, 'malarvik', 'in_' || n,"
                " CASE WHEN n % 10 = 0 THEN now() + n * interval '1 second' END FROM generate_series(1, :count) AS n"
            ),
            {"count": count},
        )
        await conn.execute(text("ANALYZE timer"))
    yield


async def test_due_timers_are_found_by_their_index(engine: AsyncEngine) -> None:
    async with many(engine, 100_000), engine.connect() as conn:
        plan = await conn.execute(
            text(
                "EXPLAIN SELECT id FROM timer WHERE due_at <= now() AND NOT (id = ANY ('{}')) ORDER BY due_at LIMIT 100"
            )
        )
        assert "timer_due" in "\n".join(row[0] for row in plan)


async def test_v10_the_end_of_planned_work_comes_once_with_three_replicas_and_another_work_is_seen(
    engine: AsyncEngine,
) -> None:
    maker, began = Now(), datetime.now(UTC) - timedelta(hours=1)
    ends = {
        name: datetime.now(UTC) + timedelta(hours=hours) for name, hours in (("first", 2), ("second", 1), ("moved", 4))
    }
    first = maker.planned("login", starts_at=began, ends_at=ends["first"])
    second = maker.planned("login", starts_at=began, ends_at=ends["second"])
    reports = [
        maker.filed("login", title=f"Glömt lösenord {nth}", reporter=f"larare-{nth}", school=school)
        for nth, school in enumerate(MALARVIK.schools_by_id)
    ]
    window = {"starts_at": began, "ends_at": ends["moved"], "by": maker.planned("x").by}
    later = maker.make(WorkChanged, work=second.work, **window)
    await take_in(engine, handlers(), [maker.directory(MALARVIK), first, second, *reports])
    await take_in(engine, handlers(), [later])

    async def told(at: datetime) -> Counter[str]:
        replicas = [Timers(engine, lambda: at) for _ in range(3)]
        await asyncio.gather(*(replica.turn() for replica in replicas for _ in range(2)))
        return Counter(each.event.TYPE for each in (await recorded(engine)).values())

    before = await told(ends["second"])
    waiting = before["incident.opened.v1"] - before["incident.superseded.v1"]
    assert waiting > 0
    after_first = await told(ends["first"] + timedelta(seconds=1))
    matched = after_first["incident.matched_to_work.v1"] - before["incident.matched_to_work.v1"]
    assert matched == waiting, "the second work has been prolonged beyond the first"
    assert not after_first["incident.released_from_work.v1"]
    at_last = await told(ends["moved"] + timedelta(seconds=1))
    assert at_last["incident.released_from_work.v1"] == waiting
    assert await told(ends["moved"] + timedelta(seconds=2)) == at_last
