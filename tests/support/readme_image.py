"""The picture of the README, taken of a running system: a teacher's case on the phone, the queue beside it.

    .venv/bin/eskalera up --detach
    .venv/bin/python -m tests.support.readme_image http://127.0.0.1:8080 http://127.0.0.1:8086

The second address is the demo vendor's desk: it asks the teacher something, so that the case waits for an answer.
"""

import base64
import re
import sys
import time
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page

from tests.support.gallery import chromium

CHECKOUT = Path(__file__).resolve().parents[2]
OUT = CHECKOUT / "docs/images/case-and-queue.png"
PHONE, DESK, GAP = (375, 720), (1280, 960), 20
SHOWN = 0.75  # size of the desk beside the phone: both are equally high
TEXT = "Skrivaren i biblioteket skriver inte ut\nDet slutade vid halv nio, för alla i arbetslaget."
QUESTION = "Lyser lampan på skrivaren rött eller grönt?"
PATIENCE = 60.0  # seconds
_TOGETHER = """
<style>
  body {{ margin: 0; padding: {gap}px; display: flex; gap: {gap}px; background: #d7dde2 }}
  img {{ display: block; border-radius: 8px }}
</style>
<body><img src="data:image/png;base64,{phone}"><img src="data:image/png;base64,{desk}"></body>
"""


def signed_in(browser: Browser, pages: str, person: str, size: tuple[int, int], shown: float = 1) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=shown,
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
        base_url=pages,
    )
    page = context.new_page()
    page.goto("/malarvik/")
    page.click(f'button[value="{person}"]')
    return page


def reported(page: Page) -> str:
    """The address of a new case."""
    page.goto("/arenden/ny")
    page.fill("#text", TEXT)
    page.check('input[name="need"][value="work_around"]')
    page.click("details.more > summary")
    page.select_option('select[name="service"]', "printing")
    page.click('form.report button:has-text("Skicka")')
    page.wait_for_url(re.compile(r"/arenden/tk_\w+/tack"))
    return page.url.removesuffix("/tack")


def ask(vendor: str, ticket: str) -> None:
    """The demo vendor, which acknowledges by itself, asks the reporter."""
    deadline = time.monotonic() + PATIENCE
    with httpx.Client(base_url=vendor, trust_env=False) as http:
        while time.monotonic() < deadline:
            for case in http.get("/api/cases").json():
                if case["acknowledged"] and ticket in case["heads"]:
                    said = http.post(f"/cases/{case['handoff']}/ask", data={"text": QUESTION, "ticket": ticket})
                    if said.is_error:
                        said.raise_for_status()
                    return
            time.sleep(0.5)
    raise SystemExit("the demo vendor never acknowledged the case")


def shows(page: Page, address: str, selector: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        page.goto(address)
        if page.locator(selector).count():
            return
        time.sleep(0.5)
    raise SystemExit(f"{address} never showed {selector}")


def picture(page: Page) -> str:
    page.wait_for_load_state("networkidle")
    return base64.b64encode(page.screenshot(animations="disabled")).decode()


def main(pages: str, vendor: str) -> None:
    with chromium() as browser:
        teacher = signed_in(browser, pages, "larare", PHONE)
        case = reported(teacher)
        ask(vendor, case.rsplit("/", 1)[1])
        shows(teacher, case, '.pill:has-text("Vi väntar på dig")')
        desk = signed_in(browser, pages, "samordnare", DESK, SHOWN)
        desk.goto("/ko?visa=all")
        width = round(DESK[0] * SHOWN)
        together = _TOGETHER.format(gap=GAP, phone=picture(teacher), desk=picture(desk))
        sheet = browser.new_page(viewport={"width": PHONE[0] + width + 3 * GAP, "height": PHONE[1] + 2 * GAP})
        sheet.set_content(together)
        sheet.wait_for_load_state("networkidle")
        OUT.parent.mkdir(parents=True, exist_ok=True)
        sheet.screenshot(path=OUT)
    print(f"{OUT.relative_to(CHECKOUT)}: {OUT.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main(*sys.argv[1:3])
