"""A case that nobody takes on goes further by itself, for real: clocks of seconds, timers, pages, mails."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.test_a_case_travels import reported, shows, signed_in
from tests.support.directories import hurried
from tests.support.system import System, running_system

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory, postgres: str, kafka: str) -> AsyncIterator[System]:
    folder: Path = tmp_path_factory.mktemp("further")
    file = hurried(tmp_path_factory.mktemp("hurried"), acknowledge="6 s", next_update="60 s", resolve="12 s")
    async with running_system(folder, postgres=postgres, kafka=kafka, directories=(file,)) as system:
        yield system


async def mailed(system: System, to: str, words: str) -> None:
    """The catcher has a mail to them with these words."""
    async with system.mails() as mails:
        for _ in range(120):
            page = (await mails.get("/")).text
            if to in page and words in page:
                return
            await asyncio.sleep(0.25)
    raise AssertionError(f"no mail to {to} says {words!r}: {re.sub('<[^>]+>', ' ', page)[-1500:]}")


async def test_v4_a_case_that_nobody_takes_on_goes_further_by_itself_and_everybody_sees_it(
    browser: Browser, system: System
) -> None:
    teacher = await signed_in(browser, system, "larare", phone=True)
    case = await reported(teacher, "Jag kommer inte in på mitt eget konto, det är spärrat", "login")
    await shows(teacher, case, "Händer inget till")

    await mailed(system, "sara.nordvall@malarvik.example", "Påminnelse om ärende")
    await shows(teacher, case, "Ärendet gick vidare till Kommunens IT-enhet")
    await expect(teacher.locator(".holder").first).to_contain_text("Kommunens IT-enhet")

    coordinator = await signed_in(browser, system, "samordnare")
    await shows(coordinator, "/ko/tider", "Kommunens IT-enhet")
    async with system.api("malarvik", "samordnare") as api:
        incident = (await api.get(f"/tickets/{case.rsplit('/', 1)[1]}")).json()["incident"]
    await coordinator.goto(f"/storningar/{incident}")
    await expect(coordinator.locator("main")).to_contain_text("hade inte löst det i tid")


async def test_who_takes_it_on_in_time_keeps_it_and_what_a_reporter_asks_reaches_the_coordinator(
    browser: Browser, system: System
) -> None:
    teacher = await signed_in(browser, system, "larare")
    case = await reported(teacher, "Projektorn i B204 startar inte", "classroom_display")
    async with system.api("malarvik", "tekniker") as api:
        for _ in range(40):
            found = (await api.get(f"/tickets/{case.rsplit('/', 1)[1]}")).json()
            if found["incident"]:
                break
            await asyncio.sleep(0.1)
        asked = await api.post(f"/incidents/{found['incident']}/acknowledge")
        assert asked.status_code == 202
    await shows(teacher, case, "har tagit sig an ärendet")
    await teacher.goto(case)
    await teacher.click('summary:has-text("Be att det går vidare")')
    await teacher.fill("#vidare", "Provet börjar klockan ett.")
    await teacher.click("details.act:has(#vidare) button")
    await mailed(system, "sara.nordvall@malarvik.example", "Någon ber att ärende")
    async with system.mails() as mails:
        assert "Provet börjar" not in (await mails.get("/")).text, "N5: the words stay on the page"
