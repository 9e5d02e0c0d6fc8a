"""One case to a vendor that has nothing but a browser, and back: the real processes, real mail, two people."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from eskalera import layout as at
from eskalera.furnish import MUNICIPALITIES
from tests.e2e.test_a_case_travels import PHONE, reported, shows, signed_in
from tests.support.system import System, running_system
from tests.support.uploads import LOG, photo

pytestmark = pytest.mark.browser
ANNA = "anna@natet.example"
_SYSTEM = """\
      profile: webhook
      url: http://127.0.0.1:8086/webhooks/demo-vendor
      secret_ref: demo-vendor
"""


@pytest.fixture(scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory, postgres: str, kafka: str) -> AsyncIterator[System]:
    """Mälarvik, whose network's supplier has no system."""
    folder: Path = tmp_path_factory.mktemp("portal")
    directory = folder / "malarvik.yaml"
    shipped = (MUNICIPALITIES / directory.name).read_text("utf-8")
    assert _SYSTEM in shipped
    directory.write_text(shipped.replace(_SYSTEM, "      profile: portal\n"), "utf-8")
    people = MUNICIPALITIES / "malarvik.people.yaml"
    (folder / people.name).write_text(people.read_text("utf-8"), "utf-8")
    async with running_system(folder / "data", postgres=postgres, kafka=kafka, directories=[directory]) as system:
        yield system


async def mailed(system: System, subject: str, to: str = ANNA) -> str:
    """The text of the newest mail with that subject."""
    async with system.mails() as catcher:
        for _ in range(120):
            for mail in (await catcher.get("/api/messages")).json():
                if subject in mail["subject"] and to in str(mail):
                    return str(mail["text"])
            await asyncio.sleep(0.25)
    raise AssertionError(f"no mail {subject!r} came")


async def at_the_portal(browser: Browser, system: System) -> Page:
    context = await browser.new_context(viewport=PHONE, locale="sv-SE", base_url=system.url(at.VENDOR_BRIDGE))
    page = await context.new_page()
    await page.goto("/portal")
    await page.fill("#email", ANNA)
    await page.click("text=Skicka länken")
    link = re.search(r"\S+/portal/in/\S+", await mailed(system, "Din länk till leverantörsportalen"))
    assert link is not None
    await page.goto(link[0])
    await page.click("main button")
    await page.wait_for_url("**/portal/arenden")
    return page


@pytest.fixture(scope="module")
async def anna(browser: Browser, system: System) -> Page:
    """At the portal, by the link in a mail."""
    who = ("--name", "Anna Ek", "--email", ANNA)
    await system.command("vendor", "invite", "demo-vendor", "-m", "malarvik", *who)
    return await at_the_portal(browser, system)


async def opened(anna: Page, words: str) -> None:
    """The case at the portal whose story has these words."""
    for _ in range(120):
        await anna.goto("/portal/arenden")
        for link in await anna.locator(".case-title a").evaluate_all("links => links.map(link => link.href)"):
            await anna.goto(link)
            if words in await anna.locator("main").inner_text():
                return
        await asyncio.sleep(0.25)
    raise AssertionError(f"no case with {words!r} came")


async def test_a_case_comes_to_a_person_with_a_browser_and_goes_back_to_the_school(
    browser: Browser, system: System, anna: Page
) -> None:
    teacher = await signed_in(browser, system, "larare", phone=True, script=False)
    case = await reported(teacher, "Nätet är borta i hela B-huset", "wifi")
    told = await mailed(system, "Nytt ärende: Trådlöst nät")
    assert "B-huset" not in told

    await opened(anna, "Nätet är borta i hela B-huset")
    await anna.fill("#reference", "NV-4711")
    await anna.click("text=Vi tar det")
    await shows(teacher, case, "Nätleverantören har tagit emot ärendet")
    theirs = anna.url
    await anna.click("summary:has-text('Fråga')")
    await anna.select_option("#ask-to", index=1)
    await anna.fill("#ask-text", "Lyser lampan på väggen?")
    await anna.click("text=Skicka frågan")
    await shows(teacher, case, "Lyser lampan på väggen?")
    await teacher.fill("#svar", "Ja, den lyser rött")
    await teacher.click('button:has-text("Skicka svaret")')
    await shows(anna, theirs, "Ja, den lyser rött")
    await mailed(system, "Ni har fått svar: Trådlöst nät")

    await anna.click("summary:has-text('Det är löst')")
    await anna.fill("#propose-text", "Switchen är bytt")
    await anna.click("#gor-lost button")
    await anna.click("text=Ja, det är löst")
    await expect(anna.locator(".pill").first).to_have_text("Kommunen prövar er lösning")
    coordinator = await signed_in(browser, system, "samordnare")
    await coordinator.goto(case)
    await coordinator.click('a:has-text("Öppna störningen")')
    await shows(coordinator, coordinator.url, "Switchen är bytt")


async def test_a_photo_taken_on_the_phone_is_seen_at_the_portal_and_the_vendors_file_at_the_school(
    browser: Browser, system: System, anna: Page
) -> None:
    teacher = await signed_in(browser, system, "larare-bjorkskolan", phone=True, script=False)
    name, content, media_type = photo("dosan.jpg")
    chosen: list[FilePayload] = [{"name": name, "mimeType": media_type, "buffer": content}]
    case = await reported(teacher, "Dosan i taket blinkar rött", "wifi", files=chosen)
    await shows(teacher, case, "dosan.jpg")

    await opened(anna, "Dosan i taket blinkar rött")
    link = await anna.get_attribute('.files a:has-text("dosan.jpg")', "href")
    seen = await anna.request.get(f"{system.url(at.VENDOR_BRIDGE)}{link}")
    assert seen.status == 200
    assert seen.headers["content-type"] == "image/jpeg"
    assert b"Kameratillverkaren" in content
    assert b"Kameratillverkaren" not in await seen.body()

    await anna.click("summary:has-text('Skriv något')")
    await anna.select_option("#note-to", index=1)
    await anna.fill("#note-text", "Mätningen från i går")
    note: FilePayload = {"name": LOG[0], "mimeType": LOG[2], "buffer": LOG[1]}
    await anna.set_input_files("#note-files", note)
    await anna.click("#gor-anteckning button")
    await shows(teacher, case, "switch.log")
    theirs = await teacher.get_attribute('.files a:has-text("switch.log")', "href")
    assert await (await teacher.request.get(f"{system.url(at.TICKETING)}{theirs}")).body() == LOG[1]
