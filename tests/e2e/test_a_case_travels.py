"""One case, from a teacher's phone to the vendor and back on the teacher's page: all real, JavaScript off and on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, FilePayload, Page, ViewportSize, expect

from contracts import timeline
from contracts.timeline import Entry
from eskalera import layout as at
from tests.support.system import System, running_system

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 375, "height": 812}
DESK: ViewportSize = {"width": 1280, "height": 900}
SOON = 15_000  # milliseconds


@pytest.fixture(scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory, postgres: str, kafka: str) -> AsyncIterator[System]:
    folder: Path = tmp_path_factory.mktemp("travels")
    async with running_system(folder, postgres=postgres, kafka=kafka) as system:
        yield system


async def signed_in(browser: Browser, system: System, person: str, *, phone: bool = False, script: bool = True) -> Page:
    context = await browser.new_context(
        viewport=PHONE if phone else DESK, java_script_enabled=script, locale="sv-SE", base_url=system.url(at.TICKETING)
    )
    page = await context.new_page()
    await page.goto("/malarvik/")
    await page.click(f'button[value="{person}"]')
    return page


async def reported(page: Page, text: str, service: str, files: Sequence[FilePayload] = ()) -> str:
    """Fill in the form as a person does; the address of the case."""
    await page.goto("/arenden/ny")
    await page.fill("#text", text)
    await page.check('input[name="need"][value="work_around"]')
    await page.click("details.more > summary")
    await page.select_option('select[name="service"]', service)
    if files:
        await page.set_input_files("#files", files)
    await page.click('form.report button:has-text("Skicka")')
    await page.wait_for_url(re.compile(r"/arenden/tk_\w+/tack"))
    await expect(page.locator("h1")).to_have_text("Tack, vi har tagit emot det")
    await expect(page.locator("main")).to_contain_text("Därför tar vi det i tur och ordning.")
    return page.url.removesuffix("/tack")


async def shows(page: Page, address: str, text: str) -> None:
    """The page says so, after a while."""
    for _ in range(60):
        await page.goto(address)
        if await page.locator("main", has_text=text).count():
            return
        await asyncio.sleep(0.25)
    raise AssertionError(f"{address} never said {text!r}: {await page.locator('main').inner_text()}")


async def handed_over(system: System, title: str) -> dict[str, Any]:
    """The vendor's case, once it has it acknowledged."""
    async with system.vendor() as vendor:
        for _ in range(120):
            for case in (await vendor.get("/api/cases")).json():
                if case["acknowledged"] and title in str(case["entries"]):
                    found: dict[str, Any] = case
                    return found
            await asyncio.sleep(0.25)
    raise AssertionError("the vendor never acknowledged")


async def says(system: System, handoff: str, action: str, **fields: str) -> None:
    async with system.vendor() as vendor:
        answer = await vendor.post(f"/cases/{handoff}/{action}", data=fields)
        assert answer.status_code in (200, 202, 303), answer.text


async def test_a_case_travels_from_the_phone_to_the_vendor_and_back(browser: Browser, system: System) -> None:
    teacher = await signed_in(browser, system, "larare", phone=True, script=False)
    case = await reported(teacher, "Nätet är borta i hela B-huset", "wifi")
    await shows(teacher, case, "Nätleverantören har tagit emot ärendet")
    await expect(teacher.locator(".holder").first).to_contain_text("Nätleverantören")

    theirs = await handed_over(system, "Nätet är borta")
    ticket = case.rsplit("/", 1)[1]
    await says(system, theirs["handoff"], "ask", text="Lyser lampan på väggen?", ticket=ticket)
    await shows(teacher, case, "Lyser lampan på väggen?")
    await expect(teacher.locator(".pill").first).to_have_text("Vi väntar på dig")
    await teacher.fill("#svar", "Ja, den lyser rött")
    await teacher.click('button:has-text("Skicka svaret")')
    await shows(teacher, case, "Ja, den lyser rött")

    await says(system, theirs["handoff"], "report", status="in_progress", text="Vi byter en switch")
    await shows(teacher, case, "Vi byter en switch")
    await says(system, theirs["handoff"], "propose", text="Switchen är bytt")

    coordinator = await signed_in(browser, system, "samordnare")
    await coordinator.goto(case)
    await coordinator.click('a:has-text("Öppna störningen")')
    incident = coordinator.url
    await shows(coordinator, incident, "Switchen är bytt")
    await coordinator.fill('textarea[name="public_text"]', "Nätleverantören har bytt en trasig switch.")
    await coordinator.click('.proposal button:has-text("Godkänn")')

    await shows(teacher, case, "Löst – fungerar det nu?")
    await shows(teacher, case, "Nätleverantören har bytt en trasig switch.")
    await teacher.click('button:has-text("Fungerar nu")')
    await shows(teacher, case, "Avslutat")

    subjects = await mails_to(system, "lena.lindmark@malarvik.example")
    assert len(subjects) == 4, subjects  # filed, handed over, question, resolved: each once
    await the_chains_hold(system, ticket, incident.rsplit("/", 1)[1])


