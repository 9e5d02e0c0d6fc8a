import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.listen import Listener
from chassis.timers import DueLoop, Timers
from tests.support.notes import ended, scalar, until

ALARMS = Timers("alarm", where="rung_at IS NULL")


@pytest.fixture
async def alarms(engine: AsyncEngine) -> AsyncEngine:
    async with engine.begin() as conn:
        await conn.execute(
            text(
                "CREATE TABLE alarm (id int PRIMARY KEY, due_at timestamptz NOT NULL, rung_at timestamptz, "
                "claimed_until timestamptz)"
            )
        )
    return engine


async def add(engine: AsyncEngine, first: int, number: int, due_in: float = 0) -> None:
    statement = text(
        "INSERT INTO alarm SELECT n, now() + :due_in * interval '1 second' + n * interval '1 microsecond' "
        "FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n"
    )
    async with engine.begin() as conn:
        await conn.execute(statement, {"first": first, "last": first + number - 1, "due_in": due_in})
        await conn.execute(text("SELECT pg_notify('alarm', '')"))


def ringing(engine: AsyncEngine, rung: Counter[int]) -> Callable[[], Awaitable[bool]]:
    async def ring_due() -> bool:
        async with engine.connect() as conn:
            ids = await ALARMS.due(conn)
        any_rung = False
        for number in ids:
            async with engine.begin() as conn:
                if await ALARMS.claim(conn, number):
                    rung[number] += 1
                    await conn.execute(text("UPDATE alarm SET rung_at = now() WHERE id = :id"), {"id": number})
                    any_rung = True
        return any_rung

    return ring_due


async def test_each_timer_fires_once_with_three_schedulers(alarms: AsyncEngine) -> None:
    rung: Counter[int] = Counter()
    await add(alarms, 1, 150)
    loops = [asyncio.create_task(DueLoop("alarms", ringing(alarms, rung), poll=0.1).run()) for _ in range(3)]
    await add(alarms, 1000, 50, due_in=0.5)

    async def all_rung() -> bool:
        return await scalar(alarms, "SELECT count(*) FROM alarm WHERE rung_at IS NULL") == 0

    await until(all_rung)
    for loop in loops:
        await ended(loop)
    assert set(rung.values()) == {1}
    assert len(rung) == 200


async def test_a_timer_is_not_fired_before_it_is_due_nor_after_it_was_moved(alarms: AsyncEngine) -> None:
    await add(alarms, 1, 2)
    await add(alarms, 3, 1, due_in=60)
    async with alarms.begin() as conn:
        assert await ALARMS.due(conn) == [1, 2]
        assert await ALARMS.claim(conn, 3) is None
        await conn.execute(text("UPDATE alarm SET due_at = now() + interval '1 hour' WHERE id = 1"))
        assert await ALARMS.claim(conn, 1) is None
        due = await ALARMS.next_due(conn)
    assert due == await scalar(alarms, "SELECT due_at FROM alarm WHERE id = 2")


async def test_a_timer_that_another_replica_has_in_hand_is_left_to_it(alarms: AsyncEngine) -> None:
    await add(alarms, 1, 1)
    async with alarms.begin() as one, alarms.begin() as other:
        assert await ALARMS.claim(one, 1) is not None
        assert await ALARMS.claim(other, 1) is None


async def test_a_notification_wakes_the_loop_before_its_poll(alarms: AsyncEngine) -> None:
    rung: Counter[int] = Counter()
    listener = Listener(alarms)
    wake = listener.wake("alarm")
    listening = asyncio.create_task(listener.run())
    loop = asyncio.create_task(DueLoop("alarms", ringing(alarms, rung), wake=wake, poll=60).run())
    await asyncio.sleep(0.3)
    await add(alarms, 1, 1)

    async def has_rung() -> bool:
        return bool(rung)

    await until(has_rung, 2)
    await scalar(
        alarms,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND query LIKE 'LISTEN%'",
    )
    await add(alarms, 2, 1)  # perhaps unheard; the reconnect wakes too

    async def has_rung_again() -> bool:
        return len(rung) == 2

    await until(has_rung_again, 5)
    await ended(loop)
    await ended(listening)


async def test_leased_rows_are_nobody_elses_until_the_lease_ends(alarms: AsyncEngine) -> None:
    await add(alarms, 1, 30)
    first = await ALARMS.lease(alarms, timedelta(seconds=0.6), limit=20)
    second = await ALARMS.lease(alarms, timedelta(seconds=60), limit=20)
    assert [row.id for row in first] == list(range(1, 21))
    assert [row.id for row in second] == list(range(21, 31))
    assert await ALARMS.lease(alarms, timedelta(seconds=60)) == []
    await asyncio.sleep(0.7)
    again = await ALARMS.lease(alarms, timedelta(seconds=60), limit=100)
    assert [row.id for row in again] == [row.id for row in first]
    async with alarms.begin() as conn:
        assert not await ALARMS.still_leased(conn, first[0])  # the late worker sees that it was overtaken
        assert await ALARMS.still_leased(conn, again[0])


async def test_a_released_row_comes_again_when_it_is_due_next(alarms: AsyncEngine) -> None:
    await add(alarms, 1, 2)
    leased = await ALARMS.lease(alarms, timedelta(seconds=60))
    async with alarms.begin() as conn:
        await ALARMS.release(conn, leased[0].id)
        await ALARMS.release(conn, leased[1].id, due_at=leased[1].due_at + timedelta(hours=1))
    assert [row.id for row in await ALARMS.lease(alarms, timedelta(seconds=60))] == [1]


async def test_concurrent_workers_lease_each_row_once(alarms: AsyncEngine) -> None:
    await add(alarms, 1, 100)
    leases = await asyncio.gather(*(ALARMS.lease(alarms, timedelta(seconds=60), limit=10) for _ in range(12)))
    assert Counter(row.id for rows in leases for row in rows) == Counter(range(1, 101))


async def test_a_fault_in_the_work_ends_the_loop_loudly() -> None:
    async def broken() -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await DueLoop("broken", broken).run()


async def test_stopping_finishes_the_turn_in_hand() -> None:
    ends: list[str] = []
    entered = asyncio.Event()

    async def slow() -> bool:
        entered.set()
        await asyncio.sleep(0.2)
        ends.append("done")
        return True

    task = asyncio.create_task(DueLoop("slow", slow).run())
    await entered.wait()
    await ended(task)
    assert ends == ["done"]
