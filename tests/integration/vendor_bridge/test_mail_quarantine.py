"""`eskalera vendor quarantine`: an operator sees what was held back, and decides."""

import asyncio
import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from eskalera.commands.vendor import quarantine
from tests.integration.vendor_bridge.conftest import Bridge
from tests.integration.vendor_bridge.test_mail_in import EVIL, House, house, post
from tests.support.mailbox_vendor import replied, written

__all__ = ["house", "post"]


@pytest.fixture
def run(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A command of the group, on the bridge's database."""

    async def invoke(*arguments: str) -> Result:
        loop = asyncio.get_running_loop()

        async def on_its_engine(work: Any) -> Any:
            async with bridge.engine.begin() as conn:
                return await work(conn)

        def run(_port: int | None, work: Any) -> Any:
            return asyncio.run_coroutine_threadsafe(on_its_engine(work), loop).result(30)

        monkeypatch.setattr(quarantine, "_run", run)
        return await asyncio.to_thread(CliRunner().invoke, quarantine.quarantine, list(arguments))

    return invoke


async def test_a_strangers_mail_is_listed_shown_and_released(house: House, run: Any) -> None:
    assert (await run("list")).output == "No mail is held back.\n"
    await house.send(written(replied(house.mail, "KLART: bytt"), to=house.address, sender=EVIL, subject="Sv: hemligt"))
    (listed,) = json.loads((await run("list", "--json")).output)
    assert (listed["state"], listed["sender"]) == ("quarantined", "support@natleverantoren.annan.example")
    lines = (await run("list")).output.splitlines()
    assert lines[0] == f"{listed['id']}  quarantined: it does not come from the vendor's mailbox"
    assert lines[2].endswith(f"{house.handoff}: Sv: hemligt")
    shown = json.loads((await run("show", listed["id"])).output)
    assert (shown["text"], shown["files"]) == ("KLART: bytt", [])
    assert (await run("release", listed["id"], "--by", "anna")).exit_code == 0
    assert "No mail is held back" in str((await run("release", listed["id"], "--by", "anna")).exception)
    await house.read_all()
    assert "vendor.resolution_proposed" in await house.bridge.stated_types()


async def test_a_strangers_mail_is_discarded_and_stays_for_the_record(house: House, run: Any) -> None:
    await house.send(written("KLART", to=house.address, sender=EVIL))
    (listed,) = json.loads((await run("list", "--json")).output)
    assert (await run("discard", listed["id"], "--by", "anna")).exit_code == 0
    assert json.loads((await run("list", "--json")).output) == []
    (kept,) = json.loads((await run("list", "--all", "--json")).output)
    assert (kept["state"], kept["handled_by"]) == ("discarded", "anna")


async def test_an_automatic_answer_that_was_a_persons_is_released(house: House, run: Any) -> None:
    await house.send(written("Vi åker nu.", to=house.address, headers={"Precedence": "bulk"}))
    (listed,) = json.loads((await run("list", "--all", "--json")).output)
    assert listed["reason"] == "Precedence: bulk"
    await run("release", listed["id"], "--by", "anna")
    await house.read_all()
    assert await house.added() == ["Vi åker nu."]


async def test_nobody_decides_without_a_name_or_about_nothing(run: Any) -> None:
    assert (await run("discard", "ml_1")).exit_code == 2
    for command in ("show", "release", "discard"):
        by = () if command == "show" else ("--by", "anna")
        assert "ml_1" in str((await run(command, "ml_1", *by)).exception)
