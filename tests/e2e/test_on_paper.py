"""The pages on paper, and where the keyboard is, in a real Chromium."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.support import gallery, page_samples
from ticketing import rendering
from ticketing.views import IncidentPage

pytestmark = pytest.mark.browser
LEFT_OVER = """() => [...document.querySelectorAll(
    '.button, button, summary, .suggestions, .switches a:not([aria-current])')]
  .filter((e) => e.checkVisibility()).map((e) => e.innerText)"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gallery.served() as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if shutil.which("chromium") is None:
        pytest.skip("no system Chromium")
    with gallery.chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


def test_paper_says_of_when_it_is_and_has_no_buttons(page: Page, address: str) -> None:
    page.goto(f"{address}/en/day")
    assert not page.is_visible(".drawn"), "on the screen it is now"
    page.emulate_media(media="print")
    assert page.inner_text(".drawn") == "As it was on Thursday 8 October 2026 at 10:20"
    assert page.inner_text(".switches") == "All", "what the list is"
    assert not page.is_visible("text=Get it as a table")
    for name in ("day", "school", "case", "queue", "incident", "incident_major", "incident_full", "forum"):
        page.goto(f"{address}/sv/{name}")
        assert page.inner_text(".drawn") == "Så här var läget torsdag 8 oktober 2026 kl. 10:20", name
        assert page.evaluate(LEFT_OVER) == [], name
    page.goto(f"{address}/sv/incident_major")
    assert not page.is_visible("text=Skriv rubriken")


def test_a_page_that_follows_what_happens_is_on_paper_as_old_as_its_last_answer(page: Page, address: str) -> None:
    template, shown, frame = page_samples.PAGES["incident"]("sv")
    assert isinstance(shown, IncidentPage)
    live = rendering.fragment(f"{template}_live", shown, replace(frame, now=frame.now + timedelta(days=1)))
    headers = {"date": "Fri, 09 Oct 2026 11:05:00 GMT", "content-type": "text/html; charset=utf-8"}
    page.route(f"**{str(shown.live).partition('?')[0]}*", lambda route: route.fulfill(body=live, headers=headers))
    page.clock.install()
    page.goto(f"{address}/sv/incident")
    page.emulate_media(media="print")
    page.clock.run_for(3000)
    page.wait_for_selector("text=Så här var läget fredag 9 oktober 2026 kl. 13:05", state="visible")


def test_the_button_of_the_search_is_seen_by_who_comes_to_it_by_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/sv/queue")
    page.focus("#sok")
    page.keyboard.press("Tab")
    button = page.evaluate("""() => {
      const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
      return [e.innerText, box.width > 24, box.height > 24, style.clipPath, style.outlineWidth];
    }""")
    assert button == ["Sök", True, True, "none", "3px"]
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('.search button').getBoundingClientRect().width") < 24
