"""`eskalera vendor quarantine`: an operator sees what was held back, and decides."""

import asyncio
import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.refusals import THROWN_AWAY
from eskalera.commands.vendor import quarantine
from tests.integration.vendor_bridge.conftest import Bridge, of_type
from tests.integration.vendor_bridge.test_control import asked
from tests.integration.vendor_bridge.test_mail_in import CONNECTION, EVIL, House, house, post
from tests.support.mailbox_vendor import replied, written
from vendor_bridge.profiles import ByProfile
from vendor_bridge.standings import Standings
from vendor_bridge.store import mail as stored

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


NAME = CONNECTION.name
STRANGE = "it does not come from the vendor's mailbox"


async def told(house: House) -> tuple[int, tuple[int, str] | None]:
    """What staff are told at the next look: how many mails wait; and how many, and how the last, were not taken."""
    await Standings(house.bridge.engine, house.bridge.directories, ByProfile(house.bridge.profiles)).look()
    stands = [one for one in of_type(await house.bridge.stated(), v.ConnectionChanged) if one.connection == NAME]
    refused, held = stands[-1].refused, stands[-1].held
    assert held is None or {one.handoff for one in held.newest} == {house.handoff}
    assert held is None or {one.reason for one in held.newest} == {STRANGE}
    return held.mails if held else 0, None if refused is None else (refused.lately, refused.reason)


async def strangers(house: House, run: Any, *texts: str) -> list[str]:
    """Mails that are held back: their ids, oldest first."""
    for text in texts:
        await house.send(written(text, to=house.address, sender=EVIL))
    return [each["id"] for each in json.loads((await run("list", "--json")).output)]


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


async def test_what_staff_let_through_is_told_as_refused_no_more_and_what_they_threw_away_as_that(
    house: House, run: Any
) -> None:
    first, second = await strangers(house, run, "Vi kommer i morgon.", "Köp våra klockor.")
    assert await told(house) == (2, None)
    await run("discard", second, "--by", "anna")
    assert await told(house) == (1, (1, f"{THROWN_AWAY}{STRANGE}"))
    await run("release", first, "--by", "anna")
    assert await told(house) == (0, (1, f"{THROWN_AWAY}{STRANGE}"))


async def test_the_last_that_waited_is_let_through_and_nothing_is_told_as_refused(house: House, run: Any) -> None:
    (only,) = await strangers(house, run, "Vi kommer i morgon.")
    assert await told(house) == (1, None)
    await run("release", only, "--by", "anna")
    assert await told(house) == (0, None)


async def test_n11_a_mail_that_waits_about_an_erased_case_is_told_as_waiting_no_more(house: House, run: Any) -> None:
    await strangers(house, run, "Läraren heter Frida.")
    async with house.bridge.engine.begin() as conn:
        assert await stored.erase(conn, [house.handoff]) == 1
    assert await told(house) == (0, None)


async def test_r4_staff_let_a_mail_through_or_throw_it_away_and_change_their_mind(house: House, run: Any) -> None:
    first, second = await strangers(house, run, "Vi kommer i morgon.", "Vi har bytt kabeln.")
    thrown = await asked(house.bridge, t.ConnectionMailDiscardRequested, NAME, mail=second)
    assert (thrown.outcome.step, thrown.outcome.mail, thrown.held.mails) == ("mail_discarded", second, 1)
    assert await told(house) == (1, (1, f"{THROWN_AWAY}{STRANGE}"))
    for mail in (first, second):
        through = await asked(house.bridge, t.ConnectionMailReleaseRequested, NAME, mail=mail)
        assert (through.outcome.step, through.held) == ("mail_released", None)
    await house.read_all()
    assert await house.added() == ["Vi kommer i morgon.", "Vi har bytt kabeln."]
    assert await told(house) == (0, None)
    again = await asked(house.bridge, t.ConnectionMailDiscardRequested, NAME, mail=first)
    assert again.code == "unknown_mail", "it is in the case by now"
    assert {row.handled_by for row in await house.bridge.rows("SELECT handled_by FROM mail")} == {"pe_samordnare"}


async def test_n9_a_mail_of_another_connection_is_none(house: House, run: Any) -> None:
    (mail,) = await strangers(house, run, "Vi kommer i morgon.")
    for connection, code in (("demo-vendor-platform", "unknown_mail"), ("no-such", "unknown_connection")):
        for kind in (t.ConnectionMailReleaseRequested, t.ConnectionMailDiscardRequested):
            assert (await asked(house.bridge, kind, connection, mail=mail)).code == code
    assert (await told(house))[0] == 1


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
