"""Every sample page in a real Chromium: reflow, touch targets, accessibility, and the small script."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from contracts import ids
from tests.support import gallery, page_samples
from ticketing import rendering, sentences
from ticketing.views import CasePage, Field, FormPage, IncidentPage, Notice, Status, Toast, Tone

pytestmark = pytest.mark.browser
NAMES = sorted(page_samples.PAGES)

# Links within a sentence are exempt (WCAG 2.5.8), and so are those whose whole row is the target.
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, summary, select, textarea, label.card, '
    + 'input:not([type=hidden]):not([type=radio]):not([type=checkbox])')]
  .filter((e) => e.checkVisibility() && getComputedStyle(e).display !== 'inline' && !e.closest('.quiet')
    && !e.classList.contains('quiet'))
  .map((e) => [e.outerHTML.slice(0, 90), (e.matches('.row-link') ? e.closest('.row') : e).getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
  .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""


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
def phone(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    yield page
    page.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_a_narrow_phone_and_a_thumb(name: str, phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/{name}")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    assert phone.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith("_full")])
def test_axe_finds_nothing_in_light_nor_in_dark(name: str, browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light", reduced_motion="reduce")
    try:
        page.goto(f"{address}/en/{name}")
        found = Axe().run(page).response["violations"]
        page.emulate_media(color_scheme="dark")
        found += Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
        assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found] == []
    finally:
        page.close()


def test_the_policy_blocks_nothing_that_a_page_needs(phone: Page, address: str) -> None:
    said: list[str] = []
    phone.on("console", lambda message: said.append(message.text))
    phone.on("pageerror", lambda error: said.append(str(error)))
    for name in ("form", "case", "queue", "incident", "stil"):
        phone.goto(f"{address}/sv/{name}")
    assert [line for line in said if "404" not in line] == []


def test_a_double_tap_sends_once(phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/form_empty")
    sent = phone.evaluate("""() => {
      let sent = 0;
      const form = document.querySelector('form.report');
      form.addEventListener('submit', (event) => { if (!event.defaultPrevented) sent += 1; event.preventDefault(); });
      form.querySelector('.send button').click();
      form.querySelector('.send button').click();
      return sent;
    }""")
    assert sent == 1


def test_a_draft_comes_back_for_its_person_and_is_gone_for_anybody_else(phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/form_empty")
    note = "text=Utkastet sparas på den här enheten."
    phone.check("input[value=lesson_now]")
    assert not phone.is_visible(note), "nothing is written"
    phone.fill("#text", "Skärmen är svart")
    assert phone.is_visible(note)
    phone.fill("#text", "")
    assert not phone.is_visible(note)
    phone.fill("#text", "Skärmen är svart")
    phone.goto(f"{address}/sv/form_empty")
    assert phone.input_value("#text") == "Skärmen är svart"
    assert phone.is_visible(note)
    phone.goto(f"{address}/sv/queue")  # another person signed in on the same computer
    phone.goto(f"{address}/sv/form_empty")
    assert phone.input_value("#text") == ""


def chosen(page: Page) -> dict[str, str]:
    """What a form would send of the two questions."""
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.of-fault :checked')].map((e) => [e.name, e.value]))"
    )
    return found


def test_choices_come_back_with_the_words_of_a_draft_and_never_alone(phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/form_empty")
    phone.check("input[value=lesson_now]")
    phone.check("input[value=whole_school]")
    phone.goto(f"{address}/sv/form_empty")
    assert chosen(phone) == {"impact": "one_person"}, "without words it is no draft"
    phone.fill("#text", "Skärmen är svart")
    phone.goto(f"{address}/sv/form_empty")
    assert chosen(phone) == {"impact": "one_person"}, "nor does it join words that were written later"
    phone.fill("#text", "Skärmen är svart")
    phone.check("input[value=exam]")
    phone.check("input[value=class]")
    phone.goto(f"{address}/sv/form_empty")
    assert chosen(phone) == {"need": "exam", "impact": "class"}
    phone.evaluate("localStorage.setItem(Object.keys(localStorage).find((k) => k.includes('impact')), "
                   "JSON.stringify({text: 'left_the_directory', at: Date.now()}))")  # fmt: skip
    phone.goto(f"{address}/sv/form_empty")
    assert chosen(phone) == {"need": "exam", "impact": "one_person"}
    phone.fill("#text", "Skärmen är svart")
    phone.fill("#room", "B204")
    phone.click("details.more summary")
    phone.fill("#asset", "EKB-PJ-0204")
    phone.goto(f"{address}/sv/form_empty")
    assert phone.input_value("#room") == "B204"
    assert phone.input_value("#asset") == "EKB-PJ-0204"
    assert phone.is_visible("#asset")


def test_how_urgent_is_two_taps_or_a_few_keys(phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/form_empty")
    phone.click("label.card:has-text('Lektionen står still')")
    phone.click("label.card:has-text('En klass eller grupp')")
    assert chosen(phone) == {"need": "lesson_now", "impact": "class"}
    phone.goto(f"{address}/sv/form_empty")
    phone.focus("#room")
    for key in ("Tab", "ArrowDown", "ArrowDown", "Tab", "ArrowRight"):
        phone.keyboard.press(key)
    assert chosen(phone) == {"need": "hard_to_work", "impact": "class"}


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_v14_only_who_reports_a_fault_is_asked_whether_a_lesson_stands_still(
    script: bool, browser: Browser, address: str
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640}, java_script_enabled=script)
    try:
        page.goto(f"{address}/sv/form_empty")
        page.click("details.more > summary")
        for kind, asked in (("request", False), ("need", False), ("idea", False), ("incident", True)):
            page.check(f"input[value={kind}]")
            assert page.locator("#need").is_visible() is asked, kind
            assert page.locator("#impact").is_visible() is asked, kind
            heading = "Vad fungerar inte?" if asked else "Vad behöver eller önskar du?"
            assert page.locator("h1").inner_text() == heading, kind
    finally:
        page.close()


def test_who_needs_something_is_offered_no_disturbance(phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/form")
    phone.wait_for_selector("#kanda [data-known]")
    phone.evaluate("document.querySelector('details.more').open = true")
    phone.check("input[value=need]")
    phone.wait_for_selector("#kanda [data-known]", state="detached")


@pytest.mark.parametrize("failure", ["error", "error_of_nobody"])
def test_a_draft_survives_a_page_that_says_what_failed(failure: str, phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/form_empty")
    phone.fill("#text", "Skärmen är svart")
    phone.evaluate("document.querySelector('form.report').addEventListener('submit', (e) => e.preventDefault())")
    phone.click(".send button")
    phone.goto(f"{address}/sv/{failure}")
    phone.goto(f"{address}/sv/form_empty")
    phone.goto(f"{address}/sv/form_empty")
    assert phone.input_value("#text") == "Skärmen är svart"


def test_a_draft_is_gone_once_its_form_was_sent(phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/form_empty")
    phone.fill("#text", "Skärmen är svart")
    phone.evaluate("document.querySelector('form.report').addEventListener('submit', (e) => e.preventDefault())")
    phone.click(".send button")
    phone.goto(f"{address}/sv/form_errors")  # shown again: it was not
    assert phone.evaluate("localStorage.length") == 2
    phone.goto(f"{address}/sv/confirmation")
    assert phone.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("scripts", [True, False])
def test_back_brings_the_whole_report_again(scripts: bool, browser: Browser, address: str) -> None:
    """The very same report sent once more is the same: with a field that stayed behind it was a second one."""
    context = browser.new_context(java_script_enabled=scripts)
    page, sent = context.new_page(), list[bytes]()
    template, empty, frame = page_samples.PAGES["form_empty"]("sv")
    assert isinstance(empty, FormPage)
    empty = replace(empty, services=empty.schools)
    thanks = rendering.render(*page_samples.PAGES["confirmation"]("sv"))

    def answer(route: Route) -> None:
        """A form drawn anew has another key, as the server draws it."""
        fresh, told = ids.new("request"), route.request.method == "POST"
        if told:
            sent.append(route.request.post_data_buffer or b"")
        body = thanks if told else rendering.render(template, replace(empty, idempotency_key=fresh), frame)
        headers = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store"}
        route.fulfill(body=body, headers=headers)

    page.route("**/arenden/ny", answer)
    page.goto(f"{address}/arenden/ny")
    page.fill("#text", "Skärmen är svart")
    page.fill("#room", "B204")
    page.select_option("#school", index=2)
    page.check("input[value=lesson_now]")
    page.check("input[value=class]")
    page.click("details.more summary")
    page.check("input[value=request]")
    page.select_option("#service", index=2)
    page.fill("#asset", "EKB-PJ-0204")
    page.click(".send button")
    page.wait_for_selector("form.report", state="detached")
    page.go_back()
    page.click(".send button")
    page.wait_for_selector("form.report", state="detached")
    context.close()
    said = [_fields(body) for body in sent]
    assert len(said) == 2
    assert said[0]["room"] == "B204"
    assert said[0] == said[1]


def _fields(body: bytes) -> dict[str, str]:
    """What a form with files sent, without its key."""
    found = re.findall(r'name="(\w+)"\r\n\r\n(.*?)\r\n--', body.decode(), re.DOTALL)
    return {name: value for name, value in found if name != "idempotency_key"}


def test_what_was_sent_does_not_come_back_into_the_same_form(phone: Page, address: str) -> None:
    """A page that shows the form again after it was sent stood open with the words, for one more press."""
    phone.goto(f"{address}/sv/form_empty")
    phone.fill("#text", "Skärmen är svart")
    phone.evaluate("document.querySelector('form.report').addEventListener('submit', (e) => e.preventDefault())")
    phone.click(".send button")
    phone.goto(f"{address}/sv/form_empty")
    assert phone.input_value("#text") == ""


def test_what_was_sent_is_gone_though_another_form_comes_back_with_what_is_wrong(phone: Page, address: str) -> None:
    """A request that was refused stands open with its reason for a day: what else is sent is not kept because of it."""
    phone.goto(f"{address}/sv/incident")
    phone.evaluate("document.getElementById('los').open = true")
    phone.fill("#los textarea", "Vi bytte switchen")
    phone.evaluate("document.querySelector('#los form').addEventListener('submit', (e) => e.preventDefault())")
    phone.click("#los form button")
    phone.goto(f"{address}/sv/incident_full")  # what is wrong stands at the note
    assert phone.locator("#skriv [aria-invalid]").count() == 1
    assert phone.evaluate("localStorage.length") == 0


def test_closing_asks_in_a_dialog_and_cancel_leaves_it(phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/incident")
    phone.click("#avsluta summary")
    assert phone.evaluate("document.querySelector('dialog').open")
    phone.click("dialog [data-cancel]")
    assert not phone.evaluate("document.querySelector('dialog').open")
    phone.focus("#avsluta summary")
    for key in ("Enter", "Escape"):
        phone.keyboard.press("Enter")  # what may be undone is chosen from the beginning
        assert phone.evaluate("document.activeElement.matches('dialog [data-cancel]')")
        phone.keyboard.press(key)
        assert not phone.evaluate("document.querySelector('dialog').open")
        assert phone.evaluate("document.activeElement.matches('#avsluta summary')")


NEWS = "Det finns nytt – visa"


def test_on_a_phone_a_tap_leads_past_what_may_be_done_to_the_history(phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/incident")
    phone.get_by_role("link", name="Till historiken").click()
    tabs = phone.locator("#flikar").bounding_box()
    assert tabs is not None
    assert 0 <= tabs["y"] < 200
    phone.set_viewport_size({"width": 1280, "height": 900})
    assert not phone.get_by_role("link", name="Till historiken").is_visible()


@pytest.mark.parametrize("name", ["incident", "case"])
def test_what_is_not_exchanged_under_a_hand_says_that_there_is_news_and_loses_no_word(
    name: str, phone: Page, address: str
) -> None:
    template, page, frame = page_samples.PAGES[name]("sv")
    assert isinstance(page, IncidentPage | CasePage)
    newer = (
        replace(page, seen_version=page.seen_version + 1)
        if isinstance(page, IncidentPage)
        else replace(page, can_confirm=not page.can_confirm)
    )
    answered = rendering.fragment(f"{template}_live", page, frame)
    live = f"**{str(page.live).partition('?')[0]}*"
    phone.route(live, lambda route: route.fulfill(body=answered, content_type="text/html; charset=utf-8"))
    whole = rendering.render(template, newer, frame)
    phone.route(f"**{page.url}*", lambda route: route.fulfill(body=whole, content_type="text/html; charset=utf-8"))
    phone.clock.install()
    phone.goto(f"{address}/sv/{name}")
    phone.clock.run_for(3000)
    assert not phone.is_visible(f"text={NEWS}"), "nothing has changed"

    field = "#los textarea" if name == "incident" else "#fel"
    phone.evaluate("document.querySelectorAll('details.act').forEach((one) => { one.open = true; })")
    phone.fill(field, "Vi bytte sladden")
    answered = rendering.fragment(f"{template}_live", newer, frame)
    phone.clock.run_for(60_000)
    phone.wait_for_selector(f"text={NEWS}", state="visible")
    phone.evaluate("scrollTo(0, 0)")
    box, window = phone.locator(f"text={NEWS}").bounding_box(), phone.viewport_size
    assert box is not None
    assert window is not None
    assert box["y"] + box["height"] <= window["height"], "in sight wherever one reads"
    assert phone.input_value(field) == "Vi bytte sladden", "not under the hand"
    phone.evaluate("localStorage.clear()")  # what comes along does not depend on drafts
    phone.click(f"text={NEWS}")
    phone.wait_for_url(f"**{page.url}*")
    assert phone.input_value(field) == "Vi bytte sladden"
    assert phone.is_visible(field)
    assert phone.evaluate("sessionStorage.length") == 0


def test_r5_forms_follow_what_the_page_shows_and_lose_no_word(phone: Page, address: str) -> None:
    """The second thing that one does on a page is about what the first one led to, seen without loading it anew."""
    template, page, frame = page_samples.PAGES["incident"]("sv")
    assert isinstance(page, IncidentPage)
    page = replace(page, actions=replace(page.actions, number=Field()))
    moved = replace(page, seen_version=page.seen_version + 1, actions=replace(page.actions, resolve=False))
    meant = Notice(Tone.WATCH, "Ärendet är tilldelat IT-enheten.", "Amina Yusuf ändrade ärendet 12:04")
    last = replace(moved, seen_version=page.seen_version + 2, meanwhile=(meant,))
    answered = rendering.fragment(f"{template}_live", page, frame)
    live, html = f"**{str(page.live).partition('?')[0]}*", "text/html; charset=utf-8"
    phone.route(live, lambda route: route.fulfill(body=answered, content_type=html))
    whole = rendering.render(template, page, frame)
    phone.route(f"**{page.url}", lambda route: route.fulfill(body=whole, content_type=html))
    phone.clock.install()
    phone.goto(f"{address}{page.url}")
    version = "#tilldela [name=seen_version]"
    assert phone.input_value(version) == str(page.seen_version)

    phone.evaluate("for (const id of ['tilldela', 'bedom']) document.getElementById(id).open = true")
    answered = rendering.fragment(f"{template}_live", moved, frame)
    phone.clock.run_for(10_000)
    phone.wait_for_selector("#los", state="detached")
    assert phone.input_value(version) == str(moved.seen_version)
    assert phone.is_visible("#tilldela select"), "what was open stays open"
    assert not phone.is_visible(f"text={NEWS}"), "nothing is left to be fetched"

    phone.select_option("#tilldela select", index=1)
    phone.fill("#bedom [name=public_title]", "Nätet i hus B")
    answered = rendering.fragment(f"{template}_live", last, frame)
    phone.clock.run_for(60_000)
    phone.wait_for_selector("text=Amina Yusuf ändrade ärendet 12:04", state="visible")
    assert phone.input_value(version) == str(last.seen_version), "it has been seen beside the form"
    assert phone.input_value("#bedom [name=public_title]") == "Nätet i hus B"


def test_the_reporters_forms_follow_what_the_case_is_and_lose_no_word(phone: Page, address: str) -> None:
    """She said that it works, or that it does not: no question stands beside the answer, and no toast upon the bar."""
    template, page, frame = page_samples.PAGES["case_solved"]("sv")
    assert isinstance(page, CasePage)
    frame = replace(frame, toast=Toast(sentences.LOOKING_AGAIN))
    closed = replace(page, status=Status.CLOSED, can_confirm=False, can_answer=False)
    answered, html = rendering.fragment("case_live", page, frame), "text/html; charset=utf-8"
    phone.route(f"**{page.live}*", lambda route: route.fulfill(body=answered, content_type=html))
    whole = rendering.render(template, page, frame)
    phone.route(f"**{page.url}", lambda route: route.fulfill(body=whole, content_type=html))
    phone.clock.install()
    phone.goto(f"{address}{page.url}")
    phone.clock.run_for(3000)
    assert phone.is_visible("text=Fungerar det nu?")
    answered = rendering.fragment("case_live", closed, frame)
    phone.clock.run_for(10_000)
    phone.wait_for_selector(".solved-ask", state="detached")
    assert phone.locator("form[action$='/svar'], form[action$='/fungerar']").count() == 0
    assert not phone.is_visible(f"text={NEWS}"), "nothing is left to be fetched"

    phone.click("summary:has-text('Fortfarande fel')")
    phone.fill("#fel", "Det hackar i B204.")
    answered = rendering.fragment("case_live", replace(page, can_reopen=False, status=Status.VENDOR), frame)
    phone.clock.run_for(60_000)
    phone.wait_for_selector(f"text={NEWS}", state="visible")
    assert phone.input_value("#fel") == "Det hackar i B204.", "not under the hand"
    bar, toast = phone.locator("[data-news]").bounding_box(), phone.locator(".toast").bounding_box()
    assert bar is not None
    assert toast is not None
    assert bar["y"] + bar["height"] <= toast["y"] or toast["y"] + toast["height"] <= bar["y"]


def test_what_became_of_an_answer_comes_by_itself_and_its_undo_is_sent_once(phone: Page, address: str) -> None:
    _, waiting, frame = page_samples.PAGES["questions_waiting"]("sv")
    _, told, _ = page_samples.PAGES["questions_answered"]("sv")
    parts = [rendering.fragment("answered", page, frame) for page in (waiting, told)]
    phone.route(
        "**/ko/hor-ihop/nu*",
        lambda route: route.fulfill(body=parts[0], content_type="text/html; charset=utf-8"),
    )
    phone.clock.install()
    phone.goto(f"{address}/sv/questions_waiting")
    phone.clock.run_for(2500)
    assert phone.is_visible("text=Vi väntar på besked.")
    parts.pop(0)
    phone.clock.run_for(5000)
    phone.wait_for_selector("text=Ja: ärendet är kopplat till störningen.")
    assert not phone.is_visible("text=Vi väntar på besked.")
    sent = phone.evaluate("""() => {
      let sent = 0;
      const form = document.querySelector('form.way-back');
      form.addEventListener('submit', (event) => { if (!event.defaultPrevented) sent += 1; event.preventDefault(); });
      form.querySelector('button').click();
      form.querySelector('button').click();
      return sent;
    }""")
    assert sent == 1


def test_who_does_what_is_printed_with_all_that_is_folded_on_the_screen(phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/who")
    folded = "#gar-vidare .next-steps, #avtalen table, #na-dem .reached, #bradska table"
    assert phone.locator(folded).filter(visible=True).count() == 0
    phone.emulate_media(media="print")
    assert phone.locator(folded).filter(visible=True).count() == phone.locator(folded).count() > 4
    assert not phone.is_visible(".who-ask")


def test_a_line_of_the_list_leads_to_its_folded_promise_and_policy(phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/who")
    for link in ("a[href='#avtal-driftavtal']", "a[href='#vidare-standard']"):
        where = (phone.locator(link).first.get_attribute("href") or "").removeprefix("#")
        assert not phone.is_visible(f"#{where} h3")
        phone.click(f"{link} >> nth=0")
        phone.wait_for_selector(f"#{where} h3", state="visible")


def test_the_table_of_need_and_impact_leads_to_its_answer(phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/who_need")
    phone.click("#bradska summary")
    assert phone.evaluate(SMALL_TARGETS) == []
    phone.route("**/vem-gor-vad*", lambda route: route.fulfill(body="ok"))
    phone.click("#bradska tr:has-text('Ett prov står still') td:last-child a")
    phone.wait_for_url("**/vem-gor-vad?school=ekbacken&kind=need&service=&urgency=1#svaret")


def test_who_does_what_is_asked_by_keyboard_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{address}/sv/who")
        page.focus("#service")
        page.keyboard.type("Utskrift")
        page.keyboard.press("Tab")
        page.keyboard.type("4")
        page.keyboard.press("Tab")
        with page.expect_request("**/vem-gor-vad*") as asked:
            page.keyboard.press("Enter")
        assert asked.value.url.endswith("?school=ekbacken&kind=incident&service=printing&urgency=4")
    finally:
        context.close()


def test_what_the_menu_under_ones_name_leads_to_is_as_large_as_a_finger(phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/queue")
    phone.click(".menu > summary")
    assert phone.is_visible(".menu-body a")
    assert phone.evaluate(SMALL_TARGETS) == []


def test_the_keyboard_goes_through_the_head_from_left_to_right(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    try:
        page.goto(f"{address}/sv/queue")
        page.focus(".brand")
        places = []
        for _ in range(5):  # search, its button, two languages, the menu
            page.keyboard.press("Tab")
            places.append(page.evaluate("document.activeElement.getBoundingClientRect().left"))
        assert places == sorted(places)
        assert page.evaluate("document.activeElement.matches('.menu > summary')")
    finally:
        page.close()


def test_keys_walk_the_queue(browser: Browser, address: str) -> None:
    page = browser.new_page()
    try:
        page.goto(f"{address}/sv/queue")
        page.focus(".row-link")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "/storningar/i1"
    finally:
        page.close()


def test_everything_can_be_reached_and_sent_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{address}/sv/incident")
        page.click("#lamna-over summary")
        assert page.is_visible("#lamna-over button.primary")
        page.click("#avsluta summary")
        assert page.is_visible("#avsluta form button.danger")
        assert not page.is_visible("[data-cancel]")
    finally:
        context.close()


def test_what_is_offered_is_put_away_as_one_and_the_form_goes_on(phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/form")
    assert phone.locator("[data-known]").count() >= 1
    phone.click("[data-dismiss]")
    assert phone.locator("[data-known], .known").count() == 0
    assert phone.evaluate("document.activeElement.id") == "text"


def test_places_that_go_on_beyond_a_phones_edge_fade_there_and_the_last_is_read_whole(
    phone: Page, address: str
) -> None:
    phone.goto(f"{address}/sv/incident")
    row = phone.locator("nav.places")
    assert row.evaluate("row => row.scrollWidth > row.clientWidth")
    assert "linear-gradient" in row.evaluate("row => getComputedStyle(row).maskImage")
    row.locator("a").last.focus()
    free = row.evaluate("row => row.getBoundingClientRect().right - row.lastElementChild.getBoundingClientRect().right")
    assert free > 39


def test_what_may_be_done_with_a_way_to_a_vendor_stands_in_one_row_whatever_is_open(
    browser: Browser, address: str
) -> None:
    rows = """acts => [...acts.querySelectorAll('.act:not([open]) > summary')]
        .map(e => Math.round(e.getBoundingClientRect().top))"""
    for width in (390, 1440):
        page = browser.new_page(viewport={"width": width, "height": 900})
        try:
            page.goto(f"{address}/sv/vendors_full")
            for acts in page.locator(".ways > li > .wish-acts").all():
                assert len(set(acts.evaluate(rows))) == 1
                acts.locator("summary").first.click()
                assert len(set(acts.evaluate(rows))) == 1, "what is open stands below"
        finally:
            page.close()


def test_the_frame_around_a_tab_is_whole(phone: Page, address: str) -> None:
    phone.goto(f"{address}/sv/incident")
    phone.focus(".tabs a")
    phone.keyboard.press("Tab")
    outline = phone.evaluate("(s => [s.outlineStyle, s.outlineOffset])(getComputedStyle(document.activeElement))")
    assert outline == ["solid", "-3px"], "the bar scrolls: what is outside of it is cut"
