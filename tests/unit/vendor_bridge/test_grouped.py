"""Work that is done together."""

import asyncio
from collections.abc import Sequence

import pytest

from chassis.db import DatabaseAway
from vendor_bridge.grouped import Grouped


class Kitchen:
    """Doubles numbers; an odd group's fault is a 13 in it."""

    def __init__(self, error: type[Exception] = ValueError) -> None:
        self.groups: list[list[int]] = []
        self.error = error
        self.at_work = 0

    async def cook(self, some: Sequence[int]) -> list[int]:
        self.at_work += 1
        assert self.at_work == 1, "two groups at the same time"
        await asyncio.sleep(0)
        self.at_work -= 1
        self.groups.append(list(some))
        if 13 in some:
            raise self.error
        return [2 * each for each in some]


async def test_what_comes_together_is_done_together_in_its_order_and_each_gets_its_own_result() -> None:
    kitchen = Kitchen()
    group: Grouped[int, int] = Grouped(kitchen.cook, most=4, linger=0)
    assert await asyncio.gather(*(group.do(n) for n in range(10))) == [2 * n for n in range(10)]
    assert kitchen.groups == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


async def test_ones_misfortune_is_not_the_others() -> None:
    kitchen = Kitchen()
    group: Grouped[int, int] = Grouped(kitchen.cook, linger=0)
    results = await asyncio.gather(*(group.do(n) for n in (1, 13, 2)), return_exceptions=True)
    assert (results[0], type(results[1]), results[2]) == (2, ValueError, 4)
    assert kitchen.groups == [[1, 13, 2], [1], [13], [2]]


async def test_a_database_that_is_away_is_not_asked_once_for_each() -> None:
    kitchen = Kitchen(DatabaseAway)
    group: Grouped[int, int] = Grouped(kitchen.cook, linger=0)
    results = await asyncio.gather(*(group.do(n) for n in (1, 13, 2)), return_exceptions=True)
    assert [type(result) for result in results] == [DatabaseAway] * 3
    assert len(kitchen.groups) == 1


async def test_who_comes_alone_waits_for_nobody() -> None:
    group: Grouped[int, int] = Grouped(Kitchen().cook, linger=60)
    async with asyncio.timeout(5):
        assert [await group.do(n) for n in range(3)] == [0, 2, 4]


async def test_where_others_came_the_next_group_gathers_a_moment() -> None:
    kitchen = Kitchen()
    group: Grouped[int, int] = Grouped(kitchen.cook, linger=0.05)
    await asyncio.gather(group.do(1), group.do(2))
    first = asyncio.create_task(group.do(3))
    await asyncio.sleep(0.005)
    await asyncio.gather(first, group.do(4))
    assert kitchen.groups == [[1, 2], [3, 4]]


async def test_who_gives_up_waiting_takes_nothing_from_the_others() -> None:
    kitchen = Kitchen()
    group: Grouped[int, int] = Grouped(kitchen.cook, linger=0)
    impatient, patient = (asyncio.create_task(group.do(n)) for n in (1, 2))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert await patient == 4
