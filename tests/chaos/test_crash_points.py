"""Each service dies once at each of its named places while everybody goes on: nothing is lost, nothing done twice."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.chaos.crash_points import ELSEWHERE, EVERYWHERE, OWN, Death, deaths
from tests.chaos.evidence import Evidence
from tests.chaos.house import House
from tests.support.directories import MUNICIPALITIES, hurried
from tests.support.servers import ROOT

LEAVES_A_REPEAT: Mapping[str, Callable[[Evidence], bool]] = {
    "bridge.after_2xx": lambda evidence: any(message["times"] > 1 for message in evidence.vendors_received),
    "notifier.after_250": lambda evidence: len({mail.message_id for mail in evidence.mails}) < len(evidence.mails),
}
"""What such a death leaves outside, where it can't be taken back: the same again, under the same id."""

LONG_ENOUGH = 0.5  # seconds that the others go on alone

pytestmark = pytest.mark.chaos


def test_every_crash_point_of_the_code_is_tried() -> None:
    assert set(placed(ROOT / "chassis")) == set(EVERYWHERE)
    for service, points in OWN.items():
        tried = {*points, *ELSEWHERE.get(service, ())}
        assert set(placed(ROOT / "services" / service)) == tried, service


def placed(folder: Path) -> Iterator[str]:
    for file in folder.rglob("*.py"):
        yield from re.findall(r'crash_point\("([^"]+)"\)', file.read_text())


@asynccontextmanager
async def what_leads_there(house: House, death: Death, folder: Path) -> AsyncIterator[None]:
    """Timers come to their time only where promises are short."""
    if not death.point.startswith("timers."):
        yield
        return
    await house.system.apply(hurried(folder, acknowledge="2 s"))
    yield
    await house.system.apply(MUNICIPALITIES / "malarvik.yaml")


@pytest.mark.parametrize("death", list(deaths()), ids=str)
async def test_n1_n2_n4_a_death_loses_nothing_repeats_nothing_and_leaves_each_history_whole(
    house: House, death: Death, tmp_path: Path
) -> None:
    if death.service not in house.system.services:
        pytest.skip(f"{death.service} is not in this version yet")
    async with what_leads_there(house, death, tmp_path), house.load.running():
        house.system.arm(death.service, death.point)
        await house.system.died(death.service)
        await asyncio.sleep(LONG_ENOUGH)
        await house.system.start(death.service)
    evidence = await house.is_in_order()
    if death.point in LEAVES_A_REPEAT:
        assert LEAVES_A_REPEAT[death.point](evidence), "the death came before anything had gone out"