async def mails_to(system: System, address: str) -> list[str]:
    async with system.mails() as mails:
        for _ in range(40):
            found = [m["subject"] for m in (await mails.get("/api/messages")).json() if address in m["recipients"]]
            if len(found) >= 4:
                break
            await asyncio.sleep(0.25)
        return found


async def the_chains_hold(system: System, ticket: str, incident: str) -> None:
    """N4: whole in ticketing; the vendor's last acknowledged or received heads are heads of these chains."""
    async with system.vendor() as vendor:
        [theirs] = [c for c in (await vendor.get("/api/cases")).json() if c["subject"]["incident"] == incident]
    assert theirs["problems"] == []
    for case in (ticket, incident):
        rows = await system.rows("ticketing", "SELECT content FROM entry WHERE case_id = $1 ORDER BY seq", case)
        entries = [Entry.model_validate(row["content"]) for row in rows]
        assert timeline.verify(entries) == []
        hashes = {entry.seq: entry.hash for entry in entries}
        for heads in (theirs["heads"], theirs["acknowledged"]):
            assert hashes[heads[case]["seq"]] == heads[case]["hash"]


async def test_a_refused_request_is_shown_with_its_reason(browser: Browser, system: System) -> None:
    teacher = await signed_in(browser, system, "larare", phone=True)
    case = await reported(teacher, "Skrivaren i arbetsrummet drar snett", "printing")
    await shows(teacher, case, "har tagit emot ärendet")

    coordinator = await signed_in(browser, system, "samordnare")
    await coordinator.goto(case)
    await coordinator.click('a:has-text("Öppna störningen")')
    incident = coordinator.url.rsplit("/", 1)[1]
    async with system.api("malarvik", "samordnare") as api:
        asked = await api.post(
            f"/incidents/{incident}/assign", json={"party": "team:samordnaren"}, headers={"If-Match": "1"}
        )
        assert asked.status_code == 202, asked.text
    await shows(coordinator, coordinator.url, "gick inte")
    await expect(coordinator.locator("main")).to_contain_text("Därför:")


async def test_a_case_that_is_taken_back_and_handed_on_keeps_its_history(browser: Browser, system: System) -> None:
    teacher = await signed_in(browser, system, "larare", phone=True)
    case = await reported(teacher, "Skolportalen visar fel klasser", "learning_platform")
    await shows(teacher, case, "har tagit emot ärendet")
    coordinator = await signed_in(browser, system, "samordnare")
    await coordinator.goto(case)
    await coordinator.click('a:has-text("Öppna störningen")')
    incident = coordinator.url
    await coordinator.click('button:has-text("Ta tillbaka")')
    await shows(teacher, case, "Vi har tagit tillbaka ärendet")
    await shows(coordinator, incident, "Hos samordnaren")

    await coordinator.click("#lamna-over > summary")
    await coordinator.select_option('select[name="vendor"]', "vendor:network")
    await coordinator.fill('#lamna-over textarea[name="note"]', "Kan det vara brandväggen?")
    await coordinator.click('#lamna-over button:has-text("Lämna över")')
    await shows(teacher, case, "Vi skickar ärendet till Nätleverantören")
    await expect(teacher.locator("main")).not_to_contain_text("brandväggen")
    theirs = await handed_over(system, "brandväggen")
    told = str(theirs["entries"])
    assert "Skolportalen visar fel klasser" in told
    assert "Vi har tagit tillbaka ärendet" in told  # the whole story, the former vendor's part included
