"""Each service dies once at each of its named places while everybody goes on: nothing is lost, nothing done twice."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.crash_points import EVERYWHERE, OWN, Death, deaths
from tests.chaos.house import House
from tests.support.servers import ROOT

LONG_ENOUGH = 0.5  # seconds that the others go on alone

pytestmark = pytest.mark.chaos


def test_every_crash_point_of_the_code_is_tried() -> None:
    assert set(placed(ROOT / "chassis")) == set(EVERYWHERE)
    for service, points in OWN.items():
        assert set(placed(ROOT / "services" / service)) == set(points), service


def placed(folder: Path) -> Iterator[str]:
    for file in folder.rglob("*.py"):
        yield from re.findall(r'crash_point\("([^"]+)"\)', file.read_text())


@pytest.mark.parametrize("death", list(deaths()), ids=str)
async def test_n1_n2_a_death_loses_nothing_and_repeats_nothing(house: House, death: Death) -> None:
    if death.service not in house.system.services:
        pytest.skip(f"{death.service} is not in this version yet")
    async with house.load.running():
        house.system.arm(death.service, death.point)
        await house.system.died(death.service)
        await asyncio.sleep(LONG_ENOUGH)
        await house.system.start(death.service)
    await house.is_in_order()
