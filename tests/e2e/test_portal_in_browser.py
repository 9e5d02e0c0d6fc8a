"""The vendors' pages in a real browser: the whole way with and without scripts, narrow and wide, by keyboard, axe."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts import ids
from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from contracts.webhooks import parse_incoming
from eskalera.ports import free_port
from tests.e2e.test_pages_in_browser import SMALL_TARGETS
from tests.integration.vendor_bridge.conftest import served
from tests.support.handoff_life import COORDINATOR, WIFI, Case
from tests.support.mail import MailHost
from tests.support.portal_house import ANNA, WIFI_PORTAL, PortalHouse
from vendor_bridge.refusals import Sent
from vendor_bridge.secret_store import Secret, write_file
from vendor_bridge.signing import new_secret

pytestmark = pytest.mark.browser
SYDNARKE = "hallsberg-sydnarke-it"
PICTURES = Path("artefacts/portal")
NUMBERED = """
UPDATE ticket SET number = 'MAL-2026-' || lpad(CAST(place AS text), 6, '0')
FROM (SELECT id AS known, 122 + row_number() OVER (ORDER BY id) AS place FROM ticket) AS each WHERE id = known
"""
"""As people know them, for the picture of docs/vendors/portal.md: `artefacts/portal/queue-phone.png`."""
LABELS = "[...document.querySelectorAll('.named')].map(e => getComputedStyle(e, '::before').content)"
"""As a phone shows them before a cell."""
SIZES = {"phone": (390, 844), "desk": (1440, 900)}


@pytest.fixture
def packages() -> tuple[str, ...]:
    return ("chassis", "vendor_bridge")


@pytest.fixture
async def house(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[PortalHouse]:
    host, port = MailHost(tmp_path), free_port()
    await host.start()
    made = await PortalHouse(engine, host, url=f"http://127.0.0.1:{port}").furnish()
    async with served(made.app, port) as url:
        made.url = url
        yield made
    await made.close()
    await host.stop()


@asynccontextmanager
async def page_of(
    browser: Browser, house: PortalHouse, size: str = "phone", *, script: bool = True
) -> AsyncIterator[Page]:
    width, height = SIZES[size]
    context: BrowserContext = await browser.new_context(
        viewport={"width": width, "height": height},
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
        base_url=house.url,
        reduced_motion="reduce",
        java_script_enabled=script,
    )
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def sign_in(page: Page, house: PortalHouse, email: str = ANNA, **of: Any) -> None:
    await house.invite(email, **of)
    await house.mails()
    await page.goto("/portal")
    await page.fill("#email", email)
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=Titta i din e-post")
    (mail,) = await house.mails()
    await page.goto(next(word for word in mail.split() if "/portal/in/" in word))
    await page.click("main button")
    await page.wait_for_url("**/portal/arenden")


async def full(house: PortalHouse) -> tuple[str, str]:
    """A case in the middle of its life, and one that ended, among others."""
    case = Case()
    handoff = await house.handed_over(
        case, note="Accesspunkten i B-huset sitter ovanför undertaket. Nyckel i receptionen."
    )
    promised = r.ClockStarted(
        **case.changing(),
        clock=ids.new("clock"),
        promise="next_update",
        agreement="skolnat",
        party=WIFI,
        urgency=2,
        started_at=datetime.now(UTC),
        due_at=datetime.now(UTC) + timedelta(hours=2),
    )
    await house.take_in(
        promised,
        *case.filed(
            "Inget nät i B204", "Ingen elev kommer in. Vi har prövat att starta om datorerna, det hjälper inte."
        ),
        case.linked(case.tickets[-1]) if len(case.tickets) > 1 else promised,
        case.entry("Internt: samma fel som i våras.", "internal", party=COORDINATOR, kind="note"),
        case.entry("Internt: ring tekniker.", "internal", party=COORDINATOR, kind="note"),
        case.entry(
            "Nätleverantören arbetar med nätet på skolan. Nästa besked kommer före lunch.",
            "reporters",
            party=COORDINATOR,
            kind="reply",
        ),
    )
    ended = Case(school="almgymnasiet")
    await house.handed_over(ended)
    for school in ("kungsgymnasiet", "ekbacken"):
        await house.handed_over(Case(school=school, service="internet"))
    await house.take_in(*ended.assigned(COORDINATOR, "taken_back"))
    await house.rows("UPDATE incident SET urgency = 1 WHERE id = :id", id=case.incident)
    (row,) = await house.rows("SELECT id FROM handoff WHERE incident = :incident", incident=ended.incident)
    await house.deliver()
    return handoff, str(row.id)


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
async def test_a_person_of_a_vendor_takes_a_case_asks_and_says_that_it_is_solved(
    house: PortalHouse, browser: Browser, script: bool
) -> None:
    await house.handed_over()
    async with page_of(browser, house, script=script) as page:
        await sign_in(page, house)
        await page.click(".case-title a")
        await page.fill("#reference", "NV-4711")
        await page.click("text=Vi tar det")
        await page.wait_for_selector("text=Tack! Kommunen ser att ni har ärendet.")
        await page.click("summary:has-text('Fråga')")
        await page.fill("#ask-text", "Blinkar lampan?")
        await page.click("text=Skicka frågan")
        await page.wait_for_selector("text=Ni väntar på svar")
        await page.click("summary:has-text('Det är löst')")
        await page.click("#gor-lost button")
        await page.wait_for_selector("text=Skriv vad ni gjorde")
        await page.fill("#propose-text", "Switchen i B-huset är bytt.")
        await page.click("#gor-lost button")
        await page.wait_for_selector("text=Säga att det är löst?")
        await page.click("text=Ja, det är löst")
        await page.wait_for_selector("text=Kommunen prövar er lösning")
        await page.click(".menu summary")
        await page.click("text=Logga ut")
        await page.wait_for_selector("text=Du är utloggad.")
    stated = [type(event) for event in await house.stated()]
    assert [kind for kind in stated if kind is not v.HandoffOffered] == [
        v.HandoffAcknowledged,
        v.VendorInformationRequested,
        v.VendorResolutionProposed,
    ]


async def addresses(house: PortalHouse) -> dict[str, str]:
    handoff, ended = await full(house)
    (message, *_) = await house.rows("SELECT webhook_id FROM delivery WHERE body IS NOT NULL")
    return {
        "queue": "/portal/arenden",
        "ended": "/portal/arenden?visa=avslutade",
        "case": f"/portal/arenden/{handoff}",
        "case_ended": f"/portal/arenden/{ended}",
        "messages": "/portal/meddelanden",
        "refused": await refused(house),
        "message": f"/portal/meddelanden/{message.webhook_id}",
        "came": "/portal/meddelanden/fran-er",
        "came_message": await came(house, handoff),
        "connection": "/portal/anslutning",
        "missing": "/portal/arenden/ho_nowhere",
        "privacy": "/portal/integritet",
    }


async def came(house: PortalHouse, handoff: str) -> str:
    """What the vendor said, under a long name, and once more; it stands in the log too."""
    raw = json.dumps({"type": "entry_added", "data": {"handoff": handoff, "text": "Vi åker nu. " * 40}}).encode()
    for _ in range(2):
        await house.vendors.say(WIFI_PORTAL, {"malarvik"}, parse_incoming(raw), f"vm/{'x' * 150}", raw)
    return f"/portal/meddelanden/fran-er/vm%2F{'x' * 150}"


async def refused(house: PortalHouse) -> str:
    """The log of what was not taken, with long words in it."""
    refusals, whose = house.vendors.refusals, {"malarvik"}
    sent = Sent("tmf", f"PATCH /tmf-api/troubleTicket/v4/troubleTicket/{ids.new('handoff')}", b"{}" * 400)
    await refusals.note(WIFI_PORTAL, whose, sent, 400, "status cannot be changed here. Possible: note.", proven=True)
    strange = Sent("webhook", "entry_added", b"{}", f"msg_{'x' * 150}")
    await refusals.note(WIFI_PORTAL, whose, strange, 401, "webhook-timestamp is 400 seconds behind", proven=False)
    return "/portal/meddelanden/avvisat"


async def test_the_pages_of_a_vendor_with_a_system_fit_and_a_new_secret_is_shown(
    house: PortalHouse, browser: Browser, tmp_path: Path, pictures: Path
) -> None:
    house.secrets._file = tmp_path / "secrets.json"
    write_file(house.secrets._file, {SYDNARKE: [Secret(new_secret())]})
    async with page_of(browser, house) as page:
        await sign_in(page, house, "bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE)
        await house.handed_over(Case("hallsberg", school="transtensskolan"), "vendor:sydnarke-it")
        await house.rows("UPDATE delivery SET attempts = 1, last_status = 503, last_error = 'answered 503: Nere'")
        await page.goto("/portal/meddelanden")
        await _fits(page, "messages with attempts")
        await page.set_viewport_size({"width": 390, "height": 844})
        cut = "(e => e.scrollWidth > e.clientWidth)(document.querySelector('.brand-place'))"
        assert not await page.evaluate(cut), "whose cases these are is read whole"
        assert await page.evaluate(LABELS) == ['"Försök: "', '"Ert svar: "'], "a bare figure says nothing"
        lefts = "[...document.querySelectorAll('h1, .row-link, .row-sub')].map(e => e.getBoundingClientRect().left)"
        assert len(set(await page.evaluate(lefts))) == 1, "all begins at the same edge"
        await page.goto("/portal/meddelanden/fran-er")
        heights = "[...document.querySelectorAll('.switches')].map(e => e.offsetHeight)"
        assert max(await page.evaluate(heights)) < 60, "filters take a row each, and no more"
        faded = "[...document.querySelectorAll('.switches')].map(e => getComputedStyle(e).maskImage)"
        assert "none" not in await page.evaluate(faded), "and show that there are more"
        await page.goto("/portal/anslutning")
        await _fits(page, "connection with a secret")
        await page.click("text=Byt nyckel")
        await _fits(page, "before a new secret")
        await page.click("main button")
        await page.wait_for_selector("text=Er nya nyckel")
        await _fits(page, "a new secret")
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.click("[data-copy]")
        await page.wait_for_selector("[data-copy] >> text=Kopierad")
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert [copied] == house.secrets.of(SYDNARKE)[:1]
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.screenshot(path=pictures / "secret-phone.png", full_page=True)
        secrets = house.secrets.of(SYDNARKE)
        await page.reload()
        await page.wait_for_selector("text=Nyckeln är redan bytt")
        await _fits(page, "a new secret, sent once more")
        assert house.secrets.of(SYDNARKE) == secrets
        assert len(secrets) == 2


async def test_every_page_fits_a_narrow_phone_and_a_thumb_and_axe_finds_nothing(
    house: PortalHouse, browser: Browser
) -> None:
    async with page_of(browser, house) as page:
        for path in ("/portal/in", "/portal/in/nothing"):
            await page.goto(path)
            await _fits(page, path)
        await sign_in(page, house)
        for name, path in (await addresses(house)).items():
            await page.goto(path)
            await _fits(page, name)
        await page.goto(await addresses_of_forms(page))
        await _fits(page, "case with its forms open")


async def addresses_of_forms(page: Page) -> str:
    await page.goto("/portal/arenden")
    return str(await page.get_attribute(".case-title a", "href"))


async def _fits(page: Page, name: str) -> None:
    await page.set_viewport_size({"width": 320, "height": 640})
    for summary in await page.query_selector_all("main details.act > summary"):
        await summary.click()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320, name
    assert await page.evaluate(SMALL_TARGETS) == [], name
    await page.set_viewport_size({"width": 1280, "height": 900})
    found = (await Axe().run(page)).response["violations"]
    await page.emulate_media(color_scheme="dark")
    found += (await Axe().run(page, options={"runOnly": ["color-contrast"]})).response["violations"]
    await page.emulate_media(color_scheme="light")
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found] == [], name


async def test_the_policy_blocks_nothing_and_no_page_runs_what_a_case_says(
    house: PortalHouse, browser: Browser
) -> None:
    said: list[str] = []
    async with page_of(browser, house, size="desk") as page:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        await sign_in(page, house)
        case = Case()
        handoff = await house.handed_over(case, note="<img src=x onerror=alert(1)><script>alert(2)</script>")
        await page.goto(f"/portal/arenden/{handoff}")
        assert await page.locator("text=<script>alert(2)</script>").count() == 1
        for path in ("/portal/meddelanden", "/portal/anslutning"):
            await page.goto(path)
    assert said == []


async def test_a_double_tap_sends_once_and_a_draft_survives(house: PortalHouse, browser: Browser) -> None:
    handoff = await house.handed_over()
    async with page_of(browser, house) as page:
        await sign_in(page, house)
        await page.goto(f"/portal/arenden/{handoff}")
        await page.click("summary:has-text('Skriv något')")
        await page.fill("#note-text", "Vi kommer i morgon.")
        await page.goto("/portal/arenden")
        await page.goto(f"/portal/arenden/{handoff}")
        assert await page.input_value("#note-text") == "Vi kommer i morgon."
        await page.dblclick("#gor-anteckning button")
        await page.wait_for_selector("text=Skickat.")
    assert len(await house.said(v.VendorEntryAdded)) == 1


async def test_everything_is_reached_by_keyboard(house: PortalHouse, browser: Browser) -> None:
    handoff = await house.handed_over()
    async with page_of(browser, house, size="desk") as page:
        await sign_in(page, house)
        await page.goto(f"/portal/arenden/{handoff}")
        reached = set()
        for _ in range(60):
            await page.keyboard.press("Tab")
            reached.add(await page.evaluate("document.activeElement.textContent.trim() || document.activeElement.name"))
        for wanted in ("Vi tar det", "Berätta hur det går", "Fråga", "Skriv något", "Det är löst", "Lämna tillbaka"):
            assert wanted in reached, reached


@pytest.fixture
def pictures() -> Path:
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES


@pytest.mark.parametrize("size", SIZES)
async def test_pictures_for_people_to_look_at(house: PortalHouse, browser: Browser, pictures: Path, size: str) -> None:
    async with page_of(browser, house, size=size) as page:
        await page.goto("/portal/in")
        await page.screenshot(path=pictures / f"sign_in-{size}.png", full_page=True)
        await sign_in(page, house)
        await page.screenshot(path=pictures / f"empty-{size}.png", full_page=True)
        shown = await addresses(house)
        await house.rows(NUMBERED)
        for name, path in shown.items():
            await page.goto(path)
            await page.screenshot(path=pictures / f"{name}-{size}.png", full_page=True)
        await page.goto(shown["case"])
        for summary in await page.query_selector_all("main details.act > summary"):
            await summary.click()
        await page.screenshot(path=pictures / f"forms-{size}.png", full_page=True)
        await page.fill("#propose-text", "Switchen i B-huset är bytt. Alla accesspunkter svarar sedan 14:10.")
        await page.click("#gor-lost button")
        await page.wait_for_selector("text=Säga att det är löst?")
        await page.screenshot(path=pictures / f"confirm-{size}.png", full_page=True)
        await page.emulate_media(color_scheme="dark")
        await page.goto(shown["case"])
        await page.screenshot(path=pictures / f"case-dark-{size}.png", full_page=True)
        await page.emulate_media(media="print", color_scheme="light")
        await page.screenshot(path=pictures / f"case-print-{size}.png", full_page=True)
